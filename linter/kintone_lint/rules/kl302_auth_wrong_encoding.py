"""KL302: the value of an authentication header is encoded wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.headers import beside_kintone, headers
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.requests import PASSWORD_HEADER
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import walk
from kintone_lint.python.values import Encoded, Hole, Literal, Text
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_LINES = {"encodebytes", "b2a_base64"}


class AuthWrongEncoding(Rule):
    code = "KL302"
    name = "auth-wrong-encoding"
    statement = "`X-Cybozu-Authorization` is encoded wrongly."
    why = (
        "It is the Base64 of `login:password` in UTF-8: standard alphabet, one line, no word before "
        "it. Otherwise Kintone answers that the password is wrong, and nobody finds out why."
    )
    instead = '`base64.b64encode(f"{login}:{password}".encode("utf-8")).decode("ascii")`'
    finds = "What is sent as `X-Cybozu-Authorization` is followed back to how it was encoded."
    misses = (
        "Encoding by functions that the linter does not know, and values that come from "
        "outside the code."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37", "F38", "F39", "F40")
    since = "0.1.0"
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import base64
value = base64.encodebytes(f"{user}:{password}".encode()).decode()  #!
headers = {"X-Cybozu-Authorization": value}
""",
            """\
import base64
value = base64.b64encode(f"{user}:{password}".encode()).decode()
headers = {"X-Cybozu-Authorization": value}
""",
        ),
        Bad(
            """\
import base64
value = base64.urlsafe_b64encode((user + ":" + password).encode()).decode()  #!
headers = {"X-Cybozu-Authorization": value}
"""
        ),
        Bad('headers = {"X-Cybozu-Authorization": f"{user}:{password}"}  #!\n'),
        Bad(
            """\
import base64
value = base64.b64encode(f"{user}:{password}".encode())
headers = {"X-Cybozu-Authorization": f"{value}"}  #!
"""
        ),
        Bad('headers = {"X-Cybozu-Authorization": "Basic " + encoded}  #!\n'),
        Bad(
            """\
import base64
value = base64.b64encode(f"{user}:{password}".encode("shift_jis")).decode()  #!
headers = {"X-Cybozu-Authorization": value}
"""
        ),
        Bad(
            """\
import base64
gate = base64.b64encode(f"{user}:{password}".encode())
headers = {"X-Cybozu-API-Token": token, "Authorization": "Basic {}".format(gate)}  #!
"""
        ),
    )
    good = (
        'import base64\nvalue = base64.b64encode(f"{u}:{p}".encode()).decode()\n'
        'headers = {"X-Cybozu-Authorization": value}\n',
        'import base64\nvalue = base64.b64encode(f"{u}:{p}".encode("utf-8"))\n'
        'headers = {"X-Cybozu-Authorization": value}\n',
        'headers = {"X-Cybozu-Authorization": encode(user, password)}\n',
        "import base64\nbody = base64.encodebytes(data)\nimport kintone\n",
        'headers = {"X-Cybozu-API-Token": token, "Authorization": "Basic " + gate}\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for header in headers(subject):
            name = header.name.lower().rstrip(":")
            login = name == PASSWORD_HEADER
            if login or (name == "authorization" and beside_kintone(subject, header)):
                for value in header.values():
                    if isinstance(value, Text):
                        yield from _judged(subject, header, value, login=login)


def _judged(subject: Subject, header: Header, value: Text, *, login: bool) -> Iterator[Report]:
    here = Spot(header.module, header.node)
    for part in value.parts:
        if isinstance(part, Encoded):
            spot = Spot(part.module, part.node)
            if part.shown:
                yield Report(here, "bytes are formatted into the text: b'…' is sent; decode them")
            elif part.how in _LINES:
                message = f"{part.how} breaks the value into lines; use b64encode"
                yield Report(spot, message, fix=_b64encode(part))
            elif part.how == "urlsafe_b64encode":
                yield Report(spot, "the URL-safe alphabet is sent; use b64encode")
            codec = _codec(part.node)
            if codec:
                yield Report(spot, f"the login is encoded as {codec}; Kintone reads UTF-8")
    first = value.parts[0] if value.parts else None
    if not login or not isinstance(first, Literal | Hole):
        return
    if isinstance(first, Literal) and re.match(r"(?i)(?:basic|bearer)\s", first.text):
        yield Report(here, "a scheme word stands before the value; the header has none")
    elif not any(isinstance(part, Encoded) for part in value.parts) and _plain_login(value):
        yield Report(here, "the login and password are sent as they are; Base64 is missing")


def _plain_login(value: Text) -> bool:
    """`{user}:{password}`, with a colon between two pieces."""
    text = "".join(getattr(part, "text", "{}") for part in value.parts)
    return len(value.parts) > 1 and bool(re.fullmatch(r"[^:\s<>]+:[^:\s<>]+", text))


def _codec(node: cst.CSTNode) -> str | None:
    for each in walk(node):
        match each:
            case cst.Call(
                func=cst.Attribute(attr=cst.Name(value="encode")),
                args=[cst.Arg(value=cst.SimpleString() as codec), *_],
            ):
                name = str(codec.evaluated_value).lower().replace("_", "-")
                if name not in ("utf-8", "utf8", "ascii", "us-ascii"):
                    return str(codec.evaluated_value)
    return None


def _b64encode(part: Encoded) -> Fix | None:
    match part.node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="encodebytes") as name)):
            return Fix("use b64encode", (Edit(Spot(part.module, name), "b64encode"),))
    return None
