"""Ends with exit code 0 if the run judges an adapter, else with 1: `adapter.py WORDS FOLDER`.

WORDS is the file of the arguments. If they name no client, the settings in FOLDER do, where the
suite is started. Whether the settings are right is for the suite to say.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

LARGEST = 1 << 20  # bytes of a settings file
TABLE = "kintone-conformance"


def named(words: list[str]) -> set[str]:
    """The options among the words that name a client."""
    options = {word.partition("=")[0] for word in words}
    return options & {"--adapter", "--driver"}


def settings(path: Path) -> dict[str, Any]:
    """A settings file; empty where there is none that can be read."""
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        found = tomllib.loads(content.decode("utf-8")) if len(content) <= LARGEST else {}
    except (OSError, ValueError, RecursionError):
        return {}
    if path.name == "pyproject.toml":
        tool = found.get("tool")
        found = tool.get(TABLE, {}) if isinstance(tool, dict) else {}
    return found if isinstance(found, dict) else {}


def main() -> None:
    """Exit code 0 or 1."""
    words = Path(sys.argv[1]).read_bytes().decode("utf-8", "surrogateescape").split("\0")
    options = named(words)
    files = (Path(sys.argv[2], name) for name in (f"{TABLE}.toml", "pyproject.toml"))
    adapter = "--adapter" in options or any("adapter" in settings(file) for file in files)
    sys.exit(0 if adapter and "--driver" not in options else 1)


main()
