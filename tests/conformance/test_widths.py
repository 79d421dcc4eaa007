"""A terminal of 80 columns shows whole words; a pipe gets whole lines."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from kintone_conformance.report import terminal
from kintone_conformance.report.terminal import flow, paragraphs
from kintone_lint.rules.explain import listed


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")  # a dumb one has 80 columns, and no colours


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


@pytest.mark.parametrize("line", ["  KC1 MUST: " + "word " * 40, "  A     " + "word " * 40])
def test_a_list_of_lines_is_wrapped_below_the_text_of_each(line: str) -> None:
    stream = StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system=None)
    paragraphs(console, ["a short one", line.rstrip()])
    first, second, *rest = stream.getvalue().splitlines()
    assert first == "a short one"
    assert len(second) <= 80
    assert {len(each) - len(each.lstrip()) for each in rest} == {8 if "A  " in line else 4}


def test_with_no_color_nothing_is_bold_or_dim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for value, styled in (("", True), ("1", False)):
        monkeypatch.setenv("NO_COLOR", value)
        console = terminal.console()
        with console.capture() as captured:
            console.print("a", style="bold")
        assert ("\x1b" in captured.get()) is styled


def test_a_dumb_terminal_has_the_width_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TERM", "dumb"), ("FORCE_COLOR", "1"), ("COLUMNS", "60")):
        monkeypatch.setenv(name, value)
    assert terminal.console().width == 60


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
