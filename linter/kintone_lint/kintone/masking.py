"""Keeps secrets out of everything that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from kintone_lint.kintone import secrets
from kintone_lint.patterns import regex

MASK = "****"
SHORT = 3
"""Characters of a secret that is not searched for in texts: it is in too many words."""

_START = SHORT + 1  # characters that all of them have
_PIECE = 8  # characters of a secret in a row that tell too much
_RUN = regex(rf"[0-9A-Za-z]{{{_PIECE},}}")


class Hidden(tuple[str, ...]):
    """Secrets, the longest first."""

    def within(self, text: str) -> list[str]:
        """Those that are in a text, the longest first; each place is looked at once."""
        near = {
            text[at : at + length]
            for at in range(len(text) - _START + 1)
            for length in self._lengths.get(text[at : at + _START], ())
        }
        return sorted(near & self._whole, key=lambda each: (-len(each), each))

    def holds_piece(self, run: str) -> bool:
        """Whether a run of characters is a piece of one of them."""
        return run in self._joined

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(self)

    @cached_property
    def _joined(self) -> str:
        return "\0".join(self)

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How long those are that start alike."""
        found: dict[str, dict[int, None]] = {}
        for each in self:
            found.setdefault(each[:_START], {})[len(each)] = None
        return {start: [*lengths] for start, lengths in found.items()}


def worth_masking(found: Iterable[str]) -> Hidden:
    """The secrets that a text can be searched for, the longest first."""
    return Hidden(sorted({text for text in found if len(text) > SHORT}, key=len, reverse=True))


def masked(text: str, hidden: Hidden | None = None) -> str:
    """A text without the secrets that were found, and without anything shaped like a token."""
    for secret in hidden.within(text) if hidden else ():
        text = text.replace(secret, MASK)
    return secrets.TOKEN.sub(lambda found: found[0] if secrets.is_digest(found[0]) else MASK, text)


def masked_quotes(message: str, hidden: Hidden | None = None) -> str:
    """A message without secrets, and without what could be a piece of a token that it quotes."""
    text = masked(message, hidden)
    if hidden:
        text = _RUN.sub(lambda run: MASK if _is_piece(run[0], hidden) else run[0], text)
    return secrets.FRAGMENT.sub(
        lambda found: found[0] if secrets.made_of_words(found[0]) else MASK, text
    )


def _is_piece(run: str, hidden: Hidden) -> bool:
    return hidden.holds_piece(run) and not secrets.made_of_words(run)
