"""Clients of Kintone that a function is given, or that a property makes."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.kintone.sessions import session_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.values import Expr


def is_handed(node: cst.Call, subject: Subject) -> bool:
    """Whether a method is called of a client of Kintone: what a parameter or a property gives."""
    match node.func:
        case cst.Attribute(value=cst.Name(value=name) as holder):
            bindings = subject.module.lookup(name, holder)
            if len(bindings) != 1 or not isinstance(bindings[0].node, cst.Param):
                return False
        case cst.Attribute(value=cst.Attribute() as holder):
            pass
        case _:
            return False
    for frame in subject.frames(node):
        at = Expr(node, subject.module, frame)
        base = session_of(at, holder, subject.evaluator).argument("base_url")
        known = subject.evaluator.values(base) if base is not None else ()
        if any(is_kintone(each.value) for each in known):
            return True
    return False
