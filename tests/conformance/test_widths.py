"""A terminal of 80 columns shows whole words; a pipe gets whole lines."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from kintone_conformance.report.terminal import flow
from kintone_lint.rules.explain import listed

SENTENCE = "  fix:      " + "Refuse a missing password when the client is built. " * 5


def printed(columns: int, *, terminal: bool) -> list[str]:
    stream = StringIO()
    console = Console(file=stream, width=columns, force_terminal=terminal, color_system=None)
    flow(console, Text(SENTENCE.rstrip()), 12)
    return stream.getvalue().splitlines()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_gets_whole_words_under_each_other(columns: int) -> None:
    lines = printed(columns, terminal=True)
    assert len(lines) > 1
    assert max(map(len, lines)) <= columns
    assert all(line.startswith(" " * 12) for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == " ".join(SENTENCE.split())


def test_a_pipe_gets_one_line() -> None:
    assert printed(80, terminal=False) == [SENTENCE.rstrip()]


def test_a_terminal_that_is_too_narrow_for_columns_gets_the_line_as_it_is() -> None:
    assert printed(20, terminal=True) == [SENTENCE.rstrip()]


@pytest.mark.parametrize("columns", [80, 120])
def test_the_rules_of_the_linter_fit_a_terminal(columns: int) -> None:
    narrow, whole = listed(columns=columns), listed()
    assert max(map(len, narrow.splitlines())) <= columns
    assert narrow.split() == whole.split()
    assert len(whole.splitlines()) == len(
        [line for line in narrow.splitlines() if line[:2] == "KL"]
    )
