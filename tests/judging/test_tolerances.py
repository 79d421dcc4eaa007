"""What right clients do differently is no difference: each tolerance, and what is past it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from judging.exchanges import TOKEN, Headers, found, read, wire
from kintone_conformance.judging.samples import upload as upload_of
from kintone_conformance.judging.texts import change_told
from kintone_conformance.model import Call, ErrorReport, Refused, Wire
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    OAuth,
    Password,
    Session,
    basic_value,
    headers,
    password_steps,
)

GET = "/k/v1/record.json"
OVERRIDE = (("X-HTTP-Method-Override", "GET"),)
PARAMS = {"app": "1", "id": "1"}
SATO = Password("sato", "cybozu")
SATO_HEADER = password_steps(SATO).base64
TWO = ApiTokens(("abc", "def"))
SESSION = Session("c5rf", "JSESSIONID=x")


def got(given: Headers, auth: Auth, **options: Any) -> list[str]:
    """What is wrong with a record.get that carries these headers."""
    return found("record.get", read(GET, PARAMS, given=given), auth=auth, **options)


TOKENS = "X-Cybozu-API-Token"
PASSWORD = "X-Cybozu-Authorization"


@pytest.mark.parametrize(
    "given",
    [
        ((TOKENS, "abc,def"),),
        ((TOKENS, "abc, def"),),
        ((TOKENS, "def,abc"),),
        ((TOKENS, "abc"), (TOKENS, "def")),
        (("x-cybozu-api-token", "abc,def"),),
        ((TOKENS, " abc,def "),),
        ((TOKENS, "abc,def"), ("X-Requested-With", "XMLHttpRequest")),
        ((TOKENS, "abc,def"), ("Authorization", "")),
    ],
)
def test_every_documented_form_of_several_tokens_is_right(given: Headers) -> None:
    assert got(given, TWO) == []


def test_doubles_among_tokens_may_be_left_out() -> None:
    assert got(((TOKENS, "abc"),), ApiTokens(("abc", "abc"))) == []


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        (((TOKENS, "abc"),), "KC202"),
        (((TOKENS, "abcdef"),), "KC202"),
        (((TOKENS, "abc;def"),), "KC202"),
        ((), "KC202"),
        (((TOKENS, "abc,def"), ("Authorization", "Basic Og==")), "KC306"),
        (((TOKENS, "abc,def"), ("Proxy-Authorization", "Basic Og==")), "KC306"),
        (((TOKENS, "abc,def"), (PASSWORD, SATO_HEADER)), "KC306"),
    ],
)
def test_other_tokens_are_not(given: Headers, broken: str) -> None:
    assert got(given, TWO) == [broken]


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        (SATO_HEADER, []),
        (f" {SATO_HEADER} ", []),
        (SATO_HEADER.rstrip("="), ["KC104"]),
        (f"Basic {SATO_HEADER}", ["KC106"]),
        (f"b'{SATO_HEADER}'", ["KC107"]),
        (SATO_HEADER[:8] + "\r\n " + SATO_HEADER[8:], ["KC105"]),
        (password_steps(Password("sato", "other")).base64, ["KC102"]),
        ("sato:cybozu", ["KC102"]),
    ],
)
def test_the_first_step_that_differs_names_the_password(value: str, broken: list[str]) -> None:
    assert got(((PASSWORD, value),), SATO) == broken


@pytest.mark.parametrize(
    ("auth", "sent", "broken"),
    [
        (Password("sato", "a:b"), "sato:a", "KC109"),
        (Password("e\u0301", "a"), "é:a", "KC110"),
        (Password("sato", "100%41"), "sato:100A", "KC111"),
        (Password("sato", "1+1"), "sato:1 1", "KC112"),
        (Password("\ufeffsato", "a"), "sato:a", "KC113"),
        (Password("sato", "a" * 64), "sato:" + "a" * 52, "KC114"),
        (Password("sato", ""), "sato", "KC116"),
        (Password("sato", None), "sato:None", "KC117"),
        (Password("sato", "a "), "sato:a", "KC118"),
        (Password("sato", "${HOME}"), "sato:/root", "KC120"),
        (Password("sato", '"a"'), "sato:a", "KC120"),
        (Password("佐藤", "a"), "??:a", "KC108"),
        (Password("sato😀", "a"), "sato??:a", "KC115"),
    ],
)
def test_what_happened_to_a_text_names_its_requirement(
    auth: Password, sent: str, broken: str
) -> None:
    login, _, password = sent.partition(":")
    value = password_steps(Password(login, password)).base64 if ":" in sent else "c2F0bw=="
    assert got(((PASSWORD, value),), auth) == [broken]


@pytest.mark.parametrize(
    ("login", "raw", "broken"),
    [
        ("漢", b'":a', "KC108"),
        ("が", b"L:a", "KC108"),
        ("e\u0301", b"e:a", "KC108"),
        ("e\u0301", b"e?:a", "KC108"),
        ("😀", b"=\x00:a", "KC115"),
        ("sato", "sato:a".encode("utf-16-le"), "KC102"),
        ("山", "山:a".encode("utf-32-be"), "KC108"),
    ],
)
def test_another_charset_is_not_taken_for_another_defect(
    login: str, raw: bytes, broken: str
) -> None:
    value = b64encode(raw).decode()
    assert got(((PASSWORD, value),), Password(login, "a")) == [broken]


@pytest.mark.parametrize(
    ("requirement", "given", "sent", "told"),
    [
        ("KC108", "漢:a", b'":a', "they are not encoded in UTF-8"),
        ("KC108", "é:a", b"\xe9:a", "they are not encoded in UTF-8"),
        ("KC108", "é:a", b"x:a", ""),
        ("KC110", "e\u0301:a", "é:a".encode(), "they are normalised"),
        ("KC110", "e\u0301:a", b"x:a", "a character that has two forms is changed"),
        ("KC117", "sato:", b"sato:None", "a missing password became a text"),
        ("KC102", "sato:a", b"root:b", ""),
    ],
)
def test_what_became_of_credentials_is_told_by_its_kind(
    requirement: str, given: str, sent: bytes, told: str
) -> None:
    assert change_told(requirement, given, sent) == told


def test_a_text_that_is_cut_inside_a_character_is_cut() -> None:
    cut = "佐藤:a".encode()[:5]
    assert got(((PASSWORD, b64encode(cut).decode()),), Password("佐藤", "a")) == ["KC114"]


@pytest.mark.parametrize("password", ["", None])
def test_without_a_password_the_header_is_there_or_nothing_is_sent(password: str | None) -> None:
    auth = Password("sato", password)
    refusal = Refused(ErrorReport("ValueError", "no password"))
    assert found("record.get", auth=auth, outcome=refusal) == []
    assert got(((PASSWORD, "c2F0bzo="),), auth) == []
    assert got((), auth) == ["KC116" if password == "" else "KC117"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_of_a_bearer_may_have_any_case(scheme: str) -> None:
    assert got((("Authorization", f"{scheme} tok-en._~+/="),), OAuth("tok-en._~+/=")) == []
    assert got((("Authorization", f"{scheme} another"),), OAuth("tok-en._~+/=")) == ["KC301"]


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_of_a_gate_may_have_any_case(scheme: str) -> None:
    gate = Basic("gate", "a:b")
    value = basic_value(gate).partition(" ")[2]
    given = ((TOKENS, TOKEN.tokens[0]), ("Authorization", f"{scheme} {value}"))
    assert got(given, TOKEN, basic=gate) == []
    assert got(given[:1], TOKEN, basic=gate) == ["KC302"]


def test_the_gate_is_beside_the_login_and_encoded_as_documented() -> None:
    gate = Basic("gate", ">>>???")
    own = (TOKENS, TOKEN.tokens[0])
    value = basic_value(gate)
    assert got((own, ("Authorization", value)), TOKEN, basic=gate) == []
    assert got(
        (own, ("Authorization", value.replace("/", "_").replace("+", "-"))), TOKEN, basic=gate
    ) == ["KC307"]
    assert got((own,), TOKEN, basic=gate) == ["KC302"]


# ---- sessions


@pytest.mark.parametrize(
    "sent",
    [
        wire(
            "/k/v1/record.json?__REQUEST_TOKEN__=c5rf",
            "POST",
            given=headers(SESSION),
            body={"app": 1, "record": {}},
        ),
        wire(
            "/k/v1/record.json",
            "POST",
            given=headers(SESSION),
            body={"app": 1, "record": {}, "__REQUEST_TOKEN__": "c5rf"},
        ),
    ],
)
def test_the_request_token_may_be_in_query_or_body(sent: Wire) -> None:
    assert found(Call("record.add", {"app": 1, "record": {}}), sent, auth=SESSION) == []


@pytest.mark.parametrize("name", ["__REQUEST_TOKEN", "requestToken"])
def test_under_another_name_it_is_not_there(name: str) -> None:
    body = {"app": 1, "record": {}, name: "c5rf"}
    sent = wire("/k/v1/record.json", "POST", given=headers(SESSION), body=body)
    assert "KC305" in found(Call("record.add", {"app": 1, "record": {}}), sent, auth=SESSION)


def test_a_read_needs_it_only_where_it_travels_as_post() -> None:
    params = {"app": 1, "id": 1}
    override = (("X-HTTP-Method-Override", "GET"),)
    posted = wire(GET, "POST", given=headers(SESSION), body=params, more=override)
    assert found("record.get", posted, auth=SESSION) == ["KC305"]
    assert found("record.get", read(GET, PARAMS, given=headers(SESSION)), auth=SESSION) == []


# ---- the same request in another form


@pytest.mark.parametrize(
    "sent",
    [
        read(GET, PARAMS),
        wire("/k/v1/record.json?id=1&app=1"),
        wire("http://localhost:8080/k/v1/record.json?app=1&id=1"),
        wire("/%6B/v1/record%2Ejson?app=1&id=1"),
        wire(GET, body={"app": "1", "id": 1}),
        wire(GET, "POST", body={"app": 1, "id": 1}, more=OVERRIDE),
        wire(GET, "POST", body={"app": 1, "id": 1}, more=(("x-http-method-override", " GET "),)),
        wire(f"{GET}?_method=GET", "POST", body={"app": 1, "id": 1}, more=OVERRIDE),
    ],
)
def test_a_read_may_travel_in_every_documented_form(sent: Wire) -> None:
    assert found("record.get", sent) == []


@pytest.mark.parametrize(
    ("sent", "broken"),
    [
        (wire("/k/v1/records.json?app=1&id=1"), "KC401"),
        (wire(f"{GET}?app=1&id=1&_method=GET"), "KC516"),
        (wire(f"{GET}?_method=PUT", "POST", body={"app": 1, "id": 1}, more=OVERRIDE), "KC516"),
        (wire(GET, "POST", body={"app": 1, "id": 1}), "KC401"),
        (wire("//k/v1/record.json?app=1&id=1"), "KC501"),
        (wire("/k/v1/record.JSON?app=1&id=1"), "KC401"),
        (wire("/k/v1/record.json?app=1"), "KC515"),
        (wire("/k/v1/record.json?app=1&recordId=1"), "KC515"),
        (wire("/k/v1/record.json?app=1&id=1&x=1"), "KC516"),
        (wire("/k/v1/record.json?app=1&id=1&id=1"), "KC516"),
        (wire("/k/v1/record.json?app=1&id=2"), "KC504"),
        (wire(GET, body={"app": 1, "id": 1.0}), "KC504"),
        (wire(GET + "?app=1&id=1", more=(("Content-Type", "application/json"),)), "KC508"),
        (
            wire(GET, "POST", body={"app": 1, "id": 1}, more=(("X-HTTP-Method-Override", "get"),)),
            "KC523",
        ),
        (
            wire(
                GET,
                "POST",
                body=b"app=1&id=1",
                more=(
                    ("X-HTTP-Method-Override", "GET"),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                ),
            ),
            "KC523",
        ),
    ],
)
def test_and_in_no_other(sent: Wire, broken: str) -> None:
    assert found("record.get", sent) == [broken]


def test_an_empty_value_of_what_only_asks_may_be_left_out_and_of_a_write_it_may_not() -> None:
    asked = Call("cursor.create", {"app": 1, "fields": [], "query": ""})
    assert found(asked, wire("/k/v1/records/cursor.json", "POST", body={"app": 1})) == []
    nobody = Call("record.assignees.update", {"app": 1, "id": 1, "assignees": []})
    kept = wire("/k/v1/record/assignees.json", "PUT", body={"app": 1, "id": 1})
    assert found(nobody, kept) == ["KC515"]


def test_records_may_be_deleted_in_any_order() -> None:
    asked = Call("records.delete", {"app": 1, "ids": [30, 4, 200]})
    sent = [{"app": 1, "ids": ids} for ids in ([4, 30, 200], ["200", "30", "4"], [4, 30, 20])]
    broken = [found(asked, wire("/k/v1/records.json", "DELETE", body=body)) for body in sent]
    assert broken == [[], [], ["KC514"]]


def test_a_delete_may_have_its_parameters_in_query_or_body() -> None:
    path = "/k/v1/records.json"
    assert found("records.delete", wire(f"{path}?app=1&ids[0]=1&ids[1]=2", "DELETE")) == []
    assert found("records.delete", wire(path, "DELETE", body={"app": 1, "ids": [1, "2"]})) == []
    override = (("X-HTTP-Method-Override", "DELETE"),)
    posted = wire(path, "POST", body={"app": 1, "ids": [1, 2]}, more=override)
    assert found("records.delete", posted) == []
    assert found("records.delete", wire(f"{path}?app=1&ids[0]=1", "DELETE")) == ["KC514"]
    assert found("records.delete", wire(f"{path}?app=1&ids=1,2", "DELETE")) == ["KC514"]


# ---- parameters


def records(**params: Any) -> Call:
    return Call("records.get", {"app": 1, **params})


@pytest.mark.parametrize(
    ("call", "query"),
    [
        (records(query="a+b"), "query=a%2Bb"),
        (records(query="a b"), "query=a+b"),
        (records(query=""), ""),
        (records(query=""), "query="),
        (records(fields=["a", "b"]), "fields[0]=a&fields[1]=b"),
        (records(fields=["a", "b"]), "fields%5B1%5D=b&fields%5B0%5D=a"),
        (records(fields=[]), ""),
        (records(totalCount=True), "totalCount=true"),
        (records(totalCount=False), ""),
        (records(totalCount=False), "totalCount=false"),
        (records(), "totalCount=true"),
        (records(), "fields="),
    ],
)
def test_a_query_says_the_same_in_every_documented_way(call: Call, query: str) -> None:
    assert found(call, wire(f"/k/v1/records.json?app=1{'&' * bool(query)}{query}")) == []


@pytest.mark.parametrize(
    ("call", "query", "broken"),
    [
        (records(query="a+b"), "query=a+b", "KC504"),
        (records(query="é"), "query=e%CC%81", "KC504"),
        (records(fields=["a", "b"]), "fields=a&fields=b", "KC505"),
        (records(fields=["a", "b"]), "fields=a%2Cb", "KC505"),
        (records(fields=["a", "b"]), "fields[]=a&fields[]=b", "KC505"),
        (records(fields=["a", "b"]), "fields[00]=a&fields[01]=b", "KC505"),
        (records(fields=["a", "b"]), "fields[1]=a&fields[2]=b", "KC505"),
        (records(fields=["a", "b"]), "fields[0]=b&fields[1]=a", "KC505"),
        (records(totalCount=True), "totalCount=True", "KC506"),
        (records(totalCount=True), "totalCount=1", "KC506"),
        (records(totalCount=True), "", "KC515"),
    ],
)
def test_and_not_in_others(call: Call, query: str, broken: str) -> None:
    assert found(call, wire(f"/k/v1/records.json?app=1{'&' * bool(query)}{query}")) == [broken]


@pytest.mark.parametrize(("number", "broken"), [(100, []), (101, ["KC524"])])
def test_a_query_has_the_indexes_0_to_99(number: int, broken: list[str]) -> None:
    fields = [f"f{at}" for at in range(number)]
    query = "&".join(f"fields[{at}]={name}" for at, name in enumerate(fields))
    assert found(records(fields=fields), wire(f"/k/v1/records.json?app=1&{query}")) == broken
    assert (
        found(records(fields=fields), wire("/k/v1/records.json", body={"app": 1, "fields": fields}))
        == []
    )


def test_a_url_of_over_8_kb_is_told() -> None:
    text = "a" * 8_200
    assert found(records(query=text), wire(f"/k/v1/records.json?app=1&query={text}")) == ["KC507"]


def test_the_user_api_has_no_other_way_for_a_long_read() -> None:
    codes = [f"{at:02}" + "u" * 98 for at in range(100)]
    query = "&".join(f"codes[{at}]={code}" for at, code in enumerate(codes))
    call = Call("user.users.get", {"codes": codes})
    assert found(call, wire(f"/v1/users.json?{query}")) == []


def added(given: Any, sent: Any) -> list[str]:
    call = Call("record.add", {"app": 1, "record": {"f": {"value": given}}})
    body = {
        "app": 1,
        "record": {"f": sent if isinstance(sent, dict) and "value" in sent else {"value": sent}},
    }
    return found(call, wire("/k/v1/record.json", "POST", body=body))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("é", "é"),
        (1, "1"),
        ("1", 1),
        (1, {"value": 1, "type": "NUMBER"}),
        ([{"value": {"i": {"value": "1"}}}], [{"value": {"i": {"value": 1, "type": "NUMBER"}}}]),
        (None, None),
        ([], []),
    ],
)
def test_a_value_may_be_a_number_or_its_text_and_have_its_type_beside_it(
    given: Any, sent: Any
) -> None:
    assert added(given, sent) == []


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (1, 1.0),
        (9007199254740993, 9007199254740992),
        ("0123", 123),
        ("1.50", 1.5),
        ("", None),
        (None, ""),
        ([], None),
        (["a", "b"], ["b", "a"]),
        (["a", "b"], ["a"]),
        ("a", {"value": "a", "code": "f"}),
        (True, "true"),
        ("e\u0301", "é"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_and_nothing_else(given: Any, sent: Any) -> None:
    assert added(given, sent) == ["KC513"]


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ({"revision": -1}, []),
        ({"revision": "-1"}, []),
        ({"revision": None, "updateKey": None}, []),
        ({"revision": 3}, ["KC516"]),
        ({"revision": ""}, ["KC516"]),
        ({"records": []}, ["KC516"]),
    ],
)
def test_a_documented_default_may_be_added_and_only_that(
    more: dict[str, Any], broken: list[str]
) -> None:
    call = Call("record.update", {"app": 1, "id": 1, "record": {}})
    body = {"app": 1, "id": 1, "record": {}, **more}
    assert found(call, wire("/k/v1/record.json", "PUT", body=body)) == broken


def test_a_default_that_replaces_what_was_given_is_a_difference() -> None:
    sent = wire("/k/v1/apps.json?limit=100", given=headers(SATO))
    assert found(Call("apps.get", {}), sent, auth=SATO) == []
    assert found(Call("apps.get", {"limit": 10}), sent, auth=SATO) == ["KC504"]


# ---- bodies


@pytest.mark.parametrize(
    ("media_type", "broken"),
    [
        ("application/json", []),
        ("APPLICATION/JSON; charset=utf-8", []),
        ('application/json;charset="UTF-8"', []),
        ("text/plain", ["KC509"]),
        ("application/json; charset=shift_jis", ["KC513"]),
    ],
)
def test_json_has_its_media_type(media_type: str, broken: list[str]) -> None:
    body = json.dumps({"app": 1, "record": {}}).encode()
    sent = wire("/k/v1/record.json", "POST", body=body, more=(("Content-Type", media_type),))
    assert found(Call("record.add", {"app": 1, "record": {}}), sent) == broken


@pytest.mark.parametrize(
    "body",
    [
        b'{"record":{}, "app" : 1}',
        b'{"app": 1, "record": {}}\n',
        b'{"\\u0061pp": "1", "record": {}}',
    ],
)
def test_json_may_be_written_in_any_way(body: bytes) -> None:
    sent = wire(
        "/k/v1/record.json", "POST", body=body, more=(("Content-Type", "application/json"),)
    )
    assert found(Call("record.add", {"app": 1, "record": {}}), sent) == []


@pytest.mark.parametrize(
    "body",
    [
        b'{"app": 1, "record": {},}',
        b'{"app": NaN, "record": {}}',
        b'\xef\xbb\xbf{"app": 1, "record": {}}',
        '{"app": 1, "record": {"é": {}}}'.encode("latin-1"),
        b"",
    ],
)
def test_but_it_is_json_in_utf8(body: bytes) -> None:
    sent = wire(
        "/k/v1/record.json", "POST", body=body, more=(("Content-Type", "application/json"),)
    )
    broken = found(Call("record.add", {"app": 1, "record": {}}), sent)
    assert broken == (["KC513"] if body else ["KC515"])


def upload(name: str, content: bytes, disposition: str, *, mark: str = "9f1c27d0e4b8") -> list[str]:
    head = f"--{mark}\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
    body = b"preamble\r\n" + head + content + f"\r\n--{mark}--\r\nepilogue".encode()
    sent = wire(
        "/k/v1/file.json",
        "POST",
        body=body,
        more=(("Content-Type", f'multipart/form-data; boundary="{mark}"'),),
    )
    return found(upload_of(name, content), sent)


def test_one_media_type_is_that_of_the_upload() -> None:
    call, kind = (
        upload_of("a.txt", b"content"),
        ("Content-Type", "multipart/form-data; boundary=x1"),
    )
    body = b"--x1\r\nContent-Disposition: form-data; name=file; filename=" + (
        call.params["name"].encode() + b"\r\n\r\n" + b64decode(call.params["contentBase64"])
    )
    twice = (kind, ("Content-Type", "application/json"))
    whole = body + b"\r\n--x1--\r\n"
    assert found(call, wire("/k/v1/file.json", "POST", body=whole, more=(kind,))) == []
    assert found(call, wire("/k/v1/file.json", "POST", body=whole, more=twice)) == ["KC510"]


def test_another_header_of_a_part_is_ignored_unless_the_name_made_it() -> None:
    typed = 'FORM-DATA; filename="a.txt"; name="file"\r\nContent-ID: <1>'
    assert upload("a.txt", b"x", typed) == []
    made = 'form-data; name="file"; filename="a\r\nX-Injected: 1.txt"'
    assert upload("a\r\nX-Injected: 1.txt", b"x", made) == ["KC512"]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("a.txt", 'form-data; name="file"; filename="a.txt"'),
        ("a.txt", "form-data; name=file; filename=a.txt"),
        ("報告.txt", 'form-data; name="file"; filename="報告.txt"'),
        (
            "報告.txt",
            'form-data; name="file"; filename="_.txt"; filename*=UTF-8\'\'%E5%A0%B1%E5%91%8A.txt',
        ),
        ('a"b', 'form-data; name="file"; filename="a%22b"'),
        ('a"b', r'form-data; name="file"; filename="a\"b"'),
        ("a\r\nb", 'form-data; name="file"; filename="a%0D%0Ab"'),
        ("a\\b", 'form-data; name="file"; filename="a\\b"'),
        ("a\\b", 'form-data; name="file"; filename="a\\\\b"'),
        ("a\\", 'form-data; name="file"; filename="a\\"'),
    ],
)
def test_a_file_name_may_be_escaped_as_browsers_do(name: str, disposition: str) -> None:
    assert upload(name, b"content", disposition) == []


@pytest.mark.parametrize(
    ("name", "disposition", "broken"),
    [
        ("報告.txt", "form-data; name=\"file\"; filename*=UTF-8''%E5%A0%B1%E5%91%8A.txt", "KC525"),
        ("報告.txt", 'form-data; name="file"; filename="=?utf-8?B?5aCx5ZGKLnR4dA==?="', "KC525"),
        ("a.txt", 'form-data; name="file"', "KC525"),
        ("a.txt", 'form-data; name="upload"; filename="a.txt"', "KC510"),
        ('a"; x="1.txt', 'form-data; name="file"; filename="a"; x="1.txt"', "KC512"),
        ('a"b', 'form-data; name="file"; filename="a"b"', "KC512"),
        ('a\\"', r'form-data; name="file"; filename="a\""', "KC512"),
        ('a"b', 'form-data; name="file"; filename="b"', "KC525"),
        ("a\r\nX: 1", 'form-data; name="file"; filename="a\r\nX: 1"', "KC512"),
    ],
)
def test_and_arrives_in_filename(name: str, disposition: str, broken: str) -> None:
    assert upload(name, b"content", disposition) == [broken]


def test_a_boundary_may_be_followed_by_blanks() -> None:
    body = (
        b'--mark \t\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        b"content\r\n--mark--  \r\n"
    )
    media_type = ("Content-Type", "multipart/form-data; boundary=mark")
    sent = wire("/k/v1/file.json", "POST", body=body, more=(media_type,))
    assert found(upload_of("a.txt", b"content"), sent) == []


@pytest.mark.parametrize(
    ("between", "end", "broken"),
    [
        ("--mark", "--mark--", []),
        ("--mark", "--mark--\r\n", []),
        ("--mark", "--mark\r\n", ["KC510"]),  # ServiceStack/ServiceStack 833
        ("--mark", "", ["KC510"]),  # asciimoo/wuzz 163
        ("--mark--\r\n--mark", "--mark--", ["KC510"]),  # ferristseng/rust-multipart-rfc7578 29
    ],
)
def test_a_multipart_body_has_one_end(between: str, end: str, broken: list[str]) -> None:
    lines = (
        *("--mark", 'Content-Disposition: form-data; name="__REQUEST_TOKEN__"', "", "c5rf"),
        *(between, 'Content-Disposition: form-data; name="file"; filename="a.txt"', "", "content"),
        end,
    )
    kind = ("Content-Type", "multipart/form-data; boundary=mark")
    own = (("Cookie", SESSION.cookie), ("X-Requested-With", "XMLHttpRequest"))
    sent = wire(
        "/k/v1/file.json", "POST", body="\r\n".join(lines).encode(), more=(kind,), given=own
    )
    assert found(upload_of("a.txt", b"content"), sent, auth=SESSION) == broken


def test_a_boundary_that_is_in_the_file_is_told_as_such() -> None:
    disposition = 'form-data; name="file"; filename="a"'
    assert upload("a", b"before\r\n--mark\r\nafter", disposition, mark="mark") == ["KC511"]


# ---- guest spaces


@pytest.mark.parametrize(
    ("api", "path", "broken"),
    [
        ("app.get", "/k/guest/5/v1/app.json?id=1", []),
        ("app.get", "/k/v1/app.json?id=1", ["KC402"]),
        ("app.get", "/k/v1/guest/5/app.json?id=1", ["KC402"]),
        ("app.get", "/k/guest/6/v1/app.json?id=1", ["KC402"]),
        ("preview.app.form.fields.get", "/k/guest/5/v1/preview/app/form/fields.json?app=1", []),
        (
            "preview.app.form.fields.get",
            "/k/guest/5/preview/v1/app/form/fields.json?app=1",
            ["KC403"],
        ),
        ("file.download", "/k/guest/5/v1/file.json?fileKey=f", []),
        ("file.download", "/k/v1/file.json?fileKey=f", ["KC407"]),
        ("file.download", "/k/v1/guest/5/file.json?fileKey=f", ["KC406"]),
        ("app.get", "/k/guest/5/v1/app.json?id=1&guestSpaceId=5", ["KC405"]),
    ],
)
def test_a_guest_space_is_in_the_path_and_only_there(
    api: str, path: str, broken: list[str]
) -> None:
    params = {"fileKey": "f"} if api == "file.download" else None
    assert found(Call(api, params) if params else api, wire(path), guest=5) == broken


@pytest.mark.parametrize("path", ["/k/v1/plugins.json", "/k/guest/5/v1/plugins.json"])
def test_apis_of_which_sources_disagree_are_noted_at_most(path: str) -> None:
    given = headers(SATO)
    broken = found("plugins.get", wire(f"{path}?limit=10", given=given), auth=SATO, guest=5)
    assert broken == (["KC410"] if "guest" in path else [])


@pytest.mark.parametrize(
    ("guest", "path", "broken"),
    [
        (" 5", "/k/guest/5/v1/app.json?id=1", []),
        ("abc", "/k/guest/abc/v1/app.json?id=1", ["KC416"]),
        ("5/../..", f"/k/guest/{quote('5/../..', safe='')}/v1/app.json?id=1", ["KC416"]),
        ("5/../..", "/k/guest/5/../../v1/app.json?id=1", ["KC415"]),
        (5.5, "/k/guest/5/v1/app.json?id=1", ["KC415"]),
        (0, "/k/v1/app.json?id=1", ["KC415"]),
        (True, "/k/guest/1/v1/app.json?id=1", ["KC415"]),
    ],
)
def test_an_invalid_guest_id_goes_nowhere_else(guest: object, path: str, broken: list[str]) -> None:
    assert found("app.get", wire(path), guest=guest) == broken


def test_a_bulk_request_has_the_guest_space_in_every_path() -> None:
    call = Call(
        "bulkRequest", {"requests": [{"api": "record.add", "params": {"app": 1, "record": {}}}]}
    )

    def sent(inner: str, **more: object) -> list[str]:
        body = {
            "requests": [
                {"method": "POST", "api": inner, "payload": {"app": 1, "record": {}}, **more}
            ]
        }
        return found(call, wire("/k/guest/5/v1/bulkRequest.json", "POST", body=body), guest=5)

    assert sent("/k/guest/5/v1/record.json") == []
    assert sent("/k/v1/record.json") == ["KC408"]
    assert sent("/k/guest/5/v1/record.json", payload={"app": 2, "record": {}}) == ["KC409"]
    assert sent("/k/guest/5/v1/record.json", params={}) == ["KC409"]


# ---- hosts and base URLs


@pytest.mark.parametrize(("host", "broken"), [("LOCALHOST:8080", []), ("localhost", ["KC502"])])
def test_host_is_the_one_of_the_base_url(host: str, broken: list[str]) -> None:
    sent = read(GET, PARAMS)
    fields = tuple((n, host.encode()) if n == b"Host" else (n, v) for n, v in sent.headers)
    changed = Wire(sent.method, sent.target, fields, origin=sent.origin, raw_head=sent.raw_head)
    assert found("record.get", changed) == broken


def test_another_base_url_than_its_own_is_told() -> None:
    assert found("record.get", read(GET, PARAMS, origin="http://localhost:9")) == ["KC707"]


FORM = ("Content-Type", "application/x-www-form-urlencoded")
REFRESH = {"grant_type": "refresh_token", "refresh_token": "Rk6Vt3Wq8Zm2"}
OWN = {"client_id": "l.1.a+b", "client_secret": "c%d"}


def token_request(form: dict[str, str], *more: tuple[str, str], query: str = "") -> list[str]:
    """What is wrong with a request for a token that was sent so."""
    asked = {"grantType": "refresh_token", "refreshToken": "Rk6Vt3Wq8Zm2"}
    call = Call("oauth.token", {**asked, "clientId": "l.1.a+b", "clientSecret": "c%d"})
    body = urlencode(form).encode()
    target = f"/oauth2/token{query}"
    return found(call, wire(target, "POST", given=(), body=body, more=(FORM, *more)))


@pytest.mark.parametrize("client", ["l.1.a+b:c%d", "l.1.a%2Bb:c%25d"])
def test_an_oauth_client_may_tell_itself_in_the_header(client: str) -> None:
    value = b64encode(client.encode()).decode()
    assert token_request({**REFRESH, **OWN}) == []
    assert token_request(REFRESH, ("Authorization", f"Basic {value}")) == []


@pytest.mark.parametrize("value", ["", "Basic bC4xLmErYjpj", "Bearer bC4xLmErYjpjJWQ="])
def test_but_with_its_own_id_and_secret(value: str) -> None:
    assert token_request(REFRESH, ("Authorization", value)) == ["KC515"]


def test_and_what_it_asks_stands_in_the_body() -> None:
    assert token_request({}, query="?" + urlencode({**REFRESH, **OWN})) == ["KC310"]
