"""KC3xx: OAuth, the Basic gate, sessions, and one method's headers a request."""

from __future__ import annotations

from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.model import Call, Wire
from kintone_conformance.spec.auth import (
    AUTHORIZATION,
    PASSWORD_HEADER,
    REQUEST_TOKEN_FIELD,
    REQUESTED_WITH,
    TOKEN_HEADER,
    Auth,
    Basic,
    OAuth,
    Session,
    basic_value,
)
from kintone_conformance.strategies import (
    ALPHANUMERIC,
    any_auth,
    any_call,
    header_auth,
    passwords,
    secrets,
)
from kintone_conformance.suite.credentials import HEADERS, first_value, unbase64
from kintone_conformance.suite.expect import equal, one_header
from kintone_conformance.suite.judge import Broken, Judge
from kintone_conformance.suite.requirement import requirement


def gates(password: st.SearchStrategy[str]) -> st.SearchStrategy[Basic]:
    """Basic credentials in ASCII; a user name holds no colon (RFC 7617)."""
    user = st.text(st.sampled_from(ALPHANUMERIC + "-_."), min_size=1, max_size=20)
    return st.builds(Basic, user=user, password=password)


@requirement("KC301", token=secrets(), call=any_call)
def test_kc301_bearer(judge: Judge, token: str, call: Call) -> None:
    for wire in judge.send(call, OAuth(token)).requests:
        scheme, _, value = one_header(wire, AUTHORIZATION).partition(" ")
        equal(scheme.lower(), "bearer", "the scheme of Authorization")
        equal(value, token, "the access token")


@requirement("KC302", basic=gates(secrets()), auth=header_auth, call=any_call)
def test_kc302_basic_gate(judge: Judge, basic: Basic, auth: Auth, call: Call) -> None:
    for wire in judge.send(call, auth, basic=basic).requests:
        scheme, _, value = one_header(wire, AUTHORIZATION).partition(" ")
        equal(scheme.lower(), "basic", "the scheme of Authorization")
        text = unbase64(value, "the Basic value").decode("utf-8", "backslashreplace")
        equal(text, f"{basic.user}:{basic.password}", "the Basic value")
        first_value(wire, HEADERS[type(auth)])


@requirement("KC303", token=secrets(), basic=gates(secrets()), call=any_call)
def test_kc303_oauth_with_basic_is_refused(
    judge: Judge, token: str, basic: Basic, call: Call
) -> None:
    for wire in judge.offer(call, OAuth(token), twin={}, basic=basic).requests:
        raise Broken(
            f"OAuth and Basic were given, and a request was sent to {wires.path(wire)}",
            expected="a refusal: one Authorization header cannot carry both",
            sent=", ".join(wires.text(value) for value in wire.values(AUTHORIZATION)),
        )


def sessions() -> st.SearchStrategy[Session]:
    """Session credentials; a request token looks like a UUID, but any letters may come."""
    token = st.one_of(st.uuids(version=4).map(str), secrets())
    return st.builds(Session, request_token=token, cookie=st.just("JSESSIONID=conformance"))


@requirement("KC304", auth=sessions(), call=any_call)
def test_kc304_requested_with(judge: Judge, auth: Session, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        if not any(value.strip() for value in wire.values(REQUESTED_WITH)):
            raise Broken(
                f"{wires.method(wire)} {wires.path(wire)} carries no {REQUESTED_WITH}",
                expected=f"{REQUESTED_WITH}: XMLHttpRequest, or any text that is not empty",
                sent="none",
            )


@requirement("KC305", auth=sessions(), call=any_call)
def test_kc305_request_token_on_every_write(judge: Judge, auth: Session, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        if wires.method(wire) != "GET":
            equal(_request_token(wire), auth.request_token, f"{REQUEST_TOKEN_FIELD} of the write")


def _request_token(wire: Wire) -> object:
    in_parts = [
        wires.text(part.content) for part in wires.parts(wire) if part.name == REQUEST_TOKEN_FIELD
    ]
    return wires.params(wire).get(REQUEST_TOKEN_FIELD, in_parts[0] if in_parts else None)


@requirement("KC306", auth=any_auth, call=any_call)
def test_kc306_one_method(judge: Judge, auth: Auth, call: Call) -> None:
    own = HEADERS.get(type(auth))
    for wire in judge.send(call, auth).requests:
        for name in (PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION):
            if name != own and any(wire.values(name)):
                raise Broken(
                    f"{name} is sent too, though no such credentials were given",
                    expected=f"no {name}",
                    sent=", ".join(wires.text(value) for value in wire.values(name)),
                )


_TRICKY = st.one_of(
    st.text(st.sampled_from(">?~|"), min_size=4, max_size=24),
    st.text(st.sampled_from(ALPHANUMERIC), min_size=50, max_size=90),
    st.builds("{}:{}".format, passwords(), passwords()),
)


@requirement("KC307", basic=gates(_TRICKY), auth=header_auth, call=any_call)
def test_kc307_basic_encoding(judge: Judge, basic: Basic, auth: Auth, call: Call) -> None:
    for wire in judge.send(call, auth, basic=basic).requests:
        value = first_value(wire, AUTHORIZATION).partition(" ")[2]
        equal(value, basic_value(basic).removeprefix("Basic "), "the Basic value")
