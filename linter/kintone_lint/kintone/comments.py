"""Credentials in comments: tokens, logins, commands, URLs, assignments that are commented out.

Judges texts, not code.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.commands import in_command
from kintone_lint.kintone.connections import in_connection, in_url
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, Written, credential_kind
from kintone_lint.patterns import regex

_LONGEST = 2_000  # characters of a comment that are looked at beside its tokens
_NEAR = 200  # characters before a secret that may hold its name
# Without one of these no comment holds anything.
_WORTH = regex(
    r"(?i)passw|(?<![a-z])(?:pass|pw|pwd|passphrase)(?![a-z])|secret|token|authori[sz]ation"
    r"|kintone|cybozu|kntn|://|curl"
)
_ASSIGNED = regex(
    r"""#[#\s]{0,20}(?:self\.|[\w.]{0,80}\[["'])?(?P<name>\w{2,80})(?:["']\])?\s*(?::\s*\w+\s*)?=\s*"""
    r"""[rRbBuU]{0,2}(?P<quote>["'])(?P<value>[^"'\\\n]{4,200})(?P=quote)\s*(?:[,);#]|$)"""
)
_NAME = regex(r"[A-Za-z0-9_]")
_LOGIN = regex(r"(?i)cybozu|auth")


def in_comment(text: str) -> Iterator[Written]:
    """The tokens, logins, commands and URLs in a comment with its `#`."""
    for token in secrets.tokens_in(text):
        if not secrets.other_service(line_before(text, token.start())):
            yield Written(*token.span(), CredentialKind.TOKEN, "")
    if len(text) > _LONGEST:
        return
    for login in secrets.logins_in(text):
        before = line_before(text, login.start())
        if _LOGIN.search(before) and not secrets.other_service(before):
            yield Written(*login.span(), CredentialKind.PASSWORD_HEADER, "")
    yield from (*in_url(text), *in_connection(f" {text[1:]}"), *in_command(text))


def former_value(text: str) -> Written | None:
    """The value of an assignment that is commented out, if its name holds a credential."""
    match = _ASSIGNED.search(text[:_LONGEST])
    if match is None:
        return None
    name, value = match["name"], match["value"]
    kind = credential_kind(name, own=True)
    if kind is None or secrets.other_service(name):
        return None
    if kind in (CredentialKind.TOKEN, CredentialKind.OAUTH):
        known = bool(KINTONE_NAME.search(name)) and not secrets.weak(value, name)
    else:
        known = not secrets.no_password(value, name)
    return Written(*match.span("value"), kind, name) if known else None


def may_hold_credential(text: str) -> bool:
    """Whether a comment of a text of Python can hold one; only then a tokenizer has to look.

    A `#` in a string counts as well.
    """
    return any(former_value(tail) or any(True for _ in in_comment(tail)) for tail in _tails(text))


def _tails(text: str) -> Iterator[str]:
    """What follows the first `#` of each line that is worth a look."""
    if "#" not in text or not (_WORTH.search(text) or secrets.TOKEN.search(text)):
        return
    for line in text.splitlines():
        at = line.find("#")
        if at >= 0 and (_WORTH.search(line, at) or secrets.TOKEN.search(line, at)):
            yield line[at:]


def line_before(text: str, at: int) -> str:
    """What is before a secret in its line of a longer text: often its name."""
    near = max(at - _NEAR, 0)
    start = max(text.rfind("\n", near, at), text.rfind(",", near, at)) + 1 or near
    while at > start and not _NAME.match(text, at - 1):
        at -= 1
    return text[start:at][-40:]
