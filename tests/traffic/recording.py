"""Records what a client sends with known credentials: as a HAR, and as a raw dump."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from kintone_conformance.adapter import Adapter
from kintone_conformance.doors import Answer
from kintone_conformance.doors.http1 import answer_bytes
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario
from kintone_conformance.judging.stage import Stage
from kintone_conformance.model import Call, Wire
from kintone_conformance.spec.auth import ApiTokens, Auth, Basic, OAuth, Password, Session
from kintone_conformance.spec.calls import call_spec, calls
from kintone_conformance.spec.request import needs_guest
from kintone_conformance.strategies import harmless_call

Log = list[tuple[Wire, Answer]]

SECRET = "Vb8Xk3Lq9Rt5Wm2Zc7Hs4Pd6"
TOKENS = tuple(f"{letter}3ZkTq8NvYb5Rm2XcJd7Lf4HsPg9Ka6UeBt1WzQ" for letter in "abc")
PASSWORDS = (
    Password("conformance", SECRET),
    Password("conformance", "~?>|~?>|~?>|"),
    Password("é@example.com", "pass:with:colons"),
    Password("山田太郎", "pass1%41%2B"),
    Password("e\u0301か\u3099", "a+b"),
    Password("\ufeffmark", "b&<c>"),
    Password("😀𠮷", " both ends "),
    Password("漢" * 128, "z" * 64),
    Password("sato", ""),
    Password("sato", None),
)
LONG_TOKEN = "".join(TOKENS)[:60]
OTHERS: tuple[tuple[Auth, Basic | None], ...] = (
    (ApiTokens(TOKENS), None),
    (ApiTokens((LONG_TOKEN,)), None),
    (ApiTokens(("トークン" + TOKENS[0],)), None),
    (ApiTokens((f"{TOKENS[0]}\0",)), None),
    (OAuth(SECRET[::-1]), None),
    (Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", "JSESSIONID=Xf8Gk3Py6Tn2Vd9Cw5Mx7Rb4"), None),
    (ApiTokens(TOKENS[:1]), Basic("gate", ">>>???~~~Hs5Nv8Xt2Qc7Lk4Zm9Wb")),
)
_RECORD = {"title": {"value": "é 日本語"}}
_SPECIAL = (
    Call("records.get", {"app": 1, "fields": ["title", "é"], "totalCount": True}),
    Call("records.get", {"app": 1, "fields": ["a"] * 3, "query": "あ" * 3_000}),
    Call("records.get", {"app": 1, "fields": [f"f{n}" for n in range(120)]}),
    Call("record.add", {"app": 1, "record": {"title": {"value": "café"}}}),
    Call("file.upload", {"name": 'say "x".txt', "contentBase64": "Y29uZm9ybWFuY2U="}),
    Call("file.upload", {"name": "日本語.txt", "contentBase64": "Y29uZm9ybWFuY2Uh"}),
    Call("record.add", {"app": 1, "record": _RECORD}),
)


def credentials() -> Iterator[str]:
    """The sentinels, as `--credential` takes them."""
    for known in PASSWORDS:
        end = "" if known.password is None else f":{known.password}"
        yield f"password:{known.login}{end}"
    yield from (f"token:{token}" for token in (*TOKENS, LONG_TOKEN, "トークン" + TOKENS[0]))
    yield f"oauth:{SECRET[::-1]}"
    yield "cookie:JSESSIONID=Xf8Gk3Py6Tn2Vd9Cw5Mx7Rb4"
    yield "basic:gate:>>>???~~~Hs5Nv8Xt2Qc7Lk4Zm9Wb"


def scenarios(served: frozenset[str]) -> Iterator[Scenario]:
    """What is asked of a client while it is recorded."""
    plain, token = [*_harmless(served, guest=False)], ApiTokens(TOKENS[:1])
    for auth in PASSWORDS:
        yield _asked(Made(auth), harmless_call("record.get"), harmless_call("user.users.get"))
    for other, basic in OTHERS:
        able = [call for call in plain if call_spec(call.api).takes(other)]
        yield _asked(Made(other, basic), *able)
    taken = [call for call in plain if call_spec(call.api).takes(PASSWORDS[0])]
    yield _asked(Made(PASSWORDS[0]), *taken, *_SPECIAL, *taken[:3])
    yield _asked(Made(PASSWORDS[0], guest=5), *_harmless(served, guest=True))
    yield _asked(Made(PASSWORDS[0], guest="5/../x"), harmless_call("record.get"))
    yield _asked(Made(token, base="/"), harmless_call("record.get"))
    yield _asked(Made(PASSWORDS[0]), harmless_call("space.guests.update"))
    for answer in ("html 503", "429", "307 here", "307 elsewhere", "302 elsewhere"):
        for api in ("record.get", "record.add", "records.update"):
            yield Scenario((Open("a", Made(token)), Ask("a", harmless_call(api), answer)))


def _harmless(served: frozenset[str], guest: bool) -> Iterator[Call]:
    yield from (
        harmless_call(api) for api in calls() if api in served and (guest or not needs_guest(api))
    )


def _asked(made: Made, *asked: Call) -> Scenario:
    return Scenario((Open("a", made), *(Ask("a", call) for call in asked)))


def record(adapter: type[Adapter]) -> Log:
    """Every request of a client, with its answer."""
    log: Log = []
    with closing(Loopback()) as door, closing(InProcess(adapter, door.environ)) as driver:
        answer = door._recorder.answer

        def answered(wire: Wire) -> Answer:
            log.append((wire, answer(wire)))
            return log[-1][1]

        door._recorder.answer = answered  # type: ignore[method-assign]
        stage = Stage(driver, door, judges=False)
        for scenario in scenarios(driver.info.calls):
            stage.play(scenario)
    return log


def as_har(log: Log) -> bytes:
    """The log as a browser or a proxy would export it."""
    entries = [_entry(wire, answer) for wire, answer in log if not wire.malformed]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def _entry(wire: Wire, answer: Answer) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": wire.method,
        "url": wire.origin + wire.target.decode("utf-8", "replace"),
        "httpVersion": "HTTP/1.1",
        "headers": [
            {"name": name.decode("latin-1"), "value": value.decode("utf-8", "replace")}
            for name, value in wire.headers
        ],
        "bodySize": len(wire.body),
    }
    if wire.body:
        request["postData"] = {"mimeType": "", "text": wire.body.decode("utf-8", "replace")}
    headers = [{"name": name, "value": value} for name, value in answer.headers]
    text = base64.b64encode(answer.body).decode()
    content = {"size": len(answer.body), "text": text, "encoding": "base64"}
    status = 0 if answer.cut else answer.status
    return {
        "request": request,
        "response": {"status": status, "headers": headers, "content": content},
    }


def as_dump(log: Log) -> bytes:
    """The log as both sides of a connection; what is no request comes last."""
    pieces = [
        wire.raw_head + _framed(wire) + answer_bytes(answer)
        for wire, answer in log
        if not wire.malformed
    ]
    broken = [wire.raw_head for wire, _ in log if wire.malformed]
    return b"".join(pieces) + b"".join(broken[:1])


def _framed(wire: Wire) -> bytes:
    if not wire.values("Transfer-Encoding"):
        return wire.body
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(wire.body), wire.body) if wire.body else b"0\r\n\r\n"
