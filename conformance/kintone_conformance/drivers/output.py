"""What a client in this process writes: to the descriptors, the streams, warnings and logs."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator

from kintone_conformance.drivers.said import MOST


class Output:
    """One file in the place of descriptors 1 and 2, and of all that writes there."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115 - closed in close
        self._stream = io.TextIOWrapper(self._file, "utf-8", "backslashreplace", write_through=True)
        self._handler = logging.StreamHandler(self._stream)
        self._text = ""

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Keep what is written meanwhile, for `taken`. Threads write into the block they are in."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        _flush()
        saved = os.dup(1), os.dup(2)
        streams = sys.stdout, sys.stderr
        root = logging.getLogger()
        level = root.level
        try:
            os.dup2(self._file.fileno(), 1)
            os.dup2(self._file.fileno(), 2)
            sys.stdout = sys.stderr = self._stream
            root.addHandler(self._handler)
            root.setLevel(1)  # a team that looks for a fault asks for all of it, traces too
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                yield
        finally:
            root.removeHandler(self._handler)
            root.setLevel(level)
            sys.stdout, sys.stderr = streams
            _flush()
            for descriptor, copy in enumerate(saved, 1):
                os.dup2(copy, descriptor)
                os.close(copy)
            self._text += "".join(f"{each.category.__name__}: {each.message}\n" for each in warned)

    def taken(self) -> str:
        """What was written since last asked."""
        text, self._text = self._text, ""
        descriptor = self._file.fileno()
        size = os.fstat(descriptor).st_size
        if size:
            text += os.pread(descriptor, min(size, MOST), 0).decode("utf-8", "replace")
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)  # for its copies too: no hole comes first
        return text

    def close(self) -> None:
        """Forget the file."""
        self._stream.close()


def _flush() -> None:
    """What the process's own streams hold back belongs to the code that wrote it."""
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
