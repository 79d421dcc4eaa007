"""Reports with the rule that made them, and where their spots are in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from kintone_lint.findings import Span
from kintone_lint.python import positions
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Spot
from kintone_lint.rules.base import Rule
from kintone_lint.rules.report import Report


@dataclass
class Placed:
    """A report with the rule that made it; `origin` is where its value is written."""

    rule: Rule
    report: Report
    module: Module
    origin: Spot


class Places:
    """Where the nodes that reports name are, all of a module at once."""

    def __init__(self, placed: Iterable[Placed]) -> None:
        wanted: dict[Module, set[cst.CSTNode]] = {}
        for each in placed:
            for spot in (each.origin, *_spots(each.report)):
                nodes = wanted.setdefault(spot.module, set())
                if spot.node is not None:
                    nodes |= {spot.node, spot.module.statement(spot.node)}
        for module, nodes in wanted.items():
            if missing := nodes - module.spans.keys():
                module.spans |= positions.places(module, missing)

    def range(self, spot: Spot) -> tuple[int, int]:
        """Start and end of a spot in the text of its module."""
        if spot.node is None:
            return spot.start, spot.start if spot.end is None else spot.end
        start, end = spot.module.spans[spot.node]
        return start + spot.start, end if spot.end is None else start + spot.end

    def span(self, spot: Spot) -> Span:
        start, end = self.range(spot)
        lines = spot.module.source.lines
        return Span(spot.module.source.path, *lines.at(start), *lines.at(end))

    def lines(self, spot: Spot) -> tuple[int, int]:
        """First and last line of the statement of a spot; of the spot where that is a block."""
        span = self.span(spot)
        if spot.node is not None:
            statement = spot.module.statement(spot.node)
            simple = cst.SimpleStatementLine | cst.BaseSmallStatement
            if isinstance(statement, simple) and statement in spot.module.spans:
                start, end = spot.module.spans[statement]
                lines = spot.module.source.lines
                return lines.at(start)[0], lines.at(end)[0]
        return span.line, span.end_line


def _spots(report: Report) -> Iterator[Spot]:
    yield report.spot
    yield from (spot for spot, _ in report.related)
    if report.fix:
        yield from (edit.spot for edit in report.fix.edits)
