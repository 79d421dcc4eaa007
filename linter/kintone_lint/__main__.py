"""The process: `python -m kintone_lint`, and the console script."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def process(words: Sequence[str] | None = None) -> int:
    """Runs the command line in a process of its own, and returns its exit code.

    Garbage cycles are never collected, not even at the end: that costs more than parsing, and
    frees little of what a run holds.
    """
    gc.disable()
    from kintone_lint.cli.ending import ENDED
    from kintone_lint.cli.main import main

    code = main(words)
    if code > ENDED:
        os._exit(code)  # what was ended from outside waits for nothing
    gc.freeze()
    return code


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # `python -m` puts the working folder there, and nothing in it is ours
    sys.exit(process())
