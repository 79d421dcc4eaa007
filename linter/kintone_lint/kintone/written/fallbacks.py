"""What is taken if a setting is missing: `${NAME:-secret}`, `env.NAME ?? "secret"`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_lint.kintone.names import KINTONE_NAME, credential_kind
from kintone_lint.kintone.written.text import OWN_WORDS, Found, Subject
from kintone_lint.kintone.written.values import KINDS, is_secret, quoted
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
    r"|(?:(?i:get_?env|environmentvariable|getproperty|env::var|\$_env|\$_server)|\benv\b|\bENV\b|environ)"
    r"[^;\n]{0,120}?(?:\|\||\?\?|\?:|\bor\b|//|orElse\w{0,5}\(|unwrap_or\w{0,10}\((?:\|\w?\|)?)\s{0,5}[\"'`]"
    r"|(?i:get_?env|\benv|fetch|getordefault|getproperty|lookup)\(\s{0,5}[\"'`][\w.-]{1,120}[\"'`],\s{0,5}[\"'`]"
    # Templates.
    r"|\|\s{0,3}default\s{0,3}[:(]?\s{0,3}[\"']"
    r")$"
)
_MOST = 2_000  # names of one text
_QUOTED = quoted() + r"(?!\s{0,3}(?:\+|\.(?!to_|into)))"
_NAMED = regex(
    r"(?i)(?:kintone|cybozu|kntn)\w{0,60}+(?:"
    # The value of a shell, and of make.
    r":?[-=](?P<filled>[^\s{}$\"'`]{4,200})\}"
    r"|[ \t]*+\?=[ \t]*+(?P<line>[^\s\"']{4,200})(?=[ \t]*$)"
    # An operator, a method or a block after what reads the setting; a filter of a template.
    r"|[\"'`]?[\])}]{0,2}(?:\s{0,5}(?:\|\||\?\?=?|\?:|(?<=\})\s?//|\bor\b)|\)?\s{0,2}\{"
    r"|\.(?:unwrap_or\w{0,10}|or_?else\w{0,5}|get_?or_?else)\((?:\|\w?\|)?"
    r"|\s{0,3}\|\s{0,3}default\s{0,3}[:(]?)\s{0,5}" + _QUOTED + ")",
    re.MULTILINE,
)
# Spring, and what is like it: `${kintone.password:…}`.
_SPRING = regex(
    r"\$\{(?P<name>[A-Za-z][\w.-]{0,100}):"
    r"(?P<value>[^\s{}$\"'`:+?=#-][^\s{}$\"'`]{3,200})\}"
)
_WORD = regex(r"\w+")
_START = regex(r"\w{0,40}$")


def in_fallbacks(subject: Subject) -> Iterator[Found]:
    """What names of Kintone's settings are followed by; tests and samples hold dummies."""
    if subject.in_test or subject.sample or subject.document:
        return
    text = subject.text
    for number, match in enumerate(subject.matches(_NAMED, *OWN_WORDS)):
        if number > _MOST:
            return
        if not subject.by_hand(match.start()):
            continue
        before = _START.search(text, max(match.start() - 40, 0), match.start())
        word = _WORD.match(match[0])
        name = (before[0] if before else "") + (word[0] if word else "")
        kind = credential_kind(name, own=True)
        group = next(each for each in ("filled", "line", "value") if match[each])
        if kind in KINDS and is_secret(match[group], kind, name):
            yield Found(*match.span(group), kind, name, fallback=True)
    for number, match in enumerate(_SPRING.finditer(text)):
        name = match["name"].replace(".", "_")
        kind = credential_kind(name, own=True)
        own = kind in KINDS and KINTONE_NAME.search(name) and subject.by_hand(match.start())
        if number < _MOST and kind and own and is_secret(match["value"], kind, name):
            yield Found(*match.span("value"), kind, name, fallback=True)


def is_fallback(text: str, start: int) -> bool:
    """Whether what is before an offset in its line reads a setting: then its fallback follows."""
    near = max(text.rfind("\n", 0, start) + 1, start - _FAR)
    return _BEFORE.search(text, near, start) is not None
