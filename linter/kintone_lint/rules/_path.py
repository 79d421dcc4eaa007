"""What the rules about paths share: a report on the expression that makes the path."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec import urls
from kintone_conformance.spec.urls import Kind
from kintone_lint.files.importers import imported_near
from kintone_lint.findings import Confidence
from kintone_lint.kintone.address import HOLE, Address
from kintone_lint.kintone.addresses import addresses
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.uses import made_of
from kintone_lint.rules.report import Fix, Report


def reports(subject: Subject, *kinds: Kind) -> Iterator[tuple[Address, str]]:
    """Each address that has a problem of these kinds, and the message of it."""
    for address in addresses(subject):
        problem = address.problem(*kinds)
        if problem is not None:
            meant = f"; meant is {problem.meant}" if problem.meant else ""
            yield address, problem.message + meant


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


def changed(address: Address, message: str, *changes: tuple[int, int, str]) -> Fix | None:
    """A fix that replaces ranges of `address.flat`, or None.

    None where a range is not written in the assembling expression itself, where its literal goes
    elsewhere, too, and where the changed path is not better than the old one.
    """
    edits: list[Edit] = []
    flat = address.flat
    for start, end, text in sorted(changes, reverse=True):
        spot = address.spot(start, end)
        if spot is None or spot.node is None:
            return None
        if made_of(spot.node, spot.module, imported_near) is None:
            return None
        edits.append(Edit(spot, text))
        flat = flat[:start] + text + flat[end:]
    grown = len(flat) - len(address.flat)
    path = flat[address.start : address.end + grown].replace(f"guest/{HOLE}", "guest/1")
    left = {problem.kind for problem in urls.diagnose(address.root + path.replace(HOLE, "{}"))}
    before = {problem.kind for problem in address.problems}
    return Fix(message, tuple(edits)) if left < before else None
