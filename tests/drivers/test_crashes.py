"""A call that does not come back: the client's failure, or nobody can tell whose it is."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

import toolchains
from kintone_conformance.adapter import Adapter
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.judging import crash
from kintone_conformance.judging.finding import Finder
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario, single
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.judging.surroundings import Surroundings
from kintone_conformance.model import Crashed, HarnessError
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.strategies import HARMLESS_TOKENS, harmless_call

DRIVER = Path(__file__).with_name("bad_driver.py")
KC1 = Path(__file__).parents[2] / "sdks" / "kc1.mjs"
GET = harmless_call("record.get")
OBJECT = Made(HARMLESS_TOKENS)


@contextmanager
def stage(*words: str, limit: float = 10.0) -> Iterator[Stage]:
    """A driver behind a door."""
    with (
        closing(open_door("loopback")) as door,
        closing(Stdio([sys.executable, str(DRIVER), *words], door.environ, limit)) as driver,
    ):
        yield Stage(driver, door)


def played(defect: str, answer: str, limit: float = 10.0) -> Played:
    with stage(defect, limit=limit) as made:
        return made.play(single(OBJECT, GET, answer))


@pytest.mark.parametrize(
    ("defect", "how"),
    [
        ("leaves-after-404", "ended with exit code 3"),
        ("crashes-after-404", "thrown in a callback"),
    ],
)
def test_a_client_that_ends_after_an_answer_is_wrong(defect: str, how: str) -> None:
    found = played(defect, "404")
    assert found.requirements == {"KC815"}
    (exchange,) = found.exchanges
    assert isinstance(exchange.outcome, Crashed)
    assert how in exchange.outcome.error.line
    assert len(exchange.requests) == 1  # its own: the twin's is not judged
    assert not played(defect, "401").requirements


def test_a_client_that_never_settles_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "QUICK", 60.0)
    found = played("sleeps-after-404", "404", limit=3.0)
    assert found.requirements == {"KC815"}


def test_on_a_machine_with_too_much_to_do_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "QUICK", 0.0)
    with pytest.raises(HarnessError, match="did not answer send"):
        played("sleeps-after-404", "404", limit=3.0)
    assert played("leaves-after-404", "404").requirements == {"KC815"}


@pytest.mark.parametrize("defect", ["closes-early", "killed", "sleeps"])
def test_a_driver_that_does_not_come_back_from_the_documented_answer_is_an_error(
    defect: str,
) -> None:
    with pytest.raises(HarnessError):
        played(defect, "404", limit=1.0)


def test_a_client_that_crashes_in_place_of_refusing_is_wrong() -> None:
    """No call with such a token comes back, so the twin has a harmless one."""
    with stage("crashes-before-sending") as made:
        found = made.play(single(Made(ApiTokens(("abc\r\ndef",))), GET))
    ((finding,),) = found.findings
    assert finding.requirement == "KC815"
    assert finding.message == "record.get crashed, and nothing was sent"


def test_a_driver_whose_client_always_crashes_is_an_error() -> None:
    with pytest.raises(HarnessError, match="crashes the client"):
        played("crashes-always", "ok")


def test_what_an_ended_client_said_is_searched_for_credentials() -> None:
    script = (
        f"import sys; sys.argv = ['x', 'leaves-after-404']; "
        f"sys.stderr.write('{HARMLESS_TOKENS.tokens[0]}\\n'); exec(open({str(DRIVER)!r}).read())"
    )
    with (
        closing(open_door("loopback")) as door,
        closing(Stdio([sys.executable, "-c", script], {})) as driver,
    ):
        found = Stage(driver, door).play(single(OBJECT, GET, "404"))
    assert {"KC604", "KC815"} <= found.requirements


def test_the_steps_after_a_crash_are_not_played() -> None:
    steps = (Open("a", OBJECT), Ask("a", GET), Ask("a", GET, "404"), Ask("a", GET))
    with stage("leaves-after-404") as made:
        found = made.play(Scenario(steps))
        assert len(found.exchanges) == 2
        assert not made.play(single(OBJECT, GET)).requirements


def test_crashes_after_right_answers_cost_their_call_alone() -> None:
    other = harmless_call("record.add")
    with stage("right") as made:
        made.crashes.update({"404": crash.GIVEN_UP, "ok record.get": crash.GIVEN_UP})
        assert not made.play(single(OBJECT, GET)).exchanges
        assert not made.play(single(OBJECT, other, "404")).exchanges
        assert len(made.play(single(OBJECT, other)).exchanges) == 1


def test_what_happened_once_is_no_finding(tmp_path: Path) -> None:
    """A process may be ended by the machine: what is told was seen twice."""
    words = [sys.executable, str(DRIVER), "killed-once", str(tmp_path / "once")]
    start = lambda environ, _within: Stdio(words, environ)  # noqa: E731
    steps = (Open("a", OBJECT), Ask("a", GET), Ask("a", GET), Ask("a", GET, "404"))
    with closing(Surroundings(start, ("loopback",))) as around, closing(Finder(around)) as finder:
        scenario = Scenario(steps)
        found = around.stage().play(scenario)
        assert "KC815" in found.requirements
        with pytest.raises(HarnessError, match="did not return once"):
            list(finder.findings(scenario, found, None))


# ---- Python clients


class Leaves(KintoneClient):
    """Ends the program after a 404."""

    def parsed(self, response: Any) -> Any:
        if response.status_code == 404:
            sys.exit("no record")
        return super().parsed(response)


class Waits(KintoneClient):
    """Waits for a minute after a 429, and tries again after a 520."""

    def parsed(self, response: Any) -> Any:
        if response.status_code == 429:
            time.sleep(60)
        if response.status_code == 520:
            self.http.send(response.request)
            time.sleep(60)
        return super().parsed(response)


def in_process(client: type[KintoneClient], answer: str, limit: float = 10.0) -> Played:
    adapter: type[Adapter] = type("Driving", (ReferenceAdapter,), {"client": client})
    with (
        closing(open_door("loopback")) as door,
        closing(InProcess(adapter, door.environ, limit)) as driver,
    ):
        return Stage(driver, door).play(single(OBJECT, GET, answer))


def test_a_client_that_exits_has_crashed() -> None:
    assert in_process(Leaves, "404").requirements == {"KC815"}
    assert not in_process(Leaves, "401").requirements


@pytest.mark.parametrize("answer", ["429", "520"])
def test_a_client_may_wait_before_it_tries_again(answer: str) -> None:
    with pytest.raises(HarnessError, match="did not return"):
        in_process(Waits, answer, limit=0.5)


# ---- drivers in node

NODE = """
import { drive } from %r;
const ways = {
  callback: () => new Promise(() => setTimeout(() => { throw new Error("thrown later"); }, 5)),
  unheard: () => { Promise.reject(new Error("nobody waits")); return Promise.resolve(); },
  rejected: () => Promise.reject(new Error("rejected")),
};
await drive({
  hello: {
    sdk: { name: "x", version: "1", language: "node" },
    supports: ["auth.token"],
    doors: ["loopback"],
  },
  open: (client) => client,
  calls: { "record.get": (sdk, { id }) => ways[process.argv[2]]() },
});
"""


@pytest.mark.parametrize(
    ("way", "outcome"),
    [("callback", "crashed"), ("unheard", "crashed"), ("rejected", "refused")],
)
def test_what_nobody_can_catch_is_a_crash_in_node(tmp_path: Path, way: str, outcome: str) -> None:
    toolchains.need("node")
    driver = tmp_path / "driver.mjs"
    driver.write_text(NODE % str(KC1), "utf-8")
    line = '{"id":0,"op":"send","client":{},"call":{"api":"record.get","params":{"id":1}}}\n'
    done = subprocess.run(
        ["node", str(driver), way], input=line, capture_output=True, text=True, check=False
    )
    assert f'"outcome":"{outcome}"' in done.stdout, done.stdout + done.stderr
    assert "Error: " in done.stdout
