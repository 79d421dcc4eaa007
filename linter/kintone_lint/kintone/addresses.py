"""The URLs and paths of Kintone that a module assembles, each with what is wrong with it.

A fragment alone is never judged: only what a request is sent to, or a whole path that ends in
`.json` and is handed on as one.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.address import Address
from kintone_lint.kintone.assemblies import assembly
from kintone_lint.kintone.inspected import comes_out, is_kept_here, is_only_read
from kintone_lint.kintone.refused import is_refused
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.requests import requests, requests_elsewhere
from kintone_lint.kintone.samples import is_sample
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import Tested, contradict, rounds, without_sums
from kintone_lint.python.scopes import Choice
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import Alternative, Literal, Text

_COMPARED = 4  # URLs of one request that are compared
_STRINGS = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)
_HANDED_ON = regex(r"(?i)url|uri|endpoint|path|\bapi\b|api_|_api|route|target|href")
_NO_SINK = regex(
    r"(?:^|\.)(?:re\.\w+|print|startswith|endswith|replace|split|partition|find|index|count|match"
    r"|search|compile|fullmatch|sub|debug|info|warning|error|exception|critical|log|add_resource"
    r"|add|route|register_uri|register|assert\w*|strip|lstrip|rstrip|isinstance|len|in_|remove\w*"
    r"|include_router|url_for|mock\w*|patch|mount|raises|add_argument|\w*norm(?:path|aliz\w*|alis\w*)"
    r"|clean\w*|sanitiz\w*|canonical\w*|realpath|abspath)$|^(?:responses|respx|\w*mock)"
)


# What hands something on, by exact type: for other nodes `match` is slow.
_HANDING = {cst.Arg, cst.Assign, cst.AnnAssign, cst.DictElement, cst.Return, cst.Param}


@query
def addresses(subject: Subject) -> list[Address]:
    """The URLs and paths of Kintone that are assembled here."""
    return [address for address in _all(subject) if address.kintone]


def _all(subject: Subject) -> Iterator[Address]:
    """What requests are sent to, and whole paths that are handed on; in tests the former only."""
    used: set[cst.CSTNode] = set()
    for request in (*requests(subject), *requests_elsewhere(subject)):
        urls = request.urls()
        for alternative in urls:
            if isinstance(alternative.value, Text):
                used |= {part.node for part in alternative.value.literals}
        if is_refused(subject, request):
            continue
        alike = request.module is not subject.module and _have_one_path(urls, subject)
        likely = _likely(urls, request.conditions)
        if alike:
            likely = likely[:1]
        for alternative in likely:
            node = _written_here(alternative, request, subject, alike=alike)
            if isinstance(alternative.value, Text) and node is not None:
                choices = (*request.conditions, *alternative.choices)
                yield Address(alternative.value, node, subject.module, request, choices)
    if subject.in_test:
        return
    module = subject.module
    for node in module.of(*_STRINGS):
        if type(module.parent[node]) in _STRINGS:
            continue
        whole = assembly(Literal("", node, module))
        if whole in used or not _handed_on(whole, subject):
            continue
        used.add(whole)
        for alternative in _likely(subject.values(whole), module.conditions(whole)):
            if not isinstance(alternative.value, Text):
                continue
            if not {part.node for part in alternative.value.literals} & used - {whole}:
                address = Address(alternative.value, whole, module, None)
                if _whole_path(address) and not _stays_here(whole, subject):
                    yield address


def _have_one_path(urls: tuple[Alternative, ...], subject: Subject) -> bool:
    """Whether what a request is sent to differs at most in its host and query."""
    module = subject.module
    texts = [each.value for each in urls if isinstance(each.value, Text)]
    paths = {Address(each, module.tree, module, None).path for each in texts[:_COMPARED]}
    return 1 < len(texts) == len(urls) <= _COMPARED and len(paths) == 1


def _written_here(
    each: Alternative, request: Request, subject: Subject, *, alike: bool
) -> cst.CSTNode | None:
    """The expression of the subject that a request is sent to, or that is a part of that.

    Where another module makes this or that path of it, nothing is said: nobody knows why it does.
    """
    if request.module is subject.module:
        return request.url.node
    sole = len(request.urls()) == 1 and request.sure(each.choices)
    if not alike and not sole:
        return None
    pieces = each.value.literals if isinstance(each.value, Text) else ()
    return next((assembly(one) for one in pieces if one.module is subject.module), None)


def _likely(
    alternatives: tuple[Alternative, ...], conditions: tuple[Choice, ...]
) -> list[Alternative]:
    """What can be under these conditions; combinations of several others may never happen."""
    possible = [each for each in alternatives if not contradict(conditions, each.choices)]
    met = set(conditions)
    simple = [each for each in possible if _is_simple(each, met)]
    return simple or possible[:1]


def _is_simple(alternative: Alternative, met: set[Choice]) -> bool:
    """Whether one test at most leads to an alternative, and the rounds of one loop."""
    left = [each for each in without_sums(alternative.choices) if each not in met]
    turned = {key for key, _ in rounds(left)}
    tests = {key for key, _ in left if not isinstance(key, Tested)}
    return len(turned) <= 1 and len(tests - turned) <= 1


def _whole_path(address: Address) -> bool:
    path = address.path
    rooted = path.startswith("/k/") or (address.host and HOST.search(address.host))
    return bool(rooted and path.lower().endswith(".json") and address.kintone)


def _stays_here(node: cst.CSTNode, subject: Subject) -> bool:
    """Whether nothing is sent of a text: it is a sample, or its function only looks at it."""
    above = subject.module.parent.get(node)
    match above:
        case cst.Arg():
            call = subject.module.parent[above]
            if isinstance(call, cst.Call) and is_kept_here(call, above, subject):
                out = comes_out(node, call, subject) and _handed_on(call, subject)
                return not out or _stays_here(call, subject)
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target):
            if is_only_read(target, above, subject):
                return True
    return is_sample(subject, node)


def _handed_on(node: cst.CSTNode, subject: Subject) -> bool:
    """Whether an expression goes where a path of a request goes: not a test, a route, a log."""
    module = subject.module
    above = module.parent.get(node)
    if type(above) not in _HANDING:
        return False
    match above:
        case cst.Arg(keyword=keyword):
            call = module.parent[above]
            if not isinstance(call, cst.Call) or isinstance(module.parent[call], cst.Decorator):
                return False
            name = subject.callee(call.func) or dotted(call.func) or ""
            return not _NO_SINK.search(name) and (
                keyword is None or bool(_HANDED_ON.search(keyword.value))
            )
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target):
            return bool(_HANDED_ON.search((dotted(target) or "").rpartition(".")[2]))
        case cst.DictElement(key=cst.SimpleString(value=key)):
            return bool(_HANDED_ON.search(key))
        case cst.Return() | cst.Param():
            return True
    return False
