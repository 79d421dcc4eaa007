"""KC6xx: where credentials must not go, and whom a client must not trust."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.doors import Answer, Certificate, Script
from kintone_conformance.doors.answers import (
    documented,
    forbidden,
    html,
    redirect,
    server_error,
    unauthorized,
)
from kintone_conformance.model import Call, Refused, Wire
from kintone_conformance.spec.auth import AUTHORIZATION, ApiTokens, Auth, Basic, OAuth, Password
from kintone_conformance.strategies import Asked, any_call, harmless_auth, secrets
from kintone_conformance.suite.credentials import HEADERS, secret_of
from kintone_conformance.suite.expect import leaks
from kintone_conformance.suite.judge import Broken, Judge, Options
from kintone_conformance.suite.requirement import requirement


def secret_auths(asked: Asked) -> st.SearchStrategy[Auth]:
    """Credentials of the declared kinds that travel in a header, each with a fresh secret."""
    forms: dict[str, st.SearchStrategy[Auth]] = {
        "auth.password": secrets().map(lambda secret: Password("conformance", secret)),
        "auth.token": secrets().map(lambda secret: ApiTokens((secret,))),
        "auth.oauth": secrets().map(OAuth),
    }
    return st.one_of([forms[kind] for kind in sorted(forms) if kind in asked.info.supports])


def gates(asked: Asked) -> st.SearchStrategy[Basic | None]:
    """A Basic gate with a fresh secret where the client takes one."""
    if "basic" not in asked.info.supports:
        return st.none()
    return st.one_of(st.none(), secrets().map(lambda secret: Basic("gate", secret)))


@requirement("KC601", auth=secret_auths, basic=gates, call=any_call)
def test_kc601_in_its_header_only(
    judge: Judge, auth: Auth, basic: Basic | None, call: Call
) -> None:
    given = {secret_of(auth): HEADERS[type(auth)]}
    options: Options = {}
    if basic is not None and not isinstance(auth, OAuth) and basic.password not in given:
        given[basic.password] = AUTHORIZATION
        options["basic"] = basic
    for wire in judge.send(call, auth, **options).wires:
        for secret, header in given.items():
            nowhere_but_in(wire, secret, header)


def nowhere_but_in(wire: Wire, secret: str, header: str) -> None:
    """The secret is in no other place of the wire than this header."""
    for place, content in _places(wire, header):
        if leaks(content, secret):
            raise Broken(
                f"the credential is in {place}",
                expected=f"in {header} alone",
                sent=wires.text(content),
            )


def _places(wire: Wire, own_header: str) -> Iterator[tuple[str, bytes]]:
    if wire.method == "CONNECT":
        yield "the CONNECT request to the proxy", wire.raw_head
        return
    yield "the URL", wire.target
    yield "the body", wire.body
    for name, value in wire.headers:
        if name.lower() != own_header.lower().encode("ascii"):
            yield f"the header {wires.text(name)}", value


def redirecting(base_url: str, status: int) -> Script:
    """Answers a redirect to another base URL, and documented answers there."""

    def script(wire: Wire) -> Answer:
        if wire.origin == base_url:
            return documented(wire)
        return redirect(status, base_url + wires.path(wire))

    return script


_STATUSES = st.sampled_from([301, 302, 307, 308])


def not_forwarded(judge: Judge, auth: Auth, call: Call, status: int, base_url: str) -> None:
    """A redirect to this base URL does not get the credential."""
    with judge.answering(redirecting(base_url, status)):
        exchange = judge.open(auth).attempt(call)
    if not exchange.requests:
        raise Broken("refused an input that the documentation allows, before sending")
    for wire in exchange.requests:
        if wire.origin == base_url and leaks(wire.raw_head + wire.body, secret_of(auth)):
            raise Broken(
                f"the credential was sent on to {wire.origin} after a {status}: this is the "
                "default of most HTTP libraries, and has a switch there (allow_redirects=False, "
                "maxRedirects: 0, CheckRedirect, disableRedirectHandling)",
                expected=f"no credential at {wire.origin}",
                sent=wires.shown(wire),
            )


@requirement("KC602", auth=secret_auths, call=any_call, status=_STATUSES)
def test_kc602_redirect_to_another_host(judge: Judge, auth: Auth, call: Call, status: int) -> None:
    not_forwarded(judge, auth, call, status, judge.door.elsewhere)


@requirement("KC603", auth=secret_auths, call=any_call, status=_STATUSES)
def test_kc603_redirect_to_http(judge: Judge, auth: Auth, call: Call, status: int) -> None:
    assert judge.door.downgraded is not None  # the catalogue names only doors that have it
    not_forwarded(judge, auth, call, status, judge.door.downgraded)


_SITUATIONS: dict[str, Script] = {
    "a good answer": documented,
    "401": lambda _wire: unauthorized(),
    "403": lambda _wire: forbidden(),
    "520": lambda _wire: server_error(),
    "an HTML page": lambda _wire: html(503),
    "a closed connection": lambda _wire: Answer(cut="before"),
}
_SITUATION = st.sampled_from(sorted(_SITUATIONS))
_SUFFIXES = st.sampled_from(["", "\n", "あ", "\r\nX-Injected: 1"])


def spoilt(auth: Auth, suffix: str) -> Auth:
    """The same token with an end that a client may refuse; other credentials as they are."""
    return ApiTokens((secret_of(auth) + suffix,)) if isinstance(auth, ApiTokens) else auth


@requirement("KC604", auth=secret_auths, call=any_call, situation=_SITUATION, suffix=_SUFFIXES)
def test_kc604_not_in_errors(
    judge: Judge, auth: Auth, call: Call, situation: str, suffix: str
) -> None:
    with judge.answering(_SITUATIONS[situation]):
        outcome = judge.open(spoilt(auth, suffix)).attempt(call).outcome
    if isinstance(outcome, Refused) and leaks(_bytes(outcome.error.text), secret_of(auth)):
        raise Broken(
            f"the error that reports {situation if not suffix else 'a token it refuses'} "
            "holds the credential",
            expected="an error without it",
            sent=_around(outcome.error.text, secret_of(auth)),
        )


@requirement("KC605", auth=secret_auths, call=any_call, situation=_SITUATION, suffix=_SUFFIXES)
def test_kc605_not_printed(
    judge: Judge, auth: Auth, call: Call, situation: str, suffix: str
) -> None:
    with judge.answering(_SITUATIONS[situation]):
        printed = judge.open(spoilt(auth, suffix)).attempt(call).outcome.printed
    if leaks(_bytes(printed), secret_of(auth)):
        raise Broken(
            f"the client prints the credential on {situation}",
            expected="output without it",
            sent=_around(printed, secret_of(auth)),
        )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _around(text: str, secret: str) -> str:
    """The line that holds the secret, or the whole where it is encoded."""
    return next((line for line in text.splitlines() if secret in line), text)[:500]


def untrusted(judge: Judge, auth: Auth, call: Call, certificate: Certificate) -> None:
    """Under this certificate the client refuses before it sends anything."""
    exchange = judge.offer(call, auth, base_url=judge.door.untrusted[certificate])
    for wire in exchange.requests:
        raise Broken(
            f"sent {wire.method} {wires.path(wire)} to a server it cannot know",
            expected="a refusal during the TLS handshake",
            sent=wires.shown(wire),
        )


def _fixed_auth(asked: Asked) -> st.SearchStrategy[Auth]:
    return secret_auths(asked).map(harmless_auth)


@requirement("KC606", auth=_fixed_auth, call=any_call)
def test_kc606_unknown_authority(judge: Judge, auth: Auth, call: Call) -> None:
    untrusted(judge, auth, call, "unknown-ca")


@requirement("KC607", auth=_fixed_auth, call=any_call)
def test_kc607_wrong_host_name(judge: Judge, auth: Auth, call: Call) -> None:
    untrusted(judge, auth, call, "wrong-host")
