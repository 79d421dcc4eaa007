"""What is said while a run goes on, with a clock that the test turns."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from rich.console import Console

from kintone_conformance.commands import following
from kintone_conformance.commands.following import Judged, Limits, follow
from kintone_conformance.model import ExitCode, Info, Result, Verdict
from kintone_conformance.options import Order
from kintone_conformance.report import events
from kintone_conformance.report.progress import Progress

FAILED = Result("KC104", Verdict.FAIL, message="the Base64 is not padded\nat all")


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def progress(clock: Clock, *, terminal: bool = False) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    console = Console(file=out, width=120, force_terminal=terminal, highlight=False)
    return Progress(console, 115, clock), out


def test_without_a_terminal_there_is_a_line_every_ten_seconds() -> None:
    clock = Clock()
    told, out = progress(clock)
    for _ in range(250):
        clock.now += 0.1
        told.tick()
    assert out.getvalue().splitlines() == [
        "0:10 · 0 of 115 requirements",
        "0:20 · 0 of 115 requirements",
    ]


def test_a_failure_is_told_once_and_at_once_in_a_line() -> None:
    told, out = progress(Clock())
    told.failed(FAILED)
    told.failed(FAILED)
    told.done(Result("KC518", Verdict.ERROR, message="the driver\x1b[2J died"))
    assert out.getvalue().splitlines() == [
        "fail KC104 the Base64 is not padded",
        r"error KC518 the driver\x1b[2J died",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ((2, 4), []),
        ((3, 12), ["this takes about 5 to 10 s"]),
        ((17, 20), ["this takes about 15 to 20 s"]),
        ((32, 48), ["this takes about 30 to 50 s"]),
        ((47, 49), ["this takes about 50 s"]),
        ((32, 88), ["this takes about 30 to 90 s; --quick is faster"]),
        ((52, 110), ["this takes about 50 s to 2 min; --quick is faster"]),
        ((110, 230), ["this takes about 2 to 4 min; --quick is faster"]),
        ((180, 180), ["this takes about 3 min; --quick is faster"]),
    ],
)
def test_the_start_says_how_long_it_takes_if_that_is_worth_a_word(
    seconds: tuple[float, float], said: list[str]
) -> None:
    told, out = progress(Clock())
    told.planned(*seconds)
    told.planned(*seconds)
    assert out.getvalue().splitlines() == said


def test_a_line_has_the_time_and_the_estimate_until_that_is_over() -> None:
    clock = Clock()
    told, out = progress(clock)
    told.planned(9, 14)
    told.failed(FAILED)
    told.done(FAILED)
    for _ in range(2):
        clock.now += 10
        told.tick()
    assert out.getvalue().splitlines()[2:] == [
        "0:10 of 10 to 15 s · 1 of 115 requirements, 1 failed",
        "0:20 · 1 of 115 requirements, 1 failed",
    ]


def test_on_a_terminal_the_failures_are_above_the_line() -> None:
    told, out = progress(Clock(), terminal=True)
    with told:
        told.at("KC104", 30)
        told.tick()
        told.failed(FAILED)
    assert "fail" in out.getvalue()
    assert "KC104 the Base64 is not padded" in out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_on_a_terminal_the_line_is_one_line(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, highlight=False)
    told = Progress(console, 130, Clock())
    told.planned(52, 700)
    told.at("KC104", 100)
    told.failed(FAILED)
    told.tick()
    assert told._status
    before = len(out.getvalue())
    console.print(told._status.renderable)
    (line,) = out.getvalue()[before:].splitlines()
    assert "0:00 of 50 s to 12 min" in line
    assert ("KC104, 100 examples" in line) is (width > 40)


# ---- limits


class _Run:
    """A run in which these events happen."""

    events_: tuple[events.Event, ...] = ()

    def __init__(self, *_: object, **__: object) -> None:
        self.closed = False

    def events(self) -> object:
        yield from self.events_

    def close(self) -> None:
        self.closed = True


def followed(monkeypatch: pytest.MonkeyPatch, limits: Limits, *happens: events.Event) -> Judged:
    monkeypatch.setattr(following, "Run", type("Fake", (_Run,), {"events_": happens}))
    told, _ = progress(Clock())
    return follow(Order("reference"), ["KC101", "KC104", "KC105"], 1, told, limits)


HELLO = events.Hello(Info("mine", "1"))
OTHER = Result("KC105", Verdict.FAIL, message="folded")
RIGHT = events.Tally({"KC101": ["record.get"], "KC104": ["record.get"], "KC105": ["app.get"]}, {})


def test_a_run_that_is_stopped_says_what_it_has_not_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happens = (
        *(HELLO, RIGHT, events.Judged(Result("KC101", Verdict.PASS))),
        *(events.Found(FAILED), events.Found(OTHER), events.Judged(Result("KC105", Verdict.PASS))),
    )
    judged = followed(monkeypatch, Limits(failures=1), *happens)
    found = {result.id: result for result in judged.results(["KC101", "KC104", "KC105"])}
    assert {id_: result.verdict for id_, result in found.items()} == {
        "KC101": Verdict.PASS,
        "KC104": Verdict.FAIL,
        "KC105": Verdict.NA,
    }
    why = "the run was stopped after 1 failures (--max-failures)"
    assert found["KC105"].message == why.replace("1 failures", "1 failure")
    assert not judged.complete
    assert judged.code is None


def test_what_passed_until_a_limit_came_may_still_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = followed(monkeypatch, Limits(seconds=0), HELLO, RIGHT, events.Tick())
    assert "--max-time" in judged.stopped
    assert {result.verdict for result in judged.results(["KC101", "KC104"])} == {Verdict.NA}


def test_without_a_limit_a_run_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    done = [events.Judged(Result(id_, Verdict.PASS)) for id_ in ("KC101", "KC104", "KC105")]
    judged = followed(monkeypatch, Limits(), HELLO, RIGHT, *done)
    assert judged.complete
    assert {result.verdict for result in judged.results(["KC101", "KC104"])} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.FAIL, ExitCode.FAILED), (Verdict.PASS, ExitCode.HARNESS)]
)
def test_a_stopped_run_is_never_0_and_1_if_something_failed(
    verdict: Verdict, code: ExitCode
) -> None:
    rows = (events.row(Result("KC104", verdict), "again"),)
    footer = events.footer(rows, strict=False, complete=False, stopped=True)
    assert footer.exit_code == code
