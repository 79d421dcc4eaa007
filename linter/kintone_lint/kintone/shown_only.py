"""Texts in tables of examples, which a file prints and compares: nothing is sent of them."""

from __future__ import annotations

from itertools import islice

import libcst as cst

from kintone_lint.kintone.requests import requests
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.patterns import regex
from kintone_lint.python.tree import dotted, walk

_SENDS = regex(
    r"(?m)^\s*(?:import|from)\s+(?:requests|httpx|aiohttp|urllib\w*|http|socket|selenium|playwright"
    r"|subprocess|pycurl|niquests|os\.system|webbrowser)\b"
)
_SHOWS = regex(
    r"(?:^|\.)(?:print|echo|write|debug|info|warning|error|format|join|append|search|match|fullmatch"
    r"|findall|finditer|startswith|endswith|items|values|keys|len|str|repr|isinstance)$"
)
_READS = 20  # of a name that are looked at
_NODES = 2_000  # of a loop that are looked at
_DISPLAYS = (cst.Tuple, cst.List, cst.Set, cst.Dict)
_IN_DISPLAYS = (cst.Element, cst.DictElement, *_DISPLAYS)


def is_shown_only(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether a text is in a table, and the file sends nothing, and only shows the entries."""
    name = _table(subject, node)
    if name is None or not _sends_nothing(subject):
        return False
    known = _known(subject)
    if name not in known:
        mentions = subject.module.mentions.get(name.value, ())
        reads = [each for each in mentions if each is not name]
        few = 0 < len(reads) <= _READS
        known[name] = few and all(_shows(subject, each) for each in reads)
    return known[name]


@query
def _known(subject: Subject) -> dict[cst.CSTNode, bool]:
    """Whether the entries of tables are only shown, as far as it was asked."""
    return {}


@query
def _sends_nothing(subject: Subject) -> bool:
    return not requests(subject) and not _SENDS.search(subject.module.source.text)


def _table(subject: Subject, node: cst.CSTNode) -> cst.Name | None:
    """The name of the table that a text is an entry of."""
    parent = subject.module.parent
    above = parent.get(node)
    if not isinstance(above, cst.Element | cst.DictElement):
        return None
    while isinstance(above, _IN_DISPLAYS):
        above = parent.get(above)
    match above:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)])
            | cst.AnnAssign(target=cst.Name() as name)
        ):
            return name
    return None


def _shows(subject: Subject, read: cst.CSTNode) -> bool:
    """Whether where a table is read its entries are shown, or put into a sentence."""
    module = subject.module
    statement = module.statement(read)
    if isinstance(statement, cst.For) and module.inside(read, statement.iter):
        inner = [*islice(walk(statement.body), _NODES)]
        calls = [each for each in inner if isinstance(each, cst.Call)]
        kept = any(isinstance(each, cst.Yield | cst.Return | cst.Assign) for each in inner)
        return len(inner) < _NODES and bool(calls) and not kept and all(map(_is_shown, calls))
    around = [*module.ancestors(read)]
    calls = [each for each in around if isinstance(each, cst.Call)]
    told = any(isinstance(each, cst.FormattedString) and _is_sentence(each) for each in around)
    return (told or bool(calls)) and all(map(_is_shown, calls))


def _is_shown(call: cst.Call) -> bool:
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted(call.func)
    return _SHOWS.search(name or "") is not None


def _is_sentence(text: cst.FormattedString) -> bool:
    pieces = (each for each in text.parts if isinstance(each, cst.FormattedStringText))
    return any(" " in each.value.strip() for each in pieces)
