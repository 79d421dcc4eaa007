"""Rules in words: the list, and the page of one rule."""

from __future__ import annotations

import re

from kintone_lint import codes
from kintone_lint.errors import UsageError

_MARK = re.compile(r"[ \t]*#!\d*$", re.MULTILINE)
_UNUSED = """\
KL001 unused-suppression (warning)

A suppression silences nothing.

Why: it hides the next finding on its line, and readers look for a reason that is gone.
Instead: remove it; --fix does so.
"""


def listed() -> str:
    """Each rule on a line: code, name, statement."""
    from kintone_lint.rules import all_rules

    statements = {codes.UNUSED: "A suppression silences something."}
    statements |= {rule.code: rule.statement for rule in all_rules()}
    width = max(len(name) for name in codes.names().values())
    return "".join(
        f"{code}  {name:<{width}}  {statements[code]}\n" for code, name in codes.names().items()
    )


def explained(word: str) -> str:
    """The page of a rule, by code or name. Raises UsageError."""
    from kintone_lint.rules import all_rules

    wanted = word.upper()
    if codes.UNUSED in (wanted,) or word == codes.names()[codes.UNUSED]:
        return _UNUSED
    for rule in all_rules():
        if wanted == rule.code or word == rule.name:
            bad, good = rule.bad[0], rule.good[0]
            fixed = f"\nAfter the fix:\n\n{_indented(bad.fixed)}" if bad.fixed else ""
            return (
                f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.statement}\n\n"
                f"Why: {rule.why}\nInstead: {rule.instead}\nSource: {rule.source}\n\n"
                f"Found:\n\n{_indented(bad.code)}{fixed}\nNot found:\n\n{_indented(good)}"
            )
    known = [*codes.names(), *codes.names().values()]
    raise UsageError(f"no rule {word!r}.{codes.suggestion(word, known)}")


def _indented(example: str) -> str:
    plain = re.sub(r"@(TOKEN2?|PASSWORD|BASE64|SECRET)@", "<secret>", _MARK.sub("", example))
    return "".join(f"    {line}\n" for line in plain.splitlines())
