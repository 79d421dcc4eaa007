"""What a driver adds to its client's own work, and a full run through one.

    python benchmarks/driver.py

Needs node. The client is the stand-in of the node starter: it makes the same calls alone, in a
loop of its own, and through the driver, in turn. The full run judges @kintone/rest-api-client,
once `kintone-conformance matrix` has built it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.stdio import Stdio
from kintone_conformance.model import Client, Refused, Unsupported
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.starters import content
from kintone_conformance.strategies import harmless_call

RUNS = 5
CALLS = 1000
TOKEN = ApiTokens(("abc",))
SDK = Path(__file__).parents[1] / "sdks" / "rest-api-client"
ALONE = """
const start = process.hrtime.bigint();
for (let n = 0; n < {calls}; n++) await new Sdk("{url}", "abc").getRecord({{ app: 1, id: 1 }});
console.log(Number(process.hrtime.bigint() - start) / 1e9);
"""


def alone(folder: Path, door: Loopback) -> float:
    """Seconds for the client's calls without a driver."""
    stand_in = content("driver.mjs").decode().split("----")[2]
    script = folder / "alone.mjs"
    code = stand_in.rsplit("//", 1)[0] + ALONE.format(calls=CALLS, url=door.base_url)
    script.write_text(code, "utf-8")
    said = subprocess.run(["node", script], capture_output=True, text=True, check=True).stdout
    door.drain()
    return float(said)


def driven(folder: Path, door: Loopback) -> float:
    """Seconds for the same calls through the driver."""
    script = folder / "driver.mjs"
    script.write_bytes(content("driver.mjs"))
    with closing(Stdio(["node", str(script)], {})) as driver:
        opened = driver.open(Client(door.base_url, TOKEN))
        assert not isinstance(opened, Refused | Unsupported)
        call = harmless_call("record.get")
        opened.send(call)
        started = time.perf_counter()
        for _ in range(CALLS):
            opened.send(call)
        seconds = time.perf_counter() - started
    door.drain()
    return seconds


def full_run() -> float:
    """Wall seconds of a default run against the official JavaScript client."""
    command = [sys.executable, "-m", "kintone_conformance", "run", "--driver", "node driver.mjs"]
    started = time.perf_counter()
    subprocess.run(command, cwd=SDK, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, closing(Loopback()) as door:
        folder = Path(name)
        pairs = [(alone(folder, door), driven(folder, door)) for _ in range(RUNS)]
    own = median(pair[0] for pair in pairs) / CALLS * 1000
    added = median(through - by_itself for by_itself, through in pairs) / CALLS * 1000
    ratio = median(through / by_itself for by_itself, through in pairs)
    print(f"a call of the client alone, node    {own:6.2f} ms")
    print(f"what the driver adds to it          {added:6.2f} ms, ratio {ratio:.2f}")
    if not (SDK / "node_modules").exists():
        print(f"full run of rest-api-client         not measured: {SDK.name} is not built")
        return
    seconds = median(full_run() for _ in range(3))
    print(f"full run of rest-api-client         {seconds:6.1f} s")


if __name__ == "__main__":
    main()
