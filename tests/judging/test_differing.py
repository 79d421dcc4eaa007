"""What differs is told in the units of the reader, around the place where it begins."""

from __future__ import annotations

import json

import pytest

from judging.exchanges import findings, read, wire
from kintone_conformance.judging.differing import differs_in_bytes
from kintone_conformance.judging.samples import upload
from kintone_conformance.model import Call, ErrorReport, Refused

PATH = "/k/v1/record.json"
GET = read(PATH, {"app": "1", "id": "1"})


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("302 elsewhere", ""),
        ("302 elsewhere //", " by Location: //127.0.0.1:9/moved… (what begins with // names a "),
        (
            "301 elsewhere @",
            " by Location: http://localhost:8080@127.0.0.1:9/moved… (what comes before the @ is ",
        ),
    ],
)
def test_a_location_that_clients_misread_is_shown(answer: str, told: str) -> None:
    there = "http://127.0.0.1:9"
    moved = wire("/moved/k/v1/record.json", origin=there)
    refused = Refused(ErrorReport("KintoneError", "302"))
    (finding,) = findings("record.get", GET, moved, answer=answer, outcome=refused)
    assert finding.requirement == "KC602"
    said = finding.message.removeprefix(f"token 1 of 1 was sent on to {there}")
    assert said.startswith(told or ": this is the default")


@pytest.mark.parametrize(
    ("given", "arrived", "message", "difference"),
    [
        (b"a" * 60, b"a" * 25, "cut off: 25 of 60 bytes", "it ends after byte 25 of 60"),
        (b"a\r\nb", b"a\nb", "changed: 3 bytes, and 4", "at byte 2: expected 0d 0a 62, sent 0a 62"),
        (b"ab", b"ab\0\0", "changed: 4 bytes, and 2", "after byte 2 come 2 more: 00 00"),
        (
            bytes(2_000),
            bytes(1_024),
            "cut off: 1,024 of 2,000",
            "it ends after byte 1,024 of 2,000",
        ),
    ],
)
def test_what_became_of_a_file_is_counted_in_bytes(
    given: bytes, arrived: bytes, message: str, difference: str
) -> None:
    body = b'--x1y2z3\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    kind = ("Content-Type", "multipart/form-data; boundary=x1y2z3")
    sent = wire(
        "/k/v1/file.json", "POST", body=body + arrived + b"\r\n--x1y2z3--\r\n", more=(kind,)
    )
    (finding,) = findings(upload("a.txt", given), sent)
    assert finding.requirement == "KC510"
    assert message in finding.message
    assert finding.difference == difference


def test_a_file_is_shown_around_what_differs() -> None:
    given = b"0123456789" * 20
    finding = differs_in_bytes("KC510", "", given, given[:100] + b"\xff\0" + given[102:])
    assert finding.expected == f"…{given[76:124].decode()}…"
    assert finding.sent.startswith("…36 37 38")
    assert differs_in_bytes("KC510", "", b"", "é".encode()).sent == "é"


@pytest.mark.parametrize(
    ("length", "message"),
    [
        (20, "the JSON of the body is cut off: 20 bytes arrived, and it takes at least 48"),
        (40, "the JSON of the body is cut off: 40 bytes arrived, and it takes at least 48"),
        (47, "the JSON of the body is cut off: 47 bytes arrived, and it takes at least 48"),
    ],
)
def test_json_that_is_cut_off_says_how_much_arrived(length: int, message: str) -> None:
    call = Call("record.add", {"app": 1, "record": {"氏名": {"value": "佐藤"}}})
    whole = json.dumps(dict(call.params), ensure_ascii=False, separators=(",", ":")).encode()
    json_type = ("Content-Type", "application/json")
    (finding,) = findings(call, wire(PATH, "POST", body=whole[:length], more=(json_type,)))
    assert (finding.requirement, finding.message) == ("KC513", message)


@pytest.mark.parametrize("body", [b'{"app": 1, "record": {"a": "b "c" d"}}', b"{'app': 1}", b"{,}"])
def test_json_that_is_whole_and_wrong_is_not_cut_off(body: bytes) -> None:
    sent = wire(PATH, "POST", body=body, more=(("Content-Type", "application/json"),))
    (finding,) = findings("record.add", sent)
    assert finding.message.startswith("the body is not JSON")
