"""A file with a token that lies under a named path is found, or the run says that it was not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from linter.linting import TOKEN, Shell
from repositories import git

CODE = (
    "import requests\n"
    'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",'
    f' headers={{"X-Cybozu-API-Token": "{TOKEN}"}})\n'
)
ESCAPED = (
    CODE.replace("cybozu", "cybo\\x7au").replace("Cybozu", "Cybo\\172u").replace("/k/", "/\\u006b/")
)


def large(folder: Path) -> None:
    (folder / "a.py").write_text(f"#{'x' * 9_000_000}\n{CODE}")


def escaped(folder: Path) -> None:
    assert not [word for word in ("cybozu", "/k/", "kintone") if word in ESCAPED.lower()]
    (folder / "a.py").write_text(ESCAPED)


def in_utf_7(folder: Path) -> None:
    text = CODE.replace("cybozu", "cybo+AHo-u").replace("/k/", "/+AGs-/")
    (folder / "a.py").write_text(f"# coding: utf-7\n{text.replace('Cybozu', 'C+AHk-bozu')}")


def in_utf_16(folder: Path) -> None:
    (folder / "a.py").write_bytes(CODE.encode("utf-16"))


def in_capitals(folder: Path) -> None:
    (folder / "a.PY").write_text(CODE)


def in_a_submodule_that_is_a_file(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "b.py").write_text("x = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "x")
    head = git(folder, "rev-parse", "HEAD").strip()
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{head},a.py")
    (folder / "a.py").write_text(CODE)


def deeper_than_a_path_may_be(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "b.py").write_text("x = 1\n")
    git(folder, "add", ".")
    for _ in range(30):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    Path("a.py").write_text(CODE)


HIDDEN = (
    large, escaped, in_utf_7, in_utf_16, in_capitals, in_a_submodule_that_is_a_file,
    deeper_than_a_path_may_be,
)  # fmt: skip


@pytest.mark.parametrize("hide", HIDDEN)
def test_no_token_lies_there_unseen(shell: Shell, hide: Callable[[Path], None]) -> None:
    (shell.folder / "b.py").write_text("x = 1\n")
    hide(shell.folder)
    os.chdir(shell.folder)
    code, out, _ = shell.run("check", ".")
    assert code in (1, 2)
    assert "All clean" not in out


def test_a_large_file_without_a_word_of_kintone_is_clean(shell: Shell) -> None:
    (shell.folder / "a.py").write_text(f"#{'x' * 9_000_000}\n")
    assert shell.run("check", ".")[0] == 0


def test_a_link_to_a_folder_elsewhere_is_said(shell: Shell) -> None:
    shell.write("../elsewhere/a.py", CODE)
    shell.write("b.py", "x = 1\n")
    (shell.folder / "there").symlink_to("../elsewhere")
    code, out, _ = shell.run("check", ".")
    assert code == 0
    assert "1 link to a folder elsewhere left out: there" in out
    (shell.folder / "too").symlink_to("../elsewhere")
    _, out, _ = shell.run("check", ".")
    assert "2 links to folders elsewhere left out: there, too" in out


def test_a_named_folder_whose_python_lies_in_caches_only_is_trouble(shell: Shell) -> None:
    shell.write("x/__pycache__/a.py", CODE)
    code, out, _ = shell.run("check", "x")
    assert code == 2
    assert "no file here was checked" in out


def test_a_token_in_the_settings_is_not_told(shell: Shell) -> None:
    shell.write("pyproject.toml", f'[tool.kintone-lint.environment]\n{TOKEN} = "x"\n')
    shell.write("b.py", "x = 1\n")
    code, _, err = shell.run("check", ".")
    assert code == 2
    assert "****" in err
    assert TOKEN not in err


def test_no_message_quotes_a_piece_of_a_token(shell: Shell) -> None:
    token = TOKEN.upper()
    url = f"https://demo.cybozu.com/k/guest/{token[:21]}/v1/app.json"
    headers = f'{{"X-Cybozu-API-Token": "{token}"}}'
    shell.write("a.py", f'import requests\nrequests.get("{url}", headers={headers})\n')
    for kind in ("text", "json", "sarif", "github"):
        _, out, _ = shell.run("check", "--output-format", kind, ".")
        assert "KL206" in out
        assert token[:8] not in out
