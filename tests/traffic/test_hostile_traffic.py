"""Nothing in a request can make judging it fail: whoever recorded it, or sent it."""

from __future__ import annotations

import base64
import json
import random
from collections import Counter

import pytest

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict, Wire
from kintone_conformance.traffic.explaining import explained
from kintone_conformance.traffic.judgement import Judgement
from kintone_conformance.traffic.named_credentials import named_credentials
from kintone_conformance.traffic.recorded import Answered, Recorded

PATHS = (
    *("/k/v1/record.json", "/k/guest/5/v1/bulkRequest.json", "//k/guest//v1/x", "/k/v1/file.json"),
    *(
        "/oauth2/token",
        "/v1/users.json",
        "https://[::1/k/v1/record.json",
        "*",
        "",
        "/k/v1/%ff.json",
    ),
)
NAMES = (
    *("X-Cybozu-Authorization", "X-Cybozu-API-Token", "Authorization", "Cookie", "Content-Type"),
    *("Host", "X-HTTP-Method-Override", "X-Requested-With", "Proxy-Authorization"),
)
VALUES = (
    *(
        b"",
        b"\xff\xfe",
        b"Basic \xff",
        b"Basic " + base64.b64encode(b"\xe9:\xff"),
        b"Bearer ",
        b"=",
    ),
    *(base64.b64encode(b"\xff\xff:\x00"), b"b''", b"multipart/form-data; boundary=", b"get"),
    *(b"multipart/form-data; boundary=a", b"application/json; charset=\xff", "あ,い".encode()),
)
BODIES = (
    *(b"", b"\xff", b"[]", b"null", b'{"requests": 5}', b'{"requests": [null, {"api": 1}]}'),
    *(
        b"--a\r\n\r\n--a--",
        b"--a\r\nContent-Disposition: form-data; name=\xff\r\n\r\n",
        b"[" * 9_000,
    ),
    json.dumps({"requests": [{"method": [], "api": {}, "payload": 1}], "app": {}}).encode(),
)
ORIGINS = ("", "//", "http://[", "https://x:99999", "https://a.cybozu.com", "http://localhost:1")
LOCATIONS = ("", "http://[", "//", "/x", "\x00")


def wires(count: int) -> list[Recorded]:
    drawn = random.Random(7)
    made = []
    for number in range(count):
        headers = tuple(
            (drawn.choice(NAMES).encode(), drawn.choice(VALUES)) for _ in range(drawn.randint(0, 5))
        )
        target = drawn.choice(PATHS) + drawn.choice(("", "?app=1&app=1", "?a[0]=1&a[x]=2&=&%ff=%"))
        method = drawn.choice(("GET", "POST", "PUT", "DELETE", "get", "\x1b"))
        origin = drawn.choice(ORIGINS)
        wire = Wire(method, target.encode(), headers, drawn.choice(BODIES), origin, raw_head=b"x")
        answered = Answered(drawn.choice((0, 200, 307, 503)), drawn.choice(LOCATIONS))
        exact, whole = drawn.random() < 0.5, drawn.random() < 0.8
        made.append(Recorded(wire, f"request {number}", answered, exact, whole))
    return made


@pytest.mark.parametrize("any_host", [True, False])
def test_nothing_in_a_request_makes_judging_fail(any_host: bool) -> None:
    known = named_credentials(["password:é:\u3000x", "token:abcdefghij", "basic:u:é-------"])
    judgement = Judgement(known, any_host=any_host)
    for recorded in wires(1_500):
        for line in explained(judgement.add(recorded), set()):
            assert line.isprintable()
    verdicts = Counter(result.verdict for result in judgement.results())
    assert verdicts[Verdict.FAIL] > 5, verdicts
    assert verdicts[Verdict.PASS] > 5, verdicts
    assert all(note.isprintable() for note in judgement.notes())


def test_a_credential_that_is_not_utf8_is_a_sentence() -> None:
    with pytest.raises(UsageError):
        named_credentials(["token:\udcff\udcfe----------"])
