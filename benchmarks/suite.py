"""What a run of the suite costs, in CPU, against a yardstick that is measured in the same run.

    python benchmarks/suite.py                 the reference, a red run, harness and judge a call
    python benchmarks/suite.py --driver CMD    one client through its driver, and the reference

The yardstick is a fixed piece of work; a ratio to it can be compared between machines and days,
seconds cannot. CPU is that of all processes of a run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
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
from kintone_conformance.judging.scenario import Made, single
from kintone_conformance.judging.stage import Stage
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.report.events import Report
from kintone_conformance.strategies import HARMLESS_PASSWORD, harmless_call

RUNS = 3
CALLS = 400
MUTANT = "zoo.guests:SpaceStaysPlainAdapter"
TESTS = Path(__file__).parent.parent / "tests"


def yardstick() -> float:
    """CPU seconds of a fixed piece of work: JSON, hashing, regular expressions, sorting."""
    started = time.process_time()
    for _ in range(60):
        values = {f"k{at}": [at] * 5 + [str(at)] for at in range(2_000)}
        text = json.dumps(values)
        json.loads(text)
        hashlib.sha256(text.encode() * 5).hexdigest()
        re.findall(r"k\d+", text)
        sorted(values.items(), key=lambda item: item[0][::-1])
    return time.process_time() - started


def full_run(*client: str, folder: Path = TESTS) -> tuple[float, int]:
    """CPU seconds of a default run of the command line with one worker, and what it judged."""
    with tempfile.TemporaryDirectory() as reports:
        command = [sys.executable, "-m", "kintone_conformance", "run", "-n", "1", *client]
        before = os.times()
        subprocess.run(
            [*command, "--report-dir", reports],
            stdout=subprocess.DEVNULL,
            check=False,
            cwd=folder,
        )
        after = os.times()
        report = msgspec.json.decode(Path(reports, "report.json").read_bytes(), type=Report)
    seconds = after.children_user - before.children_user
    seconds += after.children_system - before.children_system
    return seconds, sum(row.examples for row in report.requirements)


def client_alone(door: Loopback) -> float:
    """CPU seconds of the reference client and the door for calls without harness and judge."""
    started = time.process_time()
    for _ in range(CALLS):
        client = KintoneClient(door.base_url, HARMLESS_PASSWORD)
        client.get(client.path("record"), {"app": 1, "id": 1})
        client.close()
    door.drain()
    return time.process_time() - started


def played(stage: Stage) -> float:
    """CPU seconds of the same calls through harness and judge."""
    scenario = single(Made(HARMLESS_PASSWORD), harmless_call("record.get"))
    started = time.process_time()
    for _ in range(CALLS):
        stage.play(scenario)
    return time.process_time() - started


def overhead() -> float:
    """Milliseconds of CPU that harness and judge add to a call."""
    pairs = []
    with closing(Loopback()) as door:
        for _ in range(RUNS + 1):
            alone = client_alone(door)
            with closing(InProcess(ReferenceAdapter, {})) as driver:
                pairs.append((alone, played(Stage(driver, door))))
    del pairs[0]  # the warm-up
    return median((judged - alone) / CALLS * 1000 for alone, judged in pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="what a run of the suite costs")
    parser.add_argument("--driver", help="the command of a driver, started in --folder")
    parser.add_argument("--folder", type=Path, default=TESTS)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    green, other, ratios, reds = [], [], [], []
    for _ in range(options.runs):
        measure = yardstick()
        seconds, judged = full_run("--adapter", "reference")
        measure = (measure + yardstick()) / 2
        green.append((seconds, judged))
        ratios.append(seconds / measure)
        if options.driver:
            other.append(full_run("--driver", options.driver, folder=options.folder)[0] / seconds)
        else:
            reds.append(full_run("--adapter", MUTANT)[0] / seconds)
    seconds = median(seconds for seconds, _ in green)
    print(f"full run of the reference, CPU    {seconds:7.1f} s")
    print(f"the same / the yardstick          {median(ratios):7.1f}")
    print(f"judged by requirements            {green[0][1]:7,}")
    if options.driver:
        print(f"the driver's run / the reference's{median(other):7.2f}")
        return
    print(f"a red run / the green run         {median(reds):7.2f}")
    print(f"harness and judge, a call         {overhead():7.2f} ms")


if __name__ == "__main__":
    main()
