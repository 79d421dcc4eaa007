"""The namespace door: any client on port 443 of a made-up network."""

from __future__ import annotations

import shlex
import subprocess
import sys
from contextlib import closing

import pytest

from kintone_conformance.doors import namespace
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.judging.bench import Bench, Budget, judged
from kintone_conformance.loading import load_driver
from kintone_conformance.model import Info, Verdict
from kintone_conformance.suite.properties import properties
from toolchains import required

SERVE = [sys.executable, "-m", "kintone_conformance", "serve", "reference"]
needs_namespaces = pytest.mark.skipif(
    not required("namespace") and not namespace.available(),
    reason="this machine makes no user namespaces",
)


def judged_through(door: str, *ids: str) -> list[tuple[Verdict, str, str]]:
    """Verdict, door and message of these requirements for the reference in a process."""
    start = load_driver(None, shlex.join(SERVE))
    found = judged(start, [properties()[id_] for id_ in ids], Budget(examples=5), (door,))
    return [(found[id_].verdict, found[id_].door, found[id_].message) for id_ in ids]


@needs_namespaces
def test_the_reference_passes_through_the_namespace_door() -> None:
    found = judged_through("namespace", "KC101", "KC401", "KC601", "KC602", "KC603", "KC604")
    assert found == [(Verdict.PASS, "namespace", "")] * 6


def test_a_served_adapter_goes_through_the_proxy_of_its_environment() -> None:
    assert judged_through("proxy", "KC101", "KC119") == [(Verdict.PASS, "proxy", "")] * 2


@needs_namespaces
def test_nothing_inside_reaches_this_machine() -> None:
    """A server that listens here, outside, is not there inside."""
    with closing(open_door("loopback")) as outside, closing(open_door("namespace")) as inside:
        probe = f"import urllib.request as u; u.urlopen({outside.base_url!r}, timeout=60)"
        done = subprocess.run(
            [*inside.within, sys.executable, "-c", probe], capture_output=True, check=False
        )
        assert done.returncode != 0
        assert b"refused" in done.stderr
        assert outside.drain() == ()


def test_without_namespaces_the_next_door_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kintone_conformance.judging.bench.namespace_available", lambda: False)
    bench = Bench(lambda environ, within: _declaring("namespace", "proxy", environ, within))
    assert bench.doors == ("proxy",)


def _declaring(*doors_and_rest: object) -> Stdio:
    *doors, environ, within = doors_and_rest
    assert isinstance(environ, dict)
    assert isinstance(within, tuple)
    driver = Stdio([*within, *SERVE], environ)
    driver.info = Info(**{**vars(driver.info), "doors": tuple(str(door) for door in doors)})
    return driver
