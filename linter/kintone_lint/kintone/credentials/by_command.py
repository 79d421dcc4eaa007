"""Credentials that are given to another program, or to a driver in a connection string."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone import secrets
from kintone_lint.kintone.commands import in_command, in_list, names_tool
from kintone_lint.kintone.connections import in_connection
from kintone_lint.kintone.credentials.credential import (
    Credential,
    Stage,
    in_piece,
    is_docstring,
)
from kintone_lint.kintone.credentials.pieces import Piece, piece
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, Written
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.texts import texts
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import Expr, Items, Text, flat
from kintone_lint.python.work import CHARACTERS

_ITEMS = 200  # arguments of one command that are looked at
_SETTING = regex(r"(?i)--|[=:;]|\s-\w\s")
_RUNS = regex(
    r"(?:^|\.)(?:run|Popen|call|check_call|check_output|system|popen|getoutput|getstatusoutput"
    r"|create_subprocess_shell|spawn|local|sudo|connect|create_engine|shell)$"
)
_DRIVERS = regex(r"(?i)\bcdata[.\w]*kintone")


def in_commands(subject: Subject) -> Iterator[Credential]:
    """In command lines, arguments one by one, settings as text, and connection strings."""
    if subject.in_test:
        return
    for node, value in texts(subject):
        stage = Stage.DOCSTRING if is_docstring(node, subject.module) else None
        yield from _in_text(subject, value, own=False, stage=stage, use=None)
    for call in subject.module.of(cst.Call):
        yield from _in_call(subject, call)
    for node in subject.module.of(cst.List, cst.Tuple):
        elements = [element.value for element in cast("cst.List | cst.Tuple", node).elements]
        yield from _in_items(subject, elements, node, before=())


def _in_call(subject: Subject, call: cst.Call) -> Iterator[Credential]:
    """A text that is put together for a call, and arguments of a program that are its own."""
    callee = subject.callee(call.func) or dotted(call.func) or ""
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    use = Spot(subject.module, call)
    if _RUNS.search(callee):
        own = bool(_DRIVERS.search(callee))
        for node in plain[:2]:
            if own or not isinstance(node, cst.SimpleString):
                for each in subject.values(node):
                    if isinstance(each.value, Text):
                        yield from _in_text(subject, each.value, own=own, stage=None, use=use)
                    elif isinstance(each.value, Items):
                        yield from _in_exprs(subject, each.value.items, use, before=())
    if len(plain) > 1:
        yield from _in_items(subject, plain, call, before=(callee.replace(".", " "),))


def _in_text(
    subject: Subject, value: Text, *, own: bool, stage: Stage | None, use: Spot | None
) -> Iterator[Credential]:
    whole = flat(value)
    subject.spend(1 + len(whole) // CHARACTERS)
    if not _SETTING.search(whole):
        return
    for written in (*in_connection(whole, own=own), *in_command(whole)):
        if stage is Stage.DOCSTRING and _in_example(whole, written):
            continue
        for found in _pieces(value, whole, written):
            made = _made(found, written, use)
            yield replace(made, stage=stage) if stage else made


def _in_example(text: str, written: Written) -> bool:
    """Whether it is in code that a docstring shows: a doctest, or an argument of a call."""
    line = text[text.rfind("\n", 0, written.start) + 1 : written.start].lstrip()
    after = text[written.end : written.end + 2].lstrip("\"'")
    return line.startswith((">>>", "...")) or after[:1] in (")", ",")


def _pieces(value: Text, whole: str, written: Written) -> Iterator[Piece]:
    """Where a credential is; tokens that are joined by commas one by one."""
    text = whole[written.start : written.end]
    if written.kind is not CredentialKind.TOKEN:
        ranges = [(0, len(text))]
    else:
        ranges = [match.span() for match in re.finditer(r"[^,\s]+", text)]
    for start, end in ranges:
        if found := piece(value, written.start + start, written.start + end):
            yield found


def _made(found: Piece, written: Written, use: Spot | None) -> Credential:
    shaped = written.kind is CredentialKind.TOKEN and any(
        True for _ in secrets.tokens_in(found.literal.text)
    )
    level = Confidence.HIGH if shaped else Confidence.MEDIUM
    return in_piece(written.kind, found, use, written.name, level)


def _in_items(
    subject: Subject,
    nodes: Sequence[cst.BaseExpression],
    around: cst.CSTNode,
    before: tuple[str, ...],
) -> Iterator[Credential]:
    """Arguments that are in a list, if one of them can be an option or a setting."""
    if any(_may_be_option(node) for node in nodes[:_ITEMS]):
        exprs = [Expr(node, subject.module) for node in nodes]
        yield from _in_exprs(subject, exprs, Spot(subject.module, around), before)


def _may_be_option(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.FormattedString):
        return True
    text = node.raw_value if isinstance(node, cst.SimpleString) else ""
    return text.startswith("-") or ("=" in text and KINTONE_NAME.search(text) is not None)


def _in_exprs(
    subject: Subject, exprs: Sequence[Expr], use: Spot, before: tuple[str, ...]
) -> Iterator[Credential]:
    values: list[Text | None] = []
    for expr in exprs[:_ITEMS]:
        value = subject.evaluator.one(expr)
        values.append(value if isinstance(value, Text) else None)
    if not values:
        return
    items = [*before, *(flat(value) if value else HOLE for value in values)]
    sure = True
    later = not names_tool(" ".join(items)) and items[len(before)].startswith("-")
    if later and _mentions_tool(subject):  # options that are added to the command
        items, sure = ["cli-kintone", *items], False
        before = ("", *before)
    for index, written in in_list(items):
        value = values[index - len(before)] if index >= len(before) else None
        for found in _pieces(value, items[index], written) if value else ():
            made = _made(found, written, use)
            yield replace(made, sure=sure or bool(KINTONE_NAME.search(written.name)))


@query
def _mentions_tool(subject: Subject) -> bool:
    return names_tool(subject.module.source.text)
