"""The header of a login and a password, step by step: the first that differs names the finding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance.judging.differing import differs
from kintone_conformance.judging.exchange import Exchange, Finding, Fixed, line_of
from kintone_conformance.judging.headers import header_values, missing, unbase64
from kintone_conformance.judging.texts import change_told, password_change
from kintone_conformance.model import Wire
from kintone_conformance.spec.auth import Password, password_steps
from kintone_conformance.spec.header_names import PASSWORD_HEADER

SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9\-]*)[ \t]+(?=\S)")
_LITERAL = re.compile(r"^[bBuU]?(['\"])(.*)\1$")


def password_findings(exchange: Exchange, auth: Password, wire: Wire) -> Iterator[Finding]:
    """What is wrong with the header of a password."""
    values = header_values(wire, PASSWORD_HEADER)
    if not values:
        absent = {None: "KC117", "": "KC116"}.get(auth.password, "KC101")
        yield missing(absent, wire, PASSWORD_HEADER)
        return
    if len(values) > 1:
        yield Finding(
            "KC101",
            f"{line_of(wire)} carries {len(values)} {PASSWORD_HEADER} headers",
            Fixed("exactly one"),
            ", ".join(values),
        )
        return
    steps = password_steps(auth)
    value = values[0]
    if value == steps.base64:
        return
    literal, scheme = literal_of(value), scheme_word(value)
    if literal is not None:
        message = "the header value is the notation of a bytes literal"
        yield Finding("KC107", message, steps.base64, value)
        return
    if scheme:
        message = f"the header value begins with the word {scheme}"
        yield Finding("KC106", message, steps.base64, value)
        return
    if re.search(r"\s", value):
        message = "the header value contains a space or a line break"
        yield Finding("KC105", message, steps.base64, value)
        return
    yield from _decoded(exchange, auth, value)


def literal_of(value: str) -> str | None:
    """What is inside a language's notation for bytes or a string; None if it is not one."""
    literal = _LITERAL.match(value)
    return literal[2] if literal else None


def scheme_word(value: str) -> str:
    """The scheme word before a value, "" if there is none."""
    scheme = SCHEME.match(value)
    return scheme[1] if scheme and len(scheme[1]) <= 12 and not _is_base64(scheme[1]) else ""


def _is_base64(word: str) -> bool:
    return len(word) % 4 == 0 and len(word) > 8


def _decoded(exchange: Exchange, auth: Password, value: str) -> Iterator[Finding]:
    steps = password_steps(auth)
    raw = unbase64(value)
    if raw is None:
        yield differs("KC102", "the header value is not Base64", steps.base64, value)
    elif raw != steps.utf8:
        text = raw.decode("utf-8", "backslashreplace")
        requirement = "KC119" if exchange.asking.other_locale else password_change(auth, raw)
        kind = change_told(requirement, steps.joined, raw)
        message = "the header decodes to other credentials" + (f": {kind}" if kind else "")
        yield differs(requirement, message, steps.joined, text)
    elif strangers := sorted(set(re.findall(r"[^A-Za-z0-9+/=]", value))):
        yield Finding("KC103", f"the Base64 contains {' '.join(strangers)}", steps.base64, value)
    elif len(value) % 4:
        message = "the Base64 is not padded to a multiple of four characters"
        yield Finding("KC104", message, steps.base64, value)
    else:
        yield differs("KC102", "the header value is not the Base64", steps.base64, value)
