"""A working folder for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linter.linting import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    import os

    before = Path.cwd()
    yield Shell(tmp_path, capsys)
    os.chdir(before)
