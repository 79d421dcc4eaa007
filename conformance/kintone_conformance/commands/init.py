"""`init`: a driver to start from, and the CI workflow that runs it."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click

from kintone_conformance import __version__, settings
from kintone_conformance.errors import UsageError
from kintone_conformance.starters import (
    ALIASES,
    CHECKOUT,
    NEAREST,
    SAME,
    STARTERS,
    Starter,
    content,
)
from kintone_conformance.writing import make_folder, write_whole
from kintone_lint.nearest import nearest
from kintone_lint.pages import is_published, repository
from kintone_lint.streams import say

_REPORT = "/report/"  # the folder for --report-dir in the documentation
_WORKFLOW = Path(".github", "workflows", "kintone-conformance.yml")


@click.command()
@click.option("--language", metavar="NAME", help=f"{', '.join(STARTERS)}.")
@click.argument("folder", type=click.Path(path_type=Path), default="conformance")
def init(language: str | None, folder: Path) -> None:
    """Write a driver to start from.

    It goes into FOLDER, with settings that name it and a .gitignore for what is built and
    reported there. The workflow that runs it goes into .github/workflows of the repository.
    The driver has a placeholder where your SDK goes. Nothing that exists is overwritten.

    \b
    Examples:
      kintone-conformance init --language node
      kintone-conformance init --language typescript    # the starter of node
      kintone-conformance init --language go conformance/driver
    """
    if language is None:
        hint = f"as in --language node; there are {', '.join(STARTERS)}"
        raise UsageError("which language is your client written in?", hint)
    language = ALIASES.get(language.lower(), language.lower())
    starter = STARTERS.get(SAME.get(language, language))
    if starter is None:
        raise _no_starter(language)
    folder = Path(os.path.normpath(folder))
    workflow = _repository(folder.absolute()) / _WORKFLOW
    written = _files(starter, folder, workflow)
    ignore, ignored = folder / ".gitignore", (*starter.made, _REPORT)
    if ours := not os.path.lexists(ignore):
        written[ignore] = "".join(f"{each}\n" for each in ignored).encode()
    there = [str(path) for path in written if os.path.lexists(path)]
    if there:
        raise UsageError(f"{there[0]} already exists", "nothing was written; name another FOLDER")
    for path, text in written.items():
        make_folder(path.parent)
        write_whole(path, text)
        say(f"wrote {os.path.relpath(path)}")
    if not ours:
        say(f"left {ignore} as it was; it should list {' '.join(ignored)}")
    say("")
    if language in SAME:
        for line in _FOR_SAME[language].splitlines():
            say(line)
    _say_what_to_do(starter, folder, workflow)


def _files(starter: Starter, folder: Path, workflow: Path) -> dict[Path, bytes]:
    """What is written for a starter: its files, the settings, and the workflow."""
    option, value = starter.client
    settings_text = (
        f'{option.removeprefix("--")} = {json.dumps(value)}\nbaseline = "known-failures.toml"\n'
    )
    root = workflow.parents[len(_WORKFLOW.parts) - 1]
    return {
        **{folder / name: content(source) for name, source in starter.files.items()},
        folder / "known-failures.toml": b"version = 1\n",
        folder / settings.FILE: settings_text.encode(),
        workflow: _workflow(folder.absolute().relative_to(root), starter),
    }


def _say_what_to_do(starter: Starter, folder: Path, workflow: Path) -> None:
    say(f"Put your SDK into {next(iter(starter.files))}, at the places marked there; then:")
    say(f"  cd {shlex.quote(str(folder))}")
    for command in starter.build:
        say(f"  {command}")
    say(f'  kintone-conformance check-driver "{starter.client[1]}"')
    say("  kintone-conformance run")
    say("")
    say(f"In {os.path.relpath(workflow)} replace the zeros with the commit of the release")
    also = "" if is_published() else f", and {_action()} with the repository of kintone-conformance"
    say(f"that you use{also}.")


_FOR_SAME = {
    "javascript": "The driver runs in node.",
    "typescript": f"""The driver runs in node: import what your package is compiled to.
Or write it in TypeScript: driver = "node --import tsx driver.mts" in {settings.FILE}.""",
    "kotlin": "The driver is in Java and calls your Kotlin classes: put their jar into lib/.",
}


def _no_starter(language: str) -> UsageError:
    alike = nearest(language, (*STARTERS, *SAME))
    if language in NEAREST:
        told = f"the nearest is {NEAREST[language]}; "
    else:
        told = f"did you mean {alike}? " if alike else f"there are {', '.join(STARTERS)}; "
    return UsageError(
        f"there is no starter for {language!r}",
        f"{told}docs/driver.md has the protocol, which any language can speak",
    )


def _repository(folder: Path) -> Path:
    """The folder of the repository that a folder is in; the working folder, or else itself."""
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            return parent
    return Path.cwd() if folder.is_relative_to(Path.cwd()) else folder


def _action() -> str:
    """The repository of this project, as workflows name it: `owner/name`."""
    return urlsplit(repository()).path.strip("/") or "OWNER/NAME"


def _workflow(folder: Path, starter: Starter) -> bytes:
    option, value = starter.client
    text = content("workflow.yml").decode()
    return text.format(
        action=_action(),
        version=__version__,
        checkout=CHECKOUT,
        folder=json.dumps(folder.as_posix(), ensure_ascii=False),
        setup=f"      - {starter.setup}\n" if starter.setup else "",
        sdk=f"      # - run: {starter.sdk}  # if the driver needs your SDK\n"
        if starter.sdk
        else "",
        build="".join(f"      - run: {command}\n" for command in starter.build),
        client=f"{option.removeprefix('--')}: {json.dumps(value)}",
    ).encode()
