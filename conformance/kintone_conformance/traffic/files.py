"""Reads the files of recordings, whichever kind they are; none of them can fill this machine."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from kintone_conformance.traffic.cassettes import read_cassette
from kintone_conformance.traffic.dumps import read_dump
from kintone_conformance.traffic.har import read_har
from kintone_conformance.traffic.recorded import Recorded, unreadable
from kintone_lint.escaping import visible

LARGEST = 128 << 20  # bytes of a HAR or a dump
LARGEST_CASSETTE = 16 << 20  # YAML takes fifty times its size in memory
_REQUEST_LINE = re.compile(rb"[A-Za-z]{1,20} \S+ HTTP/1\.[01]\r?\n")


def read_recording(path: Path) -> Iterator[Recorded]:
    """The requests of a HAR, a VCR cassette or a raw dump, in order.

    Raises UsageError for a file that cannot be read, is too large, or is none of these.
    """
    name = visible(str(path))
    raw = _read(path, name).removeprefix(codecs.BOM_UTF8)
    start = raw.lstrip()[:4096]
    if not start:
        unreadable(name, "is empty", "record some traffic first")
    if _REQUEST_LINE.match(raw):
        if b"\r\n" not in raw:
            what = "has line ends without CR, so it does not hold the bytes that were sent"
            unreadable(name, what, "save the connection itself, as nc -l or tcpflow do")
        yield from read_dump(raw)
    elif start[:1] == b"{" and not re.search(rb'"(http_)?interactions"\s*:', start):
        yield from read_har(name, raw)
    else:
        if len(raw) > LARGEST_CASSETTE:
            _too_large(name, LARGEST_CASSETTE)
        yield from read_cassette(name, raw)


def _read(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            why = "is not a file" if path.exists() else "does not exist"
            unreadable(name, why, "give a HAR, a VCR cassette, or a dump of HTTP/1.1")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        unreadable(name, f"cannot be read: {error.strerror}", "choose another file")
    if len(raw) > LARGEST:
        _too_large(name, LARGEST)
    return raw


def _too_large(name: str, limit: int) -> None:
    what = f"is larger than {limit >> 20} MiB"
    unreadable(name, what, "record less at a time, or leave out other hosts and images")
