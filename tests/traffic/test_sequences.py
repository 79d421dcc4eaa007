"""What several requests show: redirects that were followed, repeats, boundaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kintone_conformance.judging.exchange import Finding
from kintone_conformance.traffic.judgement import Judgement
from kintone_conformance.traffic.recorded import Answered, Recorded
from traffic.requests import PASSWORDS, TOKENS, judged, recorded

READ = "/k/v1/record.json?app=1&id=1"
RECORD = {"app": 1, "record": {}}
ELSEWHERE = "https://elsewhere.example.com"


def moved(to: str, status: int = 302, method: str = "GET") -> Recorded:
    target = READ if method == "GET" else "/k/v1/record.json"
    body = RECORD if method != "GET" else b""
    return recorded(target, method, body=body, answered=Answered(status, to))


@pytest.mark.parametrize(
    ("before", "after", "requirements"),
    [
        (moved(f"{ELSEWHERE}/x"), recorded("/x", host=ELSEWHERE), ["KC602"]),
        (moved(f"{ELSEWHERE}/x"), recorded("/x", host=ELSEWHERE, given=()), []),
        (moved("//elsewhere.example.com/x"), recorded("/x", host=ELSEWHERE), ["KC602"]),
        (moved("/x"), recorded("/x"), []),
        (
            recorded("/r?to=https://b", answered=Answered(302, f"{ELSEWHERE}/x")),
            recorded("/x", host=ELSEWHERE),
            ["KC602"],
        ),
        (
            moved(f"{ELSEWHERE}/r?to=https://b"),
            recorded("/r?to=https://b", host=ELSEWHERE),
            ["KC602"],
        ),
        (
            moved("http://demo.cybozu.com/x"),
            recorded("/x", host="http://demo.cybozu.com"),
            ["KC603"],
        ),
        (moved("/x", 307, "POST"), recorded("/x", "POST", body=RECORD), []),
        (moved("/x", 307, "POST"), recorded("/x", "GET"), ["KC529"]),
        (moved("/x", 308, "POST"), recorded("/x", "POST", body={"app": 2}), ["KC529"]),
        (moved("/x", 303, "POST"), recorded("/x", "GET"), []),
    ],
)
def test_a_redirect_that_is_followed(
    before: Recorded, after: Recorded, requirements: list[str]
) -> None:
    assert judged(before, after) == requirements


def upload(boundary: str, content: bytes = b"x") -> Recorded:
    body = (
        f"--{boundary}\r\nContent-Disposition: form-data; "
        'name="file"; filename="a"\r\n\r\n'.encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    kind = (("Content-Type", f"multipart/form-data; boundary={boundary}"),)
    return recorded("/k/v1/file.json", "POST", more=kind, body=body)


def test_boundaries_that_can_be_foreseen() -> None:
    assert judged(upload("B"), upload("B", b"y")) == ["KC526"]
    assert judged(upload("B000001"), upload("B000002")) == ["KC526"]
    assert judged(upload("f8Zk3Lq9Rt5W"), upload("m2Zc7Hs4Pd6X")) == []
    assert judged(upload("B"), upload("B")) == []  # the same request once more


def test_a_write_that_is_sent_again_is_a_note_as_its_user_may_have_asked_for_it() -> None:
    judgement = Judgement()
    for status in (503, 200):
        request = recorded("/k/v1/record.json", "POST", body=RECORD, answered=Answered(status))
        judgement.add(request)
    assert "1 write sent again" in judgement.notes()[0]
    assert {result.verdict for result in judgement.results()} == {"pass", "n/a"}


def test_findings_are_told_in_the_order_they_are_found_the_first_of_each_requirement() -> None:
    found = [Finding("KC401", "a"), Finding("KC501", "b"), Finding("KC401", "c")]
    told = Judgement()._told(recorded(READ), None, found)
    assert [(each.requirement, each.message) for each in told.findings] == [
        ("KC401", "a"),
        ("KC501", "b"),
    ]


def test_a_host_that_is_known_gets_new_kinds_of_credentials_however_many_hosts_there_are() -> None:
    judgement = Judgement()
    for number in range(70):
        judgement.add(recorded(READ, host=f"https://h{number}.cybozu.com"))
    first = "https://h0.cybozu.com"
    judgement.add(recorded(READ, host=first, given=PASSWORDS))
    judgement.add(recorded(READ, host=first, given=()))
    broken = [result.id for result in judgement.results() if result.verdict == "fail"]
    assert broken == ["KC306"], "two kinds are sent to this host: none of them is missing alone"


def test_what_is_remembered_is_bounded() -> None:
    judgement = Judgement()
    for number in range(300):
        host = f"https://h{number}.cybozu.com"
        given = (("X-Cybozu-API-Token", f"{number:040d}abcdefgh"),)
        judgement.add(recorded(READ, host=host, given=given, answered=Answered(302, f"/{number}")))
        judgement.add(recorded(f"/k/v1/new{number}/thing.json", host=host, given=TOKENS))
        judgement.add(recorded(READ, host=host, given=()))
        failed = recorded("/k/v1/record.json", "POST", body={"app": number}, host=host)
        judgement.add(replace(failed, answered=Answered(503)))
        sent = upload(f"B{number}x", str(number).encode())
        judgement.add(replace(sent, wire=replace(sent.wire, origin=host)))
    kept = vars(judgement)
    sizes = {name: len(value) for name, value in kept.items() if hasattr(value, "__len__")}
    assert max(sizes.values()) <= 100, sizes
    sequences = kept["_sequences"]
    assert [len(each) for each in (sequences._led, sequences._failed, sequences._boundaries)] == [
        64,
        64,
        64,
    ]
    assert (len(kept["_bare"]), len(kept["_kinds"])) == (64, 64)
    assert len(kept["_secrets"]._sent) == 16
