"""What holds nothing but attributes and shows them all: arguments, and tuples with names."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.sessions import made_by
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted

_NAMESPACE = regex(
    r"\.parse_(?:known_|intermixed_)?args$|(?:^|\.)(?:SimpleNamespace|Namespace|namedtuple|NamedTuple)$"
)
_TAKES = ("pop", "popitem", "clear", "update", "__setitem__", "__delitem__")


def namespace_shown(subject: Subject, node: cst.CSTNode) -> cst.BaseExpression | None:
    """The object whose attributes an expression shows, all of them."""
    match node:
        case cst.Call(func=cst.Name(value="vars"), args=[cst.Arg(value=inner)]):
            pass
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="_asdict")), args=[]):
            pass
        case cst.Attribute(value=inner, attr=cst.Name(value="__dict__")):
            pass
        case cst.Name() | cst.Attribute():
            inner = node
        case _:
            return None
    made = made_by(subject.module, dotted(inner) or "", node)
    func = made.func if made is not None else None
    maker = made_by(subject.module, func.value, func) if isinstance(func, cst.Name) else None
    name = subject.callee(maker.func if maker is not None else func) if func is not None else None
    if _NAMESPACE.search(name or "") is None or _changed_by_name(subject.module, dotted(inner)):
        return None
    return inner


def _changed_by_name(module: Module, holder: str | None) -> bool:
    """Whether attributes are set or taken out by their names: `delattr(a, "b")`, `vars(a).pop`."""
    if f"{holder}.__dict__" in module.mutations:
        return True
    for func in ("delattr", "setattr", "vars"):
        for call in module.calls_of.get(func, ()):
            if not call.args or dotted(call.args[0].value) != holder:
                continue
            above = module.parent.get(call)
            if isinstance(above, cst.Subscript):
                changed = isinstance(module.parent.get(above), cst.AssignTarget | cst.Del)
            else:
                changed = isinstance(above, cst.Attribute) and above.attr.value in _TAKES
            if func != "vars" or changed:
                return True
    return False
