"""What the language server costs while somebody types, on Linux.

    PYTHONPATH=tools python benchmarks/server.py

The processor time of the server is held against what libcst takes to parse the same text in the
same run; what a ratio may be is said with it. A diagnostic of 300 lines may take 50 ms. On an idle
machine of two cores libcst takes 33 ms for these, which are dense, and 1.5 times that are the 50.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libcst
from clients import kintone_file

URI = "untitled:bench.py"
LOOKS = 25
CHANGES = 5_000


class Server:
    """A server, and what it has used of the processor and of the memory."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "kintone_lint", "server"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe)
        self.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
        self.get()
        self.send("initialized", {})

    def send(self, method: str, params: object = None, **more: object) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
        body = json.dumps(message).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def get(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return found

    def open(self, text: str) -> int:
        """Opens the document; how many findings it has."""
        item = {"uri": URI, "languageId": "python", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": item})
        return self.published(1)

    def type(self, version: int, text: str, gone: int, line: int = 0) -> None:
        """Types at the start of a line, over some characters."""
        start = {"line": line, "character": 0}
        place = {"start": start, "end": {**start, "character": gone}}
        change = {"range": place, "text": text}
        document = {"uri": URI, "version": version}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def published(self, version: int) -> int:
        while (params := self.get().get("params", {})).get("version") != version:
            pass
        return len(params["diagnostics"])

    @property
    def seconds(self) -> float:
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6

    def end(self) -> None:
        self.send("shutdown", id=2)
        self.send("exit")
        self.process.communicate()


def used(work: Callable[[], object], times: int) -> float:
    """Seconds of the processor that something takes here, on average."""
    before = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - before) / times


def looks(server: Server, text: str) -> None:
    """A change in the middle, and the diagnostics after it, again and again."""
    findings = server.open(text)
    before = server.seconds
    line = text.count("\n") // 2
    for number in range(LOOKS):
        server.type(number + 2, "#" if number % 2 == 0 else "", number % 2, line)
        server.published(number + 2)
    each = (server.seconds - before) / LOOKS
    parse = used(lambda: libcst.parse_module(text), LOOKS)
    lines = text.count("\n")
    print(
        f"{lines} lines, {findings} findings: {each * 1000:.0f} ms a look, "
        f"libcst {parse * 1000:.0f} ms, ratio {each / parse:.2f} (at most 1.5)"
    )


def flood(server: Server, text: str) -> None:
    """As many changes at once as the pipe takes."""
    server.open(text)
    memory, before, began = server.megabytes, server.seconds, time.perf_counter()
    for number in range(CHANGES):
        server.type(number + 2, "#" if number % 2 == 0 else "", number % 2)
    server.published(CHANGES + 1)
    wall = time.perf_counter() - began
    each = (server.seconds - before) / CHANGES
    print(
        f"{CHANGES} changes at once: {each * 1000:.2f} ms each, {CHANGES / wall:.0f} a second, "
        f"memory {memory:.0f} MB before and {server.megabytes:.0f} MB after"
    )


def main() -> None:
    source = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        server = Server()
        for bad in (0.0, 1.0):
            looks(server, kintone_file(source, 12_000, bad))
        flood(server, kintone_file(source, 12_000, 1.0))
        server.end()


if __name__ == "__main__":
    main()
