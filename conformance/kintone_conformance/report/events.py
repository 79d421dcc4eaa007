"""The events of a run, one JSON line each, and the report that they add up to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from kintone_conformance.model import ExitCode, Info, Result, Step, Verdict
from kintone_conformance.report.places import last_lines, placeless
from kintone_conformance.spec.requirements import FAMILIES, requirements
from kintone_lint.escaping import named


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The run begins: what the client declares, and what this system does not let us see."""

    info: Info
    blind_spots: tuple[str, ...] = ()


class Planned(msgspec.Struct, frozen=True, tag="planned"):
    """A process knows what it will ask, and how many seconds that may take."""

    least: float
    most: float


class Started(msgspec.Struct, frozen=True, tag="started"):
    """A requirement is being judged."""

    id: str


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """So many examples of the requirement at hand have been judged."""

    id: str
    examples: int


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    """A requirement is done."""

    result: Result


class Found(msgspec.Struct, frozen=True, tag="found"):
    """A requirement was found broken, whichever was being judged."""

    result: Result


class Tally(msgspec.Struct, frozen=True, tag="tally"):
    """So many calls have judged requirements since the last tally.

    `pairs` is the calls for each requirement, `unserved` the number of inputs that the client
    could not be asked for.
    """

    pairs: dict[str, list[str]]
    unserved: dict[str, int]


class Outsiders(msgspec.Struct, frozen=True, tag="outsiders"):
    """So many more requests came from other processes than the client's, by their names."""

    counts: dict[str, int]


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """The run cannot go on; nothing more will be judged by this process."""

    message: str
    hint: str = ""
    details: str = ""
    stderr: str = ""
    usage: bool = False


class Tick(msgspec.Struct, frozen=True, tag="tick"):
    """Time has passed; whoever follows a run can look at the clock."""


Event = Hello | Planned | Started | Beat | Judged | Found | Tally | Outsiders | Trouble | Tick

_LONE = re.compile("[\ud800-\udfff]")
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """An event as one line; lone surrogates, which an error text may hold, become escapes."""
    try:
        return _encoder.encode(event) + b"\n"
    except UnicodeEncodeError:
        return _encoder.encode(_in_utf8(msgspec.to_builtins(event))) + b"\n"


def _in_utf8(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE.sub(lambda lone: named(lone[0]), value)
    if isinstance(value, dict):
        return {_in_utf8(name): _in_utf8(each) for name, each in value.items()}
    return [*map(_in_utf8, value)] if isinstance(value, list | tuple) else value


def decode(line: bytes) -> Event:
    """An event from its line. Raises msgspec.DecodeError."""
    return _decoder.decode(line)


class Header(msgspec.Struct, frozen=True, rename="camel"):
    """What was judged, and how. `notes` say what was left out or could not be seen.

    `started` and `finished` are times in UTC (ISO 8601), `machine` is system and architecture.
    `commit` and `run` (an address) are what the environment of a CI job says of itself.
    """

    suite: str
    client: Info | None
    adapter: str | None
    driver: str | None
    doors: tuple[str, ...]
    examples: int
    seed: int | None
    strict: bool
    python: str
    started: str
    notes: tuple[str, ...] = ()
    finished: str = ""
    machine: str = ""
    commit: str = ""
    run: str = ""


class Row(msgspec.Struct, frozen=True, rename="camel"):
    """A requirement and what came of it.

    `fix` is what the catalogue tells the author of a client that breaks it; `stderr` are the last
    lines that a driver which failed wrote to standard error; `known` is the reason why the
    baseline excuses it, `stale` what is wrong with its entry there, `issue` where that is talked
    about. `part` is the part of the request that decides, `marks` the texts that are marked in its
    wires, `cause` the id of the row that it is shown under. `refused_calls` are the calls that an
    error is about, if the client lacks them, or refuses them with harmless input. No text names a
    folder of this machine, but for the command that repeats it.
    """

    id: str
    name: str
    level: str
    sentence: str
    source: str
    verdict: Verdict
    message: str
    door: str
    examples: int
    not_applicable: int
    seconds: float
    counterexample: tuple[Step, ...]
    expected: str
    sent: str
    difference: str
    hint: str
    reproduce: str
    fix: str = ""
    stderr: tuple[str, ...] = ()
    known: str = ""
    stale: str = ""
    issue: str = ""
    part: str = ""
    marks: tuple[str, ...] = ()
    cause: str = ""
    refused_calls: tuple[str, ...] = ()


class Footer(msgspec.Struct, frozen=True, rename="camel"):
    """The end of the report; a report without it, or with complete false, is a truncated one.

    `trouble` is what kept the run from its end, `missing` what was required and not judged, a
    sentence each.
    """

    counts: dict[str, int]
    exit_code: int
    complete: bool
    trouble: str = ""
    missing: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """`report.json`.

    `coverage` tells for each call how many requirements of each family were judged with it.
    """

    header: Header
    requirements: tuple[Row, ...]
    footer: Footer
    coverage: dict[str, dict[str, int]] = {}


def coverage(pairs: Mapping[str, Iterable[str]]) -> dict[str, dict[str, int]]:
    """Calls by families: how many requirements of each were judged with each call."""
    found: dict[str, dict[str, int]] = {}
    for id_, apis in pairs.items():
        for api in apis:
            row_ = found.setdefault(api, dict.fromkeys(FAMILIES, 0))
            row_[id_[:3]] += 1
    return dict(sorted(found.items()))


def row(result: Result, reproduce: str) -> Row:
    """A result with what the catalogue says of its requirement."""
    entry = requirements()[result.id]
    return Row(
        id=result.id,
        name=entry.name,
        level=entry.level,
        sentence=entry.sentence,
        source=entry.source,
        verdict=result.verdict,
        message=placeless(result.message),
        door=result.door,
        examples=result.examples,
        not_applicable=result.not_applicable,
        seconds=result.seconds,
        counterexample=tuple(_placeless(step) for step in result.counterexample),
        expected=placeless(result.expected),
        sent=placeless(result.sent),
        difference=placeless(result.difference),
        hint=placeless(result.hint),
        reproduce=reproduce,
        fix="" if result.verdict is Verdict.ERROR else entry.fix,
        stderr=last_lines(result.stderr),
        part=result.part,
        marks=tuple(placeless(mark) for mark in result.marks),
        refused_calls=result.refused_calls,
        cause=result.cause,
    )


def _placeless(step: Step) -> Step:
    wires = tuple(placeless(wire) for wire in step.wires)
    return replace(step, outcome=placeless(step.outcome), wires=wires)


def footer(
    rows: tuple[Row, ...],
    *,
    strict: bool,
    complete: bool,
    trouble: str = "",
    missing: Sequence[str] = (),
    stopped: bool = False,
) -> Footer:
    """Counts and exit code: an error wins over a failure, and nothing judged is not a success.

    A known failure does not fail the run; a stale entry of the baseline does, and so does what is
    `missing`. A run that ends early is not a success, whatever it has judged; one that
    was `stopped` at a limit fails by what it has found.
    """
    failing = {Verdict.FAIL} | ({Verdict.WARN} if strict else set())
    counts = {str(verdict): sum(row.verdict == verdict for row in rows) for verdict in Verdict}
    judged = len(rows) - counts[Verdict.NA] - counts[Verdict.ERROR]
    failed = any(row.stale or (row.verdict in failing and not row.known) for row in rows)
    if counts[Verdict.ERROR] or not (complete or (stopped and failed)):
        code = ExitCode.HARNESS
    elif failed or missing:
        code = ExitCode.FAILED
    elif not judged:
        code = ExitCode.NOTHING_JUDGED
    else:
        code = ExitCode.OK
    return Footer(counts, int(code), complete, trouble, tuple(missing))
