"""`matrix`: many SDKs, side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kintone_conformance import platforms
from kintone_conformance.commands import complain
from kintone_conformance.commands.options import run_option
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode
from kintone_lint.streams import say


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--only", multiple=True, metavar="NAME", help="This SDK's folder only; repeatable.")
@click.option("--output", type=click.Path(path_type=Path), help="Where to write; default: FOLDER.")
@run_option("examples")
@run_option("time-limit")
@click.option("--rebuild", is_flag=True, help="Build even what is built already.")
@click.option(
    "-n",
    "workers",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="as many as there are cores",
    metavar="N",
    help="SDKs that are built and judged at a time.",
)
def matrix(
    folder: Path,
    only: tuple[str, ...],
    output: Path | None,
    examples: int,
    time_limit: float,
    rebuild: bool,
    workers: int,
) -> None:
    """Judge many SDKs, side by side.

    Builds and judges every SDK of a folder, and writes MATRIX.md and matrix.html. An SDK is a
    folder with an sdk.toml: how to build its driver, and how to start it. Its known-failures.toml,
    if it has one, says what is known to be broken.

    \b
    Exit codes: 0 every SDK was judged, and nothing is new · 1 something is · 2 bad usage
                3 one could not be built or judged

    \b
    Examples:
      kintone-conformance matrix sdks/
      kintone-conformance matrix sdks/ --only rest-api-client --output /tmp
    """
    platforms.check()
    from kintone_conformance.matrix import judging
    from kintone_conformance.matrix.manifest import read_all
    from kintone_conformance.matrix.pages import matrix_pages
    from kintone_conformance.matrix.steady import steady
    from kintone_conformance.report.files import claimed
    from kintone_conformance.writing import make_folder, write_whole

    sdks = read_all(folder)
    names = [sdk.folder.name for sdk in sdks]
    for name in only:
        if name not in names:
            raise UsageError(f"{folder} has no SDK {name!r}", f"there are {', '.join(names)}")
    target = output or folder
    if only and output is None:
        raise UsageError("a part of the matrix is no matrix", "say where to write it: --output DIR")
    make_folder(target)
    click.get_current_context().with_resource(claimed(target))
    chosen = [sdk for sdk in sdks if not only or sdk.folder.name in only]
    how = judging.How(examples, time_limit, rebuild, lambda line: say(line, err=True))
    judged = judging.judge_all(chosen, workers, how)
    entries = [
        judging.Entry(each.sdk, each.report and steady(each.report, each.sdk.folder), each.trouble)
        for each in judged
    ]
    code, written = judging.exit_code(entries), []
    for name, content in zip(("MATRIX.md", "matrix.html"), matrix_pages(entries), strict=True):
        try:
            write_whole(target / name, content)
            written.append(str(target / name))
        except UsageError as error:
            complain(error.message, error.hint)
            code = ExitCode.HARNESS
    if written:
        say(f"{len(entries)} clients in {' and '.join(written)}")
    sys.exit(code)
