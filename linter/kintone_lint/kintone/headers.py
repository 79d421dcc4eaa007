"""The headers that a module writes down anywhere, and the names that hold what they carry."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.header_keys import AUTH_KEYS, PASSWORD_KEY, header_key
from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.kintone.request import Header, headers_of
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted, spelled
from kintone_lint.python.values import (
    Encoded,
    Entry,
    Expr,
    Frame,
    Literal,
    Mapping,
    Part,
    Text,
)

_HEADER_CALLS = {"add_header", "putheader", "add_unredirected_header", "setdefault", "AddHeader"}


@query
def headers(subject: Subject) -> list[Header]:
    """Every header with an authentication name that is written anywhere in the module."""
    found: list[Header] = []
    for node in subject.module.of(cst.DictElement, cst.Assign, cst.Call, cst.Tuple):
        for key, value in pairs(node):
            for frame in _frames(subject, key, node):
                for each in subject.values(key, frame):
                    name = each.value.known if isinstance(each.value, Text) else None
                    if name and header_key(name) in AUTH_KEYS:
                        conditions = (*subject.module.conditions(node), *each.choices)
                        at = Expr(value, subject.module, frame)
                        found.append(Header(name.strip(), at, subject.evaluator, node, conditions))
    return found


def _frames(subject: Subject, key: cst.CSTNode, node: cst.CSTNode) -> list[Frame | None]:
    """The calls of the function around what is written; none if no header is written."""
    if isinstance(key, cst.SimpleString) and header_key(spelled(key) or "") not in AUTH_KEYS:
        return []
    return subject.frames(node)


def surely_named(subject: Subject, header: Header) -> bool:
    """Whether the name of a header can be this one only."""
    if header.module is not subject.module:
        return True
    return all(len(subject.values(key)) == 1 for key, _ in pairs(header.node))


@query
def written(subject: Subject) -> list[tuple[cst.BaseExpression, Header]]:
    """What is written anywhere in the module and can be a header, with the key that names it."""
    found: list[tuple[cst.BaseExpression, Header]] = []
    for node in subject.module.of(cst.DictElement, cst.Assign, cst.Call, cst.Tuple):
        for key, value in pairs(node):
            known = subject.one(key)
            if isinstance(known, Text) and known.known:
                place = Expr(value, subject.module)
                found.append((key, Header(known.known, place, subject.evaluator, node)))
    return found


@query
def mappings(subject: Subject) -> list[tuple[cst.CSTNode, list[Header]]]:
    """Every dict display with its entries by name."""
    found: list[tuple[cst.CSTNode, list[Header]]] = []
    for node in subject.module.of(cst.Dict):
        value = subject.one(node)
        if isinstance(value, Mapping):
            found.append((node, headers_of(value, subject.evaluator)))
    return found


def beside_kintone(subject: Subject, header: Header) -> bool:
    """Whether a header goes to Kintone: by a header beside it, or by its request."""
    if subject.module.parent.get(header.node) in _kintone_displays(subject):
        return True
    if header.node in _sent_to_kintone(subject):
        return True
    return _held(subject, header.node) in _kintone_holders(subject)


@query
def _kintone_displays(subject: Subject) -> set[cst.CSTNode]:
    """The dict displays with a header of Kintone in them."""
    found: set[cst.CSTNode] = set()
    for node in subject.module.of(cst.Dict):
        value = subject.one(node)
        if isinstance(value, Mapping):
            subject.spend(len(value.entries))
            if any(_is_kintone_header(entry) for entry in value.entries):
                found.add(node)
    return found


@query
def _kintone_holders(subject: Subject) -> set[object]:
    """The mappings with a name that a header of Kintone is written into."""
    own = (each for each in headers(subject) if each.key.startswith("x-cybozu-a"))
    return {_held(subject, each.node) for each in own} - {None}


def _held(subject: Subject, node: cst.CSTNode) -> object:
    """The mapping with a name that a header is written into, told from others of the name."""
    name = holder_of(subject.module, node)
    return None if name is None else (subject.module.scope[node], name)


@query
def _sent_to_kintone(subject: Subject) -> set[cst.CSTNode]:
    """Where the headers of requests are written whose URL is one of Kintone."""
    found: set[cst.CSTNode] = set()
    for request in kintone_requests(subject):
        if any(is_kintone(each.value) for each in request.urls()):
            headers, _ = request.headers()
            found |= {each.node for each in headers}
    return found


@query
def sends_password(subject: Subject) -> bool:
    """Whether a file has the header of a login and its password anywhere."""
    return any(header.key == PASSWORD_KEY for header in headers(subject))


def _is_kintone_header(entry: Entry) -> bool:
    known = entry.key.known if isinstance(entry.key, Text) else None
    return bool(known and known.lower().startswith("x-cybozu-a"))


def pairs(node: cst.CSTNode) -> list[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """The (name, value) pairs that a node writes, if it can be a header."""
    if type(node) is cst.Call:  # the most frequent, and `match` is slow to tell what it is not
        given = [arg.value for arg in node.args]
        called = node.func.attr.value if type(node.func) is cst.Attribute else None
        return [(given[0], given[1])] if called in _HEADER_CALLS and len(given) == 2 else []
    match node:
        case cst.DictElement(key=key, value=value):
            return [(key, value)]
        case cst.Assign(
            targets=[
                cst.AssignTarget(
                    target=cst.Subscript(slice=[cst.SubscriptElement(cst.Index(value=key))])
                )
            ],
            value=value,
        ):
            return [(key, value)]
        case cst.Tuple(elements=[cst.Element(value=key), cst.Element(value=value)]):
            return [(key, value)]
    return []


def holder_of(module: Module, node: cst.CSTNode) -> str | None:
    """The name of the mapping that a header is written into."""
    above = module.parent.get(node)
    if isinstance(node, cst.Assign):
        target = node.targets[0].target
        return dotted(target.value) if isinstance(target, cst.Subscript) else None
    if isinstance(node, cst.DictElement) and isinstance(above, cst.Dict):
        match module.parent.get(above):
            case cst.Assign(targets=[cst.AssignTarget(target=target)]):
                return dotted(target)
            case cst.AnnAssign(target=target):
                return dotted(target)
            case cst.Arg() as arg:
                match module.parent[arg]:
                    case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="update"))):
                        return dotted(holder)
    return None


def secret_parts(header: Header) -> Iterator[Part]:
    """The pieces of a header's value; for a login in Base64, those after the colon."""
    for value in header.values():
        for part in value.parts if isinstance(value, Text) else ():
            if not isinstance(part, Encoded):
                yield part
            elif header.key == PASSWORD_KEY:
                behind = False
                for inner in part.of.parts:
                    if behind:
                        yield inner
                    behind = behind or (isinstance(inner, Literal) and ":" in inner.text)
