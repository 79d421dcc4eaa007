"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_lint import secrets

MASK = "****"
SHORT = 3
"""Characters of a secret that is not searched for in texts: it stands in too many words."""


def worth_masking(found: Iterable[str]) -> tuple[str, ...]:
    """The secrets that a text can be searched for, the longest first."""
    return tuple(sorted({text for text in found if len(text) > SHORT}, key=len, reverse=True))


def masked(text: str, secret_texts: Iterable[str]) -> str:
    """A text without the secrets that were found, and without anything shaped like a token."""
    for secret in secret_texts:
        text = text.replace(secret, MASK)
    return secrets.TOKEN.sub(MASK, text)


def masked_quotes(message: str, secret_texts: Iterable[str]) -> str:
    """A message without secrets, and without what could be a piece of a token that it quotes."""
    return secrets.FRAGMENT.sub(
        lambda found: found[0] if secrets.made_of_words(found[0]) else MASK,
        masked(message, secret_texts),
    )
