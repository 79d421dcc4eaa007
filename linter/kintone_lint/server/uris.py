"""The URIs of an editor, and the files that they mean.

A URI is kept as the editor writes it, for it is told by that; what is compared is its `key`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from kintone_lint.patterns import regex

CELL = "vscode-notebook-cell"
_DRIVE = regex(r"/+([A-Za-z])[:|](?=/|$)")
_DRIVE_OF_KEY = regex(r"(?i)^(file:/+[a-z])[:|](?=/|$)")
_SUFFIXES = {"python": ".py", "dotenv": ".env", "jsonc": ".json", "shellscript": ".sh"}
_NAME = regex(r"[\w.-]{1,100}")


def key(uri: str) -> str:
    """What two spellings of one URI have in common: escapes and the case of a drive differ."""
    return _DRIVE_OF_KEY.sub(lambda drive: f"{drive[1].lower()}:", unquote(uri))


def scheme_of(uri: str) -> str:
    """`file`, `untitled` and the like, in lower case."""
    return uri.partition(":")[0].lower()


def path_of(uri: str, *, windows: bool = os.name == "nt") -> PurePath | None:
    """The file that a `file:` URI means on this system; None if it means none."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    raw = unquote_to_bytes(parts.path)
    if parts.scheme.lower() not in ("file", CELL) or b"\0" in raw or not raw.startswith(b"/"):
        return None
    host = unquote(parts.netloc)
    elsewhere = parts.scheme.lower() == "file" and host.lower() not in ("", "localhost")
    if not windows:
        return None if elsewhere else PurePosixPath(os.fsdecode(raw))
    path = raw.decode("utf-8", "replace")
    if elsewhere:
        return PureWindowsPath(f"//{host}{path}")
    return PureWindowsPath(_DRIVE.sub(lambda drive: f"{drive[1]}:", path, count=1))


def assumed(uri: str, language: str, folder: Path) -> Path:
    """The name under which a document is looked at that is not a file, such as an untitled one.

    It is in a folder of the editor, so that the settings there count.
    """
    last = re.split(r"[/\\:]", unquote(uri.partition("?")[0].partition("#")[0]))[-1]
    name = last if _NAME.fullmatch(last) else "untitled"
    suffix = _SUFFIXES.get(language, f".{language}" if language.isalnum() else "")
    if language == "python" or "." not in name:
        name = name if name.lower().endswith(suffix) else f"{name}{suffix}"
    return folder / name


def uri_of(path: str) -> str | None:
    """The URI of a file as findings name it, from the working folder; None if it has none."""
    try:
        return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 - links stay as they are
    except ValueError:
        return None
