"""Known failures: what a team has looked at, and lives with for now. A gate for all the rest.

    version = 1

    [KC602]
    reason = "redirects are followed; the switch comes with 3.0"
    issue = "https://github.com/example/sdk/issues/12"
    match = "after a 301"

`reason` is required; `match` is a part of the message that the failure must still have.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.report.events import Row
from kintone_conformance.report.text import portless
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.writing import write_whole
from kintone_lint.escaping import visible

VERSION = 1
_STANDING = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One known failure."""

    reason: str
    issue: str = ""
    match: str = ""

    @property
    def told(self) -> str:
        """Why it is known, with the issue about it."""
        return f"{self.reason} ({self.issue})" if self.issue else self.reason


@dataclass(frozen=True)
class Baseline:
    """The known failures of one client, by requirement id."""

    path: Path
    known: Mapping[str, Known]

    def applied(self, row: Row) -> Row:
        """The row with what the baseline says of it: excused (`known`), or why not (`stale`).

        An error is never excused; what was not judged says nothing of its entry.
        """
        entry = self.known.get(row.id)
        if entry is None or row.verdict in (Verdict.ERROR, Verdict.NA):
            return row
        if row.verdict not in _STANDING:
            stale = f"{row.id} passes, and is listed in {self.path} as a known failure"
        elif not _fits(entry, row):
            stale = f"{row.id} fails otherwise than {self.path} says: {entry.match!r} is gone"
        else:
            return msgspec.structs.replace(row, known=entry.told)
        return msgspec.structs.replace(row, stale=stale)


def _fits(entry: Known, row: Row) -> bool:
    """Whether the failure is the known one, as it is reported or as it is shown."""
    return entry.match in row.message or entry.match in visible(row.message)


def read(path: Path) -> Baseline:
    """The baseline in a file. Raises UsageError, with the line, where it is none."""
    try:
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise UsageError(
            f"there is no baseline {path}", "--update-baseline writes one from this run"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "it is UTF-8 text, in TOML") from None
    try:
        entries = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at line {text.count(chr(10)) + 1}, the end of the file"
        said = str(error).replace("at end of document", end)
        raise UsageError(f"{path} is no TOML: {said}", "each id stands once, as [KC101]") from None
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise UsageError(f"{path} is no TOML: {why}", "each id stands once, as [KC101]") from None
    version = entries.pop("version", None)
    if version != VERSION or isinstance(version, bool):
        what = "says no version" if version is None else f"has version {version!r}"
        raise UsageError(
            f"{path} {what}; this suite reads version {VERSION}",
            f"put `version = {VERSION}` at its top, or update the suite",
        )
    return Baseline(path, {id_: _entry(path, text, id_, entries[id_]) for id_ in entries})


def _entry(path: Path, text: str, id_: str, fields: object) -> Known:
    where = f"{path}, line {_line_of(text, id_)}"
    if id_ not in requirements():
        raise UsageError(f"{where}: there is no requirement {id_!r}", _meant(id_, requirements()))
    if isinstance(fields, dict):
        for name in set(fields) - set(Known.__struct_fields__):
            at = f"{path}, line {_line_of(text, id_, name)}"
            raise UsageError(
                f"{at}: {id_} has an unknown key {name!r}", _meant(name, Known.__struct_fields__)
            )
    try:
        known = msgspec.convert(fields, Known)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {id_}: {error}", 'as in reason = "why it is known"') from None
    if not known.reason.strip():
        raise UsageError(f"{where}: {id_} gives no reason", 'as in reason = "why it is known"')
    return known


def _meant(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else "known are " + ", ".join(names[:10])


def _line_of(text: str, id_: str, key: str = "") -> int:
    """The line of an entry, or of a key inside it; 1 where it is written in an unusual way."""
    head = re.search(rf"^\s*\[?\s*[\"']?{re.escape(id_)}[\"']?\s*[\]=.]", text, re.MULTILINE)
    start = head.start() if head else 0
    found = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", re.MULTILINE).search(text, start)
    at = found if key and found else head
    return text.count("\n", 0, at.end()) + 1 if at else 1


def update(path: Path, rows: Iterable[Row], strict: bool) -> int:
    """Make the file fit these rows; returns how many entries changed. Comments stay.

    New failures are added with their message as the reason, entries that pass are removed with the
    comment right above them, and a `match` that no longer fits is dropped. Raises UsageError where
    the file cannot be read, edited or written; it is not touched then.
    """
    known = dict(read(path).known) if path.exists() else {}
    text = path.read_text("utf-8") if path.exists() else f"version = {VERSION}\n"
    failing = {Verdict.FAIL, *([Verdict.WARN] if strict else [])}
    gone: list[str] = []
    loose: list[str] = []
    new: dict[str, str] = {}
    for row in rows:
        entry = known.get(row.id)
        if entry is None and row.verdict in failing:
            new[row.id] = visible(portless(row.message))
        elif entry is not None and row.verdict is Verdict.PASS:
            gone.append(row.id)
        elif entry is not None and row.verdict in _STANDING and not _fits(entry, row):
            loose.append(row.id)
    changed = len(gone) + len(loose) + len(new)
    if changed or not path.exists():
        write_whole(path, _edited(path, text, gone, loose, new).encode())
    return changed


def _edited(
    path: Path, text: str, gone: Sequence[str], loose: Sequence[str], new: Mapping[str, str]
) -> str:
    """The text without the entries `gone`, without `match` in `loose`, and with `new` ones."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    expected = {id_: fields for id_, fields in tomllib.loads(text).items() if id_ not in gone}
    for id_ in loose:
        expected[id_] = {name: each for name, each in expected[id_].items() if name != "match"}
    expected |= {id_: {"reason": reason} for id_, reason in new.items()}
    try:
        for id_ in gone:
            text = _without_table(text, id_)
        document = tomlkit.parse(text)
        for id_ in loose:
            del document[id_]["match"]
        for id_, reason in new.items():
            table = tomlkit.table()
            table.add("reason", reason)
            document.add(tomlkit.nl())
            document.add(id_, table)
        edited = tomlkit.dumps(document)
        if tomllib.loads(edited) == expected:
            return edited
    except (TOMLKitError, tomllib.TOMLDecodeError, AttributeError, TypeError):
        pass
    raise UsageError(
        f"{path} has an entry that cannot be edited in place; it is untouched",
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
