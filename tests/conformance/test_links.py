"""Links that a repository brings along: the suite writes through none that leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kintone_conformance import baseline
from kintone_conformance.cli import cli
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Result, Verdict
from kintone_conformance.report import events
from kintone_conformance.writing import append, check_writable, make_folder


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, a repository with a link `out` that leaves it."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder / "out").symlink_to("../elsewhere")
    monkeypatch.chdir(folder)
    return folder


def untouched(repository: Path) -> bool:
    return not list((repository.parent / "elsewhere").iterdir())


def test_an_update_of_the_known_failures_keeps_a_link_inside_the_project(repository: Path) -> None:
    (repository / "real.toml").write_text("version = 1\n")
    link = repository / "known.toml"
    link.symlink_to("real.toml")
    row = events.row(Result("KC109", Verdict.FAIL, message="wrong"), "again")
    assert baseline.update(link, [row], strict=False) == 1
    assert link.is_symlink()
    assert "[KC109]" in (repository / "real.toml").read_text()


def test_an_update_through_a_link_that_leaves_the_project_is_refused(repository: Path) -> None:
    row = events.row(Result("KC109", Verdict.FAIL, message="wrong"), "again")
    with pytest.raises(UsageError, match="a link leads out of"):
        baseline.update(Path("out/known.toml"), [row], strict=False)
    assert untouched(repository)


@pytest.mark.parametrize(
    "act",
    [
        lambda: check_writable(Path("out/summary.md")),
        lambda: append(Path("out/summary.md"), b"x"),
        lambda: make_folder(Path("out/report")),
    ],
    ids=["before a run", "a summary", "a folder"],
)
def test_nothing_else_is_written_through_it(repository: Path, act: object) -> None:
    with pytest.raises(UsageError, match="a link leads out of"):
        act()  # type: ignore[operator]
    assert untouched(repository)


@pytest.mark.parametrize("link", [".github", "conformance"])
def test_init_writes_nothing_through_a_link_that_leaves_the_project(
    repository: Path, link: str
) -> None:
    (repository / link).symlink_to("../elsewhere")
    done = CliRunner().invoke(cli, ["init", "--language", "node"])
    assert isinstance(done.exception, UsageError)
    assert untouched(repository)


def test_init_does_not_write_through_a_link_to_what_is_not_there(repository: Path) -> None:
    (repository / "conformance").mkdir()
    (repository / "conformance" / "driver.mjs").symlink_to("../src.mjs")
    done = CliRunner().invoke(cli, ["init", "--language", "node"])
    assert isinstance(done.exception, UsageError)
    assert "already exists" in done.exception.message
    assert not (repository / "src.mjs").exists()


def test_vectors_are_not_written_through_it(repository: Path) -> None:
    done = CliRunner().invoke(cli, ["vectors", "--output", "out/data"])
    assert isinstance(done.exception, UsageError)
    assert untouched(repository)
