"""The tree of a text that was parsed before and has changed a little: only what is new is parsed.

A text is cut into pieces, runs of whole statements of the module with the lines before them. The
pieces before and after a change are those of the earlier tree; what is between them is parsed as a
module of its own, after a statement that tells libcst how the file is indented and how its lines
end. What cannot be cut, or is odd in any way, is parsed whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.cost import SHALLOW, Cost, cost, joined
from kintone_lint.python.kept import Piece, Pieces
from kintone_lint.python.syntax import syntax
from kintone_lint.python.tree import children
from kintone_lint.records import record

_NEWLINE = regex(r"\r?\n")
_LAST_LINE = regex(r"([^\n]*)\n\Z")
_INDENT = " " * 4  # what libcst takes where nothing is indented
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError)

_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
_Cut = tuple[str, int]
"""The text of a piece, and how many of libcst's statements are in it."""


@record(eq=False)
class Change:
    """What is new in a text that Python's own parser takes, and what it takes to parse all of it.

    `cuts` are the new pieces; those `before` and `after` them are of the `earlier` text.
    """

    text: str
    earlier: Pieces
    before: tuple[Piece, ...]
    cuts: list[_Cut]
    after: tuple[Piece, ...]
    cost: Cost


def in_pieces(text: str, tree: cst.Module) -> Pieces | None:
    """A text that Python's own parser takes, with libcst's tree of it; None if it cannot be cut."""
    cuts = [] if "\f" in text else _cuts(text, starts=True)
    pieces = _pieces(cuts, tree.body) if cuts else None
    return Pieces(text, tree, pieces) if pieces and len(pieces) > 1 else None


def change(earlier: Pieces, text: str) -> Change | None:
    """What is new in a text; None if it has to be parsed whole."""
    pieces = earlier.pieces
    if text == earlier.text:
        return Change(text, earlier, pieces, [], (), joined(piece.cost for piece in pieces))
    newline = _NEWLINE.search(text)
    first, last, new = _between(pieces, text)
    if (first == 0 and last == len(pieces)) or newline is None or "\f" in text:
        return None
    needed = cost(new)
    if newline[0] != earlier.tree.default_newline or needed.height > SHALLOW or needed.too_much():
        return None
    cuts = _cuts(new, starts=first == 0)
    if not cuts:
        return None
    left = (*pieces[:first], *pieces[last:])
    costs = joined([*(piece.cost for piece in left), needed])
    return Change(text, earlier, pieces[:first], cuts, pieces[last:], costs)


def changed(made: Change) -> Pieces | None:
    """The text in pieces, with its tree; None if it has to be parsed whole."""
    old = made.earlier.tree
    if not made.cuts:
        return made.earlier
    new = "".join(text for text, _ in made.cuts)
    try:
        part = cst.parse_module(_start(old) + new if made.before else new)
    except cst.ParserSyntaxError:
        return None
    pieces = _pieces(made.cuts, part.body[1:] if made.before else part.body)
    if pieces is None:
        return None
    if any(piece.blocks for piece in pieces) and part.default_indent != old.default_indent:
        return None
    everything = (*made.before, *pieces, *made.after)
    if old.default_indent != _INDENT and not any(piece.blocks for piece in everything):
        return None
    tree = cst.Module(
        body=tuple(statement for piece in everything for statement in piece.body),
        header=old.header if made.before else part.header,
        footer=old.footer if made.after else part.footer,
        encoding=old.encoding,
        default_indent=old.default_indent,
        default_newline=old.default_newline,
        has_trailing_newline=(old if made.after else part).has_trailing_newline,
    )
    return Pieces(made.text, tree, everything) if len(everything) > 1 else None


def _start(module: cst.Module) -> str:
    newline = module.default_newline
    return f"if 0:{newline}{module.default_indent}0{newline}"


def _between(pieces: Sequence[Piece], text: str) -> tuple[int, int, str]:
    """How many pieces are before what is new, which is the first after it, and what is new.

    The first piece starts the file, and so holds its header, and the last ends it.
    """
    first, start = 0, 0
    while first < len(pieces) - 1 and text.startswith(pieces[first].text, start):
        start += len(pieces[first].text)
        first += 1
    last, end = len(pieces), len(text)
    while last > max(first, 1):
        at = end - len(pieces[last - 1].text)
        if at < start or not text.startswith(pieces[last - 1].text, at):
            break
        last, end = last - 1, at
    while last < len(pieces) and not _ends_statement(text[start:end]):
        end += len(pieces[last].text)
        last += 1
    return first, last, text[start:end]


def _ends_statement(text: str) -> bool:
    """Whether a text may end with a statement, so that what follows it is one of its own."""
    match = _LAST_LINE.search(text)
    line = match[1].strip() if match else ""
    return line != "" and line[0] != "#" and line[-1] != "\\"


# ---- where a text is cut


def _cuts(text: str, *, starts: bool) -> list[_Cut]:
    """The pieces of a text that can be parsed for itself; none if it cannot, or is empty.

    libcst gives indented comments, and lines of spaces, to the block before them: no cut there.
    `starts`: it starts the file.
    """
    try:
        body = syntax(text).body
    except _REFUSALS:
        return []
    lines = text.split("\n")
    offsets = [*accumulate((len(line) + 1 for line in lines), initial=0)]
    cuts: list[tuple[int, int]] = []
    end = 0  # lines that are read
    for statement in body:
        first = min(each.lineno for each in (statement, *getattr(statement, "decorator_list", ())))
        if first > end:
            plain = _is_plain(lines, end, first - 1)
            if not cuts and not starts and not plain:
                return []
            if plain or not cuts:
                cuts.append((offsets[end], 1))
            else:
                cuts[-1] = cuts[-1][0], cuts[-1][1] + 1
        end = max(end, statement.end_lineno or first)
    ends = [*(start for start, _ in cuts), len(text)][1:]
    return [(text[start:end], count) for (start, count), end in zip(cuts, ends, strict=True)]


def _is_plain(lines: Sequence[str], end: int, first: int) -> bool:
    """Whether there are only empty lines and comments at the margin between two statements."""
    before = lines[end - 1].rstrip("\r") if end else ""
    between = (line.rstrip("\r") for line in lines[end:first])
    margin = all(line == "" or line[0] == "#" for line in between)
    return margin and not before.endswith("\\") and lines[first][:1].strip() != ""


def _pieces(cuts: Sequence[_Cut], body: Sequence[_Statement]) -> tuple[Piece, ...] | None:
    """Pieces with their statements; None if those are others, or not all indented as the file."""
    if sum(count for _, count in cuts) != len(body):
        return None
    found: list[Piece] = []
    at = 0
    for text, count in cuts:
        mine = body[at : at + count]
        indents = [*_indents(mine)]
        if any(indent is not None for indent in indents):
            return None
        found.append(Piece(text, tuple(mine), cost(text), bool(indents)))
        at += count
    return tuple(found)


def _indents(body: Iterable[cst.CSTNode]) -> Iterator[str | None]:
    """The indentations of all blocks, as libcst tells them: None for that of the file."""
    left: list[cst.CSTNode] = [*body]
    while left:
        node = left.pop()
        if isinstance(node, cst.IndentedBlock):
            yield node.indent
        if not isinstance(node, cst.SimpleStatementLine | cst.BaseExpression):
            left += children(node)
