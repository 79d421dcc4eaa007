"""What is to be reported, and where to: the same words mean the same to every command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kintone_conformance.baseline import Baseline, read
from kintone_conformance.errors import UsageError
from kintone_conformance.report import files
from kintone_conformance.selecting import requirement_ids
from kintone_conformance.writing import check_writable


def wanted_ids(select: Sequence[str], ignore: Sequence[str]) -> list[str]:
    """The requirements to judge. Raises UsageError for unknown words, and if none is left."""
    ignored = set(requirement_ids(ignore)) if ignore else set()
    ids = [id_ for id_ in requirement_ids(select) if id_ not in ignored]
    if not ids:
        raise UsageError(
            "--ignore leaves nothing to judge", "choose fewer, or others with --select"
        )
    return ids


def listed_failures(
    baseline: Path | None, updating: bool, *, of_fields: bool = False
) -> Baseline | None:
    """The known failures, or fields that differ, as they are before the run. Raises UsageError."""
    if updating and baseline is None:
        raise UsageError("--update-baseline needs --baseline FILE", "name the file to write")
    if baseline is None or (updating and not baseline.exists()):
        return None
    return read(baseline, of_fields=of_fields)


def check_outputs(
    context: click.Context, folder: Path | None, summary: Path | None, baseline: Path | None
) -> None:
    """Check that what will be written can be; the report folder is ours from now on.

    Raises UsageError before anything runs.
    """
    if folder is not None:
        files.make_report_folder(folder)
        context.with_resource(files.claimed(folder))
    for file in (summary, baseline):
        if file is not None:
            check_writable(file)
