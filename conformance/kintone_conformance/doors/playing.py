"""Plays the answers of `answering`: to the requests of one call, and where a redirect leads."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kintone_conformance import wires
from kintone_conformance.doors import Answer, Script
from kintone_conformance.doors.answering import ANSWERS, COOKIE, ENDS, MOVED, Answering
from kintone_conformance.doors.answers import documented_answer, plain, redirect
from kintone_conformance.model import Wire


@dataclass(frozen=True)
class Targets:
    """The base URLs that redirects may lead to, by the names that `Answering.leads` has.

    `session` is the value of the cookie that an answer sets.
    """

    here: str
    elsewhere: str
    downgraded: str | None = None
    session: str = ""


def script(name: str, method: str, path: str, targets: Targets) -> Script:
    """Answer the requests of one API as `name` says, and every other as documented."""
    answering = ANSWERS[name]

    def reply(wire: Wire) -> Answer:
        if wire.method == "CONNECT":
            return answering.answer if answering.tunnel and answering.answer else Answer()
        where = wires.path(wire)
        if is_moved(where):
            return _moved(wire, answering, targets)
        own = wires.method(wire) == method and plain(where) == path
        if not own or name == "ok" or answering.tunnel:
            return documented_answer(wire)
        if name == "cookie":
            return _with_cookie(documented_answer(wire), targets.session)
        if name in _FORMS:
            return _FORMS[name](wire, documented_answer(wire))
        if answering.leads:
            return _redirected(wire, answering.status, answering.leads[0], targets)
        assert answering.answer is not None
        if answering.error is not None and path.endswith("/bulkRequest.json"):
            return _bulk_failed(wire, answering)
        if answering.answer.cut:
            cut, chunked = answering.answer.cut, answering.answer.chunked
            return replace(documented_answer(wire), cut=cut, chunked=chunked and _is_of_1_1(wire))
        return answering.answer

    return reply


def _redirected(wire: Wire, status: int, lead: str, targets: Targets) -> Answer:
    name = "here" if lead == "round" else lead.rstrip(ENDS)
    base = location(lead, getattr(targets, name) or targets.elsewhere, targets.here)
    query = wires.raw_query(wire)
    return redirect(status, f"{base}{MOVED}{plain(wires.path(wire))}{'?' if query else ''}{query}")


def is_moved(path: str) -> bool:
    """Whether a redirect led to this path; a host that was misread may come before it."""
    return f"{MOVED}/" in path


def location(lead: str, base: str, here: str) -> str:
    """How a redirect names the base URL that it leads to; `here` is the client's own."""
    scheme, _, host = base.partition("://")
    if lead.endswith(("//", "\\")):
        return f"/{lead[-1]}{host}"
    if lead.endswith("\t"):
        return f"/\t/{host}"
    return f"{scheme}://{here.partition('://')[2]}@{host}" if lead.endswith("@") else base


def _moved(wire: Wire, answering: Answering, targets: Targets) -> Answer:
    """The documented answer at the place that a redirect led to, or the next redirect."""
    path = wires.path(wire).rpartition(MOVED)[2]
    back = replace(wire, target=path.encode("utf-8", "surrogateescape"))
    if wire.origin == targets.here and (len(answering.leads) > 1 or "round" in answering.leads):
        return _redirected(back, answering.status, answering.leads[-1], targets)
    return documented_answer(back)


def _chunked(wire: Wire, answer: Answer) -> Answer:
    return replace(answer, chunked=_is_of_1_1(wire))


def _is_of_1_1(wire: Wire) -> bool:
    return b" HTTP/1.1\r\n" in wire.raw_head  # 1.0 has no chunks


def _closing(_: Wire, answer: Answer) -> Answer:
    return replace(answer, headers=(*answer.headers, ("Connection", "close")))


def _compressed(wire: Wire, answer: Answer) -> Answer:
    """The answer as gzip, where the request accepts that (RFC 9110 section 12.5.3)."""
    accepted = b",".join(wire.values("Accept-Encoding")).lower()
    if not re.search(rb"(?:^|[\s,])gzip(?:$|[\s,])", accepted) or not wire.raw_head:
        return answer
    headers = (*answer.headers, ("Content-Encoding", "gzip"))
    return replace(answer, body=gzip.compress(answer.body), headers=headers)


def _with_cookie(answer: Answer, session: str) -> Answer:
    """The answer with a session, as a server may open one for whoever asks."""
    cookie = ("Set-Cookie", f"{COOKIE}={session}; Path=/; HttpOnly")
    return replace(answer, headers=(*answer.headers, cookie))


def _without_content(_: Wire, answer: Answer) -> Answer:
    return replace(answer, body=b"")


def _with_more(_: Wire, answer: Answer) -> Answer:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer
    more = {**body, "conformance": {"new": [1, "あ", None]}}
    return replace(answer, body=json.dumps(more, ensure_ascii=False).encode())


def _bulk_failed(wire: Wire, answering: Answering) -> Answer:
    """A failed bulkRequest: the failing element holds the error, the rest are empty (SPEC F35)."""
    assert answering.answer is not None
    if answering.status not in (400, 404, 409):
        return answering.answer
    asked = wires.params(wire).get("requests")
    results: list[object] = [{} for _ in asked] if isinstance(asked, list) else []
    at = {400: 0, 409: len(results) // 2}.get(answering.status, -1)
    results[at : at + 1 or None] = [dict(answering.error or {})]
    return replace(answering.answer, body=json.dumps({"results": results}).encode())


# The documented answer in another form.
_FORMS: Mapping[str, Callable[[Wire, Answer], Answer]] = {
    "extra": _with_more,
    "chunked": _chunked,
    "gzip": _compressed,
    "closing": _closing,
    "empty file": _without_content,
}
