"""The doors keep bytes as received, answer as the script says, and never hang."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from cryptography.x509 import load_pem_x509_certificate

from kintone_conformance import wires
from kintone_conformance.doors import MISNAMED, UNTRUSTED, Answer, Certificate, Door
from kintone_conformance.doors.answers import documented_answer, redirect
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.doors.http1 import answer_bytes
from kintone_conformance.doors.sockets import FOREIGN, Loopback, Proxy, Tls, loopback_hosts
from kintone_conformance.model import HarnessError, Wire
from kintone_conformance.spec.doors import ALL_DOORS, DOORS, DriverDoor

PATIENCE = 60.0  # seconds, for a busy machine


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with closing(Loopback()) as door:
        yield door


def exchange(door: Loopback, raw: bytes, host: str = "127.0.0.1") -> bytes:
    """Send bytes, read until the door closes or has answered once."""
    port = urlsplit(door.base_url).port
    with socket.create_connection((host, port), timeout=PATIENCE) as sock:
        sock.sendall(raw)
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while data := sock.recv(65_536):
            answer += data
        return answer


def one(door: Door) -> Wire:
    (wire,) = door.drain()
    return wire


def test_headers_keep_case_order_and_duplicates(loopback: Loopback) -> None:
    exchange(loopback, b"GET /k/v1/apps.json HTTP/1.1\r\nHost: a\r\nx-B: 1\r\nX-b:  2 \r\n\r\n")
    assert one(loopback).headers == ((b"Host", b"a"), (b"x-B", b"1"), (b"X-b", b"2"))


def test_the_target_is_kept_as_sent(loopback: Loopback) -> None:
    exchange(loopback, b"GET /k/../%2e%2E//v1?a=b+c%20#d HTTP/1.1\r\nHost: a\r\n\r\n")
    assert one(loopback).target == b"/k/../%2e%2E//v1?a=b+c%20#d"


@pytest.mark.parametrize(
    "line",
    [b"X: a\0b", b"X: a\rb", b"X : a", b"no colon", b"X: a\x7fb\r\n\x00: c"],
)
def test_what_is_no_http_is_malformed_and_answered_400(loopback: Loopback, line: bytes) -> None:
    answer = exchange(loopback, b"GET / HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n\r\n")
    wire = one(loopback)
    assert wire.malformed
    assert line in wire.raw_head
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_a_folded_line_stays_visible_in_the_value(loopback: Loopback) -> None:
    exchange(loopback, b"GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\r\n")
    wire = one(loopback)
    assert wire.malformed or b"\r\n" in wire.values("X")[0]


def test_a_bare_line_feed_does_not_become_a_second_header(loopback: Loopback) -> None:
    exchange(loopback, b"GET / HTTP/1.1\r\nHost: a\r\nX: one\nInjected: 1\r\n\r\n")
    wire = one(loopback)
    assert wire.malformed or wire.values("X") == (b"one\nInjected: 1",)


def test_a_chunked_body_is_put_together(loopback: Loopback) -> None:
    head = b"POST /k/v1/record.json HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    exchange(loopback, head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert one(loopback).body == b"abcde"


def test_pipelined_requests_are_told_apart(loopback: Loopback) -> None:
    first = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
    answer = exchange(loopback, first + b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
    found = loopback.drain()
    assert [(wire.target, wire.body) for wire in found] == [(b"/a", b"abc"), (b"/b", b"")]
    assert answer.count(b"HTTP/1.1 404") == 2


def test_a_body_cut_short_is_malformed(loopback: Loopback) -> None:
    exchange(loopback, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
    assert "body" in one(loopback).malformed


def test_expect_100_is_continued(loopback: Loopback) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    port = urlsplit(loopback.base_url).port
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock:
        sock.sendall(head)
        assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
        sock.sendall(b"ok")
        assert sock.recv(100).startswith(b"HTTP/1.1 404 ")
    assert one(loopback).body == b"ok"


def test_a_wire_is_there_before_its_answer(loopback: Loopback) -> None:
    for _ in range(50):
        requests.get(f"{loopback.base_url}/k/v1/apis.json", timeout=PATIENCE)
        assert len(loopback.drain()) == 1


def test_a_connection_is_cut_before_the_answer(loopback: Loopback) -> None:
    loopback.play(lambda _wire: Answer(cut="before"))
    with pytest.raises(requests.ConnectionError):
        requests.get(loopback.base_url, timeout=PATIENCE)
    assert len(loopback.drain()) >= 1


def test_a_connection_is_cut_inside_the_answer(loopback: Loopback) -> None:
    loopback.play(lambda _wire: Answer(body=b"x" * 100, cut="inside"))
    answer = exchange(loopback, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"Content-Length: 100" in answer
    assert answer.endswith(b"\r\n\r\n" + b"x" * 50)


def test_a_script_that_raises_is_the_harness_s_trouble(loopback: Loopback) -> None:
    def script(_wire: Wire) -> Answer:
        raise RuntimeError("conformance")

    loopback.play(script)
    assert requests.get(loopback.base_url, timeout=PATIENCE).status_code == 500
    with pytest.raises(HarnessError, match="conformance"):
        loopback.drain()


def test_localhost_is_reached_over_every_loopback_address(loopback: Loopback) -> None:
    for host in loopback_hosts():
        exchange(loopback, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", host)
    origins = {wire.origin for wire in loopback.drain()}
    assert origins == {loopback.base_url}


def test_elsewhere_is_another_host_name_of_the_same_door(loopback: Loopback) -> None:
    here, there = urlsplit(loopback.base_url), urlsplit(loopback.elsewhere)
    assert here.hostname != there.hostname
    requests.get(f"{loopback.elsewhere}/a", timeout=PATIENCE)
    assert one(loopback).origin == loopback.elsewhere


def test_a_redirect_arrives_elsewhere(loopback: Loopback) -> None:
    def script(wire: Wire) -> Answer:
        away = wire.origin == loopback.base_url
        return redirect(307, f"{loopback.elsewhere}/b") if away else documented_answer(wire)

    loopback.play(script)
    requests.get(f"{loopback.base_url}/a", timeout=PATIENCE)
    assert [wire.origin for wire in loopback.drain()] == [loopback.base_url, loopback.elsewhere]


def test_a_foreign_host_is_seen_through_the_proxy_variable(loopback: Loopback) -> None:
    proxies = {"http": loopback.foreign_environ["http_proxy"]}
    requests.get(f"{FOREIGN}/k/v1/apis.json?a=1", proxies=proxies, timeout=PATIENCE)
    wire = one(loopback)
    assert wire.origin == FOREIGN
    assert wires.path(wire) == "/k/v1/apis.json"


@pytest.mark.parametrize("certificate", UNTRUSTED)
def test_a_certificate_to_refuse_is_refused(certificate: Certificate) -> None:
    with closing(Tls()) as door:
        bundle = door.environ["REQUESTS_CA_BUNDLE"]
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(door.untrusted[certificate], verify=bundle, timeout=PATIENCE)
        assert door.drain() == ()
        requests.get(door.base_url, verify=bundle, timeout=PATIENCE)
        assert one(door).origin == door.base_url


@pytest.mark.parametrize("certificate", MISNAMED)
def test_a_wrong_host_s_certificate_is_good_but_for_its_name(certificate: Certificate) -> None:
    with closing(Tls()) as door:
        context = ssl.create_default_context(cadata=door.ca_pem)
        context.check_hostname = False
        port = urlsplit(door.untrusted[certificate]).port
        with (
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as sock,
            context.wrap_socket(sock) as secure,
        ):
            assert secure.version()


def test_no_connection_can_be_shared_with_a_server_to_refuse() -> None:
    """A client that keeps a good connection alive is right to go on using it."""
    for name in ("tls", "proxy"):
        with closing(open_door(name)) as door:
            good = {urlsplit(url).netloc for url in (door.base_url, door.elsewhere)}
            bad = {urlsplit(url).netloc for url in door.untrusted.values()}
            assert len(bad) == len(UNTRUSTED)
            assert not good & bad


def test_the_downgraded_origin_has_the_same_host_name() -> None:
    with closing(Tls()) as door:
        assert door.downgraded is not None
        requests.get(door.downgraded, timeout=PATIENCE)
        assert one(door).origin == door.downgraded
        assert urlsplit(door.downgraded).hostname == urlsplit(door.base_url).hostname


def test_the_proxy_sees_connect_and_what_is_inside() -> None:
    with closing(Proxy()) as door, requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": str(door.proxy_url), "http": str(door.proxy_url)}
        session.verify = door.environ["REQUESTS_CA_BUNDLE"]
        for url in (door.base_url, door.elsewhere, str(door.downgraded)):
            session.get(f"{url}/k/v1/apis.json", timeout=PATIENCE)
        found = [(wire.method, wire.origin) for wire in door.drain()]
    assert found == [
        ("CONNECT", ""),
        ("GET", door.base_url),
        ("CONNECT", ""),
        ("GET", door.elsewhere),
        ("GET", door.downgraded),
    ]


@pytest.mark.parametrize("certificate", UNTRUSTED)
def test_the_proxy_has_these_certificates_too(certificate: Certificate) -> None:
    with closing(Proxy()) as door, requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": str(door.proxy_url)}
        session.verify = door.environ["REQUESTS_CA_BUNDLE"]
        with pytest.raises(requests.exceptions.SSLError):
            session.get(door.untrusted[certificate], timeout=PATIENCE)
        assert {wire.method for wire in door.drain()} == {"CONNECT"}


def test_the_responses_door_sees_the_prepared_request() -> None:
    with closing(open_door("responses")) as door:
        requests.post(f"{door.base_url}/k/v1/file.json?a=1", files={"file": b"x"}, timeout=PATIENCE)
        wire = one(door)
        assert (wire.method, wire.target, wire.origin) == (
            "POST",
            b"/k/v1/file.json?a=1",
            door.base_url,
        )
        assert wires.parts(wire)[0].content == b"x"
        door.play(lambda _wire: Answer(cut="before"))
        with pytest.raises(requests.ConnectionError):
            requests.get(door.base_url, timeout=PATIENCE)


@pytest.mark.parametrize("name", ALL_DOORS)
def test_a_closed_door_leaves_no_thread_and_no_file(name: str) -> None:
    before = threading.active_count()
    door = open_door(name)
    bundle = door.environ.get("SSL_CERT_FILE")
    with contextlib.suppress(requests.RequestException):
        requests.get(door.base_url, timeout=PATIENCE, proxies={"https": door.proxy_url or ""})
    door.close()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(2)
    assert threading.active_count() <= before
    assert bundle is None or not Path(bundle).exists()


# ---- what a client may be given


def test_a_server_that_asks_for_a_client_certificate_knows_who_comes(tmp_path: Path) -> None:
    file = tmp_path / "client.pem"
    with closing(Tls()) as door, requests.Session() as session:
        assert door.certificate is not None
        assert door.certified is not None
        file.write_text(door.certificate.key_pem + door.certificate.cert_pem, "ascii")
        session.trust_env = False
        session.verify = door.environ["REQUESTS_CA_BUNDLE"]
        for url in (*door.certified, door.base_url):
            session.get(url, timeout=PATIENCE, cert=str(file))
        session.get(door.certified[0], timeout=PATIENCE)
        names = [wire.certificate for wire in door.drain()]
        given, password = door.certificate.pfx, door.certificate.password.encode()
    assert names == ["conformance-client", "conformance-client", "", ""]
    _, certificate, _ = load_key_and_certificates(given, password)
    assert certificate is not None
    assert certificate == load_pem_x509_certificate(door.certificate.cert_pem.encode())


def test_a_proxy_may_be_given_with_a_password_and_may_refuse() -> None:
    with closing(Tls()) as door, requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": str(door.offered_proxy)}
        session.verify = door.environ["REQUESTS_CA_BUNDLE"]
        session.get(door.base_url, timeout=PATIENCE)
        connect, inside = door.drain()
        assert (connect.method, connect.way, inside.way) == ("CONNECT", "proxy", "tunnel")
        assert connect.values("Proxy-Authorization")
        assert inside.origin == door.base_url
        session.close()
        door.play(lambda _wire: Answer(407))
        with pytest.raises(requests.exceptions.ProxyError):
            session.get(door.base_url, timeout=PATIENCE)
        assert [wire.method for wire in door.drain()] == ["CONNECT"]


def test_every_door_is_in_the_one_table() -> None:
    assert {*get_args(DriverDoor), "responses"} == set(DOORS)


def test_an_answer_in_chunks_is_read_as_one() -> None:
    with closing(Loopback()) as door:
        door.play(lambda wire: Answer(body=b'{"a": "0123456789"}', chunked=True))
        answer = requests.get(f"{door.base_url}/k/v1/app.json", timeout=5)
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in answer.headers
        assert answer.json() == {"a": "0123456789"}


@pytest.mark.parametrize(
    ("cut", "sent"), [("inside", b"7\r\nconfo"), ("between", b"7\r\nconform\r\n")]
)
def test_chunks_end_in_the_middle_of_one_or_after_the_first(cut: Any, sent: bytes) -> None:
    whole = answer_bytes(Answer(body=b"conformance", cut=cut, chunked=True))
    assert whole.partition(b"\r\n\r\n")[2] == sent
    short = answer_bytes(Answer(body=b"conformance", cut=cut))
    assert short.endswith(b"Content-Length: 11\r\n\r\nconfo")


def test_an_answer_that_ends_the_connection_says_so_and_does(loopback: Loopback) -> None:
    loopback.play(lambda _: Answer(headers=(("Connection", "close"),)))
    with requests.Session() as session:
        for _ in range(2):
            session.get(f"{loopback.base_url}/k/v1/apis.json", timeout=PATIENCE)
    assert len(loopback.drain()) == 2


@pytest.mark.parametrize(
    ("head", "last"),
    [
        (b"HTTP/1.1\r\nHost: a\r\nConnection: close", True),
        (b"HTTP/1.1\r\nHost: a", False),
        (b"HTTP/1.0\r\nHost: a", True),
    ],
)
def test_a_client_that_ends_the_connection_is_told_that_it_ends(
    loopback: Loopback, head: bytes, last: bool
) -> None:
    answer = exchange(loopback, b"GET /k/v1/apps.json " + head + b"\r\n\r\n")
    assert (b"\r\nConnection: close\r\n" in answer) is last
