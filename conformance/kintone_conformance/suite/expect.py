"""What must be on a wire, as assertions that read like the requirement. Each raises Broken."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator

from kintone_conformance import wires
from kintone_conformance.model import Wire
from kintone_conformance.suite.judge import Broken, Exchange


def one_header(wire: Wire, name: str) -> str:
    """The value of a header that must be there exactly once."""
    values = wire.values(name)
    if len(values) != 1:
        found = "no" if not values else str(len(values))
        raise Broken(
            f"{wires.path(wire)} carries {found} {name} header{'s' * (len(values) > 1)}",
            expected=f"exactly one {name} header",
            sent=", ".join(wires.text(value) for value in values) or "none",
        )
    return wires.text(values[0])


def equal(sent: object, expected: object, what: str) -> None:
    """What was sent is what was given. The failure says at which character they part."""
    if sent != expected:
        raise Broken(
            f"{what} is not what it should be",
            expected=str(expected),
            sent=str(sent),
            difference=parting(str(expected), str(sent)),
        )


def target(exchange: Exchange, expected: str) -> None:
    """Every request of the exchange that is the call's goes to this path."""
    sent = wires.path(exchange.wire)
    if sent != expected:
        raise Broken(
            f"{exchange.call.api} goes to another path",
            expected=f"{expected}",
            sent=sent,
            difference=parting(expected, sent),
        )


def parting(expected: str, sent: str) -> str:
    """Where two texts part, in words: `at character 7: expected 'x', sent 'y'`."""
    for index, (left, right) in enumerate(zip(expected, sent, strict=False)):
        if left != right:
            return f"at character {index + 1}: expected {left!r}, sent {right!r}"
    if len(sent) < len(expected):
        return f"it ends after character {len(sent)}; {expected[len(sent) :]!r} is missing"
    if len(sent) > len(expected):
        return f"after character {len(expected)} stands {sent[len(expected) :]!r} too much"
    return ""


def same_value(sent: object, expected: object, what: str) -> None:
    """JSON values are equal; a number and its decimal text count as equal, Kintone takes both.

    A typed client may send a field's type beside its value, as Kintone's own answers have it.
    """
    if _loose(sent) != _loose(expected):
        equal(
            json.dumps(sent, ensure_ascii=False, sort_keys=True),
            json.dumps(expected, ensure_ascii=False, sort_keys=True),
            what,
        )


def _loose(value: object) -> object:
    match value:
        case bool() | None:
            return value
        case int():
            return str(value)
        case dict():
            beside = {"type"} if "value" in value else set()
            return {name: _loose(item) for name, item in value.items() if name not in beside}
        case list() | tuple():
            return [_loose(item) for item in value]
        case _:
            return value


_NEVER_COMPARED = {"content-length"}


def comparable(wire: Wire, ignore_path: bool = False) -> dict[str, object]:
    """A request as what two equal calls share: method, path, query, headers, body by meaning."""
    headers: dict[str, list[str]] = {}
    for name, value in wire.headers:
        key = wires.text(name).lower()
        if key not in _NEVER_COMPARED:
            headers.setdefault(key, []).append(wires.text(value))
    mark = wires.boundary(wire)
    if mark:
        headers["content-type"] = [wires.media_type(wire)]
        body: object = sorted(
            (part.name or "", part.filename or "", part.content) for part in wires.parts(wire)
        )
    else:
        body = wires.json_body(wire)
        body = wire.body if body is None else body
    parts: dict[str, object] = {f"header {name}": sorted(found) for name, found in headers.items()}
    parts |= {"method": wires.method(wire), "query": sorted(wires.query(wire)), "body": body}
    if not ignore_path:
        parts["path"] = wires.path(wire)
    return parts


def same_request(
    first: Exchange,
    second: Exchange,
    again: Callable[[], Exchange],
    *,
    ignore_path: bool = False,
) -> None:
    """Two exchanges sent the same request. `again` repeats the first, and what differs between
    those two equal calls (a date, a request id) is not held against the client."""
    before, after = comparable(first.wire, ignore_path), comparable(second.wire, ignore_path)
    if before == after:
        return
    repeated = comparable(again().wire, ignore_path)
    for name in sorted({*before, *after}):
        noise = before.get(name) != repeated.get(name)
        if before.get(name) != after.get(name) and not noise:
            raise Broken(
                f"{name} differs between two calls that should be the same",
                expected=str(before.get(name, "none")),
                sent=str(after.get(name, "none")),
                difference=parting(str(before.get(name, "")), str(after.get(name, ""))),
            )


def spellings(secret: str) -> Iterator[bytes]:
    """A secret of letters and digits as it may turn up: raw, and in Base64 at any offset."""
    raw = secret.encode("ascii")
    yield raw
    for offset in range(3):
        # What the neighbours of the secret cannot change: all but the first and last characters.
        yield b64encode(b"\0" * offset + raw)[4 if offset else 0 : (offset + len(raw)) // 3 * 4]


def leaks(haystack: bytes, secret: str) -> bool:
    """The secret occurs there in one of its spellings."""
    return any(spelling in haystack for spelling in spellings(secret))
