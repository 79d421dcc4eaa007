"""Every answer that the suite gives, by name: the documented ones, each failure, and worse.

What a client may make of an answer is with it: the requirement that is broken where a failure
is returned as a result, or a success reported as an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kintone_conformance.doors import JSON_TYPE, Answer
from kintone_conformance.doors.answers import (
    html,
    kintone_error,
)

MOVED = "/moved"  # the path that redirects lead to begins so
COOKIE = "conformance-session"  # what an answer sets; of Kintone's own cookies it touches none
_TOO_LONG = 414  # a DELETE may be tried again with its parameters in the body
_ID = "1505999166-897850006"


@dataclass(frozen=True)
class Answering:
    """One kind of answer to a call.

    `what` describes it to people; `requirement` is broken if the client handles it wrongly.
    `answer` is None for the documented one. `error` holds Kintone's code, id and message if the
    body has them; `page` is a body that is not JSON, or empty. `leads` names the base URLs that
    a redirect leads to, one after the other: `here`, `elsewhere`, `downgraded`, `round` without
    end; with `//` the URL has no scheme, with `@` it begins as the client's own does, and with a
    backslash or a tab only some take it for a host. `tunnel`: it is a proxy's
    answer to the CONNECT before the call.
    """

    what: str
    requirement: str
    answer: Answer | None = None
    failure: bool = True
    error: Mapping[str, str] | None = None
    page: bool = False
    leads: tuple[str, ...] = ()
    tunnel: bool = False

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

        A 414 asks for another form of it. After an answer that was cut, only a POST is repeated
        harm: PUT and DELETE may be sent again (RFC 9110, 9.2.2).
        """
        if self.cut:
            return self.carried_out and method == "POST"
        return self.status != _TOO_LONG


def _error(status: int, code: str, message: str, requirement: str) -> Answering:
    fields = {"code": code, "id": _ID, "message": message}
    what = f"{status} {code}"
    return Answering(what, requirement, kintone_error(status, code, message, _ID), error=fields)


_EMPTY = (("Content-Type", "text/plain"),)
PAGES = (401, 403, 404, 414, 429, 500, 502, 503, 520)
# Others that a client may take for no failure, or for one that it has no words for.
OTHER_STATUSES = (300, 305, 405, 408, 410, 412, 413, 423, 425, 501, 504, 599)
REDIRECTS = (301, 302, 303, 307, 308)
_VALIDATION = {
    "code": "CB_VA01",
    "id": _ID,
    "message": "入力内容が正しくありません。",
}
_DETAILS = {"app": {"messages": ["必須です。"]}}


def _all() -> Mapping[str, Answering]:
    found = {
        "ok": Answering("the documented answer", "KC814", failure=False),
        "extra": Answering("an answer with new fields", "KC813", failure=False),
        "chunked": Answering("the documented answer in chunks", "KC814", failure=False),
        "gzip": Answering("the documented answer, compressed", "KC814", failure=False),
        "cookie": Answering("the documented answer with a cookie", "KC814", failure=False),
        "closing": Answering("the documented answer and an end", "KC814", failure=False),
        "empty file": Answering("a file without content", "KC814", failure=False),
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
        "no answer": Answering(
            "a connection closed without an answer", "KC806", Answer(cut="before")
        ),
        "half a head": Answering(
            "a connection closed inside the head of the answer", "KC806", Answer(cut="head")
        ),
        "half an answer": Answering(
            "a connection closed inside the body of the answer", "KC807", Answer(cut="inside")
        ),
        "half in chunks": Answering(
            "a connection closed inside the chunks of the answer",
            "KC807",
            Answer(cut="inside", chunked=True),
        ),
        "no tunnel": Answering("a proxy that answers 407", "KC806", html(407), tunnel=True),
        "html 200": Answering("an HTML page with 200", "KC808", html(200), page=True),
        "empty 200": Answering(
            "200 with an empty body", "KC808", Answer(200, b"", _EMPTY), page=True
        ),
    }
    for status in PAGES:
        page = f"an HTML page with {status}"
        found[f"html {status}"] = Answering(page, "KC805", html(status), page=True)
        nothing = Answer(status, b"", _EMPTY)
        empty = f"{status} with an empty body"
        found[f"empty {status}"] = Answering(empty, "KC805", nothing, page=True)
    for at, status in enumerate(OTHER_STATUSES):
        answer = html(status) if at % 2 else Answer(status, b"", _EMPTY)
        form = "an HTML page with" if at % 2 else "an empty answer with"
        found[f"status {status}"] = Answering(f"{form} {status}", "KC805", answer, page=True)
    for status in REDIRECTS:
        for name, leads in (
            (f"{status} elsewhere", ("elsewhere",)),
            (f"{status} here", ("here",)),
            (f"{status} to http", ("downgraded",)),
            (f"{status} twice", ("here", "elsewhere")),
            (f"{status} elsewhere //", ("elsewhere//",)),
            (f"{status} elsewhere @", ("elsewhere@",)),
            (f"{status} elsewhere \\", ("elsewhere\\",)),
            (f"{status} elsewhere \t", ("elsewhere\t",)),
            (f"{status} round", ("round",)),
        ):
            what = f"a redirect with {status}"
            found[name] = Answering(what, "KC812", Answer(status), leads=leads)
    return found


ANSWERS: Mapping[str, Answering] = _all()


_LEADS = {
    "here": "on the same host",
    "round": "to itself",
    "elsewhere": "to another host",
    "downgraded": "to http",
}
ENDS = "/@\\\t"  # of the name of a lead: how the URL is written


def answered(name: str) -> str:
    """What a client was answered, in words, and where it is led; "" for the documented answer."""
    answering = ANSWERS[name]
    if name == "ok":
        return ""
    leads = (f" {_LEADS[lead.rstrip(ENDS)]}" for lead in answering.leads)
    return answering.what + ", then".join(leads)
