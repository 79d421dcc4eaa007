"""No test asserts how long something takes: on a busy machine that says nothing about the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
_CLOCKS = {"time", "monotonic", "perf_counter", "monotonic_ns", "perf_counter_ns", "time_ns"}
_WAITING = {"run", "check_call", "check_output", "communicate", "wait"}
_ALARMS = {"alarm", "setitimer"}


def named(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ""


def clocked(tree: ast.AST) -> Iterator[int]:
    """The lines that assert a time, or give a process so long to end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
            if any(named(call.func) in _CLOCKS for call in calls):
                yield node.lineno
        elif isinstance(node, ast.Call) and named(node.func) in _ALARMS:
            yield node.lineno
        elif isinstance(node, ast.Call) and named(node.func) in _WAITING:
            yield from (node.lineno for keyword in node.keywords if keyword.arg == "timeout")


def test_no_test_asserts_how_long_something_takes() -> None:
    found = [
        f"{file.relative_to(TESTS)}:{line}"
        for file in TESTS.rglob("*.py")
        for line in clocked(ast.parse(file.read_text("utf-8")))
    ]
    assert found == []


def test_what_asserts_a_time_is_seen() -> None:
    for code in (
        "assert time.monotonic() - started < 5",
        "subprocess.run(command, timeout=400)",
        "process.communicate(timeout=20)",
        "signal.alarm(5)",
    ):
        assert list(clocked(ast.parse(code))) == [1]
