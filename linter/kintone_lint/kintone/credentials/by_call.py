"""Credentials that are handed to a client, a function or a request of Kintone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, in_piece
from kintone_lint.kintone.credentials.oauth import is_oauth_client
from kintone_lint.kintone.credentials.pieces import piece
from kintone_lint.kintone.hosts import shown
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, belongs_here, credential_kind
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import kintone_requests, sent_by
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.words import DOMAIN
from kintone_lint.patterns import regex
from kintone_lint.python.functions import frame_of, function_called
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Expr, Hole, Items, Mapping, Text, flat

_API_TOKEN = regex(r"(?i)(?:kintone_?)?api_?token")
_TOKEN_LIKE = regex(r"(?i)token|api_?key")
_ADDRESS = regex(rf"(?i)(?:https?://)?[\w.{{}}-]*{DOMAIN}(?:[:/]|$)")
_OAUTH_SESSION = regex(r"authlib.*OAuth2(?:Session|Client)$")
_BODY = regex(r"(?:^|&)(?P<name>client_secret|refresh_token|access_token)=(?P<value>[^&\s]+)")
_TOKEN_ADDRESS = regex(r"/oauth2/token")

# Positional arguments of clients: callee to (index, what it is).
_POSITIONAL = {
    "pykintone.login": ((2, CredentialKind.PASSWORD),),
    "pykintone.app": ((2, CredentialKind.TOKEN),),
    "pykintone.account.kintoneService": ((2, CredentialKind.PASSWORD),),
    "pykintone.Account": ((2, CredentialKind.PASSWORD),),
    "pykintone.account.Account": ((2, CredentialKind.PASSWORD),),
    "pyntone.ApiTokenAuth": ((0, CredentialKind.TOKEN),),
    "pyntone.PasswordAuth": ((1, CredentialKind.PASSWORD),),
    "pyntone.BasicAuth": ((1, CredentialKind.BASIC),),
    "bozupy.AccessData": ((2, CredentialKind.PASSWORD),),
}
_SETTERS = {
    "set_api_token": ((0, CredentialKind.TOKEN),),
    "setApiToken": ((0, CredentialKind.TOKEN),),
    "set_password_auth": ((1, CredentialKind.PASSWORD),),
    "setPasswordAuth": ((1, CredentialKind.PASSWORD),),
    "set_user_auth": ((1, CredentialKind.PASSWORD),),
    "set_basic_auth": ((1, CredentialKind.BASIC),),
    "setBasicAuth": ((1, CredentialKind.BASIC),),
}


def in_calls(subject: Subject) -> Iterator[Credential]:
    """Arguments of clients, and keyword arguments of any function that is Kintone's by name."""
    for node in subject.module.of(cst.Call):
        callee = subject.callee(node.func) or ""
        last = callee.rpartition(".")[2]
        own = bool(KINTONE_NAME.search(callee)) or callee in subject.sinks or last in subject.sinks
        use = Spot(subject.module, node)
        setter = _SETTERS.get(last, ()) if own or subject.kintone else ()
        plain, given = arguments(node)
        for index, kind in _POSITIONAL.get(callee.removesuffix("()"), setter):
            if index < len(plain):
                yield from _argument(subject, plain[index], kind, use, callee)
        yield from _by_keyword(subject, node, callee, given, own=own)
        if own and plain and _is_defined(subject, node.func):
            yield from _by_parameter(subject, node, use, last)
        if own and _holds_shape(subject):
            yield from _to_client(subject, plain, [*plain, *given.values()], use, last)
        if _OAUTH_SESSION.search(callee) and len(plain) > 1 and is_oauth_client(subject):
            yield from _argument(subject, plain[1], CredentialKind.OAUTH, use, last)
        yield from _basic_auth(subject, node, use)
    for request in kintone_requests(subject):
        yield from _sent(subject, request)


def _by_keyword(
    subject: Subject,
    node: cst.Call,
    callee: str,
    given: dict[str, cst.BaseExpression],
    *,
    own: bool,
) -> Iterator[Credential]:
    use = Spot(subject.module, node)
    last = callee.rpartition(".")[2]
    for name, value in given.items():
        kind = credential_kind(name, own=True)
        if kind is None or secrets.other_service(name):
            if own:
                yield from _nested(subject, value, use, f"{last}({name}=)")
            continue
        taken = own or bool(KINTONE_NAME.search(name))
        if not taken:
            bare = belongs_here(name) and not secrets.names_other_service(callee)
            taken = bare and _addressed(subject, node)
        if kind is CredentialKind.OAUTH:
            taken = taken or is_oauth_client(subject)
        sure = taken and (own or not secrets.names_other_service(callee))
        if taken or _API_TOKEN.fullmatch(name):
            yield from _argument(subject, value, kind, use, f"{last}({name}=)", sure=sure)


def _nested(subject: Subject, node: cst.CSTNode, use: Spot, sink: str) -> Iterator[Credential]:
    """A mapping for a client, such as `auth={"apiToken": …}`."""
    value = subject.one(node) if isinstance(node, cst.Dict | cst.Name | cst.Attribute) else None
    for entry in value.entries if isinstance(value, Mapping) else ():
        subject.spend()
        known = entry.key.known if isinstance(entry.key, Text) else None
        kind = credential_kind(known, own=True) if known else None
        if kind is not None and known and not secrets.other_service(known):
            for each in subject.evaluator.values(entry.value):
                yield from flowing(subject, each.value, kind, use, sink)


def _is_defined(subject: Subject, func: cst.BaseExpression) -> bool:
    """Whether the file itself defines what is called; others would have to be read for it."""
    bindings = subject.module.lookup(func.value, func) if isinstance(func, cst.Name) else []
    return bool(bindings) and isinstance(bindings[0].node, cst.FunctionDef | cst.ClassDef)


def _by_parameter(subject: Subject, node: cst.Call, use: Spot, last: str) -> Iterator[Credential]:
    """What is handed over by position to a function of the file, by its parameter's name."""
    function = function_called(node.func, subject.module, subject.project)
    if function is None:
        return
    given = {arg.value for arg in node.args if arg.keyword is not None}
    for name, value in frame_of(function, node, Expr(node, subject.module)).arguments.items():
        kind = credential_kind(name, own=True)
        if kind is not None and value.node not in given and not secrets.other_service(name):
            yield from _argument(subject, value.node, kind, use, f"{last}({name})")


def _to_client(
    subject: Subject,
    plain: list[cst.BaseExpression],
    given: list[cst.BaseExpression],
    use: Spot,
    last: str,
) -> Iterator[Credential]:
    """A login in Base64, and the one token that a client is made with, whatever it is called."""
    for node in given:
        for each in subject.values(node):
            known = each.value.known if isinstance(each.value, Text) else None
            if known and any(True for _ in secrets.logins_in(known)):
                yield from flowing(subject, each.value, CredentialKind.PASSWORD_HEADER, use, last)
    if not last[:1].isupper() or secrets.names_other_service(last):
        return
    tokens = [node for node in plain if _is_token(subject, node)]
    if len(tokens) == 1:
        yield from _argument(subject, tokens[0], CredentialKind.TOKEN, use, last)


@query
def _holds_shape(subject: Subject) -> bool:
    """Whether a token or a login in Base64 is in the file at all."""
    text = subject.module.source.text
    return any(True for _ in chain(secrets.tokens_in(text), secrets.logins_in(text)))


def _is_token(subject: Subject, node: cst.CSTNode) -> bool:
    if _TOKEN_LIKE.search(dotted(node) or ""):
        return True
    known = (each.value.known for each in subject.values(node) if isinstance(each.value, Text))
    return any(text and any(True for _ in secrets.tokens_in(text)) for text in known)


def _addressed(subject: Subject, node: cst.Call) -> bool:
    """Whether an argument of a call is an address of Kintone."""
    return any(
        _ADDRESS.match(shown(each.value)) for arg in node.args for each in subject.values(arg.value)
    )


def _sent(subject: Subject, request: Request) -> Iterator[Credential]:
    """The OAuth secrets in the body of a request to Kintone."""
    use = Spot(request.module, request.node)
    for name in ("data", "json", "params"):
        value = request.argument(name)
        if isinstance(value, Text):
            yield from _in_body(value, use)
        for entry in value.entries if isinstance(value, Mapping) else ():
            subject.spend()
            known = entry.key.known if isinstance(entry.key, Text) else None
            if known and credential_kind(known, own=False) is CredentialKind.OAUTH:
                for each in subject.evaluator.values(entry.value):
                    yield from flowing(subject, each.value, CredentialKind.OAUTH, use, known)


def _in_body(value: Text, use: Spot) -> Iterator[Credential]:
    """In a body that is written as `name=value&…`."""
    for match in _BODY.finditer(flat(value)):
        secret, name = match["value"], match["name"]
        found = None if secrets.weak(secret, name) else piece(value, *match.span("value"))
        if found is not None:
            yield in_piece(CredentialKind.OAUTH, found, use, name, Confidence.MEDIUM)


def _basic_auth(subject: Subject, node: cst.Call, use: Spot) -> Iterator[Credential]:
    """`auth=(user, password)` of a request to Kintone, or of its session."""
    given = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "auth"]
    for request in sent_by(subject, node):
        kind = CredentialKind.OAUTH if _gets_token(request) else CredentialKind.BASIC
        client = request.session.argument("auth") if request.session is not None else None
        of_client = [client.node] if client is not None and client.module is subject.module else []
        for pair in dict.fromkeys([*given, *request.session_auth(), *of_client]):
            password = _password_of(subject, pair)
            if password is not None:
                yield from _argument(subject, password, kind, use, "auth")


def _password_of(subject: Subject, pair: cst.CSTNode) -> cst.CSTNode | None:
    """The password of `(user, password)` and of `BasicAuth(user, password)`, or of their name."""
    if isinstance(pair, cst.Name | cst.Attribute):
        match subject.one(pair):
            case Items(items=(_, Expr(node=node, module=module))) if module is subject.module:
                return node
            case Text(parts=(Hole(node=cst.Call() as call, module=module),)):
                pair = call if module is subject.module else pair
    match pair:
        case cst.Call() if len(pair.args) == 2:
            return next((arg.value for arg in pair.args if _is_password(arg)), pair.args[1].value)
        case cst.Tuple(elements=[_, cst.Element(value=password)]):
            return password
    return None


def _is_password(arg: cst.Arg) -> bool:
    return arg.keyword is not None and arg.keyword.value == "password"


def _gets_token(request: Request) -> bool:
    return any(_TOKEN_ADDRESS.search(shown(each.value)) for each in request.urls())


def _argument(
    subject: Subject,
    node: cst.CSTNode,
    kind: CredentialKind,
    use: Spot,
    sink: str,
    *,
    sure: bool = True,
) -> Iterator[Credential]:
    for each in subject.values(node):
        yield from flowing(subject, each.value, kind, use, sink, sure=sure)
