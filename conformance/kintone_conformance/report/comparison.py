"""What came of a comparison of two clients: for people side by side, and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kintone_conformance.model import ExitCode, Step
from kintone_conformance.report.text import cut, described
from kintone_lint.counting import counted
from kintone_lint.escaping import fenced, json_text, markdown, visible
from kintone_lint.junit import Case, document

_LONGEST = 300  # characters of a value that is shown
_NAMED = 6  # calls that are named


class Apart(msgspec.Struct, frozen=True, rename="camel"):
    """One field that differs: its values in the smallest input, and the calls that show it.

    `answer` is what both were answered, "" for the documented answer. `first_shown` and
    `second_shown` say what both reported and sent, where the field itself does not.
    `known` is the reason why the baseline excuses it, `stale` what is wrong with its entry there.
    """

    field: str
    first: str
    second: str
    calls: tuple[str, ...]
    count: int
    input: Step
    answer: str = ""
    first_shown: tuple[str, ...] = ()
    second_shown: tuple[str, ...] = ()
    known: str = ""
    stale: str = ""


class Comparison(msgspec.Struct, frozen=True, rename="camel"):
    """`compare.json`.

    `calls` were compared, `asked` times altogether. `noise` are fields that differ between two
    runs of the first client, or that differed once and not again. `stale` are sentences about
    entries of the baseline whose field does not differ. `more` differences are not listed. When and
    where it was made is told as in the header of `report.json`.
    """

    suite: str
    first: str
    second: str
    door: str
    calls: tuple[str, ...]
    asked: int
    noise: tuple[str, ...]
    ignored: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    differences: tuple[Apart, ...]
    stale: tuple[str, ...] = ()
    started: str = ""
    finished: str = ""
    machine: str = ""
    commit: str = ""
    run: str = ""
    more: int = 0

    @property
    def new(self) -> tuple[Apart, ...]:
        """The differences that no baseline excuses."""
        return tuple(each for each in self.differences if not each.known)

    @property
    def exit_code(self) -> ExitCode:
        """Whether they are the same, as far as the baseline lets them."""
        if not self.asked:
            return ExitCode.NOTHING_JUDGED
        return ExitCode.FAILED if self.new or self.more or self.stale else ExitCode.OK


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
    for each in comparison.new:
        yield ""
        yield from _apart(each)
    yield from _excused(comparison)
    yield ""
    yield conclusion(comparison)


def _apart(each: Apart) -> Iterator[str]:
    yield visible(f"{each.field}  ({_where(each)})")
    yield f"  with  {visible(described(each.input))}"
    if each.answer:
        yield f"  answered with {visible(each.answer)}"
    yield from _side("A", each.first, each.first_shown)
    yield from _side("B", each.second, each.second_shown)
    if each.stale:
        yield f"  {visible(each.stale)}"


def _excused(comparison: Comparison) -> Iterator[str]:
    known = [each for each in comparison.differences if each.known]
    if known:
        yield ""
        yield "known differences"
    yield from (visible(f"  {each.field}  {each.known}") for each in known)
    if comparison.stale:
        yield ""
        yield "stale in the baseline (--update-baseline fixes it)"
    yield from (f"  {visible(sentence)}" for sentence in comparison.stale)


def conclusion(comparison: Comparison) -> str:
    """The last sentence."""
    count, known = len(comparison.new), len(comparison.differences) - len(comparison.new)
    if not comparison.asked:
        return "nothing was compared: the two share no call"
    said = counted(count, "difference") if count else "no difference"
    if known:
        said = f"{said} but {known} known" if not count else f"{said}, and {known} known"
    if comparison.more:
        said = f"{said}, and {comparison.more} more that are not shown"
    stale = len(comparison.stale)
    return f"{said}; {stale} stale in the baseline" if stale else said


def _where(each: Apart) -> str:
    named = ", ".join(each.calls[:_NAMED])
    more = len(each.calls) - _NAMED
    calls = "call" if each.count == 1 else "calls"
    return f"{each.count:,} {calls}: {named}{f' and {more} more' if more > 0 else ''}"


def _side(name: str, value: str, more: Sequence[str]) -> Iterator[str]:
    first, *rest = (line for text in (value, *more) for line in _shown(text))
    yield f"  {name}     {first}"
    yield from (f"        {line}" for line in rest)


def _shown(value: str) -> list[str]:
    return visible(cut(value, _LONGEST, _LONGEST), "\n").split("\n")


def as_json(comparison: Comparison) -> bytes:
    """The comparison for machines, in ASCII."""
    return json_text(msgspec.to_builtins(comparison)).encode("ascii")


def junit(comparison: Comparison) -> bytes:
    """The comparison for CI systems: one test case per call, and one for a stale baseline."""
    cases = [_case(comparison, api) for api in comparison.calls]
    if comparison.stale:
        cases.append(Case("kintone", "baseline", "failure", "; ".join(comparison.stale)))
    return document("kintone-conformance compare", cases)


def _case(comparison: Comparison, api: str) -> Case:
    new = [each for each in comparison.new if api in each.calls]
    known = [each for each in comparison.differences if each.known and api in each.calls]
    if new:
        text = "\n".join(line for each in new for line in _apart(each))
        return Case("kintone.compare", api, "failure", _fields(new), text)
    if known:
        return Case("kintone.compare", api, "skipped", f"known to differ: {_fields(known)}")
    return Case("kintone.compare", api)


def _fields(apart: Sequence[Apart]) -> str:
    return visible(", ".join(each.field for each in apart))


def summary(comparison: Comparison) -> bytes:
    """The comparison as Markdown, for the summary of a CI job."""
    head = f"### {markdown(comparison.first)} and {markdown(comparison.second)}"
    return f"{head}\n\n{fenced(chr(10).join(lines(comparison)), 'text')}\n".encode()
