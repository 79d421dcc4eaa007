"""The scripts by which a door gives the answers of `answering`, to one call and where it leads."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from kintone_conformance import wires
from kintone_conformance.doors import JSON_TYPE, Answer, Script
from kintone_conformance.doors.answering import ANSWERS, SLOW, Answering
from kintone_conformance.doors.answers import documented_answer, html, plain, redirect
from kintone_conformance.doors.full import full, of_an_error, of_bytes
from kintone_conformance.doors.redirects import ENDLESS, MOVED, Targets, location, moved
from kintone_conformance.model import Wire

# What answers are compressed with, if the request accepts it: the first that it does.
_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}
COOKIE = "conformance-session"  # what an answer sets; of Kintone's own cookies it touches none


def script(name: str, method: str, path: str, targets: Targets) -> Script:
    """Answer the requests of one API as `name` says, and every other as documented."""
    answering = ANSWERS[name]
    times, steps = itertools.count(1), itertools.count(1)

    def reply(wire: Wire) -> Answer:
        nonlocal steps
        if wire.method == "CONNECT":
            return answering.answer if answering.tunnel and answering.answer else Answer()
        where = wires.path(wire)
        asked = moved(where)
        if asked is not None:
            return _moved(wire, asked, answering, targets, next(steps))
        own = wires.method(wire) == method and plain(where) == path
        if not own or name == "ok" or answering.tunnel:
            return documented_answer(wire)
        if name == "cookie":
            return _with_cookie(documented_answer(wire), targets.session)
        if answering.late:
            return replace(documented_answer(wire), delay=SLOW if next(times) == 1 else 0.0)
        if name in _FORMS:
            return _FORMS[name](wire, documented_answer(wire))
        if name == "full":  # the first page; what is asked for again is the last
            whole = documented_answer(wire)
            return full(whole) if next(times) == 1 else whole
        if answering.leads:
            steps = itertools.count(1)  # what is tried again may follow as often again
            return _redirected(wire, answering, targets, 0)
        assert answering.answer is not None
        if answering.error is not None and path.endswith("/bulkRequest.json"):
            return _bulk_failed(wire, answering)
        if answering.answer.cut:
            whole = documented_answer(wire)
            whole = _chunked(wire, whole) if answering.answer.chunked else whole
            return replace(whole, cut=answering.answer.cut)
        return _wrapped(wire, answering.answer)

    return reply


def _wrapped(wire: Wire, answer: Answer) -> Answer:
    """A failure as HTTP allows it: some come in chunks, compressed, or as the last answer."""
    answer = _closing(wire, answer) if answer.status in _LAST else answer
    form = {0: _chunked, 1: _compressed}.get(answer.status % 3)
    return form(wire, answer) if form and answer.body else answer


def _redirected(wire: Wire, answering: Answering, targets: Targets, step: int) -> Answer:
    """One of the redirects of a call: each leads to another path; an endless one, to itself."""
    step = 0 if answering.endless else step
    lead = answering.leads[step]
    spelling = answering.spelling if lead == "elsewhere" else ""
    base = location(spelling, targets.base(lead), targets.here)
    query = wires.raw_query(wire)
    there = f"{base}{MOVED * (step + 1)}{plain(wires.path(wire))}{'?' if query else ''}{query}"
    return redirect(answering.status, there)


def _moved(wire: Wire, asked: str, answering: Answering, targets: Targets, step: int) -> Answer:
    """The documented answer at the place that so many redirects led to, or the next redirect."""
    back = replace(wire, target=asked.encode("utf-8", "surrogateescape"))
    if step < (ENDLESS if answering.endless else len(answering.leads)):
        return _redirected(back, answering, targets, step)
    return html(500) if answering.endless else documented_answer(back)


def _chunked(wire: Wire, answer: Answer) -> Answer:
    return replace(answer, chunked=b" HTTP/1.1\r\n" in wire.raw_head)  # 1.0 has no chunks


def _compressed(wire: Wire, answer: Answer) -> Answer:
    """The answer in a coding that the request accepts (RFC 9110 section 12.5.3), if it does."""
    accepted = b",".join(wire.values("Accept-Encoding")).lower()
    for coding, compress in _CODINGS.items():
        if wire.raw_head and re.search(rf"(?:^|[\s,]){coding}(?:$|[\s,])".encode(), accepted):
            headers = (*answer.headers, ("Content-Encoding", coding))
            return replace(answer, body=compress(answer.body), headers=headers)
    return answer


def _with_cookie(answer: Answer, session: str) -> Answer:
    """The answer with a session, as a server may open one for whoever asks."""
    cookie = ("Set-Cookie", f"{COOKIE}={session}; Path=/; HttpOnly")
    return replace(answer, headers=(*answer.headers, cookie))


def _without_content(_: Wire, answer: Answer) -> Answer:
    return replace(answer, body=b"")


def _closing(_: Wire, answer: Answer) -> Answer:
    return replace(answer, headers=(*answer.headers, ("Connection", "close")))


def _with_charset(_: Wire, answer: Answer) -> Answer:
    """As Kintone and proxies write it: names of headers have no case, and a type has parameters."""
    typed = {value: f"{value};charset=UTF-8" for _, value in JSON_TYPE}
    headers = tuple((name.lower(), typed.get(value, value)) for name, value in answer.headers)
    return replace(answer, headers=headers)


def _with_more(_: Wire, answer: Answer) -> Answer:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    more = {**body, "conformance": {"new": [1, "あ", None]}}
    return replace(answer, body=json.dumps(more, ensure_ascii=False).encode())


_LAST = (403, 409, 502)  # statuses after which the connection ends
_OF_ONE = (400, 403, 404, 409, 520)
_OF_CREDENTIALS = ("CB_WA01", "CB_OA01")  # codes; no inner request is looked at then


def _bulk_failed(wire: Wire, answering: Answering) -> Answer:
    """A failed bulkRequest: the failing element holds the error, the rest are empty (SPEC F35).

    Of other errors it is the whole request that failed.
    """
    assert answering.answer is not None
    assert answering.error is not None
    if answering.status not in _OF_ONE or answering.error["code"] in _OF_CREDENTIALS:
        return answering.answer
    asked = wires.params(wire).get("requests")
    results: list[object] = [{} for _ in asked] if isinstance(asked, list) else []
    at = {400: 0, 409: len(results) // 2}.get(answering.status, -1)
    results[at : at + 1 or None] = [dict(answering.error)]
    return replace(answering.answer, body=json.dumps({"results": results}).encode())


# The documented answer in another form.
_FORMS: Mapping[str, Callable[[Wire, Answer], Answer]] = {
    "extra": _with_more,
    "chunked": _chunked,
    "gzip": _compressed,
    "empty file": _without_content,
    "closing": _closing,
    "charset": _with_charset,
    "file of bytes": lambda _, answer: of_bytes(answer),
    "file of an error": lambda _, answer: of_an_error(answer),
}
