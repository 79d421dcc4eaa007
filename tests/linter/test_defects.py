"""A defect of ours, and what ends a process: one file is lost, and the exit code is never 1."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kintone_lint.engine import run, worker
from kintone_lint.engine.lint import lint as real
from kintone_lint.files import screen
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult
from kintone_lint.python.project import Project
from linter.linting import TOKEN, Shell

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


def breaking(monkeypatch: pytest.MonkeyPatch, what: BaseException | None) -> None:
    """Lets a file with the word `breaks` raise, or end its process."""

    def broken(job: Job, project: Project, linted: frozenset[Path]) -> FileResult:
        if "breaks" in job.source.text:
            if what is None:
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                raise what
        return real(job, project, linted)

    monkeypatch.setattr(worker, "lint", broken)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (KeyError("x"), "internal error in kintone-lint (KeyError); --debug shows the traceback"),
        (MemoryError(), "there is not enough memory"),
    ],
)
def test_a_defect_costs_one_file_and_its_tokens_are_found(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, what: Exception, said: str
) -> None:
    breaking(monkeypatch, what)
    shell.write("a.py", BAD)
    shell.write("b.py", f"breaks = 1\n{BAD}")
    shell.write("c.py", BAD)
    code, content = shell.check()
    assert code == 2
    assert [each["path"] for each in content["findings"]] == ["a.py", "b.py", "c.py"]
    assert [(each["path"], each["message"]) for each in content["errors"]] == [("b.py", said)]


def test_debug_shows_where_and_no_secret(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    breaking(monkeypatch, KeyError(f"\x1b{TOKEN}"))
    shell.write("b.py", f"breaks = 1\n{BAD}")
    code, _, err = shell.run("check", "--debug")
    assert code == 2
    assert "Traceback" in err
    assert "test_defects.py" in err
    assert "\x1b" not in err
    assert TOKEN not in err
    assert "Traceback" not in shell.run("check")[2]


def test_a_defect_of_the_screen_costs_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise KeyError("x")

    monkeypatch.setattr(screen, "possible", broken)
    shell.write("a.py", BAD)
    assert shell.rules() == [("KL101", "a.py", 1)]


@pytest.mark.parametrize("broken", [1, 3])
def test_a_process_that_dies_costs_the_file_at_fault(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    breaking(monkeypatch, None)
    monkeypatch.setattr(run, "_POOL_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for number in range(9):
        shell.write(f"a{number}.py", BAD)
    for number in range(broken):
        shell.write(f"b{number}.py", f"breaks = 1\n{BAD}")
    code, content = shell.check()
    assert code == 2
    assert len(content["findings"]) == 9 + broken
    assert [each["path"] for each in content["errors"]] == [f"b{n}.py" for n in range(broken)]
    assert {each["message"] for each in content["errors"]} == {
        "the process that checked it died, perhaps because memory ran out"
    }


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        (
            KeyError("x"),
            2,
            "internal error in kintone-lint (KeyError); --debug shows the traceback",
        ),
        (MemoryError(), 2, "there is not enough memory"),
        (OSError(28, "No space left on device", "x\ny"), 2, r"x\ny: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_defect_elsewhere_is_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, what: BaseException, code: int, said: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise what

    monkeypatch.setattr(run, "run", broken)
    shell.write("a.py", BAD)
    assert shell.run("check") == (code, "", f"kintone-lint: {said}\n")


def test_debug_shows_where_else_and_no_secret(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(f"\x1b{TOKEN}")

    monkeypatch.setattr(run, "run", broken)
    shell.write("a.py", BAD)
    code, _, err = shell.run("check", "--debug")
    assert code == 2
    assert "test_defects.py" in err
    assert TOKEN not in err
    assert "\x1b" not in err
