"""The parameters of a request, held against those that were given.

Where a parameter travels is the client's choice (DESIGN rule 5); what arrives under its name is
not. Each difference names the requirement about the form that it breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Exchange, Finding
from kintone_conformance.spec.auth import Session
from kintone_conformance.spec.request import (
    DEFAULTS,
    LEFT_OUT,
    MAX_INDEX,
    SILENT,
    Documented,
)
from kintone_conformance.spec.shapes import paired
from kintone_conformance.wires import Effective

# What a call that only asks may leave out: a query has no way to say it, or it is the default.
_NOTHING: tuple[object, ...] = (False, 0, "", [])


def parameter_findings(
    exchange: Exchange, expected: Documented, sent: Effective
) -> Iterator[Finding]:
    """What is wrong with the parameters of one request."""
    odd = next(_oddities(expected, sent), None)
    if odd is not None:
        yield odd
        return
    if expected.api == "bulkRequest":
        yield from _bulk(exchange, expected, sent)
        return
    yield from _compared(exchange, expected, sent)
    yield from _long_query(expected, sent)


def _oddities(expected: Documented, sent: Effective) -> Iterator[Finding]:
    for odd in sent.oddities:
        if odd.kind in ("repeated", "index"):
            array = isinstance(expected.params.get(odd.name), list)
            requirement = _by_form(expected, array)
            yield Finding(requirement, odd.text, _form_of(expected, odd.name), odd.text)


def _by_form(expected: Documented, array: bool) -> str:
    if expected.method == "DELETE":
        return "KC514"
    return "KC505" if array else "KC516"


def _form_of(expected: Documented, name: str) -> str:
    array = isinstance(expected.params.get(name), list)
    return array_form(name) if array else f"one {name}"


def array_form(name: str) -> str:
    """How an array is given, for people (SPEC F63)."""
    return f"{name}[0]=…&{name}[1]=…, or an array in a JSON body"


def _compared(exchange: Exchange, expected: Documented, sent: Effective) -> Iterator[Finding]:
    if expected.api == "records.delete":
        expected = replace(expected, params=paired(expected.params))
        sent = replace(sent, params=paired(sent.params))
    missing = [
        name
        for name, value in expected.params.items()
        if name not in sent.params and not _may_be_missing(expected, name, value)
    ]
    invented = [
        name
        for name in sent.params
        if not _allowed(name, expected, sent) and not _is_misnamed_token(exchange, sent, name)
    ]
    if missing:
        requirement = "KC514" if expected.method == "DELETE" else "KC515"
        beside = f"; {', '.join(invented)} was sent, but not given" if invented else ""
        message = f"the parameter {', '.join(missing)} did not arrive{beside}"
        given = _json({name: expected.params[name] for name in missing})
        yield Finding(requirement, message, given, _json(sent.params))
    elif invented:
        requirement = "KC405" if _of_the_guest_space(exchange, invented, sent) else "KC516"
        message = f"the parameter {', '.join(invented)} was sent, but not given"
        yield Finding(requirement, message, "nothing of that name", _json(sent.params))
    for name, value in expected.params.items():
        if name in sent.params:
            yield from _value(expected, sent, name, value, sent.params[name])


def _may_be_missing(expected: Documented, name: str, value: Any) -> bool:
    if not expected.changes and value in _NOTHING:
        return True
    return name in LEFT_OUT and value is LEFT_OUT[name]


def _allowed(name: str, expected: Documented, sent: Effective) -> bool:
    """The name was given, or is a documented parameter that says nothing but its default."""
    if name in expected.params:
        return True
    value = sent.params[name]
    if name in SILENT and value is None:
        return True
    if name in expected.optional and name not in SILENT and value in (None, "", []):
        return True
    return name in DEFAULTS and any(_same(value, each, True) for each in DEFAULTS[name])


def _is_misnamed_token(exchange: Exchange, sent: Effective, name: str) -> bool:
    """The session's request token under another name: that it is missing is said already."""
    auth = exchange.client.auth
    if not isinstance(auth, Session) or sent.request_tokens:
        return False
    return bool(sent.params[name] == auth.request_token)


def _of_the_guest_space(exchange: Exchange, names: list[str], sent: Effective) -> bool:
    if exchange.asking.guest is None:
        return False
    return any(
        "guest" in name.lower() or str(sent.params[name]) == exchange.asking.guest for name in names
    )


def _value(
    expected: Documented, sent: Effective, name: str, given: Any, found: Any
) -> Iterator[Finding]:
    as_text = name in sent.texts
    if as_text and isinstance(given, list) and not isinstance(found, list):
        if given or found:
            form = _form_of(expected, name)
            yield Finding(_by_form(expected, True), f"{name} is not an array", form, _json(found))
    elif not _same(found, given, as_text):
        requirement = _requirement_of(expected, given, found, as_text)
        message = f"the parameter {name} is not what was given"
        yield differs(requirement, message, _json(given), _json(found))


def _requirement_of(expected: Documented, given: Any, found: Any, as_text: bool) -> str:
    """The requirement about this kind of value and the way that it travels."""
    if expected.method == "DELETE":
        return "KC514"
    if _rewritten(given, found):
        return "KC413"
    if expected.carrier == "form":
        return "KC310"
    if not expected.reads:
        return "KC513"
    if isinstance(given, bool):
        return "KC506" if as_text else "KC504"
    return "KC505" if isinstance(given, list) else "KC504"


def _rewritten(given: Any, found: Any) -> bool:
    """A text that looks like a path was taken for one."""
    return "/k/v1/" in str(given) and "/k/guest/" in str(found)


# ---- equal values


def _same(found: Any, given: Any, as_text: bool) -> bool:
    """Whether a value arrived as it was given; a number and its decimal text are equal."""
    if isinstance(given, bool) or given is None:
        spelt = as_text and given is not None and found == str(given).lower()
        return bool(found is given or spelt)
    match given:
        case int():
            return type(found) in (int, str) and str(found) == str(given)
        case float():
            return bool(found in (given, repr(given)))
        case str():
            decimal = type(found) is int and str(found) == given
            return bool(found == given) or decimal
        case list() | tuple():
            return (
                isinstance(found, list)
                and len(found) == len(given)
                and all(_same(f, g, as_text) for f, g in zip(found, given, strict=True))
            )
        case dict():
            return isinstance(found, dict) and _same_object(found, given)
    return bool(found == given)


def _same_object(found: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """A typed client may send a field's type beside its value, as Kintone's answers have it."""
    extra = set(found) - set(given)
    for name in extra:
        default = name in DEFAULTS and any(_same(found[name], d, False) for d in DEFAULTS[name])
        either = name == "id" and "updateKey" in given  # a record is named by one of them
        silent = (name in SILENT or either) and found[name] is None
        if not default and not silent and not (name == "type" and "value" in given):
            return False
    return all(name in found and _same(found[name], value, False) for name, value in given.items())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# ---- what has requirements of its own


def _bulk(exchange: Exchange, expected: Documented, sent: Effective) -> Iterator[Finding]:
    """A bulkRequest: each inner request with its method, path and payload, in order."""
    given = expected.params["requests"]
    found = sent.params.get("requests")
    if not isinstance(found, list) or len(found) != len(given):
        message = "the number of inner requests in the body differs from the number given"
        yield Finding("KC409", message, f"requests: a list of {len(given)}", _json(found))
        return
    for inner, other in zip(given, found, strict=True):
        if not isinstance(other, dict):
            yield Finding("KC409", "an inner request is not an object", _json(inner), _json(other))
            return
        if other.get("method") != inner["method"]:
            message = "the inner method differs"
            yield differs("KC409", message, inner["method"], other.get("method"))
        elif other.get("api") != inner["api"]:
            plain = inner["api"].replace(f"/guest/{exchange.asking.guest}/", "/")
            requirement = "KC408" if exchange.asking.guest is not None else "KC409"
            message = "the inner path differs"
            if (
                exchange.asking.guest is not None
                and plain != inner["api"]
                and other.get("api") == plain
            ):
                message = "the inner path is not in the guest space"
            yield differs(requirement, message, inner["api"], other.get("api"))
        elif not _same_object(paired(other.get("payload") or {}), paired(inner["payload"])):
            message = "the inner payload is not what was given"
            rewritten = _rewritten(inner["payload"], other.get("payload"))
            yield differs(
                "KC413" if rewritten else "KC409",
                message,
                _json(inner["payload"]),
                _json(other.get("payload")),
            )
        elif strangers := sorted(set(other) - {"method", "api", "payload"}):
            message = f"an inner request has unknown keys: {', '.join(strangers)}"
            yield Finding("KC409", message, "method, api and payload", _json(other))
        else:
            continue
        return
    names = sorted(set(sent.params) - {"requests"})
    extra = [name for name in names if not _is_misnamed_token(exchange, sent, name)]
    if extra:
        message = f"the parameter {', '.join(extra)} was sent, but not given"
        yield Finding("KC516", message, "requests alone", _json(extra))


def _long_query(expected: Documented, sent: Effective) -> Iterator[Finding]:
    """An array in a query has the indexes 0 to 99 (SPEC F63)."""
    if sent.media_type not in ("", "application/json"):
        return  # they are in a form
    for name in sent.texts & set(expected.params):
        found = sent.params[name]
        if isinstance(found, list) and len(found) > MAX_INDEX + 1:
            message = f"{name} has {len(found)} elements in a query"
            yield Finding("KC524", message, "a body, or a refusal", f"{name}[{len(found) - 1}]")
