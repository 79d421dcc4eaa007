"""Attributes whose value is not only what is written where objects are made.

They grow in place, are set from outside of the class or by a name that is not written, are fields
that a validator or the class itself replaces.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.carried import loops_around
from kintone_lint.python.functions import Owner, owner_of
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Binding
from kintone_lint.python.tree import dotted, spelled, uncalled, walk

_VALIDATOR = regex(r"(?i)(?:^|\.)\w*(?:validator|validate|validates|serializer)$")
_MOST = 20  # places that set an attribute from outside


def makes_its_own(classes: Sequence[Owner]) -> bool:
    """Whether objects of these classes make others of themselves, as builders do.

    Then nobody knows which of all objects a method is called of.
    """
    return any(_makes_its_own(each) for each in classes)


def _makes_its_own(owner: Owner) -> bool:
    scope, module = owner.scope, owner.module
    if scope is None or not isinstance(scope.node, cst.ClassDef):
        return False
    for name in (scope.node.name.value, "__class__", "type"):
        for call in module.calls_of.get(name, ()):
            module.work.spend()
            if module.scope[call].enclosing_class is scope and any(
                isinstance(each, cst.Name) and each.value == "self"
                for arg in call.args
                for each in walk(arg.value)
            ):
                return True
    return False


def is_unsettled(classes: Sequence[Owner], name: str, project: Project, *, field: bool) -> bool:
    """Whether an attribute of objects of these classes may be replaced; `field` of a record."""
    return any(_in_class(each, name, field=field) for each in classes) or any(
        _from_outside(module, classes, name, project)
        for module in dict.fromkeys(each.module for each in classes)
    )


def _in_class(owner: Owner, name: str, *, field: bool) -> bool:
    scope, module = owner.scope, owner.module
    assert scope is not None
    bindings = module.attributes.get((scope, name), ())
    grown = any(each.adds and not _is_made_there(each, module) for each in bindings)
    if grown or (field and bindings):
        return True
    if not module.set_by_call.isdisjoint({(scope, None), (scope, name)}):
        return True
    return field and _is_validated(owner, name)


def _is_made_there(binding: Binding, module: Module) -> bool:
    """Whether a constructor gives an attribute its value, and in no loop."""
    return binding.scope.is_init and not loops_around(binding, module)


def _is_validated(owner: Owner, name: str) -> bool:
    """Whether a method of a model may give a field another value."""
    body = owner.scope.node.body if owner.scope is not None else None  # type: ignore[attr-defined]
    for each in body.body if isinstance(body, cst.IndentedBlock) else ():
        for mark in each.decorators if isinstance(each, cst.FunctionDef) else ():
            call = mark.decorator
            func = uncalled(call)
            names = [spelled(arg.value) for arg in call.args] if isinstance(call, cst.Call) else []
            fields = [each for each in names if each and each not in ("before", "after", "*")]
            if _VALIDATOR.search(dotted(func) or "") and (not fields or name in fields):
                return True
    return False


def _from_outside(module: Module, classes: Sequence[Owner], name: str, project: Project) -> bool:
    """Whether a file sets an attribute of an object of one of the classes."""
    scopes = {each.scope for each in classes}
    for holder in module.set_outside.get(name, ())[:_MOST]:
        module.work.spend()
        owner = owner_of(holder, module, project)
        if owner is not None and owner.scope in scopes:
            return True
    return False
