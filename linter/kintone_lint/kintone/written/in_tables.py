"""Passwords in the tables, classes and blocks of code that are Kintone's.

`kintone = { password: "…" }`, `&kintone.App{Password: "…"}`, `class KintoneConfig { … }`, and
`config :app, Kintone, password: "…"`: the names around a password say whose it is, and of these
the nearest. A variable there is what it was last set to before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.encoded import Encoded
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import BARE, KINDS, OF_CERTIFICATE, is_secret, quoted
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_MOST = 1_000  # of one text
_FAR = 1_200  # characters before a password that may say whose it is
_AFTER = 400
_QUOTED = quoted() + r"(?!\s{0,3}(?:\+|\.(?!into\(|to_\w{1,9}\()))"
_NAMED = r"(?P<next>(?:[$@]|this\.|self\.)?[A-Za-z_]\w{0,60})(?=\s{0,3}(?:[,})]|\r?\n))"
_PASSWORD = regex(
    r"(?i)(?:pass(?:wd|word|phrase)?|pwd?|secret|(?:o_?auth|access|refresh)_?token)(?![a-z])"
    r"(?:(?:[\"'`]?(?:\s?:\s?[A-Z]\w{0,20}|\s?\{\s?get;[^{}\n]{0,40}\})?\s{0,8}(?:=>|:=|[:=])\s{0,8}|\s{1,4})"
    + _QUOTED
    + r"|[\"']?\s{0,8}(?:=>|:)\s{0,8}"  # `password: word`, and `{ password }`
    + _NAMED
    + r"|(?P<short>)(?=\s{0,20}[,}]))"
)
_WORDS = (
    "pass", "pw", "secret", "oauthtoken", "oauth_token", "o_authtoken", "o_auth_token",
    "accesstoken", "access_token", "refreshtoken", "refresh_token",
)  # fmt: skip
_NAME = regex(r"(?:(?<![\w$-])(?P<owner>\w{1,40})\.)?(?<![\w$-])(?P<before>\w{0,30})$")
_WORD = regex(r"\w+")
_SHORT = regex(r"\{(?:\s{0,40}\w{1,40}\s?(?::\s?[^,{}()\n]{1,60})?,){0,3}\s{0,40}\Z")  # `{ user, …`
# What a brace closes that takes values out: `({ password }: Props) =>`, `{ password } = …`.
_TAKES = regex(
    r"\}[\s}]{0,20}(?::(?<=\}:)|=(?![=>])|\b(?:of|in|from)\b"
    r"|(?:[:,][^()\n]{0,60})?\)\s{0,9}(?:[{:]|=>))"
)
_MARK = regex(r"\"[^\"\n]*+\"|'[^'\n]*+'|`[^`\n]*+`|[(){}\[\]]")
_HEAD = regex(r"[^,;(){}\[\]\n]{0,200}$")  # what a bracket belongs to
_CODE = regex(r"\)\s*$|(?<![\"':])\b\w+\s*=>\s*$")  # of a function
_MADE = regex(r"(?<=[=(:,]\s)new\s[\w.]{1,60}(?=\s?\([^\n;{}]*$)")  # `= new Client(…) {` of C#
_KIND = regex(
    r"(?i)\b(?:class|struct|object|module|namespace|enum|interface|function|def|fn|func)\b"
)
_SAME = regex(r"(?i)\b(?:auth\w*|login|credentials?|account|user|basic\w*|options|config|gate)\b")
_WHOLE = regex(r"(?i)\b(?:return|exports|default|config|auth\w*|login|credentials?|account)\b")
_BASIC = regex(r"(?i)basic")
_AUTH = regex(r"(?i)\bauth[\"'`]?\s{0,3}(?:=>|[:=])\s{0,3}$")
# Clients of HTTP, which send what `auth` holds as Basic.
_HTTP = regex(r"(?i)\b(?:axios|got|needle|superagent|request|ky|http|client)(?:\.\w{1,20})?\s?$")
_TEXTS = regex(r"\"[^\"\n]*+\"|'[^'\n]*+'")
_FIRST_PAIR = regex(r"\b\w+:\s|=>|=")
_OTHERS = regex(r"\b(?:Repo|Endpoint|Mailer)\b")
_BLOCK = regex(r"\bdo\s{0,3}\|\s{0,3}(?P<name>\w{1,40})\s{0,3}\|")


def in_tables(subject: Subject, encoded: Encoded) -> Iterator[Found]:
    """What the tables of code give away; tests and samples hold dummies."""
    if subject.form.syntax is not Syntax.CODE or subject.in_test or subject.sample:
        return
    looked = 0
    for match in subject.matches(_PASSWORD, *_WORDS):
        if looked > _MOST:
            return
        if not subject.by_hand(match.start()):
            continue
        before = _NAME.search(subject.text, max(match.start() - 75, 0), match.start())
        word = _WORD.match(match[0])
        if before is None or word is None:
            continue
        name = before["before"] + word[0]
        kind = credential_kind(name, own=True)
        if kind not in KINDS or not BARE.fullmatch(name):
            continue
        variable = "" if match["value"] else match["next"] or name
        if variable and not _is_handed(subject, encoded, match, before.start(), variable):
            continue
        looked += 1
        owner = _owner(subject, before["owner"], before.start())
        if owner is None:
            continue
        if owner.kind and kind is CredentialKind.PASSWORD:
            kind = owner.kind
        places: Iterable[tuple[int, int]] = [match.span("value")]
        if variable:
            at = match.start("next") if match["next"] else before.start()
            places = encoded.of_name(variable, at)
        for start, end in places:
            if is_secret(subject.text[start:end], kind, name):
                found = Found(start, end, kind, name)
                yield found if owner.sure else found.unsure()


def _is_handed(
    subject: Subject, encoded: Encoded, match: re.Match[str], start: int, variable: str
) -> bool:
    """Whether a variable is what a table is given, not a type nor what is taken out of one."""
    text = subject.text
    if not match["next"] and not _SHORT.search(text, max(start - 75, 0), start):
        return False
    return encoded.is_set(variable) and not _TAKES.match(text, _closed(text, match.end()))


class _Owner:
    """Kintone: by a name, or only by an address beside it. `kind`: of a password there."""

    def __init__(self, *, sure: bool, kind: CredentialKind | None = None) -> None:
        self.sure = sure
        self.kind = kind


def _owner(subject: Subject, name: str | None, at: int) -> _Owner | None:
    """Whose a password is, which may be an attribute of a name; None if it is not Kintone's."""
    text = subject.text
    low = text.rfind("\n", 0, max(at - _FAR, 0) + 1) + 1
    if name and name.lower() not in ("this", "self"):
        return _of_object(text, name, low, at)
    kind = None
    near = True  # whether the table is still about the same account
    around = _opened(text, max(low, at - 2 * _FAR), at)
    plain = bool(around)  # whether the tables are what the file is about
    for opened in reversed(around):
        head = _head(text, low, opened)
        if head is None or secrets.names_other_service(head):
            return None
        if kind is None and _BASIC.search(head):
            kind = CredentialKind.BASIC
        elif kind is None and OF_CERTIFICATE.search(head):
            kind = CredentialKind.CERTIFICATE
        if KINTONE_NAME.search(head):
            return _Owner(sure=True, kind=kind)
        if _KIND.search(head):
            return None
        if near and HOST.search(_table(text, opened, at)):
            return _Owner(sure=False, kind=kind or _of_client(text, low, around))
        near = near and bool(not head.strip() or _SAME.search(head))
        plain = plain and bool(not head.strip() or _WHOLE.search(head))
    if subject.own and plain:
        return _Owner(sure=False, kind=kind)
    return _of_statement(text, low, at)


def _of_client(text: str, low: int, around: list[int]) -> CredentialKind | None:
    """What a client of HTTP makes of a password in its `auth`: `axios.get(url, {auth: {…}})`."""
    heads = [_head(text, low, opened) or "" for opened in around]
    if any(map(_AUTH.search, heads)) and any(map(_HTTP.search, heads)):
        return CredentialKind.BASIC
    return None


def _opened(text: str, low: int, at: int) -> list[int]:
    """The brackets before an offset that are not shut, the outermost first."""
    stack: list[int] = []
    for mark in _MARK.finditer(text, low, at):
        if mark[0] in "([{":
            stack.append(mark.start())
        elif mark[0] in ")]}" and stack:
            stack.pop()
    return stack


def in_another_block(text: str, at: int) -> bool:
    """Whether an offset is in a block with a name of its own, of which nothing is Kintone's."""
    low = max(at - _FAR, 0)
    if text.rfind("{", low, at) < 0:
        return False
    for opened in reversed(_opened(text, low, at)):
        head = _head(text, low, opened) or ""
        if KINTONE_NAME.search(head) or HOST.search(_table(text, opened, at)):
            return False
        if text[opened] == "{" and head.strip():
            return True
    return False


def _head(text: str, low: int, opened: int) -> str | None:
    """What is before a bracket; None if it is the body of a function."""
    before = text[max(low, opened - 200) : opened].rstrip()
    if text[opened] == "{" and _CODE.search(before):
        made = _MADE.search(before)
        return made[0] if made else None
    head = _HEAD.search(before)
    return head[0] if head else ""


def _table(text: str, opened: int, at: int) -> str:
    """The text of a table around an offset, as far as it is near."""
    return text[opened : _closed(text, at)]


def _closed(text: str, at: int) -> int:
    """Where the bracket that an offset is in closes, or how far that was looked for."""
    depth = 0
    for mark in _MARK.finditer(text, at, at + _AFTER):
        if mark[0] in "([{":
            depth += 1
        elif mark[0] in ")]}":
            depth -= 1
            if depth < 0:
                return mark.start()
    return at + _AFTER


def _of_statement(text: str, low: int, at: int) -> _Owner | None:
    """Of a statement without brackets, whose lines end in commas: what is before its first pair."""
    start = text.rfind("\n", low, at) + 1
    while start > low + 1 and text.endswith(",", low, start - 1):
        start = text.rfind("\n", low, start - 1) + 1
    start = max(start, low, *(text.rfind(end, low, at) + 1 for end in ";}"))
    statement = text[start:at]
    pair = _FIRST_PAIR.search(statement)
    head = _TEXTS.sub("", statement[: pair.start()] if pair else "")
    if _OTHERS.search(head) or secrets.names_other_service(statement):
        return None
    return _Owner(sure=True) if KINTONE_NAME.search(head) else None


def _of_object(text: str, name: str, low: int, at: int) -> _Owner | None:
    """Of an attribute: its object is called Kintone's, or is that of a block of Kintone's."""
    if secrets.names_other_service(name):
        return None
    if KINTONE_NAME.search(name):
        return _Owner(sure=True)
    blocks = [each.start() for each in _BLOCK.finditer(text, low, at) if each["name"] == name]
    if not blocks or "\nend" in text[low:at]:
        return None
    head = text[max(text.rfind("\n", low, blocks[-1]) + 1, blocks[-1] - 200) : blocks[-1]]
    return _Owner(sure=True) if KINTONE_NAME.search(head) else None
