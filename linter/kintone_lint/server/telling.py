"""A rule in a few words: its title, why it matters, what to do, and where more is said."""

from __future__ import annotations

from kintone_lint.pages import page_of
from kintone_lint.rules.explain import explanation


def in_markdown(code: str) -> str:
    """A rule, by its code, as Markdown."""
    rule = explanation(code).rule
    page = page_of(code, rule.name)
    title = f"**{rule.code} {rule.name}** ({rule.severity})"
    more = f"[{rule.code} in the rules]({page})" if page else f"`{_explain(code)}` says more."
    return f"{title}\n\n{rule.statement}\n\n{rule.why}\n\n**Fix.** {rule.instead}\n\n{more}"


def in_words(code: str) -> str:
    """The same as plain text."""
    rule = explanation(code).rule
    page = page_of(code, rule.name)
    title = f"{rule.code} {rule.name} ({rule.severity})"
    more = page or f"{_explain(code)} says more."
    return f"{title}\n\n{rule.statement}\n\n{rule.why}\n\nFix: {rule.instead}\n\n{more}"


def _explain(code: str) -> str:
    return f"kintone-lint explain {code}"
