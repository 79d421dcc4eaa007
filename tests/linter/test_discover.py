"""Which files are looked at, and that none is left out silently."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kintone_lint.files import walking
from linter.linting import Shell
from linter.repositories import committed, git, repository

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


def looked_at(shell: Shell, *arguments: str) -> list[str]:
    code, out, _ = shell.run("check", "--show-files", *arguments)
    assert code == 0
    return out.splitlines()


def last_line(shell: Shell, *arguments: str) -> str:
    return shell.run("check", *arguments)[1].splitlines()[-1]


# ---- repositories inside


def test_nested_repositories_are_looked_at(shell: Shell) -> None:
    repository(shell.folder)
    shell.write("app.py", BAD)
    for name in ("inner", "deep/er/inner", "fresh"):
        repository(shell.folder / name)
        shell.write(f"{name}/app.py", BAD)
    for name in ("inner", "deep/er/inner"):
        committed(shell.folder / name)
    expected = {"app.py", "inner/app.py", "deep/er/inner/app.py", "fresh/app.py"}
    assert {path for _, path, _ in shell.rules()} == expected
    assert looked_at(shell, "deep") == ["deep/er/inner/app.py"]


def test_submodules_are_looked_at(shell: Shell) -> None:
    lib = repository(shell.folder / "lib")
    shell.write("lib/app.py", BAD)
    committed(lib)
    main = repository(shell.folder / "main")
    git(main, "submodule", "add", "-q", str(lib), "sub")
    committed(main)
    os.chdir(main)
    assert [path for _, path, _ in shell.rules()] == ["sub/app.py"]


def test_a_nested_repository_ignores_for_itself(shell: Shell) -> None:
    repository(shell.folder)
    shell.write(".gitignore", "ignored.py\n")
    repository(shell.folder / "inner")
    shell.write("inner/.gitignore", "local.py\n")
    for name in ("ignored.py", "local.py", "inner/ignored.py", "inner/local.py"):
        shell.write(name, BAD)
    assert looked_at(shell) == ["local.py", "inner/ignored.py"]
    assert "2 not checked" not in last_line(shell)
    assert "2 files not checked: ignored by git" in last_line(shell)


def test_a_repository_below_a_plain_folder_is_asked(shell: Shell) -> None:
    repository(shell.folder / "inner")
    shell.write("inner/.gitignore", "local.py\n")
    shell.write("inner/local.py", BAD)
    shell.write("inner/app.py", BAD)
    shell.write("app.py", BAD)
    assert looked_at(shell) == ["app.py", "inner/app.py"]


def test_what_the_index_calls_a_submodule_and_is_none_is_looked_at(shell: Shell) -> None:
    folder = repository(shell.folder)
    shell.write("src/app.py", BAD)
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},src")
    for name in (".", "src"):
        assert looked_at(shell, name) == ["src/app.py"]
        assert "not checked" not in last_line(shell, name)


# ---- what git ignores


def test_what_is_tracked_is_looked_at_wherever_it_lies(shell: Shell) -> None:
    folder = repository(shell.folder)
    shell.write(".gitignore", "*.py\nvenv/\n")
    names = ["app.py", "node_modules/x/a.py", "venv/lib/b.py", ".mypy_cache/c.py"]
    for name in names:
        shell.write(name, BAD)
    shell.write("venv/pyvenv.cfg", "home = /usr\n")
    committed(folder, "-f")
    shell.write("venv/lib/untracked.py", BAD)
    assert sorted(looked_at(shell)) == sorted(names)


def test_what_git_ignores_is_counted(shell: Shell) -> None:
    repository(shell.folder)
    shell.write(".gitignore", "local.py\ngenerated/\n")
    for name in ("app.py", "local.py", "generated/a.py", "generated/deep/b.py", "generated/c.txt"):
        shell.write(name, "x = 1\n")
    assert last_line(shell) == "All clean: 1 file. 3 files not checked: ignored by git."
    shell.write("app.py", BAD)
    assert last_line(shell) == "3 files not checked: ignored by git."


def test_counting_what_is_ignored_ends(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "COUNTED", 10)
    monkeypatch.setattr(walking.found_below, "__kwdefaults__", {"counted": 10})
    repository(shell.folder)
    shell.write(".gitignore", "generated/\n")
    shell.write("app.py", "x = 1\n")
    for number in range(5):
        for name in "abc":
            shell.write(f"generated/{number}/{name}.py", "x = 1\n")
    assert last_line(shell) == "All clean: 1 file. over 6 files not checked: ignored by git."


def test_a_folder_that_is_named_is_looked_at_although_git_ignores_it(shell: Shell) -> None:
    repository(shell.folder)
    shell.write(".gitignore", "generated/\n")
    shell.write("generated/deep/app.py", BAD)
    for name in ("generated", "generated/deep"):
        assert looked_at(shell, name) == ["generated/deep/app.py"]


def test_a_project_below_a_repository_that_ignores_it_is_looked_at(shell: Shell) -> None:
    """As below a home folder that is a repository with `*` as its .gitignore."""
    repository(shell.folder)
    shell.write(".gitignore", "*\n")
    shell.write("project/app.py", BAD)
    os.chdir(shell.folder / "project")
    assert looked_at(shell) == ["app.py"]


def test_what_is_deleted_and_still_in_the_index_is_no_file(shell: Shell) -> None:
    folder = repository(shell.folder)
    shell.write("app.py", "x = 1\n")
    shell.write("gone.py", "x = 1\n")
    committed(folder)
    (folder / "gone.py").unlink()
    assert last_line(shell) == "All clean: 1 file."


# ---- outside of git


def test_without_git_a_gitignore_hides_nothing(shell: Shell) -> None:
    shell.write(".gitignore", "*\n")
    names = ["build/a.py", "dist/b.py", "ignored/c.py", "site-packages/d.py", "venv/e.py"]
    for name in names:
        shell.write(name, BAD)
    (shell.folder / "build" / "loop").symlink_to(shell.folder, target_is_directory=True)
    assert looked_at(shell) == names


def test_what_belongs_to_others_by_its_kind_is_left_out_and_named(shell: Shell) -> None:
    shell.write("app.py", "x = 1\n")
    shell.write("my env/pyvenv.cfg", "home = /usr\n")
    shell.write("conda/conda-meta/history", "")
    for name in ("my env/lib/a.py", "conda/lib/b.py", "web/node_modules/c.py"):
        shell.write(name, BAD)
    for name in (".git/hooks", ".hg", "__pycache__", ".mypy_cache", ".pytest_cache"):
        shell.write(f"{name}/d.py", BAD)
    assert last_line(shell) == (
        "All clean: 1 file. 2 virtual environments left out: conda, my env, "
        "1 node_modules folder left out: web/node_modules."
    )
    assert looked_at(shell, "my env") == ["my env/lib/a.py"]


def test_an_environment_that_git_does_not_know_is_left_out_in_a_repository(shell: Shell) -> None:
    repository(shell.folder)
    shell.write("app.py", "x = 1\n")
    shell.write("env/pyvenv.cfg", "home = /usr\n")
    shell.write("env/lib/a.py", BAD)
    shell.write("node_modules/x/b.py", BAD)
    assert last_line(shell) == (
        "All clean: 1 file. 1 virtual environment left out: env, "
        "1 node_modules folder left out: node_modules."
    )


def test_what_is_no_regular_file_is_counted(shell: Shell) -> None:
    shell.write("app.py", "x = 1\n")
    os.mkfifo(shell.folder / "pipe.py")
    (shell.folder / "dangling.py").symlink_to("nowhere.py")
    line = "All clean: 1 file. 2 files not checked: not a regular file."
    assert last_line(shell) == line
    repository(shell.folder)
    assert last_line(shell) == line


def test_a_name_with_a_line_break_makes_no_line(shell: Shell) -> None:
    shell.write("app.py", "x = 1\n")
    shell.write("a\n::error::b/pyvenv.cfg", "home = /usr\n")
    _, out, _ = shell.run("check")
    assert not [line for line in out.splitlines() if line.startswith("::")]
    assert "left out: a\\n::error::b." in out


# ---- named paths, and what the settings exclude


def exclude(shell: Shell, *patterns: str) -> None:
    shell.write("pyproject.toml", f"[tool.kintone-lint]\nexclude = {list(patterns)}\n")


def test_what_is_excluded_is_counted(shell: Shell) -> None:
    exclude(shell, "generated/")
    shell.write("app.py", "x = 1\n")
    shell.write("generated/a.py", BAD)
    shell.write("generated/b.py", BAD)
    assert last_line(shell) == "All clean: 2 files (1 Python, 1 settings). 2 files excluded."
    repository(shell.folder)
    shell.write(".gitignore", "local.py\n")
    shell.write("local.py", BAD)
    files = "2 files (1 Python, 1 settings)"
    expected = f"All clean: {files}. 2 files excluded, 1 not checked: ignored by git."
    assert last_line(shell) == expected


@pytest.mark.parametrize("reason", ["excluded", "ignored", "an environment", "node_modules"])
def test_a_named_folder_in_which_nothing_was_looked_at_is_trouble(
    shell: Shell, reason: str
) -> None:
    shell.write("other.py", "x = 1\n")
    repository(shell.folder)
    if reason == "excluded":
        exclude(shell, "*.py")
        shell.write("src/app.py", BAD)
    elif reason == "ignored":
        shell.write(".gitignore", "app.py\n")
        shell.write("src/app.py", BAD)
    elif reason == "an environment":
        shell.write("src/env/pyvenv.cfg", "home = /usr\n")
        shell.write("src/env/app.py", BAD)
    else:
        shell.write("src/node_modules/app.py", BAD)
    code, out, _ = shell.run("check", "src", "other.py")
    assert code == 2
    assert "src: not linted: no file here was checked: 1 " in out


def test_a_folder_without_texts_is_no_trouble(shell: Shell) -> None:
    shell.write("src/logo.png", "kintone\n")
    shell.write("src/node_modules/app.js", "kintone\n")
    assert shell.run("check", "src")[:2] == (
        0,
        "No files to check. 1 node_modules folder left out: src/node_modules.\n",
    )


def test_nothing_that_is_named_is_the_working_folder_that_is_named(shell: Shell) -> None:
    exclude(shell, "*.py")
    shell.write("app.py", BAD)
    python = ("--languages", "python")
    assert shell.run("check", *python) == shell.run("check", *python, ".")
    assert shell.run("check", *python)[0] == 2
    assert shell.run("check")[0] == 0  # the settings were looked at


@pytest.mark.parametrize("path", ["app.py", "."])
def test_what_force_exclude_takes_out_is_counted_and_no_trouble(shell: Shell, path: str) -> None:
    exclude(shell, "app.py")
    shell.write("app.py", BAD)
    python = ("--languages", "python")
    code, out, _ = shell.run("check", *python, "--force-exclude", path)
    assert (code, out) == (0, "No files to check. 1 file excluded.\n")
    assert shell.run("check", *python, path)[0] in (1, 2)


def test_force_exclude_holds_for_the_standard_input(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    exclude(shell, "app.py")
    for arguments, expected in ((), "No files"), (("--fix",), BAD):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
        named = ("--stdin-filename", "app.py", "-")
        code, out, _ = shell.run("check", "--force-exclude", *arguments, *named)
        assert code == 0
        assert out.startswith(expected)


def test_machine_formats_leave_the_count_to_the_standard_error(shell: Shell) -> None:
    exclude(shell, "generated/")
    shell.write("app.py", "x = 1\n")
    shell.write("generated/a.py", BAD)
    _, out, err = shell.run("check", "--output-format", "json")
    assert "excluded" not in out
    assert err == "1 file excluded.\n"
    assert shell.run("check", "--diff")[2].endswith("\n1 file excluded.\n")


def test_show_files_lists_what_would_be_linted(shell: Shell) -> None:
    exclude(shell, "generated/")
    for name in ("app.py", "b.pyi", "c.pyw", "d.txt", "generated/a.py"):
        shell.write(name, BAD)
    code, out, err = shell.run("check", "--show-files", ".")
    assert (code, out.splitlines()) == (0, ["app.py", "b.pyi", "c.pyw", "d.txt", "pyproject.toml"])
    assert err == "1 file excluded.\n"
    assert shell.run("check", "--show-files", "generated")[0] == 2
    assert looked_at(shell, "--force-exclude", "app.py", "generated/a.py") == ["app.py"]


def test_a_file_of_a_project_of_many_is_found_once(shell: Shell) -> None:
    repository(shell.folder)
    shell.write("src/app.py", BAD)
    os.chdir(shell.folder)
    assert looked_at(shell, ".", "src", "src/app.py", str(Path("src") / "app.py")) == ["src/app.py"]
