"""Reads an OpenAPI description of Kintone's REST API, as far as the catalogue can be compared.

Whatever the file holds, reading it is bounded: its size, its nesting, and how far references are
followed. Aliases of YAML, which make a small file a large document, are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

LARGEST = 32 << 20  # bytes of a file
_DEEPEST = 100  # levels of a document
_REFERENCES = 20  # that lead to one schema
_METHODS = ("get", "post", "put", "delete")
_GUEST = re.compile(r"^/k/guest/\{[^/{}]+\}/v1/")


class UnreadableError(Exception):
    """The file is no description that can be read; the message is a sentence."""


@dataclass(frozen=True)
class Operation:
    """A documented operation on its plain path.

    `properties` are the schemas of its parameters by name, `required` those that it needs;
    `query` tells that they stand in the query. `plain` and `guest` tell which forms of its path are
    described. `answer` is the schema of the good answer.
    """

    method: str
    path: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    query: bool = False
    multipart: bool = False
    plain: bool = True
    guest: bool = False
    answer: Any = None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # that of C is ten times faster


def operations(path: Path) -> dict[tuple[str, str], Operation]:
    """The operations of a file by method and plain path. Raises UnreadableError."""
    return described(document(path))


def document(path: Path) -> Mapping[str, Any]:
    """The content of a file. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise UnreadableError(f"it is larger than {LARGEST >> 20} MiB")
        text = content.decode("utf-8")
    except OSError as error:
        raise UnreadableError(error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise UnreadableError("it is not UTF-8") from None
    try:
        found = json.loads(text) if text.lstrip()[:1] == "{" else _yaml(text)
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        line = " ".join(str(error).split())
        raise UnreadableError(f"it is neither JSON nor YAML: {line[:200]}") from None
    if not isinstance(found, dict) or not isinstance(found.get("paths"), dict):
        raise UnreadableError("it has no paths, so it is no OpenAPI description")
    _measure(found)
    return found


def _yaml(text: str) -> Any:
    """The content of a YAML text without aliases."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableError("it has aliases (*name), which are not read")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise UnreadableError("it is nested too deeply")
    return yaml.load(text, _LOADER)


def _measure(document: Mapping[str, Any]) -> None:
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        level = [
            item
            for each in level
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, dict | list)
        ]
        if not level:
            return
    raise UnreadableError("it is nested too deeply")


def described(document: Mapping[str, Any]) -> dict[tuple[str, str], Operation]:
    """The operations of a document by method and plain path. Raises UnreadableError."""
    found: dict[tuple[str, str], Operation] = {}
    for path, methods in document["paths"].items():
        if not isinstance(path, str) or not isinstance(methods, dict):
            raise UnreadableError("a path of it is no object of operations")
        plain = _GUEST.sub("/k/v1/", path)
        for method in _METHODS:
            if method in methods:
                key = (method.upper(), plain)
                made = _operation(document, key, methods[method])
                found[key] = _together(found.get(key), made, guest=plain != path)
    return found


def _together(known: Operation | None, made: Operation, *, guest: bool) -> Operation:
    """The plain form of an operation, which says what it takes, with what is known of the other."""
    if known is None:
        return replace(made, plain=not guest, guest=guest)
    shown = known if guest else made
    return replace(shown, plain=known.plain or not guest, guest=known.guest or guest)


def _operation(document: Mapping[str, Any], key: tuple[str, str], entry: Any) -> Operation:
    if not isinstance(entry, dict):
        raise UnreadableError(f"{key[0]} {key[1][:80]!r} of it is no object")
    named = [_mapping(resolved(document, each)) for each in _list(entry.get("parameters"))]
    asked = [each for each in named if each.get("in") == "query"]
    if asked:
        properties = {_bare(each): resolved(document, each.get("schema")) for each in asked}
        needed = frozenset(_bare(each) for each in asked if each.get("required") is True)
        return Operation(*key, properties, needed, query=True, answer=_answer(document, entry))
    content = _mapping(_mapping(resolved(document, entry.get("requestBody"))).get("content"))
    media = next(iter(content), "")
    schema = _mapping(resolved(document, _mapping(content.get(media)).get("schema")))
    return Operation(
        *key,
        _mapping(schema.get("properties")),
        frozenset(name for name in _list(schema.get("required")) if isinstance(name, str)),
        multipart=media.startswith("multipart/"),
        answer=_answer(document, entry),
    )


def _bare(parameter: Mapping[str, Any]) -> str:
    """The name of a query parameter without the brackets of an array."""
    return str(parameter.get("name", "")).partition("[")[0]


def _answer(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Any:
    good = _mapping(resolved(document, _mapping(entry.get("responses")).get("200")))
    content = _mapping(_mapping(good.get("content")).get("application/json"))
    return resolved(document, content.get("schema"))


def resolved(document: Mapping[str, Any], schema: Any) -> Any:
    """A schema without a `$ref` at its top. Raises UnreadableError for one that leads nowhere."""
    for _ in range(_REFERENCES):
        if not isinstance(schema, dict) or "$ref" not in schema:
            return schema
        target: Any = document
        for name in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target.get(name) if isinstance(target, dict) else None
        if target is None:
            raise UnreadableError("a reference of it leads nowhere")
        schema = target
    raise UnreadableError("the references of it go round in a circle")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
