"""KC4xx: where a call goes, with and without a guest space."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.model import Call
from kintone_conformance.spec.auth import Auth
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import (
    Asked,
    any_auth,
    any_call,
    guest_ids,
    harmless_call,
)
from kintone_conformance.suite.expect import equal, same_request, same_value, target
from kintone_conformance.suite.judge import Broken, Exchange, Judge
from kintone_conformance.suite.requirement import requirement

_GUEST_SEGMENT = re.compile(r"^/k/guest/([^/]*)/v1/")


def plain_path(call: Call) -> str:
    """The documented path of a call outside guest spaces."""
    return call_spec(call.api).path


def guest_path(call: Call, guest: object) -> str:
    """The documented path of a call in a guest space."""
    return plain_path(call).replace("/k/v1/", f"/k/guest/{guest}/v1/", 1)


@requirement("KC401", auth=any_auth, call=any_call)
def test_kc401_plain_path(judge: Judge, auth: Auth, call: Call) -> None:
    exchange = judge.send(call, auth)
    target(exchange, plain_path(call))
    equal(wires.method(exchange.wire), call_spec(call.api).method, "the method")


@requirement("KC402", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc402_guest_prefix(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    target(judge.send(call, auth, guest=guest), guest_path(call, guest))


@requirement("KC403", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc403_guest_preview(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    target(judge.send(call, auth, guest=guest), guest_path(call, guest))


@requirement("KC404", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc404_guest_id_as_text(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    as_number = judge.send(call, auth, guest=guest)
    target(judge.send(call, auth, guest=str(guest)), wires.path(as_number.wire))


@requirement("KC405", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc405_same_request_but_for_the_prefix(
    judge: Judge, auth: Auth, call: Call, guest: int
) -> None:
    def plain() -> Exchange:
        return judge.send(call, auth)

    same_request(plain(), judge.send(call, auth, guest=guest), plain, ignore_path=True)


@requirement("KC406", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc406_guest_file(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    exchange = judge.send(call, auth, guest=guest)
    if wires.path(exchange.wire) != plain_path(call):
        target(exchange, guest_path(call, guest))


@requirement("KC407", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc407_guest_file_prefix(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    exchange = judge.send(call, auth, guest=guest)
    if wires.path(exchange.wire) == plain_path(call):
        target(exchange, guest_path(call, guest))


_RECORD = {"title": {"value": "conformance"}}
_INNER_PARAMS: dict[str, dict[str, Any]] = {
    "record.add": {"app": 1, "record": _RECORD},
    "record.update": {"app": 1, "id": 1, "record": _RECORD},
    "records.add": {"app": 1, "records": [_RECORD]},
    "records.update": {"app": 1, "records": [{"id": 1, "record": _RECORD}]},
    "records.delete": {"app": 1, "ids": [1, 2]},
}


def bulk_calls() -> st.SearchStrategy[Call]:
    """A bulkRequest of one to five writes."""
    names = st.lists(st.sampled_from(sorted(_INNER_PARAMS)), min_size=1, max_size=5)
    return names.map(
        lambda apis: Call(
            "bulkRequest",
            {"requests": [{"api": api, "params": _INNER_PARAMS[api]} for api in apis]},
        )
    )


def inner_requests(exchange: Exchange) -> list[dict[str, Any]]:
    """The inner requests of a bulkRequest as sent. Raises Broken where there is no such list."""
    found = wires.params(exchange.wire).get("requests")
    given = exchange.call.params["requests"]
    if not isinstance(found, list) or len(found) != len(given):
        raise Broken(
            "the body holds not one inner request for each that was given",
            expected=f"requests: a list of {len(given)}",
            sent=json.dumps(found, ensure_ascii=False),
        )
    return found


@requirement("KC408", auth=any_auth, call=bulk_calls(), guest=guest_ids())
def test_kc408_bulk_inner_paths(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    exchange = judge.send(call, auth, guest=guest)
    for given, sent in zip(call.params["requests"], inner_requests(exchange), strict=True):
        expected = guest_path(harmless_call(given["api"]), guest)
        equal(sent.get("api"), expected, "the inner api")


@requirement("KC409", auth=any_auth, call=bulk_calls())
def test_kc409_bulk_inner_requests(judge: Judge, auth: Auth, call: Call) -> None:
    exchange = judge.send(call, auth)
    for given, sent in zip(call.params["requests"], inner_requests(exchange), strict=True):
        spec = call_spec(given["api"])
        equal(sent.get("method"), spec.method, "the inner method")
        equal(sent.get("api"), spec.path, "the inner api")
        payload = sent.get("payload") or {}
        asked = {name: payload.get(name) for name in given["params"]}
        same_value(asked, given["params"], "the inner payload")


@requirement("KC410", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc410_plain_only(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    target(judge.send(call, auth, guest=guest), plain_path(call))


@requirement("KC411", auth=any_auth, guest=guest_ids())
def test_kc411_guest_only(judge: Judge, auth: Auth, guest: int) -> None:
    call = Call("space.guests.update", {"id": guest, "guests": ["guest@example.com"]})
    target(judge.send(call, auth, guest=guest), guest_path(call, guest))


@requirement("KC412", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc412_other_products(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    target(judge.send(call, auth, guest=guest), plain_path(call))


_LOOKALIKE = st.sampled_from(
    [
        "/k/v1/record.json",
        "https://demo.cybozu.com/k/v1/records.json?app=1",
        "/k/guest/7/v1/record.json",
        "see /k/v1/ and /k/v1/",
    ]
)


def lookalike_calls(asked: Asked) -> st.SearchStrategy[Call]:
    """Reads and writes whose values look like API paths."""
    return st.builds(_with_text, st.sampled_from(asked.calls), _LOOKALIKE)


def _with_text(api: str, text: str) -> Call:
    params = dict(harmless_call(api).params)
    if api == "records.get":
        return Call(api, {**params, "query": f'link = "{text}"'})
    return Call(api, {**params, "record": {"link": {"value": text}}})


@requirement("KC413", auth=any_auth, call=lookalike_calls, guest=guest_ids())
def test_kc413_text_that_looks_like_a_path(
    judge: Judge, auth: Auth, call: Call, guest: int
) -> None:
    sent = wires.params(judge.send(call, auth, guest=guest).wire)
    for name in ("query", "record"):
        if name in call.params:
            same_value(sent.get(name), call.params[name], f"the parameter {name}")


@requirement("KC414", auth=any_auth, call=any_call, guest=guest_ids())
def test_kc414_prefix_once(judge: Judge, auth: Auth, call: Call, guest: int) -> None:
    live = judge.open(auth, guest=guest)
    first = live.send(call)
    target(live.send(call), wires.path(first.wire))


_NO_IDS: tuple[object, ...] = (
    "", 0, -1, "abc", "5/../..", "5#", "5?x", " 5", 5.5, True, None,
    "0", "-1", "5/", "../5", "5%2F..", "NaN", "5\r\n", "5;6", "5,6",
)  # fmt: skip


def no_guest_ids(asked: Asked) -> st.SearchStrategy[object]:
    """What is no positive integer, less what the SDK documents as "no guest space"."""
    documented = {(type(value), value) for value in asked.info.no_guest}
    return st.sampled_from([v for v in _NO_IDS if (type(v), v) not in documented])


def _spellings(value: object) -> set[str]:
    """The texts that languages make of a value."""
    if isinstance(value, bool):
        return {str(value), str(value).lower()}
    return {"None", "null", "nil", "undefined"} if value is None else {str(value)}


def _segments(exchange: Exchange) -> list[tuple[str, str]]:
    """Path and decoded guest segment of every request, "" as segment where there is no prefix."""
    found = []
    for wire in exchange.requests:
        path = wires.path(wire)
        match = _GUEST_SEGMENT.match(path)
        found.append((path, unquote(match[1]) if match else ""))
    return found


def _meant(value: object) -> str | None:
    """The id that a text with blanks around it can only mean."""
    trimmed = str(value).strip(" ") if isinstance(value, str) else ""
    return trimmed if re.fullmatch(r"[1-9][0-9]*", trimmed, re.ASCII) else None


@requirement("KC415", auth=any_auth, call=any_call, guest=no_guest_ids)
def test_kc415_invalid_id_goes_nowhere_else(
    judge: Judge, auth: Auth, call: Call, guest: object
) -> None:
    for path, segment in _segments(judge.offer(call, auth, guest=guest)):
        named = _GUEST_SEGMENT.match(path) is not None
        if not named or segment not in {*_spellings(guest), _meant(guest)}:
            raise Broken(
                f"the guest space id {guest!r} sent the request to another target",
                expected="a refusal",
                sent=path,
            )


@requirement("KC416", auth=any_auth, call=any_call, guest=no_guest_ids)
def test_kc416_invalid_id_is_refused(judge: Judge, auth: Auth, call: Call, guest: object) -> None:
    for path, segment in _segments(judge.offer(call, auth, guest=guest)):
        if segment in _spellings(guest) and segment != _meant(guest):
            raise Broken(
                f"the guest space id {guest!r} was sent instead of being refused",
                expected="a refusal",
                sent=path,
            )
