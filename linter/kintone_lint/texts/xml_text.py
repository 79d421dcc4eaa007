"""XML with the places of its values: texts of elements, and attributes.

The text is gone through once, without recursion and without a parser: nothing is expanded, and
what is not well formed is read as far as it can be.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.patterns import regex
from kintone_lint.records import record
from kintone_lint.texts.entries import MOST, Entry

_DEPTH = 200
_TAG = regex(r"<(?P<close>/?+)(?:[\w.-]++:)?+(?P<name>[A-Za-z_][\w.-]*+)")
_ATTRIBUTE = regex(r"\s*+(?:[\w.-]++:)?+(?P<name>[\w.-]++)\s*+=\s*+(?P<quote>[\"'])")
_ASIDE = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"))
_NAMING = ("name", "key")  # attributes that say what the text of an element is
_HALF = regex(r"\w+\.(name|value)")  # of a pair of elements, as in the plans of JMeter


@record()
class _Open:
    """An element that is not closed yet; `named`: an attribute says what its text is."""

    name: str
    number: int
    named: bool
    start: int
    half: str = ""


def xml_entries(text: str) -> Iterator[Entry]:
    """The texts and attributes of XML, each under the names of the elements around it."""
    stack: list[_Open] = []
    count = at = 0
    while (at := text.find("<", at)) >= 0 and count < MOST:
        if aside := next((pair for pair in _ASIDE if text.startswith(pair[0], at)), None):
            at = text.find(aside[1], at)
            if at < 0:
                return
            continue
        tag = _TAG.match(text, at)
        if tag is None:
            at += 1
            continue
        count += 1
        if tag["close"]:
            yield from _closed(text, stack, tag["name"], at)
            at = tag.end()
            continue
        found = [*_attributes(text, tag.end(), stack, tag["name"], count)]
        yield from found
        end = text.find(">", found[-1].end if found else tag.end())
        if end < 0:
            return
        at = end + 1
        if text[end - 1] != "/" and len(stack) < _DEPTH:
            naming = [each.value for each in found if each.names[-1] in _NAMING]
            half = next((pair[1] for pair in map(_HALF.fullmatch, naming) if pair), "")
            stack.append(_Open(tag["name"], count, bool(naming) and not half, at, half))


def _attributes(text: str, at: int, stack: list[_Open], name: str, number: int) -> Iterator[Entry]:
    while attribute := _ATTRIBUTE.match(text, at):
        start = attribute.end()
        end = text.find(attribute["quote"], start)
        if end < 0:
            return
        names = (*(each.name for each in stack), name, attribute["name"])
        yield Entry(names, text[start:end], start, end, number)
        at = end + 1


def _closed(text: str, stack: list[_Open], name: str, at: int) -> Iterator[Entry]:
    """The text of the innermost element, if it is the one that ends and holds nothing else."""
    if not any(each.name == name for each in stack):
        return
    while stack and stack[-1].name != name:
        stack.pop()
    each = stack.pop()
    if text.find("<", each.start, at) >= 0:
        return
    inner = text[each.start : at]
    value = inner.strip()
    if not value:
        return
    last = each.half or "value" * each.named
    names = (*(outer.name for outer in stack), each.name, *([last] if last else []))
    group = each.number if each.named or not stack else stack[-1].number
    start = each.start + inner.index(value)
    yield Entry(names, value, start, start + len(value), group)
