"""What lies about on the client's machine, and what it is given besides credentials.

Each difference with the requirement that names it, and beside it what right clients do.
"""

from __future__ import annotations

import gzip
import os
from base64 import b64encode
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from judging.clients import broken, driving, results
from judging.exchanges import TOKEN, Headers, found, read, wire
from kintone_conformance.doors.sockets import Tls
from kintone_conformance.judging import left_files
from kintone_conformance.judging.left_files import Folder
from kintone_conformance.judging.places import places
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.samples import upload
from kintone_conformance.judging.scenario import Made, single
from kintone_conformance.model import (
    Call,
    ClientCertificate,
    ErrorReport,
    Refused,
    Sent,
    Verdict,
    Wire,
)
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import ApiTokens, Auth, Basic, OAuth, Password

GET = "/k/v1/record.json"
PARAMS = {"app": "1", "id": "1"}
OWN = ("X-Cybozu-API-Token", TOKEN.tokens[0])
NETRC, VARIABLE, DOTENV, PROXY = (
    *("nTrc7Qw3Ls9Vb2Xk5Zm8Hd4P", "eNvT3Xk9Bm6Qs2Wd8Jz5Lp7R"),
    *("dOtT9Lq4Xc7Hs2Wm5Kd8Rz3B", "pRxY4Kd8Zc2Vn7Tk5Rw9Lq3X"),
)
PLANTED = {
    NETRC: ".netrc",
    VARIABLE: "KINTONE_API_TOKEN",
    DOTENV: ".env (KINTONE_TOKEN)",
    PROXY: "HTTPS_PROXY",
}


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def got(*more: tuple[str, str], given: Headers = (OWN,), **options: Any) -> Wire:
    return read(GET, PARAMS, given=given, more=more, **options)


# ---- the other locale

WIDE = Basic("gate", "é佐")


@pytest.mark.parametrize(
    ("gate", "sent", "broken"),
    [
        (WIDE, "gate:é佐".encode(), []),
        (Basic("gate", "é"), "gate:é".encode("latin-1"), []),  # the charset of old HTTP
        (WIDE, b"gate:??", ["KC312"]),
        (WIDE, "gate:é佐".encode("cp932", "replace"), ["KC312"]),
    ],
)
def test_the_gate_is_the_same_in_another_locale(
    gate: Basic, sent: bytes, broken: list[str]
) -> None:
    value = f"Basic {b64encode(sent).decode()}"
    request = got(("Authorization", value))
    assert found("record.get", request, basic=gate, other_locale=True) == broken
    assert found("record.get", request, basic=gate) == []  # no charset is documented


def test_a_client_may_refuse_a_gate_for_which_no_charset_is_documented() -> None:
    refused = Refused(ErrorReport("ValueError", "ASCII only"))
    assert found("record.get", basic=WIDE, outcome=refused, other_locale=True) == []
    assert found("record.get", basic=Basic("gate", "e"), outcome=refused) == ["KC518"]


@pytest.mark.parametrize("charset", ["cp932", "ascii"])
def test_a_file_name_and_a_query_are_the_same_in_another_locale(charset: str) -> None:
    def sent(name: bytes) -> Wire:
        head = b'--x1y2z3\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"'
        body = head + b"\r\n\r\ncontent\r\n--x1y2z3--\r\n"
        kind = ("Content-Type", "multipart/form-data; boundary=x1y2z3")
        return wire("/k/v1/file.json", "POST", body=body, more=(kind,))

    call = upload("佐藤.txt", b"content")
    assert found(call, sent("佐藤.txt".encode()), other_locale=True) == []
    assert found(call, sent("佐藤.txt".encode(charset, "replace")), other_locale=True) == ["KC517"]
    query = Call("records.get", {"app": 1, "query": 'name = "佐藤"'})
    raw = quote('name = "佐藤"'.encode(charset, "replace"))
    asked = wire(f"/k/v1/records.json?app=1&query={raw}")
    assert found(query, asked, other_locale=True) == ["KC517"]


# ---- canaries


def test_a_default_for_what_was_not_given_is_right() -> None:
    gate = ("Authorization", basic("gate", VARIABLE))
    assert found("record.get", got(gate), planted=PLANTED) == []
    given = Basic("gate", "open")
    assert found("record.get", got(gate), basic=given, planted=PLANTED) == ["KC309"]
    assert found("record.get", got(gate, given=()), auth=OAuth("t"), planted=PLANTED) == ["KC309"]


@pytest.mark.parametrize("secret", [VARIABLE, DOTENV])
def test_another_kind_of_credentials_from_the_machine_is_none_that_was_given(secret: str) -> None:
    login = ("X-Cybozu-Authorization", b64encode(f"sato:{secret}".encode()).decode())
    bearer = ("Authorization", f"Bearer {secret}")
    for header in (login, bearer):
        assert found("record.get", got(header), planted=PLANTED) == ["KC309"]


def test_a_base_url_from_the_machine_does_not_replace_the_one_that_was_given() -> None:
    elsewhere = got(origin="http://localhost:9")
    assert found("record.get", elsewhere, planted=PLANTED) == ["KC309"]
    assert found("record.get", elsewhere) == ["KC707"]


@pytest.mark.parametrize("secret", PLANTED)
@pytest.mark.parametrize("written", [str, lambda text: text.encode().hex(), lambda t: basic("", t)])
def test_what_lies_about_is_in_no_other_place_of_a_request(secret: str, written: Any) -> None:
    shown = written(secret)
    for request in (
        got(("User-Agent", shown)),
        got(("Proxy-Authorization", shown)),
        got(("X-Debug", shown), origin="http://localhost:9"),
    ):
        assert "KC610" in found("record.get", request, planted=PLANTED)
    body = {"app": 1, "record": {"title": {"value": shown}}}
    assert "KC610" in found("record.add", wire(GET, "POST", body=body), planted=PLANTED)


def test_what_lies_about_is_in_no_error() -> None:
    for secret in PLANTED:
        shown = Refused(ErrorReport("KintoneError", f"401 (settings: {secret})"))
        assert "KC610" in found("record.get", got(), outcome=shown, answer="401", planted=PLANTED)
    clean = Refused(ErrorReport("KintoneError", "401 CB_WA01", None, "CB_WA01"))
    assert "KC610" not in found("record.get", got(), outcome=clean, answer="401", planted=PLANTED)


def test_a_proxy_of_the_environment_may_be_used_and_gets_its_credentials() -> None:
    told = ("Proxy-Authorization", basic("proxy-user", PROXY))
    through = read(f"http://localhost:8080{GET}", PARAMS, given=(OWN,), more=(told,), way="proxy")
    assert found("record.get", through, planted=PLANTED) == []
    assert found("record.get", got(), planted=PLANTED) == []  # and it may be ignored


# ---- a proxy that is given

SECURE = "https://conformance.cybozu.com"
PROXY_URL = f"http://proxy-user:{PROXY}@127.0.0.1:3128"
TOLD = ("Proxy-Authorization", basic("proxy-user", PROXY))


def through(*wires: Wire, **options: Any) -> list[str]:
    """What is wrong with a record.get of a client that was given a proxy."""
    given: dict[str, Any] = {"door": "proxy", "origin": SECURE, "proxy_url": PROXY_URL}
    return found("record.get", *wires, **{**given, **options})


def connect(*more: tuple[str, str]) -> Wire:
    return wire(
        "conformance.cybozu.com:443", "CONNECT", given=(), more=more, origin="", way="proxy"
    )


def test_a_tunnel_is_the_way_through_a_proxy() -> None:
    inside = got(origin=SECURE, way="tunnel")
    assert through(connect(TOLD), inside) == []
    assert through(connect(TOLD), inside, door="tls", proxied=True) == []
    assert through(inside, door="tls", proxied=True) == []  # the tunnel was there


def test_nothing_goes_past_a_proxy_or_to_it_in_the_clear() -> None:
    assert through(got(origin=SECURE)) == ["KC609"]
    absolute = read(f"{SECURE}{GET}", PARAMS, given=(OWN,), origin=SECURE, way="proxy")
    assert through(absolute) == ["KC611"]
    assert "KC611" in through(connect(), absolute, answer="302 to http")
    plain = f"{SECURE}{GET}".replace("https:", "http:")
    followed = read(plain, PARAMS, given=(OWN,), origin=SECURE, way="proxy")
    assert through(followed) == ["KC611"], "whatever its target says"
    assert "KC611" not in through(connect(), followed, answer="302 to http"), "it was sent there"


def test_the_credentials_of_a_proxy_are_for_it_alone() -> None:
    assert through(connect(TOLD), got(TOLD, origin=SECURE, way="tunnel")) == ["KC612"]
    agent = got(("User-Agent", PROXY_URL), origin=SECURE, way="tunnel")
    assert through(connect(TOLD), agent) == ["KC612"]
    shown = Refused(ErrorReport("ProxyError", f"cannot reach {PROXY_URL}"))
    assert through(connect(TOLD), outcome=shown, answer="no tunnel") == ["KC604"]


def test_the_credentials_of_a_proxy_are_sent_where_it_takes_them() -> None:
    inside, given = got(origin=SECURE, way="tunnel"), {"door": "tls", "proxied": True}
    assert through(connect(), inside, **given) == ["KC613"]
    assert through(connect(("Proxy-Authorization", "Basic Og==")), inside, **given) == ["KC613"]
    lower = ("proxy-authorization", f"basic {TOLD[1].partition(' ')[2]}")
    assert through(connect(lower), inside, **given) == []
    assert through(connect(), inside) == []  # a client that knows proxies of the environment only


def test_a_proxy_that_opens_no_tunnel_is_an_error() -> None:
    assert through(connect(TOLD), outcome=Sent(), answer="no tunnel") == ["KC806"]
    refused = Refused(ErrorReport("ProxyError", "407"))
    assert through(connect(TOLD), outcome=refused, answer="no tunnel") == []
    kept = got(origin=SECURE, way="tunnel")  # in a tunnel that was open before
    assert through(kept, answer="no tunnel") == []


# ---- authorities and client certificates


def test_an_authority_that_was_given_is_used() -> None:
    refused = Refused(ErrorReport("SSLError", "unable to get local issuer certificate"))
    assert found("record.get", outcome=refused, bare=True, door="tls") == ["KC614"]
    assert found("record.get", outcome=refused, door="tls") == ["KC518"]


CERTIFICATE = ClientCertificate("certificate", "key", b"pfx", "password")
CERTIFIED: dict[str, Any] = {"client_certificate": CERTIFICATE, "door": "tls"}


class AnswersChallenges(KintoneClient):
    """Answers a gate that asks for a login with the one that it has for Kintone."""

    def parsed(self, response: requests.Response) -> Any:
        if "WWW-Authenticate" in response.headers and isinstance(self.auth, Password):
            again = response.request.copy()
            login = self.encoded(f"{self.auth.login}:{self.auth.password}")
            again.headers["Authorization"] = f"Basic {login}"
            response = self.http.send(again, allow_redirects=False)
        return super().parsed(response)


def test_each_kind_of_credentials_is_asked_for_a_login_by_a_gate() -> None:
    able = Able(ReferenceAdapter.info, ("app.get", "record.get"), ("loopback",))
    asked = [each for each in places(Planner(able, 0)) if each.odd]
    met = {ask.client.auth.__class__ for each in asked for ask in each.askings()}
    gated = {
        ask.client.auth.__class__
        for each in asked
        for ask in each.askings()
        if ask.answer == "html 401"
    }
    assert gated == met
    assert broken(
        AnswersChallenges,
        lambda _: [
            single(Made(Password("sato", "cybozu")), Call("app.get", {"id": 1}), "html 401")
        ],
        ("app.get",),
    ) == {"KC306"}


def test_a_bare_environment_names_another_authority() -> None:
    """Whoever prefers it to the authority that was given is refused nothing else."""
    with closing(Tls()) as door:
        named = {Path(door.bare_environ[name]).read_text() for name in door.environ}
        assert len(named) == 1
        assert not named & {door.ca_pem, Path(door.environ["SSL_CERT_FILE"]).read_text()}


def test_a_client_certificate_is_shown_to_its_own_host_only() -> None:
    shown = got(certificate="conformance-client")
    assert found("record.get", shown, **CERTIFIED) == []
    assert found("record.get", got(), **CERTIFIED) == ["KC615"]
    moved = wire(
        f"/moved{GET}", given=(), origin="http://127.0.0.1:9", certificate="conformance-client"
    )
    refused = Refused(ErrorReport("KintoneError", "302"))
    away = {**CERTIFIED, "answer": "302 elsewhere", "outcome": refused}
    assert found("record.get", shown, moved, **away) == ["KC616"]
    plain = wire(f"/moved{GET}", given=(), origin="http://127.0.0.1:9")
    assert found("record.get", shown, plain, **away) == []
    assert found("record.get", shown, door="tls") == ["KC616"]  # another object's


# ---- whole clients on such a machine


class UsesTheMachinesProxy(KintoneClient):
    """Goes through the proxy that the environment names; a .netrc is not looked into."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.http.trust_env = True
        self.http.auth = lambda request: request


class KnowsDefaults(KintoneClient):
    """Takes the gate from documented variables where none is given."""

    def __init__(self, base_url: str, auth: Auth, basic: Basic | None = None, *rest: Any) -> None:
        user, password = (
            os.environ.get(f"KINTONE_BASIC_AUTH_{name}") for name in ("USERNAME", "PASSWORD")
        )
        if basic is None and user and password and not isinstance(auth, OAuth):
            basic = Basic(user, password)
        super().__init__(base_url, auth, basic, *rest)


@pytest.mark.parametrize("client", [UsesTheMachinesProxy, KnowsDefaults])
def test_right_clients_stay_untouched_on_a_hostile_machine(client: type[KintoneClient]) -> None:
    ids = ("KC306", "KC308", "KC309", "KC311", "KC517", "KC610")
    found = results(driving(client, ("app.get", "record.add")), ids, examples=100)
    assert {id_: result.message for id_, result in found.items() if result.message} == {}
    assert all(result.examples for result in found.values())


class ReadsDotenv(KintoneClient):
    """Prefers the token of ~/.env to the credentials that it is given."""

    def __init__(self, base_url: str, auth: Auth, *rest: Any) -> None:
        file = Path(os.environ["HOME"], ".env")
        lines = file.read_text("ascii").splitlines() if file.exists() else []
        settings = dict(line.split("=", 1) for line in lines)
        found = settings.get("KINTONE_TOKEN")
        super().__init__(base_url, ApiTokens((found,)) if found else auth, *rest)


class TellsItsProxy(KintoneClient):
    """Names the proxy of the environment in its errors."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            error.args = (f"{error} (by way of {os.environ.get('HTTPS_PROXY')})",)
            raise


@pytest.mark.parametrize(
    ("client", "requirement", "place"),
    [(ReadsDotenv, "KC309", ".env (KINTONE_TOKEN)"), (TellsItsProxy, "KC610", "HTTPS_PROXY")],
)
def test_credentials_lie_about_in_files_and_in_the_url_of_a_proxy(
    client: type[KintoneClient], requirement: str, place: str
) -> None:
    found = results(driving(client, ("app.get",)), [requirement], examples=100)[requirement]
    assert found.verdict is Verdict.FAIL
    assert place in found.message


class KeepsALog(KintoneClient):
    """Keeps a log in a home directory of its own: of paths, or of headers as well."""

    headers = False

    def send(self, method: str, path: str, **options: Any) -> Any:
        if "XDG_STATE_HOME" in os.environ:  # elsewhere it would be the home of whoever runs this
            folder = Path.home() / ".local" / "state"
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "kintone.log").open("a", encoding="utf-8") as log:
                log.write(f"{method} {path} {self.auth_headers() if self.headers else ''}\n")
        return super().send(method, path, **options)


class KeepsHeaders(KeepsALog):
    """Logs the headers of each request."""

    headers = True


def test_files_in_the_home_directory_hold_no_credential() -> None:
    for client, verdict in ((KeepsALog, Verdict.PASS), (KeepsHeaders, Verdict.WARN)):
        both = results(driving(client, ("app.get",)), ["KC605", "KC618"], examples=100)
        found = both["KC618"]
        assert found.verdict is verdict
        assert both["KC605"].verdict is Verdict.PASS
    assert "the file .local/state/kintone.log in the home directory shows " in found.message


class TracesWhereItWorks(KintoneClient):
    """Writes the headers of each request to a file in the working folder."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        with Path("kintone-trace.log").open("a", encoding="utf-8") as trace:
            trace.write(f"{method} {path} {self.auth_headers()}\n")
        return super().send(method, path, **options)


@pytest.mark.parametrize("before", ["", "an earlier run\n" * 9])
def test_files_in_the_working_folder_hold_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text("the output of the run", "ascii")
    if before:
        (tmp_path / "kintone-trace.log").write_text(before, "ascii")
    adapter = driving(TracesWhereItWorks, ("app.get",))
    found = results(adapter, ["KC618"], examples=100)["KC618"]
    assert found.verdict is Verdict.WARN
    assert "the file kintone-trace.log in the working folder shows " in found.message


class HandsOn(KintoneClient):
    """Puts its headers into a temporary file for another program, and deletes it at the end."""

    kept = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.file = Path(os.environ.get("TMPDIR", ""), f"{id(self)}.gz")

    def send(self, method: str, path: str, **options: Any) -> Any:
        if "XDG_STATE_HOME" in os.environ:  # elsewhere these would be those of whoever runs this
            self.file.write_bytes(gzip.compress(str(self.auth_headers()).encode()))
        return super().send(method, path, **options)

    def close(self) -> None:
        if not self.kept:
            self.file.unlink(missing_ok=True)
        super().close()


class LeavesIt(HandsOn):
    """Does not delete the file."""

    kept = True


def test_a_temporary_file_counts_if_it_is_left_when_the_client_is_closed() -> None:
    for client, verdict in ((HandsOn, Verdict.PASS), (LeavesIt, Verdict.WARN)):
        found = results(driving(client, ("app.get",)), ["KC618"], examples=100)["KC618"]
        assert found.verdict is verdict
    assert ".gz in the folder for temporary files shows " in found.message


def test_of_a_file_only_what_is_new_is_read(tmp_path: Path) -> None:
    home, file = Folder(tmp_path, "HOME"), tmp_path / "a.log"
    file.write_text("first ", "ascii")
    assert home.written() == (("the file a.log in HOME", "first "),)
    assert home.written() == ()
    file.write_text("first second", "ascii")
    assert home.written() == (("the file a.log in HOME", "second"),)
    file.write_text("new", "ascii")
    assert home.written() == (("the file a.log in HOME", "new"),)
    (tmp_path / "link").symlink_to("/etc/passwd")
    assert home.written() == ()


def test_of_a_file_that_was_written_anew_everything_is_read(tmp_path: Path) -> None:
    home, file = Folder(tmp_path, "HOME"), tmp_path / "cache.json"
    for text in ('{"host": "a"}', '{"token": "b", "host": "a"}', '{"token": "c", "host": "a"}'):
        file.write_text(text, "ascii")
        assert home.written() == (("the file cache.json in HOME", text),)
    assert home.written() == ()


def test_a_file_that_has_not_changed_for_a_while_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, file = Folder(tmp_path, "HOME"), tmp_path / "a.log"
    file.write_text("first", "ascii")
    home.written()
    monkeypatch.setattr(left_files, "_JUST_NOW", 1 << 62)
    opened: list[Path] = []
    usual = Path.open

    def opening(path: Path, mode: str) -> Any:
        opened.append(path)
        return usual(path, mode)

    monkeypatch.setattr(Path, "open", opening)
    assert (home.written(), opened) == ((), [file]), "it may be changed without a later time"
    monkeypatch.setattr(left_files, "_JUST_NOW", -1)
    assert (home.written(), opened) == ((), [file])
    before = file.stat()
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # the file system's clock may be coarse
        with usual(file, "r+b") as same:
            same.write(b"other")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert home.written() == (("the file a.log in HOME", "other"),)


def test_of_the_working_folder_what_is_new_is_read_and_no_folder_in_it(tmp_path: Path) -> None:
    here = Folder(tmp_path, "the working folder", deep=False)
    (tmp_path / "old.log").write_text("a" * 2_000_000, "ascii")
    here.overlook()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.log").write_text("deep", "ascii")
    assert here.written() == ()
    (tmp_path / "a.log").write_text("here", "ascii")
    with (tmp_path / "old.log").open("a", encoding="ascii") as old:
        old.write("new")
    assert here.written() == (
        ("the file a.log in the working folder", "here"),
        ("the file old.log in the working folder", "new"),
    )
    assert here.written() == ()


def test_a_long_file_is_read_to_its_end(tmp_path: Path) -> None:
    home, file = Folder(tmp_path, "HOME"), tmp_path / "a.log"
    file.write_text("a" * 1_500_000 + "b", "ascii")
    ((_, first),), ((_, rest),) = home.written(), home.written()
    assert (len(first), rest[-1]) == (1_000_000, "b")
    assert len(first + rest) == 1_500_001
    assert home.written() == ()
