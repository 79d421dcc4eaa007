"""A hello that is not one: a sentence on whose fault it is, once for the run, and exit code 3."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HELLO: dict[str, Any] = {
    "id": 0,
    "protocol": 1,
    "sdk": {"name": "mine", "version": "1", "language": "x", "url": ""},
    "supports": ["auth.token"],
    "calls": ["record.get"],
}
# Answers whatever it is asked with the bytes of a file.
SAYS = (
    "import sys; sys.stdin.readline(); sys.stderr.write('said-on-stderr\\n');"
    "sys.stdout.buffer.write(open(sys.argv[1], 'rb').read()); sys.stdout.flush(); sys.stdin.read()"
)


def hello(**changes: Any) -> bytes:
    return json.dumps({**HELLO, **changes}).encode()


def named(name: bytes) -> bytes:
    return hello().replace(b'"mine"', name)


DEEP = b"[" * 100_000 + b"]" * 100_000
WRONG = {
    "not-utf-8": (named(b'"\xff"'), "wrote a line that is not UTF-8, at hello"),
    "utf-16": (hello().decode().encode("utf-16-le"), "wrote a line that is not an answer"),
    "a-byte-order-mark": (b"\xef\xbb\xbf" + hello(), "wrote a line that is not an answer"),
    "deep-value": (
        hello(noGuest=["@"]).replace(b'"@"', DEEP),
        "that kc/1 does not allow",
    ),
    "deep-name": (named(DEEP), "that kc/1 does not allow"),
    "deep-line": (DEEP, "that kc/1 does not allow"),
    "huge": (hello(noGuest=["x" * (9 << 20)]), "wrote a line of over 8 MiB"),
    "long-name": (named(json.dumps("x" * 300).encode()), "length <= 200 - at `$.sdk.name`"),
    "key-twice": (b'{"id":0,' + hello()[1:], "the key 'id' appears twice"),
    "inner-key-twice": (
        hello().replace(b'"name"', b'"name": "other", "name"'),
        "the key 'name' appears twice",
    ),
    "not-a-number": (hello(noGuest=[float("nan")]), "wrote a line that is not an answer"),
    "infinite": (hello(protocol="@").replace(b'"@"', b"1e999"), "out of range"),
    "wrong-type": (hello(supports="auth.token"), "Expected `array`, got `str` - at `$.supports`"),
    "wrong-types": (hello(calls=[["record.get"]]), "Expected `str`, got `array`"),
    "missing": (b'{"id": 0}', "missing required field `protocol`"),
    "unknown-key": (hello(wire="x"), "unknown field `wire`"),
    "empty": (b"", "wrote a line that is not an answer"),
    "half-surrogate": (named(b'"\\ud800"'), "wrote a line that is not an answer"),
    "two-values": (hello() + b" 1", "wrote a line that is not an answer"),
    "parameters": (hello(parameters={"record.update": []}), "Expected `array`, got `object`"),
}


PROGRESS = re.compile(r"\d+:\d\d ")  # a slow machine tells how far it is


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_hello_is_one_sentence_and_3(wrong: str, tmp_path: Path) -> None:
    line, sentence = WRONG[wrong]
    (tmp_path / "hello").write_bytes(line + b"\n")
    driver = shlex.join([sys.executable, "-c", SAYS, str(tmp_path / "hello")])
    done = subprocess.run(
        [sys.executable, "-m", "kintone_conformance", "run", "--driver", driver, "-n", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    first, *others = [line for line in lines if not PROGRESS.match(line)]
    assert first.startswith("error: the driver ")
    assert sentence in first
    assert len(first) < 500
    assert others[0] == "  stderr: said-on-stderr"
    assert len(others) == 2, "what was said, and what to do"
    assert done.stdout == ""
