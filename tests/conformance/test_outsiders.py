"""Whole runs beside other processes: what those send is noted, and changes no verdict."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kintone_conformance import processes

pytestmark = pytest.mark.skipif(
    not processes.LINUX, reason="only Linux tells whose a connection is"
)
HERE = Path(__file__).parent
SUITE = (sys.executable, "-m", "kintone_conformance")
ONLY = ("--select", "KC101,KC201", "--examples", "5", "-n", "1")
# The client says where its door is, and waits for the other process to have been there.
ADAPTER = """
import os, time
from dataclasses import replace
from pathlib import Path
from kintone_conformance.reference import ReferenceAdapter
class Mine(ReferenceAdapter):
    info = replace(ReferenceAdapter.info, name="mine")
    def open(self, client):
        Path("door.part").write_text(client.base_url)
        os.rename("door.part", "door")
        while not Path("been-there").exists():
            time.sleep(0.01)
        return super().open(client)
"""
VISITOR = """
import os, time
from pathlib import Path
from urllib.parse import urlsplit
from http.client import HTTPConnection, HTTPException
os.chdir({folder!r})
tell(str(os.getpid()))
while True:
    if Path("door").exists():
        url = urlsplit(Path("door").read_text())
        try:
            connection = HTTPConnection(url.hostname, url.port)
            connection.request("DELETE", "/k/v1/records.json?app=1", headers={{"X": "x"}})
            connection.getresponse().read()
            Path("been-there").touch()
        except (OSError, HTTPException):
            pass
    time.sleep(0.01)
"""
FORWARDER = """
import http.client, json, os, socket
listening = socket.socket(socket.AF_UNIX)
listening.bind({address!r})
listening.listen()
tell(str(os.getpid()))
while True:
    sock, _ = listening.accept()
    with sock, sock.makefile("rw") as file:
        host, port, target, headers = json.loads(file.readline())
        connection = http.client.HTTPConnection(host, port)
        try:
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            said = [answer.status, answer.read().decode()]
        except (OSError, http.client.HTTPException) as error:
            said = [599, repr(error)]
        print(json.dumps(said), file=file, flush=True)
        connection.close()
"""


@contextmanager
def outside(tmp_path: Path, code: str) -> Iterator[None]:
    """A process outside the family of the run."""
    file = tmp_path / "pid"
    subprocess.run([sys.executable, str(HERE / "outside.py"), str(file), code], check=True, env={})
    while not file.exists():
        time.sleep(0.01)
    try:
        yield
    finally:
        os.kill(int(file.read_text("utf-8")), signal.SIGKILL)


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*SUITE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)


def test_what_others_send_is_noted_and_changes_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "adapter.py").write_text(ADAPTER, "utf-8")
    reports = ("--report-dir", "out", "--summary", "summary.md")
    with outside(tmp_path, VISITOR.format(folder=str(tmp_path))):
        done = run(tmp_path, "run", "--adapter", "adapter.py:Mine", *ONLY, *reports)
    assert done.returncode == 0, done.stdout + done.stderr
    said = "of other processes left out: python"
    count = number(done.stdout)
    assert f"note: {count} request{'s' * (count > 1)} {said}" in done.stdout
    for name in ("out/report.html", "summary.md"):
        assert said in (tmp_path / name).read_text("utf-8")
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert [row["verdict"] for row in report["requirements"]] == ["pass", "pass"]
    assert said in report["header"]["notes"][0]
    (note,) = ET.parse(tmp_path / "out" / "junit.xml").getroot()[0].iter("property")
    assert said in note.get("value", "")


def number(text: str) -> int:
    return int(text.partition("note: ")[2].split(maxsplit=1)[0])


@pytest.mark.parametrize("command", ["run", "check-driver"])
def test_a_client_that_sends_from_elsewhere_is_told_what_to_do(
    tmp_path: Path, command: str
) -> None:
    address = str(tmp_path / "socket")
    bad_driver = HERE.parent / "drivers" / "bad_driver.py"
    driver = shlex.join([sys.executable, str(bad_driver), "sends-from-outside", address])
    words = ("run", "--driver", driver, *ONLY) if command == "run" else ("check-driver", driver)
    with outside(tmp_path, FORWARDER.format(address=address)):
        done = run(tmp_path, *words)
        assert done.returncode == 3, done.stdout + done.stderr
        assert "record.get sent nothing, but another process did (python" in done.stdout
        assert "is judged with --any-process" in done.stdout
        judged = run(tmp_path, *words, "--any-process")
        assert judged.returncode == 0, judged.stdout + judged.stderr


def test_a_run_that_cannot_tell_says_so(tmp_path: Path) -> None:
    """As where neither netlink nor /proc/net is there."""
    hide = (
        "import sys; from pathlib import Path\n"
        "from kintone_conformance.doors import peers\n"
        "def opened(cls): raise OSError\n"
        "peers.Diagnosis.opened = peers.Table.opened = classmethod(opened)\n"
    )
    (tmp_path / "adapter.py").write_text(
        hide + "from kintone_conformance.reference import ReferenceAdapter as Mine\n", "utf-8"
    )
    done = run(tmp_path, "run", "--adapter", "adapter.py:Mine", *ONLY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "note: this system does not tell which process a request comes from" in done.stdout
