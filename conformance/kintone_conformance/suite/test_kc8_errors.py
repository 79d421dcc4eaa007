"""KC8xx: what a client makes of answers that are none."""

from __future__ import annotations

from hypothesis import strategies as st

from kintone_conformance.doors import Answer, Script
from kintone_conformance.doors.answers import (
    forbidden,
    html,
    kintone_error,
    server_error,
    unauthorized,
    unauthorized_old,
)
from kintone_conformance.drivers import Silence
from kintone_conformance.model import Call, Refused
from kintone_conformance.spec.auth import Auth
from kintone_conformance.strategies import ALPHANUMERIC, any_auth, any_call
from kintone_conformance.suite.expect import equal
from kintone_conformance.suite.judge import Broken, Exchange, Judge
from kintone_conformance.suite.requirement import requirement


def answered(judge: Judge, auth: Auth, call: Call, script: Script) -> Exchange:
    """One call, answered by a script. Raises Broken where the client does not even ask."""
    with judge.answering(script):
        exchange = judge.open(auth).attempt(call)
    if not exchange.requests:
        raise Broken("refused an input that the documentation allows, before sending")
    return exchange


def reported(exchange: Exchange, answer: str) -> Refused:
    """The client reported an error. Raises Broken where it returned."""
    if not isinstance(exchange.outcome, Refused):
        raise Broken(
            f"{exchange.call.api} returned as if all were well after {answer}",
            expected="an error, reported in the client's own way",
            sent="nothing but a return",
        )
    return exchange.outcome


_REJECTED = {"401 CB_WA01": unauthorized, "520 CB_WA01": unauthorized_old}


@requirement("KC801", auth=any_auth, call=any_call, answer=st.sampled_from(sorted(_REJECTED)))
def test_kc801_unauthorized(judge: Judge, auth: Auth, call: Call, answer: str) -> None:
    reported(answered(judge, auth, call, lambda _wire: _REJECTED[answer]()), answer)


@requirement("KC802", auth=any_auth, call=any_call)
def test_kc802_forbidden(judge: Judge, auth: Auth, call: Call) -> None:
    reported(answered(judge, auth, call, lambda _wire: forbidden()), "403 GAIA_NO01")


@requirement("KC803", auth=any_auth, call=any_call)
def test_kc803_server_error(judge: Judge, auth: Auth, call: Call) -> None:
    reported(answered(judge, auth, call, lambda _wire: server_error()), "520")


_CODES = st.sampled_from(["GAIA_RE01", "CB_VA01", "GAIA_IL23", "CB_NO02"])
_IDS = st.text(st.sampled_from(ALPHANUMERIC), min_size=20, max_size=20)


@requirement(
    "KC804", auth=any_auth, call=any_call, status=st.sampled_from([400, 404]), code=_CODES, id_=_IDS
)
def test_kc804_error_fields(
    judge: Judge, auth: Auth, call: Call, status: int, code: str, id_: str
) -> None:
    message = f"Conformance message of {code}."
    answer = kintone_error(status, code, message, id_)
    error = reported(answered(judge, auth, call, lambda _wire: answer), f"{status} {code}").error
    equal(error.code, code, "the code of the error")
    equal(error.id, id_, "the id of the error")
    if message not in (error.message or ""):
        equal(error.message, message, "the message of the error")


@requirement("KC805", auth=any_auth, call=any_call, status=st.sampled_from([401, 404, 500, 503]))
def test_kc805_html(judge: Judge, auth: Auth, call: Call, status: int) -> None:
    reported(answered(judge, auth, call, lambda _wire: html(status)), f"an HTML page with {status}")


@requirement("KC808", auth=any_auth, call=any_call)
def test_kc808_html_with_200(judge: Judge, auth: Auth, call: Call) -> None:
    reported(answered(judge, auth, call, lambda _wire: html(200)), "an HTML page with 200")


def cut(judge: Judge, auth: Auth, call: Call, answer: Answer, what: str) -> None:
    """The connection is closed; silence after that is the client's fault here, and only here."""
    try:
        exchange = answered(judge, auth, call, lambda _wire: answer)
    except Silence as silence:
        raise Broken(f"{silence.message}, after {what}") from None
    reported(exchange, what)


@requirement("KC806", auth=any_auth, call=any_call)
def test_kc806_no_answer(judge: Judge, auth: Auth, call: Call) -> None:
    cut(judge, auth, call, Answer(cut="before"), "a connection closed without an answer")


@requirement("KC807", auth=any_auth, call=any_call)
def test_kc807_half_an_answer(judge: Judge, auth: Auth, call: Call) -> None:
    body = b'{"records": [{"title": {"type": "SINGLE_LINE_TEXT", "value": "conformance"}}]}'
    cut(judge, auth, call, Answer(body=body, cut="inside"), "a connection closed inside an answer")
