"""Prints what a run of the suite came to, as outputs of the step: `python outputs.py WORDS FOLDER`.

WORDS is the file of the arguments, FOLDER the report folder where they name none. Without a report
that can be read, the folder is all that is printed.
"""

import json
import sys
from pathlib import Path

VERDICTS = {0: "passed", 1: "failed", 2: "usage error", 3: "error", 4: "nothing judged"}


def folder(words: list[str], default: str) -> str:
    """Where the report went: the last `--report-dir` counts."""
    found = default
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--report-dir":
            found = following
        elif word.startswith("--report-dir="):
            found = word.partition("=")[2]
    return found


def lines(report: Path) -> list[str]:
    """Verdict and counts; none where there is no report."""
    try:
        footer = json.loads(report.read_bytes())["footer"]
        counts = footer["counts"]
        numbers = {"passed": int(counts["pass"]), "failed": int(counts["fail"])}
        verdict = VERDICTS[int(footer["exitCode"])]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ["verdict=error", "passed=0", "failed=0"]
    return [f"verdict={verdict}", *(f"{name}={number}" for name, number in numbers.items())]


def main() -> None:
    """Print the outputs, a line each."""
    words = Path(sys.argv[1]).read_bytes().decode("utf-8", "surrogateescape").split("\0")
    place = Path(folder(words, sys.argv[2])).absolute()
    printed = str(place)
    if not printed.isprintable():  # a line of its own would be an output of its own
        sys.exit("error: the name of the report folder is not printable")
    print("\n".join([*lines(place / "report.json"), f"report={printed}"]))


main()
