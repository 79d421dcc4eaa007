"""Programs that nobody writes: none crashes the linter, none has its secrets shown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kintone_lint.config import Config
from kintone_lint.engine.run import run
from linter.fuzz import check


@pytest.mark.parametrize("start", range(0, 80, 20))
def test_odd_programs_are_judged(tmp_path: Path, start: int) -> None:
    assert sum(check(number, tmp_path, fixes=True) for number in range(start, start + 20)) > 5


@pytest.mark.deep
@pytest.mark.parametrize("start", range(10_000, 20_000, 500))
def test_ten_thousand_odd_programs_are_judged(tmp_path: Path, start: int) -> None:
    assert sum(check(number, tmp_path, fixes=True) for number in range(start, start + 500)) > 200


@pytest.mark.deep
def test_the_whole_standard_library_is_judged_without_the_screen() -> None:
    files = sorted(Path(ast.__file__).parent.rglob("*.py"))
    files = [each for each in files if "site-packages" not in each.parts]
    result = run(files, lambda _: Config(Path("/")), given=False, screened=False).result
    broken = {"lib2to3", "test"}  # they hold files that are no Python on purpose
    assert not [each for each in result.errors if not broken & set(Path(each.path).parts)]
