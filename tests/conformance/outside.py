"""A process outside the family of the test: detached, and without the mark of a run.

    python outside.py FILE CODE

Runs the code, which may call `tell(text)` to have a text in the file, and stays until it is killed.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def tell(text: str) -> None:
    """Write a whole file at once."""
    file = Path(sys.argv[1])
    file.with_suffix(".part").write_text(text, "utf-8")
    file.with_suffix(".part").rename(file)


if __name__ == "__main__":
    parent = os.getpid()
    if os.fork() == 0:
        os.setsid()
        while os.getppid() == parent:
            time.sleep(0.001)
        try:
            exec(sys.argv[2], {"tell": tell})
        except Exception as error:
            tell(repr(error))
