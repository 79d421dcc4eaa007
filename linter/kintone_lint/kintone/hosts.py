"""Which URLs are those of Kintone."""

from __future__ import annotations

import re

from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.values import Literal, Text, Value

_OTHER_PRODUCT = regex(r"(?i)https?://[^/?#]*/+(?!k(?:[/?#]|$)|v1/|guest/|\{)(?=.)")
_LONGEST = 4_000  # characters of a URL that are looked at


def shown(value: Value) -> str:
    """A text with `{}` for what is not known; "" for another value."""
    if not isinstance(value, Text):
        return ""
    if len(value.parts) == 1 and isinstance(value.parts[0], Literal):
        return value.parts[0].text[:_LONGEST]
    return "".join(getattr(part, "text", "{}")[:_LONGEST] for part in value.parts)


def elsewhere(value: Value) -> bool:
    """Whether a URL names a host that is not Kintone's: a stub, or another service."""
    host = re.match(r"(?i)https?://([^/?#]*)", shown(value))
    return bool(host and "{" not in host[1] and not HOST.search(host[1]))


def other_product(value: Value) -> bool:
    """Whether a URL is one of another product on a host of Kintone, such as Garoon."""
    return _OTHER_PRODUCT.match(shown(value)) is not None


def is_kintone(value: Value) -> bool:
    """Whether a URL is a Kintone URL: by its host, or by its path if the host is a stub."""
    text = shown(value)
    if elsewhere(value):
        return "/k/v1/" in text or "/k/guest/" in text
    return bool(HOST.search(text[:200]) or re.search(r"/k/(?:v1|guest)(?:/|$)", text))
