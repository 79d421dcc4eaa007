"""Drivers in a process of their own: right ones are judged, broken ones get one sentence."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers import TIME_LIMIT, Silence, protocol, protocol_schema, stdio
from kintone_conformance.drivers.stdio import Opened, Stdio
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.bench import Budget, judged
from kintone_conformance.model import Client, HarnessError, Info, Sent, Verdict
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.strategies import harmless_call
from kintone_conformance.suite.properties import properties

DRIVER = Path(__file__).with_name("bad_driver.py")
SUITE = [sys.executable, "-m", "kintone_conformance"]
QUICK = Budget(examples=3)


def command(*words: str) -> list[str]:
    return [sys.executable, str(DRIVER), *words]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SUITE, *arguments], capture_output=True, text=True, check=False)


def asked(defect: str, limit: float = 5.0) -> HarnessError:
    """What a driver with this defect is told, at its first call."""
    with (
        closing(open_door("loopback")) as door,
        closing(Stdio(command(defect), {}, time_limit=limit)) as driver,
        pytest.raises(HarnessError) as raised,
    ):
        called_twice(driver, door.base_url)
    return raised.value


def called_twice(driver: Stdio, base_url: str) -> None:
    opened = driver.open(Client(base_url, ApiTokens(("abc",))))
    assert isinstance(opened, Opened)
    opened.send(harmless_call("record.get"))
    opened.send(harmless_call("record.get"))


@pytest.mark.parametrize(
    ("defect", "sentence"),
    [
        ("prints", "wrote a line that is not an answer"),
        ("wrong-id", "answered id 2 to the request with id 1"),
        ("answers-twice", "answered twice, or printed to standard output"),
        ("closes-early", "ended with exit code 7 before it answered send record.get"),
        ("killed", "ended with signal SIGKILL before it answered send record.get"),
    ],
)
def test_a_broken_driver_is_told_what_it_did(defect: str, sentence: str) -> None:
    assert sentence in asked(defect).message


def test_half_a_line_is_told_apart_from_silence() -> None:
    assert "half a line" in asked("half-a-line", 0.5).message


def test_silence_is_told_with_its_limit() -> None:
    error = asked("sleeps", 0.5)
    assert isinstance(error, Silence)
    assert error.message == "the driver did not answer send record.get within 0.5 s"


def test_a_driver_that_needs_11_s_is_over_the_limit() -> None:
    assert TIME_LIMIT < 11


def test_the_last_words_of_a_driver_are_kept() -> None:
    assert "out of luck" in asked("closes-early").stderr


def test_a_driver_that_cannot_be_started_is_named() -> None:
    with pytest.raises(HarnessError, match=r"cannot be started: No such file.*/no/such"):
        Stdio(["/no/such/driver"], {})


def test_a_driver_is_started_three_times_more_and_no_further() -> None:
    driver = Stdio(command("killed"), {})
    messages = []
    for _ in range(6):
        with pytest.raises(HarnessError) as raised:
            called_twice(driver, "http://localhost:9")
        messages.append(raised.value.message)
    assert [("SIGKILL" in message) for message in messages] == [True] * 4 + [False] * 2
    assert "is not started again" in messages[-1]


def test_a_driver_that_died_once_costs_one_requirement(tmp_path: Path) -> None:
    words = command("killed-later", str(tmp_path / "once"))
    props = [properties()[id_] for id_ in ("KC101", "KC102", "KC201")]
    found = judged(lambda environ, within: Stdio([*within, *words], environ), props, QUICK)
    verdicts = [result.verdict for result in found.values()]
    assert sorted(verdicts) == [Verdict.ERROR, Verdict.PASS, Verdict.PASS], found


def test_an_unknown_name_is_bad_usage() -> None:
    with pytest.raises(UsageError, match=r"record\.got.*did you mean record\.get"):
        Stdio(command("unknown-call"), {})
    with pytest.raises(UsageError, match="speaks protocol 2, but this suite speaks 1"):
        Stdio(command("other-protocol"), {})


def test_the_whole_process_group_is_ended(tmp_path: Path) -> None:
    """What a driver started and left behind does not outlive the run."""
    mark = tmp_path / "pid"
    script = f"sleep 300 & echo $! > {shlex.quote(str(mark))}; exec {shlex.join(command('right'))}"
    with closing(Stdio(["sh", "-c", script], {})):
        child = int(mark.read_text())
    assert not _lives(child)


def _lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("defect", "wrong"),
    [("ends-badly", "exit code 5 at the end of its input"), ("ignores-the-end", "did not end")],
)
def test_the_end_of_a_driver_is_looked_at(
    defect: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "END", 0.05)
    driver = Stdio(command(defect), {})
    error = driver.end()
    assert error is not None
    assert wrong in error.message


def test_a_right_driver_is_judged_as_an_adapter_is() -> None:
    only = ("--select", "KC101,KC201,KC801", "--examples", "3", "-n", "1")
    done = run("run", "--driver", shlex.join(command("right")), *only)
    assert "3 passed" in done.stdout
    assert done.returncode == 0


def test_a_broken_driver_ends_with_exit_code_3_and_no_traceback() -> None:
    done = run("run", "--driver", shlex.join(command("prints")), "--select", "KC201")
    assert done.returncode == 3
    assert "wrote a line that is not an answer" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_driver_that_cannot_be_started_ends_with_exit_code_3() -> None:
    done = run("run", "--driver", "/no/such/driver", "--select", "KC201")
    assert done.returncode == 3
    assert "cannot be started" in done.stderr


def test_a_driver_and_an_adapter_at_once_are_bad_usage() -> None:
    assert run("run", "--driver", "x", "--adapter", "reference").returncode == 2
    assert run("run").returncode == 2
    assert run("run", "--driver", "'").returncode == 2


@pytest.mark.parametrize(
    ("defect", "sentence"),
    [
        ("no-request", "returned with harmless input, but no request arrived"),
        ("wrong-id", "answered id 2 to the request with id 1"),
        ("ends-badly", "ended with exit code 5"),
        ("closes-early", "ended with exit code 7"),
    ],
)
def test_check_driver_says_what_is_wrong(defect: str, sentence: str) -> None:
    done = run("check-driver", shlex.join(command(defect)))
    assert done.returncode == 3
    assert sentence in done.stdout


@pytest.mark.parametrize(
    ("defect", "sentence"),
    [
        ("no-guest", "KC402 (MUST): record.get goes to another path"),
        (
            "loses-the-id",
            "KC515 (MUST): record.get: the parameter id did not arrive; the driver passes",
        ),
        ("loses-the-token", "KC201 (MUST): X-Cybozu-API-Token is not what was given"),
        ("always-sent", "KC801 (MUST): record.get reported success after 401"),
    ],
)
def test_check_driver_notes_what_driver_or_sdk_lost(defect: str, sentence: str) -> None:
    done = run("check-driver", shlex.join(command(defect)))
    assert done.returncode == 0, done.stdout
    assert f"note  {sentence}" in done.stdout


def test_check_driver_passes_a_right_driver() -> None:
    done = run("check-driver", shlex.join(command("right")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "note" not in done.stdout
    assert "strings: 8 of 8 passwords arrived whole" in done.stdout


def test_the_schema_describes_every_line() -> None:
    schema = protocol_schema.schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    client = Client("http://localhost:1", ApiTokens(("abc",)), guest_space="abc")
    data = protocol.full_client_data(client)
    call = protocol.call_data(harmless_call("record.get"))
    lines: list[protocol.Request] = [
        protocol.Hello(id=0, suite="1"),
        protocol.Open(id=1, client=data),
        protocol.Send(id=2, call=call, handle=1),
        protocol.Send(id=3, call=call, client=data),
        protocol.Change(id=4, handle=1, auth=protocol.auth_data(client.auth)),
        protocol.Close(id=5, handle=1),
    ]
    for line in lines:
        validator.validate(json.loads(protocol.encoded(line)))
        assert protocol.request(protocol.encoded(line)) == line
    with pytest.raises(ValidationError):
        validator.validate({"id": 1, "op": "open", "client": {"baseUrl": 5}})


def test_a_client_comes_back_from_its_line_unaltered() -> None:
    client = Client("http://localhost:1", ApiTokens(("日本", "\U00020bb7")), guest_space=" 5")
    line = protocol.encoded(protocol.Open(id=1, client=protocol.full_client_data(client)))
    line.decode("ascii")
    read = protocol.request(line)
    assert isinstance(read, protocol.Open)
    assert protocol.client_of(read.client) == client


def test_what_a_driver_prints_on_standard_error_is_seen() -> None:
    script = (
        "import sys; sys.stderr.write('token=abc\\n'); sys.stderr.flush(); "
        f"sys.argv = ['x', 'right']; exec(open({str(DRIVER)!r}).read())"
    )
    with (
        closing(open_door("loopback")) as door,
        closing(Stdio([sys.executable, "-c", script], {})) as driver,
    ):
        assert isinstance(driver.info, Info)
        opened = driver.open(Client(door.base_url, ApiTokens(("abc",))))
        assert isinstance(opened, Opened)
        outcome = opened.send(harmless_call("record.get"))
    assert isinstance(outcome, Sent)
    assert "token=abc" in outcome.printed
