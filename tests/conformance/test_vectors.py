"""The frozen cases: in the schema, passed by the reference, and not made by what they test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
from click.testing import CliRunner

from kintone_conformance import vectors, wires
from kintone_conformance.cli import cli
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.drivers.protocol import client_of
from kintone_conformance.judging.scenario import Made, single
from kintone_conformance.judging.stage import Stage
from kintone_conformance.model import Call
from kintone_conformance.reference import ReferenceAdapter

MADE = {vector.id: vector for vector in vectors.export("test").vectors}

# Written by hand: coreutils' base64 made the values.
BY_HAND = {
    "KC102-1": "QWRtaW5pc3RyYXRvcjpjeWJvenU=",
    "KC108-1": "5bGx55Sw5aSq6YOOOnBhc3Mx",
    "KC109-1": "dXNlcjE6YTpiOmM=",
    "KC115-1": "8J+YgDpwYXNzMQ==",
}


@pytest.mark.parametrize("id_", BY_HAND)
def test_values_are_what_another_encoder_makes(id_: str) -> None:
    assert MADE[id_].headers == {"X-Cybozu-Authorization": BY_HAND[id_]}
    assert MADE[id_].forbidden == ["Authorization", "X-Cybozu-API-Token"]


def test_the_file_and_its_schema(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["vectors", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    data = json.loads((tmp_path / "vectors.json").read_text("utf-8"))
    schema = json.loads((tmp_path / "vectors.schema.json").read_text("utf-8"))
    jsonschema.validate(data, schema)
    assert len(data["vectors"]) == len(MADE) >= 50
    data["vectors"][0].pop("headers")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with closing(open_door("loopback")) as door, closing(InProcess(ReferenceAdapter, {})) as driver:
        yield Stage(driver, door)


@pytest.mark.parametrize("id_", MADE)
def test_the_reference_passes(id_: str, stage: Stage) -> None:
    vector = MADE[id_]
    client = client_of(vector.client)
    call = Call(vector.call["api"], vector.call["params"])
    played = stage.play(single(Made(client.auth, client.basic, client.guest_space), call))
    assert played.requirements == frozenset()
    (wire,) = played.exchanges[0].requests
    assert wires.method(wire) == vector.method
    assert wires.path(wire) == urlsplit(vector.url).path
    assert set(wires.params(wire)) == set(vector.params)
    for name, value in vector.headers.items():
        assert [wires.text(sent) for sent in wire.values(name)] == [value]
    for name in vector.forbidden:
        assert not wire.values(name)
