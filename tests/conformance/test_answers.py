"""Every call has a documented answer, in its plain and its guest form."""

from __future__ import annotations

import json

import pytest

from kintone_conformance.doors import JSON_TYPE, answers
from kintone_conformance.model import Wire
from kintone_conformance.spec.calls import calls
from kintone_conformance.spec.request import documented
from kintone_conformance.strategies import harmless_call


def asked(api: str, path: str) -> Wire:
    body = json.dumps(dict(harmless_call(api).params)).encode()
    return Wire(calls()[api].method, path.encode(), (), body)


@pytest.mark.parametrize("api", sorted(calls()))
def test_a_call_is_answered_with_200(api: str) -> None:
    plain = documented(api, harmless_call(api).params).plain
    for path in (plain, plain.replace("/k/v1/", "/k/guest/5/v1/")):
        answer = answers.documented_answer(asked(api, path))
        assert answer.status == 200, path
        if answer.headers == JSON_TYPE:
            assert isinstance(json.loads(answer.body), dict)


def test_an_unknown_path_is_kintones_404() -> None:
    answer = answers.documented_answer(Wire("GET", b"/k/v1/nothing.json", ()))
    assert answer.status == 404
    assert set(json.loads(answer.body)) == {"code", "id", "message"}


def test_a_bulk_request_has_a_result_for_each_inner_request() -> None:
    body = {
        "requests": [
            {"method": "POST", "api": "/k/guest/5/v1/record.json", "payload": {}},
            {"method": "PUT", "api": "/k/v1/records.json", "payload": {"records": [{}, {}]}},
            {"method": "DELETE", "api": "/k/v1/records.json", "payload": {}},
        ]
    }
    wire = Wire("POST", b"/k/guest/5/v1/bulkRequest.json", (), json.dumps(body).encode())
    added, updated, deleted = json.loads(answers.documented_answer(wire).body)["results"]
    assert set(added) == {"id", "revision"}
    assert len(updated["records"]) == 2
    assert deleted == {}


def test_a_long_read_as_post_gets_the_records() -> None:
    headers = ((b"X-HTTP-Method-Override", b"GET"),)
    wire = Wire("POST", b"/k/v1/records.json", headers, b'{"app": 1, "totalCount": true}')
    assert json.loads(answers.documented_answer(wire).body)["totalCount"] == "1"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"records": 5}', b"\xff"])
def test_a_strange_body_gets_an_answer_all_the_same(body: bytes) -> None:
    for path in (b"/k/v1/records.json", b"/k/v1/bulkRequest.json"):
        assert answers.documented_answer(Wire("POST", path, (), body)).status == 200
