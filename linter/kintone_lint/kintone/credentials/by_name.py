"""Credentials whose variable, key or environment variable says that they are Kintone's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, target_name
from kintone_lint.kintone.names import KINTONE_NAME, Sort, sort_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.environment import reads_environment
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, spelled
from kintone_lint.python.values import Text

# Of django-environ and python-decouple.
_OTHER_READERS = re.compile(r"(?:^|\.)(?:env|config|decouple\.config)$")
_STRING = (cst.SimpleString, cst.ConcatenatedString)


def in_names(subject: Subject) -> Iterator[Credential]:
    """`KINTONE_PASSWORD = "…"`: the name alone says that it is Kintone's."""
    for node in subject.module.of(cst.Assign, cst.AnnAssign, cst.Param, cst.DictElement):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                yield from _named(subject, target_name(target), value)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                yield from _named(subject, target_name(target), value)
            case cst.Param(name=name, default=value) if value is not None:
                yield from _named(subject, name.value, value)
            case cst.DictElement(key=key, value=value):
                yield from _named(subject, spelled(key), value)


def _named(subject: Subject, name: str | None, value: cst.BaseExpression) -> Iterator[Credential]:
    if name is None or not isinstance(value, _STRING):
        return
    sort = sort_of(name, own=True)
    if name in subject.token_names:
        sort = Sort.TOKEN
    elif not KINTONE_NAME.search(name):
        return
    text = subject.one(value)
    if sort is None or not isinstance(text, Text) or text.known is None:
        return
    use = Spot(subject.module, value)
    for each in flowing(subject, text, sort, use, name):
        yield replace(each, use=None, sent_as="")


def in_environment(subject: Subject) -> Iterator[Credential]:
    """A fallback for a variable of the environment whose name is Kintone's."""
    for node in subject.module.of(cst.Call):
        key, default = _default(node, subject)
        if key is None or default is None or not KINTONE_NAME.search(key):
            continue
        sort = sort_of(key, own=True)
        if sort is not None:
            use = Spot(subject.module, node)
            for each in subject.values(default):
                yield from flowing(subject, each.value, sort, use, key)


def _default(node: cst.Call, subject: Subject) -> tuple[str | None, cst.BaseExpression | None]:
    """The variable that a call reads from the environment or a secret store, and its fallback."""
    callee = subject.callee(node.func) or ""
    if not reads_environment(callee) and not _OTHER_READERS.search(callee):
        return None, None
    args, given = arguments(node)
    value = subject.one(args[0]) if args else None
    key = value.known if isinstance(value, Text) else None
    default = args[1] if len(args) > 1 else given.get("default")
    if default is None:
        above = subject.module.parent.get(node)
        if isinstance(above, cst.BooleanOperation) and above.left is node:
            default = above.right
    return key, default
