"""Credentials that flow into a header, a client or a function of Kintone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.credential import Credential, credential, names_of
from kintone_lint.kintone.headers import beside_kintone, headers
from kintone_lint.kintone.names import KINTONE_NAME, Sort, sort_of
from kintone_lint.kintone.requests import PASSWORD_HEADER, TOKEN_HEADER, sent_by
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import Encoded, Literal, Text, Value
from kintone_lint.python.work import CHARACTERS

_BLANK = ", \t\r\n"  # what parts the tokens of a header
_API_TOKEN = re.compile(r"(?i)(?:kintone_?)?api_?token")

# Positional arguments of clients: callee to (index, what it is).
_POSITIONAL = {
    "pykintone.login": ((2, Sort.PASSWORD),),
    "pykintone.app": ((2, Sort.TOKEN),),
    "pykintone.account.kintoneService": ((2, Sort.PASSWORD),),
    "pykintone.Account": ((2, Sort.PASSWORD),),
    "pykintone.account.Account": ((2, Sort.PASSWORD),),
    "pyntone.ApiTokenAuth": ((0, Sort.TOKEN),),
    "pyntone.PasswordAuth": ((1, Sort.PASSWORD),),
    "pyntone.BasicAuth": ((1, Sort.BASIC),),
    "bozupy.AccessData": ((2, Sort.PASSWORD),),
}
_SETTERS = {
    "set_api_token": ((0, Sort.TOKEN),),
    "setApiToken": ((0, Sort.TOKEN),),
    "set_password_auth": ((1, Sort.PASSWORD),),
    "setPasswordAuth": ((1, Sort.PASSWORD),),
    "set_user_auth": ((1, Sort.PASSWORD),),
    "set_basic_auth": ((1, Sort.BASIC),),
    "setBasicAuth": ((1, Sort.BASIC),),
}


def in_headers(subject: Subject) -> Iterator[Credential]:
    for header in headers(subject):
        subject.spend()
        name = header.name.lower().rstrip(":")
        use = Spot(header.module, header.node)
        for value in header.values():
            if not isinstance(value, Text):
                continue
            if name == TOKEN_HEADER:
                yield from _token(subject, value, use, header.name)
            elif name == PASSWORD_HEADER:
                yield from _password_header(subject, value, use, header.name)
            elif name == "authorization" and beside_kintone(subject, header):
                yield from _authorization(subject, value, use)


def _token(subject: Subject, value: Text, use: Spot, sink: str) -> Iterator[Credential]:
    for literal in value.literals:
        subject.spend(1 + len(literal.text) // CHARACTERS)
        names = names_of(literal)
        for match in re.finditer(r"[^,\s]+", literal.text):
            text = match[0]
            shaped = bool(tuple(secrets.tokens_in(text)))
            if secrets.other_service(*names) or secrets.sample(text):
                continue
            if not shaped and (subject.in_test or secrets.weak(text, *names)):
                continue
            yield credential(
                Sort.TOKEN,
                literal.cut(match.start(), match.end()),
                use,
                sink,
                Confidence.HIGH if shaped else Confidence.MEDIUM,
                whole=value.bounded(literal, *match.span(), before=_BLANK, after=_BLANK),
            )


def _password_header(subject: Subject, value: Text, use: Spot, sink: str) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(subject, part.of, use, sink, Sort.PASSWORD)
    known = value.known
    if known is None or len(value.literals) != 1:
        return
    bare = re.sub(r"^(?i:basic)\s+", "", known.strip())
    login = secrets.login_in(bare)
    if login and not secrets.sample_login(*login) and not subject.in_test:
        literal = value.literals[0]
        start = literal.text.find(bare)
        piece = literal.cut(start, start + len(bare))
        yield credential(Sort.PASSWORD_HEADER, piece, use, sink, Confidence.HIGH)
    elif not login and ":" in known:
        yield from _after_colon(subject, value, use, sink, Sort.PASSWORD)


def _after_colon(
    subject: Subject, value: Text, use: Spot, sink: str, sort: Sort
) -> Iterator[Credential]:
    """The password in `login:password`, as far as it is literal."""
    behind = False
    for part in value.parts:
        if not isinstance(part, Literal):
            continue
        at = 0
        if not behind:
            at = part.text.find(":") + 1
            behind = at > 0
        if behind and at < len(part.text):
            whole = value.bounded(part, at, len(part.text), before=":", after="")
            yield from _password(
                subject, part.cut(at, len(part.text)), use, sink, sort, whole=whole
            )


def _password(
    subject: Subject, literal: Literal, use: Spot | None, sink: str, sort: Sort, *, whole: bool
) -> Iterator[Credential]:
    names = names_of(literal)
    subject.spend(1 + len(literal.text) // CHARACTERS)
    if subject.in_test or secrets.no_password(literal.text, *names):
        return
    if secrets.other_service(*names):
        return
    yield credential(sort, literal, use, sink, Confidence.MEDIUM, whole=whole)


def _authorization(subject: Subject, value: Text, use: Spot) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(subject, part.of, use, "Authorization", Sort.BASIC)
    known = value.known
    match = known and re.match(r"(?i)(bearer|basic)\s+(\S+)\s*$", known)
    if match and not subject.in_test and match[1].lower() == "basic":
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login):
            yield from _within(value, match[2], Sort.BASIC, use)
    elif match and not subject.in_test and not secrets.weak(match[2]):
        yield from _within(value, match[2], Sort.OAUTH, use)
    elif not known and value.parts and shown_scheme(value) == "bearer":
        for literal in value.literals:
            text = re.sub(r"(?i)^bearer\s*", "", literal.text)
            if text and not subject.in_test and not secrets.weak(text, *names_of(literal)):
                yield from _within(value, text, Sort.OAUTH, use)


def shown_scheme(value: Text) -> str | None:
    """The scheme word in front of a header value, in lower case."""
    first = value.parts[0] if value.parts else None
    match = isinstance(first, Literal) and re.match(r"(?i)\s*(bearer|basic)\b", first.text)
    return match[1].lower() if match else None


def _within(value: Text, text: str, sort: Sort, use: Spot) -> Iterator[Credential]:
    for literal in value.literals:
        start = literal.text.find(text)
        if start >= 0:
            end = start + len(text)
            whole = value.bounded(literal, start, end, before=_BLANK, after=_BLANK)
            piece = literal.cut(start, end)
            yield credential(sort, piece, use, "Authorization", Confidence.HIGH, whole=whole)
            return


def in_arguments(subject: Subject) -> Iterator[Credential]:
    """Arguments of clients, and keyword arguments of any function that is Kintone's by name."""
    for node in subject.module.of(cst.Call):
        callee = subject.callee(node.func) or ""
        last = callee.rpartition(".")[2]
        own = bool(KINTONE_NAME.search(callee)) or callee in subject.sinks or last in subject.sinks
        use = Spot(subject.module, node)
        setter = _SETTERS.get(last, ()) if own or subject.kintone else ()
        plain, given = arguments(node)
        for index, sort in _POSITIONAL.get(callee.removesuffix("()"), setter):
            if index < len(plain):
                yield from _argument(subject, plain[index], sort, use, callee)
        for name, value in given.items():
            named = sort_of(name, own=own or name != "password")
            if named is not None and (own or _API_TOKEN.fullmatch(name)):
                yield from _argument(subject, value, named, use, f"{last}({name}=)")
        yield from _basic_auth(subject, node, use)


def _basic_auth(subject: Subject, node: cst.Call, use: Spot) -> Iterator[Credential]:
    """`auth=(user, password)` of a request to Kintone, or of its session."""
    given = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "auth"]
    for request in sent_by(subject, node):
        for pair in {*given, *request.session_auth()}:
            if isinstance(pair, cst.Call) and len(pair.args) == 2:
                yield from _argument(subject, pair.args[1].value, Sort.BASIC, use, "auth")
            elif isinstance(pair, cst.Tuple) and len(pair.elements) == 2:
                yield from _argument(subject, pair.elements[1].value, Sort.BASIC, use, "auth")


def _argument(
    subject: Subject, node: cst.CSTNode, sort: Sort, use: Spot, sink: str
) -> Iterator[Credential]:
    for each in subject.values(node):
        yield from flowing(subject, each.value, sort, use, sink)


def flowing(
    subject: Subject, value: Value, sort: Sort, use: Spot, sink: str
) -> Iterator[Credential]:
    """The credentials of a sort in the literals that a value is made of."""
    if not isinstance(value, Text):
        return
    if sort is Sort.TOKEN:
        yield from _token(subject, value, use, sink)
        return
    whole = len(value.parts) == 1
    for literal in value.literals:
        if sort is Sort.OAUTH:
            if not subject.in_test and not secrets.weak(literal.text, *names_of(literal)):
                yield credential(sort, literal, use, sink, Confidence.MEDIUM, whole=whole)
        elif value.known is not None:
            yield from _password(subject, literal, use, sink, sort, whole=whole)
