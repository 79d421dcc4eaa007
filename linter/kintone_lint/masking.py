"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_lint import secrets

MASK = "****"


def worth_masking(found: Iterable[str]) -> tuple[str, ...]:
    """The secrets that a text can be searched for, the longest first."""
    return tuple(sorted({text for text in found if len(text) > 3}, key=len, reverse=True))


def masked(text: str, secret_texts: Iterable[str]) -> str:
    """A text without the secrets that were found, and without anything shaped like a token."""
    for secret in secret_texts:
        text = text.replace(secret, MASK)
    return secrets.TOKEN.sub(MASK, text)
