"""A requirement that was not met, as text that a person reads top-down; no colours here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kintone_conformance.model import Step, Verdict
from kintone_conformance.report.events import Report, Row
from kintone_lint.escaping import visible

_LONGEST = 600  # characters of a value before it is cut
_MOST_WIRES = 4
# The doors' own base URLs, which say nothing; any other is what the counterexample is about.
_USUAL = re.compile(r"https?://(localhost|127\.0\.0\.1|conformance\.cybozu\.com)(:(\d+|PORT))?|")
_PORT = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]):\d{4,5}\b")


def explained(row: Row) -> str:
    """Requirement, source, counterexample, sent and expected, first difference, reproduction."""
    return "\n".join(_lines(row))


def _lines(row: Row) -> Iterator[str]:
    yield f"{row.id} {row.name} ({row.level})"
    yield f"  {row.sentence}"
    yield f"  {row.source}"
    yield from _field("what", row.message)
    for number, step in enumerate(row.counterexample, 1):
        title = "with" if len(row.counterexample) == 1 else f"call {number}"
        yield from _field(title, described(step))
    yield from _field("expected", row.expected)
    yield from _field("sent", row.sent)
    yield from _field("differs", row.difference)
    for step in row.counterexample[-1:]:
        for wire in step.wires[:_MOST_WIRES]:
            yield from _field("wire", wire)
        more = len(step.wires) - _MOST_WIRES
        yield from _field("wire", f"(and {more} more, in report.json)" if more > 0 else "")
    yield from _field("stderr", "\n".join(row.stderr))
    yield from _field("hint", row.hint)
    yield from _field("fix", row.fix)
    yield from _field("again", row.reproduce)


def _field(name: str, text: str) -> Iterator[str]:
    if not text:
        return
    first, *rest = visible(cut(text), "\n").split("\n")
    yield f"  {name + ':':<10}{first}"
    yield from (f"{'':<12}{line}" for line in rest)


def cut(text: str) -> str:
    """A long text, cut with a word on how long it was."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def portless(text: str) -> str:
    """A text without the ports of the run, which are others each time."""
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
    return json.dumps(value, ensure_ascii=False)


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


def _outcome(report: Report) -> str:
    if not report.footer.complete:
        why = report.footer.trouble
        return f"the run was not finished{': ' if why else ''}{visible(why)}"
    known = any(row.known for row in report.requirements)
    stale = all(row.known or row.verdict is not Verdict.FAIL for row in report.requirements)
    by_code = {
        0: "nothing new" if known else "conformant in all that was judged",
        1: "the baseline is stale, --update-baseline mends it" if stale else "not conformant",
        3: "the adapter, the driver or the suite broke",
        4: "nothing was judged",
    }
    return by_code[report.footer.exit_code]
