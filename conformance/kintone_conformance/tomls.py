"""Reads the TOML files of a repository: bounded, and whatever is wrong with one is a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kintone_conformance.errors import UsageError
from kintone_lint.nearest import did_you_mean

LARGEST = 256 << 10  # bytes


def read_text(path: Path) -> str:
    """The text of a file.

    Raises UsageError if it cannot be read, is larger than `LARGEST`, or is not a regular file, and
    FileNotFoundError if it is not there.
    """
    try:
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise OSError(f"it is larger than {LARGEST >> 10} KiB")
        return content.decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}", "it must be UTF-8 text, in TOML"
        ) from None


def parsed(path: Path, text: str, hint: str = "") -> dict[str, Any]:
    """What a text says in TOML. Raises UsageError, with the line, if it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        end = f"at line {text.count(chr(10)) + 1}, the end of the file"
        why = str(error).replace("at end of document", end)
    except ValueError as error:
        why = str(error)
    except RecursionError:
        why = "nested too deeply"
    raise UsageError(f"{path} is not valid TOML: {why}", hint) from None


def choice(name: str, known: Iterable[str]) -> str:
    """What to say of a name that is not known: the nearest one, or the first of them."""
    names = list(known)
    return did_you_mean(name, names, "choose from " + ", ".join(names[:10]))
