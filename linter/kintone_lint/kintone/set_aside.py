"""Headers that a context manager takes out around a request, and puts back after it."""

from __future__ import annotations

from itertools import chain

import libcst as cst

from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.functions import called, method_of, owner_of
from kintone_lint.python.scopes import Change
from kintone_lint.python.tree import spelled


def is_set_aside(subject: Subject, request: Request) -> bool:
    """Whether a `with` around a request takes its `Content-Type` out for as long as it lasts."""
    if request.module is not subject.module:
        return False
    managers = {
        manager
        for above in subject.module.ancestors(request.node)
        if isinstance(above, cst.With)
        for item in above.items
        if (manager := _manager(subject, item.item)) is not None
    }
    return any(
        each.change is Change.REMOVE
        and each.scope.node in managers
        and (each.key is None or (spelled(each.key) or "content-type").lower() == "content-type")
        for each in chain.from_iterable(subject.module.mutations.values() if managers else ())
    )


def _manager(subject: Subject, item: cst.BaseExpression) -> cst.CSTNode | None:
    """The function of the project that is run where a block of a `with` starts."""
    if not isinstance(item, cst.Call):
        return None
    owner = owner_of(item, subject.module, subject.project)
    if owner is not None and owner.scope is not None:
        found = method_of(owner, "__enter__", subject.project)
    else:
        found = called(item.func, subject.module, subject.project)
    return found.function if found is not None else None
