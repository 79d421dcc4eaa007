"""Every answer that the suite gives, by name: the documented ones, each failure, and worse.

What a client may make of an answer is with it: the requirement that is broken where a failure
is returned as a result, or a success reported as an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from kintone_conformance.doors import JSON_TYPE, Answer
from kintone_conformance.doors.answers import ERROR_ID, html, kintone_error
from kintone_conformance.doors.redirects import REDIRECTS, SPELLINGS, Lead
from kintone_conformance.spec.error_codes import error_codes

# They say that nothing was carried out, and that the request may come again, or in another form.
_AGAIN = frozenset({408, 411, 413, 414, 415, 417, 425, 426, 431, 505})
SLOW = 5.0  # seconds
_A_DAY = ("Retry-After", "86400")


@dataclass(frozen=True)
class Answering:
    """One kind of answer to a call.

    `what` describes it to people; `requirement` is broken if the client handles it wrongly.
    `answer` is None for the documented one. `error` holds Kintone's code, id and message if the
    body has them; `page` is a body that is not JSON, or empty. `leads` names the base URLs that
    a redirect leads to, one after the other, and `spelling` how it names the first (`SPELLINGS`);
    `endless`: the last leads to itself. `tunnel`: it is a proxy's answer to the CONNECT before the
    call. `late`: it comes after seconds; a client may give up before, and report that. `waits`:
    it tells the client to come back in a day.
    """

    what: str
    requirement: str
    answer: Answer | None = None
    failure: bool = True
    error: Mapping[str, str] | None = None
    page: bool = False
    leads: tuple[Lead, ...] = ()
    spelling: str = ""
    endless: bool = False
    tunnel: bool = False
    late: bool = False
    waits: bool = False

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status if self.answer is not None else 200

    @property
    def cut(self) -> bool:
        """The connection is closed before the answer is whole."""
        return self.answer is not None and bool(self.answer.cut)

    @property
    def carried_out(self) -> bool:
        """The status says that the call was carried out, whatever happens to the rest."""
        return self.status == 200 and (self.answer is None or self.answer.cut != "before")

    def forbids_repeat(self, method: str) -> bool:
        """Whether a write must not be sent again after this answer.

        A 408 or a 414 asks for it, or for another form of it. After an answer that was cut, or did
        not come yet, only a POST is repeated harm: PUT and DELETE may be sent again (RFC 9110,
        9.2.2).
        """
        if self.cut or self.late:
            return self.carried_out and method == "POST"
        return self.status not in _AGAIN


def _error(status: int, code: str, message: str, requirement: str) -> Answering:
    fields = {"code": code, "id": ERROR_ID, "message": message}
    what = f"{status} {code}"
    return Answering(what, requirement, kintone_error(status, code, message), error=fields)


PAGES = (401, 403, 404, 414, 429, 500, 502, 503, 520)
# Every other status of these classes that is registered (RFC 9110 and others), or Cloudflare's;
# redirects have no Location. Not 407 and 421, which are about the connection: `fetch` reports the
# one as if there was no answer, and sends the request again after the other, in Node.js without its
# body.
STATUSES = (
    *(300, 304, 305, 306, 400, 402, 405, 406, 408, 409, 410, 411, 412, 413, 415, 416, 417),
    *(418, 422, 423, 424, 425, 426, 428, 431, 451, 501, 504, 505, 506, 507, 508, 510, 511),
    *(521, 522, 523, 524, 525, 526, 527, 530, 599),
    *REDIRECTS,
)
_NO_BODY = 304
_GATE = (("WWW-Authenticate", 'Basic realm="Conformance"'),)
# Kintone's codes that no other answer has (SPEC F67), each with its status.
CODES = tuple(
    code
    for code in error_codes()
    if code not in ("CB_VA01", "CB_WA01", "GAIA_NO01", "CB_NO02", "GAIA_TO04")
)
NEW_CODE = "GAIA_ZZ99"  # not in the documentation, to which Kintone adds codes
_REFUSALS: Mapping[int, str] = {401: "KC801", 403: "KC802"}
_VALIDATION = {
    "code": "CB_VA01",
    "id": ERROR_ID,
    "message": "入力内容が正しくありません。",
}
_DETAILS = {  # as many as there are records in a request
    f"records[{at}].field.value": {"messages": ["必須です。"]} for at in range(100)
}


def _documented(what: str, requirement: str = "KC814") -> Answering:
    return Answering(what, requirement, failure=False)


def _cut(what: str, requirement: str, answer: Answer) -> Answering:
    return Answering(f"a connection closed {what}", requirement, answer)


def _a_day(status: int) -> Answering:
    answer = html(status)
    answer = replace(answer, headers=(*answer.headers, _A_DAY))
    return Answering(f"{status} until tomorrow", "KC816", answer, waits=True)


_SUCCESSES = {
    "ok": _documented("the documented answer"),
    "extra": _documented("an answer with new fields", "KC813"),
    "chunked": _documented("the documented answer in chunks"),
    "gzip": _documented("the documented answer, compressed"),
    "cookie": _documented("the documented answer with a cookie"),
    "closing": _documented("the documented answer, and the end of the connection"),
    "charset": _documented("the documented answer, with its charset and headers in small letters"),
    "full": _documented("a full page with every type of field, and more to come"),
    "empty file": _documented("a file without content"),
    "file of bytes": _documented("a file of 11 MB that is not text"),
    "file of an error": _documented("a JSON file that reads like an error"),
}
_ERRORS = {
    "400": Answering(
        "400 CB_VA01",
        "KC809",
        Answer(400, json.dumps({**_VALIDATION, "errors": _DETAILS}).encode(), JSON_TYPE),
        error=_VALIDATION,
    ),
    "401": _error(401, "CB_WA01", "Password authentication failed.", "KC801"),
    "401 as 520": _error(520, "CB_WA01", "ユーザーのパスワード認証に失敗しました。", "KC801"),
    "403": _error(403, "GAIA_NO01", "You cannot run the specified API.", "KC802"),
    "403 no guest": _error(403, "CB_NO02", "No privilege to proceed.", "KC802"),
    "404": _error(404, "GAIA_RE01", "指定したレコードが見つかりません。", "KC809"),
    "409": _error(409, "GAIA_CO02", "The revision is not the latest.", "KC809"),
    "429": _error(429, "GAIA_TO04", "Too many requests at once.", "KC809"),
    "520": _error(520, "GAIA_DA02", "The database is locked.", "KC803"),
}
_NOT_KINTONES = {
    "no answer": _cut("without an answer", "KC806", Answer(cut="before")),
    "half a head": _cut("inside the head of the answer", "KC806", Answer(cut="head")),
    "half an answer": _cut("inside the body of the answer", "KC807", Answer(cut="inside")),
    "half a chunk": _cut(
        "inside a chunk of the answer", "KC807", Answer(cut="inside", chunked=True)
    ),
    "no last chunk": _cut(
        "after the first chunk of the answer", "KC807", Answer(cut="between", chunked=True)
    ),
    "late": Answering(f"{SLOW:.0f} seconds without an answer", "KC521", late=True),
    "429 for a day": _a_day(429),
    "503 for a day": _a_day(503),
    "no tunnel": Answering("a proxy that answers 407", "KC806", html(407), tunnel=True),
    "json 503": Answering(
        "503 with JSON that is not Kintone's error",
        "KC805",
        Answer(503, b'{"status": 503, "error": "Service Unavailable"}', JSON_TYPE),
    ),
    "html 200": Answering("an HTML page with 200", "KC808", html(200), page=True),
    "empty 200": Answering("200 with an empty body", "KC808", Answer(200, b"", ()), page=True),
}


def _errors_by_code() -> Iterator[tuple[str, Answering]]:
    yield NEW_CODE, _error(400, NEW_CODE, "Illegal: what no client knows yet.", "KC809")
    for code in CODES:
        each = error_codes()[code]
        refusal = _REFUSALS.get(each.status, "KC809")
        yield code, _error(each.status, code, f"Illegal: {each.means}.", refusal)


def _without_json(status: int) -> Iterator[tuple[str, Answering]]:
    """A page, and an empty body, with a status; a 401 asks for the login of the Basic gate."""
    error = status >= 400
    requirement = "KC805" if error else "KC812"
    more = _GATE if status == 401 else ()
    if status != _NO_BODY:
        what, page = f"an HTML page with {status}", html(status)
        page = replace(page, headers=(*page.headers, *more))
        yield f"html {status}", Answering(what, requirement, page, page=error)
    nothing = Answer(status, b"", more)
    yield (
        f"empty {status}",
        Answering(f"{status} with an empty body", requirement, nothing, page=error),
    )


def _redirects(status: int) -> Iterator[tuple[str, Answering]]:
    to = Answering(f"a redirect with {status}", "KC812", Answer(status))
    yield f"{status} elsewhere", replace(to, leads=("elsewhere",))
    yield f"{status} here", replace(to, leads=("here",))
    yield f"{status} to http", replace(to, leads=("downgraded",))
    yield f"{status} twice", replace(to, leads=("here", "elsewhere", "there"))
    yield f"{status} round", replace(to, leads=("here",), endless=True)
    for spelling in SPELLINGS:
        name = f"{status} elsewhere {spelling}"
        yield name, replace(to, leads=("elsewhere",), spelling=spelling)


ANSWERS: Mapping[str, Answering] = {
    **_SUCCESSES,
    **_ERRORS,
    **_NOT_KINTONES,
    **dict(chain.from_iterable(map(_without_json, (*PAGES, *STATUSES)))),
    **dict(_errors_by_code()),
    **dict(chain.from_iterable(map(_redirects, REDIRECTS))),
}

_LEADS = {
    "here": "on the same host",
    "elsewhere": "to another host",
    "downgraded": "to http",
    "there": "to another path there",
}


def answered(name: str) -> str:
    """What a client was answered, in words, and where it is led; "" for the documented answer."""
    answering = ANSWERS[name]
    if name == "ok":
        return ""
    leads = (f" {_LEADS[lead]}" for lead in answering.leads)
    return answering.what + ", then".join(leads)
