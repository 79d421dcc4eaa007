"""What a run does once, however many files ask for it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import libcst as cst
import pytest

from kintone_lint.config import Config
from kintone_lint.engine.processes import _parts
from kintone_lint.files.triage import Job
from kintone_lint.python.source import Source
from linter.linting import Shell

COUNT = 12


def test_a_file_that_others_import_is_parsed_once(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: Counter[str] = Counter()
    parse = cst.parse_module

    def counted(text: str) -> cst.Module:
        parsed[text] += 1
        return parse(text)

    monkeypatch.setattr(cst, "parse_module", counted)
    headers = 'headers = {"X-Cybozu-API-Token": TOKEN}\n'
    shell.write("a.py", f"from z import TOKEN\n{headers}")
    shell.write("b.py", f"from z import TOKEN\nimport kintone\n{headers}")
    shell.write("z.py", 'import kintone\nTOKEN = "@TOKEN@"\n')
    code, out, _ = shell.run("check")
    assert code == 1
    assert "z.py:2" in out
    assert sorted(parsed.values()) == [1, 1, 1]


def test_parts_of_a_run_hold_each_job_once_and_neighbours_together() -> None:
    jobs = [
        Job(
            Source("", Path(f"/{folder}/{number}.py"), b"x" * 100),
            Config(Path("/")),
            imported=False,
        )
        for number in range(COUNT)
        for folder in "abcd"
    ]
    parts = _parts(jobs, 4)
    assert sorted(len(part) for part in parts) == [COUNT] * 4
    assert {id(job) for part in parts for job in part} == {id(job) for job in jobs}
    assert all(len({job.source.file.parent for job in part}) == 1 for part in parts)


def test_a_large_file_is_a_part_of_its_own_and_starts_first() -> None:
    sizes = [10, 10, 5_000, 10]
    jobs = [
        Job(Source("", Path(f"/a/{number}.py"), b"x" * size), Config(Path("/")), imported=False)
        for number, size in enumerate(sizes)
    ]
    first, *others = _parts(jobs, 4)
    assert [len(job.source.raw) for job in first] == [5_000]
    assert sum(len(part) for part in others) == len(sizes) - 1
