"""Messages are read as they come, in whatever parts; nothing is kept that nobody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kintone_lint.server import wire
from kintone_lint.server.wire import BrokenStreamError, messages


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def parts(raw: bytes, size: int) -> Callable[[], bytes]:
    pieces: Iterator[bytes] = (raw[at : at + size] for at in range(0, len(raw), size))
    return lambda: next(pieces, b"")


@pytest.mark.parametrize("size", [1, 3, 17, 1000])
def test_messages_come_in_any_parts(size: int) -> None:
    raw = framed(b'{"a":1}') + framed(b"") + b"content-length:2\r\nX-Other: 1\r\n\r\n{}"
    assert [*messages(parts(raw, size))] == [b'{"a":1}', b"", b"{}"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"Content-Length: 10\r\n\r\n{}", "within a message"),
        (b"Content-Length: 10\r\n", "within a message"),
        (b"Content-Length: ten\r\n\r\n{}", "not a number"),
        (b"Content-Length: -1\r\n\r\n{}", "not a number"),
        (b"Content-Length: \xd9\xa1\r\n\r\n{}", "not a number"),
        (b"Content-Length: 99999999999999999999\r\n\r\n", "not a number"),
        (b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "with two"),
        (b"X: 1\r\n\r\n{}", "without"),
        (b"GET / HTTP/1.1\r\n\r\n", "without"),
        (b"a" * 10_000, "does not end"),
    ],
)
def test_what_is_not_lsp_ends_it(raw: bytes, why: str) -> None:
    for size in (1, 50_000):
        with pytest.raises(BrokenStreamError, match=why):
            [*messages(parts(raw, size))]


def test_what_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_BODY", 100)
    raw = framed(b"x" * 101) + framed(b"{}") + framed(b"y" * 5000) + framed(b"[]")
    for size in (1, 7, 64, 10_000):
        assert [*messages(parts(raw, size))] == [None, b"{}", None, b"[]"]


def test_nothing_is_kept_of_what_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_BODY", 100)
    stream = wire._Stream(parts(b"x" * 100_000 + b"rest", 1000))
    stream.skip(100_000)
    assert len(stream._held) <= 1000
    assert stream.take(4) == b"rest"
