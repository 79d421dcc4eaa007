"""What came of a comparison of two clients: for people side by side, and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from kintone_conformance.model import Step
from kintone_conformance.report.text import described
from kintone_lint.escaping import fenced, json_text, markdown, visible

_LONGEST = 300  # characters of a value that is shown
_NAMED = 6  # calls that are named


class Apart(msgspec.Struct, frozen=True, rename="camel"):
    """One field that differs: its values in the smallest input, and the calls that show it."""

    field: str
    first: str
    second: str
    calls: tuple[str, ...]
    count: int
    input: Step


class Comparison(msgspec.Struct, frozen=True, rename="camel"):
    """`compare.json`. `noise` are fields that differ between two runs of the first client,
    or that differed once and not again."""

    suite: str
    first: str
    second: str
    door: str
    asked: int
    noise: tuple[str, ...]
    ignored: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    differences: tuple[Apart, ...]


def lines(comparison: Comparison) -> Iterator[str]:
    """The comparison as a person reads it top-down; each line is harmless."""
    yield f"A: {visible(comparison.first)}"
    yield f"B: {visible(comparison.second)}"
    yield f"{comparison.asked:,} calls were compared, through the door {comparison.door}"
    for title, names in (
        ("left out as noise (it differs between two runs of A, or only once)", comparison.noise),
        ("ignored", comparison.ignored),
        ("declared by A alone, and not compared", comparison.only_first),
        ("declared by B alone, and not compared", comparison.only_second),
    ):
        if names:
            yield f"{title}: {visible(', '.join(names))}"
    for each in comparison.differences:
        yield ""
        yield visible(f"{each.field}  ({_where(each)})")
        yield f"  with  {visible(described(each.input))}"
        yield from _side("A", each.first)
        yield from _side("B", each.second)
    yield ""
    yield conclusion(comparison)


def conclusion(comparison: Comparison) -> str:
    """The last sentence."""
    count = len(comparison.differences)
    if not comparison.asked:
        return "nothing was compared: the two share no call"
    return f"{count} difference{'' if count == 1 else 's'}" if count else "no difference"


def _where(each: Apart) -> str:
    named = ", ".join(each.calls[:_NAMED])
    more = len(each.calls) - _NAMED
    calls = "call" if each.count == 1 else "calls"
    return f"{each.count:,} {calls}: {named}{f' and {more} more' if more > 0 else ''}"


def _side(name: str, value: str) -> Iterator[str]:
    shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}… ({len(value)} characters)"
    first, *rest = visible(shown, "\n").split("\n")
    yield f"  {name}     {first}"
    yield from (f"        {line}" for line in rest)


def as_json(comparison: Comparison) -> bytes:
    """The comparison for machines, in ASCII."""
    return json_text(msgspec.to_builtins(comparison)).encode("ascii")


def summary(comparison: Comparison) -> bytes:
    """The comparison as Markdown, for the summary of a CI job."""
    head = f"### {markdown(comparison.first)} and {markdown(comparison.second)}"
    return f"{head}\n\n{fenced(chr(10).join(lines(comparison)), 'text')}\n".encode()


def made(
    found: Any, suite: str, ignored: Sequence[str], inputs: Sequence[Step], titles: Sequence[str]
) -> Comparison:
    """A comparison of what came of it (`traffic.comparing.Compared`), with the smallest inputs.

    `titles` name the clients; "" for what they say of themselves.
    """
    one, other = (
        title or f"{info.name} {info.version} ({info.language})"
        for title, info in zip(titles, found.clients, strict=True)
    )
    apart = tuple(
        Apart(each.name, each.left, each.right, tuple(sorted(each.apis)), each.count, step)
        for each, step in zip(found.differences, inputs, strict=True)
    )
    first, second = found.alone
    return Comparison(
        *(suite, one, other, found.door, found.asked, found.noise, tuple(ignored)),
        *(first, second, apart),
    )
