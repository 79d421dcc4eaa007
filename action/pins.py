"""Prints the constraints under which the suite is installed beside a client.

What the job has installed stays as it is, for that is what is judged; the rest gets the versions of
constraints.txt. A conflict ends the installation, and changes nothing of the client's.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path


def pins(constraints: str, installed: dict[str, str]) -> list[str]:
    """Lines for pip, from the text of constraints.txt and what is installed, by name."""
    kept = {canonical(name): version for name, version in installed.items()}
    ours = dict(line.split("==") for line in constraints.splitlines() if "==" in line)
    return [f"{name}=={version}" for name, version in sorted((ours | kept).items())]


def canonical(name: str) -> str:
    """The name of a distribution as package indexes compare it."""
    return re.sub("[-_.]+", "-", name).lower()


def main() -> None:
    """The constraints in a file, on the standard output."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it is the job's Python, whichever that is
        sys.exit("::error::the Python that the job has set up is older than 3.11")
    installed = {
        each.metadata["Name"]: each.version
        for each in distributions()
        if each.metadata["Name"] and canonical(each.metadata["Name"]) != "kintone-conformance"
    }
    print(*pins(Path(sys.argv[1]).read_text("utf-8"), installed), sep="\n")


if __name__ == "__main__":
    main()
