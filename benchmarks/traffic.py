"""What watching costs: the same requests at the bare door and at a watched one.

python benchmarks/traffic.py
"""

from __future__ import annotations

import http.client
import json
import time
import tracemalloc
from contextlib import closing
from urllib.parse import urlsplit

from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.strategies import HARMLESS_TOKENS
from kintone_conformance.traffic.named_credentials import named_credentials
from kintone_conformance.traffic.watching import Watch

TOKEN = {"X-Cybozu-API-Token": HARMLESS_TOKENS.tokens[0]}
JSON = {**TOKEN, "Content-Type": "application/json"}
RECORD = {"app": 1, "record": {f"field{n}": {"value": f"値 {n}"} for n in range(20)}}
BODY = json.dumps(RECORD)
INNER = [{"method": "POST", "api": "/k/v1/record.json", "payload": RECORD} for _ in range(10)]
REQUESTS = (
    ("GET", "/k/v1/record.json?app=1&id=1", None, TOKEN),
    (
        "GET",
        "/k/guest/5/v1/records.json?app=1&fields[0]=a&fields[1]=b&totalCount=true",
        None,
        TOKEN,
    ),
    ("POST", "/k/v1/record.json", BODY, JSON),
    ("POST", "/k/v1/bulkRequest.json", json.dumps({"requests": INNER}), JSON),
)


def microseconds(watched: bool, rounds: int = 500) -> float:
    """The CPU time of a request, with what its client takes."""
    with closing(Loopback(any_process=True)) as door:
        if watched:
            Watch(door, named_credentials([f"token:{HARMLESS_TOKENS.tokens[0]}"]), lambda _: None)
        connection = http.client.HTTPConnection(urlsplit(door.base_url).netloc)
        started = time.process_time()
        for _ in range(rounds):
            for method, target, body, headers in REQUESTS:
                connection.request(method, target, body, headers)
                connection.getresponse().read()
            door.drain()
        return (time.process_time() - started) / rounds / len(REQUESTS) * 1e6


def grown(requests: int = 10_000) -> int:
    """The bytes that a watched door holds more after so many requests than after a tenth."""
    with closing(Loopback(any_process=True)) as door:
        Watch(door, named_credentials([]), lambda _: None)
        connection = http.client.HTTPConnection(urlsplit(door.base_url).netloc)
        tracemalloc.start()
        for number in range(requests):
            method, target, body, headers = REQUESTS[number % len(REQUESTS)]
            more = f"&q={number}" if "?" in target else f"?q={number}"
            connection.request(method, target + more, body, headers)
            connection.getresponse().read()
            if number == requests // 10:
                before = tracemalloc.get_traced_memory()[0]
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    return after - before


if __name__ == "__main__":
    bare, watched = microseconds(False), microseconds(True)
    print(f"bare door {bare:.0f} µs, watched {watched:.0f} µs, {watched - bare:.0f} µs more")
    print(f"10,000 requests: {grown():,} bytes more than after 1,000")
