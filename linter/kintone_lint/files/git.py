"""The one place that calls git, in a way that runs nothing and believes nothing of the repository.

Git reads a repository's own settings, and many of them name commands: `core.fsmonitor`, hooks,
`core.sshCommand` where a missing object is fetched, pagers, external diffs. What is given on the
command line wins over them; the environment forbids every way to another machine. Git is asked at
the folder whose `.git` was looked at here, so that no bare repository inside the tree answers, and
that folder is the work tree whatever `core.worktree` says. A `.git` file is followed only if what
it leads to names this folder, too. An answer of `ask` is bounded in time and size.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kintone_lint.files.dot_git import GitError, NoRepositoryError, git_folder
from kintone_lint.patterns import regex
from kintone_lint.records import record

if TYPE_CHECKING:
    import subprocess

    Started = subprocess.Popen[bytes]
else:
    Started = Any  # subprocess is imported where git is started

SECONDS = 60.0  # for one answer
OUTPUT = 512_000_000  # bytes of one answer
_SAID = 4096  # bytes of what git says went wrong
_REASON = 200  # characters of what git says went wrong
_GITLINK = b"160000"  # the mode of a submodule in the index

_COMPLAINT = regex(rb"^(?:error|fatal): ", re.MULTILINE)  # the answer may lack something

_SETTINGS = {
    "core.alternateRefsCommand": "",
    "core.askPass": "",
    "core.bigFileThreshold": "8m",  # what is larger is streamed, as far as a pack lets it
    "core.fsmonitor": "false",
    "core.gitProxy": "",
    "core.hooksPath": os.devnull,
    "core.packedGitLimit": "64m",
    "core.packedGitWindowSize": "1m",
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.external": "",
    "gc.auto": "0",
    "i18n.logOutputEncoding": "UTF-8",  # in UTF-16 no line could be read
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # over protocol.*.allow of the repository
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@record()
class Repository:
    """A folder with a `.git`. `doubt`: why git is not asked about it; None if it may be asked.

    A `bare` one has no work tree; git is asked of it only where it is named.
    """

    root: Path
    doubt: str | None = None
    bare: bool = False


@dataclass
class Listing:
    """What git knows below a folder: paths from the root of the repository.

    `tracked` are in the index, `others` are neither there nor ignored, and `nested` are folders
    with a repository of their own: submodules, and those that nobody told git about.
    """

    tracked: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)


def repository_of(folder: Path) -> Repository | None:
    """The repository that a folder is in, if it is in one: that of the nearest `.git`."""
    whole = folder.resolve()
    for each in (whole, *whole.parents):
        if os.path.lexists(each / ".git"):
            return repository_at(each)
    return None


def repository_at(root: Path) -> Repository | None:
    """The repository of a folder that has a `.git`; None if that is not a repository."""
    try:
        git_folder(root)
    except NoRepositoryError:
        return None
    except GitError as error:
        return Repository(root, str(error))
    return Repository(root)


def listing(repository: Repository, folder: Path) -> Listing:
    """What git tracks, and what it would track, below a folder without links. Raises GitError."""
    words = ["--literal-pathspecs", "ls-files", "-z", "-t", "--stage", "--cached", "--others"]
    words += ["--exclude-standard", "--", *_below(repository, folder)]
    found = Listing()
    for entry in ask(repository, words).split(b"\0"):
        tag, _, rest = entry.partition(b" ")
        if tag == b"?":
            name = os.fsdecode(rest)
            (found.nested if name.endswith("/") else found.others).append(name.rstrip("/"))
        elif rest:
            about, _, raw = rest.partition(b"\t")
            kind = found.nested if about.startswith(_GITLINK) else found.tracked
            kind.append(os.fsdecode(raw))
    return found


def leaves_open(repository: Repository, file: Path) -> bool:
    """Whether git neither tracks nor ignores a file without links. Raises GitError."""
    return bool(listing(repository, file).others)


def ignores(repository: Repository, folder: Path) -> bool:
    """Whether git ignores a whole folder. Raises GitError."""
    below = _below(repository, folder)
    return bool(below) and bool(ask(repository, ["check-ignore", "--", *below], none=1))


def ask(repository: Repository, words: Sequence[str], *, none: int = 0) -> bytes:
    """What git prints for a command. Raises GitError.

    `none` is the exit code, besides 0, with which the command says that there is nothing.
    """
    import tempfile

    with tempfile.TemporaryFile() as errors:
        process = started(repository, words, errors)
        answer = _answer(process)
        if why := complaint(errors, failed=process.returncode not in (0, none)):
            raise GitError(why)
    return answer


def started(
    repository: Repository,
    words: Sequence[str],
    errors: IO[bytes] | None,
    given: IO[bytes] | None = None,
    *,
    asked: bool = False,
) -> Started:
    """Git at work, which prints into a pipe and reads what is `given`, or `asked` through one.

    Raises GitError.
    """
    import subprocess  # not for a run without a repository

    if repository.doubt is not None:
        raise GitError(repository.doubt)
    settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command = [_program(repository.root), "--no-pager", *settings, *words]
    try:
        return subprocess.Popen(
            command,
            cwd=repository.root,
            env=_environment(repository),
            stdin=subprocess.PIPE if asked else given or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors or subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        raise GitError(f"git could not be started: {error}") from None


def complaint(errors: IO[bytes], *, failed: bool) -> str | None:
    """What git said went wrong; None if it said nothing and has not failed."""
    errors.seek(0)
    said = errors.read(_SAID)
    return _reason(said) if failed or _COMPLAINT.search(said) else None


def _answer(process: Started) -> bytes:
    import threading

    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(SECONDS, end)
    timer.start()
    assert process.stdout
    with process:
        try:
            answer = process.stdout.read(OUTPUT + 1)
            if len(answer) > OUTPUT:
                raise GitError(f"git's answer is longer than {OUTPUT:,} bytes")
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
    if late.is_set():
        raise GitError(f"git gave no answer within {SECONDS:g} seconds")
    return answer


def _reason(said: bytes) -> str:
    """What went wrong, from git's own words, on one line."""
    text = said.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return "it belongs to another user, and git's setting safe.directory does not name it"
    lines = text.splitlines()
    worst = (line for kind in ("fatal: ", "error: ", "") for line in lines if line.startswith(kind))
    first = next(worst, "").removeprefix("fatal: ").removeprefix("error: ")[:_REASON]
    return f"git says: {ascii(first)[1:-1]}" if first else "git failed without a message"


def _program(root: Path) -> str:
    """The machine's git: not one from a relative folder of PATH, nor from the checked tree."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = Path(folder, name)
        if not program.is_absolute() or not os.access(program, os.X_OK) or program.is_dir():
            continue
        inside = Path(os.path.realpath(program)).is_relative_to(root)
        if not inside or root == Path(root.anchor):
            return str(program)
    raise GitError("git is not installed")


def _environment(repository: Repository) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    root = str(repository.root)
    here = {"GIT_DIR" if repository.bare else "GIT_WORK_TREE": root}
    ceiling = {"GIT_CEILING_DIRECTORIES": str(repository.root.parent)}
    return kept | _ENVIRONMENT | ceiling | here


def _below(repository: Repository, folder: Path) -> list[str]:
    """A folder as git is asked for it; nothing for the whole repository."""
    inner = folder.relative_to(repository.root).as_posix()
    return [] if inner == "." else [f"./{inner}"]
