"""What a wire means: its effective method, path, parameters and parts (DESIGN rule 5).

`GET ?query`, `GET` with a JSON body and `POST` with `X-HTTP-Method-Override: GET` are one request.
Bytes are decoded as UTF-8; bytes that are not UTF-8 are kept as lone surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from itertools import takewhile
from typing import Any
from urllib.parse import unquote_to_bytes

from kintone_conformance.model import Wire
from kintone_conformance.oddities import Oddity, json_value, merged_pairs
from kintone_conformance.spec.header_names import REQUEST_TOKEN_FIELD
from kintone_lint.escaping import escaped

OVERRIDE = "X-HTTP-Method-Override"
# The same method once more in the query: Kintone's own kintone-js-sdk sends both.
OVERRIDE_FIELD = "_method"

_ABSOLUTE = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.\-]*://[^/?#]*")
# A parameter of a header, its value in quotes (2) or without (3).
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))')
_UNRESERVED = re.compile(r"%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")


@dataclass(frozen=True)
class Part:
    """One part of a multipart body: its raw header block, its disposition, and its content.

    `filename` is what is between the quotes, as it is; `starred` is `filename*` decoded.
    """

    head: bytes
    name: str | None
    filename: str | None
    content: bytes
    starred: str | None = None

    @property
    def is_file(self) -> bool:
        """It is a file, or is in the place where Kintone expects one."""
        named = self.filename is not None or self.starred is not None
        return named or self.name == "file"


def text(raw: bytes) -> str:
    """Bytes as text, without loss."""
    return raw.decode("utf-8", "surrogateescape")


def path(wire: Wire) -> str:
    """The path of the request target as it was sent, still percent-encoded; no query, no host."""
    target = _ABSOLUTE.sub("", text(wire.target), count=1)
    return target.split("?", 1)[0].split("#", 1)[0]


def is_absolute(wire: Wire) -> bool:
    """The request target is a whole URL, as a proxy is sent it."""
    return _ABSOLUTE.match(text(wire.target)) is not None


def raw_query(wire: Wire) -> str:
    """What comes after the first question mark, still percent-encoded."""
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
    """The media type of the body in lower case, "" without Content-Type."""
    values = wire.values("Content-Type")
    return text(values[0]).split(";", 1)[0].strip().lower() if values else ""


def json_body(wire: Wire) -> Any:
    """The JSON value of the body, or None if the body is empty or not JSON in UTF-8."""
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
    """The parts of a multipart body, split at its boundary, as a server does: up to its end."""
    mark = boundary(wire)
    if not mark:
        return ()
    pieces = (b"\r\n" + wire.body).split(b"\r\n--" + mark)[1:]
    before_the_end = takewhile(lambda piece: not piece.startswith(b"--"), pieces)
    return tuple(map(_part, before_the_end))


def is_ended(wire: Wire) -> bool:
    """Whether a multipart body ends with its boundary between dashes (RFC 2046, 5.1.1)."""
    mark = boundary(wire)
    return mark is not None and b"\r\n--" + mark + b"--" in b"\r\n" + wire.body


def _part(piece: bytes) -> Part:
    piece = piece.lstrip(b" \t")  # a delimiter may be followed by spaces (RFC 2046 5.1.1)
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    found: dict[str, str] = {}
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            found = {**disposition(text(value)), **found}
    starred = found.get("filename*")
    return Part(head, found.get("name"), found.get("filename"), content, _extended(starred))


def disposition(value: str) -> dict[str, str]:
    """The parameters of a header's value, by name in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        found.setdefault(match[1].lower(), match[3] if match[2] is None else match[2])
    return found


def _extended(value: str | None) -> str | None:
    """The text of an extended parameter, as `UTF-8''%E3%81%82` (RFC 8187)."""
    charset, _, rest = (value or "").partition("'")
    try:
        raw = unquote_to_bytes(rest.partition("'")[2])
        return None if value is None else raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return value


def params(wire: Wire) -> Mapping[str, Any]:
    """The call's parameters wherever they travel, without the CSRF token of a session."""
    return effective(wire).params


@dataclass(frozen=True)
class Effective:
    """What a request asks for, in whatever form it travels.

    `params` are merged from query, form, JSON and the text parts of a multipart body; `texts` are
    the names whose values travelled as text, where 1 and "1" are the same. `request_tokens` are
    all the CSRF tokens, wherever they stand.
    """

    method: str
    path: str
    params: Mapping[str, Any]
    texts: frozenset[str]
    request_tokens: tuple[str, ...]
    parts: tuple[Part, ...]
    media_type: str
    oddities: tuple[Oddity, ...]


def effective(wire: Wire) -> Effective:
    """The effective request of a wire; nothing makes it fail."""
    odd: list[Oddity] = []
    kind, found_parts = media_type(wire), parts(wire)
    pairs_ = [*query(wire), *form(wire)]
    fields = [part for part in found_parts if part.name and not part.is_file]
    pairs_ += [(str(part.name), text(part.content)) for part in fields]
    merged = merged_pairs(pairs_, odd)
    body = json_value(wire.body, odd) if not found_parts and not form(wire) else None
    members = body if isinstance(body, dict) else {}
    texts = merged.keys() - members.keys()
    odd += [
        Oddity("repeated", name, f"{name} is in the query and in the body")
        for name in members
        if name in merged and name != REQUEST_TOKEN_FIELD
    ]
    merged |= members
    tokens = [value for name, value in pairs_ if name == REQUEST_TOKEN_FIELD]
    if REQUEST_TOKEN_FIELD in members:
        tokens.append(str(members[REQUEST_TOKEN_FIELD]))
    merged.pop(REQUEST_TOKEN_FIELD, None)
    method_ = _overridden(wire, odd)
    if wire.values(OVERRIDE) and merged.get(OVERRIDE_FIELD) == method_:
        del merged[OVERRIDE_FIELD]
    return Effective(
        method=method_,
        path=_UNRESERVED.sub(lambda match: chr(int(match[1], 16)), path(wire)),
        params=merged,
        texts=frozenset(texts),
        request_tokens=tuple(tokens),
        parts=found_parts,
        media_type=kind,
        oddities=tuple(odd),
    )


def _overridden(wire: Wire, odd: list[Oddity]) -> str:
    values = [text(value).strip() for value in wire.values(OVERRIDE)]
    if not values:
        return wire.method
    if wire.method != "POST":
        odd.append(Oddity("override", OVERRIDE, f"{OVERRIDE} counts on POST only"))
        return wire.method
    if len(values) > 1 or values[0] != values[0].upper():
        odd.append(Oddity("override", OVERRIDE, f"{OVERRIDE}: {', '.join(values)}"))
    return values[0].upper()


def shown(wire: Wire, limit: int = 2_000) -> str:
    """The request as a person reads it: request line, header lines, body, cut at `limit`."""
    lines = [f"{wire.method} {_escaped(wire.target)}"]
    lines += [f"{_escaped(name)}: {_escaped(value)}" for name, value in wire.headers]
    if wire.malformed:
        lines.append(f"(not an HTTP/1.1 request: {on_lines(wire.malformed)})")
    if wire.body:
        lines += ["", on_lines(text(wire.body))]
    whole = "\n".join(lines)
    return whole if len(whole) <= limit else f"{whole[:limit]}… ({len(whole):,} characters)"


def _escaped(raw: bytes) -> str:
    """Bytes of a header line on one line."""
    return on_lines(text(raw)).replace("\n", "\\n")


def on_lines(shown: str) -> str:
    """Text in which every character can be seen, lone surrogates too; newlines stay."""
    return escaped(shown, "\n")
