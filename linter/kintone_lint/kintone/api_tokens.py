"""Whether a value is an API token: by its shape, by its name, or by where else it goes."""

from __future__ import annotations

from kintone_lint.kintone import secrets
from kintone_lint.kintone.header_keys import TOKEN_KEY
from kintone_lint.kintone.headers import headers
from kintone_lint.kintone.logins import words_of
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.ways import when
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import contradict, name_key
from kintone_lint.python.scopes import Choice
from kintone_lint.python.values import Encoded, Hole, Literal, Text
from kintone_lint.python.work import CHARACTERS

_NAMED = regex(
    r"(?i)(?<![a-z])(?:(?:api|app|kintone|cybozu|kntn)_?tokens?|kintone_?api_?key)(?![a-z])"
)
_KINTONE = regex(r"(?i)(?:kintone|cybozu|kntn)\w*?api_?token")
_NOT = regex(r"(?i)access|oauth|refresh|bearer|user_?api|gateway|proxy")
_OAUTH = regex(r"(?i)oauth|access_?token")
_CAMEL = regex(r"(?<=[a-z0-9])(?=[A-Z])")


def is_api_token(
    subject: Subject, value: Text, choices: tuple[Choice, ...] = (), *, alone: bool = True
) -> bool:
    """Whether a header's value holds an API token, after a scheme word or not.

    `choices` is when it is sent. `alone` is False if the same value goes elsewhere on purpose:
    then that it is sent as an API token, too, does not count.
    """
    subject.spend(1 + sum(len(part.text) for part in value.literals) // CHARACTERS)
    if any(True for part in value.literals for _ in secrets.tokens_in(part.text)):
        return True
    words = _CAMEL.sub("_", words_of(subject, value))
    if _NOT.search(words) or secrets.other_service(*words.split()):
        return False
    if _NAMED.search(words.replace("_tokens", "_token")):
        return True
    if not alone or _OAUTH.search(subject.module.source.text):
        return False
    sent = _sent_as_tokens(subject)
    return any(
        not contradict(choices, others) for key in _keys(value) for others in sent.get(key, ())
    )


def is_kintone_token(subject: Subject, value: Text) -> bool:
    """Whether the names of a value say that it is an API token of Kintone, wherever it goes."""
    words = _CAMEL.sub("_", words_of(subject, value))
    return bool(_KINTONE.search(words)) and not _NOT.search(words)


@query
def _sent_as_tokens(subject: Subject) -> dict[object, list[tuple[Choice, ...]]]:
    """The names whose value goes into the token header, and when."""
    found: dict[object, list[tuple[Choice, ...]]] = {}
    for header in headers(subject):
        if header.key == TOKEN_KEY:
            for key in _keys_of(header):
                found.setdefault(key, []).append(when(header))
    return found


def _keys_of(header: Header) -> set[object]:
    return {key for value in header.values() if isinstance(value, Text) for key in _keys(value)}


def _keys(value: Text) -> set[object]:
    """What tells the names of a value from those of the same spelling elsewhere."""
    found: set[object] = set()
    for part in value.parts:
        inner = part.of.parts if isinstance(part, Encoded) else (part,)
        for each in inner:
            if isinstance(each, Hole) and each.name == "…":
                found.add((each.module, each.node))
            elif isinstance(each, Hole):
                scope = each.module.scope[each.node]
                own = each.name.startswith("self.")
                found.add((scope.enclosing_class, each.name) if own else name_key(each.name, scope))
            elif isinstance(each, Literal) and len(each.text) >= 20:
                found.add((each.module, each.node))
    return found
