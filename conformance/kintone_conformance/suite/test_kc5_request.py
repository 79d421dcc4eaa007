"""KC5xx: base URL, query, body and content types."""

from __future__ import annotations

import base64
import re
import string
from urllib.parse import urlsplit

from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.model import Call, Wire
from kintone_conformance.spec.auth import Auth
from kintone_conformance.strategies import Asked, any_auth, any_call, harmless_call
from kintone_conformance.suite.expect import equal, one_header, same_value, target
from kintone_conformance.suite.judge import Broken, Judge, NotJudged
from kintone_conformance.suite.requirement import requirement

_SPECIALS = (
    "&", "+", "%", "#", '"', "'", "a&b=c", "1+1", "100%", "%41", "#1", 'name = "x & y"',
    "日本語", "山田 太郎", "😀", "a  b", "?", "=", ";", "/", "\\", "\n", "\u3000",
)  # fmt: skip


# A fixed alphabet: Hypothesis' own tables of characters cost a second to build.
_LETTERS = st.sampled_from(string.printable[:94] + " àéñßøžщя漢字かなカナ한글😀𠮷\u200b\u00a0")


def tricky_texts() -> st.SearchStrategy[str]:
    """Text with what URLs, forms and JSON treat in a special way; no blank at an end."""
    pieces = st.one_of(st.sampled_from(_SPECIALS), st.text(_LETTERS, max_size=8))
    texts = st.lists(pieces, min_size=1, max_size=5).map("".join)
    return st.builds("f{}f".format, texts)


@requirement("KC501", auth=any_auth, call=any_call)
def test_kc501_trailing_slash(judge: Judge, auth: Auth, call: Call) -> None:
    without = judge.send(call, auth)
    exchange = judge.offer(call, auth, base_url=f"{judge.door.base_url}/")
    if not exchange.refused:
        target(exchange, wires.path(without.wire))


@requirement("KC502", auth=any_auth, call=any_call)
def test_kc502_host(judge: Judge, auth: Auth, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        url = urlsplit(wire.origin)
        default = {"https": 443, "http": 80}[url.scheme]
        accepted = {url.netloc} | (
            {f"{url.hostname}:{default}", str(url.hostname)}
            if url.port in (None, default)
            else set()
        )
        sent = one_header(wire, "Host").lower()
        if sent not in accepted:
            equal(sent, url.netloc, "the Host header")


@requirement("KC503", auth=any_auth, call=any_call)
def test_kc503_plain_http_is_refused(judge: Judge, auth: Auth, call: Call) -> None:
    foreign = judge.door.foreign
    if foreign is None:
        raise NotJudged("this door cannot see requests to a foreign host")
    exchange = judge.offer(call, auth, base_url=foreign)
    reached = [f"{wire.method} {wires.path(wire)}" for wire in exchange.requests]
    reached += [f"a look-up of {name}" for name in judge.driver.strangers()]
    if reached:
        raise Broken(
            "credentials were about to travel to another machine over plain http",
            expected="a refusal before anything is looked up or sent",
            sent=reached[0],
        )


@requirement("KC504", auth=any_auth, query=tricky_texts())
def test_kc504_query_verbatim(judge: Judge, auth: Auth, query: str) -> None:
    wire = judge.send(Call("records.get", {"app": 1, "query": query}), auth).wire
    equal(wires.params(wire).get("query"), query, "the query")


_FIELDS = st.lists(
    st.one_of(
        st.sampled_from(["title", "文字列__1行_", "a,b", "$id", "作成日時"]),
        st.text(st.sampled_from("abcあいう0_"), min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=15,
    unique=True,
)


@requirement("KC505", auth=any_auth, fields=_FIELDS)
def test_kc505_arrays(judge: Judge, auth: Auth, fields: list[str]) -> None:
    wire = judge.send(Call("records.get", {"app": 1, "fields": fields}), auth).wire
    equal(wires.params(wire).get("fields"), fields, "the parameter fields")


@requirement("KC506", auth=any_auth, total=st.booleans())
def test_kc506_booleans(judge: Judge, auth: Auth, total: bool) -> None:
    wire = judge.send(Call("records.get", {"app": 1, "totalCount": total}), auth).wire
    sent = wires.params(wire).get("totalCount")
    # Some clients always ask for the total: what is judged of false is its spelling.
    if sent not in ("true", True) and (total or sent not in (None, "false", False)):
        equal(sent, str(total).lower(), "the parameter totalCount")


_LONG_QUERIES = st.builds(
    lambda words, text: f'title in ("{text}", ' + ", ".join(f'"w{n}"' for n in range(words)) + ")",
    st.integers(1_100, 1_500),
    st.sampled_from(["a", "日本語", "a&b+c%41"]),
)


@requirement("KC507", auth=any_auth, query=_LONG_QUERIES)
def test_kc507_long_url(judge: Judge, auth: Auth, query: str) -> None:
    exchange = judge.offer(Call("records.get", {"app": 1, "query": query}), auth)
    if exchange.refused:
        return
    wire = exchange.wire
    if len(wire.target) > 8_192:
        raise Broken(
            f"the URL has {len(wire.target)} characters",
            expected="POST with X-HTTP-Method-Override: GET, GET with a JSON body, or a refusal",
            sent=f"{wire.method} {wires.text(wire.target[:60])}…",
        )
    if wire.method == "POST":
        equal(one_header(wire, wires.OVERRIDE), "GET", wires.OVERRIDE)
    equal(wires.method(wire), "GET", "the method")
    equal(wires.params(wire).get("query"), query, "the query")


@requirement("KC508", auth=any_auth, call=any_call)
def test_kc508_no_content_type_on_get(judge: Judge, auth: Auth, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        if wire.method == "GET" and not wire.body and wire.values("Content-Type"):
            raise Broken(
                f"GET {wires.path(wire)} has no body, but a Content-Type",
                expected="no Content-Type",
                sent=wires.text(wire.values("Content-Type")[0]),
            )


@requirement("KC509", auth=any_auth, call=any_call)
def test_kc509_json_content_type(judge: Judge, auth: Auth, call: Call) -> None:
    wire = judge.send(call, auth).wire
    one_header(wire, "Content-Type")
    equal(wires.media_type(wire), "application/json", "the media type of the body")


def upload(name: str, content: bytes) -> Call:
    """A file.upload of these bytes."""
    encoded = base64.b64encode(content).decode("ascii")
    return Call("file.upload", {"name": name, "contentBase64": encoded})


def file_parts(wire: Wire) -> list[wires.Part]:
    """The parts named `file`."""
    return [part for part in wires.parts(wire) if part.name == "file"]


def holds_the_file(wire: Wire, content: bytes) -> None:
    """The upload is multipart/form-data with one part `file` that holds exactly these bytes."""
    equal(wires.media_type(wire), "multipart/form-data", "the media type of the upload")
    if wires.boundary(wire) is None:
        raise Broken("the Content-Type of the upload names no boundary")
    found = file_parts(wire)
    if len(found) != 1:
        names = ", ".join(str(part.name) for part in wires.parts(wire)) or "none"
        raise Broken("the upload has not one part named file", expected="file", sent=names)
    if found[0].content != content:
        equal(repr(found[0].content), repr(content), "the content of the file")


_CONTENTS = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"\r\n", b"a\nb\n", b"a\r\nb\r\n", b"\xff\xfe\x00", b"--", b"\r\n--\r\n"]
    ),
)


@requirement("KC510", auth=any_auth, content=_CONTENTS)
def test_kc510_upload_content(judge: Judge, auth: Auth, content: bytes) -> None:
    holds_the_file(judge.send(upload("a.bin", content), auth).wire, content)


@requirement("KC511", auth=any_auth, tail=st.sampled_from([b"--\r\n", b"\r\n", b""]))
def test_kc511_boundary_not_in_the_file(judge: Judge, auth: Auth, tail: bytes) -> None:
    seen = wires.boundary(judge.send(upload("a.bin", b"first"), auth).wire)
    if seen:
        content = b"before\r\n--" + seen + tail + b"after"
        holds_the_file(judge.send(upload("a.bin", content), auth).wire, content)


_FILE_NAMES = st.builds(
    "{}{}{}.txt".format,
    st.sampled_from(["a", "報告書", ""]),
    st.sampled_from(
        ['"', "'", '"; name="app"; x="', "\r\n", "\n", "\r\nX-Injected: 1", "\\", ";", '\\"']
    ),
    st.sampled_from(["b", "", '"']),
)
_PART_HEADERS = {
    "content-disposition",
    "content-type",
    "content-length",
    "content-transfer-encoding",
    "mime-version",
}


@requirement("KC512", auth=any_auth, name=_FILE_NAMES)
def test_kc512_file_name(judge: Judge, auth: Auth, name: str) -> None:
    exchange = judge.offer(upload(name, b"content"), auth)
    if exchange.refused:
        return
    holds_the_file(exchange.wire, b"content")
    lines = [line for line in re.split(rb"\r\n|\r|\n", file_parts(exchange.wire)[0].head) if line]
    names = [wires.text(line.partition(b":")[0]).lower() for line in lines]
    strangers = [name for name in names if name not in _PART_HEADERS]
    parameters = {
        match.lower()
        for line in lines
        if line.lower().startswith(b"content-disposition")
        for match in re.findall(r';\s*([\w*-]+)=(?:"(?:[^"\\]|\\.)*"|[^;"]*)', wires.text(line))
    }
    strangers += sorted(p for p in parameters if not re.fullmatch(r"name|filename[*\d]*", p))
    if strangers or len(names) != len(set(names)):
        raise Broken(
            f"the file name {name!r} changed the part's headers",
            expected="one Content-Disposition with name and filename",
            sent="\n".join(wires.text(line) for line in lines),
        )


_VALUES = st.one_of(
    tricky_texts(),
    st.sampled_from(["\\", '"', "\\n", "\t", "a\nb", "\u2028", "</script>", "\x7f", "𠮷", "é"]),
)


def record_writes(asked: Asked) -> st.SearchStrategy[Call]:
    """Writes of one record with tricky values under Japanese and Latin field codes."""
    record = st.dictionaries(
        st.sampled_from(["title", "文字列__1行_", "note"]),
        _VALUES.map(lambda value: {"value": value}),
        min_size=1,
        max_size=3,
    )
    return st.builds(
        lambda api, fields: Call(api, {**harmless_call(api).params, "record": fields}),
        st.sampled_from(asked.calls),
        record,
    )


@requirement("KC513", auth=any_auth, call=record_writes)
def test_kc513_json_body_verbatim(judge: Judge, auth: Auth, call: Call) -> None:
    wire = judge.send(call, auth).wire
    if wires.json_body(wire) is None:
        raise Broken("the body is no JSON in UTF-8", sent=wires.shown(wire))
    same_value(wires.params(wire).get("record"), call.params["record"], "the record")


def deletions(asked: Asked) -> st.SearchStrategy[Call]:
    """Deletions of one to twenty records, and of cursors."""
    ids = st.lists(st.integers(1, 10**6), min_size=1, max_size=20, unique=True)
    forms = {
        "records.delete": ids.map(lambda found: Call("records.delete", {"app": 1, "ids": found})),
        "cursor.delete": st.uuids().map(lambda found: Call("cursor.delete", {"id": str(found)})),
    }
    return st.one_of([forms[api] for api in asked.calls])


@requirement("KC514", auth=any_auth, call=deletions)
def test_kc514_delete_parameters(judge: Judge, auth: Auth, call: Call) -> None:
    wire = judge.send(call, auth).wire
    equal(wires.method(wire), "DELETE", "the method")
    sent = wires.params(wire)
    for name, value in call.params.items():
        same_value(sent.get(name), value, f"the parameter {name}")
