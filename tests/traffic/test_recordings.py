"""Recordings as tools write them, and as they should not be: each a sentence and its exit code."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kintone_conformance.cli import cli
from kintone_conformance.errors import UsageError
from kintone_conformance.traffic.files import LARGEST, read_recording
from traffic.requests import HOST, TOKEN

READ = f"{HOST}/k/v1/record.json?app=1&id=1"
HEADERS = [{"name": "X-Cybozu-API-Token", "value": TOKEN}]
DUMP = (
    b"GET /k/v1/record.json?app=1&id=1 HTTP/1.1\r\nHost: demo.cybozu.com\r\n"
    b"X-Cybozu-API-Token: " + TOKEN.encode() + b"\r\n"
)
WRONG = DUMP + b"Content-Type: application/json\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def har(*requests: dict[str, Any], **response: Any) -> bytes:
    entries = [{"request": {"headers": HEADERS, **each}, "response": response} for each in requests]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def read(tmp_path: Path, raw: bytes) -> list[Any]:
    file = tmp_path / "recording"
    file.write_bytes(raw)
    return [*read_recording(file)]


def judge(tmp_path: Path, raw: bytes, *arguments: str) -> Result:
    file = tmp_path / "recording"
    file.write_bytes(raw)
    made = CliRunner().invoke(cli, ["judge", str(file), *arguments])
    if isinstance(made.exception, UsageError):  # main makes these of it
        made.exit_code = 2
    return made


def sentence(tmp_path: Path, raw: bytes) -> str:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, raw)
    return caught.value.message.partition(" ")[2]


# ---- HAR


def test_a_har_is_read_with_pseudo_headers_and_base64_bodies(tmp_path: Path) -> None:
    body = {"text": base64.b64encode(b'{"app": 1}').decode(), "encoding": "base64"}
    headers = [{"name": ":authority", "value": "demo.cybozu.com"}, *HEADERS]
    one = {"method": "POST", "url": READ, "headers": headers, "postData": body, "bodySize": -1}
    (found,) = read(tmp_path, har(one, status=200))
    assert found.wire.origin == HOST
    assert found.wire.target == b"/k/v1/record.json?app=1&id=1"
    assert [name for name, _ in found.wire.headers] == [b"X-Cybozu-API-Token"]
    assert found.wire.body == b'{"app": 1}'
    assert found.answered.status == 200


def test_a_har_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"\xef\xbb\xbf" + har({"method": "GET", "url": READ}))) == 1


def test_a_body_that_was_not_recorded_is_not_judged(tmp_path: Path) -> None:
    one = {"method": "DELETE", "url": f"{HOST}/k/v1/records.json", "bodySize": 12}
    assert judge(tmp_path, har(one)).exit_code == 0
    assert judge(tmp_path, har({**one, "bodySize": 0})).exit_code == 1


def test_a_length_with_thousands_of_digits_is_none(tmp_path: Path) -> None:
    headers = [*HEADERS, {"name": "Content-Length", "value": "9" * 5_000}]
    one = {"method": "GET", "url": READ, "headers": headers}
    assert judge(tmp_path, har(one)).exit_code == 0


def test_white_space_before_a_har_does_no_harm(tmp_path: Path) -> None:
    assert len(read(tmp_path, b" " * 5_000 + har({"method": "GET", "url": READ}))) == 1


def test_a_head_that_no_server_takes_is_not_looked_into(tmp_path: Path) -> None:
    long = {"method": "GET", "url": f"{READ}&q={'%' * 300_000}"}
    made = judge(tmp_path, har(long))
    assert made.exit_code == 1
    assert "the head is over 256 KiB" in made.output
    elsewhere = {
        **long,
        "url": long["url"].replace("/k/v1/", "/collect/").replace(HOST, "https://a.b"),
    }
    assert judge(tmp_path, har(elsewhere)).exit_code == 4


def test_an_upload_of_a_browser_is_recorded_without_its_body(tmp_path: Path) -> None:
    """As Chromium 156 writes it: the request token is in the form, which is not there."""
    headers = [
        {"name": "X-Requested-With", "value": "XMLHttpRequest"},
        {"name": "Content-Length", "value": "326"},
        {"name": "Content-Type", "value": "multipart/form-data; boundary=----WebKitFormBoundary7"},
    ]
    url = f"{HOST}/k/v1/file.json"
    one = {"method": "POST", "url": url, "headers": headers, "postData": {"text": ""}}
    made = judge(tmp_path, har(one))
    assert made.exit_code == 0, made.output
    assert judge(tmp_path, har(one), "--select", "KC305").exit_code == 4


def test_the_error_of_an_answer_is_read(tmp_path: Path) -> None:
    body = json.dumps({"code": "GAIA_IL23", "id": "1", "message": "…"})
    one = {"method": "GET", "url": READ}
    (found,) = read(tmp_path, har(one, status=400, content={"text": body}))
    assert found.answered.code == "GAIA_IL23"
    shown = judge(tmp_path, har(one, status=400, content={"text": body}), "--verbose").output
    assert "400 GAIA_IL23: the app is in a guest space" in shown


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (har({"method": "GET", "url": READ})[:-20], "is cut off"),
        (b'{"log": {"entries": 3}}', "is not a HAR"),
        (b'{"a": 1}', "is not a HAR"),
        (b'{"log": {"entries": ' + b"[" * 100_000, "is not a HAR"),
        (b"", "is empty"),
        (b"hello", "is neither a HAR nor a cassette"),
        (b"\x00\x01\x02\xff", "cannot be read"),
        (b"interactions: 5\n", "is neither a HAR nor a cassette"),
        (b"interactions:\n- 5\n", "has no request in interaction 1"),
        (b"interactions: [", "cannot be read"),
        (b"a: " + b"[" * 5_000, "cannot be read"),
        (b"!!python/object/apply:os.system [true]\n", "cannot be read"),
        (WRONG.replace(b"\r\n", b"\n"), "has line ends without CR"),
    ],
)
def test_what_is_no_recording_is_a_sentence(tmp_path: Path, raw: bytes, said: str) -> None:
    assert sentence(tmp_path, raw).startswith(said)


def test_a_file_that_is_not_there_or_too_large_is_a_sentence(tmp_path: Path) -> None:
    for name, said in (("none", "does not exist"), (".", "is not a file")):
        with pytest.raises(UsageError, match=said):
            [*read_recording(tmp_path / name)]
    large = tmp_path / "large.har"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)  # a hole takes no room
    with pytest.raises(UsageError, match="is larger than 128 MiB"):
        [*read_recording(large)]


def test_a_report_says_when_and_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SHA", "0123abc" * 5)
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example/1")
    judge(tmp_path, har({"method": "GET", "url": READ}), "--report-dir", str(tmp_path / "out"))
    header = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["header"]
    assert header["commit"] == "0123abc" * 5
    assert header["run"]
    assert header["machine"]
    assert header["started"] <= header["finished"]


def test_a_recording_without_kintone_ends_with_4(tmp_path: Path) -> None:
    assert judge(tmp_path, har({"method": "GET", "url": "https://example.com/"})).exit_code == 4
    assert judge(tmp_path, har()).exit_code == 4


# ---- cassettes


def test_aliases_are_not_multiplied(tmp_path: Path) -> None:
    """They stand for 9 to the power of 9 texts; and the last ones hold themselves."""
    levels = [
        f"{a}: &{a} [{', '.join([f'*{b}'] * 9)}]\n"
        for a, b in zip("bcdefghij", "abcdefghi", strict=True)
    ]
    request = f"method: GET, uri: '{READ}', headers: {{X: *j, Y: [*j]}}, body: {{string: *j}}"
    more = f"- request: &r {{method: *r, uri: '{READ}', headers: {{X: *r}}, body: *r}}\n"
    more += f"- request: {{method: GET, uri: '{READ}', headers: {{}}, body: &s {{string: *s}}}}\n"
    text = f"a: &a [x]\n{''.join(levels)}interactions:\n- request: {{{request}}}\n{more}"
    found = read(tmp_path, text.encode())
    assert [each.wire.body for each in found] == [b"", b"", b""]
    assert found[0].wire.headers == ((b"X", b""),) * 9 + ((b"Y", b""),)


def cassette(headers: str = f"X-Cybozu-API-Token: [{TOKEN}]", body: str = "null") -> bytes:
    return (
        f"interactions:\n- request:\n    method: GET\n    uri: {READ}\n    body: {body}\n"
        f"    headers:\n      {headers}\n"
        "  response:\n    status: {code: 200, message: OK}\n    headers: {}\n"
        "    body: {string: '{}'}\nversion: 1\n"
    ).encode()


def test_cassettes_of_vcrpy_are_read(tmp_path: Path) -> None:
    (found,) = read(tmp_path, cassette())
    assert found.wire.origin == HOST
    assert found.answered.status == 200
    assert judge(tmp_path, cassette()).exit_code == 0
    wrong = cassette(f"X-Cybozu-API-Token: [{TOKEN}]\n      Content-Type: application/json")
    assert judge(tmp_path, wrong).exit_code == 1


def test_cassettes_of_ruby_and_in_json_are_read(tmp_path: Path) -> None:
    request = {"method": "post", "uri": READ, "headers": {"A": ["b"]}, "body": {"string": "x"}}
    found = read(tmp_path, json.dumps({"http_interactions": [{"request": request}]}).encode())
    assert found[0].wire.method == "POST"
    assert found[0].wire.body == b"x"
    request["body"] = {"base64_string": "eA=="}
    found = read(tmp_path, json.dumps({"interactions": [{"request": request}]}).encode())
    assert found[0].wire.body == b"x"


@pytest.mark.parametrize(
    "placeholder", ["REDACTED", "<API_TOKEN>", "FILTERED", "DUMMY", "xxxx", "'****'", "'{{token}}'"]
)
def test_a_credential_that_was_taken_out_is_no_finding(tmp_path: Path, placeholder: str) -> None:
    for header in ("X-Cybozu-Authorization", "X-Cybozu-API-Token"):
        made = judge(tmp_path, cassette(f"{header}: [{placeholder}]"))
        assert made.exit_code == 0
        assert "the credentials of 1 request were removed from the recording" in made.output


# ---- dumps


def test_a_dump_has_requests_alone_or_both_sides(tmp_path: Path) -> None:
    write = DUMP.replace(b"GET", b"POST") + CHUNKED
    alone = read(tmp_path, WRONG + write + WRONG)
    assert [each.wire.body for each in alone] == [b"", b"{}", b""]
    both = read(tmp_path, WRONG + ANSWER + write + ANSWER.replace(b"200", b"500") + WRONG)
    assert [each.answered and each.answered.status for each in both] == [200, 500, None]
    assert judge(tmp_path, WRONG).exit_code == 1


def test_what_is_no_request_in_a_dump_is_judged(tmp_path: Path) -> None:
    made = judge(tmp_path, DUMP + b"X Y: 1\r\n\r\n" + WRONG)
    assert made.exit_code == 1
    assert "KC528" in made.output


def test_a_dump_that_is_cut_off_is_judged_to_its_end(tmp_path: Path) -> None:
    found = read(tmp_path, DUMP + b"\r\n" + DUMP)
    assert [bool(each.wire.malformed) for each in found] == [False, True]


def test_an_interim_answer_between_head_and_body_is_passed_over(tmp_path: Path) -> None:
    body = b'{"app": 1, "record": {}}' * 1
    head = DUMP.replace(b"GET /k/v1/record.json?app=1&id=1", b"POST /k/v1/record.json")
    head += b"Content-Type: application/json\r\nExpect: 100-continue\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    one = head + b"HTTP/1.1 100 Continue\r\n\r\n" + body + ANSWER
    found = read(tmp_path, one * 2 + DUMP + b"\r\n")
    assert [each.wire.body for each in found] == [body, body, b""]
    assert [each.answered and each.answered.status for each in found] == [200, 200, None]


def test_a_recording_that_is_explained_is_summed_up_in_a_line(tmp_path: Path) -> None:
    one = {"method": "GET", "url": f"{HOST}/k/v1/guest/5/record.json?app=1&id=1"}
    brief = judge(tmp_path, har(one), "-v")
    assert brief.exit_code == 1
    assert brief.output.count("KC402 MUST") == 1
    assert "KC4xx" not in brief.output
    assert brief.output.splitlines()[-1].startswith("not conformant; 1 of 148 documented")
    assert "KC4xx" in judge(tmp_path, har(one)).output
