"""Texts from which others are made, by Liquid, Jinja, Go, ERB: what they say without the tags."""

from __future__ import annotations

import re

from kintone_lint.patterns import regex

_TAG = regex(r"\{\{[^{}\n]*+\}\}|\{%[^%\n]*+%\}|\{#[^#\n]*+#\}|<%[^%\n]*+%>")
_BLANKS = " \t"


def unrendered(text: str) -> str | None:
    """The text with fillers of the same length in place of tags; None if it has no tags.

    A filler in angle brackets stands for a value that is not known; a tag that fills its line is
    left out.
    """
    filled = _TAG.sub(_filler, text)
    return None if filled == text else filled


def _filler(tag: re.Match[str]) -> str:
    text, start, end = tag.string, tag.start(), tag.end()
    length = end - start
    while start > 0 and text[start - 1] in _BLANKS:
        start -= 1
    while end < len(text) and text[end] in _BLANKS:
        end += 1
    alone = (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] in "\r\n")
    return " " * length if alone else f"<{'-' * (length - 2)}>"
