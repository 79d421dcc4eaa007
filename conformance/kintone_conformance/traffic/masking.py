"""Takes credentials out of everything that is shown of traffic: they are real, and somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding, Fixed
from kintone_conformance.judging.headers import unbase64
from kintone_conformance.judging.spelling import spellings
from kintone_conformance.model import Wire
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.wires import Effective

MASK = "****"
_SHORTEST = 4  # characters of a credential that is looked for in texts
_LONGEST = 2_000  # characters of a request that is shown
_SENSITIVE = (
    r"[\w\-]*(?:password|passwd|secret|token|authorization|api-?key|cookie|credential|auth(?!or))"
    r"[\w\-]*"
)
_HEADER = re.compile(rf"(?im)^({_SENSITIVE}): (?:(basic|bearer) )?(?=\S).*$")
_IN_JSON = re.compile(rf'(?i)("{_SENSITIVE}"\s*:\s*)"(?:[^"\\]|\\.)*"?')
_IN_FORM = re.compile(rf"(?im)((?:^|[?&])(?:{_SENSITIVE}|code)=)[^&\s]+")
_QUOTED = re.compile(r"'[^']{2,}'?|\"[^\"]{2,}\"?")
_ABOUT_CREDENTIALS = ("KC1", "KC2", "KC3", "KC6")
_SPLIT = re.compile(r"[,;\s]+")


class Masks:
    """What must not be shown of the traffic at hand: what is known, and what a request holds."""

    def __init__(self, known: NamedCredentials) -> None:
        texts = [held.text for held in known.secrets]
        texts += [f"{auth.login}:{auth.password or ''}" for auth in known.passwords]
        self._known = [*_written(texts)]

    def text(self, text: str, wire: Wire, sent: Effective) -> str:
        """A text without any credential that is known or in the request."""
        return self.without(text, _of(wire, sent))

    def without(self, text: str, secrets: Iterable[str]) -> str:
        """A text without any credential that is known, nor any of these."""
        hidden = {*self._known, *secrets}
        for each in sorted(hidden, key=lambda each: (-len(each), each)):
            if len(each) >= _SHORTEST:
                text = text.replace(each, MASK)
        return text

    def wire(self, wire: Wire, sent: Effective) -> str:
        """A request as people are shown it."""
        shown = wires.shown(wire, limit=4 * _LONGEST)
        head, gap, body = shown.partition("\n\n")
        head = _HEADER.sub(lambda m: f"{m[1]}: {m[2] + ' ' if m[2] else ''}{MASK}", head)
        body = _IN_JSON.sub(rf'\1"{MASK}"', body)
        whole = _IN_FORM.sub(rf"\1{MASK}", head + gap + body)
        whole = self.text(whole, wire, sent)
        return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}… (cut)"

    def finding(self, finding: Finding, wire: Wire, sent: Effective) -> Finding:
        """A finding without credentials.

        If it is about a credential, only its scheme and length are shown.
        """
        if not finding.requirement.startswith(_ABOUT_CREDENTIALS):
            return Finding(finding.requirement, *(self._plain(t, wire, sent) for t in finding[1:]))
        message = _QUOTED.sub(f"'{MASK}'", self._plain(finding.message, wire, sent))
        return Finding(finding.requirement, message, _form(finding.expected), _form(finding.sent))

    def _plain(self, text: str, wire: Wire, sent: Effective) -> str:
        text = _IN_JSON.sub(rf'\1"{MASK}"', _IN_FORM.sub(rf"\1{MASK}", text[:_LONGEST]))
        text = _HEADER.sub(lambda m: f"{m[1]}: {MASK}", text)
        return self.text(text, wire, sent)


def _form(value: str) -> str:
    """What may be shown of a credential: that it is there, after which word, and how long it is."""
    if not value or isinstance(value, Fixed):
        return str(value)
    scheme, blank, rest = value.partition(" ")
    if blank and scheme.lower() in ("basic", "bearer"):
        return f"{scheme} {MASK} ({len(rest)} characters)"
    return f"{MASK} ({len(value)} characters)"


def _of(wire: Wire, sent: Effective) -> Iterator[str]:
    """The credentials in the headers of a request, whole and in their parts, and decoded."""
    names = (PASSWORD_HEADER, TOKEN_HEADER, AUTHORIZATION, "Proxy-Authorization", "Cookie")
    for name in names:
        for raw in wire.values(name):
            value = wires.text(raw).strip()
            yield value
            for piece in _SPLIT.split(value):
                if piece.lower() not in ("basic", "bearer"):
                    yield from _pieces(piece)
    yield from sent.request_tokens


def _pieces(piece: str) -> Iterator[str]:
    yield piece
    if "=" in piece:
        yield piece.partition("=")[2]
    decoded = (unbase64(piece) or b"").decode("utf-8", "replace")
    if ":" in decoded and decoded.isprintable():
        yield decoded
        yield decoded.partition(":")[2]
        yield piece.rstrip("=")
        yield piece.replace("-", "+").replace("_", "/")


def _written(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield text
        if len(text) >= 8:
            yield from (each.decode("utf-8", "replace") for each in spellings(text))
