"""Generated programs do after all fixes what they did before, or what was meant."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kintone_lint.cli.main import main
from kintone_lint.python.source import Source
from linter.fix_programs import Program, programs, run

RUFF = str(Path(sys.executable).with_name("ruff"))


def limits(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def check(file: Path, *options: str) -> str:
    """The standard output of the linter about a file."""
    out, arguments = io.StringIO(), ["check", "--isolated", *options, str(file)]
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(io.StringIO()),
        mock.patch.object(gc, "collect"),  # half of the time, with the heap of a test run
    ):
        code = main(arguments)
    assert code in (0, 1), out.getvalue()
    return out.getvalue()


def fixes(file: Path, *options: str) -> list[dict[str, Any]]:
    """The fixes that the linter offers, with `--fix` those that it has not made."""
    findings = json.loads(check(file, "--output-format", "json", *options))["findings"]
    return [each["fix"] for each in findings if each["fix"]]


def variables(file: Path, program: Program, offered: list[dict[str, Any]]) -> dict[str, str]:
    """What a user sets after the fixes: each variable to the secret that it stands for."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", Source("", file, file.read_bytes()).text)
    found: dict[str, str] = {}
    for fix in offered:
        for edit in fix["edits"]:
            if name := re.search(r"os\.environ\[[\"'](\w+)", edit["text"]):
                first, last = edit["line"] - 1, edit["end_line"] - 1
                kept = lines[first : last + 1]
                kept[-1] = kept[-1][: edit["end_column"] - 1]
                kept[0] = kept[0][edit["column"] - 1 :]
                value = ast.literal_eval("".join(kept))
                assert value in program.secrets, f"a piece of a secret: {value}"
                assert found.setdefault(name[1], value) == value, f"{name[1]} is taken twice"
    return found


def same(before: list[object], after: list[object], program: Program) -> bool:
    """Whether a program does the same; a URL may have become what is meant."""
    return len(before) == len(after) and all(
        one == other
        or (
            isinstance(one, tuple)
            and isinstance(other, tuple)
            and other[0] in program.urls.get(one[0], ())
            and one[1:] == other[1:]
        )
        for one, other in zip(before, after, strict=True)
    )


def is_sorted(raw: bytes) -> bool:
    command = [RUFF, "check", "--isolated", "--quiet", "--select", "I001", "-"]
    return subprocess.run(command, input=raw, capture_output=True).returncode == 0


def judge(program: Program) -> int:
    """Fixes a program, safely and unsafely, and tells how often that changed it."""
    before = run(program.raw, {})
    assume(not str(before[-1:]).startswith("['SyntaxError"))  # := in a class, and the like
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").touch()
        file = Path(folder, "app.py")
        file.write_bytes(program.raw)
        offered = fixes(file)
        environment = variables(file, program, offered)
        changes = 0
        for level in ((), ("--unsafe-fixes",)):
            raw = file.read_bytes()
            check(file, "--fix", *level)
            if file.read_bytes() != raw:
                changes += 1
                after = run(file.read_bytes(), environment)
                assert same(before, after, program), (
                    before,
                    after,
                    file.read_bytes().decode("latin-1"),
                )
                offered = fixes(file)
            left = [fix for fix in offered if fix["safe"] or level]
            assert not left, f"promised, and not made: {left}"
        left_sorted = not changes or is_sorted(file.read_bytes())
        assert left_sorted or not is_sorted(program.raw), file.read_text()
        return changes


def changed(examples: int) -> int:
    """How many of some generated programs were changed by fixes."""
    count = 0

    @limits(examples)
    @given(programs())
    def each(program: Program) -> None:
        nonlocal count
        count += judge(program) > 0

    each()
    return count


def test_fixed_programs_do_what_they_did_or_what_was_meant() -> None:
    assert changed(200) > 100


@pytest.mark.deep
def test_many_fixed_programs_do_what_they_did_or_what_was_meant() -> None:
    assert changed(2_000) > 1_000
