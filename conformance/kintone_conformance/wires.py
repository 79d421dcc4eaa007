"""What a wire means: its effective method, path, query, JSON and parts (DESIGN rule 5).

`GET ?query`, `GET` with a JSON body and `POST` with `X-HTTP-Method-Override: GET` are one request.
Bytes are decoded as UTF-8; what is no UTF-8 keeps its bytes as lone surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes

from kintone_conformance.model import Wire
from kintone_lint.escaping import escaped

OVERRIDE = "X-HTTP-Method-Override"

_ABSOLUTE = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*://[^/?#]*")
_INDEXED = re.compile(r"^(.+?)\[(\d+)\]$")


@dataclass(frozen=True)
class Part:
    """One part of a multipart body: its raw header block, parsed disposition, and content."""

    head: bytes
    name: str | None
    filename: str | None
    content: bytes


def text(raw: bytes) -> str:
    """Bytes as text, without loss."""
    return raw.decode("utf-8", "surrogateescape")


def path(wire: Wire) -> str:
    """The path of the request target as it was sent, still percent-encoded; no query, no host."""
    target = _ABSOLUTE.sub("", text(wire.target), count=1)
    return target.split("?", 1)[0].split("#", 1)[0]


def raw_query(wire: Wire) -> str:
    """What stands behind the first question mark, still percent-encoded."""
    return text(wire.target).partition("?")[2]


def pairs(encoded: str) -> tuple[tuple[str, str], ...]:
    """The name=value pairs of a query string or form body, decoded, in order."""
    found = (item.partition("=") for item in encoded.split("&") if item)
    return tuple((_decode(name), _decode(value)) for name, _, value in found)


def _decode(encoded: str) -> str:
    raw = encoded.replace("+", " ").encode("utf-8", "surrogateescape")
    return text(unquote_to_bytes(raw))


def query(wire: Wire) -> tuple[tuple[str, str], ...]:
    """The decoded query pairs of the request target."""
    return pairs(raw_query(wire))


def method(wire: Wire) -> str:
    """The effective method: an override counts on POST only (SPEC F62)."""
    override = wire.values(OVERRIDE)
    if wire.method == "POST" and override:
        return text(override[0])
    return wire.method


def media_type(wire: Wire) -> str:
    """The media type of the body in lower case, "" where there is no Content-Type."""
    values = wire.values("Content-Type")
    return text(values[0]).split(";", 1)[0].strip().lower() if values else ""


def json_body(wire: Wire) -> Any:
    """The JSON value of the body, or None where the body is empty or no UTF-8 JSON."""
    try:
        return json.loads(wire.body.decode("utf-8")) if wire.body else None
    except ValueError:
        return None


def form(wire: Wire) -> tuple[tuple[str, str], ...]:
    """The pairs of an application/x-www-form-urlencoded body, () for any other body."""
    if media_type(wire) != "application/x-www-form-urlencoded":
        return ()
    return pairs(text(wire.body))


def boundary(wire: Wire) -> bytes | None:
    """The boundary of a multipart body, or None."""
    values = wire.values("Content-Type")
    if not values or not media_type(wire).startswith("multipart/"):
        return None
    message = Message()
    message["Content-Type"] = values[0].decode("latin-1")
    found = message.get_param("boundary")
    return found.encode("latin-1") if isinstance(found, str) else None


def parts(wire: Wire) -> tuple[Part, ...]:
    """The parts of a multipart body, split where its boundary stands, as a server splits it."""
    mark = boundary(wire)
    if not mark:
        return ()
    pieces = (b"\r\n" + wire.body).split(b"\r\n--" + mark)[1:]
    return tuple(_part(piece) for piece in pieces if not piece.startswith(b"--"))


def _part(piece: bytes) -> Part:
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    message = Message()
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            message["Content-Disposition"] = text(value.strip())
    found = message.get_param("name", header="content-disposition")
    filename = message.get_filename()
    return Part(head, found if isinstance(found, str) else None, filename, content)


def params(wire: Wire) -> Mapping[str, Any]:
    """The call's parameters wherever they travel: query (indexed names as lists), form, JSON.

    A value from a query or form is text; one from JSON keeps its type.
    """
    merged: dict[str, Any] = {}
    for name, value in (*query(wire), *form(wire)):
        indexed = _INDEXED.match(name)
        if indexed:
            merged.setdefault(indexed[1], {})[int(indexed[2])] = value
        else:
            merged[name] = value
    for name, value in merged.items():
        if isinstance(value, dict):
            merged[name] = [value[index] for index in sorted(value)]
    body = json_body(wire)
    return {**merged, **body} if isinstance(body, dict) else merged


def shown(wire: Wire, limit: int = 2_000) -> str:
    """The request as a person reads it: request line, header lines, body, cut at `limit`."""
    lines = [f"{wire.method} {_escaped(wire.target)}"]
    lines += [f"{_escaped(name)}: {_escaped(value)}" for name, value in wire.headers]
    if wire.malformed:
        lines.append(f"(no HTTP/1.1 request: {visible(wire.malformed)})")
    if wire.body:
        lines += ["", visible(text(wire.body))]
    whole = "\n".join(lines)
    return whole if len(whole) <= limit else f"{whole[:limit]}… ({len(whole)} characters)"


def _escaped(raw: bytes) -> str:
    """Bytes of a header line on one line."""
    return visible(text(raw)).replace("\n", "\\n")


def visible(shown: str) -> str:
    """Text in which everything is seen, lone surrogates too; newlines stay."""
    return escaped(shown, "\n")
