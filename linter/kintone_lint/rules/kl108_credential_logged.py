"""KL108: a credential is written to a log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Confidence, Severity
from kintone_lint.kintone.headers import secret_names
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report

_SINK = re.compile(
    r"^(?:print|pprint|pprint\.pprint|sys\.std(?:out|err)\.write|streamlit\.write"
    r"|(?:[\w.()]*\.)?(?:logging|logger|_logger|log|LOGGER|Logger|getLogger\(\)|current_app\.logger)"
    r"\.(?:debug|info|warning|warn|error|exception|critical|log))$"
)
_UNWRAPPED = {"str", "repr", "dict", "json.dumps", "pprint.pformat"}


class CredentialLogged(Rule):
    code = "KL108"
    name = "credential-logged"
    statement = "A token, a password or the headers that hold one are written to a log."
    why = "Logs are read by more people, and kept longer, than the secret should be."
    instead = "Log what you need of the request without its credentials."
    finds = (
        "A name that is sent to Kintone as a credential, or the headers that hold it, in a "
        "call that prints or logs, in `__repr__` or in `__str__`."
    )
    misses = (
        "What a library logs by itself, tracebacks, and values that reach a log through other "
        "names or other files."
    )
    source = "https://cwe.mitre.org/data/definitions/532.html"
    facts = ("F37", "F46")
    since = "0.1.0"
    cwe = 532
    score = "6.0"
    severity = Severity.WARNING
    bad = (
        Bad('headers = {"X-Cybozu-API-Token": token}\nprint(headers)  #!\n'),
        Bad(
            """\
import logging
class Client:
    def __init__(self, token):
        self.token = token
        self.headers = {"X-Cybozu-API-Token": self.token}
    def get(self):
        logging.debug(f"sending {self.headers}")  #!
"""
        ),
        Bad(
            'def send(token):\n    h = {"X-Cybozu-API-Token": token}\n    print("token:", token)  #!\n'
        ),
        Bad(
            """\
class Client:
    def __init__(self, token):
        self.token = token
        self.headers = {"X-Cybozu-API-Token": self.token}
    def __repr__(self):
        return f"Client({self.token})"  #!
"""
        ),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": token}\nprint(len(token), token[-4:], list(headers))\n',
        'import requests\nr = requests.get("https://demo.cybozu.com/k/v1/app.json?id=1")\n'
        "print(r.headers)\n",
        'headers = {"X-Cybozu-API-Token": token}\nprint("token is missing", "*" * len(token))\n',
        'headers = {"X-Cybozu-API-Token": token}\nprint(str(error).replace(token, "****"))\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        names = secret_names(subject)
        if not names:
            return
        for node in subject.module.of(cst.Call, cst.Return):
            if isinstance(node, cst.Call) and _SINK.match(subject.callee(node.func) or ""):
                for arg in node.args:
                    yield from self._shown(subject, arg.value, node, names)
            elif isinstance(node, cst.Return) and node.value is not None:
                function = subject.module.scope[node].node
                if isinstance(function, cst.FunctionDef) and function.name.value in (
                    "__repr__",
                    "__str__",
                ):
                    yield from self._shown(subject, node.value, node, names)

    def _shown(
        self, subject: Subject, node: cst.CSTNode, at: cst.CSTNode, names: dict[str, str]
    ) -> Iterator[Report]:
        for each in _written(node, subject):
            name = dotted(each)
            if name in names:
                yield Report(
                    Spot(subject.module, at),
                    f"{name} is written out, and holds what is sent as {names[name]}",
                    confidence=Confidence.MEDIUM,
                )
                return


def _written(whole: cst.CSTNode, subject: Subject) -> Iterator[cst.CSTNode]:
    """The expressions whose text ends up in what is written."""
    left = [whole]
    while left:
        match node := left.pop():
            case cst.Name() | cst.Attribute():
                yield node
            case cst.FormattedString(parts=parts):
                fields = (part for part in parts if isinstance(part, cst.FormattedStringExpression))
                left += reversed([field.expression for field in fields])
            case cst.BinaryOperation(left=first, right=second):
                left += [second, first]
            case cst.Tuple(elements=elements):
                left += reversed([element.value for element in elements])
            case cst.Call(func=func, args=args):
                template = isinstance(func, cst.Attribute) and func.attr.value == "format"
                if template or subject.callee(func) in _UNWRAPPED:
                    left += reversed([arg.value for arg in args])
