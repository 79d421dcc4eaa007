"""KL302: the value of an authentication header is encoded wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.files.importers import imported_near
from kintone_lint.findings import Confidence
from kintone_lint.kintone.header_keys import PASSWORD_KEY, TOKEN_KEY
from kintone_lint.kintone.headers import beside_kintone, headers, surely_named
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.spoilt import apart, spoilt_login
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.texts import LINES
from kintone_lint.python.tree import dotted
from kintone_lint.python.uses import made_of
from kintone_lint.python.values import Encoded, Expr, Hole, Literal, Text
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_UTF_8 = {"utf-8", "utf8", "u8", "ascii", "us-ascii", "646"}  # the same bytes, or an error
_SAME = {"decode", "strip", "rstrip"}  # what leaves a Base64 what it is
_SCHEME = regex(r"(?i)(?:basic|bearer|token)\s+")


class AuthWrongEncoding(Rule):
    code = "KL302"
    name = "auth-wrong-encoding"
    statement = "The value of `X-Cybozu-Authorization` is encoded incorrectly."
    why = (
        "It must be the Base64 of `login:password` in UTF-8: standard alphabet, one line, no "
        "scheme word. Otherwise Kintone answers only that the password is wrong, which hides the "
        "cause."
    )
    instead = '`base64.b64encode(f"{login}:{password}".encode("utf-8")).decode("ascii")`'
    finds = (
        "How the values that are sent as `X-Cybozu-Authorization`, as an API token, or for Basic "
        "authentication beside them were encoded, and what was done to them afterwards."
    )
    misses = (
        "Encoding by functions that the linter does not know, and values that come from "
        "outside the code."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37", "F38", "F39", "F40")
    since = "0.1.0"
    words = ("b64", "encodebytes", "b2a_", "hexlify", "hex$", "b16", "b32", "b85", "a85", ";.?$")
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
        Bad(
            """\
def headers(token):
    return {"X-Cybozu-API-Token": token.encode().hex()}  #!
"""
        ),
        Bad('headers = {"X-Cybozu-API-Token": ";".join(tokens)}  #!\n'),
        Bad(
            """\
import base64
value = base64.b64encode(f"{user}:{password}".encode()).decode().rstrip("=")  #!
headers = {"X-Cybozu-Authorization": value}
"""
        ),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": ",".join(tokens)}\n',
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
            name = header.key
            for value in header.values() if surely_named(subject, header) else ():
                if not isinstance(value, Text):
                    continue
                if name == TOKEN_KEY:
                    yield from _of_token(header, value)
                    if apart(subject, value):
                        message = "API tokens are separated by commas"
                        yield Report(Spot(header.module, header.node), message)
                elif name == PASSWORD_KEY:
                    yield from _encoded(header, value)
                    yield from _of_login(header, value)
                    for spot, message in spoilt_login(subject, header, value):
                        yield Report(spot, message, confidence=Confidence.MEDIUM)
                elif beside_kintone(subject, header):
                    yield from _encoded(header, value)


def _encoded(header: Header, value: Text) -> Iterator[Report]:
    """What the encoder of a login did."""
    for part in value.parts:
        if not isinstance(part, Encoded):
            continue
        spot = Spot(part.module, part.node)
        if part.shown:
            message = "bytes are formatted into the text, so that b'…' is sent; decode them"
            yield Report(Spot(header.module, header.node), message, fix=_decoded(part.shown))
        elif part.how in LINES:
            message = f"{part.how} breaks the value into lines; use b64encode"
            yield Report(spot, message, fix=_b64encode(part))
        elif part.how == "urlsafe_b64encode":
            message = "the URL-safe alphabet is sent; use b64encode"
            yield Report(spot, message, fix=_b64encode(part))
        elif part.how == "b64encode" and _is_encoded(part.of):
            yield Report(spot, "the value is encoded twice; encode login:password once")
        elif part.how != "b64encode":
            yield Report(spot, f"{part.how} does not give Base64; use b64encode")
        wrong = [
            codec for codec in part.of.codecs if codec.text.lower().replace("_", "-") not in _UTF_8
        ]
        if wrong:
            message = f"the login is encoded as {wrong[0].text}; Kintone reads UTF-8"
            yield Report(spot, message, fix=_utf_8(wrong, part))


def _is_encoded(text: Text) -> bool:
    """Whether a text is nothing but a Base64."""
    only = text.parts[0] if len(text.parts) == 1 else None
    return isinstance(only, Encoded) and only.how == "b64encode"


def _of_login(header: Header, value: Text) -> Iterator[Report]:
    """A scheme word before a login, and one that is not encoded at all."""
    first = value.parts[0] if value.parts else None
    here = Spot(header.module, header.node)
    scheme = _SCHEME.match(first.text) if isinstance(first, Literal) else None
    if isinstance(first, Literal) and scheme:
        message = f"{scheme[0].strip()} comes before the value; this header has no scheme"
        yield Report(here, message, fix=_without(first, scheme.end()))
    elif isinstance(first, Literal | Hole) and _plain_login(value):
        yield Report(here, "the login and password are not encoded; send their Base64")


def _plain_login(value: Text) -> bool:
    """`{user}:{password}`, with a colon between two pieces."""
    if any(isinstance(part, Encoded) for part in value.parts):
        return False
    text = "".join(getattr(part, "text", "{}") for part in value.parts)
    return len(value.parts) > 1 and bool(re.fullmatch(r"[^:\s<>]+:[^:\s<>]+", text))


def _of_token(header: Header, value: Text) -> Iterator[Report]:
    """An API token that is encoded, or has a scheme word before it."""
    first = value.parts[0] if value.parts else None
    here = Spot(header.module, header.node)
    if isinstance(first, Encoded) and not any(":" in each.text for each in first.of.literals):
        message = "an API token is sent unencoded; do not encode it"
        yield Report(here, message, fix=_as_it_is(header, first))
    elif isinstance(first, Literal) and len(value.parts) > 1:
        scheme = _SCHEME.match(first.text)
        if scheme:
            message = f"{scheme[0].strip()} comes before the token; this header has no scheme"
            yield Report(here, message, fix=_without(first, scheme.end()))


# ---- fixes


def _single(node: cst.CSTNode, module: Module) -> bool:
    """Whether what a node makes goes to one place only, decoded or not."""
    while isinstance(above := module.parent[node], cst.Attribute):
        call = module.parent[above]
        if above.attr.value not in _SAME or not isinstance(call, cst.Call):
            return False
        node = call
    return made_of(node, module, imported_near) is not None


def _b64encode(part: Encoded) -> Fix | None:
    match part.node:
        case cst.Call(func=cst.Attribute(value=cst.Name(value="base64"), attr=name)):
            if _single(part.node, part.module):
                return Fix("use b64encode", (Edit(Spot(part.module, name), "b64encode"),))
    return None


def _utf_8(codecs: list[Literal], part: Encoded) -> Fix | None:
    """Another codec, where it is written in the calls that encode what one encoder gets."""
    edits: list[Edit] = []
    for codec in codecs:
        arg = codec.module.parent[codec.node]
        if codec.at is None or not isinstance(arg, cst.Arg):
            return None
        if not codec.module.inside(arg, part.node) and not _single(
            codec.module.parent[arg], codec.module
        ):
            return None
        spot = Spot(codec.module, codec.node, codec.at, codec.at + len(codec.text))
        edits.append(Edit(spot, "utf-8"))
    return Fix("encode it as UTF-8", tuple(edits)) if _single(part.node, part.module) else None


def _without(first: Literal, end: int) -> Fix | None:
    """The value without its scheme word, where nothing else is made of the literal."""
    if first.at is None or not _single(first.node, first.module):
        return None
    spot = Spot(first.module, first.node, first.at, first.at + end)
    return Fix("remove the scheme word", (Edit(spot, ""),))


def _decoded(shown: Expr) -> Fix | None:
    node = shown.node
    if not isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.Subscript) or node.lpar:
        return None
    code = shown.module.tree.code_for_node(node)
    edit = Edit(Spot(shown.module, node), f"{code}.decode()")
    return Fix("decode the bytes", (edit,))


def _as_it_is(header: Header, part: Encoded) -> Fix | None:
    """The token itself, where the header holds all that encodes it."""
    value, module = header.value.node, header.module
    match part.of.parts:
        case (Hole(node=node),) if dotted(node):
            token = module.tree.code_for_node(node)
        case _:
            return None
    if part.module is not module or not module.inside(part.node, value) or part.shown:
        return None
    if not isinstance(value, cst.Call) or not module.inside(node, value):
        return None
    return Fix("send the token as it is", (Edit(Spot(module, value), token),))
