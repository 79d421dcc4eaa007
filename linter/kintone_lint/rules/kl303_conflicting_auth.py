"""KL303: two credentials are sent where one is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import libcst as cst

from kintone_lint.findings import Confidence, Severity
from kintone_lint.kintone.header_keys import PASSWORD_KEY, TOKEN_KEY
from kintone_lint.kintone.headers import mappings
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.secrets import placeholder
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.conditions import contradict, leaves, without_marks
from kintone_lint.python.entries import Perhaps
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Change, Choice
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted, held, walk
from kintone_lint.python.values import Constant, Text, Value
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_COMPARED = 6  # headers of one name
_OUT = (Change.REMOVE, Change.CLEAR)


class ConflictingAuth(Rule):
    code = "KL303"
    name = "conflicting-auth"
    statement = "A request carries two credentials: a login and API tokens."
    why = "Kintone then ignores the tokens, and the permissions of the user apply."
    instead = "Send only the one that you want."
    finds = (
        "The headers of one mapping or one request hold both credentials, always or under "
        "conditions that can be true together."
    )
    misses = "Conditions that exclude each other because of code in another file."
    source = "https://kintone.dev/en/docs/common/authentication/"
    facts = ("F66",)
    since = "0.1.0"
    severity = Severity.WARNING
    bad = (
        Bad(
            'headers = {  #!\n    "X-Cybozu-Authorization": auth,\n    "X-Cybozu-API-Token": token,\n}\n'
        ),
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Token": token}
headers["X-Cybozu-Authorization"] = auth
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)  #!
"""
        ),
        Bad(
            """\
import requests
s = requests.Session()
s.headers.update({"X-Cybozu-API-Token": token})
s.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": a})  #!
"""
        ),
        Bad('h = dict()\nh = {"x-cybozu-api-token": t, "x-cybozu-authorization": a}  #!\n'),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": token, "Authorization": basic}\n',
        """\
import requests
def get(token, auth):
    headers = {}
    if token:
        headers["X-Cybozu-API-Token"] = token
    else:
        headers["X-Cybozu-Authorization"] = auth
    return requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
        'NAMES = {"X-Cybozu-API-Token", "X-Cybozu-Authorization"}\n',
        'KINDS = {"token": "X-Cybozu-API-Token", "password": "X-Cybozu-Authorization"}\n',
        'NAMES = {"X-Cybozu-API-Token": True, "X-Cybozu-Authorization": False}\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        message = "a login and API tokens are sent together: the tokens are ignored"
        seen: set[cst.CSTNode] = set()
        apart = _taken_apart(subject)
        for node, headers in mappings(subject):
            if node not in apart and any(_together(subject, headers, ())):
                seen |= {header.node for header in headers}
                yield Report(Spot(subject.module, node), message)
        for request in kintone_requests(subject):
            for sent in request.header_sets():
                for both in _together(subject, sent.headers, request.conditions):
                    if request.node not in seen and not {each.node for each in both} & seen:
                        seen.add(request.node)
                        sure = all(request.sure(each.choices) for each in both)
                        confidence = Confidence.HIGH if sure else Confidence.MEDIUM
                        yield Report(
                            Spot(subject.module, request.node), message, confidence=confidence
                        )


def _together(
    subject: Subject, headers: Sequence[Header], conditions: Sequence[Choice]
) -> Iterator[tuple[Header, Header]]:
    """A login and tokens that can be sent together, as far as their conditions are told."""
    tokens = [each for each in headers if each.key == TOKEN_KEY]
    logins = [each for each in headers if each.key == PASSWORD_KEY]
    for token, login in product(tokens[:_COMPARED], logins[:_COMPARED]):
        for one, other in product(_given(token), _given(login)):
            choices = (*conditions, *one, *other)
            if contradict(choices, choices) or _guarded(subject, one, other):
                continue
            if _instead(token, login) or _asks_first(token) or _asks_first(login):
                break
            yield token, login
            break


def _given(header: Header) -> list[tuple[Choice, ...]]:
    """The conditions under which a header has a value that is a credential."""
    return [
        (*header.choices, *each.choices)
        for each in header.evaluator.values(header.value)
        if not _flag(each.value)
    ]


def _guarded(subject: Subject, one: Sequence[Choice], other: Sequence[Choice]) -> bool:
    """Whether it is not known when both are there, or the file refuses that."""
    first, second = without_marks(one), without_marks(other)
    if any(isinstance(key, Perhaps) for key, _ in (*first, *second)):
        return True
    if (first or second) and _one_of_several(subject):
        return True
    names = [_names(each) for each in (first, second)]
    if not all(names):
        return False
    return any(_mentions(test, names) for test in _refused(subject))


def _instead(one: Header, other: Header) -> bool:
    """Whether one is written in a handler of what the other is tried in.

    Or in the `else` of a loop that is left where the other is written in it.
    """
    if one.module is not other.module:
        return False
    return any(
        module.inside(second.node, module.parent[each]) and not module.inside(second.node, each)
        for module, first, second in ((one.module, one, other), (one.module, other, one))
        for each in module.ancestors(first.node)
        if isinstance(each, cst.ExceptHandler) or _is_if_unbroken(each, module)
    )


def _is_if_unbroken(node: cst.CSTNode, module: Module) -> bool:
    loop = module.parent.get(node)
    if not isinstance(node, cst.Else) or not isinstance(loop, cst.For | cst.While):
        return False
    return any(isinstance(each, cst.Break) for each in walk(loop.body))


def _asks_first(header: Header) -> bool:
    """Whether it is written under a test of what there is already in the same headers."""
    module = header.module
    statement = module.statement(header.node)
    names = set()
    match header.node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=holder))]):
            names.add(dotted(holder))
        case cst.Call(func=cst.Attribute(value=holder)):
            names.add(dotted(holder))
    around = (test for test, _ in module.tests.get(statement, ()))
    tests = [each for each in around if isinstance(each, cst.BaseExpression)]
    asked = {dotted(each) for test in tests for each in walk(test) if dotted(each)}
    return bool(names & asked)


def _names(choices: Sequence[Choice]) -> set[str]:
    """The last parts of the names that conditions are about."""
    found = [key[1] for key, _ in choices if isinstance(key, tuple) and len(key) == 2]
    return {each.rpartition(".")[2] for each in found if isinstance(each, str)}


@query
def _one_of_several(subject: Subject) -> bool:
    """Whether credentials come from arguments that exclude each other, or constructors for each."""
    calls = subject.module.calls_of
    makers = {subject.module.scope[each].node for each in calls.get("cls", [])}
    return "add_mutually_exclusive_group" in calls or len(makers) > 1


@query
def _refused(subject: Subject) -> list[set[str]]:
    """The names in each test after which nothing is sent."""
    return [
        {name.rpartition(".")[2] for each in walk(node.test) if (name := dotted(each))}
        for node in subject.module.of(cst.If)
        if leaves(node.body)
    ]


def _mentions(test: set[str], names: Sequence[set[str]]) -> bool:
    return all(test & each for each in names)


@query
def _taken_apart(subject: Subject) -> set[cst.CSTNode]:
    """The displays from which something is removed before they are sent."""
    module = subject.module
    found: set[cst.CSTNode] = set()
    for node in module.of(cst.Dict):
        match above := module.parent[node]:
            case (
                cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AnnAssign(target=target)
            ):
                name = held(target)
                changes = module.changes(name, node) if name else ()
                if any(each.change in _OUT for each in changes) or (
                    name and name in _run_through(subject)
                ):
                    found.add(node)
            case cst.Attribute():
                if above.attr.value == "items":
                    found.add(node)
    return found


@query
def _run_through(subject: Subject) -> set[str]:
    """The names whose entries a comprehension runs through."""
    found = (each.iter for each in subject.module.of(cst.CompFor))
    calls = (each.func for each in found if isinstance(each, cst.Call))
    holders = (each.value for each in calls if isinstance(each, cst.Attribute))
    return {name for each in holders if (name := held(each))}


def _flag(value: Value) -> bool:
    """No credential but what is said about one: None, a truth value, a mask, a placeholder."""
    return isinstance(value, Constant) or (
        isinstance(value, Text) and value.known is not None and placeholder(value.known)
    )
