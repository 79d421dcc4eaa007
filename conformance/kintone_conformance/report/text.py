"""A requirement that was not met, as text that a person reads top-down; no colours here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kintone_conformance.model import Step, Verdict
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.parting import marked_in
from kintone_lint.counting import counted
from kintone_lint.escaping import visible

_LONGEST = 600  # characters of a text before it is cut
_LONGEST_VALUE = 200  # characters of a parameter, or of a line of a request, before it is cut
_SHORTENED = 100  # characters that are left of one
_MOST_WIRES = 4
NEWLINE = "\n"
CODE = re.compile(r"`([^`\n]+)`")
# The doors' own base URLs, which say nothing; any other is what the counterexample is about.
_USUAL = re.compile(r"https?://(localhost|127\.0\.0\.1|conformance\.cybozu\.com)(:(\d+|PORT))?|")
_PORT = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]):\d{4,5}\b")


def without_backticks(sentence: str) -> str:
    """A sentence of the catalogue without its backticks, if nothing can be set apart."""
    return CODE.sub(r"\1", sentence)


def explained(row: Row, also: Sequence[Row] = ()) -> str:
    """Requirement, source, counterexample, sent and expected, first difference, reproduction.

    `also` are the rows of the same cause, a line each. The lines that decide, in a request,
    begin with `>`.
    """
    return "\n".join(_lines(row, also))


def one_line(row: Row) -> str:
    """A row in a line: what is broken, and how."""
    differs = f" ({row.difference})" if row.difference else ""
    return f"{row.id} {row.name}: {cut(row.message.partition(NEWLINE)[0])}{differs}"


def _lines(row: Row, also: Sequence[Row]) -> Iterator[str]:
    yield f"{row.id} {row.name} ({row.level})"
    yield f"  {without_backticks(row.sentence)}"
    yield f"  {row.source}"
    yield from _field("what", row.message)
    for number, step in enumerate(row.counterexample, 1):
        title = "with" if len(row.counterexample) == 1 else f"call {number}"
        yield from _field(title, described(step))
    yield from _field("expected", row.expected)
    yield from _field("sent", row.sent)
    yield from _field("differs", row.difference)
    shown = shown_wires(row)
    for wire in shown:
        yield from _field("wire", "\n".join(_pointed(wire.text, wire.marks)))
        yield from _field("", wire.times)
    more = len(_other_wires(row)) - sum(wire.number for wire in shown)
    yield from _field("wire", f"(and {more} more, in report.json)" if more > 0 else "")
    yield from _field("stderr", "\n".join(row.stderr))
    yield from _field("hint", "\n".join(map(cut, row.hint.split("\n"))), whole=True)
    yield from _field("fix", without_backticks(row.fix))
    yield from _field("known", row.known)
    for each in also:
        yield from _field("also", one_line(each))
    if row.reproduce:
        yield f"  {'again:':<10}{visible(row.reproduce)}"


def _pointed(wire: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The lines of a request, each that decides after a `>`; as they are if none does."""
    pieces = marked_in(wire, marks)
    if not any(differs for _, differs in pieces):
        yield from wire.split("\n")
        return
    lines: list[tuple[str, bool]] = [("", False)]
    for text, differs in pieces:
        first, *more = text.split("\n")
        lines[-1] = (lines[-1][0] + first, lines[-1][1] or differs)
        lines += [(line, differs) for line in more]
    yield from (f"{'>' if differs else ' '} {line}" for line, differs in lines)


class ShownWire(NamedTuple):
    """A request as it is shown, what is marked in it, and how many like it were sent in a row."""

    text: str
    marks: tuple[str, ...]
    number: int

    @property
    def times(self) -> str:
        """As `(sent 3 times)`; "" for one that was sent once."""
        return f"(sent {self.number} times)" if self.number > 1 else ""


def shown_wires(row: Row) -> list[ShownWire]:
    """The first requests of the last call, cut; equal ones that follow each other are one."""
    groups = [(wire, len([*same])) for wire, same in groupby(_other_wires(row))]
    long = [mark for mark in row.marks if len(mark) > _LONGEST_VALUE]
    short = tuple(mark for mark in row.marks if mark not in long)
    marks = (*short, *(mark[:_SHORTENED] for mark in long))
    return [
        ShownWire(cut("\n".join(_cut_lines(wire, short))), marks, count)
        for wire, count in groups[:_MOST_WIRES]
    ]


def _other_wires(row: Row) -> list[str]:
    """The requests of the last call, without the one that is told as what was sent."""
    wires = [wire for step in row.counterexample[-1:] for wire in step.wires]
    return [wire for wire in wires if wire != row.sent]


def _cut_lines(wire: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The lines of a request; a long one is cut, unless it has what is marked in it."""
    for line in wire.split("\n"):
        yield line if any(mark in line for mark in marks) else _shortened(line)


def _shortened(text: str) -> str:
    return cut(text, _LONGEST_VALUE, _SHORTENED)


def _field(name: str, text: str, *, whole: bool = False) -> Iterator[str]:
    if not text:
        return
    first, *rest = visible(text if whole else cut(text), "\n").split("\n")
    yield f"  {f'{name}:' if name else '':<10}{first}"
    yield from (f"{'':<12}{line}" for line in rest)


def cut(text: str, longest: int = _LONGEST, left: int = _LONGEST) -> str:
    """A text longer than `longest`, cut to `left` characters, with a word on how long it was."""
    return text if len(text) <= longest else f"{text[:left]}… ({len(text):,} characters)"


def portless(text: str) -> str:
    """A text without port numbers, which differ in each run."""
    return _PORT.sub(r"\1:PORT", text)


def described(step: Step) -> str:
    """One call of a counterexample in a line."""
    client = dict(step.client)
    if _USUAL.fullmatch(str(client.get("baseUrl", ""))):
        client.pop("baseUrl", None)
    parts = [f"{name}={_compact(value)}" for name, value in client.items()]
    parts.append(f"{step.api}({', '.join(f'{k}={_compact(v)}' for k, v in step.params.items())})")
    return cut(f"{'  '.join(parts)}  → {step.outcome}")


def _compact(value: object) -> str:
    return _shortened(json.dumps(value, ensure_ascii=False))


def conclusion(report: Report) -> str:
    """The last sentence of a report: counts, and what follows from them."""
    counts = report.footer.counts
    words = {
        Verdict.PASS: "passed",
        Verdict.FAIL: "failed",
        Verdict.WARN: "warned",
        Verdict.NOTE: "noted",
        Verdict.ERROR: "in error",
        Verdict.NA: "n/a",
    }
    told = ", ".join(
        f"{counts[verdict]} {word}"
        for verdict, word in words.items()
        if counts[verdict] or verdict is Verdict.PASS
    )
    known = sum(bool(row.known) for row in report.requirements)
    told += f"; {known} known" if known else ""
    return f"{told}: {_outcome(report)}"


def brief(report: Report, seen: str) -> str:
    """The one line under requests that were explained: verdict, what was seen, what was judged."""
    rows = [row for row in report.requirements if row.verdict is not Verdict.NA]
    broken = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)
    named = ", ".join(row.id for row in rows if row.verdict in broken and not row.known)
    judged = f"{counted(len(rows), 'requirement')} judged{f', broken: {named}' if named else ''}"
    return f"{_outcome(report)}; {seen}; {judged}"


def _failed(report: Report) -> str:
    """Why a run ends with 1."""
    rows = report.requirements
    if any(row.verdict is Verdict.FAIL and not row.known and not row.stale for row in rows):
        return "not conformant"
    if any(row.stale for row in rows):
        return "the baseline is stale, --update-baseline fixes it"
    return (
        "not everything that is required was judged" if report.footer.missing else "not conformant"
    )


def _outcome(report: Report) -> str:
    if not report.footer.complete:
        why = visible(report.footer.trouble).removeprefix("the run was").strip()
        return f"the run was not finished{': ' if why else ''}{why}"
    known = any(row.known for row in report.requirements)
    by_code = {
        0: "nothing new" if known else "conformant in all that was judged",
        1: _failed(report),
        3: "the adapter, the driver or the suite failed",
        4: "nothing was judged",
    }
    return by_code[report.footer.exit_code]
