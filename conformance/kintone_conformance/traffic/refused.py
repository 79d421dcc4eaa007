"""Parameters that Kintone's documentation rules out, whoever gave them.

That is no requirement on a client, which may have been asked for just this: it is told with the
request, and answered with an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kintone_conformance.spec.error_codes import ErrorCode, error_codes
from kintone_conformance.spec.shapes import resolved
from kintone_conformance.traffic.meaning import Meaning

# Calls of the catalogue always give these; in Kintone's documentation they may be left out.
_MAY_BE_LEFT_OUT = {"record.update": {"record"}, "template.space.add": {"members"}}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?')
_CLAUSE = re.compile(r"\b(limit|offset)\s+([0-9]{1,12})\b", re.IGNORECASE)
# https://kintone.dev/en/docs/kintone/overview/query-string/
_MOST = {"limit": 500, "offset": 10_000}
_NO_CODE = ErrorCode("", 400, "a value is over its limit", "send no more than that at a time")


class Refused(NamedTuple):
    """What is wrong with the parameters, and the error that answers it."""

    why: str
    answer: ErrorCode


def refused(meaning: Meaning) -> Refused | None:
    """The first parameter that cannot be accepted; None if nothing documented says so."""
    spec = meaning.spec
    if spec is None or meaning.is_upload or spec.api in ("oauth.token", "bulkRequest"):
        return None
    return next(_all(spec.api, spec.params, meaning.params), None)


def _all(api: str, schema: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[Refused]:
    schema = resolved(schema)
    forms = [resolved(form) for form in schema.get("oneOf", [schema])]
    needed = set.intersection(*(set(form["required"]) for form in forms))
    missing = sorted(needed - set(params) - _MAY_BE_LEFT_OUT.get(api, set()))
    if missing:
        yield Refused(f"{', '.join(missing)} is missing", error_codes()["CB_VA01"])
    known = {name: value for form in forms for name, value in form["properties"].items()}
    for name in sorted(set(params) & set(known)):
        yield from _limits(name, resolved(known[name]), params[name])
    if api == "records.get" and isinstance(params.get("query"), str):
        yield from _clauses(params["query"])
    yield from _records(params)


def _limits(name: str, schema: Any, value: Any) -> Iterator[Refused]:
    if not isinstance(schema, dict):
        return
    if isinstance(value, list) and len(value) > schema.get("maxItems", len(value)):
        why = f"{name} has {len(value):,} elements; up to {schema['maxItems']} are accepted"
        yield Refused(why, error_codes()["CB_VA01"])
    elif schema.get("type") == "integer" and re.fullmatch("[0-9]{1,18}", str(value)):
        most = schema.get("maximum", int(value))
        if int(value) > most:
            yield Refused(f"{name} is {value}; up to {most} is accepted", error_codes()["CB_VA01"])


def _clauses(query: str) -> Iterator[Refused]:
    """What a query asks for, outside of its quoted texts."""
    for clause, number in _CLAUSE.findall(_QUOTED.sub('""', query)):
        most = _MOST[clause.lower()]
        if int(number) > most:
            yield Refused(f"the query has {clause} {number}; up to {most:,} is accepted", _NO_CODE)


def _records(params: Mapping[str, Any]) -> Iterator[Refused]:
    """A field whose value is written without the object around it."""
    listed = params.get("records")
    elements = listed if isinstance(listed, list) else []
    records = [("record", params.get("record"))]
    for number, each in enumerate(elements):
        inner = each.get("record") if isinstance(each, dict) and "record" in each else each
        records.append((f"records[{number}]", inner))
    for at, record in records:
        for field, value in record.items() if isinstance(record, dict) else ():
            if isinstance(value, str | int | float | list) and not _is_beside(at, field):
                why = f'the field {field} of {at} must be an object, as {{"value": …}}'
                yield Refused(why, error_codes()["CB_IJ01"])
                return


def _is_beside(at: str, name: str) -> bool:
    """What stands beside the record in an element, as its id, when it has no record."""
    return at != "record" and name in ("id", "revision", "action", "assignee", "updateKey")
