"""Reads parameters as a server does, and keeps what no server reads as it may be meant."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from kintone_conformance.spec.header_names import REQUEST_TOKEN_FIELD

_INDEXED = re.compile(r"^([^\[]+)\[([0-9]{1,9})\]$")


class Oddity(NamedTuple):
    """Something that no server reads as it may be meant, whatever the call was.

    `kind`: a `repeated` name, an `index` that is not one or leaves a gap, `json` or `utf-8`
    that is malformed, a byte order `mark`, an `override` in small letters, of another method
    than POST or given twice.
    """

    kind: str
    name: str
    text: str


def merged_pairs(found: Iterable[tuple[str, str]], odd: list[Oddity]) -> dict[str, Any]:
    """Names with their values; `name[0]`, `name[1]` become a list."""
    merged: dict[str, Any] = {}
    lists: dict[str, dict[int, str]] = {}
    for name, value in found:
        indexed = _INDEXED.match(name)
        if indexed and str(int(indexed[2])) == indexed[2]:
            indexes = lists.setdefault(indexed[1], {})
            if int(indexed[2]) in indexes:
                odd.append(Oddity("repeated", indexed[1], f"{name} appears twice"))
            indexes[int(indexed[2])] = value
            continue
        if "[" in name:
            odd.append(Oddity("index", name.partition("[")[0], f"{name} is not an index"))
        elif name in merged and name != REQUEST_TOKEN_FIELD:
            odd.append(Oddity("repeated", name, f"{name} appears twice"))
        merged[name] = value
    for name, indexes in lists.items():
        if sorted(indexes) != list(range(len(indexes))):
            shown_ = ", ".join(map(str, sorted(indexes)[:5]))
            odd.append(Oddity("index", name, f"the indexes of {name} are {shown_}"))
        merged[name] = [indexes[index] for index in sorted(indexes)]
    return merged


def json_value(body: bytes, odd: list[Oddity]) -> Any:
    """The JSON value of a body; None if it is empty or cannot be read."""
    if not body:
        return None
    if body.startswith(codecs.BOM_UTF8):
        odd.append(Oddity("mark", "", "the body begins with a byte order mark"))
        body = body.removeprefix(codecs.BOM_UTF8)
    try:
        decoded = body.decode("utf-8")
    except UnicodeDecodeError as error:
        odd.append(Oddity("utf-8", "", f"the body is not UTF-8: {error.reason}"))
        decoded = body.decode("utf-8", "replace")
    try:
        return json.loads(
            decoded,
            parse_constant=_no_constant,
            object_pairs_hook=lambda pairs_: _once(pairs_, odd),
        )
    except (ValueError, RecursionError) as error:
        odd.append(Oddity("json", "", f"the body is not JSON: {error}"))
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _once(found: list[tuple[str, Any]], odd: list[Oddity]) -> dict[str, Any]:
    merged = dict(found)
    if len(merged) < len(found):
        names = [name for name, _ in found]
        twice = next(name for name in names if names.count(name) > 1)
        odd.append(Oddity("repeated", twice, f"{twice} appears twice"))
    return merged
