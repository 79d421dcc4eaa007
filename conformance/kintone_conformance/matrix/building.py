"""Builds SDKs: each version in a folder of its own, and again only when its sources change."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.matrix.running import Trouble, finished, split
from kintone_conformance.writing import write_whole
from kintone_lint.bounded import read_whole

_STAMP = ".built"
_LARGEST = 4 << 20  # bytes of a source


def build(sdk: Sdk, limit: float, rebuild: bool, tell: Callable[[str], None]) -> None:
    """Run the build in the prepared workplace, unless its sources are those of the last one.

    `limit` is what one command may take, in seconds. Raises Trouble.
    """
    missing = [program for program in sdk.needs if shutil.which(program) is None]
    if missing:
        raise Trouble(f"it needs {', '.join(missing)}, which this machine does not have")
    stamp, state = sdk.workplace / _STAMP, _state(sdk)
    if not rebuild and _text(stamp) == state:
        return
    with suppress(OSError):
        stamp.unlink()
    for command in sdk.commands:
        tell(f"{sdk.title}: {command}")
        words = [word.replace("{python}", sys.executable) for word in split(command)]
        finished(words, sdk.workplace, sdk.environ, limit, {0}, f"the build failed: {command}")
    write_whole(stamp, state.encode("ascii"))


def make_workplace(sdk: Sdk) -> None:
    """Give an older version a folder of its own, with a copy of the files.

    It is beside the SDK's folder so that files that a driver shares with others (`../kc1.mjs`)
    are where they were.
    """
    if sdk.workplace == sdk.folder:
        return
    for name in _files(sdk):
        target = sdk.workplace / name
        try:
            content = read_whole(sdk.folder / name, _LARGEST)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or read_whole(target, _LARGEST) != content:
                write_whole(target, content)
        except OSError as error:
            raise Trouble(f"{name} cannot be copied: {error.strerror}") from None


def _files(sdk: Sdk) -> list[str]:
    """The files that the driver is made of: the sources, and those that its command names."""
    words = split(sdk.driver) if sdk.driver else [(sdk.adapter or "").partition(":")[0]]
    named = [word for word in words if _inside(sdk.folder, word)]
    return list(dict.fromkeys([*sdk.sources, *sdk.files, *named]))


def _inside(folder: Path, word: str) -> bool:
    path = Path(word)
    if path.is_absolute() or ".." in path.parts:
        return False
    return (folder / path).is_file() and not word.startswith("./")


def _text(file: Path) -> str:
    try:
        return read_whole(file, _LARGEST).decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _state(sdk: Sdk) -> str:
    digest = hashlib.sha256(repr(sdk.commands).encode())
    for name in sdk.sources:
        try:
            digest.update(read_whole(sdk.workplace / name, _LARGEST))
        except OSError as error:
            raise Trouble(f"{name} cannot be read: {error.strerror}") from None
    return digest.hexdigest()
