"""The imports that fixes need: whether they may be made there, and where they go."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cache

from kintone_lint.edits.inserting import place_for_import
from kintone_lint.edits.meaning import Meaning, meanings, position
from kintone_lint.findings import Span, TextEdit, TextFix
from kintone_lint.python.lines import Lines
from kintone_lint.python.syntax import syntax


class Imports:
    """The names of the modules that some fixes of a file need, at each place of need."""

    def __init__(self, tree: ast.Module, text: str, fixes: Iterable[TextFix]) -> None:
        self._lines = lines = Lines(text)
        needed: dict[str, set[int]] = {}
        for fix in fixes:
            for name in fix.imports:
                needed.setdefault(name, set()).update(edit.start for edit in fix.edits)
        self._known: dict[tuple[str, int], Meaning] = {}
        for name, offsets in needed.items():
            places = {position(text, lines, offset): offset for offset in offsets}
            for place, what in meanings(tree, text, name, places.keys()).items():
                self._known[name, places[place]] = what
        self._place = cache(lambda name, before: place_for_import(tree, text, lines, name, before))
        self._first = {name: self._first_place(name) for name in needed}

    def _first_place(self, name: str) -> int | None:
        """The first offset that an import can come before; it can before all later ones, too."""
        known = sorted(
            at for (n, at), what in self._known.items() if n == name and what is Meaning.MISSING
        )
        return next((at for at in known if self._place(name, at) is not None), None)

    def possible(self, fix: TextFix) -> bool:
        """Whether the modules have, or can be given, their own names where the fix writes them."""
        for name in fix.imports:
            for edit in fix.edits:
                what, first = self._known[name, edit.start], self._first[name]
                if what is Meaning.OTHER:
                    return False
                if what is Meaning.MISSING and (first is None or edit.start < first):
                    return False
        return True

    def edits(self, fixes: Iterable[TextFix]) -> list[TextEdit]:
        """What has to be inserted for fixes that are possible."""
        missing: dict[str, int] = {}
        for fix in fixes:
            for name in fix.imports:
                for edit in fix.edits:
                    if self._known[name, edit.start] is Meaning.MISSING:
                        missing[name] = min(missing.get(name, edit.start), edit.start)
        return [self._edit(name, before) for name, before in sorted(missing.items())]

    def _edit(self, name: str, before: int) -> TextEdit:
        place = self._place(name, before)
        assert place is not None
        at, line = place
        return TextEdit(at, at, line, Span("", *self._lines.at(at), *self._lines.at(at)))


def imports_for(text: str, fixes: Sequence[TextFix]) -> Imports | None:
    """The imports that fixes of one file need; None if its text cannot be parsed."""
    try:
        return Imports(syntax(text), text, fixes)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
