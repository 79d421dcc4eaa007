"""Prints what a run of the suite came to, for `$GITHUB_OUTPUT`: `outputs.py WORDS FOLDER CODE`.

WORDS is the file of the arguments, FOLDER the report folder where they name none, CODE the exit
code of the run. Without a report of this run that can be read, the verdict is that of the code.
"""

import json
import sys
from pathlib import Path

_USAGE = 2
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


def lines(report: Path, code: int) -> list[str]:
    """Verdict and counts; a report with another exit code is of an earlier run."""
    try:
        footer = json.loads(report.read_bytes())["footer"]
        counts = footer["counts"]
        numbers = {"passed": int(counts["pass"]), "failed": int(counts["fail"])}
        verdict = VERDICTS[int(footer["exitCode"])] if footer["exitCode"] == code else ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        verdict = ""
    if not verdict:
        ended = VERDICTS[code] if code == _USAGE else "error"
        return [f"verdict={ended}", "passed=0", "failed=0"]
    return [f"verdict={verdict}", *(f"{name}={number}" for name, number in numbers.items())]


def main() -> None:
    """Print the outputs, a line each."""
    words = Path(sys.argv[1]).read_bytes().decode("utf-8", "surrogateescape").split("\0")
    place = Path(folder(words, sys.argv[2])).absolute()
    printed = str(place)
    if not printed.isprintable():  # a line of its own would be an output of its own
        sys.exit("error: the name of the report folder is not printable")
    print("\n".join([*lines(place / "report.json", int(sys.argv[3])), f"report={printed}"]))


main()
