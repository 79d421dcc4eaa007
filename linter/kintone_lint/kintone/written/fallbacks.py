"""Whether a credential in a text is what is taken if a setting is missing: `${NAME:-secret}`."""

from __future__ import annotations

from kintone_lint.patterns import regex

_FAR = 240  # characters before a credential that may say so
_BEFORE = regex(
    r"(?:"
    # A shell, compose; Spring; the Serverless Framework; GitHub Actions.
    r"\$\{\w{1,120}:?[-=][\"']?"
    r"|\$\{[A-Za-z_][\w.]{0,120}:[\"']?"
    r"|\$\{(?:env|opt|param|ssm|self)[:.][\w.:/${}-]{1,120},\s{0,5}[\"']?"
    r"|\$\{\{[^{}\n]{1,150}\|\|\s{0,5}[\"']"
    # Code: what reads a variable or a property, and an operator or a method after it.
    r"|(?:(?i:getenv|environmentvariable|getproperty|env::var|\$_env|\$_server)|\benv\b|\bENV\b|environ)"
    r"[^;\n]{0,120}?(?:\|\||\?\?|\?:|\bor\b|//|orElse\w{0,5}\(|unwrap_or\w{0,10}\((?:\|\w?\|)?)\s{0,5}[\"'`]"
    r"|(?i:getenv|\benv|fetch|getordefault|getproperty|lookup)\(\s{0,5}[\"'`][\w.-]{1,120}[\"'`],\s{0,5}[\"'`]"
    r")$"
)


def is_fallback(text: str, start: int) -> bool:
    """Whether what is before an offset in its line reads a setting: then its fallback follows."""
    near = max(text.rfind("\n", 0, start) + 1, start - _FAR)
    return _BEFORE.search(text, near, start) is not None
