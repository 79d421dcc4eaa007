"""The lines that findings are on, with the places marked and every secret masked.

A secret is masked where it is: the literal or the comment that holds it gives way to a mask.
Its value is looked for in literals only. Replaced wherever else it occurs, it would be told by what
is missing: the password `kintone` by `import ****`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from kintone_lint.escaping import escaped, visible
from kintone_lint.findings import Span
from kintone_lint.kintone import secrets
from kintone_lint.kintone.masking import MASK, SHORT, masked_quotes, worth_masking
from kintone_lint.output.literals import Literal, Literals, names_variable
from kintone_lint.output.sources import Sources
from kintone_lint.output.style import width_of
from kintone_lint.output.text_masks import masked_places
from kintone_lint.patterns import regex
from kintone_lint.python.lines import Lines
from kintone_lint.records import record
from kintone_lint.texts.kinds import Form

_WORDS = regex(r"[A-Za-z0-9]{8,}")
_LONGEST = 5_000  # characters of a literal in which pieces are looked for
_MANY = 50  # secrets in one literal; one with more is masked as a whole
_LINES = 3  # of one place
_AROUND = 300  # characters before and after the place that are looked at
_WIDEST = 160
_LONG = 20
_TAB = "    "
_CUT = "..."
# What a credential is called, right before the quote: whatever is there is not shown.
_NAMED = regex(
    r"(?i)(?:passw|pwd|secret|token|credential|cookie|api_?key|auth)\w{0,40}+"
    r"(?:['\"]\]?\s{0,20}[:=,]|\s{0,20}[=(]|\s{0,20}:\s{0,20}\w{1,40}\s{0,20}=)"
    r"\s{0,20}[({\[]?\s{0,20}[rbuft]{0,2}['\"]{1,3}\Z"
    r"|\bauth\s{0,20}=\s{0,20}[\w.]{0,60}\([^()]{0,80}['\"]\Z"
)
# What is in the place of a name: the key of a mapping, and the login beside a password.
_KEY = regex(r"[\w)\]]\s{0,20}\[\s{0,20}[rbu]{0,2}['\"]{1,3}\Z")
_BEFORE_LOGIN = regex(
    r"\bauth\s{0,20}=\s{0,20}(?:[\w.]{0,40}(?:Basic|Digest)\w{0,20})?\(\s{0,20}[rbu]{0,2}['\"]{1,3}\Z"
)
_AFTER_LOGIN = regex(r"['\"]{1,3}\s{0,20},\s{0,20}[^\s)]")
_SCHEME = regex(r"(?i)\s*(?:basic|bearer|token)?\s*:?\s*")


@record()
class Row:
    """One line: its number, what is shown of it, and what is written below it to mark places."""

    number: int
    text: str
    marks: str


class Snippets:
    """The lines of the files of a run. `hidden` are the secrets that it found."""

    def __init__(self, sources: Sources, hidden: Collection[str]) -> None:
        self._sources = sources
        self._hidden = worth_masking(hidden)
        self._short = frozenset(each for each in hidden if 0 < len(each) <= SHORT)
        self._files: dict[str, _File | None] = {}

    def rows(
        self, span: Span, sign: str, width: int | None = None, also: Sequence[Span] = ()
    ) -> list[Row]:
        """The lines of a place, marked with a sign; `also` are places beside it, marked with `-`.

        None of them if the text is not known, or is not the one in which the place was found.
        """
        file = None if span.cell else self._file(span.path)
        if file is None:
            return []
        last = min(span.end_line, span.line + _LINES - 1, len(file.lines.starts))
        found = []
        for number in range(span.line, last + 1):
            marked = [*((each, "-") for each in also), (span, sign)]
            row = self._row(file, number, marked, min(width or _WIDEST, _WIDEST))
            if row is None:
                return []
            found.append(row)
        return found

    def _file(self, path: str) -> _File | None:
        if path not in self._files:
            text = self._sources.text(path)
            self._files[path] = None if text is None else _File(text, self._sources.form(path))
        return self._files[path]

    def _row(
        self, file: _File, number: int, marked: Sequence[tuple[Span, str]], width: int
    ) -> Row | None:
        """A line and its marks, those of the place that counts last."""
        span = marked[-1][0]
        start, line = file.line(number)
        end = start + len(line)
        here = _on_line(span, number, line)
        if here is None:
            return None
        first = max(start, start + here[0] - _AROUND)
        last = min(end, start + here[0] + _AROUND)
        part = (start + here[0], start + here[1]) if span.line < span.end_line else None
        masked = self._masked(file, (start, end), first, last, part)
        if masked is None:
            return None
        masks = [(max(a, first), min(b, last)) for a, b in masked if a < last and b > first]
        cells, places = _cells(file.text, first, last, masks)
        marks: dict[int, str] = {}
        for each, sign in marked:
            on_line = _on_line(each, number, line)
            if on_line is not None:
                reach = (min(max(start + at, first), last) - first for at in on_line)
                a, b = (places[at] for at in reach)
                marks |= dict.fromkeys(range(a, max(b, a + 1)), sign)
        left = places[min(start + here[0], last) - first]
        return _cropped(number, cells, marks, left, width, before=first > start, after=last < end)

    def _masked(
        self,
        file: _File,
        line: tuple[int, int],
        first: int,
        last: int,
        part: tuple[int, int] | None,
    ) -> list[tuple[int, int]] | None:
        """The places of a line that are not shown; None if it is not known what is a literal."""
        start, end = line
        if file.form is not None:
            low, high = max(start, first - _AROUND), min(end, last + _AROUND)
            return masked_places(file.text, low, high, self._hidden, file.form.syntax, part)
        literals = file.literals.between(first, last)
        if literals is None:
            return None
        return [place for each in literals for place in self._secrets(file, each, start)]

    def _secrets(self, file: _File, literal: Literal, line: int) -> list[tuple[int, int]]:
        """What of a literal is not shown, looked for once."""
        if literal.start not in file.masks:
            file.masks[literal.start] = [*self._secret(literal, file.text, line)]
        return file.masks[literal.start]

    def _secret(self, literal: Literal, text: str, line: int) -> Iterator[tuple[int, int]]:
        """What of a literal is not shown."""
        known = None if names_variable(text, literal) else self._known(literal)
        shaped = [match[0] for match in secrets.like_tokens(literal.written)]
        exact = [*dict.fromkeys([*(known or ()), *shaped])]
        clear = literal.value == literal.written and len(exact) < _MANY
        clear = clear and all(map(_random, exact))
        if exact and clear:
            for each in exact:
                for match in re.finditer(re.escape(each), literal.written):
                    yield literal.start + match.start(), literal.start + match.end()
        elif exact or known is not None or self._named(literal, text, line):
            sign = (
                len(literal.written) - len(literal.written.lstrip("# ")) if literal.comment else 0
            )
            yield literal.start + sign, literal.end

    def _known(self, literal: Literal) -> list[str] | None:
        """The secrets in a literal; none if it is a piece of one, or short; None if it has none."""
        for text in {literal.written, literal.value}:
            if found := self._hidden.within(text):
                return found
            bare = text.strip()
            words = (bare, *_WORDS.findall(text[:_LONGEST]))
            pieces = (word for word in words if len(word) > SHORT)
            if bare in self._short or any(map(self._hidden.holds_piece, pieces)):
                return []
        return None

    def _named(self, literal: Literal, text: str, line: int) -> bool:
        """Whether what it is called says that it holds a credential."""
        if literal.comment or "f" in literal.prefix or _SCHEME.fullmatch(literal.written):
            return False
        before = text[max(line, literal.start - 120) : literal.start]
        if _KEY.search(before) or names_variable(text, literal):
            return False
        login = _BEFORE_LOGIN.search(before) and _AFTER_LOGIN.match(text, literal.end)
        return not login and _NAMED.search(before) is not None


def _random(secret: str) -> bool:
    """Whether a secret can be cut out of a text without being told by what is left."""
    return len(secret) >= _LONG and not secrets.made_of_words(secret)


class _File:
    """A text with its lines and its literals; one that is not Python has a form."""

    def __init__(self, text: str, form: Form | None) -> None:
        self.text = text
        self.form = form
        self.lines = Lines(text)
        self.literals = Literals(text)
        self.masks: dict[int, list[tuple[int, int]]] = {}
        self._line = (0, 0, "")  # the last one that was asked for: many findings can be on one

    def line(self, number: int) -> tuple[int, str]:
        """Where a line starts, and its text without its end."""
        if self._line[0] != number:
            starts = self.lines.starts
            start = starts[number - 1]
            end = starts[number] if number < len(starts) else len(self.text)
            self._line = (number, start, self.text[start:end].rstrip("\r\n"))
        return self._line[1:]


def _on_line(span: Span, number: int, line: str) -> tuple[int, int] | None:
    """Which part of a line a place takes, from 0; None if it takes nothing of it."""
    if not span.line <= number <= span.end_line:
        return None
    start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
    return (start, max(end, start)) if start <= len(line) else None


def _cells(
    text: str, first: int, last: int, masks: Sequence[tuple[int, int]]
) -> tuple[list[str], list[int]]:
    """What is shown of a line, column by column of a terminal, and where each character is in it.

    The second column of a wide character is an empty text.
    """
    cells: list[str] = []
    places: list[int] = []
    at = first
    for start, end in [*sorted(masks), (last, last)]:
        while at < start:
            places.append(len(cells))
            shown = _TAB if text[at] == "\t" else escaped(text[at])
            cells += _columns(shown)
            at += 1
        if end > at:
            places += [len(cells)] * (end - at)
            cells += MASK
            at = end
    places.append(len(cells))
    return cells, places


def _columns(shown: str) -> list[str]:
    if len(shown) != 1:
        return [*shown]
    size = width_of(shown)
    return [shown, *[""] * (size - 1)] if size else [shown]


def _cropped(
    number: int,
    cells: list[str],
    marks: dict[int, str],
    left: int,
    width: int,
    *,
    before: bool,
    after: bool,
) -> Row:
    """As much of a line as there is room for, around the place that is marked."""
    start, end = 0, len(cells)
    if end > width:
        room = max(width - 2 * len(_CUT), 10)
        start = max(0, min(left - room // 3, end - room)) if left > room * 2 // 3 else 0
        before, after = before or start > 0, after or start + room < end
        end = min(end, start + room)
    head, tail = (_CUT if cut else "" for cut in (before, after))
    text = masked_quotes(visible("".join(cells[start:end])))
    under = "".join(marks.get(at, " ") for at in range(start, end + 1)).rstrip()
    return Row(number, f"{head}{text}{tail}".rstrip(), (" " * len(head) + under) if under else "")
