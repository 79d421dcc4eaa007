"""`judge`: judges recordings of traffic."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from kintone_conformance.commands.options import CONTEXT
from kintone_conformance.commands.reporting import CREDENTIAL_HELP, report_options, reporting
from kintone_conformance.report import terminal
from kintone_lint.escaping import visible


@click.command(context_settings=CONTEXT)
@click.argument(
    "recordings", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--credential", multiple=True, metavar="C", help=CREDENTIAL_HELP)
@click.option(
    "-v", "--verbose", is_flag=True, help="Explain every request, and sum up in one line."
)
@report_options
@click.pass_context
def judge(
    context: click.Context,
    /,
    recordings: tuple[Path, ...],
    credential: tuple[str, ...],
    verbose: bool,
    **given: Any,
) -> None:
    """Judge recorded traffic.

    Reads HAR (browsers, proxies), VCR cassettes, and raw HTTP/1.1. Requests are judged by
    what is in them; requirements that need to know the original call are n/a. No credential is
    ever shown.

    \b
    Exit codes: 0 passed, or known failures only · 1 a MUST is broken
                2 bad usage, or a file that cannot be read
                4 no request for Kintone's REST API

    \b
    Examples:
      kintone-conformance judge kintone.har
      kintone-conformance judge tests/cassettes/*.yaml --report-dir build
      kintone-conformance judge kintone.har --credential @credentials.txt
    """
    from kintone_conformance.traffic.explaining import explained
    from kintone_conformance.traffic.files import read_recording
    from kintone_conformance.traffic.judgement import Judgement
    from kintone_conformance.traffic.named_credentials import named_credentials

    names = ", ".join(map(str, recordings))
    again = f"kintone-conformance judge {{}} {shlex.join(map(str, recordings))}"
    wanted = reporting(context, names, again, given)
    judgement = Judgement(named_credentials(credential))
    console, said = terminal.console(quiet=not verbose), set[str]()
    for path in recordings:
        for recorded in read_recording(path):
            told = judgement.add(recorded)
            if verbose:
                what, *rest = explained(told, said)
                terminal.paragraphs(console, [f"{visible(recorded.at)}: {what}", *rest])
    console.print()
    seen = judgement.seen() if verbose else ""
    sys.exit(wanted.report(judgement.results(), judgement.notes(), seen=seen))
