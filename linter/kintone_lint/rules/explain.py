"""Rules in words: the list, the page of one rule, and the part of rules.md about code.

python -m kintone_lint.rules.explain
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from kintone_lint import codes
from kintone_lint.errors import UsageError
from kintone_lint.findings import Severity
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Fixable, Rule

_MARK = re.compile(r"[ \t]*#!\d*$", re.MULTILINE)
_FAKE = re.compile(r"@(?:TOKEN2?|PASSWORD|BASE64|SECRET)@")
_HEAD = """\
# Rules for code

What `kintone-lint` finds. An error and a warning both count: `--ignore` or a suppression says
otherwise. In the examples `<secret>` stands for a credential.
"""
FAMILIES = {
    "KL0": "The linter itself",
    "KL1": "Credentials",
    "KL2": "Paths",
    "KL3": "Headers and transport",
}


@dataclass(frozen=True)
class Explanation:
    """A rule for people: `bad` is found, `fixed` is what a fix makes of it, `good` is not found.

    `source` is "" and `facts` are none for a rule that is about the linter and not about Kintone.
    `cwe`, `score` and `kind` are as in `Rule`.
    """

    code: str
    severity: Severity
    statement: str
    why: str
    instead: str
    bad: str
    fixed: str | None
    good: str
    since: str
    fixable: Fixable
    source: str = ""
    facts: tuple[str, ...] = ()
    cwe: int | None = None
    score: str = ""
    kind: str = "maintainability"

    @property
    def name(self) -> str:
        return codes.names()[self.code]

    @property
    def examples(self) -> Iterator[tuple[str, str]]:
        """Title and code of each."""
        yield "Found:", self.bad
        if self.fixed is not None:
            yield "After the fix:", self.fixed
        yield "Not found:", self.good


_REQUEST = 'import requests\n\nrequests.get("https://demo.cybozu.com/k/v1/{}app.json?id=1")'
_UNUSED = Explanation(
    code=codes.UNUSED,
    severity=Severity.WARNING,
    statement="A suppression has no effect.",
    why="It hides the next finding, or does not do what it is there for.",
    instead="Remove it, as `--fix` does; name a rule that there is, as in `ignore[KL101]`.",
    bad=f"{_REQUEST.format('')}  # kintone-lint: ignore[KL201]\n",
    fixed=f"{_REQUEST.format('')}\n",
    good=f"{_REQUEST.format('guest/5/')}  # kintone-lint: ignore[KL201] to see it fail\n",
    since="0.1.0",
    fixable=Fixable.SAFE,
)


def explanations() -> list[Explanation]:
    """Every rule, by code."""
    return [_UNUSED, *map(_of, all_rules())]


def _of(rule: Rule) -> Explanation:
    bad = rule.bad[0]
    return Explanation(
        rule.code,
        rule.severity,
        rule.statement,
        rule.why,
        rule.instead,
        _plain(bad.code),
        None if bad.fixed is None else _plain(bad.fixed),
        _plain(rule.good[0]),
        rule.since,
        rule.fixable,
        rule.source,
        rule.facts,
        rule.cwe,
        rule.score,
        rule.kind,
    )


def _plain(example: str) -> str:
    return _FAKE.sub("<secret>", _MARK.sub("", example))


def listed() -> str:
    """Each rule on a line: code, name, severity, whether it has fixes, statement."""
    width = max(len(name) for name in codes.names().values())
    return "".join(
        f"{rule.code}  {rule.name:<{width}}  {rule.severity:<7}  {rule.fixable:<10}"
        f"  {rule.statement}\n"
        for rule in explanations()
    )


def explained(word: str) -> str:
    """The page of a rule, by code or name. Raises UsageError."""
    meant = codes.expand(word)
    for rule in explanations():
        if {rule.code} == meant:
            examples = "".join(f"\n{title}\n\n{_indented(text)}" for title, text in rule.examples)
            source = f"Source: {rule.source}\n" if rule.source else ""
            return (
                f"{rule.code} {rule.name} ({rule.severity}, {rule.fixable}, since {rule.since})\n\n"
                f"{rule.statement}\n\n"
                f"Why: {rule.why}\nInstead: {rule.instead}\n{source}{examples}"
            )
    known = [*codes.names(), *codes.names().values()]
    hint = codes.suggestion(word, known)
    if word.upper().startswith("KC"):
        hint = f" `kintone-conformance explain {word}` explains a requirement of the suite."
    raise UsageError(f"no rule {word!r}.{hint}")


def _indented(example: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in example.splitlines())


def page() -> str:
    """All rules as Markdown, for rules.md."""
    parts = [_HEAD]
    for family, title in FAMILIES.items():
        parts.append(f"## {family}xx {title}\n")
        parts += [_section(rule) for rule in explanations() if rule.code.startswith(family)]
    return "\n".join(parts) + "\n"


def _section(rule: Explanation) -> str:
    facts = ", ".join(f"[{fact}](#{fact.lower()})" for fact in rule.facts)
    source = f"Source: <{rule.source}> ({facts}). " if rule.source else ""
    return f"### {rule.code} {rule.name}\n\n{markdown(rule)}\n{source}Since {rule.since}.\n"


def markdown(rule: Explanation) -> str:
    """A rule without its heading and source."""
    examples = "".join(f"{title}\n\n```python\n{text}```\n\n" for title, text in rule.examples)
    return (
        f"**{rule.severity}.** {rule.statement}\n\n"
        f"{rule.why}\n\n"
        f"{examples}"
        f"**Fix.** {rule.instead}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
