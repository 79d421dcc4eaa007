"""The comments of a file, by Python's own tokenizer."""

from __future__ import annotations

import io
import tokenize
from contextlib import suppress

from kintone_lint.python.source import Source


def comments_in(source: Source) -> list[tuple[int, str]]:
    """The comments, each with its offset in the text."""
    text = source.parsable
    starts = source.lines.starts
    found: list[tuple[int, str]] = []
    # libcst reads newer syntax than the tokenizer of this Python
    with suppress(tokenize.TokenError, SyntaxError, IndexError):
        found.extend(
            (starts[token.start[0] - 1] + token.start[1], token.string)
            for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline)
            if token.type == tokenize.COMMENT
        )
    return found
