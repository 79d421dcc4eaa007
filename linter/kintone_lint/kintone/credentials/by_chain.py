"""Credentials in chains of calls and in properties, for a driver or an address of Kintone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, in_piece
from kintone_lint.kintone.credentials.pieces import piece
from kintone_lint.kintone.names import CredentialKind, credential_kind
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import spelled
from kintone_lint.python.values import Text, flat

_DRIVER = regex(r"(?i)\bjdbc:kintone:|\bcdata[.\w]*kintone|\bkintone:///")
_LONGEST = 20  # calls of a chain that are looked at


def in_chains(subject: Subject) -> Iterator[Credential]:
    """`.option("password", "…")`, `.with_password("…")`, and properties of a connection."""
    if subject.in_test:
        return
    for node in subject.module.of(cst.Call):
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        args = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        if method == "option" and len(args) == 2:
            kind = credential_kind(spelled(args[0]) or "", own=True)
            if kind is not None and _in_chain(subject.module, node, _DRIVER):
                yield from _value(subject, args[1], kind, node, spelled(args[0]) or "")
        elif method == "with_password" and len(args) == 1:
            if _in_chain(subject.module, node, HOST):
                yield from _password(subject, args[0])
        elif any(_DRIVER.search(spelled(each) or "") for each in args):
            for each in args:
                for entry in each.elements if isinstance(each, cst.Dict) else ():
                    key = spelled(entry.key) if isinstance(entry, cst.DictElement) else None
                    kind = credential_kind(key, own=True) if key else None
                    if key and kind is not None:
                        yield from _value(subject, entry.value, kind, node, key)


def _value(
    subject: Subject, node: cst.BaseExpression, kind: CredentialKind, call: cst.Call, name: str
) -> Iterator[Credential]:
    for each in subject.values(node):
        yield from flowing(subject, each.value, kind, Spot(subject.module, call), name)


def _password(subject: Subject, node: cst.BaseExpression) -> Iterator[Credential]:
    for each in subject.values(node):
        known = each.value.known if isinstance(each.value, Text) else None
        if isinstance(each.value, Text) and known and not secrets.no_password(known):
            found = piece(each.value, 0, len(flat(each.value)))
            if found is not None:
                yield in_piece(CredentialKind.URL, found, None, "", Confidence.HIGH)


def _in_chain(module: Module, node: cst.Call, words: re.Pattern[str]) -> bool:
    """Whether a text of the calls before and after one in a chain has one of these words."""
    before: cst.CSTNode = node
    for _ in range(_LONGEST):
        if not isinstance(before, cst.Call):
            break
        if _holds(before, words):
            return True
        before = before.func.value if isinstance(before.func, cst.Attribute) else before.func
    after: cst.CSTNode | None = node
    for _ in range(_LONGEST):
        attribute = module.parent.get(after) if after is not None else None
        after = module.parent.get(attribute) if isinstance(attribute, cst.Attribute) else None
        if not isinstance(after, cst.Call):
            return False
        if _holds(after, words):
            return True
    return False


def _holds(call: cst.Call, words: re.Pattern[str]) -> bool:
    return any(words.search(spelled(arg.value) or "") for arg in call.args)
