"""--add-ignore: a comment at each finding, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fakes import filled
from kintone_lint.rules import all_rules
from linter.linting import Shell
from linter.test_rules import MARK

CALL = (
    'import requests\nrequests.get("https://demo.cybozu.com/k/v1/guest/5/app.json", verify=False)'
)
LONG = 'import requests\nrequests.get("""https://demo.cybozu.com/k/v1/\\\nguest/5/app.json""",'
EXAMPLES = [
    pytest.param(rule.code, MARK.sub("", bad.code), id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, bad in enumerate(rule.bad)
    if rule.code != "KL001" and bad.path.endswith(".py")
]


@pytest.mark.parametrize(("rule", "code"), EXAMPLES)
def test_every_example_is_suppressed_and_its_code_stays(shell: Shell, rule: str, code: str) -> None:
    file = shell.write("app.py", code)
    before = file.read_text()
    shell.run("check", "--add-ignore", rule)
    assert rule not in {each for each, _, _ in shell.rules()}
    assert "KL001" not in {each for each, _, _ in shell.rules()}
    after = file.read_text()
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(before))
    for old, new in zip(before.splitlines(), after.splitlines(), strict=True):
        assert new.startswith(old) or "kintone-lint: ignore[" in new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CALL, f"{CALL}  # kintone-lint: ignore[KL201]"),
        (f"{CALL}\r\n", f"{CALL}  # kintone-lint: ignore[KL201]\r\n"),
        (f"{CALL}  # why\n", f"{CALL}  # why  # kintone-lint: ignore[KL201]\n"),
        (
            f"{CALL}  # kintone-lint: ignore[KL305] a test\n",
            f"{CALL}  # kintone-lint: ignore[KL305, KL201] a test\n",
        ),
        (f"{LONG}\n)", f"{LONG}  # kintone-lint: ignore[KL201]\n)"),
        (
            f"{CALL[:-14]}\\\n{CALL[-14:]}\n",
            f"{CALL[:-14]}\\\n{CALL[-14:]}  # kintone-lint: ignore[KL201]\n",
        ),
        (
            "\ufeff" + CALL + "; x = 'é'\n",
            "\ufeff" + CALL + "; x = 'é'  # kintone-lint: ignore[KL201]\n",
        ),
    ],
)
def test_the_comment_stands_where_it_counts(shell: Shell, before: str, after: str) -> None:
    file = shell.write("app.py", before.encode())
    code, _, err = shell.run("check", "--select", "KL201", "--add-ignore", "KL201")
    assert (code, err) == (0, "1 finding suppressed in 1 file.\n")
    assert file.read_bytes().decode() == after
    assert shell.rules("--select", "KL201") == []


def test_other_rules_are_left_and_reported(shell: Shell) -> None:
    shell.write("app.py", f"{CALL}\n")
    code, out, _ = shell.run("check", "--add-ignore", "guest-path-order")
    assert code == 1
    assert "KL305" in out
    assert "KL201 " not in out


def test_a_place_that_takes_no_comment_is_told(shell: Shell) -> None:
    file = shell.write(
        "app.py",
        "import requests\n"
        'if requests.get("""\\\nhttps://demo.cybozu.com/k/v1/guest/5/app.json\\\n""" \\\n): pass\n',
    )
    before = file.read_bytes()
    code, _, err = shell.run("check", "--add-ignore", "KL201")
    assert code == 1
    assert err.startswith("0 findings suppressed in 0 files; 1 left: no comment can")
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["settings.json", "app.env"])
def test_only_python_gets_comments(shell: Shell, name: str) -> None:
    file = shell.write(name, '{"kintone": {"password": "@PASSWORD@"}}\n' * name.endswith("json")
                       or "KINTONE_PASSWORD=@PASSWORD@\n")  # fmt: skip
    before = file.read_bytes()
    code, _, err = shell.run("check", "--add-ignore", "KL1")
    assert code == 1
    assert "1 left" in err
    assert file.read_bytes() == before


def test_what_a_baseline_excuses_gets_no_comment(shell: Shell) -> None:
    file = shell.write("app.py", f"{CALL}\n")
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    before = file.read_bytes()
    assert shell.run("check", "--baseline", "known.json", "--add-ignore", "KL201")[0] == 0
    assert file.read_bytes() == before


def test_a_link_that_leads_out_of_the_project_is_not_written_through(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "app.py"
    outside.write_text(filled(f"{CALL}\n"))
    (shell.folder / ".git").mkdir()
    (shell.folder / "app.py").symlink_to(outside)
    code, out, _ = shell.run("check", "app.py", "--add-ignore", "KL201")
    assert code == 2
    assert "no comment was written: a link leads out of" in out
    assert outside.read_text() == f"{CALL}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--fix"], "--add-ignore cannot be combined"),
        (["--diff"], "--add-ignore cannot be combined"),
        (["--update-baseline", "--baseline", "x"], "--add-ignore cannot be combined"),
    ],
)
def test_it_stands_alone(shell: Shell, words: list[str], says: str) -> None:
    file = shell.write("app.py", f"{CALL}\n")
    before = file.read_bytes()
    code, out, err = shell.run("check", "--add-ignore", "KL201", *words)
    assert (code, out) == (2, "")
    assert says in err
    assert file.read_bytes() == before
    assert not Path("x").exists()


def test_it_says_that_it_writes_to_python_only(shell: Shell) -> None:
    shell.write("app.py", f"{CALL}\n")
    file = shell.write("kintone.env", "KINTONE_API_TOKEN=@TOKEN@\n")
    before = file.read_bytes()
    code, _, err = shell.run("check", "--add-ignore", "KL101,KL201")
    assert code == 1
    assert "1 finding suppressed in 1 file; 1 left: --add-ignore writes to Python files only" in err
    assert file.read_bytes() == before


def test_an_unused_suppression_is_not_suppressed(shell: Shell) -> None:
    shell.write("app.py", "import kintone\nx = 1  # kintone-lint: ignore[KL101]\n")
    code, _, err = shell.run("check", "--add-ignore", "KL001")
    assert code == 2
    assert "KL001 cannot be suppressed" in err
