"""Passwords that a client or an SDK is handed by position: `authByPassword("sato", "…")`.

Or in a variable with the name of one, where it was last set to a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, credential_kind
from kintone_lint.kintone.words import HOST
from kintone_lint.kintone.written.encoded import Encoded
from kintone_lint.kintone.written.near import ENDED, beside_kintone
from kintone_lint.kintone.written.text import Found, Subject
from kintone_lint.kintone.written.values import BARE, KINDS, is_secret, quoted
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_MOST = 1_000  # calls of one text
_NEAR = 400  # characters before and after a call that its statement may have
_SECRET = quoted(100)
_LABEL = r"(?:[\"']?\w{1,30}[\"']?\s?(?::|=>|=)\s?)?"  # of an argument with a name
_FIRST = (
    r"\s{0,40}(?:%?\{\s?)?" + _LABEL + r"(?:[\"'`][^\"'`\n]{0,128}[\"'`]|[\w$.@>-]{1,60}(?:\(\))?)"
    r"(?:\s{0,3},\s{0,40}|(?<=[\"'])\s{1,9}(?=[\"']))" + _LABEL + r"(?:Some\()?"
)
# Of the SDKs of Kintone: a login name and its password.
_PASSWORDS = regex(
    r"(?i)(?:auth_?by_?password|(?:set|with)_?password(?:_?auth(?:entication)?)?)\s?\("
    + _FIRST
    + _SECRET
)
# Of many clients: those of the gate.
_GATES = regex(
    r"(?i)(?:basic[-_]?auth\w{0,30}[\"']?\s{0,3}(?:[\s(,]|[:=]\s?[{\[(])"
    r"|\bcredentials\.basic\(|:basic,|\.auth\.basic\(|auth_basic\(|(?<![\w.])authenticate\(|\bauthenticate\(\{?(?=\s{0,9}user)"
    r"|authorization_basic\(|\bnetworkcredential\(|\.auth\()" + _FIRST + _SECRET
)
_PAIR = regex(r"(?i)\bauth[\"']?\s{0,3}(?:=>|[:=])\s{0,3}[\[(]" + _FIRST + _SECRET)
_JOINED = r"(?P<quote>[\"'])[^\"'\n:$#{]{1,128}:(?P<value>[^\"'\n$#{]{4,64})(?P=quote)"
_LOGIN = regex(r"(?i)(?:\bauth[\"']?\s{0,3}(?:=>|[:=])|:basic,)\s{0,3}" + _JOINED)
_USERPWD = regex(
    r"CURLOPT_USERPWD[\"']?\s{0,3}(?:,|=>)\s{0,3}"
    r"(?:[\"'][^\"'\n:]{1,128}(?:[\"']\s?\.\s?[\"'])?:[\"']\s?\.\s?"
    + _SECRET
    + "|"
    + _JOINED.replace("quote", "mark").replace("value", "joined")
    + ")"
)
# A request that is opened with a login name and its password, as in VBA.
_OPENED = regex(
    r"(?i)\.open[\s(]\s{0,9}[\"']\w{1,9}[\"']\s{0,3},\s{0,9}[\"'](?P<host>[^\"'\n]{1,300})[\"']\s{0,3},"
    r"\s{0,9}(?:true|false)\s{0,3}," + _FIRST + _SECRET
)
_BEARERS = regex(
    r"(?i)(?:\bwithtoken\(|bearer_?auth\(|\.auth\.bearer\(|:bearer,|auth_bearer_token\("
    r"|authenticationheadervalue\(\s?\"bearer\"\s?,)\s{0,9}" + _SECRET
)
# An object of Kintone that is made from host, login name and password.
_MADE = regex(
    r"(?i)kintone[\w:.\\]{0,60}\s?\(\s{0,20}[\"'](?P<host>[^\"'\n]{1,200})[\"']\s{0,3},"
    + _FIRST
    + _SECRET
)
# Calls of something called Kintone's, and of its SDKs, that are handed variables.
_HANDED = regex(
    r"(?i)(?:kintone[\w:.\\]{0,60}|auth_?by_?password|set_?password_?auth(?:entication)?)\s?\("
    r"(?P<given>(?:[^(){};\n]++|\([^(){};\n]*+\)){1,20})\)(?!\s{0,9}(?:[{:]|[=-]>))"
)
_SETS = regex(
    r"(?i)p(?:ass|w)\w{0,20}(?:\s{0,3}:\s{0,3}[&'\w<>]{1,30})?\s{0,8}(?::=|=>?|<-|:)\s{0,8}[\"'`]"
)
_DECLARED = regex(r"\b(?:function|def|fn|func|fun|sub)\s{1,3}[\w.]{0,60}\Z")
_VARIABLE = regex(
    r"\"[^\"\n]*+\"|'[^'\n]*+'|`[^`\n]*+`|\([^()]*+\)|\[[^\[\]]*+\]"  # nothing in these
    r"|(?<![\w.\"'`-])(?:[$@]|this\.|self\.)?(?P<name>[A-Za-z_]\w{0,60})\s{0,3}(?=,|$)"
)
_SET = regex(
    r"(?i)(?:\.|->|::)set_?(?P<name>\w{0,40}(?:pass(?:wd|word|phrase)?|secret))\s?\(\s{0,20}"
    + _SECRET
    + r"\s{0,3}\)"
)
_RECEIVER = regex(r"(?i)[\w$]{1,40}?(?=(?:\.|->|::)?(?:(?:with|set|use)_?)?$)")
# What lets others in: `app.use(basicAuth(…))`, `server.authenticate(…)`.
_SERVES = regex(r"(?:\.use\(\s?(?:[\"'`][^\"'`\n]{0,30}[\"'`]\s?,\s?)?|\bserver\.)\Z")
_HANDED_TO = ("kintone", "authby", "auth_by", "setpassword", "set_password")
_BY_PASSWORD = ("authby", "auth_by", "set", "with")
_WITH = ("withpassword(", "with_password(")  # whoever's it is
# The call itself does not say for whom.
_OF_ANYONE = (
    "credentials.basic(", ":basic,", ".auth.basic(", "auth_basic(", "authenticate(",
    "authorization_basic(", "networkcredential(", ".auth(",
)  # fmt: skip
_GATE = ("basicauth", "basic_auth", "basic-auth", *_OF_ANYONE)
_BEARER = (
    "withtoken(",
    "bearerauth(",
    "bearer_auth(",
    ".auth.bearer(",
    ":bearer,",
    "auth_bearer",
    "authenticationhead",
)


def in_calls(subject: Subject, encoded: Encoded) -> Iterator[Found]:
    """What calls give away; tests and samples hold dummies."""
    if subject.form.syntax is not Syntax.CODE or subject.in_test or subject.sample:
        return
    for start, end, kind, name, unsure in chain(_calls(subject), _handed(subject, encoded)):
        if subject.by_hand(start) and is_secret(subject.text[start:end], kind, name):
            found = Found(start, end, kind, name)
            yield found.unsure() if unsure else found


def _calls(subject: Subject) -> Iterator[tuple[int, int, CredentialKind, str, bool]]:
    """Places, kinds and names, and whether they are not sure."""
    text = subject.text
    for number, call in enumerate(subject.matches(_PASSWORDS, *_BY_PASSWORD)):
        anyone = call[0].lower().replace(" ", "").startswith(_WITH)
        if number < _MOST and not (anyone and not _in_kintones(text, call.start())):
            yield *call.span("value"), CredentialKind.PASSWORD, "password", False
    gates = ((_GATES, _GATE), (_PAIR, ("auth",)), (_LOGIN, ("auth", ":basic,")))
    for pattern, words in (*gates, (_USERPWD, ("curlopt_userpwd",))):
        for number, call in enumerate(subject.matches(pattern, *words)):
            anyone = pattern is _LOGIN or call[0].lower().startswith(_OF_ANYONE)
            strict = pattern is _LOGIN or call[0].startswith(".auth(")
            gate = number < _MOST and _is_gate(subject, call.start(), anyone=anyone, strict=strict)
            group = "value" if call["value"] else "joined"
            if gate or gate is None:
                yield *call.span(group), CredentialKind.BASIC, "basic_password", gate is None
    for number, call in enumerate(subject.matches(_OPENED, ".open")):
        if number < _MOST and HOST.search(call["host"]):
            yield *call.span("value"), CredentialKind.BASIC, "basic_password", False
    for number, call in enumerate(subject.matches(_BEARERS, *_BEARER)):
        shaped = secrets.TOKEN.fullmatch(call["value"])
        if number < _MOST and not shaped and beside_kintone(subject, call.start()):
            yield *call.span("value"), CredentialKind.OAUTH, "access_token", False
    for number, call in enumerate(subject.matches(_MADE, "kintone")):
        if number < _MOST and HOST.search(call["host"]):
            yield *call.span("value"), CredentialKind.PASSWORD, "password", False
    for number, call in enumerate(subject.matches(_SET, ".set", "->set", "::set")):
        name, owner = call["name"], _receiver(text, call.start())
        kind = credential_kind(name, own=True)
        own = KINTONE_NAME.search(name) or (KINTONE_NAME.search(owner) and BARE.fullmatch(name))
        other = secrets.names_other_service(f"{owner} {name}")
        if number < _MOST and kind in KINDS and own and not other:
            yield *call.span("value"), kind, name, False


def _handed(
    subject: Subject, encoded: Encoded
) -> Iterator[tuple[int, int, CredentialKind, str, bool]]:
    """The same of variables that are handed on, where they were last set to a password."""
    if next(subject.matches(_SETS, "pass", "pw"), None) is None:
        return
    for number, call in enumerate(subject.matches(_HANDED, *_HANDED_TO)):
        if number > _MOST:
            return
        if _DECLARED.search(subject.text, max(call.start() - 70, 0), call.start()):
            continue
        if secrets.names_other_service(call[0]) or _in_comment(subject, call.start()):
            continue
        for variable in _VARIABLE.finditer(subject.text, *call.span("given")):
            name = variable["name"] or ""
            kind = credential_kind(name, own=True)
            own = KINTONE_NAME.search(name) or BARE.fullmatch(name)
            if kind is CredentialKind.PASSWORD and own:
                for start, end in encoded.of_name(variable[0].strip(), variable.start()):
                    yield start, end, kind, name, False


def _in_comment(subject: Subject, at: int) -> bool:
    """Whether the line of a place starts a comment before it."""
    marks = subject.form.comments
    starts = tuple(mark for mark in marks if mark != "*")  # `*client = …` is none
    words = subject.text[subject.line_at(at)[0] : at].split()
    return any(word in marks or word.startswith(starts) for word in words)


def _receiver(text: str, at: int) -> str:
    """The object whose method is called at an offset."""
    found = _RECEIVER.search(text, max(at - 43, 0), at)
    return found[0] if found else ""


def _in_kintones(text: str, at: int, far: int = 200, after: str = "\n") -> bool:
    """Whether what is before a call, after the last of some mark, or its line names Kintone."""
    low = max(text.rfind(after, 0, at) + 1, at - far)
    end = text.find("\n", at, at + far)
    return KINTONE_NAME.search(text, low, end if end >= 0 else at + far) is not None


def _addressed(text: str, at: int) -> bool:
    """Whether a host of Kintone is in the statement of a place."""
    hosts = HOST.finditer(text, max(at - _NEAR, 0), at + _NEAR)
    return any(not ENDED.search(text, *sorted((host.start(), at))) for host in hosts)


def _is_gate(subject: Subject, at: int, *, anyone: bool, strict: bool) -> bool | None:
    """Whether a call logs in at a host of Kintone; None if that is not sure.

    `anyone`: the call itself could be for any host, and a word near it is not enough; nor is
    an address in another statement if it is `strict`.
    """
    if secrets.names_other_service(_receiver(subject.text, at)):
        return False
    if _SERVES.search(subject.text, max(at - 60, 0), at):
        return False
    beside = beside_kintone(subject, at)
    if beside is not None:
        return beside and (not strict or _addressed(subject.text, at))
    own = (subject.only_kintone and not strict) or (
        not anyone and _in_kintones(subject.text, at, 400, "}")
    )
    return None if own else False
