"""A driver that is wrong in the one way its argument names; `right` is wrong in none.

It sends by http.client, so that the rest of it is a real client.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

DEFECT = sys.argv[1]
HELLO = {
    "protocol": 1,
    "sdk": {"name": "miniature", "version": "1", "language": "python", "url": ""},
    "supports": ["auth.password", "auth.token", *(["guest"] if DEFECT == "no-guest" else [])],
    "calls": ["record.get"],
    "doors": ["loopback"],
    "noGuest": [],
}


def credentials(auth: dict[str, Any]) -> dict[str, str]:
    if auth["kind"] == "token":
        return {"X-Cybozu-API-Token": ",".join(auth["tokens"])}
    joined = f"{auth['login']}:{auth['password']}".encode()
    return {"X-Cybozu-Authorization": base64.b64encode(joined).decode()}


def exchange(host: str, port: int, target: str, headers: dict[str, str]) -> tuple[int, str]:
    """Status and body of a GET."""
    if DEFECT == "sends-from-outside":  # a process that listens on the socket of the argument
        with socket.socket(socket.AF_UNIX) as sock, sock.makefile("rw") as file:
            sock.connect(sys.argv[2])
            said = [host, port, target, headers]  # to the socket, and nowhere else
            print(json.dumps(said), file=file, flush=True)
            status, body = json.loads(file.readline())
            return status, body
    connection = http.client.HTTPConnection(host, port, timeout=60)
    try:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def get(client: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    url = urlsplit(client["baseUrl"])
    target = f"/k/v1/record.json?{urlencode(params)}"
    headers = credentials(client["auth"])
    if DEFECT == "crashes-before-sending" and not "".join(headers.values()).isprintable():
        thrown = {"type": "SyntaxError", "text": "SyntaxError: thrown in a callback"}
        return {"outcome": "crashed", "error": thrown}
    if DEFECT == "crashes-always":
        return {"outcome": "crashed", "error": {"type": "SyntaxError", "text": "SyntaxError"}}
    try:
        status, body = exchange(url.hostname or "", url.port or 80, target, headers)
        found = json.loads(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        text = f"{type(error).__name__}: {error}"
        return {"outcome": "refused", "error": {"type": type(error).__name__, "text": text}}
    if status == 200:
        return {"outcome": "sent"}
    if status == 404 and DEFECT == "leaves-after-404":
        sys.stderr.write("panic: no record\n")
        os._exit(3)
    if status == 404 and DEFECT == "sleeps-after-404":
        time.sleep(3600)
    if status == 404 and DEFECT == "crashes-after-404":
        thrown = {"type": "TypeError", "text": "TypeError: thrown in a callback"}
        return {"outcome": "crashed", "error": thrown}
    reported = {"type": "KintoneError", "text": json.dumps(found)}
    known = {name: str(found[name]) for name in ("message", "code", "id") if name in found}
    return {"outcome": "refused", "error": {**reported, **known}}


def once() -> bool:
    """Whether this is the first time, over all processes of a test."""
    try:
        Path(sys.argv[2]).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def say(answer: dict[str, Any]) -> None:
    line = json.dumps(answer)
    if DEFECT == "half-a-line":
        sys.stdout.write(line[: len(line) // 2])
    else:
        print(line)
    if DEFECT == "answers-twice":
        print(line)
    sys.stdout.flush()


def main() -> None:
    if DEFECT == "never-reads":
        time.sleep(3600)
    for count, line in enumerate(sys.stdin):
        message = json.loads(line)
        answer = {"id": message["id"]}
        if message["op"] == "hello":
            hello = {**HELLO, "protocol": 2} if DEFECT == "other-protocol" else HELLO
            if DEFECT == "unknown-call":
                hello = {**HELLO, "calls": ["record.got"]}
            print(json.dumps({**answer, **hello}), flush=True)
            continue
        if DEFECT == "prints":
            print("DEBUG: sending")
        if DEFECT == "wrong-id":
            answer["id"] += 1
        if DEFECT == "closes-early":
            sys.stderr.write("Traceback: out of luck\n")
            os._exit(7)
        if DEFECT == "killed":
            os.kill(os.getpid(), 9)
        if {"killed-once": 3, "killed-later": 12}.get(DEFECT) == count and once():
            os.kill(os.getpid(), 9)
        if DEFECT == "sleeps":
            time.sleep(3600)
        if DEFECT == "endless-line":
            while True:
                sys.stdout.write("x" * 65_536)
        if DEFECT == "floods-stdout":
            while True:
                print(json.dumps(answer))
        if DEFECT == "floods-stderr":
            while True:
                sys.stderr.write("x" * 65_536 + "\n")
        if DEFECT == "closes-stdin":
            sys.stdin.close()
            os.close(0)
            print(json.dumps({**answer, "outcome": "sent"}), flush=True)
            time.sleep(3600)
        if DEFECT == "leaves-its-pipe":
            if os.fork() == 0:
                time.sleep(3600)
            os._exit(4)
        if DEFECT == "no-request":
            say({**answer, "outcome": "sent"})
            continue
        client, params = message["client"], message["call"]["params"]
        if DEFECT == "loses-the-id":
            del params["id"]
        if DEFECT == "loses-the-token" and client["auth"]["kind"] == "token":
            client["auth"]["tokens"] = ["undefined"]
        outcome = get(client, params)
        say({**answer, **({"outcome": "sent"} if DEFECT == "always-sent" else outcome)})
    if DEFECT == "talks-at-the-end":
        sys.stderr.write("x" * (8 << 20))
        sys.stdout.write("x" * (8 << 20))
        sys.exit(6)
    if DEFECT == "ignores-the-end":
        time.sleep(3600)
    if DEFECT == "ends-badly":
        sys.exit(5)


if __name__ == "__main__":
    main()
