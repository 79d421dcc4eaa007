"""Tries in a process of its own whether libcst can parse a text: one that kills it costs one file.

The process is kept for the next text, and started anew when it has died. Where the system can
limit it, one text may take it a few seconds of the processor.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import libcst as cst

_SECONDS = 20  # of the processor, for one text
_CHILD = f"""
import sys
sys.path.append(sys.argv[1])
import libcst
try:
    import resource
except ImportError:
    resource = None
while size := sys.stdin.buffer.readline():
    text = sys.stdin.buffer.read(int(size)).decode("utf-8", "surrogatepass")
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + {_SECONDS}
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        libcst.parse_module(text)
        print("parsed", flush=True)
    except Exception:
        print("refused", flush=True)
"""

_kept: dict[int, subprocess.Popen[bytes]] = {}  # by the process that started it: workers are forks


def survives(text: str) -> bool:
    """Whether a process that parses a text lives on; says nothing of whether the text is valid."""
    child = _kept.get(os.getpid()) or _started()
    assert child.stdin
    assert child.stdout
    raw = text.encode("utf-8", "surrogatepass")
    answer = b""
    with suppress(OSError):
        child.stdin.write(b"%d\n" % len(raw) + raw)
        child.stdin.flush()
        answer = child.stdout.readline()
    if not answer:
        _end(_kept.pop(os.getpid()))
    return bool(answer)


def _started() -> subprocess.Popen[bytes]:
    folder = Path(cst.__file__).parent.parent
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _CHILD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if not _kept:
        atexit.register(stop)
    _kept[os.getpid()] = child
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    child.communicate()


def stop() -> None:
    """Ends the process, if this one has started it."""
    child = _kept.pop(os.getpid(), None)
    if child:
        _end(child)
