"""Writes `spec/operations.json`: the documented operations that `calls.json` does not have.

    python tools/operations.py openapi.yaml > conformance/kintone_conformance/spec/operations.json

The file is kintone/rest-api-spec's, version 20250423000000 (Apache-2.0); the User API, OAuth and
what the file lacks stand in `tools/operations.toml`. Names and types are facts taken from there; no
description is.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openapi
from kintone_conformance.spec.calls import core_calls
from kintone_conformance.spec.endpoints import Product, catalogue

_VERBS = {"GET": "get", "POST": "add", "PUT": "update", "DELETE": "delete"}
_BY_HAND = tomllib.loads(Path(__file__).with_name("operations.toml").read_text("utf-8"))
# Parameters that nobody has to give; a fuller instance has them.
_OPTIONAL = {"lang": "en", "limit": 20, "offset": 40, "revision": 12}
_IDS = {"app", "id", "space", "thread", "record", "comment", "limit", "offset"}
_HEAD = {
    "about": "The documented operations beside those of calls.json, one a line: API name, method, "
    "plain path, types of its parameters, those it needs, a harmless instance of them, a fuller "
    "one, and the names of a good answer with a value each. Written by tools/operations.py.",
    "source": "Names and types: kintone/rest-api-spec, version 20250423000000 (Apache-2.0). User "
    "API and OAuth: https://cybozu.dev/ja/common/docs/. The instances are our own.",
}


def name(method: str, path: str) -> str:
    """The API name of an operation: `app.acl.update`."""
    by_hand = _BY_HAND["names"].get(f"{method} {path}")
    if by_hand:
        return str(by_hand)
    user = path.startswith("/v1/")
    plain = path.removeprefix("/k").removeprefix("/v1/").rpartition(".")[0]
    words = [*(["user"] if user else []), *plain.split("/"), _VERBS[method]]
    return ".".join(words)


def entries(described: Mapping[tuple[str, str], openapi.Operation], document: Any) -> Iterator[Any]:
    """The operations of the catalogue that are not among the calls of `calls.json`."""
    core = {(spec.method, spec.path) for spec in core_calls().values()}
    for endpoint in catalogue():
        key = (endpoint.method, endpoint.path)
        if key in core:
            continue
        api = name(*key)
        own = _BY_HAND["operations"].get(api, {})
        if endpoint.product is Product.KINTONE and key in described:
            made = _entry(document, described[key])
        else:
            needed = [] if endpoint.method == "GET" else sorted(own["example"])
            made = {"types": {}, "required": needed}
        made["types"] |= _types_of(own.get("example", {}))
        entry = {"api": api, "method": key[0], "path": key[1], **made, **own}
        fuller = entry.get("fuller", entry["example"])
        optional = _optional(made["types"], fuller)
        yield {**entry, "fuller": {**fuller, **optional}} if optional else entry


def _optional(types: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What else an operation takes."""
    return {
        name_: str(value) if types[name_] == "string" else value
        for name_, value in _OPTIONAL.items()
        if name_ in types and name_ not in given
    }


def _entry(document: Any, operation: openapi.Operation) -> dict[str, Any]:
    types = {n: _type(document, schema) for n, schema in operation.properties.items()}
    example = {
        name_: _instance(document, name_, operation.properties[name_])
        for name_ in types
        if name_ in operation.required
    }
    answer = openapi.resolved(document, operation.answer) or {}
    return {
        "types": types,
        "required": sorted(operation.required),
        "example": example,
        "answer": {n: _value(document, s) for n, s in (answer.get("properties") or {}).items()},
    }


def _types_of(example: Mapping[str, Any]) -> dict[str, str]:
    kinds = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}
    return {n: kinds[type(value)] for n, value in example.items()}


def _type(document: Any, schema: Any) -> str:
    found = (openapi.resolved(document, schema) or {}).get("type", "object")
    return found if isinstance(found, str) else str(found[0])


def _value(document: Any, schema: Any) -> Any:
    """The smallest value that a good answer may have: numbers are texts there."""
    kind = _type(document, schema)
    return {"array": [], "object": {}, "boolean": False, "integer": "1"}.get(kind, "")


def _instance(document: Any, name_: str, schema: Any, depth: int = 0) -> Any:
    """A value that nobody could refuse."""
    schema = openapi.resolved(document, schema) or {}
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return _instance(document, name_, schema[word][0], depth)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = _type(document, schema)
    if kind == "array":
        return [_instance(document, name_, schema.get("items", {}), depth + 1)]
    if kind == "object":
        return _object(document, schema, depth)
    return {"boolean": True, "integer": 1, "number": 1}.get(kind, "1" if name_ in _IDS else name_)


def _object(document: Any, schema: Any, depth: int) -> Any:
    properties = schema.get("properties") or {}
    if not properties or depth > 6:
        inner = schema.get("additionalProperties")
        return {"title": _instance(document, "title", inner, depth + 1)} if inner else {}
    names = schema.get("required") or list(properties)[:2]
    return {n: _instance(document, n, properties[n], depth + 1) for n in names if n in properties}


def main() -> None:
    """Write the file to standard output."""
    path = Path(sys.argv[1])
    document = openapi.document(path)
    made: list[dict[str, Any]] = sorted(
        entries(openapi.described(document), document), key=lambda each: each["api"]
    )
    strange = set(_BY_HAND["operations"]) - {each["api"] for each in made}
    assert not strange, f"operations.toml names what is no operation: {sorted(strange)}"
    lines = [json.dumps(each, ensure_ascii=False) for each in made]
    head = "".join(f"  {json.dumps(n)}: {json.dumps(text)},\n" for n, text in _HEAD.items())
    body = ",\n    ".join(lines)
    sys.stdout.write(f'{{\n{head}  "operations": [\n    {body}\n  ]\n}}\n')


if __name__ == "__main__":
    main()
