"""Credentials whose own name says little: the mapping or the class around them is Kintone's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import Credential, target_name
from kintone_lint.kintone.names import (
    KINTONE_NAME,
    CredentialKind,
    belongs_here,
    credential_kind,
    words_of,
)
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, dotted, spelled
from kintone_lint.python.values import Text

# Mappings and classes with such names hold what people read, or names.
_NO_SETTINGS = regex(
    r"(?i)field|label|code|column|error|message|form|schema|record|param|map|name|key|type|enum"
    r"|title|text|msg|exception|response|proxy|backup"
)
# One of these is beside a password where somebody logs in.
_BESIDE = regex(
    r"(?i)^(?:\w*_)?(?:domain|sub_?domain|host|user|user_?name|login|login_?name|url|base_?url|app|app_?id"
    r"|guest_?space_?id)$"
)
_HOSTS = regex(r"(?i)^(?:\w*_)?(?:host|server|url|base_?url|domain|dsn)$")
_OTHER_HOST = regex(
    r"(?i)^(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?!cybozu)[a-z]{2,}(?:[:/]|$)|^db$|localhost"
)
_FIELD = regex(r"(?:^|\.)(?:Field|field|ib)$")
_PREFIX = regex(r"(?i)prefix")
_SECRET = regex(r"(?=.*\d)(?=.*[^\d])")
_LONGEST = 300  # characters of an address
_ENTRIES = 100  # of a mapping or a class that are looked at

Pair = tuple[str, cst.BaseExpression]


def in_contexts(subject: Subject) -> Iterator[Credential]:
    """In mappings and classes for Kintone, and in pairs of a name and its value."""
    if subject.in_test:
        return
    for mapping in subject.module.of(cst.Dict):
        pairs = list(_entries(mapping))
        yield from _named_value(subject, pairs)
        if any(credential_kind(name, own=True) for name, _ in pairs):
            yield from _among(subject, pairs, _own_mapping(subject, mapping, pairs))
    for definition in subject.module.of(cst.ClassDef):
        pairs = list(_fields(definition))
        if any(credential_kind(name, own=True) for name, _ in pairs):
            yield from _among(subject, pairs, _own_class(definition))


def _among(subject: Subject, pairs: Sequence[Pair], own: bool) -> Iterator[Credential]:
    """The credentials of a mapping or class, if the rest of it is for Kintone, too."""
    if not own or not any(_BESIDE.match(words_of(name)) for name, _ in pairs):
        return
    if any(_is_elsewhere(name, value) for name, value in pairs):
        return
    for name, value in pairs:
        kind = credential_kind(name, own=True)
        plain = kind is CredentialKind.TOKEN and "api" not in name.lower()
        if kind is not None and not plain and belongs_here(name):
            yield from _value(subject, value, kind, name)


def _value(
    subject: Subject, node: cst.BaseExpression, kind: CredentialKind, name: str
) -> Iterator[Credential]:
    if not _SECRET.match(spelled(node) or ""):
        return
    value = subject.one(node)
    if isinstance(value, Text):
        for found in flowing(subject, value, kind, Spot(subject.module, node), name):
            yield replace(found, use=None, sent_as="")


def _entries(mapping: cst.Dict) -> Iterator[Pair]:
    for element in mapping.elements[:_ENTRIES]:
        if isinstance(element, cst.DictElement) and (key := spelled(element.key)):
            yield key, element.value


def _fields(definition: cst.ClassDef) -> Iterator[Pair]:
    """The names that are assigned in the body of a class."""
    for line in definition.body.body[:_ENTRIES]:
        for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match each:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                    yield name, _default(each.value)
                case cst.AnnAssign(target=cst.Name(value=name), value=value) if value is not None:
                    yield name, _default(value)


def _default(value: cst.BaseExpression) -> cst.BaseExpression:
    """What a field has if nothing is given: `Field(default="…")`."""
    if not isinstance(value, cst.Call) or not _FIELD.search(dotted(value.func) or ""):
        return value
    plain, given = arguments(value)
    return given.get("default") or (plain[0] if plain else value)


def _own_mapping(subject: Subject, mapping: cst.Dict, pairs: Sequence[Pair]) -> bool:
    """Whether a mapping is for Kintone: by its name, or by an address in it."""
    if any(HOST.search(spelled(value) or "") for _, value in pairs):
        return True
    name = _name(subject, mapping)
    return bool(name) and _is_own(name or "")


def _name(subject: Subject, mapping: cst.Dict) -> str | None:
    match subject.module.parent.get(mapping):
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return target_name(target)
        case cst.AnnAssign(target=target):
            return target_name(target)
        case cst.DictElement(key=key):
            return spelled(key)
        case cst.Arg(keyword=cst.Name(value=keyword)):
            return keyword
    return None


def _own_class(definition: cst.ClassDef) -> bool:
    if _is_own(definition.name.value):
        return True
    inner = [each for each in definition.body.body if isinstance(each, cst.ClassDef)]
    return any(_has_prefix(*pair) for each in (definition, *inner) for pair in _fields(each))


def _has_prefix(name: str, value: cst.BaseExpression) -> bool:
    """Whether the variables of a class of settings start with Kintone's name."""
    match value:
        case cst.Call(args=args):
            given = {arg.keyword.value: arg.value for arg in args if arg.keyword is not None}
        case cst.Dict():
            given = dict(_entries(value))
        case _:
            given = {name: value}
    return any(
        _PREFIX.search(key) and KINTONE_NAME.search(spelled(each) or "")
        for key, each in given.items()
    )


def _is_own(name: str) -> bool:
    if not KINTONE_NAME.search(name) or _NO_SETTINGS.search(name):
        return False
    return not secrets.names_other_service(name)


def _is_elsewhere(name: str, value: cst.BaseExpression) -> bool:
    text = (spelled(value) or "")[:_LONGEST]
    named = _HOSTS.match(words_of(name)) is not None
    return named and bool(_OTHER_HOST.search(text)) and not HOST.search(text)


def _named_value(subject: Subject, pairs: Sequence[Pair]) -> Iterator[Credential]:
    """`{"name": "KINTONE_PASSWORD", "value": "…"}`."""
    known = {name.lower(): value for name, value in pairs}
    name = spelled(known["name"]) if "name" in known else None
    if name and "value" in known and KINTONE_NAME.search(name):
        kind = credential_kind(name, own=True)
        if kind is not None:
            yield from _value(subject, known["value"], kind, name)
