"""VCR cassettes: vcrpy's in YAML or JSON, and those of Ruby's vcr and of betamax."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from typing import Any

import yaml

from kintone_conformance.traffic.recorded import (
    Answered,
    Recorded,
    answer_from,
    unreadable,
    wire_from,
)

_HINT = "a cassette has interactions, each with a request that has method and uri"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_cassette(name: str, raw: bytes) -> Iterator[Recorded]:
    """The requests of a cassette. Raises UsageError if it is cut off, or not a cassette."""
    content = _content(name, raw)
    listed = None
    if isinstance(content, dict):
        listed = content.get("interactions", content.get("http_interactions"))
    if not isinstance(listed, list):
        unreadable(name, "is neither a HAR nor a cassette", _HINT)
    for number, interaction in enumerate(listed, 1):
        request = interaction.get("request") if isinstance(interaction, dict) else None
        if not isinstance(request, dict):
            unreadable(name, f"has no request in interaction {number}", _HINT)
        body = _bytes(request.get("body"))
        wire = wire_from(
            _text(request.get("method")).upper(),
            _text(request.get("uri")),
            [*_headers(request.get("headers"))],
            body,
        )
        if wire is not None:
            answered = _answered(interaction.get("response"))
            yield Recorded(wire, f"interaction {number}", answered, exact=False)


def _content(name: str, raw: bytes) -> Any:
    """JSON or YAML as plain values; nothing that a tag names is made."""
    try:
        if raw.lstrip()[:1] == b"{":
            return json.loads(raw)
        return yaml.load(raw, _LOADER)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        why = str(error).partition("\n")[0]
        unreadable(name, f"cannot be read: {why}", "record it again")


def _headers(found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for name, value in found.items():
            for each in value if isinstance(value, list) else [value]:
                yield _text(name), _text(each)


def _text(value: object) -> str:
    """A plain value as text, "" for any other: aliases make a list endless, or larger than this
    machine."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value) if isinstance(value, str | int | float | date) else ""


def _bytes(body: object) -> bytes:
    """A body as text, as bytes, or in an object that says how it is encoded."""
    match body:
        case bytes():
            return body
        case str():
            return body.encode("utf-8", "surrogatepass")
        case dict():
            if (encoded := body.get("base64_string")) is not None:
                try:
                    return b64decode(_text(encoded))
                except ValueError:
                    return b""
            said = body.get("string")
            return b"" if isinstance(said, dict) else _bytes(said)
    return b""


def _answered(response: object) -> Answered | None:
    status = response.get("status") if isinstance(response, dict) else None
    code = status.get("code") if isinstance(status, dict) else None
    if not isinstance(response, dict) or not isinstance(code, int):
        return None
    headers = _headers(response.get("headers"))
    return answer_from(code, headers, lambda: _bytes(response.get("body")))
