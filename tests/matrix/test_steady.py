"""Two runs of the same client publish the same: what each run draws or is given is named."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kintone_conformance.doors.recording import PROXY_END, PROXY_USER, new_secret
from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.judging import Entry
from kintone_conformance.matrix.manifest import Sdk, read_all
from kintone_conformance.matrix.results import collected, encoded
from kintone_conformance.model import Result, Step, Verdict
from kintone_conformance.report import events
from kintone_conformance.report.events import Report

SDK = Sdk(
    name="mine",
    versions=("1",),
    language="go",
    url="https://example.com",
    driver="./driver",
    version="1",
    folder=Path("/srv/here/sdks/mine"),
)
FOUND = Result(
    "KC704",
    Verdict.FAIL,
    "the body is not JSON",
    door="tls",
    counterexample=(Step({}, "record.get", {}, "returned", ("GET /k/v1/record.json",)),),
    sent="--------",
)


def published(*results: Result, sdk: Sdk = SDK) -> str:
    rows = tuple(events.row(each, "again") for each in results)
    header = events.Header("1", None, None, "./driver", ("tls", "proxy"), 100, None, False, "3", "")
    footer = events.footer(rows, strict=False, complete=True)
    return encoded(collected([Entry(sdk, Report(header, rows, footer))])).decode()


def login(password: str) -> str:
    return b64encode(f"{PROXY_USER}:{password}{PROXY_END}".encode()).decode()


PASSWORDS = [new_secret(), new_secret()]
ANEW = {
    "a port": ("http://localhost:40001/k", "http://localhost:59999/k", "http://localhost:PORT/k"),
    "an address in memory": ("Client:0x31dfcb5b3620", "Client:0x1c719d64b0", "Client:0xADDRESS"),
    "a boundary": (
        "a; boundary=7f8c9d\r\n--7f8c9d0a1b2c3d4e",
        "a; boundary=7f8c9d\r\n--1a8c9d0a1b2c3d4e",
        "--BOUNDARY",
    ),
    "a boundary that is named": (
        "boundary=Xy_zAbCd; --Xy_zAbCd--",
        "boundary=Qw_eRtYu; --Qw_eRtYu--",
        "boundary=BOUNDARY; --BOUNDARY--",
    ),
    "a boundary of digits": (
        f"illegal request line: {'-' * 24}807602640350857296255613",
        f"illegal request line: {'-' * 24}798763684683465501698274",
        f"{'-' * 24}BOUNDARY",
    ),
    "the proxy's password": (*(f"http://{PROXY_USER}:{each}@" for each in PASSWORDS), "PASSWORD@"),
    "the proxy's URL": (*(f"http://proxy%40user:{each}%3A@" for each in PASSWORDS), "PASSWORD%3A@"),
    "the proxy's login": (*(f"Basic {login(each)}" for each in PASSWORDS), "Basic PROXY-LOGIN"),
    "a part of it": (*(f"Basic {login(each)[:30]}…" for each in PASSWORDS), "Basic PROXY-LOGIN"),
    "the password and the login": (
        *(f"Basic {login(each)} is {each}" for each in PASSWORDS),
        "is PROXY-PASSWORD",
    ),
    "a folder": ("/srv/here/sdks/mine/a.go:1", "/srv/here/sdks/mine/a.go:1", " mine/a.go:1"),
}


@pytest.mark.parametrize("name", ANEW)
def test_what_a_run_is_given_anew_is_not_published(name: str) -> None:
    one, other, shown = ANEW[name]
    first, second = (
        published(
            replace(
                FOUND,
                message=f"it sends {text}",
                sent=f"> {text}",
                counterexample=(Step({}, "record.get", {}, text, (text,)),),
            )
        )
        for text in (one, other)
    )
    assert first == second
    assert shown in first
    if one != other:
        assert one not in first


def test_a_home_that_is_the_root_takes_no_slash_out_of_a_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/")
    assert "http://localhost:PORT/k" in published(replace(FOUND, sent="http://localhost:4001/k"))


def test_how_much_of_a_malformed_request_had_arrived_is_not_published() -> None:
    head = "POST /k/v1/record.json HTTP/1.1\\r\nX-Cybozu-API-Token: \\x00\\r\n\\r\n"
    said = "the client sent bytes that are not an HTTP/1.1 request: illegal header line"
    early, late = (
        published(replace(FOUND, message=said, sent=head + body)) for body in ("", '{"app": 1}')
    )
    assert early == late
    assert "X-Cybozu-API-Token" in late
    assert '{\\"app\\": 1}' in published(replace(FOUND, sent=head + '{"app": 1}'))


def test_a_finding_that_depends_on_what_comes_first_is_published_by_its_verdict() -> None:
    other = Result("KC101", Verdict.PASS, door="loopback")
    sooner = replace(FOUND, message="bytes are not HTTP", door="proxy", sent="x")
    assert published(FOUND, other) != published(sooner, other)
    unsteady = msgspec.structs.replace(SDK, unsteady=("KC704",))
    told = published(FOUND, other, sdk=unsteady)
    assert told == published(sooner, other, sdk=unsteady)
    assert "A call after a file upload is the same request as before it." in told
    assert "not JSON" not in told


def test_only_requirements_can_be_unsteady(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    manifest = 'name = "a"\nversions = ["1"]\nlanguage = "go"\nurl = "https://a.example"\n'
    file = tmp_path / "a" / "sdk.toml"
    file.write_text(f'{manifest}driver = "./a"\nunsteady = ["KC799"]\n')
    with pytest.raises(UsageError, match="unsteady: there is no requirement 'KC799'"):
        read_all(tmp_path)
