"""Two clients side by side: what differs is told once, noise and what is ignored is not."""

from __future__ import annotations

import base64
import json
import socket
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from click.testing import CliRunner

from kintone_conformance import baseline
from kintone_conformance.adapter import served
from kintone_conformance.cli import cli
from kintone_conformance.commands import differing as differing_
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.errors import UsageError
from kintone_conformance.judging.exchange import Asking, Exchange
from kintone_conformance.judging.identities import GATES, PASSWORDS
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.samples import FILE_NAMES
from kintone_conformance.judging.scenario import Ask, Made, Open, Scenario
from kintone_conformance.matrix import versions
from kintone_conformance.model import (
    Call,
    Client,
    ErrorReport,
    ExitCode,
    Outcome,
    Refused,
    Sent,
    Step,
    Wire,
)
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.report import comparison
from kintone_conformance.report.comparison import Apart, Comparison
from kintone_conformance.report.files import claimed
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.strategies import HARMLESS_TOKENS
from kintone_conformance.traffic import comparing
from kintone_conformance.traffic.comparing import Difference
from kintone_conformance.traffic.fields import differing, fields
from kintone_conformance.traffic.sides import Played
from traffic.requests import JSON, recorded

RECORD = {"app": 1, "record": {"a": {"value": "日本語"}}}
HEAD = """
from kintone_conformance.adapter import Adapter, serves
from kintone_conformance.model import Info
from kintone_conformance.reference_client import KintoneClient
class Client(KintoneClient):
{}
class Mine(Adapter):
    info = Info(name="mine", version="2", supports=frozenset({{"auth.token"}}))
    def open(self, client):
        return Client(client.base_url, client.auth)
    @serves("record.add")
    def record_add(self, sdk, **params):
        return sdk.write("POST", sdk.path("record"), params)
    @serves("app.get")
    def app_get(self, sdk, **params):
        return sdk.get(sdk.path("app"), params)
"""


def exchange(*wires: Wire, outcome: Outcome = Sent()) -> Exchange:  # noqa: B008 - frozen
    client = Client("https://demo.cybozu.com", HARMLESS_TOKENS)
    return Exchange(Asking(client, Call("record.get", {"app": 1, "id": 1})), outcome, wires)


def apart(left: Exchange, right: Exchange, order: bool = False) -> list[str]:
    return [*differing(fields(left, order), fields(right, order))]


def sent(target: str = "/k/v1/record.json?app=1&id=1", **more: object) -> Wire:
    return recorded(target, **more).wire  # type: ignore[arg-type]


def test_a_request_is_like_itself_and_differs_in_what_differs() -> None:
    one = exchange(sent())
    assert apart(one, one) == []
    assert apart(one, exchange(sent("/k/v1/record.json?app=1&id=2"))) == ["parameter id"]
    assert apart(one, exchange(sent("/k/v1/record.json?id=1&app=1"))) == ["query as written"]
    assert apart(one, exchange(sent(more=(("X-New", "1"),)))) == ["header x-new"]
    assert apart(one, exchange(sent("/k/guest/5/v1/record.json?app=1&id=1"))) == ["path"]


def test_json_that_says_the_same_differs_as_it_is_written() -> None:
    spaced, tight = (
        exchange(sent("/k/v1/record.json", method="POST", more=(JSON,), body=body.encode()))
        for body in (json.dumps(RECORD), json.dumps(RECORD, separators=(",", ":")))
    )
    assert apart(spaced, tight) == ["body as written"]


def test_a_boundary_and_the_port_of_the_door_are_no_difference() -> None:
    left, right = (
        exchange(
            recorded(
                "/k/v1/file.json",
                "POST",
                more=(("Content-Type", f"multipart/form-data; boundary={mark}"),),
                body=f'--{mark}\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'
                f"\r\n--{mark}--\r\n".encode(),
                host=f"http://localhost:{port}",
            ).wire
        )
        for mark, port in (("abc", 40001), ("xyz", 40002))
    )
    assert apart(left, right) == []


def test_the_order_of_headers_is_compared_on_demand() -> None:
    one = exchange(sent(more=(("A", "1"), ("B", "2"))))
    other = exchange(sent(more=(("B", "2"), ("A", "1"))))
    assert apart(one, other) == []
    assert apart(one, other, order=True) == ["header order"]


def test_what_follows_from_a_difference_is_not_told_as_well() -> None:
    failed = Refused(ErrorReport("KintoneError", "text", code="GAIA_RE01"))
    assert apart(exchange(sent()), exchange(sent(), outcome=failed)) == ["outcome"]
    assert apart(exchange(sent()), exchange(sent(), sent())) == ["requests"]
    new = sent(more=(("X-New", "1"),))
    assert apart(exchange(sent(), sent()), exchange(new, new)) == ["header x-new"]
    assert apart(exchange(sent(), sent()), exchange(sent(), new)) == ["request 2: header x-new"]


# ---- the command


NOISE = """
    def send(self, method, path, **more):
        import secrets
        headers = {**(more.pop("headers", None) or {}), "X-Request": secrets.token_hex(8)}
        return super().send(method, path, headers=headers, **more)
"""
NEW = NOISE.replace('"X-Request":', '"X-Version": "2", "X-Other": "3", "X-Request":')


def test_a_difference_is_shown_side_by_side_and_noise_is_left_out(tmp_path: Path) -> None:
    for name, code in (("one.py", NOISE), ("two.py", NEW)):
        (tmp_path / name).write_text(HEAD.format(code), "utf-8")
    named = [f"{tmp_path}/{name}:Mine" for name in ("one.py", "two.py")]
    out, summary, known = (tmp_path / name for name in ("out", "summary.md", "known.toml"))
    known.write_text("version = 1\n", "utf-8")
    files = ["--report-dir", str(out), "--summary", str(summary), "--baseline", str(known)]
    done = CliRunner().invoke(cli, ["compare", *named, *files, "--ignore", "header:x-o*"])
    assert done.exit_code == 1, done.output
    assert (
        "left out as noise (it differs between two runs of A, or only once): header x-request"
        in done.output
    )
    assert "  A     (none)\n  B     2\n" in done.output
    assert "\n1 difference\n" in done.output
    assert "header x-version" in summary.read_text("utf-8")
    report = json.loads((out / "compare.json").read_text("utf-8"))
    (difference,) = report["differences"]
    assert difference["field"] == "header x-version"
    assert difference["calls"] == ["app.get", "record.add"]
    assert difference["input"]["params"] in ({"id": 1}, {"app": 1, "record": {}})
    assert report["calls"] == ["app.get", "record.add"]
    assert all(report[name] for name in ("started", "finished", "machine"))
    suite = ET.parse(out / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "2")
    assert "header x-version  (" in (suite[0][0].text or "")


# ---- known differences


FOUND = Comparison(
    *("1", "A", "B", "loopback", ("app.get", "record.add"), 9, ("header x-noise",), (), (), ()),
    differences=tuple(
        Apart(field, first, second, ("app.get",), 3, Step({}, "app.get", {}, "returned", ()))
        for field, first, second in (("header a", "1", "2"), ("path", "/k/v1/app.json", "/a\x1b"))
    ),
)


def excused(tmp_path: Path, text: str) -> Comparison:
    file = tmp_path / "known.toml"
    file.write_text(f"version = 1\n{text}", "utf-8")
    return differing_.excused(FOUND, baseline.read(file, of_fields=True))


def test_known_differences_do_not_count(tmp_path: Path) -> None:
    known = '["header a"]\nreason = "new in 2"\n[path]\nreason = "b"\nmatch = "/k/v1"\n'
    made = excused(tmp_path, known)
    assert made.exit_code == 0
    lines = [*comparison.lines(made)]
    assert "  header a  new in 2" in lines
    assert lines[-1] == "no difference but 2 known"
    assert b'skipped="1"' in comparison.junit(made)
    assert b"\x1b" not in comparison.junit(FOUND)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ('[path]\nreason = "b"\nmatch = "elsewhere"\n', "path fails, but not as"),
        ('["header b"]\nreason = "b"\n', "header b does not differ, but is listed in"),
        ('[path]\nreason = "b"\nuntil = 2020-01-01\n', "was accepted until 2020-01-01"),
    ],
)
def test_an_entry_that_does_not_fit_is_stale(tmp_path: Path, known: str, said: str) -> None:
    made = excused(tmp_path, known)
    assert made.exit_code == 1
    assert any(said in line for line in comparison.lines(made))
    assert b"<failure" in comparison.junit(made)


def test_noise_is_neither_the_same_nor_stale(tmp_path: Path) -> None:
    assert excused(tmp_path, '["header x-noise"]\nreason = "drawn"\n').stale == ()


def test_a_baseline_of_differences_is_written_and_updated(tmp_path: Path) -> None:
    file = tmp_path / "known.toml"
    assert (
        baseline.update(file, differing_.fields_of(FOUND, None), strict=False, of_fields=True) == 2
    )
    listed = baseline.read(file, of_fields=True)
    assert differing_.excused(FOUND, listed).exit_code == 0
    same = msgspec.structs.replace(FOUND, differences=FOUND.differences[:1])
    assert differing_.excused(same, listed).exit_code == 1
    assert (
        baseline.update(file, differing_.fields_of(same, listed), strict=False, of_fields=True) == 1
    )
    assert [*baseline.read(file, of_fields=True).known] == ["header a"]


def test_a_folder_that_is_being_written_to_is_not_taken(tmp_path: Path) -> None:
    with claimed(tmp_path):
        named = ["compare", "reference", "reference", "--report-dir", str(tmp_path)]
        done = CliRunner().invoke(cli, named)
    assert isinstance(done.exception, UsageError)
    assert "another run is writing to" in str(done.exception)


OTHER = """
    @serves("app.acl.get")
    def app_acl_get(self, sdk, **params):
        return sdk.get(sdk.path("app/acl") + "{}", params)
"""
ONCE = """
    sent = 0
    def send(self, method, path, **more):
        Client.sent += 1
        odd = {"X-Once": "1"} if Client.sent == 12 else {}
        headers = {**(more.pop("headers", None) or {}), **odd}
        return super().send(method, path, headers=headers, **more)
"""


def test_other_operations_are_compared_and_what_does_not_differ_again_is_noise(
    tmp_path: Path,
) -> None:
    before, after = HEAD.format("    pass"), HEAD.format(ONCE)
    for name, code, end in (("one.py", before, ""), ("two.py", after, "/")):
        (tmp_path / name).write_text(code + OTHER.format(end), "utf-8")
    named = [f"{tmp_path}/{name}:Mine" for name in ("one.py", "two.py")]
    done = CliRunner().invoke(cli, ["compare", *named, "--ignore", "outcome"])
    assert done.exit_code == 1, done.output
    assert "or only once): header x-once\n" in done.stdout
    assert "path  (4 calls: app.acl.get)" in done.stdout
    assert "\n  A     /k/v1/app/acl.json\n  B     /k/v1/app/acl.json/\n" in done.stdout
    assert done.stdout.endswith("\n1 difference\n"), "what is answered there is no other one"


class Sends:
    """A side of a comparison that always sends the same, or breaks."""

    def __init__(self, *exchanges: Exchange, trouble: str = "") -> None:
        self.played = Played(exchanges, trouble)
        self.asked = 0

    def play(self, scenario: Scenario) -> Played:
        self.asked += 1
        return self.played


PLAYED = Scenario((Open("a", Made(HARMLESS_TOKENS)), Ask("a", exchange().call)))


def found_between(left: Sends, right: Sends, confirmed: Sends | None = None) -> list[Difference]:
    """The differences that are told, if the second side sends so when it is asked again."""
    how = comparing.How()
    found = comparing._differences([PLAYED], [left.played], [right.played], how)
    one: Any = left
    other: Any = confirmed or right
    return [*comparing._confirmed(found, one, other, how)]


def test_a_client_that_breaks_is_a_difference_with_its_reason() -> None:
    broken = Sends(trouble="the driver ended with exit code 7")
    [found] = found_between(Sends(exchange(sent())), broken)
    assert (found.left, found.right) == ("1 call", "0 calls: the driver ended with exit code 7")
    assert found_between(Sends(exchange(sent())), broken, Sends(exchange(sent()))) == []


def test_differences_beyond_those_that_are_made_small_are_confirmed_as_well() -> None:
    names = [f"x-{number:02}" for number in range(30)]
    more = exchange(sent(more=tuple((name, "1") for name in names)))
    left, right = Sends(exchange(sent())), Sends(more)
    assert [each.name for each in found_between(left, right)] == [f"header {n}" for n in names]
    assert found_between(left, right, Sends(exchange(sent()))) == []


def test_differences_that_are_not_listed_are_counted_and_fail() -> None:
    same = msgspec.structs.replace(FOUND, differences=(), more=7)
    assert same.exit_code == ExitCode.FAILED
    assert comparison.conclusion(same) == "no difference, and 7 more that are not shown"


def test_a_door_in_a_hurry_does_not_wait_for_what_never_comes() -> None:
    with closing(Loopback()) as door:
        door.hurry(0.1)
        for begun in (b"", b"POST /k/v1/record.json HTTP/1.1\r\nContent-Length: 5\r\n\r\n"):
            address = urlsplit(door.base_url)
            with socket.create_connection((address.hostname, address.port), 10) as line:
                line.sendall(begun)
                while line.recv(1 << 16):
                    pass  # its answer, where it has one; the end comes long before the 10 seconds


def test_one_client_or_three_are_bad_usage() -> None:
    for clients in (["reference"], ["reference"] * 3):
        done = CliRunner().invoke(cli, ["compare", *clients])
        assert isinstance(done.exception, UsageError)


# ---- versions


def test_an_sdk_is_named_by_its_folder_and_a_version(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "driver.mjs").write_text("// the driver", "utf-8")
    (folder / "sdk.toml").write_text(
        'name = "a"\nversions = ["1.2.3"]\nlanguage = "node"\nurl = "https://example.com"\n'
        'build = ["true {version}"]\ndriver = "node driver.mjs"\n',
        "utf-8",
    )
    newest, other = versions.sdk_at(str(folder)), versions.sdk_at(f"{folder}@2.0.0")
    assert newest is not None
    assert newest.workplace == folder
    assert other is not None
    assert versions.built(other, 1.0, lambda _: None).version == "2.0.0"
    assert other.workplace == tmp_path / "a@2.0.0"
    assert (other.workplace / "driver.mjs").read_text() == "// the driver"
    assert versions.driver_command(other, list)[4:] == [
        *(str(other.workplace), "env", "node", "driver.mjs")
    ]
    assert versions.sdk_at("node driver.mjs") is None
    for wrong in ("../../x", "", "a b", "$(x)"):
        with pytest.raises(UsageError, match="is not a version"):
            versions.sdk_at(f"{folder}@{wrong}")


def test_what_is_asked_of_both_has_special_inputs() -> None:
    core = tuple(sorted(api for api in served(ReferenceAdapter()) if call_spec(api).core))
    planner = Planner(Able(ReferenceAdapter.info, core, ("loopback",)), 0, quick=True)
    scenarios = [*comparing._asked(planner)]
    opened = [step.made for each in scenarios for step in each.steps if isinstance(step, Open)]
    assert {made.auth for made in opened} >= {*PASSWORDS}
    assert {made.basic for made in opened} >= {*GATES}
    assert {made.base for made in opened} >= {"", "/"}
    assert any(made.guest == "5/../.." for made in opened)
    asks = [ask for each in scenarios for ask in each.asks()]
    assert {ask.call.params.get("name") for ask in asks} >= {*FILE_NAMES}
    assert not any(ask.holds_boundary for ask in asks)


# ---- what a difference comes from


def test_a_difference_of_outcome_says_what_was_answered_reported_and_sent() -> None:
    asking = Asking(
        Client("https://demo.cybozu.com", HARMLESS_TOKENS),
        Call("record.get", {"app": 1, "id": 1}),
        answer="302 elsewhere",
    )
    moved = sent("/moved/k/v1/record.json?app=1&id=1", host="http://localhost:40002")
    failed = Refused(ErrorReport("TooManyRedirects", "no\x1bmore of localhost:40001"))
    one, other = Exchange(asking, Sent(), (sent(), moved)), Exchange(asking, failed, (sent(),))
    scenario = Scenario(())
    found = Difference("outcome", "returned", "reported an error", scenario, one, other, 1)
    told = differing_._apart(found)
    shown = [*comparison._apart(told)]
    assert "  answered with a redirect with 302 to another host" in shown
    at = shown.index("  A     returned")
    assert shown[at + 1].startswith("        sent GET https://")
    assert shown[at + 2] == (
        "        sent GET http://localhost:PORT/moved/k/v1/record.json?app=1&id=1"
    )
    assert shown[at + 4] == ("        the error: TooManyRedirects: no\\x1bmore of localhost:PORT")
    plain = msgspec.structs.replace(told, answer="")
    assert not any(line.startswith("  answered") for line in comparison._apart(plain))


def test_a_header_of_credentials_is_shown_decoded_too() -> None:
    value = base64.b64encode("user:秘密".encode()).decode()
    found = fields(exchange(sent(more=(("X-Cybozu-Authorization", value),))), order=False)
    assert found["header x-cybozu-authorization"] == f"{value} (Base64 of user:秘密)"


def test_the_user_of_a_redirect_that_names_the_port_of_a_door_is_no_difference() -> None:
    left, right = (
        exchange(sent(more=(("Authorization", "Basic " + base64.b64encode(at.encode()).decode()),)))
        for at in ("localhost:40001", "localhost:40002")
    )
    assert apart(left, right) == []
