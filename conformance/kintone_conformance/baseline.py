"""Known failures: what a team has looked at, and lives with for now. A gate for all the rest.

    version = 1

    require = ["KC4", "guest"]

    [KC602]
    reason = "redirects are followed; the switch comes with 3.0"
    issue = "https://github.com/example/sdk/issues/12"
    match = "after a 301"
    until = 2027-03-31

`reason` is needed; `match` is a part of the message that the failure must still have, and `until`
the last day on which it is excused. `require` is what must be judged, as the option `--require`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.report.events import Row
from kintone_conformance.report.text import portless
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.tomls import choice, parsed, read_text
from kintone_conformance.writing import write_whole
from kintone_lint.escaping import visible

VERSION = 1
_STANDING = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)


class Judged(Protocol):
    """What a baseline is compared with: a requirement or a field, and its result."""

    @property
    def id(self) -> str:
        """The name of its entry."""

    @property
    def verdict(self) -> Verdict:
        """What came of it."""

    @property
    def message(self) -> str:
        """Why it failed."""


class Told(NamedTuple):
    """What a baseline says of a failure: why it is known, or what is wrong with its entry."""

    known: str = ""
    stale: str = ""
    issue: str = ""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One known failure."""

    reason: str
    issue: str = ""
    match: str = ""
    until: date | None = None

    @property
    def sentence(self) -> str:
        """Why it is known, until when, and the issue about it."""
        until = f"until {self.until}" if self.until else ""
        about = ", ".join(filter(None, (self.issue, until)))
        return f"{self.reason} ({about})" if about else self.reason


@dataclass(frozen=True)
class Baseline:
    """The known failures of one client, by requirement id, and what must be judged of it."""

    path: Path
    known: Mapping[str, Known]
    require: tuple[str, ...] = ()

    def applied(self, row: Row, today: date | None = None) -> Row:
        """The row with what the baseline says of it."""
        told = self.said_of(row, today)
        return msgspec.structs.replace(row, **told._asdict()) if any(told) else row

    def said_of(self, row: Judged, today: date | None = None) -> Told:
        """Whether a failure is excused, or why not.

        An error is never excused; what was not judged says nothing of its entry. `today` is
        the day that `until` is compared with.
        """
        entry = self.known.get(row.id)
        if entry is None or row.verdict in (Verdict.ERROR, Verdict.NA):
            return Told()
        if row.verdict not in _STANDING:
            stale = f"{row.id} passes, but is listed in {self.path} as a known failure"
        elif not _fits(entry, row):
            stale = (
                f"{row.id} fails, but not as {self.path} says: {entry.match!r} is not in its "
                f"message"
            )
        elif entry.until is not None and (today or date.today()) > entry.until:
            stale = f"{row.id} was accepted until {entry.until} in {self.path}, and still fails"
        else:
            return Told(known=entry.sentence, issue=entry.issue)
        if entry.issue:
            stale += f" ({entry.issue})"
        return Told(stale=stale, issue=entry.issue)


def _fits(entry: Known, row: Judged) -> bool:
    """Whether the failure is the known one, as it is reported or as it is shown."""
    return entry.match in row.message or entry.match in visible(row.message)


def read(path: Path, *, of_fields: bool = False) -> Baseline:
    """The baseline in a file. Raises UsageError, with the line, if it is not one.

    `of_fields`: its entries are fields of a comparison, as "header user-agent", which can have any
    name; else they are requirements.
    """
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise UsageError(
            f"there is no baseline {path}", "--update-baseline creates one from this run"
        ) from None
    entries = parsed(path, text, "write each id once, as [KC101]")
    version = entries.pop("version", None)
    if version != VERSION or isinstance(version, bool):
        what = "has no version" if version is None else f"has version {version!r}"
        raise UsageError(
            f"{path} {what}; this suite reads version {VERSION}",
            f"put `version = {VERSION}` at its top, or update the suite",
        )
    require = _required(path, entries.pop("require", []))
    for id_ in entries if not of_fields else ():
        if id_ not in requirements():
            where = f"{path}, line {_line_of(text, id_)}"
            code = next((each.id for each in requirements().values() if each.name == id_), None)
            hint = f"write its code: [{code}]" if code else choice(id_, requirements())
            raise UsageError(f"{where}: there is no requirement {id_!r}", hint)
    known = {id_: _entry(path, text, id_, entries[id_]) for id_ in entries}
    return Baseline(path, known, require)


def _required(path: Path, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(
            f"{path}: require is not a list of strings", 'as in require = ["KC4", "guest"]'
        )
    return tuple(value)


def _entry(path: Path, text: str, id_: str, fields: object) -> Known:
    where = f"{path}, line {_line_of(text, id_)}"
    if isinstance(fields, dict):
        for name in set(fields) - set(Known.__struct_fields__):
            at = f"{path}, line {_line_of(text, id_, name)}"
            raise UsageError(
                f"{at}: {id_} has an unknown key {name!r}", choice(name, Known.__struct_fields__)
            )
    try:
        known = msgspec.convert(fields, Known)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {id_}: {error}", 'as in reason = "why it is known"') from None
    if not known.reason.strip():
        raise UsageError(f"{where}: {id_} has no reason", 'as in reason = "why it is known"')
    return known


def _line_of(text: str, id_: str, key: str = "") -> int:
    """The line of an entry, or of a key inside it; 1 where it is written in an unusual way."""
    head = re.search(rf"^\s*\[?\s*[\"']?{re.escape(id_)}[\"']?\s*[\]=.]", text, re.MULTILINE)
    start = head.start() if head else 0
    found = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", re.MULTILINE).search(text, start)
    at = found if key and found else head
    return text.count("\n", 0, at.end()) + 1 if at else 1


def update(path: Path, rows: Iterable[Judged], strict: bool, *, of_fields: bool = False) -> int:
    """Make the file fit these rows; returns how many entries changed. Comments stay.

    New failures are added with their message as the reason, and with the part of it that stays
    the same from run to run as their `match`; entries that pass are removed with the
    comment right above them, and a `match` that no longer fits is renewed. Raises UsageError if
    the file cannot be read, edited or written; it is not touched then.
    """
    known = dict(read(path, of_fields=of_fields).known) if path.exists() else {}
    text = path.read_text("utf-8") if path.exists() else f"version = {VERSION}\n"
    failing = {Verdict.FAIL, *([Verdict.WARN] if strict else [])}
    gone: list[str] = []
    loose: dict[str, str] = {}
    new: dict[str, dict[str, str]] = {}
    for row in rows:
        entry = known.get(row.id)
        if entry is None and row.verdict in failing:
            match = lasting(row.message)
            told = {"reason": visible(portless(row.message)), "match": match}
            new[row.id] = {name: text for name, text in told.items() if text}
        elif entry is not None and row.verdict is Verdict.PASS:
            gone.append(row.id)
        elif entry is not None and row.verdict in _STANDING and not _fits(entry, row):
            loose[row.id] = lasting(row.message)
    changed = len(gone) + len(loose) + len(new)
    if changed or not path.exists():
        write_whole(path, _edited(path, text, gone, loose, new).encode())
    return changed


def lasting(message: str) -> str:
    """The longest part of a message that does not depend on drawn values; "" if all of it may.

    Quoted values, numbers and addresses change with another seed, or in the next version of the
    suite. The name of a charset has digits, too, and stays.
    """
    parts = _DRAWN.split(visible(message))
    longest = max((part.strip(" ,;:()") for part in parts), key=len)
    return longest if len(longest) >= _LASTING else ""


_CHARSET = r"\(?(?:UTF-|Latin-|ISO-8859-|Windows-|CP|EUC-|KOI8-|GB|Big5)[\w-]*(?![^\s,;:()])"
_DRAWN = re.compile(
    rf"""'[^']*'|"[^"]*"|(?<![^\s'"])(?!{_CHARSET})\S*[0-9/\\]\S*|[^\x20-\x7e]+""", re.IGNORECASE
)
_LASTING = 8  # characters of a message that tell one failure from another


def _edited(
    path: Path,
    text: str,
    gone: Sequence[str],
    loose: Mapping[str, str],
    new: Mapping[str, Mapping[str, str]],
) -> str:
    """The text without the entries `gone`, with other matches in `loose`, and with `new` ones."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    expected = {id_: fields for id_, fields in tomllib.loads(text).items() if id_ not in gone}
    for id_, match in loose.items():
        kept = {name: each for name, each in expected[id_].items() if name != "match"}
        expected[id_] = kept | ({"match": match} if match else {})
    expected |= {id_: dict(fields) for id_, fields in new.items()}
    try:
        for id_ in gone:
            text = _without_table(text, id_)
        document = tomlkit.parse(text)
        for id_, match in loose.items():
            if match:
                document[id_]["match"] = match
            else:
                del document[id_]["match"]
        for id_, fields in new.items():
            table = tomlkit.table()
            for name, value in fields.items():
                table.add(name, value)
            document.add(tomlkit.nl())
            document.add(id_, table)
        edited = tomlkit.dumps(document)
        if tomllib.loads(edited) == expected:
            return edited
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, TypeError):
        pass
    raise UsageError(
        f"{path} has an entry that cannot be edited in place; the file is unchanged",
        "write each entry as a table of its own, as [KC101]",
    )


def _without_table(text: str, id_: str) -> str:
    """The text without a table and the comment right above it; what follows it stays."""
    lines = text.splitlines(keepends=True)
    head = re.compile(rf"\s*\[\s*[\"']?{re.escape(id_)}[\"']?\s*\]")
    start = next((number for number, line in enumerate(lines) if head.match(line)), None)
    if start is None:
        return text
    last = start
    for number in range(start + 1, len(lines)):
        if re.match(r"\s*\[", lines[number]):
            break
        if lines[number].strip() and not lines[number].lstrip().startswith("#"):
            last = number
    while start > 0 and lines[start - 1].lstrip().startswith("#"):
        start -= 1
    if start > 0 and not lines[start - 1].strip():
        start -= 1
    return "".join(lines[:start] + lines[last + 1 :])
