"""Mutants of KC2xx: API tokens."""

from __future__ import annotations

import re

from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import ApiTokens
from zoo.registry import mutant


@mutant("KC201")
class CutsTheToken(KintoneClient):
    """Keeps the first 48 characters of a token."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        return super().token_value(tuple(token[:48] for token in tokens))


@mutant("KC202")
class DropsTheLastToken(KintoneClient):
    """Leaves out the last of several tokens."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        return super().token_value(tokens[: max(1, len(tokens) - 1)])


@mutant("KC203")
class RefusesNineTokens(KintoneClient):
    """Takes the limit of nine tokens for less than nine."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        if len(tokens) == 9:
            raise ValueError("too many API tokens")
        return super().token_value(tokens)


@mutant("KC204")
class DropsTheTenthToken(KintoneClient):
    """Sends the first nine tokens and drops the others silently."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        return super().token_value(tokens[:9])


@mutant("KC205")
class SplitsTheHeader(KintoneClient):
    """Writes the lines of a token that look like headers as headers."""

    def auth_headers(self) -> dict[str, str]:
        given = ",".join(self.auth.tokens) if isinstance(self.auth, ApiTokens) else ""
        token, *lines = given.split("\r\n")
        more = dict(line.split(": ", 1) for line in lines if ": " in line)
        if not more:
            return super().auth_headers()
        return {**self.gate_headers(), "X-Cybozu-API-Token": token, **more}


@mutant("KC207")
class StripsLineBreaks(KintoneClient):
    """Removes CR, LF and NUL from a token and sends what is left."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        return super().token_value(tuple(re.sub(r"[\r\n\0]", "", token) for token in tokens))


@mutant("KC206")
class SendsNonAscii(KintoneClient):
    """Sends tokens outside ASCII as their UTF-8 bytes."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        if any(re.search(r"[^\0-\x7f]", token) and token.isprintable() for token in tokens):
            return ",".join(tokens).encode("utf-8")  # type: ignore[return-value]
        return super().token_value(tokens)


@mutant("KC207")
class DropsNonAscii(KintoneClient):
    """Drops the characters of a token that are outside ASCII and sends the rest."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        kept = (re.sub(r"[^\0-\x7f]", "", token) for token in tokens)
        return super().token_value(tuple(kept))


@mutant("KC208")
class LetsNulPass(KintoneClient):
    """Checks tokens for everything but NUL."""

    def token_value(self, tokens: tuple[str, ...]) -> str:
        if any("\0" in token for token in tokens):
            super().token_value(tuple(token.replace("\0", "0") for token in tokens))
            return ",".join(tokens)
        return super().token_value(tokens)
