"""Draws the parameters of calls from what `samples` has, and from their schemas.

Each kind of value is met by each parameter in turn, not by chance: `Bags` hands out every choice
of a list, in random order, before any of them comes again, with a bag of its own for each call and
parameter.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from kintone_conformance.judging.samples import (
    BULK_LENGTHS,
    CODES,
    CONTENTS,
    FIELD_VALUES,
    FIELDS,
    FILE_NAMES,
    KEYS,
    LENGTHS,
    NUMBERS,
    QUERIES,
    SIZES,
    TEXTS,
    filled,
    upload,
)
from kintone_conformance.model import Call
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import BULK_OPERATIONS
from kintone_conformance.spec.shapes import resolved, without
from kintone_conformance.strategies import harmless_call

_T = TypeVar("_T")
_NUMBERED = 4  # fields of a record whose codes are 0, 1, 2 …


class Bags:
    """Random choices in turn: a bag for each key, refilled when it is empty."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._bags: dict[object, list[Any]] = {}

    def draw(self, key: object, choices: Sequence[_T]) -> _T:
        """The next of these choices for this key."""
        bag = self._bags.get(key)
        if not bag:
            bag = list(choices)
            self._random.shuffle(bag)
            self._bags[key] = bag
        drawn: _T = bag.pop()
        return drawn

    def shuffled(self, choices: Sequence[_T]) -> list[_T]:
        """The choices in a random order."""
        found = list(choices)
        self._random.shuffle(found)
        return found


class Values:
    """Draws the parameters of calls. `extra` are more texts, drawn by Hypothesis.

    `bulk` are the inner operations that the client knows, `declared` the parameters that it takes
    of those that not every client has.
    """

    def __init__(
        self,
        bags: Bags,
        bulk: Sequence[str],
        declared: Collection[str] = (),
        extra: Sequence[str] = (),
    ) -> None:
        self._bags = bags
        self._bulk = [api for api in BULK_OPERATIONS if api in bulk]
        self._declared = declared
        self._forms: dict[tuple[str, str], Any] = {}
        self._texts = (*TEXTS, *extra)
        self._fitting: dict[tuple[int, int], list[str]] = {}  # by the least and the most characters

    def call(self, api: str) -> Call:
        """A call with the next value of each of its parameters; optional ones come and go."""
        if api == "bulkRequest":
            return self._bulk_request()
        if api == "file.upload":
            return self._upload()
        if api == "oauth.token":
            return self._token()
        return Call(api, self._params(api, api))

    def _bulk_request(self) -> Call:
        count = self._bags.draw("bulk length", BULK_LENGTHS)
        names = [self._bags.draw("bulk operation", self._bulk) for _ in range(count)]
        requests = [
            {"api": api, "params": self._params(api, "bulkRequest", small=True)} for api in names
        ]
        if count > 2 and self._bags.draw("bulk twice", (True, False)):
            requests[-1] = requests[-2]  # twice in a row: both are asked for
        return Call("bulkRequest", {"requests": requests})

    def _upload(self) -> Call:
        content = self._bags.draw("content", (*CONTENTS, *map(filled, SIZES)))
        return upload(self._bags.draw("file name", FILE_NAMES), content)

    def _token(self) -> Call:
        given = dict(harmless_call("oauth.token").params)
        for name in ("refreshToken", "clientId", "clientSecret"):
            texts = (given[name], "a+b/c=d", "with blank", "ü&=", "-._~", "100%41 &x")
            given[name] = self._bags.draw(("oauth.token", name), texts)
        return Call("oauth.token", given)

    # ---- by schema

    def _params(self, api: str, holder: str, small: bool = False) -> dict[str, Any]:
        """The parameters of a call, or of an inner request of its holder."""
        where = api if api == holder else f"{holder}.{api}"
        schema = self._form(api, holder)
        found = self._object(where, self._one_of(where, schema), small)
        if "revisions" in found:
            ids, first = found["ids"], self._bags.draw((where, "revision"), (1, 7, 99))
            found["revisions"] = [first + at for at in range(len(ids))]
            found["ids"] = ids[::-1]  # each has its revision: sorting them would part the pairs
        return found

    def _form(self, api: str, holder: str) -> Any:
        """The schema of a call's parameters, of those that the client takes in this holder."""
        if (api, holder) not in self._forms:
            spec = call_spec(api)
            names = [name for name in spec.declared if f"{holder}.{name}" not in self._declared]
            self._forms[api, holder] = without(spec.params, names)
        return self._forms[api, holder]

    def _one_of(self, key: str, schema: Any) -> Any:
        """A schema, or the next of its forms."""
        forms = schema.get("oneOf")
        return resolved(self._bags.draw((key, "form"), forms)) if forms else schema

    def _object(self, where: str, schema: Mapping[str, Any], small: bool = False) -> dict[str, Any]:
        found = {}
        for name, inner in schema["properties"].items():
            key = f"{where}.{name}"
            given = name in schema["required"] or self._bags.draw((key, "given"), (True, False))
            if given:
                found[name] = self._value(key, name, inner, small)
        return found

    def _value(self, key: str, name: str, schema: Any, small: bool) -> Any:
        schema = self._one_of(key, resolved(schema))
        if "enum" in schema:
            return self._bags.draw(key, schema["enum"])
        kind = schema["type"]
        if kind == "boolean":
            return self._bags.draw(key, (True, False))
        if kind == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", NUMBERS[-1])
            return self._bags.draw(key, _numbers(low, high))
        if kind == "string" and name == "query":
            return self._query(key)
        if kind == "string":
            return self._bags.draw(key, self._strings(name, schema))
        if kind == "array":
            return self._array(key, name, schema, small)
        if "properties" in schema:
            return self._object(key, schema, small)
        return self._record(key)

    def _strings(self, name: str, schema: Mapping[str, Any]) -> list[str]:
        if name in ("fileKey", "id"):
            return list(KEYS)
        if name == "field":
            return list(CODES)
        if name == "timezone":
            return ["Asia/Tokyo", "America/Argentina/Buenos_Aires"]
        if name in ("code", "guests"):
            return [
                "guest@example.com",
                "a+b@example.com",
                "O'Hara@example.com",
                "MiXed@example.com",
            ]
        if name == "password":
            return ["Kd7Rt2Wm9Xc4Bn6QhZ3Jv5Ls", "p@ss:w/rd %41+1", "x" * 64]
        if name == "lang":
            return ["ja", "en", "zh", "default", "user"]
        limits = schema.get("minLength", 0), schema.get("maxLength", 1024)
        if limits not in self._fitting:
            low, high = limits
            self._fitting[limits] = [each for each in self._texts if low <= len(each) <= high]
        return self._fitting[limits]

    def _query(self, key: str) -> str:
        """A query: one of the usual, a text of its own, or one that asks for many texts."""
        match self._bags.draw((key, "form"), ("usual", "text", "many", "many")):
            case "usual":
                return self._bags.draw((key, "usual"), QUERIES)
            case "text":
                return self._bags.draw((key, "text"), self._texts)
        texts = [self._bags.draw((key, "many"), self._texts) for _ in range(8)]
        return " or ".join(f'f{at} = "{text}"' for at, text in enumerate(texts))

    def _array(self, key: str, name: str, schema: Mapping[str, Any], small: bool) -> list[Any]:
        low, high = schema.get("minItems", 0), schema.get("maxItems", 20)
        low = max(low, 1) if name == "guests" else low
        lengths = [n for n in (low, *LENGTHS, high) if low <= n <= min(high, 100)]
        if small or name in ("guests", "members"):
            lengths = [n for n in lengths if n <= 3] or [low]
        count = self._bags.draw((key, "length"), list(dict.fromkeys(lengths)))
        items = resolved(schema["items"])
        if name == "fields":
            return _distinct(lambda at: self._bags.draw(key, FIELDS) if at < 5 else f"f{at}", count)
        if items.get("type") == "integer":
            first = self._bags.draw(key, (1, 7, 99, 1234567, 2**31))
            return [first + at for at in range(count)]
        if items.get("type") == "string":
            texts = self._strings(name, items)
            return _distinct(
                lambda at: self._bags.draw(key, texts) if at < 5 else f"{name}{at}", count
            )
        return [self._item(key, name, items, at) for at in range(count)]

    def _item(self, key: str, name: str, schema: Mapping[str, Any], at: int) -> Any:
        """The first elements of a list are of every kind, the rest are small and different."""
        if at < 2 or "properties" in schema or "oneOf" in schema:
            item = self._value(f"{key}[]", name, schema, True)
            if isinstance(item, dict) and {"id", "record"} <= set(item):
                item["id"] = 100 - at  # not sorted: results come in the order of what was asked
            return item
        return {"title": {"value": f"record {at}"}}

    def _record(self, key: str) -> dict[str, Any]:
        count = self._bags.draw((key, "fields"), (0, 1, 2, 3, 5, 12, _NUMBERED))
        codes = _distinct(lambda _at: self._bags.draw((key, "code"), CODES), count)
        if count == _NUMBERED:
            codes = [*map(str, range(count))]  # what a language may take for a list
        return {code: {"value": self._bags.draw((key, "value"), FIELD_VALUES)} for code in codes}


@cache
def _numbers(low: int, high: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(n for n in (low, *NUMBERS, 500) if low <= n <= high))


def _distinct(draw: Callable[[int], str], count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        text = draw(len(found))
        found.append(text if text not in found else f"{text}{len(found)}")
    return found
