"""From a file to its tree: never crashes the process, and stays within the memory limit.

What Python's own parser accepts is parsed here, in a thread with a stack of its own if it is deep.
What it refuses can be newer syntax: libcst tries that in another process first.
"""

from __future__ import annotations

import io
import re
import threading
import tokenize
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import libcst as cst

from kintone_lint.errors import NoRoomError, UnreadableError
from kintone_lint.patterns import regex
from kintone_lint.python import prober
from kintone_lint.python.changes import Change, change, changed, in_pieces
from kintone_lint.python.cost import SHALLOW, cost
from kintone_lint.python.kept import kept
from kintone_lint.python.module import Module
from kintone_lint.python.nodes import identified, parsing
from kintone_lint.python.source import Source
from kintone_lint.python.syntax import syntax

_STACK = 256 * 1024 * 1024
_LONGEST_LINE = 2_000  # in a file that `ast` cannot vouch for
_BRACKETS = 200
_BRACKET = regex(r"[()\[\]{}]")
_Found = TypeVar("_Found")

identified()


def parsed(
    source: Source, room: Callable[[int], bool] = lambda memory: True, *, valid: bool = False
) -> Module:
    """The module. Raises UnreadableError, with the line where it is known; it may quote the text.

    `room` says whether there is as much memory as parsing takes; else NoRoomError is raised.
    `valid`: Python's own parser has taken the text already.
    """
    text = source.parsable
    earlier = kept.of(source.file)
    new = change(earlier, text) if earlier is not None else None
    needed = cost(text) if new is None else new.cost
    if why := needed.too_much():
        raise UnreadableError(f"cannot be parsed: {why}")
    if not room(needed.memory):
        raise NoRoomError
    deep = needed.height > SHALLOW
    try:
        if not valid and new is None:
            _on_stack(partial(syntax, text), deep=deep)
    except SyntaxError as error:
        what = error.msg or "invalid syntax"
        refused = UnreadableError(f"cannot be parsed: {what}", error.lineno)
        return _newer(source, refused, needed.memory, deep=deep)
    except (RecursionError, MemoryError):
        raise UnreadableError("cannot be parsed: nested too deeply") from None
    except ValueError as error:
        raise UnreadableError(f"cannot be parsed: {error}") from None
    if "\f" in text:  # libcst reads it, and does not write it out again
        text = plainly_indented(text)
    try:
        return _tree(source, text, needed.memory, deep=deep, new=new, keeps=kept.most > 0)
    except cst.ParserSyntaxError as error:
        return _indented(source, text, error, needed.memory, deep=deep)


def _newer(source: Source, refused: UnreadableError, memory: int, *, deep: bool) -> Module:
    """Syntax that is newer than this Python is left to libcst, if it looks harmless."""
    text = source.parsable
    longest = max(map(len, text.split("\n")))
    if longest > _LONGEST_LINE or _bracket_depth(text) > _BRACKETS:
        raise refused
    if not prober.survives(text):
        raise UnreadableError(f"{refused}; the parser crashes when it reads this as newer syntax")
    try:
        return _tree(source, text, memory, deep=deep, validated=True)
    except (cst.ParserSyntaxError, UnreadableError):
        raise refused from None


def _indented(
    source: Source, text: str, error: cst.ParserSyntaxError, memory: int, *, deep: bool
) -> Module:
    """Tabs after spaces and form feeds in indentations are more than libcst's tokenizer takes."""
    plain = plainly_indented(text)
    if plain != text:
        try:
            return _tree(source, plain, memory, deep=deep)
        except cst.ParserSyntaxError as other:
            error = other
    raise UnreadableError("cannot be parsed by libcst", _line(error)) from None


def _line(error: cst.ParserSyntaxError) -> int | None:
    """The line of an error; libcst says 1 for what its tokenizer refuses, wherever it is."""
    told = re.search(r"error at (\d+):", str(error))
    return int(told[1]) if told else error.raw_line if error.raw_line > 1 else None


def plainly_indented(text: str) -> str:
    """A valid text whose indentations are of spaces only, each character in its place.

    Python wants indentations that are deeper with a tab as one column, too, so a tab may be one
    space. A form feed makes Python forget what is before it on the line, so it ends a line.
    """
    found: list[str] = []
    at = 0
    starts = True
    lines = text.split("\n")
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    skipped = (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT)
    try:
        for token in tokens:
            if token.type in skipped or token.type == tokenize.ENDMARKER:
                continue
            if starts:
                row, column = token.start
                found += lines[at : row - 1]
                found.append(_spaces(lines[row - 1][:column]) + lines[row - 1][column:])
                at = row
            starts = token.type == tokenize.NEWLINE
    except (tokenize.TokenError, SyntaxError, IndexError):
        return text
    return "\n".join([*found, *lines[at:]])


def _spaces(indentation: str) -> str:
    before, feed, after = indentation.rpartition("\f")
    return " " * len(before) + "\n" * len(feed) + " " * len(after)


def _tree(
    source: Source,
    text: str,
    memory: int,
    *,
    deep: bool,
    validated: bool = False,
    new: Change | None = None,
    keeps: bool = False,
) -> Module:
    """Raises cst.ParserSyntaxError, and UnreadableError if the tree is too deep for Python.

    `new` as in `_read`; `keeps`: Python's own parser takes the text, so that its tree may be kept.
    """
    try:
        with parsing(validated=validated):
            tree = _on_stack(partial(_read, source, text, new, keeps=keeps), deep=deep)
        return Module(source, tree, text, memory)
    except (RecursionError, MemoryError):
        raise UnreadableError("cannot be parsed: nested too deeply") from None
    except (TypeError, cst.CSTValidationError):
        raise UnreadableError("cannot be parsed: a bug of the parser, libcst") from None


def _read(source: Source, text: str, new: Change | None, *, keeps: bool) -> cst.Module:
    """The tree, of which only what is `new` is parsed if that will do."""
    pieces = changed(new) if new is not None else None
    tree = cst.parse_module(text) if pieces is None else pieces.tree
    if keeps:
        kept.keep(source.file, in_pieces(text, tree) if pieces is None else pieces)
    return tree


def _on_stack(work: Callable[[], _Found], *, deep: bool) -> _Found:
    """What a function gives that may need a deep stack of the machine."""
    if not deep:
        return work()
    found: list[_Found] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            raised.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    except RuntimeError:
        raise MemoryError from None
    finally:
        threading.stack_size(before)
    thread.join()
    if raised:
        raise raised[0]
    return found[0]


def _bracket_depth(text: str) -> int:
    """How deep brackets are in each other, those in strings and comments counted too."""
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest
