"""The versions of a history give the same in one process and in several, whatever ends those."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import filled
from kintone_lint.config import Config
from kintone_lint.engine import many_versions
from kintone_lint.engine.many_versions import Blob, Looked, Versions
from kintone_lint.engine.version import Version
from kintone_lint.files.dot_git import GitError

BAD = filled('headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n').encode()
DEADLY = b"import kintone  # deadly\n"


def blobs(count: int, *others: bytes) -> Iterator[Blob]:
    config = Config(Path("/"))
    contents = [BAD + b"#" * number for number in range(count)]
    contents[1:1] = others
    for number, raw in enumerate(contents):
        yield Blob(str(number), Path(f"/nowhere/a{number}.py"), raw, config)


def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them, from the first blob on, each of which is a part."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(many_versions, "_ALONE", 0)
    monkeypatch.setattr(many_versions, "_PART", 1)


def dying(blob: Blob) -> Version:
    if b"deadly" in blob.raw:
        os._exit(9)
    return ALIVE(blob)


def found_in(versions: Versions, blobs: Iterator[Blob]) -> list[Version]:
    return [each.version for each in versions.look(blobs) if isinstance(each, Looked)]


ALIVE = many_versions._version


def test_several_processes_say_what_one_says_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Versions() as versions:
        alone = found_in(versions, blobs(9))
        assert versions._pool is None
    in_processes(monkeypatch)
    with Versions() as versions:
        assert found_in(versions, blobs(9)) == alone
        assert versions._pool is not None
    assert [len(version.found) for version in alone] == [1] * 9


def test_a_version_that_ends_its_process_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    in_processes(monkeypatch)
    monkeypatch.setattr(many_versions, "_version", dying)
    with Versions() as versions:
        found = found_in(versions, blobs(4, DEADLY))
    assert [len(each.found) for each in found] == [1, 0, 1, 1, 1]
    (error,) = [error for each in found for error in each.errors]
    assert "a1.py" in error.path
    assert "died" in error.message


@pytest.mark.parametrize("several", [False, True])
def test_what_was_read_before_git_died_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, several: bool
) -> None:
    def broken() -> Iterator[Blob]:
        yield from blobs(3)
        raise GitError("it died")

    if several:
        in_processes(monkeypatch)
    with Versions() as versions:
        found = versions.look(broken())
        for _ in range(3):
            each = next(found)
            assert isinstance(each, Looked)
            assert len(each.version.found) == 1
        with pytest.raises(GitError):
            next(found)
