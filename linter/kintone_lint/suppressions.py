"""Comments that silence a rule: `# kintone-lint: ignore[KL101] reason`, and `# noqa: KL101`.

A comment counts for findings of the statement on whose lines it is. In the brackets stand
codes, starts of codes and names. A `noqa` without codes silences nothing of ours, and one with the
codes of other tools is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from kintone_lint import codes
from kintone_lint.patterns import regex
from kintone_lint.records import record

_START = r"#\s*kintone-lint(?:\s*:|(?=\s+(?:ignore|disable)[\w-]*\s*[\[=(]))\s*"
_OURS = regex(rf"(?i){_START}(?P<kind>ignore(?:-file)?)\[(?P<codes>[^\]#]*)\]")
_MEANT = regex(rf"(?i){_START}(?P<text>[^#]*)")
_NOQA = regex(r"(?i)#\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)")
_BARE = regex(r"(?i)#\s*noqa\b(?!\s*:\s*[A-Z]+\d)")
_NOQA_CODE = regex(r"[A-Za-z]+\d+")
_WORD = regex(r"[^\s,]+")
_RULE = regex(r"[A-Za-z][\w-]*")
_MEANINGS = 50  # words of a suppression that is misspelt which may be meant for rules
_NEXT = regex(r"#(?=\s*[^\W\d])")  # another comment on the line; `#12` is a number of an issue
_PROSE = regex(r"[^\w#]*(?=\w)")
# What other tools read at the start of a comment.
_LIVE = regex(
    r"(?i)(?:#\s*(?!noqa))?(?:[\w.-]+\s*[:=]"
    r"|(?:fmt|type|isort|pylint|mypy|pragma|noqa|nosec|ruff|yapf|pyright|coding)\b)"
)
_READ = regex(r"(?i)kintone-lint\s*(?::|(?<=\s)(?:ignore|disable))")
_NOQA_READ = regex(r"(?i)noqa\s*:")
_CODE_READ = regex(r"(?i)\bKL\d")


@record()
class Suppression:
    """One word in one comment, and the rules that it means, maybe none. Offsets are in the text."""

    word: str
    codes: frozenset[str]
    line: int
    whole_file: bool
    start: int  # of the word
    end: int
    comment: tuple[int, int]
    cut: tuple[int, int, str] | None  # what goes with the word, and what is there without it

    @property
    def needless(self) -> str:
        """The message about a suppression that finds nothing."""
        return f"{self.word} finds nothing here; remove the suppression"


@record()
class Misspelt:
    """A comment that is to silence something, and does not; `message` says why."""

    start: int
    end: int
    message: str


Comment = tuple[int, int, str]
"""Offset, line, text."""


def suppressions(comments: Iterable[Comment]) -> list[Suppression]:
    """The words of all suppressions."""
    found: list[Suppression] = []
    for offset, line, text in comments:
        for pattern in (_OURS, _NOQA):
            for match in pattern.finditer(text):
                found += _of(match, offset, line, text)
    return found


def _is_ours(match: re.Match[str]) -> bool:
    """Whether a match is of `_OURS`, which says what kind of suppression it is."""
    return "kind" in match.re.groupindex


def _of(match: re.Match[str], offset: int, line: int, text: str) -> list[Suppression]:
    ours = _is_ours(match)
    whole = ours and match["kind"].lower() == "ignore-file"
    listed = list((_WORD if ours else _NOQA_CODE).finditer(match["codes"]))
    start = offset + match.start("codes")
    spans = [(start + each.start(), start + each.end()) for each in listed]
    return [
        Suppression(
            each[0],
            codes.expand(each[0]),
            line,
            whole,
            *spans[number],
            (offset, offset + len(text)),
            _cut(spans, number) if len(listed) > 1 else _directive(match, offset, text),
        )
        for number, each in enumerate(listed)
        if ours or each[0].upper().startswith("KL")
    ]


def _cut(spans: list[tuple[int, int]], number: int) -> tuple[int, int, str]:
    """One word of several, with the comma on one of its sides."""
    if number + 1 < len(spans):
        return spans[number][0], spans[number + 1][0], ""
    return spans[number - 1][1], spans[number][1], ""


def _directive(match: re.Match[str], offset: int, text: str) -> tuple[int, int, str] | None:
    """A directive of one word. Its reason goes with ours; other comments of the line stay.

    None if what stays would start as one that it is not now.
    """
    start, end = match.span()
    after = _NEXT.search(text, end)
    if _is_ours(match) or (after and not text[end : after.start()].strip()):
        if after and _LIVE.match(text, after.start()):
            return None
        return offset + start, offset + (after.start() if after else len(text)), ""
    prose = _PROSE.match(text, end)
    if prose and _LIVE.match(text, prose.end()):
        return None
    if prose:
        return offset + start, offset + prose.end(), "# "
    return offset + start, offset + len(text), ""


def end_of_codes(comment: str) -> int | None:
    """Where more codes can be added in a comment that suppresses rules on its line; else None."""
    for match in _OURS.finditer(comment):
        if match["kind"].lower() == "ignore" and match["codes"].strip(" \t,"):
            return match.start("codes") + len(match["codes"].rstrip(" \t,"))
    return None


def bare(comments: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Start and end of each `noqa` without codes; of comments the offset and the text."""
    for offset, text in comments:
        for match in _BARE.finditer(text):
            yield offset + match.start(), offset + match.end()


def misspelt(comments: Iterable[Comment]) -> Iterator[Misspelt]:
    """The comments that start as suppressions of ours and name no rule in brackets."""
    for offset, _, text in comments:
        for match in _MEANT.finditer(text):
            ours = _OURS.match(text, match.start())
            if not ours or not ours["codes"].strip(" \t,"):
                end = match.start() + len(match[0].rstrip())
                yield Misspelt(offset + match.start(), offset + end, _why(match["text"]))


def _why(text: str) -> str:
    said = dict.fromkeys(each[0] for each in islice(_RULE.finditer(text), _MEANINGS))
    words = [word for word in said if codes.expand(word)]
    if not words:
        return "this suppression does not name a rule; write ignore[RULE], or ignore-file[RULE]"
    kind = "ignore-file" if "file" in text.lower() else "ignore"
    return f"this suppression has no effect as it is written; write {kind}[{', '.join(words)}]"


def worth_reading(text: str) -> bool:
    """Whether a text can hold a suppression of ours at all, or what is meant as one."""
    return _READ.search(text) is not None or _noqa_names_rule(text)


def _noqa_names_rule(text: str) -> bool:
    """Whether a rule of ours follows a `noqa:` on its line. Each line is searched once."""
    at = 0
    while match := _NOQA_READ.search(text, at):
        at = text.find("\n", match.end())
        end = len(text) if at < 0 else at
        if _CODE_READ.search(text, match.end(), end):
            return True
        at = end
    return False
