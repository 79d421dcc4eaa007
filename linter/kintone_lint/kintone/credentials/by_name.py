"""Credentials whose variable, key or keyword says that they are Kintone's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, target_name
from kintone_lint.kintone.names import KINTONE_NAME, Sort, sort_of
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted, spelled
from kintone_lint.python.values import Text

_DIGIT = re.compile(r"\d")  # what stands beside a name may be what people read for it
_WRITERS = re.compile(r"(?:^|\.)(?:putenv|setenv|set_env|setattr|set_key|set_password)$")
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
    yield from _written(subject)


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


def _written(subject: Subject) -> Iterator[Credential]:
    """A variable of an environment that is set by a call, as in `os.putenv(name, value)`."""
    for node in subject.module.of(cst.Call):
        callee = subject.callee(node.func) or dotted(node.func) or ""
        if _WRITERS.search(callee) and len(node.args) > 1:
            args = [arg.value for arg in node.args]
            at = 1 if callee == "setattr" and len(args) > 2 else 0
            yield from _named(subject, spelled(args[at]), args[at + 1])
    for pair in subject.module.of(cst.Tuple):
        if len(pair.elements) == 2 and _DIGIT.search(spelled(pair.elements[1].value) or ""):
            yield from _named(subject, spelled(pair.elements[0].value), pair.elements[1].value)
