"""Credentials that are the fallback of a setting: of the environment, of options, of a library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import libcst as cst

from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials.by_certificate import presents_certificate
from kintone_lint.kintone.credentials.by_flow import flowing
from kintone_lint.kintone.credentials.credential import (
    Credential,
    Stage,
    target_name,
)
from kintone_lint.kintone.headers import sends_password
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.environment import reads_environment
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import arguments, dotted, spelled, walk
from kintone_lint.python.values import Text

# What takes the name of a setting and then its fallback.
_READERS = regex(
    r"(?:^|\.)(?:get|str|env|config|setdefault|getattr|get_secret|get_variable|get_value"
    r"|DEFINE_string|define|read)$"
)
_FIRST = regex(r"(?:^|\.)(?:Option|Argument|Field)$")  # takes the fallback first
# Declares a setting: only what is called the default is one.
_DECLARES = regex(
    r"(?:^|\.)(?:add_argument|add_option|option|argument|Validator|Option|Argument|Field|field|ib"
    r"|attrib|Str|String|Secret|Variable)$"
)
_DEFAULTS = ("default", "default_var", "fallback", "default_value")
_NAMED = (
    "key",
    "name",
    "envvar",
    "env",
    "env_var",
    "alias",
    "validation_alias",
    "serialization_alias",
)
_Nodes = list[cst.BaseExpression]

_API_TOKEN = regex(r"--api-?token")
_ANNOTATION = 200  # nodes of an annotation that are looked at


def in_defaults(subject: Subject) -> Iterator[Credential]:
    """A fallback of a setting whose name is Kintone's."""
    for node in subject.module.of(cst.Call):
        names, fallbacks = _setting(subject, node)
        if fallbacks:
            keys = [key for name in names if (key := _known(subject, name))]
            keys = [*keys, *_prefixed(subject, node, keys), *_target(subject, node)]
            for fallback in fallbacks:
                yield from _fallback(subject, keys, fallback, node)
        for name, schema in arguments(node)[1].items():  # of django-environ
            if isinstance(schema, cst.Tuple) and len(schema.elements) == 2:
                yield from _fallback(subject, [name], schema.elements[1].value, node)
    yield from _annotated(subject)


def _setting(subject: Subject, node: cst.Call) -> tuple[_Nodes, _Nodes]:
    """What can be the name of the setting that a call is about, and its fallbacks."""
    callee, written = subject.callee(node.func) or "", dotted(node.func) or ""
    plain, given = arguments(node)
    fallbacks = [given[name] for name in _DEFAULTS if name in given]
    named = [one for name in _NAMED if name in given for one in _choices(given[name])]
    if reads_environment(callee) or _READERS.search(callee) or _READERS.search(written):
        at = 1 if callee.endswith("getattr") else 0
        names = plain[:3] if fallbacks else plain[at : at + 1]
        return [*names, *named], [*fallbacks, *plain[at + 1 : at + 2], *_otherwise(node, subject)]
    first = plain[:1] if _FIRST.search(callee) and not fallbacks else []
    declared = _DECLARES.search(callee) or _DECLARES.search(written)
    return [*plain, *named], [*fallbacks, *first] if declared else []


def _choices(name: cst.BaseExpression) -> _Nodes:
    """The names in `AliasChoices(…)`; any other name alone."""
    if isinstance(name, cst.Call) and (dotted(name.func) or "").endswith("AliasChoices"):
        return arguments(name)[0]
    return [name]


def _prefixed(subject: Subject, node: cst.Call, keys: list[str]) -> list[str]:
    """The names as they are inside `with env.prefixed("KINTONE_"):`."""
    for above in subject.module.ancestors(node) if keys else ():
        for item in above.items if isinstance(above, cst.With) else ():
            if isinstance(item.item, cst.Call) and item.item.args:
                prefix = spelled(item.item.args[0].value)
                if prefix and KINTONE_NAME.search(prefix):
                    return [f"{prefix}{key}" for key in keys]
    return []


def _target(subject: Subject, node: cst.Call) -> list[str]:
    """The name of the field or parameter that a call declares."""
    match subject.module.parent.get(node):
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            name = target_name(target)
        case cst.AnnAssign(target=target):
            name = target_name(target)
        case cst.Param(name=cst.Name(value=value)):
            name = value
        case _:
            name = None
    return [name] if name else []


def _otherwise(node: cst.Call, subject: Subject) -> list[cst.BaseExpression]:
    """What is after `or`."""
    above = subject.module.parent.get(node)
    if isinstance(above, cst.BooleanOperation) and above.left is node:
        return [above.right]
    return []


def _known(subject: Subject, node: cst.BaseExpression) -> str | None:
    if isinstance(node, cst.Ellipsis | cst.Lambda):
        return None
    value = subject.one(node)
    return value.known if isinstance(value, Text) else None


def _fallback(
    subject: Subject, keys: list[str], fallback: cst.BaseExpression, around: cst.CSTNode
) -> Iterator[Credential]:
    use = Spot(subject.module, around)
    for key in keys:
        kind = credential_kind(key, own=True)
        if kind is None:
            continue
        named = any(map(KINTONE_NAME.search, keys))  # or the section that it is in
        if not named and not _is_own(subject, key, kind):
            continue
        for each in subject.values(fallback):
            for found in flowing(subject, each.value, kind, use, key):
                sure = named or kind is CredentialKind.PASSWORD
                yield replace(found, stage=Stage.DEFAULT, sure=found.sure and sure)
        return


def _is_own(subject: Subject, key: str, kind: CredentialKind) -> bool:
    """Whether an option without Kintone's name is for it, by what the file sends."""
    if not key.startswith("--") or secrets.other_service(key):
        return False
    if kind is CredentialKind.CERTIFICATE:
        return presents_certificate(subject)
    if kind is CredentialKind.TOKEN:
        return subject.kintone and bool(_API_TOKEN.fullmatch(key))
    return kind is CredentialKind.PASSWORD and sends_password(subject)


def _annotated(subject: Subject) -> Iterator[Credential]:
    """`password: Annotated[str, typer.Option(envvar="KINTONE_PASSWORD")] = "…"`."""
    for param in subject.module.of(cst.Param):
        yield from _in_annotation(subject, param, param.annotation, param.default)
    for declared in subject.module.of(cst.AnnAssign):
        yield from _in_annotation(subject, declared, declared.annotation, declared.value)


def _in_annotation(
    subject: Subject,
    node: cst.CSTNode,
    annotation: cst.Annotation | None,
    value: cst.BaseExpression | None,
) -> Iterator[Credential]:
    if not isinstance(value, cst.SimpleString) or annotation is None:
        return
    if not isinstance(annotation.annotation, cst.Subscript):
        return
    inner = islice(walk(annotation.annotation), _ANNOTATION)
    texts = (spelled(each) for each in inner if isinstance(each, cst.SimpleString))
    yield from _fallback(subject, [text for text in texts if text], value, node)
