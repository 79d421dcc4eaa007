"""KC3xx: OAuth, the Basic gate, sessions, and one method's headers a request."""

from __future__ import annotations

import string
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.scenario import Made
from kintone_conformance.model import Call
from kintone_conformance.spec.auth import Basic, OAuth, Session
from kintone_conformance.strategies import (
    ALPHANUMERIC,
    fragments,
    harmless_call,
    header_auth,
    passwords,
    secrets,
)
from kintone_conformance.suite.requirement import requirement


def gates(password: SearchStrategy[str]) -> SearchStrategy[Basic]:
    """Basic credentials in ASCII; a user name holds no colon (RFC 7617)."""
    user = st.text(st.sampled_from(ALPHANUMERIC + "-_."), min_size=1, max_size=20)
    return st.builds(Basic, user=user, password=password)


_TRICKY = st.one_of(
    st.text(st.sampled_from(">?~|"), min_size=4, max_size=24),
    st.text(st.sampled_from(ALPHANUMERIC), min_size=50, max_size=90),
    st.builds("{}:{}".format, passwords(), passwords()),
)


def gated(password: SearchStrategy[str]) -> Callable[[Planner], SearchStrategy[Made]]:
    """Objects behind a gate, with a login or token."""

    def of(planner: Planner) -> SearchStrategy[Made]:
        return st.builds(Made, auth=header_auth(planner.able.info), basic=gates(password))

    return of


# What RFC 6750 allows in a bearer token.
_BEARERS = st.one_of(secrets(), fragments(ALPHANUMERIC + "-._~+/", longest=300).map("{}==".format))
_REQUEST_TOKENS = st.one_of(
    st.uuids(version=4).map(str),
    secrets(),
    st.text(st.sampled_from(string.ascii_letters + "+/=&%-"), min_size=8, max_size=40),
)
_FORM_TEXTS = fragments(ALPHANUMERIC + "-._~+/=&% ", longest=80, curated=("a+b", "a&b=c", "100%"))


def token_requests() -> SearchStrategy[Call]:
    """Requests for a new access token with texts that a form must escape."""
    given = harmless_call("oauth.token").params
    texts = st.fixed_dictionaries({"refreshToken": _FORM_TEXTS, "clientSecret": _FORM_TEXTS})
    return texts.map(lambda drawn: Call("oauth.token", {**given, **drawn}))


test_kc301_bearer = requirement("KC301", made=st.builds(Made, auth=_BEARERS.map(OAuth)))
test_kc302_basic_gate = requirement("KC302", made=gated(secrets()))
test_kc303_oauth_with_basic_is_refused = requirement(
    "KC303", made=st.builds(Made, auth=secrets().map(OAuth), basic=gates(secrets()))
)
test_kc304_requested_with = requirement("KC304")
test_kc305_request_token_on_every_write = requirement(
    "KC305",
    made=st.builds(
        Made,
        auth=st.builds(Session, request_token=_REQUEST_TOKENS, cookie=st.just("JSESSIONID=x")),
    ),
)
test_kc306_one_method = requirement("KC306")
test_kc307_basic_encoding = requirement("KC307", made=gated(_TRICKY))
test_kc308_netrc_does_not_win = requirement("KC308")
test_kc309_environment_does_not_win = requirement("KC309")
test_kc310_token_form = requirement("KC310", call=token_requests())
test_kc311_netrc_adds_nothing = requirement("KC311")
test_kc312_basic_in_another_locale = requirement("KC312")
test_kc313_no_line_break_on_the_wire = requirement("KC313")
