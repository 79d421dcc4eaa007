"""What holds for a whole exchange: how often it is asked, what leaks, and what comes of it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from judging.exchanges import ORIGIN, TOKEN, Headers, findings, found, read, wire
from kintone_conformance.judging.leaks import secrets_of
from kintone_conformance.model import Call, ErrorReport, Outcome, Refused, Sent, Unsupported, Wire
from kintone_conformance.spec.auth import (
    ApiTokens,
    Basic,
    OAuth,
    Password,
    Session,
    basic_value,
    headers,
)
from kintone_conformance.strategies import harmless_call

GET = read("/k/v1/record.json", {"app": "1", "id": "1"})
ADD = wire("/k/v1/record.json", "POST", body=dict(harmless_call("record.add").params))
CURSOR = wire("/k/v1/records/cursor.json", "POST", body=dict(harmless_call("cursor.create").params))
PUT = wire("/k/v1/record.json", "PUT", body=dict(harmless_call("record.update").params))
REFUSED = Refused(ErrorReport("ValueError", "ValueError: no"))
ERROR = Refused(
    ErrorReport(
        "KintoneError",
        "KintoneError: 404",
        "指定したレコードが見つかりません。",
        "GAIA_RE01",
        "1505999166-897850006",
    )
)
APIS = wire("/k/v1/apis.json", given=())


# ---- what was sent


def test_a_documented_input_must_be_sent() -> None:
    assert found("record.get", outcome=REFUSED) == ["KC518"]
    assert found("record.get", outcome=Sent()) == ["KC518"]
    assert found("record.get", outcome=Unsupported("no")) == ["KC518"]


def test_types_may_know_less_than_every_documented_value() -> None:
    for params in ({"app": 1, "id": 2**53 - 1}, {"app": 1, "id": 1, "lang": "ja"}):
        assert found(Call("record.get", params), outcome=Unsupported("no")) == []


@pytest.mark.parametrize(
    ("call", "options"),
    [
        ("record.get", {"auth": ApiTokens(tuple(f"t{n}" for n in range(10)))}),
        ("record.get", {"auth": ApiTokens(("a\nb",))}),
        ("record.get", {"auth": Password("a:b", "c")}),
        ("record.get", {"auth": OAuth("t"), "basic": Basic("a", "b")}),
        ("record.get", {"guest": "abc"}),
        ("record.get", {"base": "/"}),
        ("record.get", {"base": "foreign"}),
        ("apps.get", {}),
        ("space.guests.update", {"auth": Password("a", "b")}),
        (Call("records.get", {"app": 1, "query": "a" * 9_000}), {}),
        (Call("records.get", {"app": 1, "fields": ["f"] * 101}), {}),
        (Call("file.upload", {"name": 'a"b', "contentBase64": ""}), {}),
    ],
)
def test_what_the_documentation_does_not_ask_for_may_be_refused(call, options) -> None:  # type: ignore[no-untyped-def]
    assert found(call, outcome=REFUSED, **options) == []


def test_but_a_return_without_a_request_is_never_right() -> None:
    assert found("record.get", guest="abc", outcome=Sent()) == ["KC518"]


def test_a_lookup_before_a_call_is_allowed_and_apis_needs_no_credentials() -> None:
    assert found("record.add", APIS, ADD) == []
    gate = Basic("gate", "Hs5Nv8Xt2Qc7Lk4Zm9Wb3Rf6")
    passed = wire("/k/v1/apis.json", given=(("Authorization", basic_value(gate)),))
    assert found("apis.get", passed, basic=gate) == []
    assert found("apis.get", passed) == ["KC306"]
    fields = wire("/k/v1/app/form/fields.json?app=1")
    assert found("record.add", fields, ADD) == []
    anonymous = wire("/k/v1/app/form/fields.json?app=1", given=())
    assert found("record.add", anonymous, ADD) == ["KC201"]


def test_a_write_beside_the_call_is_not() -> None:
    other = wire("/k/v1/records.json", "DELETE", body={"app": 1, "ids": [1]})
    assert found("record.add", ADD, other) == ["KC522"]


@pytest.mark.parametrize(
    ("call", "sent", "answer", "outcome", "broken"),
    [
        ("record.add", ADD, "ok", Sent(), ["KC519"]),
        ("record.get", GET, "ok", Sent(), ["KC520"]),
        ("record.add", ADD, "no answer", REFUSED, []),
        ("record.add", ADD, "half an answer", REFUSED, ["KC521"]),
        ("record.add", ADD, "half a head", REFUSED, ["KC521"]),
        ("record.add", ADD, "html 200", REFUSED, ["KC521"]),
        ("record.update", PUT, "half an answer", REFUSED, []),
        ("record.update", PUT, "html 200", REFUSED, ["KC521"]),
        ("record.add", ADD, "html 503", REFUSED, ["KC521"]),
        ("record.add", ADD, "429", ERROR, ["KC521", "KC804"]),
        ("record.get", GET, "html 503", REFUSED, []),
        ("record.add", ADD, "html 404", REFUSED, ["KC521"]),
        ("record.add", ADD, "empty 414", REFUSED, []),
        ("record.update", PUT, "409", ERROR, ["KC521", "KC804"]),
        ("record.add", ADD, "401", ERROR, ["KC521", "KC804"]),
        ("record.add", ADD, "307 here", REFUSED, ["KC521"]),
        ("record.get", GET, "html 404", REFUSED, []),
        ("cursor.create", CURSOR, "ok", Sent(), ["KC520"]),
        ("cursor.create", CURSOR, "429", ERROR, ["KC804"]),
        ("cursor.create", CURSOR, "half an answer", REFUSED, []),
    ],
)
def test_a_request_goes_out_once(
    call: str, sent: Wire, answer: str, outcome: Outcome, broken: list[str]
) -> None:
    assert found(call, sent, sent, answer=answer, outcome=outcome) == broken


def test_every_request_of_a_call_is_judged_not_the_last_alone() -> None:
    bare = wire("/k/v1/record.json?app=1&id=1", given=())
    assert found("record.get", bare, GET, answer="no answer", outcome=REFUSED) == ["KC201"]


def test_bytes_that_are_not_http_are_told() -> None:
    raw = Wire("GET", b"/k/v1/record.json", (), origin=ORIGIN, malformed="illegal header line")
    assert found("record.get", raw) == ["KC528"]
    assert found("record.get", raw, auth=ApiTokens(("a\r\nb",))) == ["KC205"]
    assert found("record.get", raw, auth=ApiTokens(("a\0b",))) == ["KC208"]
    assert found("record.get", raw, auth=ApiTokens(("a\x0bb",))) == ["KC206"]
    with_token = replace(raw, raw_head=f"X-Cybozu-API-Token: {TOKEN.tokens[0]}".encode())
    assert found("record.get", with_token) == ["KC528"]


@pytest.mark.parametrize(
    ("token", "sent", "broken"),
    [
        ("a\r\nb", (("X-Cybozu-API-Token", "a"), ("X-Injected", "1")), "KC205"),
        ("a\r\nb", (("X-Cybozu-API-Token", "ab"),), "KC207"),
        ("a\0b", (("X-Cybozu-API-Token", "a\0b"),), "KC208"),
        ("aéb", (("X-Cybozu-API-Token", "aéb"),), "KC206"),
        ("aéb", (("X-Cybozu-API-Token", "ab"),), "KC207"),
        ("", (), "KC207"),
        ("", (("X-Cybozu-API-Token", ""),), "KC206"),
    ],
)
def test_a_token_that_no_header_can_hold(token: str, sent, broken: str) -> None:  # type: ignore[no-untyped-def]
    given = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=sent)
    assert found("record.get", given, auth=ApiTokens((token,))) == [broken]


@pytest.mark.parametrize("values", [("aéb,c",), ("aéb, c",), ("aéb", "c")])
def test_tokens_that_no_header_can_hold_stand_there_as_they_may(values: tuple[str, ...]) -> None:
    sent = tuple(("X-Cybozu-API-Token", each) for each in values)
    given = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=sent)
    assert found("record.get", given, auth=ApiTokens(("aéb", "c"))) == ["KC206"]


def test_a_token_that_is_not_sent_at_all_is_not_told_as_another_one() -> None:
    given = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=())
    (finding,) = findings("record.get", given, auth=ApiTokens(("aéb",)))
    assert finding.message == "the token was neither sent nor refused"
    assert (finding.requirement, finding.sent) == ("KC207", "no header")


@pytest.mark.parametrize(
    ("token", "sent", "broken"),
    [
        ("a\r\nb", (("Authorization", "Bearer a"), ("X-Injected", "1")), ["KC313"]),
        ("aéb", (("Authorization", "Bearer ab"),), ["KC313"]),
        ("aéb", (("Authorization", "Bearer aéb"),), []),
        ("", (), ["KC301"]),
        ("", (("Authorization", "Bearer"),), []),
    ],
)
def test_an_access_token_that_no_header_can_hold(
    token: str, sent: Headers, broken: list[str]
) -> None:
    given = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=sent)
    assert found("record.get", given, auth=OAuth(token)) == broken
    refused = Refused(ErrorReport("ValueError", "an access token has no such character"))
    assert found("record.get", auth=OAuth(token), outcome=refused) == []


def test_of_a_cookie_line_breaks_are_judged_and_nothing_else() -> None:
    session = Session("c5rf", "a=1\r\nX-Injected: 1")
    own = ("X-Requested-With", "XMLHttpRequest")
    whole = {"app": "1", "id": "1"}
    split = read("/k/v1/record.json", whole, given=(own, ("Cookie", "a=1"), ("X-Injected", "1")))
    assert found("record.get", split, auth=session) == ["KC313"]
    cut = read("/k/v1/record.json", whole, given=(own, ("Cookie", "a=1")))
    assert found("record.get", cut, auth=session) == []


# ---- servers that must not be asked


@pytest.mark.parametrize(
    ("base", "door", "broken"),
    [
        ("foreign", "loopback", "KC503"),
        ("unknown-ca", "tls", "KC606"),
        ("wrong-host", "tls", "KC607"),
    ],
)
def test_any_request_at_such_a_server_is_told(base: str, door: str, broken: str) -> None:
    assert found("record.get", GET, base=base, door=door) == [broken]


def test_a_base_url_with_a_query_is_noted() -> None:
    assert found("record.get", wire("/?a=b/k/v1/record.json?app=1&id=1"), base="?a=b") == ["KC527"]
    assert found("record.get", GET, base="?a=b") == []


def test_what_a_door_cannot_see_is_not_judged_through_it() -> None:
    bare = Wire("GET", GET.target, tuple(h for h in GET.headers if h[0] != b"Host"), origin=ORIGIN)
    assert found("record.get", bare, door="loopback") == ["KC502"]
    assert found("record.get", bare, door="responses") == []


# ---- other processes


ANSI = "cp932"  # what Windows in Japan calls so


def test_in_another_locale_the_bytes_are_the_same() -> None:
    sato = Password("佐藤", "cybozu")
    encoded = b64encode("佐藤:cybozu".encode(ANSI)).decode()  # kintone-lint: ignore[KL302]
    wrong = (("X-Cybozu-Authorization", encoded),)
    sent = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=wrong)
    assert found("record.get", sent, auth=sato, other_locale=True) == ["KC119"]
    assert found("record.get", sent, auth=sato) == ["KC108"]
    call = Call("record.add", {"app": 1, "record": {"f": {"value": "佐藤"}}})
    body = {"app": 1, "record": {"f": {"value": "??"}}}
    assert found(call, wire("/k/v1/record.json", "POST", body=body), other_locale=True) == ["KC517"]


def test_credentials_of_the_environment_replace_nothing() -> None:
    planted = {"netrcsecret": ".netrc", "variablesecret": "KINTONE_API_TOKEN"}
    basic = ("Authorization", "Basic " + b64encode(b"netrc:netrcsecret").decode())
    own = ("X-Cybozu-API-Token", TOKEN.tokens[0])

    def sent(*given: tuple[str, str]) -> Wire:
        return read("/k/v1/record.json", {"app": "1", "id": "1"}, given=given)

    assert found("record.get", sent(own, basic), planted=planted) == ["KC311"]  # it replaces none
    assert found("record.get", sent(basic), auth=OAuth("tok"), planted=planted) == ["KC308"]
    gate = Basic("gate", "open")
    assert found("record.get", sent(own, basic), basic=gate, planted=planted) == ["KC308"]
    variable = ("X-Cybozu-API-Token", "variablesecret")
    assert found("record.get", sent(variable), planted=planted) == ["KC309"]


# ---- leaks

SECRET = TOKEN.tokens[0]
MOVED = "http://127.0.0.1:9/moved/k/v1/record.json"


@pytest.mark.parametrize(
    "sent",
    [
        wire(f"/k/v1/record.json?app=1&id=1&token={SECRET}"),
        wire("/k/v1/record.json?app=1&id=1", more=(("X-Debug", SECRET),)),
        wire(
            "/k/v1/record.json?app=1&id=1", more=(("X-Debug", b64encode(SECRET.encode()).decode()),)
        ),
        wire("/k/v1/record.json?app=1&id=1", more=(("X-Debug", SECRET.encode().hex()),)),
        wire("/k/v1/record.json?app=1&id=1", more=(("X-Debug", f"{SECRET[:8]}..."),)),
    ],
)
def test_a_credential_is_in_its_header_alone(sent: Wire) -> None:
    assert found("record.get", sent)[0] == "KC601"


def test_a_connect_request_is_searched_and_is_no_request_of_the_call() -> None:
    def connect(*more: tuple[str, str]) -> Wire:
        return wire("localhost:443", "CONNECT", given=(), more=more)

    assert found("record.get", connect(), GET) == []
    assert found("record.get", connect(("X-Cybozu-API-Token", SECRET)), GET) == ["KC601"]


@pytest.mark.parametrize(
    ("origin", "given", "broken"),
    [
        ("http://127.0.0.1:9", headers(TOKEN), ["KC602"]),
        ("http://127.0.0.1:9", (), []),
        (ORIGIN, headers(TOKEN), []),
    ],
)
def test_a_redirect_takes_credentials_to_no_other_host(origin, given, broken) -> None:  # type: ignore[no-untyped-def]
    there = wire("/moved/k/v1/record.json?app=1&id=1", given=given, origin=origin)
    assert found("record.get", GET, there, answer="302 elsewhere") == broken


def test_a_leak_at_home_does_not_hide_that_a_record_was_sent_on() -> None:
    body = dict(harmless_call("record.add").params)
    there = wire("/moved/k/v1/record.json", "POST", given=(), body=body, origin="http://a:9")
    shown = wire("/k/v1/record.json", "POST", body=body, more=(("X-Debug", SECRET),))
    broken = found("record.add", shown, there, answer="307 elsewhere")
    assert {"KC601", "KC617"} <= {*broken}
    cursor = wire("/moved/k/v1/cursor.json", "POST", given=(), body={"app": 1}, origin="http://a:9")
    assert found("cursor.create", CURSOR, cursor, answer="307 elsewhere") == []


def test_a_redirect_takes_no_record_to_another_host() -> None:
    body = dict(harmless_call("record.add").params)
    there = wire("/moved/k/v1/record.json", "POST", given=(), body=body, origin="http://a:9")
    assert found("record.add", ADD, there, answer="307 elsewhere") == ["KC617"]
    with_token = wire("/moved/k/v1/record.json", "POST", body=body, origin="http://a:9")
    assert found("record.add", ADD, with_token, answer="307 elsewhere") == ["KC602", "KC617"]
    asked = wire("/moved/k/v1/record.json", given=(), origin="http://a:9")
    assert found("record.add", ADD, asked, answer="303 elsewhere") == []


@pytest.mark.parametrize(
    ("again", "broken"),
    [
        (
            wire("/moved/k/v1/record.json", "POST", body=dict(harmless_call("record.add").params)),
            [],
        ),
        (wire("/moved/k/v1/record.json"), ["KC529"]),
        (wire("/moved/k/v1/record.json", "POST", body={}), ["KC529"]),
    ],
)
def test_a_followed_307_keeps_method_and_body(again: Wire, broken: list[str]) -> None:
    assert found("record.add", ADD, again, answer="307 here") == broken
    assert found("record.add", ADD, again, answer="302 here") == []


def test_a_followed_307_takes_the_file_along() -> None:
    call = harmless_call("file.upload")
    lines = (
        "--x1y2z3k4",
        f'Content-Disposition: form-data; name="file"; filename="{call.params["name"]}"',
        "Content-Type: application/octet-stream",
        "",
        b64decode(call.params["contentBase64"]).decode(),
        "--x1y2z3k4--",
        "",
    )
    kind = (("Content-Type", "multipart/form-data; boundary=x1y2z3k4"),)
    body = "\r\n".join(lines).encode()
    first = wire("/k/v1/file.json", "POST", body=body, more=kind)
    whole = wire("/moved/k/v1/file.json", "POST", body=body, more=kind)
    empty = wire("/moved/k/v1/file.json", "POST", more=kind)
    read = body.replace(b64decode(call.params["contentBase64"]), b"")  # as a stream that was read
    other = wire("/moved/k/v1/file.json", "POST", body=read, more=kind)
    assert found(call, first, whole, answer="307 here") == []
    assert found(call, first, empty, answer="307 here") == ["KC529"]
    assert found(call, first, other, answer="307 here") == ["KC529"]


def test_the_secret_of_an_oauth_client_is_one() -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": harmless_call("oauth.token").params["refreshToken"],
        "client_id": harmless_call("oauth.token").params["clientId"],
        "client_secret": harmless_call("oauth.token").params["clientSecret"],
    }
    kind = ("Content-Type", "application/x-www-form-urlencoded")
    body = urlencode(form).encode()
    sent = wire("/oauth2/token", "POST", given=(), body=body, more=(kind,))
    shown = Refused(ErrorReport("OAuthError", f"OAuthError: {body.decode()}", *ERROR_FIELDS))
    assert found("oauth.token", sent) == []
    assert found("oauth.token", sent, printed=body.decode()) == ["KC605"]
    assert found("oauth.token", sent, outcome=shown, answer="404") == ["KC604"]
    moved = wire(
        "/moved/oauth2/token",
        "POST",
        given=(),
        body=body,
        more=(kind,),
        origin="http://127.0.0.1:9",
    )
    assert found("oauth.token", sent, moved, answer="307 elsewhere") == ["KC602", "KC617"]


def test_the_fields_of_an_error_are_searched_as_well() -> None:
    shown = Refused(replace(ERROR.error, message=f"{ERROR.error.message} {SECRET}"))
    assert found("record.get", GET, answer="404", outcome=ERROR) == []
    assert found("record.get", GET, answer="404", outcome=shown) == ["KC604"]


def test_the_password_of_a_guest_is_one_outside_of_the_request_that_sets_it() -> None:
    call = harmless_call("guests.add")
    sent = wire("/k/v1/guests.json", "POST", body=dict(call.params))
    password = call.params["guests"][0]["password"]
    shown = Refused(ErrorReport("KintoneError", f"KintoneError: sent {password}", *ERROR_FIELDS))
    assert found(call, sent, auth=TOKEN) == []
    assert found(call, sent, printed=str(call.params)) == ["KC605"]
    assert found(call, sent, answer="404", outcome=shown) == ["KC604"]
    there = wire(f"/k/v1/guests.json?password={password}", "POST", body=dict(call.params))
    assert found(call, there)[0] == "KC601"


def test_what_a_call_hands_over_is_at_home_in_its_body_whatever_the_path() -> None:
    guests = harmless_call("guests.add")
    sent = wire("/k/v1/guest.json", "POST", body=dict(guests.params))
    assert found(guests, sent) == ["KC401"]
    moved = wire("/moved/a", "POST", given=(), body=dict(guests.params), origin="http://a:9")
    assert found(guests, moved, answer="307 elsewhere")[0] == "KC602"
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    body = urlencode({"client_secret": harmless_call("oauth.token").params["clientSecret"]})
    token = wire("/oauth2/tokens", "POST", given=(), body=body.encode(), more=form)
    assert "KC601" not in found("oauth.token", token)
    in_url = wire(f"/oauth2/tokens?{body}", "POST", given=(), more=form)
    assert "KC601" in found("oauth.token", in_url)


def test_a_length_is_told_in_one_way() -> None:
    both = (("Content-Length", "9"), ("Transfer-Encoding", "chunked"))
    sent = wire("/k/v1/record.json?app=1&id=1", more=both)
    assert "KC528" in found("record.get", sent)
    assert "KC528" not in found("record.get", wire("/k/v1/record.json?app=1&id=1", more=both[1:]))


@pytest.mark.parametrize(("shown", "seen"), [(SECRET, True), (SECRET[5:12], False)])
def test_the_error_about_a_token_that_cannot_be_sent_is_searched(shown: str, seen: bool) -> None:
    error = Refused(ErrorReport("ValueError", f"invalid header: {shown}"))
    auth = ApiTokens((f"{SECRET}\n",))
    assert found("record.get", auth=auth, outcome=error) == ["KC604"] * seen


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (SECRET, True),
        (SECRET[5:13], True),
        (SECRET[5:12], False),
        (f"token {SECRET[:2]}…{SECRET[-2:]}", False),
        (b64encode(b"user:" + SECRET.encode()).decode(), True),
        ("***", False),
    ],
)
def test_eight_characters_in_a_row_are_a_leak_for_readers(shown: str, seen: bool) -> None:
    error = Refused(ErrorReport("KintoneError", f"KintoneError: {shown}", *ERROR_FIELDS))
    assert found("record.get", GET, answer="404", outcome=error) == ["KC604"] * seen
    assert found("record.get", GET, printed=f"a\n{shown}\n") == ["KC605"] * seen
    assert found("record.get", GET, shown=f"<Client {shown}>") == ["KC608"] * seen


ERROR_FIELDS = ("指定したレコードが見つかりません。", "GAIA_RE01", "1505999166-897850006")


def test_only_random_secrets_are_searched_for() -> None:
    assert [*secrets_of(Password("sato", "cybozu"))] == []
    assert [*secrets_of(ApiTokens(("0" * 40,)))] == []
    assert [*secrets_of(Session("short", "lang=ja"))] == []
    many = ApiTokens((SECRET, SECRET[::-1]))
    assert [secret.what for secret in secrets_of(many)] == ["token 1 of 2", "token 2 of 2"]


def test_the_cookie_of_a_session_is_one() -> None:
    own = Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", f"JSESSIONID={SECRET}")
    given = (("X-Requested-With", "XMLHttpRequest"), ("Cookie", own.cookie))
    target = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=given)
    error = Refused(ErrorReport("KintoneError", f"Cookie: {own.cookie}", *ERROR_FIELDS))
    assert found("record.get", target, auth=own) == []
    assert found("record.get", target, auth=own, answer="404", outcome=error) == ["KC604"]


def test_the_request_token_of_a_session_is_one_outside_of_its_requests() -> None:
    own = Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", f"JSESSIONID={SECRET}")
    given = (("X-Requested-With", "XMLHttpRequest"), ("Cookie", own.cookie))
    field = {"__REQUEST_TOKEN__": own.request_token}
    body = {**harmless_call("record.add").params, **field}
    sent = wire("/k/v1/record.json", "POST", given=given, body=body)
    assert found("record.add", sent, auth=own) == []
    shown = Refused(ErrorReport("KintoneError", f"KintoneError: sent {body}", *ERROR_FIELDS))
    assert found("record.add", sent, auth=own, answer="404", outcome=shown) == ["KC604"]
    at = f"DELETE /k/v1/records.json?app=1&{urlencode(field)}"  # where it is documented
    url = Refused(ErrorReport("KintoneError", f"KintoneError: 404 at {at}", *ERROR_FIELDS))
    assert found("record.add", sent, auth=own, answer="404", outcome=url) == []
    there = "http://127.0.0.1:9"
    moved = wire("/moved/k/v1/record.json", "POST", given=(), body=body, origin=there)
    assert found("record.add", sent, moved, auth=own, answer="307 elsewhere")[0] == "KC602"
    named = wire(f"/moved/k/v1/record.json?{urlencode(field)}", given=(), origin=there)
    assert found("record.add", sent, named, auth=own, answer="302 elsewhere") == []


# ---- answers


@pytest.mark.parametrize(
    ("answer", "broken"),
    [
        ("401", "KC801"),
        ("401 as 520", "KC801"),
        ("403", "KC802"),
        ("520", "KC803"),
        ("404", "KC809"),
        ("409", "KC809"),
        ("429", "KC809"),
        ("html 503", "KC805"),
        ("empty 500", "KC805"),
        ("html 200", "KC808"),
        ("no answer", "KC806"),
        ("half a head", "KC806"),
        ("half an answer", "KC807"),
        ("302 elsewhere", "KC812"),
    ],
)
def test_a_failure_is_never_returned_as_success(answer: str, broken: str) -> None:
    assert found("record.get", GET, answer=answer, outcome=Sent()) == [broken]
    assert found("record.add", ADD, answer=answer, outcome=Sent()) == [broken]


@pytest.mark.parametrize("answer", ["ok", "extra"])
def test_a_success_is_no_error(answer: str) -> None:
    broken = {"ok": "KC814", "extra": "KC813"}[answer]
    assert found("record.get", GET, answer=answer, outcome=REFUSED) == [broken]


def test_a_field_younger_than_a_client_is_a_new_field() -> None:
    sent = wire("/k/v1/space.json?id=1")
    assert found("space.get", sent, outcome=REFUSED) == ["KC813"]
    assert found("space.get", sent, outcome=Sent()) == []


def test_a_page_with_200_may_be_the_file_that_was_asked_for() -> None:
    sent = wire("/k/v1/file.json?fileKey=f")
    call = Call("file.download", {"fileKey": "f"})
    assert found(call, sent, answer="html 200", outcome=Sent()) == []
    assert found(call, sent, answer="html 503", outcome=Sent()) == ["KC805"]


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("KintoneError", []),
        ("HTTPError", []),
        ("JSONDecodeError", ["KC811"]),
        ("SyntaxError", ["KC811"]),
        ("NameError", ["KC811"]),
        ("com.fasterxml.jackson.core.JsonParseException", ["KC811"]),
        ("*json.SyntaxError", ["KC811"]),
    ],
)
def test_a_page_surfaces_as_no_parser_s_error(kind: str, broken: list[str]) -> None:
    outcome = Refused(ErrorReport(kind, f"{kind}: line 1"))
    assert found("record.get", GET, answer="html 503", outcome=outcome) == broken


@pytest.mark.parametrize(
    "lost",
    [
        replace(ERROR.error, code=None),
        replace(ERROR.error, id=None),
        replace(ERROR.error, message="KintoneError"),
    ],
)
def test_an_error_has_its_code_id_and_message(lost: ErrorReport) -> None:
    assert found("record.get", GET, answer="404", outcome=ERROR) == []
    assert found("record.get", GET, answer="404", outcome=Refused(lost)) == ["KC804"]
    bulk = wire("/k/v1/bulkRequest.json", "POST", body=BULK)
    assert found("bulkRequest", bulk, answer="404", outcome=Refused(lost)) == ["KC810"]


BULK = {
    "requests": [
        {
            "method": "POST",
            "api": "/k/v1/record.json",
            "payload": {"app": 1, "record": {"title": {"value": "conformance"}}},
        },
        {"method": "DELETE", "api": "/k/v1/records.json", "payload": {"app": 1, "ids": [1]}},
    ]
}


def test_a_call_that_differs_on_the_wire_is_not_judged_for_its_outcome() -> None:
    wrong = wire("/k/v1/records.json?app=1&id=1")
    assert found("record.get", wrong, outcome=REFUSED) == ["KC401"]
    assert found("record.get", wire("/k/v1/record.json?app=1"), outcome=REFUSED) == ["KC515"]


def test_ids_may_come_in_another_order_each_with_its_revision() -> None:
    def deleted(ids: list[int], revisions: list[int]) -> Wire:
        body = {"app": 1, "ids": ids, "revisions": revisions}
        return wire("/k/v1/records.json", "DELETE", body=body)

    call = Call("records.delete", {"app": 1, "ids": [9, 8, 10], "revisions": [1, 2, 3]})
    assert found(call, deleted([8, 9, 10], [2, 1, 3])) == []
    assert found(call, deleted([8, 9, 10], [1, 2, 3])) == ["KC514"]


@pytest.mark.parametrize("answer", ["ok", "chunked", "gzip"])
def test_a_new_field_is_told_as_such_in_whatever_form_it_comes(answer: str) -> None:
    sent = read("/k/v1/space.json", {"id": "1"})
    failed = Refused(ErrorReport("Error", "no"))
    assert found("space.get", sent, outcome=failed, answer=answer) == ["KC813"]


@pytest.mark.parametrize(("key", "broken"), [("updateKey", []), ("title", ["KC409"])])
def test_a_record_that_an_update_key_names_may_have_an_id_of_null(
    key: str, broken: list[str]
) -> None:
    params = {"app": 1, key: {"field": "code", "value": "1"}, "record": {}}
    call = Call("bulkRequest", {"requests": [{"api": "record.update", "params": params}]})
    payload = {**params, "id": None}
    inner = {"method": "PUT", "api": "/k/v1/record.json", "payload": payload}
    sent = wire("/k/v1/bulkRequest.json", "POST", body={"requests": [inner]})
    assert found(call, sent) == broken
