"""KL209: with and without guest space another API is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from kintone_conformance.spec.endpoints import Guest, by_path
from kintone_lint.findings import Confidence, Identity
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted, walk
from kintone_lint.python.values import Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class GuestBranchMismatch(Rule):
    code = "KL209"
    name = "guest-branch-mismatch"
    statement = "The two branches of `if guest` call different APIs."
    why = "The code then does one thing in a guest space and another outside it."
    instead = "Let the branches choose the prefix only, and write the name of the API once."
    finds = (
        "Each branch of an `if` or of a conditional expression is one URL, and the two URLs name "
        "different APIs."
    )
    misses = (
        "Branches of several statements or URLs, conditions that have nothing to do with guest "
        "spaces, and APIs that are documented for only one of the two."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/kintone-rest-api-overview"
    facts = ("F9",)
    since = "0.1.0"
    identity = Identity.PATH
    bad = (
        Bad(
            """\
import requests
def get(guest):
    if guest:
        url = f"https://demo.cybozu.com/k/guest/{guest}/v1/record.json"  #!
    else:
        url = "https://demo.cybozu.com/k/v1/records.json"
    return requests.get(url)
"""
        ),
        Bad('url = f"/k/guest/{space}/v1/app.json" if space else "/k/v1/apps.json"  #!\n'),
        Bad(
            """\
import requests
def fields(guest_id):
    if guest_id is None:
        return requests.get("https://demo.cybozu.com/k/v1/app/form/fields.json")
    else:
        return requests.get(f"https://demo.cybozu.com/k/guest/{guest_id}/v1/app/form/layout.json")  #!
"""
        ),
        Bad(
            """\
def path(guest_space_id):
    if not guest_space_id:
        return "/k/v1/records.json"
    else:
        return "/k/guest/" + str(guest_space_id) + "/v1/record.json"  #!
"""
        ),
    )
    good = (
        'url = f"/k/guest/{space}/v1/app.json" if space else "/k/v1/app.json"\n',
        'url = f"/k/guest/{space}/v1/{api}.json" if space else f"/k/v1/{api}.json"\n',
        'url = "/k/v1/app.json" if one else "/k/v1/apps.json"\n',
        'prefix = f"/k/guest/{space}/v1" if space else "/k/v1"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for node in subject.module.of(cst.IfExp, cst.If):
            if isinstance(node, cst.IfExp):
                arms: tuple[list[Address], list[Address]] = (
                    _paths(subject, [node.body]),
                    _paths(subject, [node.orelse]),
                )
            elif isinstance(node, cst.If) and (both := _arms(node, subject)) is not None:
                one, other = (_paths(subject, _strings(each)) for each in both)
                arms = (one, other)
            else:
                continue
            if len(arms[0]) == 1 and len(arms[1]) == 1:
                yield from _compared(subject, node.test, arms[0][0], arms[1][0])


def _arms(node: cst.If, subject: Subject) -> tuple[cst.CSTNode, cst.CSTNode] | None:
    """The two blocks; without `else` the `return` that ends the block, and the one after it."""
    if isinstance(node.orelse, cst.Else):
        return node.body, node.orelse.body
    around = getattr(subject.module.parent.get(node), "body", ())
    if node.orelse is not None or not isinstance(around, list | tuple) or node not in around:
        return None
    own = _returned(node.body.body[-1:])
    after = _returned(around[around.index(node) + 1 :][:1])
    return (own, after) if own is not None and after is not None else None


def _returned(statements: Sequence[cst.CSTNode]) -> cst.CSTNode | None:
    """What the one statement returns, if it is a `return`."""
    match statements:
        case [cst.Return(value=value)]:  # on the line of the `if`
            return value
        case [cst.SimpleStatementLine(body=[*_, cst.Return(value=value)])]:
            return value
    return None


def _strings(block: cst.CSTNode) -> list[cst.CSTNode]:
    """The outermost string expressions in a block."""
    kinds = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString, cst.BinaryOperation)
    found: list[cst.CSTNode] = []
    below: set[cst.CSTNode] = set()
    for node in walk(block):
        if isinstance(node, kinds) and node not in below:
            found.append(node)
            below |= set(walk(node))
    return found


def _paths(subject: Subject, nodes: list[cst.CSTNode]) -> list[Address]:
    found = []
    for node in nodes:
        value = subject.one(node)
        if isinstance(value, Text):
            address = Address(value, node, subject.module, None)
            if address.kintone and address.endpoint and "{}" not in address.endpoint:
                found.append(address)
    return found


def _has_both_forms(address: Address) -> bool:
    """Whether the API is there in guest spaces and outside them, as far as it is documented."""
    known = by_path(f"/k/v1/{address.endpoint}.json")
    return not known or any(each.guest in (Guest.YES, Guest.DISPUTED) for each in known)


def _compared(
    subject: Subject, test: cst.CSTNode, one: Address, other: Address
) -> Iterator[Report]:
    if one.guest == other.guest or one.endpoint == other.endpoint:
        return
    if not _has_both_forms(one) or not _has_both_forms(other):
        return
    guest, plain = (one, other) if one.guest else (other, one)
    words = {name for node in walk(test) if (name := dotted(node))}
    named = any(re.search(r"(?i)guest|space", word) for word in words)
    if not named and HOLE in guest.path:
        named = any(getattr(part, "name", None) in words for part in guest.text.parts)
    if named:
        yield Report(
            Spot(subject.module, guest.node),
            f"in a guest space this is {guest.endpoint}, without one it is {plain.endpoint}",
            related=((Spot(subject.module, plain.node), "the other branch"),),
            confidence=Confidence.MEDIUM,
        )
