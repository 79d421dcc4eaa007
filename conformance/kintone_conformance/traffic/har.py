"""HAR, the recordings of browsers and proxies (HTTP Archive 1.1 to 1.3).

Only what is judged is decoded: the bodies of answers, which make a HAR large, are passed over.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import msgspec

from kintone_conformance.traffic.recorded import (
    LONGEST_ERROR,
    Answered,
    Recorded,
    answer_from,
    unreadable,
    wire_from,
)

_LENGTH = re.compile(r"[0-9]{1,15}")
_Text = str | int | float | bool | None


class _Pair(msgspec.Struct):
    name: _Text = ""
    value: _Text = ""


class _Posted(msgspec.Struct, rename="camel"):
    mime_type: _Text = ""
    text: str | None = None
    encoding: str | None = None
    params: list[_Pair] | None = None


class _Request(msgspec.Struct, rename="camel"):
    method: str = ""
    url: str = ""
    headers: list[_Pair] = []
    post_data: _Posted | None = None
    body_size: float | None = None


class _Content(msgspec.Struct):
    text: msgspec.Raw = msgspec.Raw(b"null")
    encoding: str | None = None


class _Response(msgspec.Struct):
    status: float | None = 0
    headers: list[_Pair] = []
    content: _Content | None = None


class _Entry(msgspec.Struct):
    request: _Request
    response: _Response | None = None


class _Log(msgspec.Struct):
    entries: list[_Entry]


class _Har(msgspec.Struct):
    log: _Log


def read_har(name: str, raw: bytes) -> Iterator[Recorded]:
    """The requests of a HAR. Raises UsageError if it is cut off, or not a HAR."""
    try:
        har = msgspec.json.decode(raw, type=_Har, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        cut = "truncated" in str(error)
        why = "is cut off" if cut else f"is not a HAR: {error}"
        unreadable(name, why, "export it again, as HAR with content")
    for number, entry in enumerate(har.log.entries, 1):
        recorded = _recorded(entry, f"entry {number}")
        if recorded is not None:
            yield recorded


def _recorded(entry: _Entry, at: str) -> Recorded | None:
    request = entry.request
    headers = [(_text(pair.name), _text(pair.value)) for pair in request.headers]
    body = _body(request)
    wire = wire_from(request.method.upper(), request.url, headers, body or b"")
    if wire is None:
        return None
    whole = _is_whole(request, headers, body)
    return Recorded(wire, at, _answered(entry.response), exact=False, whole=whole)


def _is_whole(request: _Request, headers: list[tuple[str, str]], body: bytes | None) -> bool:
    """The body is there, if there was one: browsers leave out files, and uploads altogether."""
    named = {name.lower(): value.strip() for name, value in headers}
    length = named.get("content-length", "")
    size = int(length) if _LENGTH.fullmatch(length) else request.body_size or 0
    if "multipart/" in named.get("content-type", ""):
        return body is not None and len(body) >= max(size, 1)
    return bool(body) or size <= 0


def _text(value: _Text) -> str:
    return "" if value is None else str(value)


def _body(request: _Request) -> bytes | None:
    posted = request.post_data
    if posted is None:
        return None
    if posted.text is None or (not posted.text and posted.params):
        if not posted.params or "form-urlencoded" not in _text(posted.mime_type):
            return None
        pairs = [(_text(pair.name), _text(pair.value)) for pair in posted.params]
        return urlencode(pairs).encode("ascii")
    if (posted.encoding or "").lower() == "base64":
        try:
            return b64decode(posted.text)
        except ValueError:
            return None
    return posted.text.encode("utf-8", "surrogatepass")


def _answered(response: _Response | None) -> Answered | None:
    if response is None or not response.status or response.status < 100:
        return None
    headers = ((_text(pair.name), _text(pair.value)) for pair in response.headers)
    return answer_from(int(response.status), headers, lambda: _error(response.content))


def _error(content: _Content | None) -> bytes:
    """The body of an answer with an error; empty if it is longer than those are."""
    raw = bytes(content.text) if content is not None else b""
    if content is None or len(raw) > 2 * LONGEST_ERROR:
        return b""
    try:
        text: Any = msgspec.json.decode(raw)
        return b64decode(text) if content.encoding == "base64" else str(text).encode()
    except (ValueError, TypeError, RecursionError):
        return b""
