"""Entries of the matrix from reports that were made elsewhere: one job a client, put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.excusing import held_against
from kintone_conformance.matrix.judging import LARGEST, Entry
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.report.events import Report
from kintone_conformance.spec.requirements import requirements
from kintone_lint.bounded import read_whole


def read_reports(folder: Path, sdks: Sequence[Sdk]) -> list[Entry]:
    """Each SDK's entry; one without a report that can be read is trouble.

    The reports are `FOLDER@VERSION.json`, in the folder or in folders of it, as artifacts of many
    jobs are. Raises UsageError if there is none at all.
    """
    found = {path.name: path for path in sorted(folder.glob("*.json"))}
    found |= {path.name: path for path in sorted(folder.glob("*/*.json"))}
    entries = [_entry(sdk, found.get(f"{sdk.label}.json")) for sdk in sdks]
    if not any(entry.report for entry in entries):
        example = f"{sdks[0].label}.json" if sdks else "NAME@VERSION.json"
        raise UsageError(
            f"{folder} has no report of these SDKs", f"the files are named like {example}"
        )
    return entries


def _entry(sdk: Sdk, path: Path | None) -> Entry:
    if path is None:
        if sdk.not_judged:
            return Entry(sdk, elsewhere=sdk.not_judged)
        return Entry(sdk, trouble="it has no report")
    try:
        report = msgspec.json.decode(read_whole(path, LARGEST), type=Report)
        if any(row.id not in requirements() for row in report.requirements):
            return Entry(sdk, trouble=f"{path.name} was made by another version of the suite")
        if not report.footer.complete:
            return Entry(sdk, trouble=f"{path.name} comes from a run that was not finished")
        return Entry(sdk, held_against(sdk, report))
    except OSError as error:
        return Entry(sdk, trouble=f"{path.name} cannot be read: {error.strerror}")
    except (msgspec.DecodeError, RecursionError) as error:
        return Entry(sdk, trouble=f"{path.name} is not a report: {error}")
    except UsageError as error:
        return Entry(sdk, trouble=error.message)
