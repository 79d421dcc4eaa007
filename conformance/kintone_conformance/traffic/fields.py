"""A request and an outcome taken apart into named fields, so that two of them can be compared.

What is said is the same wherever a field has the same value: the effective request in parts, and
beside it how it was written down. What no two requests share by nature is left out: length,
boundary, and the address of the door.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Exchange
from kintone_conformance.judging.headers import unbase64
from kintone_conformance.model import Crashed, Outcome, Refused, Sent, Wire
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER
from kintone_conformance.wires import Effective, Part

ORDER = "header order"
_LEFT_OUT = frozenset({"content-length", "host"})
_BASE64 = frozenset({PASSWORD_HEADER.lower(), AUTHORIZATION.lower(), "proxy-authorization"})
_LONGEST = 2_000  # characters of a value
_PORT = re.compile(r"\b(localhost|127\.0\.0\.1|\[::1\]):\d{2,5}\b")


def fields(exchange: Exchange, order: bool) -> dict[str, str]:
    """The fields of an exchange: its outcome, how many requests it took, and each of them.

    `order`: the order of the headers is one of them.
    """
    found = dict(_outcome(exchange.outcome))
    requests = exchange.requests
    found["requests"] = str(len(requests))
    for number, wire in enumerate(requests):
        prefix = "" if number == 0 else f"request {number + 1}: "
        for name, value in _request(wire, order):
            found[prefix + name] = _PORT.sub(r"\1:PORT", value)[:_LONGEST]
    return found


def differing(left: Mapping[str, str], right: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The fields in which two exchanges differ, with both values; a missing one is "(none)".

    What follows from another difference is left out: the fields of a request that only one
    sent, of an error that only one reported or that answers another path, how something else was
    written down, and once more what the first request shows.
    """
    apart = {
        name: (left.get(name, "(none)"), right.get(name, "(none)"))
        for name in dict.fromkeys((*left, *right))
        if left.get(name) != right.get(name)
    }
    found = {}
    for name, values in apart.items():
        prefix, last = _split(name)
        alone = "requests" in apart and f"{prefix}path" not in left.keys() & right.keys()
        unsaid = last in _WRITTEN and any(each.startswith(f"{prefix}parameter ") for each in apart)
        reported = last.startswith("error ") and not apart.keys().isdisjoint(("outcome", "path"))
        again = prefix != "" and apart.get(last) == values
        of_request = prefix != "" or last not in _OUTCOME
        if not (alone and of_request) and not unsaid and not reported and not again:
            found[name] = values
    return found


def causes(name: str, exchange: Exchange) -> tuple[str, ...]:
    """What a difference of outcome or number of requests comes from: the error, every request."""
    if name not in ("outcome", "requests"):
        return ()
    outcome, lines = exchange.outcome, []
    if isinstance(outcome, Refused | Crashed):
        lines.append(f"the error: {outcome.error.line}")
    lines += [f"sent {wire.method} {_where(wire)}" for wire in exchange.requests]
    return tuple(_PORT.sub(r"\1:PORT", line) for line in lines)


def _where(wire: Wire) -> str:
    target = wires.text(wire.target)
    return target if wires.is_absolute(wire) else f"{wire.origin}{target}"


_WRITTEN = ("query as written", "body as written")
_OUTCOME = ("outcome", "requests", "error type", "error code", "error id", "error message")


def _split(name: str) -> tuple[str, str]:
    """The words before a field that say of which request it is, "" for the first; and the rest."""
    prefix, colon, last = name.partition(": ")
    return (f"{prefix}: ", last) if colon and prefix.startswith("request ") else ("", name)


def _outcome(outcome: Outcome) -> Iterator[tuple[str, str]]:
    match outcome:
        case Sent():
            yield "outcome", "returned"
        case Refused(error) | Crashed(error):
            kind = "reported" if isinstance(outcome, Refused) else "crashed"
            yield "outcome", f"{kind} an error"
            yield "error type", error.type
            for name in ("code", "id", "message"):
                yield f"error {name}", _PORT.sub(r"\1:PORT", str(getattr(error, name)))
        case _:
            yield "outcome", "unsupported"


def _request(wire: Wire, order: bool) -> Iterator[tuple[str, str]]:
    sent, mark = wires.effective(wire), wires.boundary(wire)
    yield "method", sent.method
    yield "path", sent.path
    yield "sent as", wire.method
    for name, value in sent.params.items():
        in_text = value if name in sent.texts else json.dumps(value, ensure_ascii=False)
        yield f"parameter {name}", str(in_text)
    yield from _headers(wire, mark)
    if order:
        yield ORDER, ", ".join(wires.text(name) for name, _ in wire.headers)
    yield "query as written", wires.raw_query(wire)
    if sent.parts:
        yield from _parts(sent.parts)
    else:
        yield "body as written", wires.text(wire.body)
    yield from _tokens(sent)


def _headers(wire: Wire, mark: bytes | None) -> Iterator[tuple[str, str]]:
    values: dict[str, list[str]] = {}
    for raw, value in wire.headers:
        name = wires.text(raw).lower()
        if name not in _LEFT_OUT:
            shown = value.replace(mark, b"BOUNDARY") if mark else value
            values.setdefault(name, []).append(_readable(name, wires.text(shown)))
    for name, found in values.items():
        yield f"header {name}", "; ".join(found)


def _readable(name: str, value: str) -> str:
    """The value of a header; with what its Base64 says, if it holds a login and a password.

    A library makes one of the user in the URL of a redirect, where the port of a door may be: it
    differs in each run, so that only its text is told then.
    """
    scheme, _, rest = value.rpartition(" ")
    raw = unbase64(rest) if name in _BASE64 and scheme.lower() in ("", "basic") else None
    if not raw or b":" not in raw:
        return value
    said = wires.text(raw)
    before = f"{scheme} " if scheme else ""
    return f"{before}Base64 of {said}" if _PORT.search(said) else f"{value} (Base64 of {said})"


def _parts(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        yield f"part {part.name}", wires.text(part.head).replace("\r\n", "\n")
        yield f"content of part {part.name}", wires.text(part.content[:_LONGEST])


def _tokens(sent: Effective) -> Iterator[tuple[str, str]]:
    if sent.request_tokens:
        yield "request token", ", ".join(sent.request_tokens)
