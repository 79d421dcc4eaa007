"""Which suppressions silence a report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from kintone_lint.engine.places import Placed, Places
from kintone_lint.engine.unused import code_span
from kintone_lint.findings import (
    Span,
)
from kintone_lint.python.module import Module
from kintone_lint.python.source import Source
from kintone_lint.suppressions import Comment, Suppression, bare, suppressions, worth_reading


class Silencing:
    """Which suppressions silence a report: those of each module are read once."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._all: dict[Module, list[Suppression]] = {}
        self._files: dict[Module, list[Suppression]] = {}  # that hold for the whole file
        self._lines: dict[Module, dict[int, list[Suppression]]] = {}
        self._known: dict[tuple[object, ...], set[Span]] = {}
        self._bare: dict[Module, dict[int, Span]] = {}
        self._whole: dict[tuple[Module, str], set[Span]] = {}

    def sources(self) -> list[Source]:
        """The files whose suppressions were read."""
        return [module.source for module in self._all]

    def all(self, module: Module) -> list[Suppression]:
        if module not in self._all:
            found = suppressions(comments_of(module))
            self._all[module] = found
            self._files[module] = [item for item in found if item.whole_file]
            by_line = self._lines[module] = {}
            for item in found:
                if not item.whole_file:
                    by_line.setdefault(item.line, []).append(item)
        return self._all[module]

    def of(self, each: Placed) -> set[Span]:
        """Where the codes stand that silence a report."""
        module = each.report.spot.module
        if not self.all(module):
            return set()
        first, last = self._places.lines(each.report.spot)
        key = (module, each.rule.code, first, last)
        if key not in self._known:
            by_line = self._lines[module]
            numbers = range(first, last + 1)
            lines = numbers if len(numbers) <= len(by_line) else sorted(by_line)
            near = (item for line in lines if line in numbers for item in by_line.get(line, ()))
            found = {code_span(item, module) for item in near if each.rule.code in item.codes}
            self._known[key] = found | self._of_file(module, each.rule.code)
        return self._known[key]

    def _of_file(self, module: Module, rule: str) -> set[Span]:
        """Those that silence a rule in the whole file; one of them after the first time."""
        key = (module, rule)
        if key not in self._whole:
            items = self._files[module]
            spans = {code_span(item, module) for item in items if rule in item.codes}
            self._whole[key] = set(islice(spans, 1))
            return spans
        return self._whole[key]

    def not_by(self, each: Placed) -> Iterator[tuple[Span, str]]:
        """A `noqa` without codes on the lines of a finding: its author thinks it has an effect."""
        first, last = self._places.lines(each.report.spot)
        why = f"a noqa without codes has no effect here; write noqa: {each.rule.code}"
        noqa = self._noqa(each.report.spot.module)
        lines = range(first, last + 1) if last - first < len(noqa) else sorted(noqa)
        for line in lines:
            if first <= line <= last and line in noqa:
                yield noqa[line], why

    def _noqa(self, module: Module) -> dict[int, Span]:
        """Where each line has a `noqa` without codes."""
        if module not in self._bare:
            found = self._bare[module] = {}
            if "noqa" in module.source.parsable.lower():
                lines = module.source.lines
                for start, end in bare(module.comments):
                    place = Span(module.source.path, *lines.at(start), *lines.at(end))
                    found.setdefault(place.line, place)
        return self._bare[module]


def comments_of(module: Module) -> list[Comment]:
    """The comments of a module that may hold a suppression."""
    source = module.source
    if not worth_reading(source.parsable):
        return []
    return [(at, source.lines.at(at)[0], comment) for at, comment in module.comments]
