"""Links that a repository brings along: what they lead to outside of it is not written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linter.linting import Shell

PATH = 'import requests\nrequests.get("https://x.cybozu.com/k/v1/guest/5/records.json")\n'


@pytest.fixture
def repository(shell: Shell) -> Shell:
    """A repository in a folder of its own, and the command in it."""
    (shell.folder / "elsewhere").mkdir()
    shell.folder /= "repository"
    (shell.folder / ".git").mkdir(parents=True)
    os.chdir(shell.folder)
    return shell


def test_a_fix_is_not_written_through_a_link_that_leaves_the_project(repository: Shell) -> None:
    theirs = repository.folder.parent / "elsewhere" / "theirs.py"
    theirs.write_text(PATH)
    (repository.folder / "app.py").symlink_to("../elsewhere/theirs.py")
    code, out, _ = repository.run("check", "--fix", ".")
    assert code == 2
    assert "app.py: the fix was not written: a link leads out of" in out
    assert "KL201" in out, "it is reported all the same"
    assert theirs.read_text() == PATH


def test_a_fix_is_written_through_a_link_inside_the_project(repository: Shell) -> None:
    repository.write("lib/real.py", PATH)
    (repository.folder / "app.py").symlink_to("lib/real.py")
    assert repository.run("check", "--fix", "app.py")[0] == 0
    assert (repository.folder / "app.py").is_symlink()
    assert "/k/guest/5/v1/" in (repository.folder / "lib" / "real.py").read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--output-file", "out/report.txt"),
        ("--baseline", "out/known.json", "--update-baseline"),
    ],
)
def test_no_report_and_no_baseline_is_written_through_such_a_link(
    repository: Shell, arguments: tuple[str, ...]
) -> None:
    repository.write("app.py", PATH)
    elsewhere = repository.folder.parent / "elsewhere"
    (repository.folder / "out").symlink_to(elsewhere)
    code, _, err = repository.run("check", *arguments)
    assert code == 2
    assert "was not written: a link leads out of" in err
    assert list(elsewhere.iterdir()) == []


def test_a_baseline_that_is_a_link_inside_the_project_stays_one(repository: Shell) -> None:
    repository.write("app.py", PATH)
    repository.write("baselines/lint.json", '{"version": 1, "findings": []}')
    link = Path("known.json")
    link.symlink_to("baselines/lint.json")
    assert repository.run("check", "--baseline", "known.json", "--update-baseline")[0] == 0
    assert link.is_symlink()
    assert "KL201" in Path("baselines/lint.json").read_text()


def test_a_fix_by_way_of_an_importer_is_not_written_through_such_a_link(
    repository: Shell,
) -> None:
    theirs = repository.folder.parent / "elsewhere"
    repository.write("../elsewhere/settings.py", 'VALUE = "@SECRET@"\n')
    repository.write(
        "../elsewhere/app.py", 'from settings import VALUE\nh = {"X-Cybozu-API-Token": VALUE}\n'
    )
    before = (theirs / "settings.py").read_bytes()
    (repository.folder / "pkg").symlink_to(theirs)
    code, out, _ = repository.run(
        "check", "--fix", "--unsafe-fixes", "pkg/app.py", "pkg/settings.py"
    )
    assert code == 2
    assert "the fix was not written: a link leads out of" in out
    assert (theirs / "settings.py").read_bytes() == before


def test_an_example_file_is_not_written_through_such_a_link(repository: Shell) -> None:
    repository.write("app.py", 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n')
    theirs = repository.folder.parent / "elsewhere" / "env"
    theirs.write_text("A=1\n")
    (repository.folder / ".env.example").symlink_to(theirs)
    arguments = ("--fix", "--unsafe-fixes", "--write-env-example", ".env.example")
    code, _, err = repository.run("check", *arguments)
    assert (code, theirs.read_text()) == (2, "A=1\n")
    assert "was not written: a link leads out of" in err
    assert "KINTONE_API_TOKEN" in err
