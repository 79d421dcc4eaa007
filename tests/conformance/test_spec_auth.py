"""Credentials become the documented headers, and each step on the way is there to compare."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    OAuth,
    Password,
    Session,
    headers,
    password_steps,
    undocumented,
)

DOCUMENTED = [
    (Password("admin", "mypassword"), "YWRtaW46bXlwYXNzd29yZA=="),
    (Password("Administrator", "cybozu"), "QWRtaW5pc3RyYXRvcjpjeWJvenU="),
    (Password("kintone", "developer"), "a2ludG9uZTpkZXZlbG9wZXI="),
]

any_text = st.text(st.characters(codec="utf-8"), max_size=200)
logins = st.text(st.characters(codec="utf-8", exclude_characters=":"), max_size=200)


@pytest.mark.parametrize(("auth", "value"), DOCUMENTED)
def test_the_documented_samples_give_the_documented_header(auth: Password, value: str) -> None:
    assert headers(auth) == (("X-Cybozu-Authorization", value),)


def test_every_step_of_the_password_encoding_is_kept() -> None:
    steps = password_steps(Password("佐藤", "a:b"))

    assert steps.joined == "佐藤:a:b"
    assert steps.utf8 == b"\xe4\xbd\x90\xe8\x97\xa4:a:b"
    assert steps.base64 == "5L2Q6JekOmE6Yg=="


@given(login=logins, password=any_text)
def test_the_header_decodes_to_login_and_password_split_at_the_first_colon(
    login: str, password: str
) -> None:
    [(_, value)] = headers(Password(login, password))

    assert base64.b64decode(value, validate=True).decode() == f"{login}:{password}"
    assert base64.b64decode(value).decode().split(":", 1) == [login, password]


@given(login=any_text, password=any_text)
def test_the_header_is_one_line_of_padded_standard_base64(login: str, password: str) -> None:
    value = password_steps(Password(login, password)).base64

    assert set(value) <= set(string.ascii_letters + string.digits + "+/=")
    assert len(value) % 4 == 0


def test_plus_and_slash_come_from_the_standard_alphabet() -> None:
    assert password_steps(Password(">>>", "???")).base64 == "Pj4+Oj8/Pw=="


@pytest.mark.parametrize("password", ["", None])
def test_an_absent_password_leaves_the_colon(password: str | None) -> None:
    assert password_steps(Password("admin", password)).joined == "admin:"


def test_a_lone_surrogate_cannot_be_encoded() -> None:
    with pytest.raises(UnicodeEncodeError):
        password_steps(Password("admin", "\ud800"))


def test_several_tokens_share_one_header_in_the_order_given() -> None:
    assert headers(ApiTokens(("B2", "A1", "C3"))) == (("X-Cybozu-API-Token", "B2,A1,C3"),)


def test_oauth_is_a_bearer_token() -> None:
    assert headers(OAuth("t0ken")) == (("Authorization", "Bearer t0ken"),)


def test_a_session_says_that_it_comes_from_a_script() -> None:
    assert headers(Session("csrf", "cookie=1")) == (("X-Requested-With", "XMLHttpRequest"),)


@pytest.mark.parametrize(
    "auth", [Password("admin", "mypassword"), ApiTokens(("A1",)), Session("csrf")]
)
def test_the_basic_gate_adds_its_header_and_changes_no_other(auth: Auth) -> None:
    gate = ("Authorization", "Basic Z2F0ZTpr44KtOnk=")

    assert headers(auth, Basic("gate", "kキ:y")) == (*headers(auth), gate)


def test_oauth_and_basic_cannot_share_their_header() -> None:
    with pytest.raises(ValueError, match="Authorization"):
        headers(OAuth("t0ken"), Basic("gate", "key"))


@pytest.mark.parametrize(
    "auth",
    [
        *(auth for auth, _ in DOCUMENTED),
        Password("a" * 128, "p" * 64),
        Password("佐藤@example.com", "a:b:c"),
        Password("a b", "!\"#$%&'()*+,-./:;=<>?@[]^_`{}|~"),
        ApiTokens(tuple("ABCDEFGHI")),
        OAuth("anything"),
        Session("anything"),
    ],
)
def test_documented_credentials_are_not_accused(auth: Auth) -> None:
    assert undocumented(auth) is None


@pytest.mark.parametrize(
    ("auth", "fact"),
    [
        *((Password(f"a{forbidden}b", "p"), "F41") for forbidden in '\\[]":;<>,/\n\x7f'),
        (Password("", "p"), "F41"),
        (Password("a" * 129, "p"), "F41"),
        (Password(" a", "p"), "F41"),
        (Password("a\u3000", "p"), "F41"),
        (Password("a", ""), "F43"),
        (Password("a", None), "F43"),
        (Password("a", "p" * 65), "F42"),
        (Password("a", "p\\"), "F42"),
        (Password("a", "パス"), "F42"),
        (Password("a", "p\n"), "F42"),
        (ApiTokens(()), "F48"),
        (ApiTokens(tuple("ABCDEFGHIJ")), "F48"),
        (ApiTokens(("A1", "")), "F49"),
        (ApiTokens(("A1 ",)), "F49"),
        (ApiTokens(("A1\n",)), "F49"),
        (ApiTokens(("A,B",)), "F49"),
        (ApiTokens(("１２３",)), "F49"),
    ],
)
def test_what_the_documentation_does_not_allow_is_named_with_its_fact(
    auth: Auth, fact: str
) -> None:
    reason = undocumented(auth)

    assert reason is not None
    assert fact in reason
