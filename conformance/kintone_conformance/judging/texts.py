"""What is special about a text of credentials, and what happened to one on its way.

A requirement about a special text (a colon, a percent sign) is judged where the text is special
so, and is what a change of that text is called.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote

from kintone_conformance import charsets
from kintone_conformance.spec.auth import Password

_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
BLANKS = " \t\n\r\u3000"
# What another layer would read as its own: a variable, quotes, markup, an escape, an encoding.
_LOOKALIKE = re.compile(
    r"\$\w+|\$\{|\$\(|%\w+%|^(['\"]).*\1$|&\w+;|\\[nrtux]|\{\{|@xn--|@[^@]*[^\x00-\x7f]|^[A-Za-z0-9+/]{6,}={1,2}$"
)
# What each kind of special text breaks when it does not arrive.
PASSWORD_TRAITS = {
    "absent": "KC117",
    "empty": "KC116",
    "mark": "KC113",
    "blank": "KC118",
    "colon": "KC109",
    "percent": "KC111",
    "plus": "KC112",
    "lookalike": "KC120",
    "astral": "KC115",
    "unstable": "KC110",
    "other": "KC108",
    "long": "KC114",
}


def password_traits(auth: Password) -> Iterator[str]:
    """The names of `PASSWORD_TRAITS` that these credentials have."""
    login, password = auth.login, auth.password
    if password is None:
        yield "absent"
    elif not password:
        yield "empty"
    password = password or ""
    both = login + password
    if "\ufeff" in both:
        yield "mark"
    if password and (password[0] in BLANKS or password[-1] in BLANKS):
        yield "blank"
    if ":" in password:
        yield "colon"
    if "%" in both:
        yield "percent"
    if "+" in both:
        yield "plus"
    if _LOOKALIKE.search(password) or _LOOKALIKE.search(login):
        yield "lookalike"
    if any(character > "\uffff" for character in both):
        yield "astral"
    if any(unicodedata.normalize(form, both) != both for form in ("NFC", "NFD", "NFKC")):
        yield "unstable"
    elif not both.isascii():
        yield "other"
    if len(login) > 64 or len(password) > 57 or len(both.encode("utf-8", "replace")) > 254:
        yield "long"


def password_change(auth: Password, sent: bytes) -> str:
    """The requirement that a change of `login:password` breaks: what a reader would call it."""
    password = auth.password or ""
    given = f"{auth.login}:{password}"
    traits = set(password_traits(auth))
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError:
        if given.encode("utf-8", "replace").startswith(sent):
            return "KC114"  # cut inside a character
        plain = sent.decode("utf-8", "surrogatepass") if _surrogates(sent) else ""
        return "KC115" if plain or traits & {"astral"} else "KC108"
    if auth.password is None:
        return "KC117"
    if not password:
        return "KC116"
    if usual := usual_change(auth, text):
        return usual
    if any(sent == raw for _, raw in charsets.wrong(given)):
        return "KC115" if "astral" in traits else "KC102" if given.isascii() else "KC108"
    if given.startswith(text):
        return "KC109" if given[len(text)] == ":" and "colon" in traits else "KC114"
    for trait in ("astral", "unstable", "other", "lookalike", "mark", "colon", "percent", "plus"):
        if trait in traits and _touches(trait, given, text):
            return PASSWORD_TRAITS[trait]
    return "KC120" if "lookalike" in traits else "KC102"


# What became of credentials, by the requirement that a change of them breaks.
_TOLD = {
    "KC109": "the password is changed at a colon",
    "KC111": "a percent sign is changed",
    "KC112": "a plus sign is changed",
    "KC113": "a byte order mark is removed",
    "KC114": "they are cut off",
    "KC115": "a character outside the basic plane is changed",
    "KC116": "an empty password became another one",
    "KC117": "a missing password became a text",
    "KC118": "the spaces around the password are changed",
    "KC119": "they depend on the locale",
    "KC120": "they are interpreted, as a variable, quotes or markup",
}


def change_told(requirement: str, given: str, sent: bytes) -> str:
    """What became of credentials, in words that do not depend on which ones were drawn."""
    if requirement in ("KC108", "KC102") and any(sent == raw for _, raw in charsets.wrong(given)):
        return "they are not encoded in UTF-8"
    if requirement == "KC110":
        text = sent.decode("utf-8", "backslashreplace")
        same = any(unicodedata.normalize(form, given) == text for form in _FORMS)
        return "they are normalised" if same else "a character that has two forms is changed"
    return _TOLD.get(requirement, "")


def usual_change(auth: Password, text: str) -> str:
    """The requirement that a text breaks which a usual layer makes of the credentials, else ""."""
    password = auth.password or ""
    changes = _changes(auth.login, password) if text != f"{auth.login}:{password}" else ()
    return next((requirement for requirement, changed in changes if text in changed), "")


def _changes(login: str, password: str) -> Iterator[tuple[str, set[str]]]:
    """What usual layers make of the credentials, by the requirement that forbids it."""
    given = f"{login}:{password}"
    yield "KC102", {html.escape(given), html.escape(given, quote=False)}
    yield "KC110", {unicodedata.normalize(form, given) for form in _FORMS}
    yield "KC113", {given.replace("\ufeff", "")}
    yield "KC118", {f"{login}:{trimmed}" for trimmed in _trimmed(password)}
    yield "KC111", {unquote(given), f"{login}:{unquote(password)}", f"{unquote(login)}:{password}"}
    yield "KC112", {given.replace("+", " "), f"{login}:{password.replace('+', ' ')}"}
    yield "KC109", {f"{login}:{cut}" for cut in _at_colons(password)}
    yield "KC120", {html.unescape(given), f"{login}:{password[1:-1]}"}


def _trimmed(password: str) -> set[str]:
    return {
        *(password.strip(), password.lstrip(), password.rstrip()),
        *(password.strip(" "), password.rstrip("\r\n"), password.rstrip(" ")),
    }


def _at_colons(password: str) -> set[str]:
    first, _, after = password.partition(":")
    before, _, last = password.rpartition(":")
    return {first, after, before, last, password.replace(":", ""), password.replace(":", "%3A")}


def _surrogates(sent: bytes) -> bool:
    """Bytes as an encoder of UTF-16 units makes them: six for a character outside the plane."""
    return re.search(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]", sent) is not None


_OWN = {
    "astral": re.compile("[\U00010000-\U0010ffff]"),
    "unstable": re.compile(r"[^\x00-\x7f]"),
    "other": re.compile(r"[^\x00-\x7f]"),
    "mark": re.compile("\ufeff"),
    "colon": re.compile(":"),
    "percent": re.compile(r"%[0-9A-Fa-f]{0,2}"),
    "plus": re.compile(r"\+"),
    "lookalike": _LOOKALIKE,
}


def _touches(trait: str, given: str, sent: str) -> bool:
    """Whether the two differ in what makes the text special, and in nothing else around it."""
    if len(_OWN[trait].findall(given)) == len(_OWN[trait].findall(sent)):
        return False
    return all(piece in sent for piece in _OWN[trait].sub("\0", given).split("\0"))
