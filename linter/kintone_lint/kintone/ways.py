"""The ways in which the headers of a request come out: one for each alternative of its mapping.

Where a header may be missing from what is known here, nothing is said: there are no ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.kintone.hosts import is_kintone
from kintone_lint.kintone.request import (
    Header,
    Request,
)
from kintone_lint.kintone.requests import LIBRARIES
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import contradict, without_marks
from kintone_lint.python.entries import Perhaps
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice, imported
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Hole, Text
from kintone_lint.records import record

_ADDERS = ("add_header", "add_unredirected_header", "putheader")
_ONLY_READ = regex(
    r"(?:^|\.)(?:dict|print|pprint|len|str|repr|list|sorted|dumps|debug|info|warning|error|get|post"
    r"|put|delete|patch|request|urlopen|Request|send|open)$"
)


@record()
class Way:
    """Headers that go out together, those of the session first, and when they do."""

    headers: tuple[Header, ...]
    choices: tuple[Choice, ...] = ()


def ways(subject: Subject, request: Request) -> list[Way]:
    """The ways of a request whose headers are all known; none if some may be missing."""
    handed_on = _handed_on(subject)
    if any(arg.star == "**" for arg in request.stars) or request.receiver in handed_on:
        return []
    if not _is_known(subject, request):
        return []
    shared = _added(request)
    node = request.arguments.get("headers")
    name = dotted(node) if node is not None else None
    if name and name in handed_on:
        return []
    found: list[Way] = []
    own = [each.choices for each in request.urls() if is_kintone(each.value)]
    for each in request.header_sets():
        if gate_headers(request) is not None:
            made = name not in request.module.mutations
            return [Way((*each.headers, *shared))] if made else []
        if not each.whole:
            return []
        if own and all(contradict(each.choices, one) for one in own):
            continue  # the headers of another service, which are sent to its own address
        if not contradict(each.choices, request.conditions):
            found.append(Way((*each.headers, *shared), each.choices))
    return found


def _is_known(subject: Subject, request: Request) -> bool:
    """Whether what a request is sent by is known: a library itself, or a session that it makes."""
    session, receiver = request.session, request.receiver
    if session is None or receiver == "self" or request.connection:
        return True
    if session.made is None:
        return receiver is not None and _is_import(request.module, receiver, request.node)
    func = session.made.node.func if isinstance(session.made.node, cst.Call) else None
    name = subject.evaluator.callees(session.made.module).name(func) if func is not None else None
    return bool(LIBRARIES.match(name or ""))


def _is_import(module: Module, receiver: str, node: cst.CSTNode) -> bool:
    """Whether the receiver of a call is a module, as in `requests.get`."""
    bindings = module.lookup(receiver.split(".")[0], node)
    return any(imported(each) for each in bindings) or not bindings


def gate_headers(request: Request) -> cst.BaseExpression | None:
    """The login in `headers=urllib3.make_headers(basic_auth=…)`."""
    node = request.arguments.get("headers")
    value = request.evaluator.one(request.call.beside(node)) if node is not None else None
    match value:
        case Text(parts=(Hole(node=cst.Call() as call, module=module),)):
            name = request.evaluator.callees(module).name(call.func) or ""
            if name.endswith("make_headers"):
                return arguments(call)[1].get("basic_auth")
    return None


def spread(request: Request) -> Request:
    """A request whose `**arguments` are known, with them in their places."""
    if not request.starred.whole:
        return request
    given = dict(request.arguments)
    for entry in request.starred.entries:
        name = entry.key.known if isinstance(entry.key, Text) else None
        if not name or entry.choices or entry.value != request.call.beside(entry.value.node):
            return request
        assert isinstance(entry.value.node, cst.BaseExpression)
        given[name] = entry.value.node
    return replace(request, arguments=given, stars=())


def when(header: Header) -> tuple[Choice, ...]:
    """The conditions under which a header is there, without what is only looked at."""
    return told(header.choices)


def told(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Conditions without what is only looked at, or written in another function."""
    return tuple(each for each in without_marks(choices) if not isinstance(each[0], Perhaps))


@query
def _handed_on(subject: Subject) -> set[str]:
    """Names that are given to functions which may write headers into what they get."""
    found: set[str] = set()
    for arg in subject.module.of(cst.Arg):
        name = dotted(arg.value)
        call = subject.module.parent[arg]
        if name and isinstance(call, cst.Call) and not arg.star:
            callee = subject.callee(call.func) or ""
            if not _ONLY_READ.search(callee) and not (
                arg.keyword and "headers" in arg.keyword.value
            ):
                found.add(name)
    return found


def _added(request: Request) -> list[Header]:
    """What `add_header` adds to a request that has a name, as those of urllib have."""
    module = request.module
    match module.parent.get(request.node):
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            name = dotted(target)
        case _:
            return []
    found: list[Header] = []
    for method in _ADDERS:
        for call in module.calls_of.get(method, ()):
            request.evaluator.work.spend()
            assert isinstance(call.func, cst.Attribute)
            plain, _ = arguments(call)
            same = module.scope[call] is module.scope[request.node]
            if same and len(plain) == 2 and dotted(call.func.value) == name:
                key = request.evaluator.one(request.call.beside(plain[0]))
                if isinstance(key, Text) and key.known:
                    value = request.call.beside(plain[1])
                    found.append(Header(key.known.strip(), value, request.evaluator, call))
    return found
