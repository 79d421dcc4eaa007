"""`watch`: runs a command behind a door, and explains each request as it arrives."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from kintone_conformance import platforms
from kintone_conformance.commands.options import CONTEXT, run_option
from kintone_conformance.commands.reporting import CREDENTIAL_HELP, report_options, reporting
from kintone_conformance.commands.signals import Heard, signals
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode
from kintone_conformance.report import terminal
from kintone_lint.escaping import visible
from kintone_lint.streams import say

if TYPE_CHECKING:
    from kintone_conformance.traffic.watching import Watch

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,250}[A-Za-z0-9])?")


@click.command(context_settings={**CONTEXT, "ignore_unknown_options": True})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--door",
    default="loopback",
    show_default=True,
    metavar="D",
    help="Catch requests through this door: loopback, tls, proxy or namespace.",
)
@click.option(
    "--upstream",
    metavar="URL",
    help="Forward requests to this server, and its answers back; no other server is reached.",
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="With --door namespace: catch this host as well as those of cybozu.com, kintone.com and "
    "cybozu.cn; repeatable.",
)
@click.option("--credential", multiple=True, metavar="C", help=CREDENTIAL_HELP)
@click.option(
    "--canaries",
    is_flag=True,
    help="Set KINTONE_USERNAME, KINTONE_PASSWORD and KINTONE_API_TOKEN to fakes, and search for "
    "them.",
)
@click.option("-q", "--quiet", is_flag=True, help="Explain only requests that are wrong.")
@click.option("-v", "--verbose", is_flag=True, help="Print the whole report at the end.")
@run_option("any-process")
@report_options
@click.pass_context
def watch(
    context: click.Context,
    /,
    command: tuple[str, ...],
    door: str,
    upstream: str | None,
    hosts: tuple[str, ...],
    credential: tuple[str, ...],
    canaries: bool,
    quiet: bool,
    verbose: bool,
    any_process: bool,
    **given: Any,
) -> None:
    """Run a command, and judge the requests that it sends.

    Each request is explained as it arrives: what it is, what is wrong with it, what Kintone would
    answer, and the fix. Requests get documented answers; nothing is stored. Without a
    command it serves until Ctrl-C, and prints the variables to set.

    \b
    Exit codes: 0 passed, or known failures only · 1 a MUST is broken
                2 bad usage, or the command cannot be started
                3 the command or the machine failed · 4 no request came

    \b
    Examples:
      kintone-conformance watch -- npm test
      kintone-conformance watch --door proxy -- python export.py
      kintone-conformance watch --upstream https://example.cybozu.com -- ./script
      kintone-conformance watch
    """
    platforms.check()
    from kintone_conformance.doors.catalogue import open_door
    from kintone_conformance.processes import responsible
    from kintone_conformance.spec.hosts import DOMAINS
    from kintone_conformance.traffic.commanding import Command, environment, made_up
    from kintone_conformance.traffic.named_credentials import named_credentials
    from kintone_conformance.traffic.upstream import Upstream
    from kintone_conformance.traffic.watching import Watch

    _check(command, door, hosts)
    behind = Upstream(upstream) if upstream is not None else None
    own = made_up() if canaries else {}
    known = named_credentials([*credential, *_as_credentials(own)])
    subject = shlex.join(command) if command else "whatever was sent"
    again = f"kintone-conformance watch --door {door} {{}}"
    wanted = reporting(context, subject, f"{again} -- {subject}" if command else again, given)

    console = terminal.console(err=True)

    def told(lines: Sequence[str]) -> None:
        if len(lines) > 1 or not quiet:
            terminal.paragraphs(console, lines)

    code = 0
    with closing(open_door(door, any_process or not command, hosts, DOMAINS)) as opened:
        watching = Watch(opened, known, told, behind, bool(command))
        variables = {**environment(opened), **own}
        with responsible(), signals() as heard:
            if command:
                running = Command([*opened.within, *command], variables)
                code = running.finished(watching, heard)
            else:
                _serve(variables, watching, heard)
        judgement, notes = watching.judgement, watching.notes()
    seen = judgement.seen()
    say("", err=True)
    said = (f"the command ended with exit code {code}",) if code else ()
    told_of = (*said, *((seen,) if verbose else ()), *notes)
    verdict = wanted.report(judgement.results(), told_of, judgement.hidden, "" if verbose else seen)
    if heard.number and command:
        sys.exit(128 + heard.number)
    failed = code != 0 and verdict == ExitCode.OK
    sys.exit(ExitCode.HARNESS if failed else verdict)


def _check(command: Sequence[str], door: str, hosts: Sequence[str]) -> None:
    """Raise UsageError if the door takes no such command or hosts, or one is not valid."""
    from kintone_conformance.loading import checked_door

    if checked_door(door) == "responses":
        raise UsageError(
            "--door responses works inside one process, but a command runs in its own",
            "choose another door",
        )
    if hosts and door != "namespace":
        raise UsageError("--host needs --door namespace", "other doors catch any host")
    for host in hosts:
        if not _HOST.fullmatch(host):
            hint = "as in --host kintone.example.com"
            raise UsageError(f"--host {visible(host[:200])!r} is not a host name", hint)
    if command and command[0].startswith("-"):
        hint = "kintone-conformance watch --help; the command comes last, as in watch -- npm test"
        raise UsageError(f"there is no option {visible(command[0][:60])}", hint)
    if door == "namespace" and not command:
        raise UsageError("--door namespace needs a command", "nothing else can enter the namespace")
    if door == "namespace" and shutil.which(command[0]) is None:
        raise UsageError(f"{visible(command[0])} cannot be started", "run it by hand first")


def _as_credentials(own: dict[str, str]) -> list[str]:
    if not own:
        return []
    login = f"{own['KINTONE_USERNAME']}:{own['KINTONE_PASSWORD']}"
    return [f"password:{login}", f"token:{own['KINTONE_API_TOKEN']}"]


def _serve(variables: dict[str, str], watching: Watch, heard: Heard) -> None:
    """Wait until Ctrl-C; what to set is printed first."""
    say(
        "Set these variables and send your requests. Ctrl-C ends the run and shows the verdict.",
        err=True,
    )
    for name, value in variables.items():
        say(f"  export {name}={shlex.quote(value)}", err=True)
    while not heard.number and watching.trouble is None:
        watching.look(0.2)
    if watching.trouble is not None:
        raise watching.trouble
