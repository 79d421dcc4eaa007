"""A right driver that leaves a process behind in every way there is.

Each writes its id to a file in the folder of the argument: `<id of the driver>_<way>`.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

STAYS = """
import os, signal, sys, time
for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(each, signal.SIG_IGN)
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(3600)
"""
WAYS = ("child", "session", "daemon", "daemon-without-environment")


def leave(way: str, file: Path) -> Path:
    """Start one that writes its id to the file; returns the file."""
    if os.fork() == 0:
        hide(way)
        environment = {} if way.endswith("without-environment") else dict(os.environ)
        os.execve(sys.executable, [sys.executable, "-c", STAYS, str(file)], environment)
    return file


def hide(way: str) -> None:
    """Leave the group of the driver, and its family."""
    if way != "child":
        os.setsid()
    if way.startswith("daemon") and os.fork() != 0:
        os._exit(0)


if __name__ == "__main__":
    files = [leave(way, Path(sys.argv[1], f"{os.getpid()}_{way}")) for way in WAYS]
    while not all(file.exists() for file in files):
        time.sleep(0.01)
    sys.argv = ["bad_driver.py", "right"]
    runpy.run_path(str(Path(__file__).with_name("bad_driver.py")), run_name="__main__")
