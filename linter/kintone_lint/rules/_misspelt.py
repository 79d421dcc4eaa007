"""Header names that nobody documents and that are meant to be those of Kintone."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_conformance.spec.misspelt import meant_by
from kintone_lint.kintone.headers import beside_kintone, written
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import children
from kintone_lint.python.values import Literal, Text
from kintone_lint.rules.report import Fix, Report

_NAME = regex(r"(?i)header|^(?:x-|authorization)")


def misspelt_headers(subject: Subject) -> Iterator[Report]:
    """Every header of such a name that is written down, with the right name as its fix."""
    for key, header in written(subject):
        name = header.name.strip()
        meant = meant_by(name)
        if meant is None or _names_header(header):
            continue
        if name.lower().startswith("x-cy") or beside_kintone(subject, header):
            fix = _renamed(name, key, meant, subject.module)
            message = f"{name} is not a Kintone header; did you mean {meant}?"
            yield Report(Spot(subject.module, key), message, fix=fix)


def misspelt(header: Header) -> bool:
    return meant_by(header.name) is not None


def _names_header(header: Header) -> bool:
    """Whether the value is the name of a header, as in a table of names."""
    for value in header.values():
        for part in value.parts if isinstance(value, Text) else ():
            if _NAME.search(part.text if isinstance(part, Literal) else getattr(part, "name", "")):
                return True
    return False


def _renamed(name: str, key: cst.CSTNode, meant: str, module: Module) -> Fix | None:
    """The right name, where neither it nor the wrong one is anywhere else in the file."""
    if not isinstance(key, cst.SimpleString) or key.raw_value != name:
        return None
    around = module.parent[module.parent[key]]
    text = module.source.text.lower()
    if any(isinstance(each, cst.StarredDictElement) for each in children(around)):
        return None
    if text.count(name.lower()) > 1 or meant.lower() in text:
        return None
    start = len(key.prefix) + len(key.quote)
    spot = Spot(module, key, start, start + len(name))
    return Fix(f"write {meant}", (Edit(spot, meant),))
