"""What it takes to parse a text, told from its tokens alone: each of them is looked at once.

libcst's memory grows with the tokens and with how deep they stand, its time with the square of a
chain (`a.b().c()`), and it doubles with each bracket of a pattern after `case`. So a text is looked
at before it is parsed. What is told is an upper bound; it needs no grammar, so it holds for any
version of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kintone_lint.patterns import regex
from kintone_lint.records import record

# Bytes at the peak of libcst 1.9's parser, measured and rounded up: for each token, for each
# bracket and each block around it, and for each line.
_TOKEN = 4_700
_LITTLE = 600  # a comma, a dot and the like
_BRACKET = 850
_BLOCK = 420
_LINE = 450
_NEST = 450  # for each pair of operators that nest to the right
_NESTING = {"not", "lambda", "if", "else", "await", "yield"}

MEMORY = 850_000_000  # bytes that parsing may take, of one file and of all that are kept
_ENOUGH = 3 * MEMORY  # beyond that it does not matter how much more
_CHAINS = 10_000_000
_PATTERNS = 4**10
_HEIGHT = 4_500
SHALLOW = 300  # levels for which any stack has room
_FIELDS = 3_000_000_000

_NEWLINE = r"\r\n|\r|\n"
_CODE = regex(
    rf"(?P<blank>[ \t\f]+|\\(?:{_NEWLINE}))"
    r"|(?P<string>(?:[uUbB]|[rR][bB]?|[bB][rR])?(?:"
    r'"""[^"\\]*+(?:(?:\\.|"{1,2}+(?!"))[^"\\]*+)*+"""'
    r"|'''[^'\\]*+(?:(?:\\.|'{1,2}+(?!'))[^'\\]*+)*+'''"
    r'|"(?!"")[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+"'
    r"|'(?!'')[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+'))"
    r"|(?:[fFtT][rR]?|[rR][fFtT])(?P<formatted>\"\"\"|'''|[\"'])"
    r"|(?P<word>\w+)"
    rf"|(?P<line>{_NEWLINE}|#[^\r\n]*+)"
    r"|(?P<opens>[(\[{])|(?P<closes>[)\]}])|(?P<parts>[,;])|(?P<little>\.(?!\.\.)|=)|(?P<other>\.\.\.|.)",
    re.DOTALL,
)


def _text(plain: str, special: str) -> re.Pattern[str]:
    return regex(rf"{plain}*+(?:(?:{special}){plain}*+)*+", re.DOTALL)


# The text of an f-string up to a field or its end, and that of a format up to the end of its field.
_BRACES = r"\{\{|\}\}"
_TEXTS = {
    '"': _text(r'[^"\\{}\r\n]', rf"\\(?:\r\n|[^{{}}])|\\|{_BRACES}"),
    "'": _text(r"[^'\\{}\r\n]", rf"\\(?:\r\n|[^{{}}])|\\|{_BRACES}"),
    '"""': _text(r'[^"\\{}]', rf'\\[^{{}}]|\\|"{{1,2}}+(?!")|{_BRACES}'),
    "'''": _text(r"[^'\\{}]", rf"\\[^{{}}]|\\|'{{1,2}}+(?!')|{_BRACES}"),
}
_FORMATS = {
    '"': _text(r'[^"\\{}]', r"\\[^{}]|\\"),
    "'": _text(r"[^'\\{}]", r"\\[^{}]|\\"),
    '"""': _text(r'[^"\\{}]', r'\\[^{}]|\\|"{1,2}+(?!")'),
    "'''": _text(r"[^'\\{}]", r"\\[^{}]|\\|'{1,2}+(?!')"),
}


@record()
class Cost:
    """What it takes to parse a text.

    `memory` in bytes. `chains`: pairs of tokens between two commas, which libcst copies.
    `patterns`: 4 to the power of its depth, for each bracket after `case`. `levels` of the tree
    without those of a run of `elif`, which has two for each of its `elifs`. `fields` of an f-string
    by its length: Python 3.11 looks for each from the start.
    """

    memory: int
    chains: int
    patterns: int
    levels: int
    elifs: int
    fields: int

    @property
    def height(self) -> int:
        """How many levels the tree has at most."""
        return self.levels + 2 * self.elifs

    def too_much(self, share: float = 1) -> str | None:
        """Why a text is not to be parsed; None if it may be. `share` is of the memory."""
        if self.memory > MEMORY * share:
            return f"too large: parsing it can take more than {MEMORY // 1_000_000} MB of memory"
        if self.height > _HEIGHT or self.chains > _CHAINS or self.patterns > _PATTERNS:
            return "nested too deeply"
        return "an f-string with too many fields" if self.fields > _FIELDS else None


def cost(text: str) -> Cost:
    """What it takes to parse a text."""
    reader = _Reader(text)
    reader.read()
    levels = max(level.height() for level in reader.levels)
    return Cost(reader.memory, reader.chains, reader.patterns, levels, reader.elifs, reader.fields)


def joined(costs: Iterable[Cost]) -> Cost:
    """What it takes to parse texts of whole statements that stand one after the other."""
    found = [*costs]
    return Cost(
        sum(each.memory for each in found),
        sum(each.chains for each in found),
        sum(each.patterns for each in found),
        max(each.levels for each in found),
        max(each.elifs for each in found),
        sum(each.fields for each in found),
    )


class _Level:
    """What is between two brackets, or in the file: its height, comma by comma.

    `start` is the number of the token after the last comma, `below` the height of what is
    bracketed since then, `highest` that of what was before. `open` counts the parameter lists of
    lambdas, whose commas part nothing. A field of an f-string has its `quote`, and where the
    string `began`; `format` is what follows its colon.
    """

    __slots__ = (
        "began", "below", "format", "highest", "nested", "open", "quote", "start", "tokens"
    )  # fmt: skip

    def __init__(self, start: int, quote: str = "", began: int = 0) -> None:
        self.start = start
        self.quote = quote
        self.began = began
        self.format = False
        self.tokens = self.below = self.highest = self.open = self.nested = 0

    def height(self) -> int:
        return max(self.highest, self.tokens + self.below)

    def part(self, start: int) -> None:
        self.highest = self.height()
        self.start = start
        self.tokens = self.below = self.nested = 0


class _Reader:
    """The place in a text, what surrounds it, and what was counted up to it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.count = self.memory = self.chains = self.patterns = self.fields = self.elifs = 0
        self.levels = [_Level(0)]
        self.indents = [0]
        self.runs = [0]  # of `elif`, for each block
        self.blocks = 0
        self.fresh = True  # at the start of a statement
        self.case = False  # in a statement that starts with this word
        self.operand = False  # after an operand a minus is not a prefix

    def read(self) -> None:
        indent = 0
        text, next_token = self.text, _CODE.match
        while self.memory < _ENOUGH:
            if not self.fresh and text.startswith(" ", self.at):
                self.at += 1
            match = next_token(text, self.at)
            if match is None:
                break
            kind = match.lastgroup
            start, self.at = match.span()
            if kind == "blank":
                if self.fresh and (start == 0 or text[start - 1] in "\r\n"):
                    indent = len(match[0].rpartition("\f")[2])
            elif kind == "line":
                self.memory += _LINE
                if match[0][0] != "#":
                    indent = 0
                    if len(self.levels) == 1 and not self.fresh:
                        self._count(_TOKEN)
                        self.levels[0].part(self.count)
                        self.fresh = True
            else:
                if self.fresh:
                    self._starts(match[0], indent)
                self._token(match, match[0], kind or "")

    def _starts(self, word: str, indent: int) -> None:
        """A statement: how deep it is, and whether it belongs to a run of `elif`."""
        self.fresh = self.operand = False
        self.case = word == "case"
        while len(self.indents) > 1 and self.indents[-1] > indent:
            self.indents.pop()
            self.runs.pop()
        if indent > self.indents[-1]:
            self.indents.append(indent)
            self.runs.append(0)
        if word == "elif":
            self.runs[-1] += 1
            self.elifs = max(self.elifs, sum(self.runs))
        elif word != "else":
            self.runs[-1] = 0
        self.blocks = len(self.indents) - 1 + sum(self.runs)

    def _token(self, match: re.Match[str], word: str, kind: str) -> None:
        level = self.levels[-1]
        self.count += 1
        self.memory += _LITTLE if kind == "parts" or kind == "little" else _TOKEN
        self.memory += _BRACKET * (len(self.levels) - 1) + _BLOCK * self.blocks
        operand, self.operand = self.operand, kind in ("word", "string", "closes", "formatted")
        if kind == "parts":
            if not level.open:
                level.part(self.count)
            return
        level.tokens += 1
        if kind != "string":
            self.chains += self.count - level.start
        if word in _NESTING or (kind == "other" and (word == "*" or not operand)):
            level.nested += 1
            self.memory += _NEST * level.nested
        if kind == "word":
            self.operand = word not in _NESTING
            if word == "lambda" or (word == "for" and len(self.levels) > 1):
                level.open += 1
        elif kind == "opens":
            if self.case:
                self.patterns += 4 ** min(len(self.levels), 30)
            self.levels.append(_Level(self.count))
        elif kind == "closes":
            self._closes(word)
        elif kind == "formatted":
            self._text(match["formatted"], match.start())
        elif word == ":":
            if level.quote and not level.open:
                level.format = True
                self._format(level)
            elif level.open:
                level.open -= 1

    def _count(self, size: int) -> None:
        self.count += 1
        self.memory += size + _BRACKET * (len(self.levels) - 1) + _BLOCK * self.blocks

    def _closes(self, bracket: str) -> None:
        closed = self.levels[-1]
        if len(self.levels) == 1 or (closed.quote and bracket != "}"):
            return
        self.levels.pop()
        around = self.levels[-1]
        around.tokens += 1
        around.below = max(around.below, closed.height())
        self.chains += self.count - around.start
        if closed.quote and around.format:
            self._format(around)
        elif closed.quote:
            self._text(closed.quote, closed.began)

    def _text(self, quote: str, began: int) -> None:
        """Reads an f-string that began there, up to its next field or its end."""
        while True:
            self._piece(_TEXTS[quote])
            if self.text.startswith("{", self.at):
                self._field(quote, began)
                return
            if not self.text.startswith("}", self.at):
                break
            self.at += 1
        if self.text.startswith(quote, self.at):
            self.at += len(quote)

    def _format(self, level: _Level) -> None:
        """Reads a format up to a field in it, or the end of the field that it belongs to."""
        self._piece(_FORMATS[level.quote])
        if self.text.startswith("{", self.at):
            self._field(level.quote, level.began)

    def _piece(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        assert match
        self.at = match.end()
        self._count(_TOKEN)

    def _field(self, quote: str, began: int) -> None:
        self.at += 1
        self.fields += self.at - began
        self._count(_TOKEN)
        self.levels.append(_Level(self.count, quote, began))
