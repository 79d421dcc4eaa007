"""KL304: Kintone is called without encryption."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.files.importers import imported_near
from kintone_lint.kintone.assemblies import assembly
from kintone_lint.kintone.hosts import shown
from kintone_lint.kintone.inspected import is_kept_here
from kintone_lint.kintone.requests import kintone_requests, requests
from kintone_lint.kintone.samples import is_sample
from kintone_lint.kintone.shown_only import is_shown_only
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.texts import texts
from kintone_lint.kintone.words import DOMAIN, HOST
from kintone_lint.patterns import regex
from kintone_lint.python.functions import called
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import spelled, walk
from kintone_lint.python.uses import made_of
from kintone_lint.python.values import Literal, Part, Text, Value, text_of
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_TEXTS = (
    cst.SimpleString,
    cst.FormattedString,
    cst.ConcatenatedString,
    cst.BinaryOperation,
    cst.Call,
)
# By exact type, as `isinstance` of libcst's is slow: what stands alone, is compared or asserted.
_COMPARING = {cst.Expr, cst.ComparisonTarget, cst.Comparison, cst.Assert}
# Hosts and names that are known to name a namespace of XML: nothing is sent there.
_NAMESPACE = regex(
    r"(?i)http://(?:schemas?|xmlns|ns|wsdl|xml)\.|(?:^|_)(?:xml)?ns(?:_|$)|namespace"
)
_HOST = rf"(?:[^/?#\s]*\.)?{DOMAIN}"
_URL = regex(rf"(?i)http://(?={_HOST}(?:[/:?#]|$))")
_WITHOUT_PORT = regex(rf"(?i)http://{_HOST}(?:[/?#]|$)")


_READS = 20  # of a name that are looked at
_CHANGERS = ("replace", "sub", "with_scheme", "_replace", "copy_with", "set")


class InsecureHttp(Rule):
    code = "KL304"
    name = "insecure-http"
    statement = "Kintone is called over http, without encryption."
    why = "Anyone on the network path can read the credential."
    instead = "Write `https://`."
    finds = (
        "A URL with a Kintone host that begins with `http://` and is requested or passed to a "
        "client."
    )
    misses = (
        "Hosts that come from outside the code. URLs in comments, and URLs of other hosts, are "
        "left alone."
    )
    source = "https://cwe.mitre.org/data/definitions/319.html"
    facts = ("F8", "F13", "F14", "F16")
    since = "0.1.0"
    words = ("^HTTPConnection",)
    cwe = 319
    score = "6.0"
    fixable = Fixable.SAFE
    bad = (
        Bad(
            'import requests\nrequests.get("http://demo.cybozu.com/k/v1/app.json?id=1")  #!\n',
            'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1")\n',
            sends=True,
            meant="https://demo.cybozu.com/k/v1/app.json?id=1",
        ),
        Bad(
            """\
import http.client
connection = http.client.HTTPConnection("demo.cybozu.com")  #!
connection.request("GET", "/k/v1/app.json?id=1")
"""
        ),
        Bad('BASE = "http://demo.kintone.com"  #!\n', 'BASE = "https://demo.kintone.com"\n'),
        Bad('BASE = "http://demo.s.cybozu.com"  #!\n', 'BASE = "https://demo.s.cybozu.com"\n'),
        Bad('BASE = "http://demo.cybozu.cn"  #!\n', 'BASE = "https://demo.cybozu.cn"\n'),
        Bad(
            'url = f"http://{sub}.cybozu.com/k/v1/records.json"  #!\n',
            'url = f"https://{sub}.cybozu.com/k/v1/records.json"\n',
        ),
        Bad(
            'url = "http://" + sub + ".cybozu.com/k/v1/app.json"  #!\n',
            'url = "https://" + sub + ".cybozu.com/k/v1/app.json"\n',
        ),
    )
    good = (
        'url = "https://demo.cybozu.com/k/v1/app.json"\n',
        'url = "http://localhost:8080/k/v1/app.json"\n',
        'def secure(url):\n    return url.replace("http://demo.cybozu.com", "https://demo.cybozu.com")\n',
        '"""See http://www.cybozu.com/ for more."""\n',
        'url = "http://example.com/?next=cybozu.com"\n',
        'import requests\nB = "http://demo.cybozu.com"\nrequests.get(B.replace("http", "https"))\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        seen = set()
        for value in _values(subject):
            whole = _shown(value)
            match = _URL.match(whole)
            if match is None or not HOST.search(whole) or _NAMESPACE.match(whole):
                continue
            before = 0
            for part in value.parts:
                text = getattr(part, "text", "x")
                at = match.start() - before
                own = part.module is subject.module
                if own and 0 <= at < len(text) and part.node not in seen:
                    seen.add(part.node)
                    start = getattr(part, "at", None)
                    fix = None
                    if start is not None and _only_to_kintone(part, subject):
                        end = start + at + len("http")
                        spot = Spot(part.module, part.node, end, end)
                        fix = Fix("use https", (Edit(spot, "s"),), safe=_is_known(part, subject))
                    yield Report(
                        Spot(part.module, part.node),
                        "the request is sent unencrypted; use https",
                        fix=fix,
                    )
                before += len(text)
        yield from _by_connection(subject)


def _is_known(part: Part, subject: Subject) -> bool:
    """Whether it is known where a text goes: not to a function that nobody sees here."""
    above = subject.module.parent.get(assembly(part)) if isinstance(part, Literal) else None
    if not isinstance(above, cst.Arg):
        return True
    call = subject.module.parent[above]
    return call in {request.node for request in requests(subject)} or _is_followed(call, subject)


def _is_followed(call: cst.CSTNode, subject: Subject) -> bool:
    return isinstance(call, cst.Call) and (
        called(call.func, subject.module, subject.project) is not None
    )


def _by_connection(subject: Subject) -> Iterator[Report]:
    """`http.client.HTTPConnection(host)`, which is not encrypted whatever its port."""
    seen: set[cst.CSTNode] = set()
    for request in kintone_requests(subject):
        session = request.session if request.connection else None
        made, host = (session.made, session.first()) if session is not None else (None, None)
        if made is None or host is None or made.module is not subject.module or made.node in seen:
            continue
        name = subject.callee(made.node.func) if isinstance(made.node, cst.Call) else None
        hosts = [shown(each.value) for each in request.evaluator.values(host)]
        if (name or "").endswith(".HTTPConnection") and any(map(HOST.search, hosts)):
            seen.add(made.node)
            yield Report(
                Spot(subject.module, made.node),
                "the request is sent unencrypted; use HTTPSConnection",
            )


def _values(subject: Subject) -> Iterator[Text]:
    """The texts that may be sent; where a file makes URLs secure, what its requests are sent to."""
    if not _makes_secure(subject):
        found = (each for each in texts(subject) if _URL.match(_shown(each[1])))
        yield from (value for node, value in found if _sent(subject, node))
    for request in requests(subject):
        yield from (each.value for each in request.urls() if isinstance(each.value, Text))


def _makes_secure(subject: Subject) -> bool:
    """Whether a file puts `https` in the place of another scheme."""
    for method in _CHANGERS:
        for call in subject.module.calls_of.get(method, ()):
            if any((spelled(arg.value) or "").startswith("https") for arg in call.args):
                return True
    for node in subject.module.of(cst.Tuple, cst.DictElement):
        if {"http://", "https://"} <= {spelled(each) for each in _pair(node)}:
            return True
    return any(
        name.endswith(".scheme=") and spelled(each.value) == "https"
        for name, changes in subject.module.mutations.items()
        for each in changes
        if each.value is not None
    )


def _pair(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """What a tuple of two or an entry of a mapping puts together."""
    match node:
        case cst.Tuple(elements=[first, second]):
            return [first.value, second.value]
        case cst.DictElement(key=key, value=value):
            return [key, value]
    return []


def _only_to_kintone(part: Part, subject: Subject) -> bool:
    """Whether all that is made of a literal is a URL of Kintone, at the port of http.

    The host has to be in the expression of the literal: elsewhere it may be another one.
    """
    if not isinstance(part, Literal) or part.module is not subject.module:
        return False
    whole = assembly(part)
    around = set(walk(whole))
    made = made_of(part.node, part.module, imported_near)
    if made is None or whole not in made:
        return False
    return all(
        _is_without_port(each.value, around)
        for node in made
        if isinstance(node, _TEXTS) and assembly(Literal("", node, part.module)) is node
        for each in subject.values(node)
    )


def _is_without_port(value: Value, around: set[cst.CSTNode]) -> bool:
    text = text_of(value)
    if text is None or not _WITHOUT_PORT.match(_shown(text)):
        return False
    return any(each.node in around and HOST.search(each.text) for each in text.literals)


def _shown(text: Text) -> str:
    return "".join(getattr(part, "text", "x") for part in text.parts)


def _sent(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether a text may be sent: it, or a name that it has, is used for more than comparing."""
    if not _is_sent(subject, node) or is_sample(subject, node):
        return False
    if is_shown_only(subject, node):
        return False
    match subject.module.parent.get(_displayed(subject, node)):
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)])
            | cst.AnnAssign(target=cst.Name() as target)
        ):
            reads = [
                each
                for each in subject.module.mentions.get(target.value, ())
                if isinstance(each, cst.Name) and each is not target
            ]
            used = not reads or any(
                _is_sent(subject, each) and not is_sample(subject, each) for each in reads[:_READS]
            )
            return used and not _NAMESPACE.search(target.value)
    return True


def _displayed(subject: Subject, node: cst.CSTNode) -> cst.CSTNode:
    """The list, tuple or set that a text is an item of, or the text."""
    above = subject.module.parent.get(node)
    while isinstance(above, cst.Element):
        node = subject.module.parent[above]
        above = subject.module.parent.get(node)
    return node


def _is_sent(subject: Subject, node: cst.CSTNode) -> bool:
    """Not a docstring, a comparison, a key, or a piece of text that is searched or replaced."""
    above = subject.module.parent.get(node)
    if type(above) in _COMPARING:
        return False
    if isinstance(above, cst.DictElement) and above.key is node:
        return False
    if isinstance(above, cst.Arg):
        call = subject.module.parent[above]
        if isinstance(call, cst.Call) and is_kept_here(call, above, subject):
            return False
        name = subject.callee(call.func) if isinstance(call, cst.Call) else None
        method = (name or "").rpartition(".")[2]
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
            method = call.func.attr.value
        return method not in {
            "replace", "startswith", "endswith", "find", "split", "print", "debug", "info",
            "warning", "error", "compile", "match", "search", "sub", "add", "removeprefix",
            "register_namespace",
        }  # fmt: skip
    return True
