"""A door judges the client's connections, and those of no other process."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from kintone_conformance import processes
from kintone_conformance.doors import Answer, ownership, peers
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.doors.namespace import available
from kintone_conformance.doors.sockets import Loopback
from toolchains import required

pytestmark = pytest.mark.skipif(
    not processes.LINUX, reason="only Linux tells whose a connection is"
)
PATIENCE = 60.0  # seconds, for a busy machine
OUTSIDE = Path(__file__).with_name("outside.py")
GET = """
import socket
sock = socket.create_connection(({host!r}, {port}))
sock.sendall(b"GET /k/v1/record.json HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
answer = b""
while data := sock.recv(65536):
    answer += data
"""
# A client that is gone before its request is read.
SEND_AND_DIE = """
import os, socket
sock = socket.create_connection(({host!r}, {port}))
sock.sendall(b"GET /sent HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
os._exit(0)
"""
CONNECT_AND_FORK = """
import os, socket
sock = socket.create_connection(({host!r}, {port}))
if os.fork() == 0:
    os.setsid()
    sock.sendall(b"GET /sent HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
    sock.recv(10)
os._exit(0)
"""


@pytest.fixture(params=[peers.Diagnosis, peers.Table])
def loopback(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A door under each of the two ways in which Linux tells."""
    monkeypatch.setattr("kintone_conformance.doors.sockets.network", lambda: request.param)
    with closing(Loopback()) as door:
        yield door


def at(url: str, code: str, host: str = "127.0.0.1") -> str:
    return code.format(host=host, port=urlsplit(url).port)


def from_outside(tmp_path: Path, code: str, *within: str, **environ: str) -> str:
    """What a process outside our tree tells: the answer it gets, or what the code tells."""
    file = tmp_path / "told"
    command = [*within, sys.executable, str(OUTSIDE), str(file), f"{code}\ntell(repr(answer))"]
    subprocess.run(command, check=True, env=environ)
    while not file.exists():
        time.sleep(0.01)
    told = file.read_text("utf-8")
    file.unlink()
    return told


def test_a_request_from_outside_is_counted_and_answered_neutrally(
    loopback: Loopback, tmp_path: Path
) -> None:
    loopback.play(lambda _wire: Answer(status=500))
    told = from_outside(tmp_path, at(loopback.base_url, GET))
    assert told.startswith("b'HTTP/1.1 404 ")
    assert loopback.drain() == ()
    assert loopback.outsiders().total() == 1
    assert all(name.startswith("python") for name in loopback.outsiders())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_process_that_the_client_starts_is_the_client_s(loopback: Loopback, host: str) -> None:
    code = at(loopback.base_url, GET.replace("Host: a", "Host: a\\r\\nConnection: close"), host)
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len(loopback.drain()) == 1
    assert loopback.outsiders().total() == 0


@pytest.mark.parametrize("host", ["::1", "::ffff:127.0.0.1"])
def test_an_outsider_is_known_over_every_address(
    loopback: Loopback, host: str, tmp_path: Path
) -> None:
    assert "404" in from_outside(tmp_path, at(loopback.base_url, GET, host))
    assert loopback.drain() == ()


def test_a_detached_process_of_the_client_s_is_known_by_its_mark(
    loopback: Loopback, tmp_path: Path
) -> None:
    code = at(loopback.base_url, GET.replace("Host: a", "Host: a\\r\\nConnection: close"))
    from_outside(tmp_path, code, **{processes.MARK: processes.OWN_MARK})
    assert len(loopback.drain()) == 1
    from_outside(tmp_path, code, **{processes.MARK: f"{processes.OWN_MARK}.7"})
    assert len(loopback.drain()) == 1
    from_outside(tmp_path, code, **{processes.MARK: f"{processes.OWN_MARK}7"})
    assert loopback.drain() == (), "another run's"


@pytest.mark.parametrize("code", [SEND_AND_DIE, CONNECT_AND_FORK])
def test_a_client_s_process_may_be_gone(loopback: Loopback, code: str) -> None:
    marked = {**os.environ, processes.MARK: processes.OWN_MARK}
    for _ in range(20):
        command = [sys.executable, "-c", at(loopback.base_url, code)]
        subprocess.run(command, check=True, env=marked)
    found: list[bytes] = []
    while len(found) < 20:
        assert loopback.outsiders().total() == 0
        found += [wire.target for wire in loopback.drain()]
        time.sleep(0.01)
    assert set(found) == {b"/sent"}


def test_a_process_that_ends_while_it_is_looked_at_is_no_outsider(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What descends from us is asked of the system, which knows nothing of a process that ended."""
    code = at(loopback.base_url, GET.replace('answer = b""', 'answer = b""\nprint(flush=True)'))
    started: queue.Queue[subprocess.Popen[bytes]] = queue.Queue()

    def asked_too_late(_pid: int) -> bool:
        process = started.get()
        assert process.stdout is not None
        process.stdout.readline()  # it has sent its request
        process.kill()
        process.wait()
        return False

    monkeypatch.setattr("kintone_conformance.processes.belongs", asked_too_late)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        started.put(process)
        while not (found := loopback.drain()):
            assert loopback.outsiders().total() == 0
            time.sleep(0.01)
        assert len(found) == 1


def test_every_door_tells_outsiders(tmp_path: Path) -> None:
    with closing(open_door("proxy")) as door:
        code = at(str(door.proxy_url), GET.replace("GET /k/v1/record.json", "CONNECT a:443"))
        code = code.replace(
            "while data := sock.recv(65536):\n    answer += data", "answer = sock.recv(65536)"
        )
        from_outside(tmp_path, code)
        assert door.drain() == ()
    with closing(open_door("tls")) as door:
        secure = """
import ssl
context = ssl._create_unverified_context()
create = socket.create_connection
socket.create_connection = lambda address: context.wrap_socket(create(address))
"""
        code = at(door.base_url, GET).replace("import socket\n", "import socket\n" + secure)
        assert "404" in from_outside(tmp_path, code)
        assert (door.drain(), door.outsiders().total()) == ((), 1)


@pytest.mark.skipif(
    not required("namespace") and not available(), reason="this machine makes no user namespaces"
)
@pytest.mark.parametrize("way", [peers.Diagnosis, peers.Table])
def test_an_outsider_may_have_come_into_the_namespace(
    way: type[peers.Peers], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kintone_conformance.doors.namespace.network", lambda: way)
    with closing(open_door("namespace")) as door:
        code = GET.format(host="127.0.0.1", port=80)
        assert "404" in from_outside(tmp_path, code, *door.within)
        assert (door.drain(), door.outsiders().total()) == ((), 1)
        client = code.replace("Host: a", "Host: a\\r\\nConnection: close")
        subprocess.run([*door.within, sys.executable, "-c", client], check=True)
        assert len(door.drain()) == 1


CROWD = """
import os, socket, time
crowd = [socket.create_connection(({host!r}, {port})) for _ in range(300)]
tell(str(os.getpid()))
time.sleep(3600)
"""


def test_a_crowd_of_outsiders_does_not_keep_the_client_waiting(
    loopback: Loopback, tmp_path: Path
) -> None:
    pid = int(from_outside(tmp_path, at(loopback.base_url, CROWD)))
    try:
        assert requests.get(f"{loopback.base_url}/k/v1/apis.json", timeout=PATIENCE).ok
        assert len(loopback.drain()) == 1
    finally:
        os.kill(pid, signal.SIGKILL)


def test_a_process_that_is_known_is_not_looked_for_again(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get() -> None:
        requests.get(f"{loopback.base_url}/k/v1/apis.json", timeout=PATIENCE)

    get()
    monkeypatch.setattr(ownership, "_everybody", lambda: iter(()))
    get()
    assert len(loopback.drain()) == 2


def test_without_descriptors_nobody_is_an_outsider(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the suite cannot look is no reason to drop what a client sends."""

    def none_left() -> Iterator[int]:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(ownership, "_everybody", none_left)
    with closing(Loopback()) as door:
        requests.get(f"{door.base_url}/k/v1/apis.json", timeout=PATIENCE)
        assert len(door.drain()) == 1


def test_any_process_is_judged_where_that_is_asked_for(tmp_path: Path) -> None:
    with closing(open_door("loopback", any_process=True)) as door:
        code = GET.replace("Host: a", "Host: a\\r\\nConnection: close")
        from_outside(tmp_path, at(door.base_url, code))
        assert len(door.drain()) == 1


def test_what_the_system_started_is_not_ours() -> None:
    """Also not a process without a parent, as those of the kernel, or one put into a container."""
    parentless = [pid for pid, known in processes.running().items() if known.parent == 0]
    assert parentless
    assert not any(map(processes.belongs, [1, *parentless]))
    assert processes.belongs(os.getpid())
    assert not processes.belongs(os.getppid())
