"""The body of a request: its media type, its encoding, and the parts of an upload."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kintone_conformance import wires
from kintone_conformance.judging.differing import differs, differs_in_bytes
from kintone_conformance.judging.exchange import ABOUT_SYNTAX, Finding, Fixed, line_of
from kintone_conformance.model import Wire
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import MAX_URL, Documented, File
from kintone_conformance.wires import Effective, Part

_CHARSET = re.compile(r"charset\s*=\s*\"?([^\";\s]+)", re.IGNORECASE)
_JSON = "application/json"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PART_HEADERS = {
    "content-disposition",
    "content-type",
    "content-length",
    "content-transfer-encoding",
    "mime-version",
}
_NAME_PARAMETERS = re.compile(r"name|filename[*\d]*")
_RANDOM = 6  # characters at least that differ between two random boundaries
# Characters that a name must escape, or that a client may refuse (RFC 7578).
_ODD_NAME = re.compile(r"[\"\\;\r\n\0]")


def body_findings(expected: Documented, wire: Wire, sent: Effective) -> Iterator[Finding]:
    """What is wrong with the body of one request, and with the length of its URL."""
    if len(wire.target) > MAX_URL and call_spec(expected.api).travels_as_post:
        message = f"the URL has {len(wire.target):,} characters"
        yield Finding(
            "KC507",
            message,
            "POST with X-HTTP-Method-Override: GET, GET with a JSON body, or a refusal",
            f"{wire.method} {wires.text(wire.target[:60])}…",
        )
    yield from _override(wire, sent)
    if expected.file is not None:
        yield from _upload(expected.file, wire, sent)
        return
    if expected.carrier == "form":
        in_url = sorted({name for name, _ in wires.query(wire) if name in expected.params})
        if in_url:
            message = f"{', '.join(in_url)} of the token request is in its URL"
            yield Finding("KC310", message, Fixed("a form in the body"), wires.text(wire.target))
        if wire.body and sent.media_type != "application/x-www-form-urlencoded":
            form = Fixed("application/x-www-form-urlencoded")
            given = Fixed(_JSON) if sent.media_type == _JSON else sent.media_type
            yield differs("KC310", "the token request is not a form", form, given)
        return
    if not wire.body:
        yield from _no_body(wire)
        return
    yield from _json(expected, wire, sent)


def framing_findings(wire: Wire) -> Iterator[Finding]:
    """Where a request ends is told in one way; servers differ about the other (RFC 9112, 6.3)."""
    if wire.values("Content-Length") and wire.values("Transfer-Encoding"):
        message = f"{line_of(wire)} has both a Content-Length and a Transfer-Encoding"
        yield Finding("KC528", message, "one of the two", wires.text(wire.raw_head[:2_000]))


def _override(wire: Wire, sent: Effective) -> Iterator[Finding]:
    """A read that travels as POST says so in one header, in capital letters, in this form only."""
    for odd in sent.oddities:
        if odd.kind == "override":
            message = f"a read sent as POST overrides its method wrongly ({odd.text})"
            yield Finding("KC523", message, f"POST with {wires.OVERRIDE}: GET", odd.text)
    if sent.method == "GET" and wire.method == "POST" and sent.media_type != _JSON:
        message = "the parameters of a read sent as POST are not a JSON body"
        yield Finding("KC523", message, _JSON, sent.media_type or "no Content-Type")


def _no_body(wire: Wire) -> Iterator[Finding]:
    values = wire.values("Content-Type")
    if wire.method == "GET" and values:
        message = f"{line_of(wire)} has no body, but a Content-Type"
        yield Finding("KC508", message, "no Content-Type", wires.text(values[0]))


def _json(expected: Documented, wire: Wire, sent: Effective) -> Iterator[Finding]:
    for odd in sent.oddities:
        if odd.kind in ("json", "utf-8", "mark"):
            message, shown = odd.text, wires.text(wire.body[:200])
            if any(each.kind == "json" for each in sent.oddities) and _is_open(wire.body):
                message, shown = _cut_off(expected, wire.body), wires.text(wire.body[-200:])
            about = ABOUT_SYNTAX if odd.kind == "json" else ""
            yield Finding("KC513", message, "JSON encoded as UTF-8", shown, about=about)
            return
    values = [wires.text(value) for value in wire.values("Content-Type")]
    charset = _CHARSET.search(values[0]) if values else None
    if len(values) != 1 or sent.media_type != _JSON:
        if wire.method != "POST" or sent.method != "GET":
            form = sent.media_type == "application/x-www-form-urlencoded"
            message = "the body is a form, where Kintone reads JSON"
            if not form or wire.body.lstrip()[:1] == b"{":
                message = "the JSON body has another media type, or none"
            yield Finding("KC509", message, _JSON, ", ".join(values) or "none")
    elif charset and charset[1].lower() not in ("utf-8", "utf8"):
        message = f"the JSON body says that its charset is {charset[1]}"
        yield Finding("KC513", message, "UTF-8, which needs no charset", values[0])


def _is_open(body: bytes) -> bool:
    """JSON that ends before its last bracket, or inside a string."""
    rest = _STRING.sub(b"", body)
    if b'"' in rest:  # a quote that is not escaped leaves one, too
        return not body.rstrip().endswith((b"}", b"]"))
    return len(re.findall(rb"[\[{]", rest)) > len(re.findall(rb"[\]}]", rest))


def _cut_off(expected: Documented, body: bytes) -> str:
    """How much of the JSON arrived, of how much that there is at least."""
    given = json.dumps(dict(expected.params), ensure_ascii=False, separators=(",", ":"))
    least = len(given.encode("utf-8", "surrogatepass"))
    arrived = f"the JSON of the body is cut off: {len(body):,} bytes arrived"
    return f"{arrived}, and it takes at least {least:,}" if least > len(body) else arrived


# ---- uploads


def _upload(file: File, wire: Wire, sent: Effective) -> Iterator[Finding]:
    types = wire.values("Content-Type")
    if sent.media_type != "multipart/form-data" or not wires.boundary(wire) or len(types) > 1:
        values = ", ".join(wires.text(value) for value in types)
        message = "the upload is not multipart/form-data with a boundary"
        yield Finding("KC510", message, "multipart/form-data; boundary=…", values or "none")
        return
    mark = wires.boundary(wire) or b""
    if b"--" + mark in file.content:
        message = "the boundary of the upload occurs in the file"
        yield Finding("KC511", message, "a boundary that does not", wires.text(mark))
        return
    if not wires.is_ended(wire):
        message = "the multipart body does not end with its boundary and two dashes"
        yield Finding("KC510", message, f"--{wires.text(mark)}--", wires.text(wire.body[-100:]))
        return
    parts = [part for part in sent.parts if part.name == "file"]
    if len(parts) != 1:
        names = ", ".join(str(part.name) for part in sent.parts) or "none"
        strange = _ODD_NAME.search(file.name) is not None and len(sent.parts) > 0
        requirement = "KC512" if strange else "KC510"
        yield Finding(
            requirement, "the upload does not have exactly one part named file", "file", names
        )
        return
    # Another header of the part is to be ignored (RFC 7578 4.8), unless the name could make one.
    injected = _injected(parts[0]) if _ODD_NAME.search(file.name) else ""
    if injected:
        message = f"the file name {file.name!r} changed the part's headers"
        yield Finding("KC512", message, "one Content-Disposition with name and filename", injected)
    elif parts[0].content != file.content:
        yield _changed(file.content, parts[0].content)
    elif not _named(parts[0], file.name):
        message = "filename does not hold the given file name in UTF-8"
        sent_name = parts[0].filename if parts[0].filename is not None else "none"
        raw = '"' in file.name and f'"{file.name}"'.encode() in parts[0].head
        yield differs("KC512" if raw else "KC525", message, file.name, sent_name)
    strangers = [part for part in sent.parts if part.is_file and part not in parts]
    if strangers:
        names = ", ".join(str(part.name) for part in strangers)
        yield Finding("KC516", "the upload contains another file", "one file", names)


def _changed(given: bytes, arrived: bytes) -> Finding:
    message = f"the file arrived changed: {len(arrived):,} bytes, and {len(given):,} were given"
    if given.startswith(arrived):
        message = f"the file arrived cut off: {len(arrived):,} of {len(given):,} bytes"
    return differs_in_bytes("KC510", message, given, arrived)


def _injected(part: Part) -> str:
    """The lines of a part's head that are not one disposition with a name; "" if there are none."""
    lines = [line for line in re.split(rb"\r\n|\r|\n", part.head) if line]
    names = [wires.text(line.partition(b":")[0]).lower() for line in lines]
    strangers = [name for name in names if name not in _PART_HEADERS]
    for line, name in zip(lines, names, strict=True):
        if name == "content-disposition":
            found = wires.disposition(wires.text(line))
            strangers += [each for each in found if not _NAME_PARAMETERS.fullmatch(each)]
    if strangers or len(names) != len(set(names)):
        return "\n".join(wires.text(line) for line in lines)
    return ""


def _named(part: Part, name: str) -> bool:
    """Whether the file name is there, in one of the escapings that clients use (RFC 7578)."""
    if part.filename is None:
        return False
    given = {name, name.replace("\\", "\\\\")}
    quoted = {each.replace('"', mark) for each in given for mark in ("%22", '\\"')}
    accepted = {
        each.replace("\r\n", "%0D%0A").replace("\r", "%0D").replace("\n", "%0A") for each in quoted
    }
    if part.filename in accepted or part.starred == name:
        return True
    # Browsers leave a backslash as it is: at the end of a name it looks like an escaped quote.
    return name.endswith("\\") and any(f'"{each}"'.encode() in part.head for each in accepted)


def boundary_findings(boundaries: Sequence[bytes]) -> Iterator[Finding]:
    """Boundaries of uploads, one after the other, in which too little is another each time."""
    for before, after in pairwise(boundaries):
        kept = _alike(before, after) + _alike(before[::-1], after[::-1])
        if before == after or max(len(before), len(after)) - kept < _RANDOM:
            message = "the boundary of an upload can be predicted from the previous one"
            shown = f"{wires.text(before)}, {wires.text(after)}"
            yield Finding("KC526", message, "random letters or digits", shown)
            return


def _alike(left: bytes, right: bytes) -> int:
    """How many bytes are the same at the start."""
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), 0)


def may_refuse_name(name: str) -> bool:
    """A file name with characters that a header cannot hold as they are may be refused."""
    return _ODD_NAME.search(name) is not None
