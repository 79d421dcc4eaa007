"""Credentials whose variable, key or keyword says that they are Kintone's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, target_name, unwrapped
from kintone_lint.kintone.credentials.oauth import is_oauth_client
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted, spelled
from kintone_lint.python.values import Text

_DIGIT = regex(r"\d")  # what is beside a name may be what people read for it
_WRITERS = regex(r"(?:^|\.)(?:putenv|setenv|set_env|setattr|set_key)$")
_STRING = (cst.SimpleString, cst.ConcatenatedString)


def in_names(subject: Subject) -> Iterator[Credential]:
    """`KINTONE_PASSWORD = "…"`: the name alone says that it is Kintone's."""
    for node in subject.module.of(cst.Assign, cst.AnnAssign, cst.Param, cst.DictElement):
        match node:
            case cst.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _assigned(subject, target.target, value)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                yield from _named(subject, target_name(target), value)
            case cst.Param(name=name, default=value) if value is not None:
                yield from _named(subject, name.value, value)
            case cst.DictElement(key=key, value=value):
                yield from _named(subject, spelled(key), value)
    yield from _written(subject)


def _assigned(
    subject: Subject, target: cst.CSTNode, value: cst.BaseExpression
) -> Iterator[Credential]:
    if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple):
        if len(target.elements) == len(value.elements):
            for name, each in zip(target.elements, value.elements, strict=True):
                yield from _named(subject, target_name(name.value), each.value)
    else:
        yield from _named(subject, target_name(target), value)


def _named(subject: Subject, name: str | None, value: cst.BaseExpression) -> Iterator[Credential]:
    value = unwrapped(value)
    if name is None or type(value) not in _STRING:
        return
    kind = credential_kind(name, own=True)
    if name in subject.token_names:
        kind = CredentialKind.TOKEN
    elif not KINTONE_NAME.search(name) and not (
        kind is CredentialKind.OAUTH
        and is_oauth_client(subject)
        and not secrets.other_service(name)
    ):
        return
    text = subject.one(value)
    if kind is None or not isinstance(text, Text) or text.known is None:
        return
    use = Spot(subject.module, value)
    for each in flowing(subject, text, kind, use, name):
        yield replace(each, use=None, sent_as="")


def _written(subject: Subject) -> Iterator[Credential]:
    """A variable of an environment that is set by a call, as in `os.putenv(name, value)`."""
    for node in subject.module.of(cst.Call):
        callee = subject.callee(node.func) or dotted(node.func) or ""
        args = [arg.value for arg in node.args]
        if callee.endswith("set_password") and len(args) == 3:
            if KINTONE_NAME.search(spelled(args[0]) or ""):
                yield from _named(subject, "kintone_password", args[2])
        elif _WRITERS.search(callee) and len(args) > 1:
            at = 1 if callee == "setattr" and len(args) > 2 else 0
            yield from _named(subject, spelled(args[at]), args[at + 1])
    for pair in subject.module.of(cst.Tuple):
        if len(pair.elements) == 2 and _DIGIT.search(spelled(pair.elements[1].value) or ""):
            yield from _named(subject, spelled(pair.elements[0].value), pair.elements[1].value)
