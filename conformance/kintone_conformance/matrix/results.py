"""`RESULTS.json`: what came of judging, in a stable order, so that git shows its changes."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kintone_conformance import __version__
from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.excusing import lacking
from kintone_conformance.matrix.judging import LARGEST, Entry
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.matrix.steady import steady
from kintone_conformance.model import ExitCode, Verdict
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.text import explained
from kintone_lint.bounded import read_whole
from kintone_lint.escaping import json_text

NAME = "RESULTS.json"
_SHOWN = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.NOTE)


class Finding(msgspec.Struct, frozen=True):
    """What a report says of one requirement that does not hold, line by line."""

    message: str
    lines: tuple[str, ...]
    known: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a client.

    `verdicts` has the ids of each verdict. `lacks` are the calls of the driver that this version
    does not have. `instead` is what is in place of them if nothing
    was judged, and `broke` whether that is an error.
    """

    version: str
    doors: tuple[str, ...] = ()
    verdicts: dict[str, tuple[str, ...]] = {}
    findings: dict[str, Finding] = {}
    lacks: str = ""
    instead: str = ""
    broke: bool = False

    def verdict(self, id_: str) -> str:
        """The verdict of a requirement; empty if it was not in that run."""
        return next((name for name, ids in self.verdicts.items() if id_ in ids), "")


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A client with its versions, the newest first; `commands` judge it from its folder.

    `review` says how its driver was held against the rule of CONTRIBUTING.
    """

    folder: str
    name: str
    language: str
    url: str
    note: str
    review: str = ""
    commands: tuple[str, ...]
    versions: tuple[Version, ...]


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Every client, by language and name. `suite` is the version that judged them."""

    suite: str
    clients: tuple[Client, ...]


def collected(entries: Sequence[Entry]) -> Results:
    """What came of a run of the matrix."""
    clients: dict[Path, list[Entry]] = {}
    for entry in entries:
        clients.setdefault(entry.sdk.folder, []).append(entry)
    return Results(suite=__version__, clients=tuple(_client(each) for each in clients.values()))


def _client(entries: Sequence[Entry]) -> Client:
    sdk = entries[0].sdk
    versions: list[Version] = []
    for entry in entries:
        versions.append(_version(entry, versions))
    return Client(
        folder=sdk.folder.name,
        name=sdk.name,
        language=sdk.language,
        url=sdk.url,
        note=sdk.note,
        review=" ".join(sdk.review.split()),
        commands=_commands(sdk),
        versions=tuple(versions),
    )


def _commands(sdk: Sdk) -> tuple[str, ...]:
    build = [command.replace("{python}", "python") for command in sdk.commands]
    run = shlex.join(["kintone-conformance", "run", *sdk.client])
    return (f"cd sdks/{sdk.workplace.name}", *build, run)


def _version(entry: Entry, newer: Sequence[Version]) -> Version:
    report, sdk = entry.report, entry.sdk
    if entry.trouble:
        return Version(version=sdk.version, instead=f"error: {entry.trouble}", broke=True)
    if report is None:
        return Version(version=sdk.version, instead=f"not judged here: {entry.elsewhere}")
    if report.footer.exit_code == ExitCode.NOTHING_JUDGED:
        return Version(version=sdk.version, instead=f"nothing to judge: {sdk.note}")
    report = steady(report, sdk.folder, sdk.unsteady)
    return Version(
        version=sdk.version,
        doors=report.header.doors,
        verdicts=_verdicts(report),
        lacks=lacking(report),
        findings={
            row.id: _finding(row)
            for row in report.requirements
            if row.verdict in _SHOWN and not any(row.id in each.findings for each in newer)
        },
    )


def _verdicts(report: Report) -> dict[str, tuple[str, ...]]:
    found = {
        str(verdict): tuple(sorted(r.id for r in report.requirements if r.verdict is verdict))
        for verdict in Verdict
    }
    return {name: ids for name, ids in found.items() if ids}


def _finding(row: Row) -> Finding:
    """A finding without the command that repeats it: the client's entry has that once."""
    bare = msgspec.structs.replace(row, reproduce="")
    lines = tuple(explained(bare).split("\n"))
    return Finding(row.message.partition("\n")[0], lines, row.known)


def encoded(results: Results) -> bytes:
    """The file's content, in ASCII."""
    return json_text(msgspec.to_builtins(results), indent=1).encode("ascii")


def read(path: Path) -> Results:
    """The results of a file. Raises UsageError if it does not hold any."""
    try:
        results = msgspec.json.decode(read_whole(path, LARGEST), type=Results)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"{path} does not hold results: {error}", f"give a {NAME}") from None
    for client in results.clients:
        if not client.versions or not client.url.startswith(("https://", "http://")):
            raise UsageError(
                f"{path}: {client.name!r} has no versions, or its url is not a web address"
            )
    return results
