"""Rules in words: the list, and the page of one rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from kintone_lint import codes
from kintone_lint.errors import UsageError
from kintone_lint.escaping import json_text
from kintone_lint.pages import page_of
from kintone_lint.patterns import regex
from kintone_lint.records import record
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Fixable, Rule

_MARK = regex(r"[ \t]*#!\d*$", re.MULTILINE)
_WIDTH = 80
_FAKE = regex(r"@(?:TOKEN2?|PASSWORD|BASE64|SECRET)@")
_OFFERED = {
    Fixable.SAFE: (
        "If one expression holds all that is wrong, and nothing else uses its value correctly. "
        "Otherwise a fix would break the other uses: change it by hand."
    ),
    Fixable.UNSAFE: (
        "With --unsafe-fixes, if one string literal in Python code is the whole credential: it is "
        "then read from the environment. A part of a text, an argument of a command and other "
        "kinds of files are left to you."
    ),
    Fixable.NONE: "Never: what to write instead is not known from the code alone.",
}
FAMILIES = {
    "KL0": "The linter itself",
    "KL1": "Credentials",
    "KL2": "Paths",
    "KL3": "Headers and transport",
}


def _offered(rule: Rule) -> str:
    """When `--fix` changes what a rule finds, so that nobody looks for a fix in vain."""
    always = rule.code == codes.UNUSED
    return "In Python code. Remove it yourself elsewhere." if always else _OFFERED[rule.fixable]


@record()
class Explanation:
    """A rule for people, and its examples: title and code of each."""

    rule: Rule
    examples: tuple[tuple[str, str], ...]


@cache
def explanations() -> tuple[Explanation, ...]:
    """Every rule, by code."""
    return tuple(map(_of, all_rules()))


def explanation(code: str) -> Explanation:
    """That of a rule, by its code."""
    return next(each for each in explanations() if each.rule.code == code)


def _of(rule: Rule) -> Explanation:
    """`bad` is found, `fixed` is what a fix makes of it, `good` is not found."""
    bad = rule.bad[0]
    examples = [("Found:", bad.code)]
    if bad.fixed is not None:
        examples.append(("After the fix:", bad.fixed))
    examples.append(("Not found:", rule.good[0]))
    return Explanation(rule, tuple((title, _plain(code)) for title, code in examples))


def _plain(example: str) -> str:
    return _FAKE.sub("<secret>", _MARK.sub("", example))


def listed(*, as_json: bool = False, columns: int | None = None) -> str:
    """Each rule on a line: code, name, severity, whether it has fixes, statement.

    `columns` is the width of a terminal; where that is narrow the statement has lines of its own.
    """
    return _json(explanations()) if as_json else _lines(all_rules(), columns)


def _lines(rules: Sequence[Rule], columns: int | None) -> str:
    width = max(len(name) for name in codes.names().values())
    heads = [
        f"{rule.code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.fixable:<10}  "
        for rule in rules
    ]
    said = [rule.statement for rule in rules]
    whole = [head + statement for head, statement in zip(heads, said, strict=True)]
    if columns is not None and columns < max(map(len, whole)):
        indent = " " * len("KL101  ")
        below = [_wrapped(statement, columns - 1, indent) for statement in said]
        whole = [f"{head.rstrip()}\n{text}" for head, text in zip(heads, below, strict=True)]
    return "".join(f"{line}\n" for line in whole)


def explained(word: str, *, as_json: bool = False, columns: int | None = None) -> str:
    """The page of a rule, by code or name; a line for each rule of a family. Raises UsageError.

    As JSON, all that is on the page of each.
    """
    found = [explanation(code) for code in sorted(codes.expand(word))]
    if not found:
        raise UsageError(_unknown(word))
    if as_json or len(found) == 1:
        return _json(found) if as_json else in_words(found[0])
    rules = [each.rule for each in found]
    ending = f"\nkintone-lint explain {rules[0].code} explains one of them\n"
    return _lines(rules, columns) + ending


def _json(rules: Iterable[Explanation]) -> str:
    return json_text({"version": 1, "rules": [_as_json(each) for each in rules]})


def _as_json(each: Explanation) -> dict[str, Any]:
    """A rule as JSON; what the suite's requirements have too has the same key there."""
    rule = each.rule
    return {
        "code": rule.code,
        "name": rule.name,
        "family": FAMILIES[rule.code[:3]],
        "severity": str(rule.severity),
        "summary": rule.statement,
        "why": rule.why,
        "fix": rule.instead,
        "fixable": str(rule.fixable),
        "fixed": _offered(rule),
        "finds": rule.finds,
        "misses": rule.misses,
        "examples": [{"title": title.rstrip(":"), "code": code} for title, code in each.examples],
        "source": rule.source,
        "page": page_of(rule.code, rule.name),
        "facts": rule.facts,
        "cwe": rule.cwe,
        "since": rule.since,
    }


def _unknown(word: str) -> str:
    hint = codes.meant(word)
    if word.upper().startswith("KC"):
        hint = f" `kintone-conformance explain {word}` explains a requirement of the suite."
    return f"no rule {word!r}.{hint}"


def in_words(each: Explanation) -> str:
    """A rule as plain text."""
    rule = each.rule
    said = {"Why": rule.why, "Instead": rule.instead, "How it is found": rule.finds}
    said |= {"What is not found": rule.misses, "Fixed by --fix": _offered(rule)}
    if rule.source:
        said["Source"] = rule.source
    if page := page_of(rule.code, rule.name):
        said["Page"] = page
    told = "".join(f"{_wrapped(f'{title}: {text}')}\n" for title, text in said.items())
    examples = "".join(f"\n{title}\n\n{_indented(text)}" for title, text in each.examples)
    return (
        f"{rule.code} {rule.name} ({rule.severity}, {rule.fixable}, since {rule.since})\n\n"
        f"{_wrapped(rule.statement)}\n\n{told}{examples}"
    )


def _wrapped(text: str, width: int = _WIDTH, indent: str = "") -> str:
    import textwrap

    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _indented(example: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in example.splitlines())


def markdown(each: Explanation) -> str:
    """A rule without its heading and source."""
    rule = each.rule
    examples = "".join(f"{title}\n\n```python\n{text}```\n\n" for title, text in each.examples)
    return (
        f"**{rule.severity}.** {rule.statement}\n\n"
        f"{rule.why}\n\n"
        f"{examples}"
        f"**Fix.** {rule.instead}\n\n"
        f"**How it is found.** {rule.finds}\n\n"
        f"**What is not found.** {rule.misses}\n\n"
        f"**Fixed by `--fix`.** {_offered(rule)}\n"
    )
