"""What is proven of edits before they are offered as a fix, and before they are written.

The new text compiles; its syntax tree outside the edits is the old one; every comment outside them
is still there; nothing outside them has changed by a byte. Inside, an edit may replace or change
one string or one name, write `.decode()` after an expression, or reduce a call to one expression in
it.
"""

from __future__ import annotations

import ast
import bisect
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from kintone_lint.edits.meaning import position
from kintone_lint.edits.syntax_changes import (
    DECODE,
    Extent,
    extent,
    holders,
    same,
    undecoded,
    written,
)
from kintone_lint.findings import TextEdit
from kintone_lint.python.lines import Lines
from kintone_lint.python.source import Source
from kintone_lint.records import record

MOST_BYTES = 400_000  # two trees take up to a kilobyte for each byte
_TREE: int = ast.PyCF_ONLY_AST
_RECURSION = 20_000
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


class UnprovenError(Exception):
    """Why edits could not be proven."""


@record()
class _Read:
    """A file as Python reads it."""

    source: Source
    tree: ast.Module

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.source.text)

    def span(self, start: int, end: int) -> Extent:
        """Two offsets in code points, as `ast` counts."""
        text, lines = self.source.text, self._lines
        return position(text, lines, start), position(text, lines, end)

    def written(self, statement: ast.stmt) -> tuple[int, int, str]:
        """A statement of the file itself: where it starts and ends on its lines, and those."""
        text, starts = self.source.text, self._lines.starts
        (first, start), (last, end) = extent(statement) or ((1, 0), (len(starts), 0))
        after = starts[last] if last < len(starts) else len(text)
        return start, end, text[starts[first - 1] : after]

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Each comment with its offset. Raises UnprovenError."""
        text, starts = self.source.parsable, self._lines.starts
        if "#" not in text:
            return []
        try:
            return [
                (starts[token.start[0] - 1] + token.start[1], token.string)
                for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline)
                if token.type == tokenize.COMMENT
            ]
        except (tokenize.TokenError, SyntaxError) as error:
            raise UnprovenError(f"its comments cannot be located: {error}") from None


class Old:
    """A file before edits. Raises UnprovenError if nothing can be proven of it."""

    def __init__(self, source: Source) -> None:
        if len(source.raw) > MOST_BYTES:
            raise UnprovenError("the file is too large")
        self._read = _read(source)  # what does not compile here, does not compile after edits
        if source.encoded(source.text) != source.raw:
            raise UnprovenError("encoding its text again does not give the same bytes")

    @property
    def source(self) -> Source:
        return self._read.source

    @property
    def tree(self) -> ast.Module:
        """The tree; it must not be changed."""
        return self._read.tree

    def check(self, edits: Sequence[TextEdit], imports: Sequence[TextEdit], text: str) -> None:
        """Raises UnprovenError unless edits and their imports are proven to give this new text."""
        source = self._read.source
        moves = _moves([*edits, *imports])
        _check_text(source.text, moves, text)
        try:
            new = _read(Source(source.path, source.file, source.encoded(text)), compiled=True)
        except UnicodeError:
            raise UnprovenError("the encoding of the file cannot hold it") from None
        if (new.source.text, new.source.encoding) != (text, source.encoding):
            raise UnprovenError("it would be read in another encoding")
        inserted: list[_Move] = []
        changes: list[_Move] = []
        in_comments: dict[int, list[_Move]] = {}
        for move in moves:
            comment = _comment_of(self._read, move.edit)
            if comment is not None:
                in_comments.setdefault(comment, []).append(move)
            else:
                (inserted if move.edit in imports else changes).append(move)
        _check_comments(self._read, new, in_comments)
        _check_trees(self._read, new, changes, inserted)


def _read(source: Source, *, compiled: bool = False) -> _Read:
    with _quiet():
        try:
            tree: ast.Module = compile(source.raw, "f", "exec", _TREE, dont_inherit=True)
            if compiled:
                compile(tree, "f", "exec", dont_inherit=True)
        except _REFUSALS as error:
            raise UnprovenError(f"it does not compile: {error}") from None
    return _Read(source, tree)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings, and the same depth at all times: a proof must not depend on its caller."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_RECURSION)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.setrecursionlimit(limit)


# ---- the text


@record()
class _Move:
    """An edit, and where what it writes is in the new text."""

    edit: TextEdit
    start: int

    @property
    def code(self) -> int:
        """The start without the space that separates it from a word before it."""
        return self.end - len(self.edit.text.lstrip(" "))

    @property
    def end(self) -> int:
        return self.start + len(self.edit.text)


def _moves(edits: Sequence[TextEdit]) -> list[_Move]:
    moves, grown = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        moves.append(_Move(edit, edit.start + grown))
        grown += len(edit.text) - (edit.end - edit.start)
    return moves


def _check_text(before: str, moves: list[_Move], after: str) -> None:
    old = new = 0
    for move in moves:
        same = before[old : move.edit.start] == after[new : move.start]
        if move.edit.start < old or not same or not after.startswith(move.edit.text, move.start):
            raise UnprovenError("something else would change")
        old, new = move.edit.end, move.end
    if before[old:] != after[new:]:
        raise UnprovenError("something else would change")


# ---- the comments


def _check_comments(old: _Read, new: _Read, moves: dict[int, list[_Move]]) -> None:
    """The comments are the old ones but for the edits of comments, by the number of each."""
    expected = (_left(each, moves.get(number, ())) for number, each in enumerate(old.comments))
    if [text for text in expected if text] != [text for _, text in new.comments]:
        raise UnprovenError("a comment would be lost, or code would become one")


def _left(comment: tuple[int, str], moves: Sequence[_Move]) -> str:
    """A comment after the edits that touch it."""
    start, text = comment
    for move in reversed(moves):
        first, last = move.edit.start - start, move.edit.end - start
        text = text[: max(first, 0)] + move.edit.text + text[last:]
    return text


def _comment_of(read: _Read, edit: TextEdit) -> int | None:
    """The number of the comment that an edit cuts, with nothing but spaces around it."""
    number = bisect.bisect_left(read.comments, (edit.end, "")) - 1
    if number < 0 or edit.start == edit.end:
        return None
    start, text = read.comments[number]
    end = start + len(text)
    around = read.source.text[edit.start : start] + read.source.text[end : edit.end]
    return number if edit.start < end and not around.strip() else None


# ---- the trees


def _check_trees(old: _Read, new: _Read, moves: list[_Move], inserted: list[_Move]) -> None:
    body = _without(new, inserted)
    before = holders(old.tree.body, [old.span(m.edit.start, m.edit.end) for m in moves])
    after = holders(body, [new.span(m.code, m.end) for m in moves])
    pairs = dict(zip(before, after, strict=True))
    by_holder: dict[ast.AST, list[_Move]] = {}
    for holder, move in zip(before, moves, strict=True):
        by_holder.setdefault(holder, []).append(move)
    for one, other in pairs.items():
        _check_change(old, new, one, other, by_holder[one])
    if len(set(pairs.values())) < len(pairs) or len(old.tree.body) != len(body):
        raise UnprovenError("other code would change")
    for statement, new_one in zip(old.tree.body, body, strict=True):
        if old.written(statement) != new.written(new_one) and not same(statement, new_one, pairs):
            raise UnprovenError("other code would change")
    if ast.get_docstring(old.tree, clean=False) != ast.get_docstring(new.tree, clean=False):
        raise UnprovenError("the docstring would be lost")


def _without(new: _Read, inserted: list[_Move]) -> list[ast.stmt]:
    """The statements without those that were inserted, which are imports and nothing else."""
    spans = [new.span(move.start, move.end) for move in inserted]
    left = []
    count = 0
    for statement in new.tree.body:
        start, end = extent(statement) or ((0, 0), (0, 0))
        if any(first <= start and end <= last for first, last in spans):
            if not isinstance(statement, ast.Import):
                raise UnprovenError("more than an import would be inserted")
            count += 1
        else:
            left.append(statement)
    if count != len(inserted):
        raise UnprovenError("what is inserted would not be an import")
    return left


def _check_change(
    old: _Read, new: _Read, one: ast.AST, other: ast.AST, moves: Sequence[_Move]
) -> None:
    """Edits replace or change one text or one name; in a text they change as many characters."""
    grown = sum(move.end - move.start - move.edit.end + move.edit.start for move in moves)
    match one, other:
        case ast.Constant(value=str() as text), ast.Constant(value=str() as changed):
            right = len(changed) - len(text) == grown
        case ast.Constant(value=str()), ast.JoinedStr():
            right = all(move.edit.text == "f" for move in moves)
        case ast.Constant(value=str()), ast.Subscript():
            move = moves[0]
            whole = old.span(move.edit.start, move.edit.end), new.span(move.code, move.end)
            right = len(moves) == 1 and (extent(one), extent(other)) == whole
        case ast.JoinedStr(), ast.JoinedStr():
            decoded = [move for move in moves if move.edit.text.endswith(DECODE)]
            right = written(other) - written(one) == grown - len(DECODE) * len(decoded)
        case ast.expr(), ast.Call() if same(one, undecoded(other), {}):
            right = True
        case ast.Call(), ast.expr():
            move = moves[0]
            whole = old.span(move.edit.start, move.edit.end), new.span(move.code, move.end)
            right = len(moves) == 1 and (extent(one), extent(other)) == whole
            right = right and any(same(each, other, {}) for each in ast.walk(one))
        case (ast.Name(), ast.Name()) | (ast.Attribute(), ast.Attribute()):
            right = True
        case _:
            right = False
    if not right:
        raise UnprovenError("more than one text or name would change")
