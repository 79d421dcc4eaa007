"""What one request shows: each defect under its requirement, and nothing of a right request."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest

from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import Password, headers
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.recorded import Recorded
from traffic.requests import (
    JSON,
    OAUTH,
    PASSWORDS,
    SESSION,
    TOKEN,
    TOKENS,
    judged,
    recorded,
)

RECORD = {"app": 1, "record": {"title": {"value": "日本語"}}}
INNER = {"method": "POST", "api": "/k/guest/5/v1/record.json", "payload": RECORD}
UPLOAD = (
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx\r\n--B--\r\n'
)
MULTIPART = ("Content-Type", "multipart/form-data; boundary=B")


def value(text: str) -> tuple[tuple[str, str], ...]:
    return (("X-Cybozu-Authorization", text),)  # kintone-lint: ignore[KL302]


def basic(text: str) -> tuple[str, str]:
    return "Authorization", f"Basic {b64encode(text.encode()).decode()}"


RIGHT: dict[str, dict[str, Any]] = {
    "token": {"target": "/k/v1/record.json?app=1&id=1"},
    "password": {"target": "/k/v1/record.json?app=1&id=1", "given": PASSWORDS},
    "oauth": {"target": "/k/v1/record.json?app=1&id=1", "given": OAUTH},
    "session read": {"target": "/k/v1/record.json?app=1&id=1", "given": SESSION},
    "session write": {
        "target": "/k/v1/record.json",
        "method": "POST",
        "given": SESSION,
        "body": {**RECORD, "__REQUEST_TOKEN__": "abc"},
    },
    "two tokens, comma and space": {
        "target": "/k/v1/record.json?app=1&id=1",
        "given": (("X-Cybozu-API-Token", f"{TOKEN}, {TOKEN[::-1]}"),),
    },
    "token header in small letters": {
        "target": "/k/v1/record.json?app=1&id=1",
        "given": (("x-cybozu-api-token", TOKEN),),
    },
    "a gate": {"target": "/k/v1/record.json?app=1&id=1", "more": (basic("gate:a:b"),)},
    "guest space": {"target": "/k/guest/5/v1/record.json?app=1&id=1"},
    "arrays and booleans": {
        "target": "/k/v1/records.json?app=1&fields[0]=a&fields%5B1%5D=b&totalCount=true"
    },
    "one element": {"target": "/k/v1/records.json?app=1&fields[0]=a"},
    "a read with a JSON body": {
        "target": "/k/v1/records.json",
        "body": {"app": 1, "fields": ["a"]},
    },
    "a read sent as POST": {
        "target": "/k/v1/records.json",
        "method": "POST",
        "more": (("X-HTTP-Method-Override", "GET"),),
        "body": {"app": 1, "query": "x" * 9_000},
    },
    "a write": {"target": "/k/v1/record.json", "method": "POST", "body": RECORD},
    "a charset": {
        "target": "/k/v1/record.json",
        "method": "POST",
        "more": (("Content-Type", "application/json;charset=UTF-8"),),
        "body": RECORD,
    },
    "DELETE in the query": {"target": "/k/v1/records.json?app=1&ids[0]=1", "method": "DELETE"},
    "DELETE in the body": {
        "target": "/k/v1/records.json",
        "method": "DELETE",
        "body": {"app": 1, "ids": [1]},
    },
    "an upload": {
        "target": "/k/v1/file.json",
        "method": "POST",
        "more": (MULTIPART,),
        "body": UPLOAD,
    },
    "a bulkRequest": {
        "target": "/k/guest/5/v1/bulkRequest.json",
        "method": "POST",
        "body": {"requests": [INNER, INNER]},
    },
    "an update by updateKey": {
        "target": "/k/v1/record.json",
        "method": "PUT",
        "body": {"app": 1, "updateKey": {"field": "a", "value": "b"}, "record": {}, "revision": 3},
    },
    "an API that no call asks for": {"target": "/k/v1/app/acl.json?app=1"},
    "User API": {"target": "/v1/users.json?codes[0]=a", "given": PASSWORDS},
    "apis.json without credentials": {"target": "/k/v1/apis.json", "given": ()},
    "OAuth token": {
        "target": "/oauth2/token",
        "method": "POST",
        "given": (),
        "more": (("Content-Type", "application/x-www-form-urlencoded"), basic("id:secret")),
        "body": b"grant_type=refresh_token&refresh_token=abc",
    },
    "a query that looks like a path": {
        "target": "/k/v1/records.json?app=1&query=%2Fk%2Fv1%2Fguest%2F5%2Frecord.json"
    },
    "a page of Kintone": {"target": "/k/1/show", "given": (("Cookie", "a=b"),)},
    "what a page asks for": {"target": "/k/api/record/get.json?_lc=ja", "given": SESSION},
    "another site": {"target": "/v1/users.json", "host": "https://example.com", "given": ()},
    "a credential taken out": {
        "target": "/k/v1/record.json?app=1&id=1",
        "given": value("REDACTED"),
        "exact": False,
    },
    "an operation newer than the catalogue": {"target": "/k/v1/brand/new/thing.json?app=1"},
    "credentials removed from a HAR": {
        "target": "/k/v1/record.json?app=1&id=1",
        "given": (),
        "exact": False,
    },
}


@pytest.mark.parametrize("request_", RIGHT.values(), ids=RIGHT)
def test_nothing_is_said_of_a_request_that_is_right(request_: dict[str, Any]) -> None:
    assert judged(recorded(**request_)) == []


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    # kintone-lint: ignore[KL302] all of these are wrong on purpose
    "URL-safe": ("KC103", {"given": value(urlsafe_b64encode(b"a:~?>|~?>|").decode())}),
    "no padding": ("KC104", {"given": value(b64encode(b"a:bb").decode().rstrip("="))}),
    "blanks": ("KC105", {"given": value("YTpiYmJiYmJi YmJiYmJi")}),
    "scheme word": ("KC106", {"given": value("Basic " + b64encode(b"admin:cybozu").decode())}),
    "bytes literal": ("KC107", {"given": value(f"b'{b64encode(b'a:b').decode()}'")}),
    "Latin-1": ("KC108", {"given": value(b64encode("é:b".encode("latin-1")).decode())}),
    "not Base64": ("KC102", {"given": value("admin:cybozu")}),
    "no colon": ("KC102", {"given": value(b64encode(b"admin").decode())}),
    "header twice": ("KC101", {"given": (*PASSWORDS, *PASSWORDS)}),
    "empty token": ("KC201", {"given": (("X-Cybozu-API-Token", ""),)}),
    "token with Bearer": ("KC201", {"given": (("X-Cybozu-API-Token", f"Bearer {TOKEN}"),)}),
    "tokens with semicolons": ("KC202", {"given": (("X-Cybozu-API-Token", f"{TOKEN};{TOKEN}"),)}),
    "two methods": ("KC306", {"given": (*PASSWORDS, *TOKENS)}),
    "token and bearer": ("KC306", {"given": (*TOKENS, *OAUTH)}),
    "empty Basic": ("KC306", {"more": (basic(":"),)}),
    "another scheme": ("KC301", {"given": (("Authorization", f"OAuth {TOKEN}"),)}),
    "the gate alone": ("KC302", {"given": (basic("gate:abc"),)}),
    "URL-safe gate": (
        "KC307",
        {"more": (("Authorization", f"Basic {urlsafe_b64encode(b'g:>>>???~~~').decode()}"),)},
    ),
    "session without the header": ("KC304", {"given": (("Cookie", "JSESSIONID=a"),)}),
    "no credentials": ("KC306", {"given": ()}),
    "wrong order": ("KC402", {"target": "/k/v1/guest/5/record.json?app=1&id=1"}),
    "guest twice": ("KC414", {"target": "/k/guest/5/guest/5/v1/record.json?app=1&id=1"}),
    "bad id": ("KC416", {"target": "/k/guest/undefined/v1/record.json?app=1&id=1"}),
    "preview first": ("KC403", {"target": "/k/guest/5/preview/v1/app/form/fields.json?app=1"}),
    "User API under /k": ("KC412", {"target": "/k/guest/5/v1/users.json"}),
    "two slashes": ("KC501", {"target": "//k/v1/record.json?app=1&id=1"}),
    "no .json": ("KC401", {"target": "/k/v1/record?app=1&id=1"}),
    "a typo": ("KC401", {"target": "/k/v1/recor.json?app=1&id=1"}),
    "guest form of a plain API": ("KC410", {"target": "/k/guest/5/v1/plugins.json"}),
    "guest-only API": (
        "KC417",
        {"target": "/k/v1/space/guests.json", "method": "PUT", "body": {"id": 5, "guests": []}},
    ),
    "plain http": ("KC503", {"host": "http://demo.cybozu.com"}),  # kintone-lint: ignore[KL304]
    "repeated names": ("KC505", {"target": "/k/v1/records.json?app=1&fields=a&fields=b"}),
    "no index": ("KC505", {"target": "/k/v1/records.json?app=1&fields=a"}),
    "empty brackets": ("KC505", {"target": "/k/v1/records.json?app=1&fields[]=a&fields[]=b"}),
    "True": ("KC506", {"target": "/k/v1/records.json?app=1&totalCount=True"}),
    "a name twice": ("KC516", {"target": "/k/v1/record.json?app=1&app=1&id=1"}),
    "index over 99": (
        "KC524",
        {"target": "/k/v1/records.json?app=1&" + "&".join(f"fields[{at}]=a" for at in range(101))},
    ),
    "long URL": ("KC507", {"target": f"/k/v1/records.json?app=1&query={'x' * 8_200}"}),
    "Content-Type on a read": ("KC508", {"more": (JSON,)}),
    "JSON as text": (
        "KC509",
        {
            "target": "/k/v1/record.json",
            "method": "POST",
            "more": (("Content-Type", "text/plain"),),
            "body": RECORD,
        },
    ),
    "broken JSON": (
        "KC513",
        {"target": "/k/v1/record.json", "method": "POST", "more": (JSON,), "body": b'{"app": 1'},
    ),
    "JSON in Latin-1": (
        "KC513",
        {
            "target": "/k/v1/record.json",
            "method": "POST",
            "more": (JSON,),
            "body": '{"app": 1, "a": "é"}'.encode("latin-1"),
        },
    ),
    "override in small letters": (
        "KC523",
        {
            "target": "/k/v1/records.json",
            "method": "POST",
            "more": (("X-HTTP-Method-Override", "get"),),
            "body": {"app": 1},
        },
    ),
    "nothing to delete": ("KC514", {"target": "/k/v1/records.json", "method": "DELETE"}),
    "guest space as a parameter": (
        "KC405",
        {"target": "/k/guest/5/v1/record.json?app=1&id=1&guestSpaceId=5"},
    ),
    "upload without boundary": (
        "KC510",
        {
            "target": "/k/v1/file.json",
            "method": "POST",
            "more": (("Content-Type", "multipart/form-data"),),
            "body": UPLOAD,
        },
    ),
    "filename* alone": (
        "KC525",
        {
            "target": "/k/v1/file.json",
            "method": "POST",
            "more": (MULTIPART,),
            "body": UPLOAD.replace(b'filename="a.txt"', b"filename*=UTF-8''a.txt"),
        },
    ),
    "a quote in the file name": (
        "KC512",
        {
            "target": "/k/v1/file.json",
            "method": "POST",
            "more": (MULTIPART,),
            "body": UPLOAD.replace(b'"a.txt"', b'"a"b.txt"'),
        },
    ),
    "inner path outside": (
        "KC408",
        {
            "target": "/k/guest/5/v1/bulkRequest.json",
            "method": "POST",
            "body": {"requests": [{**INNER, "api": "/k/v1/record.json"}]},
        },
    ),
    "inner path as a URL": (
        "KC409",
        {
            "target": "/k/guest/5/v1/bulkRequest.json",
            "method": "POST",
            "body": {"requests": [{**INNER, "api": f"https://a.cybozu.com{INNER['api']}"}]},
        },
    ),
    "inner read": (
        "KC409",
        {
            "target": "/k/guest/5/v1/bulkRequest.json",
            "method": "POST",
            "body": {"requests": [{**INNER, "method": "GET"}]},
        },
    ),
    "21 inner requests": (
        "KC409",
        {
            "target": "/k/guest/5/v1/bulkRequest.json",
            "method": "POST",
            "body": {"requests": [INNER] * 21},
        },
    ),
    "session write without the token": (
        "KC305",
        {"target": "/k/v1/record.json", "method": "POST", "given": SESSION, "body": RECORD},
    ),
    "OAuth token as JSON": (
        "KC310",
        {
            "target": "/oauth2/token",
            "method": "POST",
            "given": (),
            "body": {"grant_type": "refresh_token"},
        },
    ),
    "a token in quotes": ("KC201", {"given": (("X-Cybozu-API-Token", f'"{TOKEN}"'),)}),
    "tokens as a list": ("KC201", {"given": (("X-Cybozu-API-Token", f"['{TOKEN}', '{TOKEN}']"),)}),
    "no token": ("KC201", {"given": (("X-Cybozu-API-Token", "undefined"),)}),
    "tokens with a bar": ("KC202", {"given": (("X-Cybozu-API-Token", f"{TOKEN}|{TOKEN}"),)}),
    "no access token": ("KC301", {"given": (("Authorization", "Bearer undefined"),)}),
    "Bearer twice": ("KC301", {"given": (("Authorization", "Bearer Bearer abcdefgh"),)}),
    "UTF-16": ("KC108", {"given": value(b64encode("a:pass1".encode("utf-16-le")).decode())}),
    "a boolean as a number": ("KC506", {"target": "/k/v1/records.json?app=1&totalCount=1"}),
    "an app that is nothing": ("KC516", {"target": "/k/v1/records.json?app=undefined"}),
    "snake case": ("KC515", {"target": "/k/v1/records.json?app=1&total_count=true"}),
    "another name": (
        "KC515",
        {"target": "/k/v1/record.json", "method": "POST", "body": {"appId": 1, "record": {}}},
    ),
    "a file name as in e-mail": (
        "KC525",
        {
            "target": "/k/v1/file.json",
            "method": "POST",
            "more": (MULTIPART,),
            "body": UPLOAD.replace(b"a.txt", b"=?utf-8?B?5pel?="),
        },
    ),
    "a file name in Latin-1": (
        "KC525",
        {
            "target": "/k/v1/file.json",
            "method": "POST",
            "more": (MULTIPART,),
            "body": UPLOAD.replace(b"a.txt", b"\xe9.txt"),
        },
    ),
    "the token in the URL": ("KC601", {"target": f"/k/v1/record.json?app=1&id=1&x={TOKEN}"}),
}


@pytest.mark.parametrize(("requirement", "request_"), WRONG.values(), ids=WRONG)
def test_a_defect_is_told_under_its_requirement(requirement: str, request_: dict[str, Any]) -> None:
    target = request_.get("target", "/k/v1/record.json?app=1&id=1")
    assert judged(recorded(**{**request_, "target": target})) == [requirement]


CHANGED = {
    "cut at a colon": ("KC109", Password("a", "b:c:d"), b"a:b"),
    "composed": ("KC110", Password("e\u0301", "pass1"), "é:pass1".encode()),
    "percent": ("KC111", Password("sato", "100%41"), b"sato:100A"),
    "plus": ("KC112", Password("sato", "1+1"), b"sato:1 1"),
    "mark": ("KC113", Password("\ufeffsato", "pass1"), b"sato:pass1"),
    "cut": ("KC114", Password("sato", "x" * 60), b"sato:" + b"x" * 50),
    "surrogates": (
        "KC115",
        Password("😀", "pass1"),
        "\ud83d\ude00:pass1".encode("utf-8", "surrogatepass"),
    ),
    "trimmed": ("KC118", Password("sato", " pass1 "), b"sato:pass1"),
    "None": ("KC117", Password("sato", None), b"sato:None"),
    "markup": ("KC102", Password("sato", "a&b<c"), b"sato:a&amp;b&lt;c"),
}


@pytest.mark.parametrize(("requirement", "auth", "sent"), CHANGED.values(), ids=CHANGED)
def test_a_known_password_that_was_changed_is_named(
    requirement: str, auth: Password, sent: bytes
) -> None:
    request_ = recorded("/k/v1/record.json?app=1&id=1", given=value(b64encode(sent).decode()))
    assert judged(request_, known=NamedCredentials((auth,))) == [requirement]


@pytest.mark.parametrize("sent", ["sato:another", "sato:", "suzuki:pass1", "sato:pas", "sato:x1"])
def test_another_password_is_none_of_our_business(sent: str) -> None:
    given = value(b64encode(sent.encode()).decode())
    known = NamedCredentials((Password("sato", "pass1"), Password("sato", "b:c")))
    assert judged(recorded("/k/v1/record.json?app=1&id=1", given=given), known=known) == []


def test_known_credentials_that_arrive_are_judged_as_passed() -> None:
    from kintone_conformance.traffic.judgement import Judgement

    auth = Password("山田", "a:b%41")
    judgement = Judgement(NamedCredentials((auth,)))
    judgement.add(recorded("/k/v1/record.json?app=1&id=1", given=headers(auth)))
    passed = {result.id for result in judgement.results() if result.verdict == "pass"}
    assert {"KC101", "KC102", "KC108", "KC109", "KC111"} <= passed


def test_bytes_that_are_no_request_are_told() -> None:
    wire = Wire("GET", b"/k/v1/record.json", (), raw_head=b"GET", malformed="illegal header line")
    assert judged(Recorded(wire, "request 1")) == ["KC528"]


def test_two_ways_to_tell_a_length_are_told_where_the_bytes_are_known() -> None:
    both = (("Content-Length", "9"), ("Transfer-Encoding", "chunked"))
    twice = recorded("/k/v1/record.json?app=1&id=1", more=both)
    assert judged(twice) == ["KC528"]
    assert judged(replace(twice, exact=False)) == []
    assert judged(recorded("/k/v1/record.json?app=1&id=1", more=both[1:])) == []


def test_a_request_without_credentials_is_told_by_the_kind_of_the_others() -> None:
    good = recorded("/k/v1/record.json?app=1&id=1", exact=False)
    bare = recorded("/k/v1/record.json?app=1&id=2", given=(), exact=False)
    assert judged(bare, good) == ["KC201"]
