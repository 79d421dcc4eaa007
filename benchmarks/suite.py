"""How fast the suite is: whole runs, and what harness and judge add to an example.

    python benchmarks/suite.py

Prints ratios of runs in turn on this machine; absolute times are only as good as the machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import msgspec

from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.report.events import Report
from kintone_conformance.strategies import HARMLESS_PASSWORD, harmless_call
from kintone_conformance.suite.judge import Judge

RUNS = 3
EXAMPLES = 400
MUTANT = "zoo.guests:SpaceStaysPlainAdapter"


def full_run(adapter: str) -> tuple[float, int]:
    """Wall seconds of a default run of the command line, and the examples it judged."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "kintone_conformance", "run", "--report-dir", folder]
        started = time.perf_counter()
        subprocess.run(
            [*command, "--adapter", adapter],
            stdout=subprocess.DEVNULL,
            check=False,
            cwd=Path(__file__).parent.parent / "tests",
        )
        seconds = time.perf_counter() - started
        report = msgspec.json.decode(Path(folder, "report.json").read_bytes(), type=Report)
    return seconds, sum(row.examples for row in report.requirements)


def client_alone(door: Loopback) -> float:
    """Seconds for the reference client to make its calls without harness and judge."""
    started = time.perf_counter()
    for _ in range(EXAMPLES):
        client = KintoneClient(door.base_url, HARMLESS_PASSWORD)
        client.get(client.path("record"), {"app": 1, "id": 1})
        client.close()
    door.drain()
    return time.perf_counter() - started


def judged(judge: Judge) -> float:
    """Seconds for the same calls through harness and judge."""
    started = time.perf_counter()
    for _ in range(EXAMPLES):
        with judge.example():
            judge.send(harmless_call("record.get"), HARMLESS_PASSWORD)
    return time.perf_counter() - started


def overhead() -> float:
    """Milliseconds that harness and judge add to an example."""
    pairs = []
    with closing(Loopback()) as door:
        for _ in range(RUNS + 1):
            alone = client_alone(door)
            with closing(InProcess(ReferenceAdapter, {})) as driver:
                pairs.append((alone, judged(Judge(driver, door))))
    del pairs[0]  # the warm-up
    return median((with_judge - alone) / EXAMPLES * 1000 for alone, with_judge in pairs)


def main() -> None:
    """Measure and print."""
    pairs = [(full_run("reference"), full_run(MUTANT)) for _ in range(RUNS)]
    seconds = median(green[0] for green, _ in pairs)
    rate = median(green[1] / green[0] for green, _ in pairs)
    red = median(mutant[0] / green[0] for green, mutant in pairs)
    print(f"full run against the reference   {seconds:6.1f} s")
    print(f"judged examples a second         {rate:6.0f}")
    print(f"a red run / the green run        {red:6.2f}")
    print(f"harness and judge, per example   {overhead():6.2f} ms")


if __name__ == "__main__":
    main()
