"""What values a call takes: the few keywords of JSON Schema that `calls.json` uses.

For drawing parameters, and for holding a value against its schema without a library.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

from kintone_conformance.spec import calls

_TYPES: Mapping[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


@cache
def _definitions() -> Mapping[str, Any]:
    found: Mapping[str, Any] = calls.schema()["$defs"]
    return found


def resolved(schema: Any) -> Any:
    """A schema without a `$ref` at its top; `true` for one that allows everything."""
    while isinstance(schema, dict) and "$ref" in schema:
        schema = _definitions()[schema["$ref"].removeprefix("#/$defs/")]
    return schema


@cache
def form(api: str) -> Mapping[str, Any]:
    """The schema of a call's parameters; if there are several forms, the last of them.

    The last form of `oauth.token` is the refresh grant, which every client of OAuth needs.
    """
    schema: Mapping[str, Any] = resolved(calls.call_spec(api).params)
    last: Mapping[str, Any] = schema["oneOf"][-1] if "oneOf" in schema else schema
    return last


def without(schema: Any, names: Collection[str]) -> Any:
    """A schema without the parameters of these names, wherever they are in it.

    A form that needs one of them goes as a whole; a single one that is left is the schema.
    """
    schema = resolved(schema)
    if not isinstance(schema, dict):
        return schema
    if "oneOf" in schema:
        forms = [form for form in schema["oneOf"] if not set(form["required"]) & set(names)]
        left = [without(form, names) for form in forms]
        return left[0] if len(left) == 1 else {**schema, "oneOf": left}
    if "items" in schema:
        return {**schema, "items": without(schema["items"], names)}
    if "properties" in schema:
        kept = {n: without(s, names) for n, s in schema["properties"].items() if n not in names}
        return {**schema, "properties": kept}
    return schema


def parameters(api: str) -> Mapping[str, Any]:
    """The documented parameters of a call: name to schema."""
    found: Mapping[str, Any] = form(api)["properties"]
    return found


@cache
def required(api: str) -> frozenset[str]:
    """The parameters that a call cannot do without."""
    return frozenset(form(api)["required"])


def handed_over(api: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The secrets in the parameters of a call, `writeOnly` in its schema: each with its title."""
    for place, title in _secret_places(api):
        values: list[Any] = [params]
        for name in place:
            values = [each for value in values for each in _below(value, name)]
        yield from ((value, title) for value in values if isinstance(value, str))


_ITEMS = ""  # no parameter has this name: each element of an array


def _below(value: Any, name: str) -> Iterator[Any]:
    if name == _ITEMS:
        yield from value if isinstance(value, list) else ()
    elif isinstance(value, dict) and name in value:
        yield value[name]


@cache
def _secret_places(api: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple(dict.fromkeys(_marked(calls.call_spec(api).params)))


def _marked(schema: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    schema = resolved(schema)
    if not isinstance(schema, dict):
        return
    if schema.get("writeOnly"):
        yield place, schema["title"]
    for option in schema.get("oneOf", ()):
        yield from _marked(option, place)
    yield from _marked(schema.get("items"), (*place, _ITEMS))
    for name, inner in schema.get("properties", {}).items():
        yield from _marked(inner, (*place, name))


def accepts(api: str, params: Any) -> bool:
    """Whether the parameters are what the schema of the call allows.

    What no schema can say is held as well: each id has its revision.
    """
    if api not in calls.calls() or not fits(params, calls.call_spec(api).params):
        return False
    if api == "bulkRequest":
        return all(accepts(inner["api"], inner["params"]) for inner in params["requests"])
    return "revisions" not in params or len(params["revisions"]) == len(params["ids"])


def paired(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with their ids sorted, each still beside its revision if there are any.

    In which order records are deleted says nothing; which revision belongs to which does.
    """
    ids, revisions = params.get("ids"), params.get("revisions")
    if isinstance(ids, list) and revisions is None:
        return {**params, "ids": sorted(ids, key=str)}
    if not isinstance(ids, list) or not isinstance(revisions, list) or len(ids) != len(revisions):
        return params
    pairs = sorted(zip(ids, revisions, strict=True), key=lambda pair: tuple(map(str, pair)))
    return {**params, "ids": [id_ for id_, _ in pairs], "revisions": [each for _, each in pairs]}


def fits(value: Any, schema: Any) -> bool:
    """Whether a value is valid under a schema."""
    schema = resolved(schema)
    if isinstance(schema, bool):
        return schema
    if "oneOf" in schema:
        return sum(fits(value, option) for option in schema["oneOf"]) == 1
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return bool(value in schema["enum"])
    named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if type(value) not in [_TYPES[name] for name in named]:
        return False
    match value:
        case bool() | None:
            return True
        case str():
            return _within(len(value), schema, "minLength", "maxLength")
        case int():
            return _within(value, schema, "minimum", "maximum")
        case list():
            sized = _within(len(value), schema, "minItems", "maxItems")
            return sized and all(fits(item, schema["items"]) for item in value)
    return isinstance(value, dict) and _fits_object(value, schema)


def _fits_object(value: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    known = schema.get("properties", {})
    return set(schema.get("required", ())) <= set(value) and all(
        fits(item, known.get(name, schema["additionalProperties"])) for name, item in value.items()
    )


def _within(number: int, schema: Mapping[str, Any], low: str, high: str) -> bool:
    return bool(schema.get(low, number) <= number <= schema.get(high, number))
