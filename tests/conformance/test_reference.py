"""The bundled client keeps the limits that no other test of it would notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from kintone_conformance.doors import JSON_TYPE, Answer
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.strategies import HARMLESS_PASSWORD

FAILED = {"code": "GAIA_RE01", "id": "1505999166-897850006", "message": "レコードがありません。"}


@pytest.fixture
def door() -> Iterator[Loopback]:
    with closing(Loopback()) as opened:
        yield opened


@pytest.mark.parametrize(("fields", "method"), [(100, "GET"), (101, "POST")])
def test_an_array_that_a_query_cannot_index_travels_in_a_body(
    door: Loopback, fields: int, method: str
) -> None:
    client = KintoneClient(door.base_url, HARMLESS_PASSWORD)
    client.get(client.path("records"), {"app": 1, "fields": [str(n) for n in range(fields)]})
    (wire,) = door.drain()
    assert wire.method == method
    client.close()


@pytest.mark.parametrize("body", [{"results": [{}, FAILED, {}]}, FAILED])
def test_the_error_of_a_failed_bulk_request_is_found_among_its_results(
    door: Loopback, body: object
) -> None:
    client = KintoneClient(door.base_url, HARMLESS_PASSWORD)
    door.play(lambda _wire: Answer(404, json.dumps(body).encode(), JSON_TYPE))
    with pytest.raises(KintoneError) as caught:
        client.bulk([])
    error = caught.value
    assert (error.code, error.id, error.message) == tuple(FAILED.values())
    client.close()
