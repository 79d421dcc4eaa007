"""What `compare` makes of the differences: those that are known, the reports, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kintone_conformance import __version__
from kintone_conformance.baseline import Baseline, read, update
from kintone_conformance.commands import code_after_writing
from kintone_conformance.commands.wanted import listed_failures
from kintone_conformance.doors.answering import answered
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.telling import step
from kintone_conformance.model import Verdict
from kintone_conformance.report import comparison, origin, terminal
from kintone_conformance.report.comparison import Apart, Comparison
from kintone_conformance.traffic.comparing import Compared, Difference
from kintone_conformance.traffic.fields import causes
from kintone_conformance.writing import append, write_whole
from kintone_lint.counting import counted
from kintone_lint.streams import say


@dataclass(frozen=True)
class Field:
    """A field of the two clients as the baseline knows it; it fails if they differ."""

    id: str
    verdict: Verdict = Verdict.PASS
    message: str = ""


@dataclass(frozen=True)
class KnownFields:
    """The fields that are known to differ, in which file, and whether that is to be updated."""

    path: Path | None
    updating: bool
    listed: Baseline | None


def known_fields(baseline: Path | None, updating: bool) -> KnownFields:
    """The known differences in a file. Raises UsageError."""
    return KnownFields(baseline, updating, listed_failures(baseline, updating, of_fields=True))


def reported(
    found: Compared,
    titles: Sequence[str],
    ignored: Sequence[str],
    started: str,
    known: KnownFields,
    folder: Path | None,
    summary: Path | None,
) -> int:
    """Write and print the reports; the exit code."""
    made = comparison_of(found, titles, ignored, started)
    listed, failed = known.listed, []
    if known.updating and known.path is not None and made.asked:
        try:
            changed = update(known.path, fields_of(made, listed), strict=False, of_fields=True)
            listed = read(known.path, of_fields=True)
            say(f"{known.path}: {counted(changed, 'change')} written", err=True)
        except UsageError as error:
            failed = [error.message]
    made = excused(made, listed) if listed is not None else made
    failed += _written(made, folder, summary)
    terminal.paragraphs(terminal.console(), comparison.lines(made))
    return code_after_writing(failed, made.exit_code)


def comparison_of(
    found: Compared, titles: Sequence[str], ignored: Sequence[str], started: str
) -> Comparison:
    """What is reported. `titles` name the clients; "" for what they say of themselves."""
    first, second = (
        title or f"{info.name} {info.version} ({info.language})"
        for title, info in zip(titles, found.clients, strict=True)
    )
    only_first, only_second = found.alone
    made = Comparison(
        suite=__version__,
        first=first,
        second=second,
        door=found.door,
        calls=tuple(sorted(found.calls)),
        asked=found.asked,
        noise=found.noise,
        ignored=tuple(ignored),
        only_first=only_first,
        only_second=only_second,
        differences=tuple(map(_apart, found.differences)),
        more=found.more,
    )
    return msgspec.structs.replace(made, **origin.stamp(started))


def _apart(found: Difference) -> Apart:
    apis = tuple(sorted(found.apis))
    input_ = step(found.exchange)
    return Apart(
        found.name,
        found.left,
        found.right,
        apis,
        found.count,
        input_,
        answer=answered(found.exchange.asking.answer),
        first_shown=causes(found.name, found.exchange),
        second_shown=causes(found.name, found.other),
    )


def _written(made: Comparison, folder: Path | None, summary: Path | None) -> list[str]:
    """Write what was asked for; returns a sentence for each file that could not be written."""
    failed = []
    try:
        if folder is not None:
            write_whole(folder / "compare.json", comparison.as_json(made))
            write_whole(folder / "junit.xml", comparison.junit(made))
        if summary is not None:
            append(summary, comparison.summary(made))
    except UsageError as error:
        failed.append(error.message)
    return failed


def excused(made: Comparison, listed: Baseline) -> Comparison:
    """With what the baseline says of each difference, and what is wrong with its other entries."""
    told = [listed.said_of(_field(each)) for each in made.differences]
    apart = tuple(
        msgspec.structs.replace(each, known=said.known, stale=said.stale)
        for each, said in zip(made.differences, told, strict=True)
    )
    stale = tuple(
        f"{name} does not differ, but is listed in {listed.path} as a known difference"
        for name in _settled(made, listed)
    )
    return msgspec.structs.replace(made, differences=apart, stale=stale)


def _settled(made: Comparison, listed: Baseline) -> list[str]:
    """The fields of the baseline that were looked at, and are the same."""
    apart = {each.field for each in made.differences}
    return [name for name in listed.known if name not in apart and name not in made.noise]


def fields_of(made: Comparison, listed: Baseline | None) -> list[Field]:
    """The fields that differ, and those that are known to and do not."""
    settled = _settled(made, listed) if listed is not None else []
    return [*map(_field, made.differences), *map(Field, settled)]


def _field(each: Apart) -> Field:
    return Field(each.field, Verdict.FAIL, f"A: {each.first}; B: {each.second}")
