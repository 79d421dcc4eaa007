"""The text about a rule at its finding, or where its code is written."""

from __future__ import annotations

from lsprotocol import types

from kintone_lint import codes
from kintone_lint.patterns import regex
from kintone_lint.server.diagnostics import Ranges
from kintone_lint.server.documents import Places
from kintone_lint.server.look import Looked

_WORD = regex(r"KL\d{3}\b|[a-z0-9]+(?:-[a-z0-9]+)+")
_RULES = 5
_NEAR = 60  # characters: no code or name is longer


def hover(looked: Looked, place: types.Position, *, markdown: bool) -> types.Hover | None:
    """The rules of the findings at a position, else the rule that is named there."""
    ranges = Ranges(looked.snapshot)
    spans = [(each.rule, ranges.of(each.span)) for each in looked.findings]
    here = [(rule, span) for rule, span in spans if _is_in(place, span)]
    if not here and (named := _named(looked, place)):
        here = [named]
    if not here:
        return None
    from kintone_lint.server.telling import in_markdown, in_words  # they bring libcst

    rules = [*dict.fromkeys(rule for rule, _ in here)][:_RULES]
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    text = "\n\n".join(map(in_markdown if markdown else in_words, rules))
    return types.Hover(types.MarkupContent(kind, text), here[0][1])


def _is_in(place: types.Position, span: types.Range) -> bool:
    return _order(span.start) <= _order(place) <= _order(span.end)


def _order(place: types.Position) -> tuple[int, int]:
    return place.line, place.character


def _named(looked: Looked, place: types.Position) -> tuple[str, types.Range] | None:
    """The rule whose code or name is at a position, as in a suppression or in settings."""
    text = looked.snapshot.text
    column = text.offset(place) - text.offset(types.Position(place.line, 0))
    first = max(column - _NEAR, 0)
    names = {**codes.names(), **{name: code for code, name in codes.names().items()}}
    for word in _WORD.finditer(text.line(place.line)[first : column + _NEAR]):
        start, end = first + word.start(), first + word.end()
        if start <= column <= end and word[0] in names:
            at = Places(text)
            code = word[0] if word[0] in codes.names() else names[word[0]]
            line = place.line + 1
            return code, types.Range(at.at(line, start + 1), at.at(line, end + 1))
    return None
