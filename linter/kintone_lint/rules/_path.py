"""What the rules about paths share: a report on the expression that makes the path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from typing import TypeVar

import libcst as cst

from kintone_conformance.spec import diagnosis
from kintone_conformance.spec.diagnosis import Kind, Problem
from kintone_lint.files.importers import imported_near
from kintone_lint.findings import Confidence
from kintone_lint.kintone.address import Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.uses import made_of
from kintone_lint.rules.report import Fix, Report

_Rule = TypeVar("_Rule")
_RELATED = 20  # places that are told of one finding


def reports(subject: Subject, *kinds: Kind) -> Iterator[tuple[Address, str]]:
    """Each address that has a problem of these kinds, and the message of it."""
    for address in addresses(subject):
        problem = address.problem(*kinds)
        if problem is not None:
            yield address.about(problem), told(problem)


def told(problem: Problem) -> str:
    """A problem in a sentence, with what was meant."""
    return problem.message + (f"; did you mean {problem.meant}?" if problem.meant else "")


_Check = Callable[[_Rule, Subject], Iterator[Report]]


def one_a_place(check: _Check[_Rule]) -> _Check[_Rule]:
    """A check that reports each place once, with all that results from it as related places."""

    @wraps(check)
    def checked(rule: _Rule, subject: Subject) -> Iterator[Report]:
        found: dict[Spot, Report] = {}
        for each in check(rule, subject):
            first = found.get(each.spot)
            if first is None:
                found[each.spot] = each
            elif len(first.related) < _RELATED:
                new = (place for place in each.related if place not in first.related)
                found[each.spot] = replace(first, related=(*first.related, *new))
        yield from found.values()

    return checked


def report(address: Address, message: str, fix: Fix | None = None) -> Report:
    """A report on a path; where it is sent is related."""
    place, use = address.place, address.use
    apart = address.request is not None and not _same(place, use)
    return Report(
        place,
        message,
        related=((use, "sent here"),) if apart else (),
        fix=fix,
        confidence=Confidence.HIGH if address.request else Confidence.MEDIUM,
        use=use,
    )


def _same(place: Spot, use: Spot) -> bool:
    if place.module is not use.module or place.node is None or use.node is None:
        return False
    return place.module.inside(place.node, use.node)


def _always(address: Address, end: int) -> bool:
    """Whether one expression makes the path up to a place, whatever it is filled with.

    Then it makes this mistake wherever its value goes. A plain text may be compared or cut.
    """
    found = address.within(address.start, end, filled=True)
    return found is not None and not isinstance(found[1], cst.SimpleString)


def changed(address: Address, message: str, *changes: tuple[int, int, str]) -> Fix | None:
    """A fix that replaces ranges of `address.flat`, or None.

    None if a range is not written in the assembling expression itself, where its literal goes
    elsewhere, too, and where the changed path is not better than the old one.
    """
    edits: list[Edit] = []
    flat = address.flat
    for start, end, text in sorted(changes, reverse=True):
        spot = address.spot(start, end)
        if spot is None or spot.node is None:
            return None
        if not _always(address, end) and made_of(spot.node, spot.module, imported_near) is None:
            return None
        edits.append(Edit(spot, text))
        flat = flat[:start] + text + flat[end:]
    grown = len(flat) - len(address.flat)
    path = flat[address.start : address.end + grown].replace(f"guest/{HOLE}", "guest/1")
    left = {problem.kind for problem in diagnosis.diagnose(address.root + path.replace(HOLE, "{}"))}
    before = {problem.kind for problem in address.problems}
    return Fix(message, tuple(edits), safe=_goes_out(address)) if left < before else None


def _goes_out(address: Address) -> bool:
    """Whether a path is sent, or kept under a name; what is given away may only be looked at."""
    return address.request is not None or not isinstance(
        address.module.parent[address.node], cst.Arg
    )
