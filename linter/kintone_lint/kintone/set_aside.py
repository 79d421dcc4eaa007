"""Headers that are taken out of a request: around it, or on its way, before it is sent."""

from __future__ import annotations

from itertools import chain

import libcst as cst

from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.functions import called, method_of, owner_of
from kintone_lint.python.scopes import Change, Mutation
from kintone_lint.python.tree import dotted, spelled

_ON_THE_WAY = {
    "send", "prepare_request", "build_request", "request", "__call__", "auth_flow",
    "sync_auth_flow", "async_auth_flow", "handle_request", "handle_async_request",
}  # fmt: skip
_HOOKS = ("auth", "hooks", "event_hooks", "request")


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
        each.scope.node in managers and _takes_out(each)
        for each in chain.from_iterable(subject.module.mutations.values() if managers else ())
    )


def _takes_out(change: Mutation) -> bool:
    """Whether what is done to a mapping may take its `Content-Type` out."""
    key = None if change.key is None else spelled(change.key) or "content-type"
    return change.change is Change.REMOVE and (key is None or key.lower() == "content-type")


@query
def is_taken_out(subject: Subject) -> bool:
    """Whether a file takes the `Content-Type` of requests out before they are sent.

    In a method of a session, a transport or an authentication, or in a hook. Which requests pass
    there, and under what conditions, is not worked out.
    """
    return any(
        name.endswith(".headers") and _takes_out(each) and _is_on_the_way(subject, each.scope.node)
        for name, changes in subject.module.mutations.items()
        for each in changes
    )


def _is_on_the_way(subject: Subject, function: cst.CSTNode) -> bool:
    """Whether a function is given the requests before they are sent."""
    if not isinstance(function, cst.FunctionDef):
        return False
    module, name = subject.module, function.name.value
    if isinstance(module.scope[function].node, cst.ClassDef):
        return name in _ON_THE_WAY
    return any(
        _hooks(above)
        for mention in module.mentions.get(name, ())
        for above in module.ancestors(mention)
    )


def _hooks(node: cst.CSTNode) -> bool:
    """Whether what is in a node becomes a hook, or the authentication of a session."""
    match node:
        case cst.DictElement(key=cst.SimpleString() as key):
            return spelled(key) == "request"
        case cst.Arg(keyword=cst.Name(value=keyword)):
            return keyword in _HOOKS
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return (dotted(target) or "").rpartition(".")[2] in _HOOKS
        case cst.Call(func=cst.Attribute(value=cst.Subscript(value=held), attr=attr)):
            return attr.value == "append" and (dotted(held) or "").endswith("hooks")
    return False


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
