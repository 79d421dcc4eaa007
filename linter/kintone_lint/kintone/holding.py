"""What holds a credential: a mapping with a header of Kintone, and a session that sends one."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.header_keys import KINTONE_KEYS, header_key
from kintone_lint.kintone.sessions import session_headers, session_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.withheld import mask, masked
from kintone_lint.patterns import regex
from kintone_lint.python.entries import Perhaps
from kintone_lint.python.values import Expr, Frame, Mapping, Text, Value

_DEEP = 2  # mappings in mappings
_SESSIONS = regex(r"\.(?:[Ss]ession|(?:Async)?Client|ClientSession|__init__)$")


def header_in(subject: Subject, node: cst.CSTNode, frame: Frame | None = None) -> str | None:
    """The header of a credential that a mapping holds."""
    found = (held_header(subject, each.value) for each in subject.values(node, frame))
    return next((each for each in found if each), None)


def held_header(subject: Subject, value: Value, depth: int = 0) -> str | None:
    """The header of a credential in a mapping, or in one that it holds."""
    if not isinstance(value, Mapping):
        return None
    for entry in value.entries:
        subject.spend()
        name = entry.key.known if isinstance(entry.key, Text) else None
        inner = [each.value for each in subject.evaluator.values(entry.value)]
        if any(isinstance(key, Perhaps) for key, _ in entry.choices):
            continue  # it may have been taken out
        own = name is not None and header_key(name) in KINTONE_KEYS
        if own and not all(map(masked, inner)) and not any(map(mask, inner)):
            return name
        for each in inner if depth < _DEEP else ():
            found = held_header(subject, each, depth + 1)
            if found:
                return found
    return None


def of_session(subject: Subject, node: cst.CSTNode) -> str | None:
    """The header of a credential in the headers of a session, or of a client."""
    match node:
        case cst.Attribute(value=holder, attr=cst.Name(value="headers")):
            session = session_of(Expr(node, subject.module), holder, subject.evaluator)
            made = session.made.node if session.made is not None else None
            module = session.made.module if session.made is not None else subject.module
            func = made.func if isinstance(made, cst.Call) else None
            name = subject.evaluator.callees(module).name(func) if func is not None else None
            if _SESSIONS.search(name or ""):
                return held_header(subject, session_headers(session, subject.evaluator))
    return None
