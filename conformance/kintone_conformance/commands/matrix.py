"""`matrix`: many SDKs, side by side."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kintone_conformance import platforms
from kintone_conformance.commands import complain
from kintone_conformance.commands.options import run_option
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode
from kintone_lint.streams import say

if TYPE_CHECKING:
    from kintone_conformance.matrix.manifest import Sdk

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_MADE = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="This SDK's folder only, or one version of it, as NAME@1.2.0; repeatable.",
)
@click.option("--newest", is_flag=True, help="The newest version of each SDK only.")
@click.option("--list", "listing", is_flag=True, help="Print the jobs for a CI matrix, as JSON.")
@click.option("--output", type=_MADE, help="Where RESULTS.json and MATRIX.md go; default: FOLDER.")
@click.option(
    "--site", type=_MADE, help="Write an index and a page for each client and rule to this folder."
)
@click.option("--reports", type=_MADE, help="Write the report of each client to this folder.")
@click.option(
    "--from-reports", type=_FOLDER, help="Judge nothing: use the reports that --reports wrote."
)
@click.option("--from-results", type=_FILE, help="Judge nothing: use this RESULTS.json.")
@click.option("--against", type=_FILE, help="Print what has changed since this RESULTS.json.")
@run_option("examples")
@run_option("time-limit")
@click.option("--rebuild", is_flag=True, help="Build again what is already built.")
@click.option(
    "-n",
    "workers",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="as many as there are cores",
    metavar="N",
    help="SDKs to build and judge at the same time.",
)
def matrix(
    folder: Path,
    only: tuple[str, ...],
    newest: bool,
    listing: bool,
    output: Path | None,
    site: Path | None,
    reports: Path | None,
    from_reports: Path | None,
    from_results: Path | None,
    against: Path | None,
    examples: int,
    time_limit: float,
    rebuild: bool,
    workers: int,
) -> None:
    """Judge many SDKs, side by side.

    Builds and judges every SDK of a folder, and writes RESULTS.json and MATRIX.md. An SDK is a
    folder with an sdk.toml: its versions, how to build its driver, and how to start it. Its
    known-failures.toml, if it has one, says what is known to be broken in the newest version.

    \b
    Exit codes: 0 every SDK was judged, known failures only
                1 new failures · 2 bad usage
                3 an SDK could not be built or judged

    \b
    Examples:
      kintone-conformance matrix sdks/
      kintone-conformance matrix sdks/ --only rest-api-client --output /tmp
      kintone-conformance matrix sdks/ --from-results RESULTS.json --site site
    """
    platforms.check()
    from kintone_conformance.matrix import manifest, pages, results
    from kintone_conformance.matrix.changes import changes
    from kintone_conformance.matrix.dates import judged_on
    from kintone_conformance.matrix.judging import How, exit_code, judge_all
    from kintone_conformance.matrix.reports import read_reports

    part = bool(only or newest)
    if from_results:
        _check_judges_nothing(bool(from_reports or reports or part))
    elif part:
        _check_has_place(bool(output or reports or listing))
    sdks = manifest.chosen(manifest.read_all(folder), only, newest)
    if listing:
        say(json.dumps({"include": _jobs(sdks)}))
        return
    before = results.read(against) if against else None
    target = output or (None if from_results or part else folder)
    _claim(target, site, reports)
    code, judged = ExitCode.OK, ""
    if from_results:
        found = results.read(from_results)
    else:
        how = How(examples, time_limit, rebuild, partial(say, err=True), reports)
        if from_reports:
            entries = read_reports(from_reports, sdks)
        else:
            entries = judge_all(sdks, workers, how)
        code, judged, found = exit_code(entries), judged_on(entries), results.collected(entries)
    files = {results.NAME: results.encoded(found), "MATRIX.md": pages.markdown_page(found)}
    code = max(code, _written(target, files.items()))
    code = max(code, _written(site, pages.site(found, judged)))
    if before:
        say(changes(before, found).rstrip("\n"))
    sys.exit(code)


def _check_judges_nothing(asked: bool) -> None:
    if asked:
        raise UsageError(
            "--from-results cannot be combined with --from-reports, --reports, --only or --newest",
            "use it with --site, --output or --against",
        )


def _check_has_place(has_place: bool) -> None:
    if not has_place:
        raise UsageError(
            "--only and --newest would write a partial matrix",
            "choose another place for it with --output DIR or --reports DIR",
        )


def _claim(*folders: Path | None) -> None:
    """Make the folders, and lock them until the end."""
    from kintone_conformance.report.files import claimed
    from kintone_conformance.writing import make_folder

    for folder in dict.fromkeys(filter(None, folders)):
        make_folder(folder)
        click.get_current_context().with_resource(claimed(folder))


def _jobs(sdks: Sequence[Sdk]) -> list[Mapping[str, str]]:
    """One job per client: what `--only` takes, and what its machine must have."""
    folders = {sdk.folder.name: sdk for sdk in sdks}
    return [
        {"client": name, "language": sdk.language, "needs": " ".join(sdk.needs)}
        for name, sdk in folders.items()
    ]


def _written(folder: Path | None, files: Iterable[tuple[str, bytes]]) -> ExitCode:
    """Write each file; report one that cannot be written, and go on with the others."""
    from kintone_conformance.writing import make_folder, write_whole

    if folder is None:
        return ExitCode.OK
    code, written = ExitCode.OK, 0
    for name, content in files:
        try:
            make_folder((folder / name).parent)
            write_whole(folder / name, content)
            written += 1
        except UsageError as error:
            complain(error.message, error.hint)
            code = ExitCode.HARNESS
    say(f"{written} {'file' if written == 1 else 'files'} written to {folder}")
    return code
