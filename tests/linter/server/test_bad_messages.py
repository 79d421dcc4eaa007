"""A client that is broken, hostile or gone: the server ends clean, or goes on as if nothing was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fakes import filled
from linter.linting import TOKEN

SERVER = [sys.executable, "-m", "kintone_lint", "server"]
PUBLISHED = "textDocument/publishDiagnostics"
BAD = filled('TOKEN = "@TOKEN@"  # of kintone\n')
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Raw:
    """The two streams of a server, byte by byte."""

    def __init__(self, folder: Path, *options: str, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*SERVER, *options],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def write(self, raw: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(raw)
        self.process.stdin.flush()

    def send(self, method: str | None, params: object = None, **more: object) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
        self.body(json.dumps(message).encode())

    def body(self, raw: bytes) -> None:
        self.write(b"Content-Length: %d\r\n\r\n" % len(raw) + raw)

    def get(self) -> dict[str, Any]:
        """The next message."""
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return found

    def answer(self, number: int | None) -> dict[str, Any]:
        """The answer to a request."""
        while (message := self.get()).get("id") != number or "method" in message:
            pass
        return message

    def begin(self) -> None:
        self.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
        assert self.answer(1)["result"]["capabilities"]["positionEncoding"] == "utf-16"
        self.send("initialized", {})

    def open(self, uri: str, text: str, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": item})

    def published(self, uri: str) -> list[dict[str, Any]]:
        """What is published next of a document."""
        while True:
            message = self.get()
            params = message.get("params") or {}
            if message.get("method") == PUBLISHED and params.get("uri") == uri:
                found: list[dict[str, Any]] = params["diagnostics"]
                return found

    def end(self) -> tuple[int, str]:
        """Closes the streams without a word; the exit code, and what was said to people."""
        _, said = self.process.communicate()
        return self.process.returncode, said.decode()


@contextmanager
def server(folder: Path, *options: str, env: dict[str, str] | None = None) -> Iterator[Raw]:
    raw = Raw(folder, *options, env=env)
    try:
        yield raw
    finally:
        raw.process.kill()
        raw.process.communicate()


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [
        (b"", 1, ""),
        (b"Content-Length: 100\r\n\r\n{", 2, "the input ended within a message"),
    ],
)
def test_what_is_not_lsp_ends_the_server(tmp_path: Path, sent: bytes, code: int, said: str) -> None:
    with server(tmp_path) as raw:
        raw.write(sent)
        sentence = f"kintone-lint: what the editor sends is not LSP: {said}\n"
        assert raw.end() == (code, sentence if said else "")


def test_an_exit_without_shutdown(tmp_path: Path) -> None:
    with server(tmp_path) as raw:
        raw.begin()
        raw.send("exit")
        assert raw.process.wait(120) == 1
        assert raw.end() == (1, "")


def test_one_bad_message_costs_no_other(tmp_path: Path) -> None:
    """What cannot be understood is refused, in words that quote nothing of it."""
    with server(tmp_path) as raw:
        raw.send("textDocument/hover", {}, id=7)
        assert raw.answer(7)["error"]["code"] == -32002
        raw.begin()
        for body, number, code in (
            (b"{", None, -32700),
            (b"\xff\xff", None, -32700),
            (b"[" * 100_000, None, -32700),
            (b"[]", None, -32600),
            (b"1", None, -32600),
            (b'{"method":"x"}', None, -32600),
            (b'{"jsonrpc":"2.0","id":[],"method":"x"}', None, -32600),
            (b'{"jsonrpc":"2.0","id":2,"method":5}', 2, -32600),
            (b'{"jsonrpc":"2.0","id":2,"method":"textDocument/rename","params":{}}', 2, -32601),
            (b'{"jsonrpc":"2.0","id":2,"method":"textDocument/hover"}', 2, -32602),
            (
                b'{"jsonrpc":"2.0","id":2,"method":"textDocument/codeAction","params":[1]}',
                2,
                -32602,
            ),
            (b'{"jsonrpc":"2.0","id":2,"method":"initialize","params":{}}', 2, -32600),
        ):
            raw.body(body)
            error = raw.answer(number)["error"]
            assert (error["code"], "data" in error) == (code, False), body
        for odd in (
            {"method": "$/unknown", "params": {"a": {"b": 1}}},
            {"method": "$/cancelRequest", "params": {"id": 99}},
            {"method": "textDocument/didChange", "params": {"textDocument": 1}},
            {"method": "textDocument/didOpen", "params": {"textDocument": {"text": BAD}}},
            {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///no"}}},
            {"id": 99, "result": {"a": 1}},
            {"id": 99, "error": {"code": 1, "message": "no"}},
            {"id": None, "error": None},
        ):
            raw.body(json.dumps({"jsonrpc": "2.0", **odd}).encode())
        for uri in ("", "file:", "file:///%00.py", "untitled:..", "http://[", "a" * 5000):
            raw.open(uri, BAD)
            raw.published(uri)
        change = {
            "textDocument": {"uri": "untitled:..", "version": 2},
            "contentChanges": [{"a": 1}],
        }
        raw.send("textDocument/didChange", change)
        (lost,) = raw.published("untitled:..")
        assert "close the file and open it again" in lost["message"]
        raw.open("untitled:..", BAD)
        (found,) = raw.published("untitled:..")
        assert found["code"] == "KL101"
        raw.send("codeAction/resolve", {"title": "x", "data": {"uri": 1, "what": []}}, id=4)
        assert raw.answer(4)["error"]["code"] == -32801
        raw.send("shutdown", id=5)
        assert raw.answer(5)["result"] is None
        raw.send("textDocument/hover", {}, id=6)
        assert raw.answer(6)["error"]["code"] == -32600
        raw.send("exit")
        code, said = raw.end()
        assert (code, said) == (0, "")


@LINUX
def test_a_client_that_leaves_while_a_file_is_looked_at(tmp_path: Path) -> None:
    """It cancels, and is gone: nothing lives on, though the file takes long."""
    slow = "x = 'kintone.example.com'\n" + "".join(
        f"y{number} = [{', '.join(f'x + str({each})' for each in range(200))}]\n"
        for number in range(200)
    )
    with server(tmp_path) as raw:
        raw.begin()
        raw.open("file:///slow.py", f"import requests\n{slow}requests.get(y1[0])\n{BAD}")
        document = {"textDocument": {"uri": "file:///slow.py"}}
        here = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        for number in range(2, 50):
            raw.send(
                "textDocument/codeAction",
                {**document, "range": here, "context": {"diagnostics": []}},
                id=number,
            )
            raw.send("$/cancelRequest", {"id": number})
            assert raw.answer(number)["error"]["code"] == -32800
        children = _children(raw.process.pid)
        assert raw.end() == (1, "")
        assert not [each for each in children if Path(f"/proc/{each}").exists()]


def _children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    return [int(each) for each in text.split()]


@LINUX
def test_an_editor_that_died_ends_the_server(tmp_path: Path) -> None:
    """Though another process holds its input open."""
    with server(tmp_path) as raw:
        editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        raw.send("initialize", {"processId": editor.pid, "rootUri": None, "capabilities": {}}, id=1)
        raw.answer(1)
        editor.communicate(b"\n")
        assert raw.process.wait(120) == 1


def test_no_secret_is_said_whatever_goes_wrong(tmp_path: Path) -> None:
    """A defect of ours costs one look, and its words quote nothing."""
    (tmp_path / "sitecustomize.py").write_text(
        "import kintone_lint.server.look as look\n"
        "def fails(*_, **__): raise ValueError(look_text)\n"
        f"look_text = {TOKEN!r}\n"
        "look.run = fails\n",
        "utf-8",
    )
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with server(tmp_path, "--debug", env=environ) as raw:
        raw.begin()
        raw.open("file:///app.py", BAD)
        (found,) = raw.published("file:///app.py")
        assert found["message"].startswith(
            "not linted: internal error in kintone-lint (ValueError)"
        )
        code, said = raw.end()
        assert code == 1
        assert "Traceback" in said
        assert "kintone-lint: internal error in kintone-lint (ValueError)" in said
        assert TOKEN not in said
