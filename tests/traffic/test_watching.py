"""`watch`: every request is answered and explained; a command and what it leaves behind ends."""

from __future__ import annotations

import http.client
import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from kintone_conformance.cli import cli
from kintone_conformance.doors import Answer
from kintone_conformance.doors.answers import documented_answer, kintone_error
from kintone_conformance.doors.certificates import Certificates
from kintone_conformance.doors.namespace import available
from kintone_conformance.doors.resolver import answer_to
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Wire
from kintone_conformance.spec.endpoints import catalogue
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.upstream import Upstream
from kintone_conformance.traffic.watching import Watch
from traffic.requests import TOKEN

READ = "/k/v1/record.json?app=1&id=1"
SENDS = f"""
import os, sys, urllib.request
base = os.environ["KINTONE_BASE_URL"]
headers = {{"X-Cybozu-API-Token": "{TOKEN}"}}
urllib.request.urlopen(urllib.request.Request(base + "{READ}", headers=headers)).read()
"""


class Watched:
    """A watched door, and what is said."""

    def __init__(self, upstream: str | None = None) -> None:
        self.door = Loopback(any_process=True)
        self.lines: list[str] = []
        behind = Upstream(upstream) if upstream else None
        self.watch = Watch(self.door, NamedCredentials(), self.lines.extend, behind)

    def send(self, method: str, target: str, body: str | None = None, **more: str) -> Answer:
        """Send a request with a token; the answer."""
        headers = {"X-Cybozu-API-Token": TOKEN, **{k.replace("_", "-"): v for k, v in more.items()}}
        with closing(http.client.HTTPConnection(urlsplit(self.door.base_url).netloc)) as line:
            line.request(method, target, body, headers)
            response = line.getresponse()
            return Answer(response.status, response.read(), tuple(response.getheaders()))


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.door.close()


@pytest.mark.parametrize(
    ("method", "target", "more", "status", "code"),
    [
        ("GET", READ, {}, 200, ""),
        ("GET", "/k/v1/app/acl.json?app=1", {}, 200, ""),
        ("GET", READ, {"Content_Type": "application/json"}, 400, "CB_IL02"),
        ("GET", "/k/v1/guest/5/record.json?app=1&id=1", {}, 404, "CB_NO01"),
        ("GET", "/k/v1/nothing/of/this.json", {}, 404, "CB_NO01"),
        ("GET", "/k/v1/apps.json", {}, 403, "GAIA_NO01"),
        ("GET", READ, {"X_Cybozu_API_Token": ""}, 400, "GAIA_IA02"),
        ("GET", READ, {"X_Cybozu_Authorization": "Basic YTpi"}, 401, "CB_WA01"),
        ("DELETE", "/k/v1/records.json", {}, 400, "CB_VA01"),
        ("GET", "/index.html", {}, 404, ""),
    ],
)
def test_a_request_is_answered_as_kintone_would(
    watched: Watched, method: str, target: str, more: dict[str, str], status: int, code: str
) -> None:
    answer = watched.send(method, target, **more)
    assert answer.status == status
    body = json.loads(answer.body) if code or status == 200 else {}
    assert body.get("code", "") == code
    explained = [line for line in watched.lines if f"would answer {status}" in line]
    assert bool(explained) is bool(code)


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [
        ("GET", "/k/guest/5/v1/app/views.json?app=1", "views"),
        ("GET", "/k/v1/record/comments.json?app=1&record=2", "comments"),
        ("GET", "/k/v1/apis/record/get.json", "schemas"),
        ("GET", "/v1/user/organizations.json?code=sato", "organizationTitles"),
        ("POST", "/v1/csv/user.json", "id"),
        ("GET", "//k/v1/record.json?app=1&id=1", "record"),
    ],
)
def test_an_answer_has_the_documented_shape(
    watched: Watched, method: str, target: str, name: str
) -> None:
    body = '{"fileKey": "a"}' if method == "POST" else None
    more = {"Content_Type": "application/json"} if body else {}
    more |= (
        {"X_Cybozu_API_Token": "", "X_Cybozu_Authorization": "YTpi"} if "/v1/u" in target else {}
    )
    assert name in json.loads(watched.send(method, target, body, **more).body)


def test_every_documented_operation_has_an_answer_of_its_own() -> None:
    for endpoint in catalogue():
        wire = Wire(endpoint.method, endpoint.path.encode(), ())
        assert documented_answer(wire).status == 200, endpoint.path


def test_a_request_is_explained(watched: Watched) -> None:
    inner = {"method": "POST", "api": "/k/v1/record.json", "payload": {}}
    body = json.dumps({"requests": [inner] * 3})
    path = "/k/guest/5/v1/bulkRequest.json"
    watched.send("POST", path, body, Content_Type="application/json")
    assert watched.lines[0] == "POST bulkRequest in guest space 5, API token, 3 writes"
    assert "  KC408 MUST: " in watched.lines[1]
    assert "/k/guest/5/v1/record.json" in watched.lines[2]
    assert "fix:" in watched.lines[4]
    assert "400 GAIA_IL23" in watched.lines[5]
    assert TOKEN not in "".join(watched.lines)
    assert watched.watch.judgement.seen().startswith(
        "1 of 148 documented operations were seen: bulkR"
    )


def test_a_fix_and_an_answer_are_told_once(watched: Watched) -> None:
    for _ in range(2):
        watched.send("GET", "/k/guest/5/v1/records.JSON?app=1")
    first, again = "\n".join(watched.lines).split("\nGET records")
    assert "fix:" in first
    assert "fix:   " not in again
    assert "(fix: see above)" in again
    assert "expected:" in again


def test_bytes_that_are_no_request_are_answered_and_told(watched: Watched) -> None:
    watched.send("GET", READ, X__Y="a\x00b")
    assert "KC528" in "".join(watched.lines)


def test_an_upstream_answers_and_its_error_is_explained() -> None:
    with closing(Loopback(any_process=True)) as server:
        server.play(lambda _: kintone_error(400, "GAIA_IL23", "…"))
        watched = Watched(server.base_url)
        with closing(watched.door):
            answer = watched.send("GET", READ, X_Custom="a")
            (wire,) = server.drain()
    assert answer.status == 400
    assert wire.values("Host") == (server.base_url.partition("//")[2].encode(),)
    assert wire.values("X-Custom") == (b"a",)
    assert wire.target == READ.encode()
    assert "the answer was 400 GAIA_IL23: the app is in a guest space" in "".join(watched.lines)


def test_a_redirect_of_the_upstream_to_itself_leads_through_the_door() -> None:
    with closing(Loopback(any_process=True)) as server:
        there = {"/a": f"{server.base_url}/k/b", "/c": "https://example.com/"}
        server.play(
            lambda wire: Answer(302, b"", (("Location", there[wire.target.decode()[-2:]]),))
        )
        watched = Watched(server.base_url)
        with closing(watched.door):
            base = watched.door.base_url
            moved = [dict(watched.send("GET", f"/k{end}").headers)["Location"] for end in there]
    assert moved == [f"{base}/k/b", "https://example.com/"]


def test_an_upstream_that_is_gone_is_a_502() -> None:
    with closing(Loopback()) as server:
        url = server.base_url
    watched = Watched(url)
    with closing(watched.door):
        answer = watched.send("GET", READ)
    assert answer.status == 502
    assert f"{url} did not answer: " in watched.lines[-1]
    assert answer.body.decode() == f"{watched.lines[-1].strip()}\n"


def test_a_write_that_no_upstream_answered_was_not_answered_by_kintone() -> None:
    with closing(Loopback()) as server:
        url = server.base_url
    watched = Watched(url)
    with closing(watched.door):
        for _ in range(2):
            watched.send("POST", "/k/v1/record.json", '{"app": 1}', Content_Type="application/json")
    assert not [note for note in watched.watch.notes() if "KC521" in note]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://a/b",
        "ftp://x",
        "https://u:p@x",
        "https://x:99999",
        "",
    ],
)
def test_what_is_no_upstream_is_a_sentence(url: str) -> None:
    with pytest.raises(UsageError, match="--upstream"):
        Upstream(url)


def watch(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", "watch", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_a_command_is_watched_and_its_trouble_told() -> None:
    done = watch("--", sys.executable, "-c", SENDS)
    assert done.returncode == 0, done.stderr
    assert "GET record, API token" in done.stderr
    done = watch("--", sys.executable, "-c", SENDS + "sys.exit(7)")
    assert done.returncode == 3
    assert "the command ended with exit code 7" in done.stdout


def test_a_command_that_sends_nothing_or_is_none() -> None:
    done = watch("--", "true")
    assert done.returncode == 4
    wanted = "`--door proxy` or `--door namespace`" if available() else "`--door proxy`"
    assert f"note: nothing used KINTONE_BASE_URL; try {wanted}\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("nothing was judged; 0 of 148 documented")
    done = watch("--", "/no/such/command")
    assert done.returncode == 2
    assert done.stderr.startswith("error: /no/such/command cannot be started")


def test_an_option_that_does_not_exist_is_not_taken_for_the_command() -> None:
    for words in (["--dor", "tls", "--", "true"], ["--door", "namespace", "--", "/no/such"]):
        done = CliRunner().invoke(cli, ["watch", *words])
        assert isinstance(done.exception, UsageError)
        assert "there is no option --dor" in str(done.exception) or "/no/such" in words


def test_a_credential_on_the_command_line_is_not_shown(tmp_path: Path) -> None:
    done = watch("--report-dir", "out", "--", sys.executable, "-c", SENDS, cwd=tmp_path)
    assert done.returncode == 0
    assert "import os, sys, urllib.request" in (tmp_path / "out" / "report.json").read_text()
    texts = [done.stdout, done.stderr, *(f.read_text() for f in (tmp_path / "out").iterdir())]
    assert not any(TOKEN in text for text in texts)


def test_reports_are_neither_committed_nor_linted(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "mine").mkdir()
    for name in ("out", "mine"):
        watch("--report-dir", name, "--", sys.executable, "-c", SENDS, cwd=tmp_path)
        report = tmp_path / name / "report.json"
        assert report.exists()
        report.write_text(f'{{"api_token": "{TOKEN}", "kintone": 1}}')
    assert (tmp_path / "out" / ".gitignore").read_text() == "*\n"
    assert not (tmp_path / "mine" / ".gitignore").exists()
    lint = [sys.executable, "-m", "kintone_lint", "check", "--show-files"]
    done = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "mine/report.json" in done.stdout
    assert "out/" not in done.stdout


def test_what_a_command_leaves_behind_is_judged_and_ended(tmp_path: Path) -> None:
    (tmp_path / "late.py").write_text(f"import time\ntime.sleep(0.5)\n{SENDS}\ntime.sleep(600)\n")
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, 'late.py'], start_new_session=True)"
    )
    done = watch("--", sys.executable, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 of 148 documented operations were seen: record.get (1)" in done.stdout


def test_canaries_are_given_and_searched_for() -> None:
    leaks = (
        SENDS.replace(READ, READ + "&t=")
        .replace(f'"{TOKEN}"', 'os.environ["KINTONE_API_TOKEN"]')
        .replace('&t="', '&t=" + os.environ["KINTONE_API_TOKEN"]')
    )
    done = watch("--canaries", "--select", "KC601", "--", sys.executable, "-c", leaks)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "an API token is in the URL" in done.stderr
    assert "1 requirement judged, broken: KC601" in done.stdout


@pytest.mark.skipif(not available(), reason="this machine makes no namespaces")
def test_hosts_that_are_wired_in_are_caught_in_a_namespace(tmp_path: Path) -> None:
    urls = "https://acme.cybozu.com https://a.s.kintone.com https://kintone.example.org"
    plain = "http://acme.cybozu.com"
    one = SENDS.replace('os.environ["KINTONE_BASE_URL"]', "base_url")
    sends = one.replace("urllib.request.urlopen", "    urllib.request.urlopen").replace(
        "base =", f"for base_url in '{urls} {plain}'.split():\n    base ="
    )
    sends = sends.replace("headers = ", "    headers = ")
    options = ("--door", "namespace", "--host", "kintone.example.org", "--report-dir", "out")
    done = watch(*options, "--", sys.executable, "-c", sends, cwd=tmp_path)
    assert done.stderr.count("GET record, API token") == 4, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    broken = {row["id"] for row in report["requirements"] if row["verdict"] in ("fail", "warn")}
    assert broken == {"KC503"}, done.stdout
    for wrong in ("a b", "x\n127.0.0.1", ""):
        assert watch("--door", "namespace", "--host", wrong, "--", "true").returncode == 2


def query(name: str, kind: int = 1) -> bytes:
    labels = b"".join(bytes([len(each)]) + each.encode() for each in name.split("."))
    return struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def test_the_resolver_of_a_namespace_knows_the_hosts_of_its_domains_alone() -> None:
    def counted(asked: bytes) -> tuple[int, int]:
        _, flags, _, answers, *_ = struct.unpack_from("!6H", answer_to(asked, ["cybozu.com"]))
        return flags & 15, answers

    assert counted(query("acme.Cybozu.com")) == (0, 1)
    assert answer_to(query("a.s.cybozu.com"), ["cybozu.com"]).endswith(b"\x7f\0\0\x01")
    assert counted(query("acme.cybozu.com", 28)) == (0, 0)  # it has no IPv6 address
    for other in ("example.com", "cybozu.com.example.com", "notcybozu.com", "cybozu.com"):
        assert counted(query(other)) == (3, 0)
    whole = query("acme.cybozu.com")
    for broken in (
        b"",
        *(whole[:end] for end in range(1, len(whole))),
        whole[:12] + b"\xc0\x0c" * 9,
    ):
        assert answer_to(broken, ["cybozu.com"]) == b""


@pytest.mark.parametrize("name", ["x_y.cybozu.com", "..", "a" * 70 + ".com", "é\0"])
def test_what_is_no_host_name_gets_no_certificate(name: str) -> None:
    with pytest.raises(OSError, match="no certificate"):
        Certificates().context(name, "trusted")


def test_nobody_can_enter_a_namespace_without_a_command() -> None:
    done = CliRunner().invoke(cli, ["watch", "--door", "namespace"])
    assert isinstance(done.exception, UsageError)


@pytest.mark.deep
def test_ten_thousand_requests_leave_nothing_behind(watched: Watched) -> None:
    import gc

    watched.watch._say = lambda _: None
    headers = {"X-Cybozu-API-Token": TOKEN}
    counts = []
    with closing(http.client.HTTPConnection(urlsplit(watched.door.base_url).netloc)) as line:
        for number in range(11_000):
            target = f"/k/v1/records.json?app={number}&query={number}"
            line.request("GET", target, headers=headers)
            line.getresponse().read()
            if number in (1_000, 10_999):
                gc.collect()
                counts.append(len(gc.get_objects()))
    assert counts[1] - counts[0] < 1_000, counts


def test_a_wrong_request_is_told_once_and_summed_up_in_a_line(tmp_path: Path) -> None:
    wrong = SENDS.replace("/k/v1/record.json", "/k/v1/guest/5/record.json")
    wrong = wrong.replace(
        "urllib.request.urlopen", "import http.client, urllib.error\ntry:\n  urllib.request.urlopen"
    )
    wrong += "except urllib.error.HTTPError:\n  pass\n"
    for options in ((), ("-q",)):
        done = watch(*options, "--report-dir", str(tmp_path), "--", sys.executable, "-c", wrong)
        assert done.returncode == 1, done.stderr
        assert done.stderr.count("fix:") == 1
        (line,) = done.stdout.splitlines()
        assert line.startswith("not conformant; 1 of 148 documented operations were seen: record")
        assert line.endswith("requirements judged, broken: KC402")
    whole = watch("-v", "--", sys.executable, "-c", wrong)
    assert "KC4xx " in whole.stdout
    assert "KC402" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("token", ["abcTOKENabcTOKEN", "xxxxxxxx", "<token>"])
def test_a_live_request_is_not_a_recording(watched: Watched, token: str) -> None:
    watched.send("GET", READ, X_Cybozu_API_Token=token)
    assert watched.lines[0] == "GET record, API token"
    assert not [note for note in watched.watch.notes() if "recording" in note]


def test_a_login_as_basic_is_told_where_it_belongs(watched: Watched) -> None:
    watched.send("GET", READ, X_Cybozu_API_Token="", Authorization="Basic YTpi")
    bare = Wire(
        "GET", READ.encode(), ((b"Authorization", b"Basic YTpi"),), b"", watched.door.base_url
    )
    watched.lines.clear()
    watched.watch.answer(bare)
    said = "\n".join(watched.lines)
    assert "does not log in to Kintone" in said
    assert "send login:password in X-Cybozu-Authorization" in said
    assert "Kintone would answer 401 CB_AU01" in said or "(see above)" in said


def test_a_misspelt_header_is_told_with_the_one_that_is_meant(watched: Watched) -> None:
    for name in (b"X-Cybozu-Api-Tokens", b"X-Cybozu-Token"):
        watched.lines.clear()
        target = READ.encode()
        headers = ((b"Authorization", b"Bearer " + TOKEN.encode()),)
        watched.watch.answer(Wire("GET", target, headers, b"", watched.door.base_url))
        wire = Wire("GET", target, ((name, TOKEN.encode()),), b"", watched.door.base_url)
        assert watched.watch.answer(wire).status == 401
        said = "\n".join(watched.lines)
        assert f"{name.decode()} is not a Kintone header; did you mean X-Cybozu-API-Token?" in said
        assert "KC601" not in said
        assert TOKEN not in said
    broken = {each.id for each in watched.watch.judgement.results() if each.verdict == "fail"}
    assert "KC201" in broken
    assert not broken & {"KC306", "KC601"}


RECORD = {"title": {"value": "x"}}


@pytest.mark.parametrize(
    ("method", "path", "sent", "said", "status"),
    [
        ("POST", "records", {"app": 1, "records": [RECORD] * 101}, "records has 101 elements", 400),
        ("POST", "records", {"app": 1, "records": [RECORD] * 100}, "", 200),
        ("POST", "record", {"record": RECORD}, "app is missing", 400),
        ("POST", "record", {"app": 1, "record": {"title": "x"}}, "the field title of record", 400),
        ("PUT", "record", {"app": 1, "id": 3}, "", 200),
        ("PUT", "record", {"app": 1, "updateKey": {"field": "a", "value": "b"}}, "", 200),
        ("PUT", "records", {"app": 1, "records": [{"id": 1, "record": RECORD}]}, "", 200),
        ("PUT", "records", {"app": 1, "records": [{"id": 1, "revision": 2}]}, "", 200),
        ("PUT", "records/status", {"app": 1, "records": [{"id": 1, "action": "a"}]}, "", 200),
        (
            *("PUT", "records", {"app": 1, "records": [{"id": 1, "record": {"a": 5}}]}),
            *("the field a of records[0]", 400),
        ),
        ("GET", "records.json?app=1&query=limit%20501", None, "the query has limit 501", 400),
        ("GET", "records.json?app=1&query=a%3D%22limit%20501%22%20limit%20500", None, "", 200),
        ("GET", "records.json?app=1&query=offset%2010001", None, "the query has offset 10001", 400),
        ("GET", "apps.json?limit=101", None, "limit is 101", None),
        ("POST", "records/cursor", {"app": 1, "size": 501}, "size is 501", 400),
    ],
)
def test_parameters_that_the_documentation_rules_out(
    watched: Watched, method: str, path: str, sent: object, said: str, status: int | None
) -> None:
    body = json.dumps(sent) if sent else None
    target = f"/k/v1/{path}" if body is None else f"/k/v1/{path}.json"
    more = {"Content_Type": "application/json"} if body else {}
    answer = watched.send(method, target, body, **more)
    if status is not None:
        assert answer.status == status, watched.lines
    told = "\n".join(watched.lines)
    assert said in told
    if said:
        assert "Kintone would refuse the parameters of 1 request" in watched.watch.notes()[0]
    elif status == 200:
        assert len(watched.lines) == 1
    assert not any(each.verdict == "fail" for each in watched.watch.judgement.results())


def test_a_form_in_the_place_of_json_is_called_one(watched: Watched) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = watched.send("POST", "/k/v1/record.json", "app=1&record=x", **form)
    assert "the body is a form, where Kintone reads JSON" in "\n".join(watched.lines)
    assert answer.status == 400
    watched.lines.clear()
    watched.send("POST", "/k/v1/record.json", '{"app": 1}', **form)
    assert "the JSON body has another media type" in "\n".join(watched.lines)
