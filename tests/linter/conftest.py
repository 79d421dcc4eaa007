"""A working folder for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linter.linting import Shell
from linter.odd_project import write_odd_project


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    import os

    before = Path.cwd()
    yield Shell(tmp_path, capsys)
    os.chdir(before)


@pytest.fixture
def project(shell: Shell) -> Shell:
    """The odd project, and the command in it."""
    write_odd_project(shell)
    return shell
