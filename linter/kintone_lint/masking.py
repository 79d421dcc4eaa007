"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_lint import secrets

MASK = "****"
SHORT = 3
"""Characters of a secret that is not searched for in texts: it stands in too many words."""

_FEW = 30  # secrets that are looked for one by one
_START = SHORT + 1  # characters that all of them have


class Hidden(tuple[str, ...]):
    """Secrets, the longest first, and which of them start alike."""

    starts: dict[str, list[str]]

    def within(self, text: str) -> Iterable[str]:
        """Those that can stand in a text; each place of it is looked at once."""
        if len(self) <= _FEW:
            return self
        near = {text[at : at + _START] for at in range(len(text) - _START + 1)} & self.starts.keys()
        return sorted(
            (each for start in near for each in self.starts[start]), key=len, reverse=True
        )


def worth_masking(found: Iterable[str]) -> Hidden:
    """The secrets that a text can be searched for, the longest first."""
    texts = sorted({text for text in found if len(text) > SHORT}, key=len, reverse=True)
    hidden = Hidden(texts)
    hidden.starts = {}
    for text in texts:
        hidden.starts.setdefault(text[:_START], []).append(text)
    return hidden


def masked(text: str, hidden: Hidden | None = None) -> str:
    """A text without the secrets that were found, and without anything shaped like a token."""
    for secret in hidden.within(text) if hidden else ():
        text = text.replace(secret, MASK)
    return secrets.TOKEN.sub(MASK, text)


def masked_quotes(message: str, hidden: Hidden | None = None) -> str:
    """A message without secrets, and without what could be a piece of a token that it quotes."""
    return secrets.FRAGMENT.sub(
        lambda found: found[0] if secrets.made_of_words(found[0]) else MASK,
        masked(message, hidden),
    )
