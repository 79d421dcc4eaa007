"""The command with workers that never finish: each tells its number to a pipe, and keeps it open.

python stuck.py PIPE WORD…
"""

from __future__ import annotations

import os
import signal
import sys

from kintone_lint.engine import processes, run
from kintone_lint.engine.worker import Share
from kintone_lint.findings import FileResult


def chunk(work: Share) -> list[FileResult | None]:
    with open(sys.argv[1], "w") as pipe:  # noqa: PTH123, its end is what the test waits for
        pipe.write(f"{os.getpid()}\n")
        pipe.flush()
        while True:
            signal.pause()


if __name__ == "__main__":
    from kintone_lint.__main__ import process

    vars(processes)["chunk"] = chunk
    run._POOL_FROM = 0
    os.cpu_count = lambda: 2
    os._exit(process(sys.argv[2:]))
