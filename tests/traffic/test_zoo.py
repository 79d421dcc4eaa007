"""How much of the zoo is found in a recording, where nobody says what was asked for."""

from __future__ import annotations

import pytest

from kintone_conformance.model import Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.traffic.dumps import read_dump
from kintone_conformance.traffic.har import read_har
from kintone_conformance.traffic.judgement import Judgement
from kintone_conformance.traffic.named_credentials import named_credentials
from kintone_conformance.traffic.observable import ALONE, BY_SEQUENCE, WITH_CREDENTIALS
from traffic.recording import Log, as_dump, as_har, credentials, record
from zoo.cages import ZOO

LEAST = 45  # of the zoo, by the recording alone
# What these do wrong shows only to one who knows what was asked for, or at another door.
UNSEEN = {
    *("AcceptsPlainHttp", "AsksTheProxyItself", "FollowsToHttp"),
    *("DropsTheRevisionInABulkRequest", "DropsTheRevisionsOfRecords", "ExpandsVariables"),
    *("ReadsFilesAsText", "SpaceStaysPlain", "UpdatesWithPost"),
}
LOST = {"har": {"BlanksInHeaderNames", "JsonInLatin"}, "dump": {"HostWithoutPort"}}  # by the form
SHOWN = ALONE | BY_SEQUENCE | WITH_CREDENTIALS
FOUND = {Verdict.FAIL, Verdict.WARN, Verdict.NOTE}


def found(log: Log, form: str = "har") -> set[str]:
    """The requirements that a recording of a client shows broken."""
    traffic = read_har("a.har", as_har(log)) if form == "har" else read_dump(as_dump(log))
    judgement = Judgement(named_credentials(credentials()))
    for recorded in traffic:
        judgement.add(recorded)
    return {result.id for result in judgement.results() if result.verdict in FOUND}


def test_a_recording_of_the_reference_shows_nothing() -> None:
    log = record(ReferenceAdapter)
    assert found(log) == found(log, "dump") == set()


MEANT = [name for name, mutant in ZOO.items() if mutant.meant_for in SHOWN and name not in UNSEEN]


def test_enough_of_the_zoo_is_meant_for_what_a_recording_shows() -> None:
    assert len(set(MEANT) - LOST["har"] - LOST["dump"]) >= LEAST


SOME = MEANT[:: len(MEANT) // 3]


@pytest.mark.parametrize(
    "name",
    [*SOME, *(pytest.param(name, marks=pytest.mark.deep) for name in MEANT if name not in SOME)],
)
def test_a_client_of_the_zoo_is_found_in_a_recording(name: str) -> None:
    log = record(ZOO[name].adapter)
    assert {form for form, lost in LOST.items() if found(log, form) or name in lost} == {*LOST}
