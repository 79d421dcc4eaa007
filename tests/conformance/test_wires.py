"""What a wire means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.model import Wire


def wire(
    method: str = "GET",
    target: str = "/k/v1/record.json",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
) -> Wire:
    raw = tuple((name.encode(), value.encode()) for name, value in headers)
    return Wire(method, target.encode(), raw, body)


def test_a_query_a_json_body_and_an_override_are_one_request() -> None:
    by_query = wire(target="/k/v1/records.json?app=1&fields[0]=a&fields[1]=b")
    by_body = wire(target="/k/v1/records.json", body=b'{"app": "1", "fields": ["a", "b"]}')
    by_override = wire(
        "POST",
        "/k/v1/records.json",
        (("x-http-method-override", "GET"),),
        b'{"app": "1", "fields": ["a", "b"]}',
    )
    for each in (by_query, by_body, by_override):
        assert wires.method(each) == "GET"
        assert wires.path(each) == "/k/v1/records.json"
        assert wires.params(each) == {"app": "1", "fields": ["a", "b"]}


def test_an_override_counts_on_post_only() -> None:
    assert wires.method(wire("PUT", headers=(("X-HTTP-Method-Override", "GET"),))) == "PUT"


def test_the_target_of_a_proxied_request_loses_its_origin() -> None:
    proxied = wire(target="http://demo.invalid/k/v1/record.json?app=1")
    assert wires.path(proxied) == "/k/v1/record.json"
    assert wires.query(proxied) == (("app", "1"),)


def test_a_query_value_that_is_a_url_stays_a_value() -> None:
    assert wires.query(wire(target="/k?u=https://a/b?c=d")) == (("u", "https://a/b?c=d"),)


@given(st.binary())
def test_no_bytes_are_lost_in_text(raw: bytes) -> None:
    assert wires.text(raw).encode("utf-8", "surrogateescape") == raw


def multipart(*parts: bytes, mark: str = "xyz") -> Wire:
    body = b"".join(b"--" + mark.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return wire(
        "POST",
        "/k/v1/file.json",
        (("Content-Type", f'multipart/form-data; boundary="{mark}"'),),
        body + b"--" + mark.encode() + b"--\r\n",
    )


def test_parts_keep_their_bytes() -> None:
    content = b"\r\n\x00--xy\xff\n"
    head = b'Content-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
    (part,) = wires.parts(multipart(head + content))
    assert (part.name, part.filename, part.content) == ("file", "a.bin", content)


def test_a_boundary_inside_the_file_ends_its_part_as_it_would_at_a_server() -> None:
    head = b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    parts = wires.parts(multipart(head + b"before\r\n--xyz\r\nafter"))
    assert parts[0].content == b"before"


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_no_bytes_make_the_reading_fail(body: bytes, content_type: bytes) -> None:
    raw = Wire("POST", body, ((b"Content-Type", b"multipart/x; boundary=" + content_type),), body)
    wires.parts(raw)
    wires.params(raw)
    wires.shown(raw)


@pytest.mark.parametrize("body", [b"\xff", b"[", b'"' + b"\xed\xa0\x80" + b'"'])
def test_a_body_that_is_no_utf8_json_has_no_value(body: bytes) -> None:
    assert wires.json_body(wire("POST", body=body)) is None


def test_controls_in_a_header_are_shown_escaped() -> None:
    assert "a\\x00b" in wires.shown(wire(headers=(("X", "a\0b"),)))
