"""KL204: a placeholder is sent as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kintone_lint.findings import Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import walk
from kintone_lint.python.values import Literal
from kintone_lint.rules._path import one_a_place, report
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Fix, Report

_PLACEHOLDER = regex(
    r"\{[A-Za-z_][\w.]*(?:[\[(][^{}]*[\])])?\}|\{\d*\}|%(?:\(\w+\))?[sd](?![0-9A-Fa-f])|<[A-Za-z_][\w ]*>"
)
_FILLERS = {"format", "format_map", "mount", "Template"}  # may fill it in after the call
_INNER = (cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
_FIELD = regex(r"\{([A-Za-z_]\w*)\}")


class GuestPathUnformattedPlaceholder(Rule):
    code = "KL204"
    name = "guest-path-unformatted-placeholder"
    statement = "A request is sent to a URL with a placeholder that was never filled in."
    why = "The `f` before the string, or the call of `format`, is missing: the request fails."
    instead = "Put an `f` before the string, or fill in the template."
    finds = (
        "The path of a URL that a request sends contains `{name}` or `%s`, and nothing fills it in."
    )
    misses = (
        "Templates that are filled in by a function that the linter does not know are left alone."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F8", "F10")
    since = "0.1.0"
    identity = Identity.PATH
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
space = 5
requests.get("https://demo.cybozu.com/k/guest/{space}/v1/records.json", params={"app": 1})  #!
""",
            """\
import requests
space = 5
requests.get(f"https://demo.cybozu.com/k/guest/{space}/v1/records.json", params={"app": 1})
""",
            sends=True,
            meant="https://demo.cybozu.com/k/guest/5/v1/records.json?app=1",
        ),
        Bad(
            """\
import requests
TEMPLATE = "https://demo.cybozu.com/k/guest/{}/v1/records.json"  #!
requests.get(TEMPLATE)
"""
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/%s/v1/app.json")  #!\n'
        ),
        Bad('import requests\nrequests.get("https://{domain}/k/guest/5/v1/app.json")  #!\n'),
        Bad(
            """\
import httpx
def get(subdomain):
    return httpx.get("https://{subdomain}.cybozu.com/k/v1/app.json")  #!
""",
            """\
import httpx
def get(subdomain):
    return httpx.get(f"https://{subdomain}.cybozu.com/k/v1/app.json")
""",
        ),
        Bad(
            'import requests\nrequests.get("https://demo.cybozu.com/k/guest/<id>/v1/app.json")  #!\n'
        ),
        Bad(
            """\
import requests
URL = "https://demo.cybozu.com/k/guest/{id}/v1/record.json"  #!
def put(body):
    requests.put(URL, json=body)
"""
        ),
        Bad(
            """\
import requests
def get(space, base):
    return requests.get(base + "/k/guest/{space}/v1/records.json")  #!
"""
        ),
    )
    good = (
        'TEMPLATE = "/k/guest/{GUEST_SPACE_ID}/v1/{API_NAME}.json"\n',
        'import requests\nU = "https://demo.cybozu.com/k/guest/{}/v1/app.json"\n'
        "requests.get(U.format(5))\n",
        'import requests\nU = "https://demo.cybozu.com/k/guest/%s/v1/app.json"\nrequests.get(U % 5)\n',
        'import requests\nU = "https://demo.cybozu.com/k/guest/{ID}/v1/app.json"\n'
        'requests.get(U.replace("{ID}", "5"))\n',
        '@app.get("/k/guest/{space}/v1/records.json")\ndef records(space): ...\n',
        'import responses\nresponses.add("GET", "https://demo.cybozu.com/k/guest/{id}/v1/app.json")\n',
        'import requests\nrequests.get(f"https://demo.cybozu.com/k/guest/{space}/v1/app.json")\n',
        'import requests\nT = "https://{}.cybozu.com/k/v1/{}"\nrequests.get(T.format(a, b).format(c))\n',
        'def path(space):\n    return "/k/guest/{space}/v1/app.json".format(space=space)\n',
    )

    @one_a_place
    def check(self, subject: Subject) -> Iterator[Report]:
        for address in addresses(subject):
            literal = _unfilled(address) if address.request is not None else None
            if literal is not None:
                found = _PLACEHOLDER.search(literal.text)
                assert found
                message = f"{found[0]} is sent literally: nothing fills it in"
                yield report(address, message, _fix(subject, address, literal))


def _unfilled(address: Address) -> Literal | None:
    before = 0
    for part in address.text.parts:
        size = len(part.text) if isinstance(part, Literal) else 1
        if isinstance(part, Literal):
            found = _PLACEHOLDER.search(part.text)
            if found and before + found.start() < address.end:
                return part
        before += size
    return None


def _fix(subject: Subject, address: Address, literal: Literal) -> Fix | None:
    """Adds the `f` where the string is sent itself and every name in it surely has a value."""
    node, request = literal.node, address.request
    if request is None or request.url.node is not node or not isinstance(node, cst.SimpleString):
        return None
    names = _FIELD.findall(literal.text)
    braces = _FIELD.sub("", literal.text)
    if not names or re.search(r"[{}]|%[sd]", braces) or set(node.prefix.lower()) & {"b", "u"}:
        return None
    if not request.library or not _FILLERS.isdisjoint(subject.module.mentions):
        return None
    if not all(_has_value(name, node, subject.module) for name in names):
        return None
    return Fix("add the missing f", (Edit(Spot(subject.module, node, 0, 0), "f"),))


def _has_value(name: str, node: cst.CSTNode, module: Module) -> bool:
    """Whether a name surely has a value at a node: a parameter, or assigned before in its block."""
    scope = module.scope[node]
    if any(isinstance(above, _INNER) for above in module.ancestors(node)):
        return False
    if any(each.value == name for gone in module.of(cst.Del) for each in _names(gone)):
        return False
    bindings = scope.bindings.get(name, ())
    if len(bindings) != 1 or name in scope.outer:
        return False
    (binding,) = bindings
    if isinstance(binding.node, cst.Param):
        return isinstance(scope.node, cst.FunctionDef)
    above = binding.node and module.parent[binding.node]
    if above is None or not isinstance(above, cst.Assign | cst.AnnAssign) or binding.path:
        return False
    block = module.parent[module.statement(above)]
    before = binding.order < module.order[module.statement(node)]
    return before and module.inside(node, block) and not _is_code(binding.node, module)


def _names(node: cst.CSTNode) -> Iterator[cst.Name]:
    return (each for each in walk(node) if isinstance(each, cst.Name))


def _is_code(node: cst.CSTNode | None, module: Module) -> bool:
    """Whether a value is a function, a class, a module, or maybe one of them."""
    if isinstance(node, cst.Name):
        return not all(isinstance(each.node, cst.Param) for each in module.lookup(node.value, node))
    return isinstance(node, cst.Lambda | cst.Attribute)
