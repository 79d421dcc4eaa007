"""Values that nobody can have meant: a language's word for nothing, quotes, renamed parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.exchange import Finding
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password
from kintone_conformance.spec.shapes import parameters, required, resolved
from kintone_conformance.traffic.meaning import Meaning

_NOTHING = frozenset({"undefined", "null", "None", "nil", "NaN", "[object Object]"})
_IN_QUOTES = re.compile(r"""["'\[].*["'\]]""")
_JOINED = re.compile(r"[A-Za-z0-9]{20,}(?:\||%2C|%3B)[A-Za-z0-9]{20,}", re.IGNORECASE)
_ENCODED_WORD = re.compile(r"=\?[^?]+\?[bBqQ]\?.*\?=")
_AS_GIVEN = "the token as it was given"


def credential_slips(meaning: Meaning) -> Iterator[Finding]:
    """The first thing in the credentials that cannot be meant."""
    match meaning.credentials.auth:
        case ApiTokens(tokens):
            value = ", ".join(tokens)
            if _NOTHING & {*tokens} or _IN_QUOTES.fullmatch(value):
                yield Finding("KC201", "the value is not an API token", _AS_GIVEN, value)
            elif _JOINED.search(value):
                message = "several API tokens are joined with something other than a comma"
                yield Finding("KC202", message, _AS_GIVEN, value)
        case OAuth(token) if token in _NOTHING or token[:7].lower() == "bearer ":
            message = "the value is not an OAuth access token"
            yield Finding("KC301", message, "an Authorization header", f"Bearer {token}")
        case Password(login, password) if "\0" in f"{login}{password}":
            message = "the header decodes to a text in UTF-16"
            yield Finding("KC108", message, "Base64 of LOGIN:PASSWORD in UTF-8", login)


def parameter_slips(meaning: Meaning) -> Iterator[Finding]:
    """The first parameter that cannot be meant as it is."""
    spec, sent = meaning.spec, meaning.sent
    if spec is None or spec.api == "oauth.token":
        return
    documented = parameters(spec.api)
    for name in sorted(sent.texts & set(documented)):
        value, schema = str(sent.params[name]), resolved(documented[name])
        kind = schema.get("type") if isinstance(schema, dict) else None
        if value in _NOTHING and kind in ("integer", "number", "boolean"):
            yield Finding("KC516", f"{name} is {value}", f"{name} left out, or its value", value)
            return
        if kind == "boolean" and value in ("1", "0", "yes", "no", "on", "off"):
            yield Finding("KC506", f"{name} is {value}", "true or false", value)
            return
    strange = [name for name in sent.params if name not in documented]
    missing = sorted(required(spec.api) - set(sent.params))
    for name in strange:
        meant = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
        if meant in documented and meant not in sent.params:
            yield Finding("KC515", f"{name} is not a parameter of {spec.api}", meant, name)
            return
    for name, meant in ((name, meant) for name in strange for meant in missing):
        if _is_like(name.lower(), meant.lower()):
            message = f"{meant} is missing, and {name} is not a parameter of {spec.api}"
            yield Finding("KC515", message, meant, name)
            return


def _is_like(name: str, meant: str) -> bool:
    """As appId for app, App for app, or key for fileKey."""
    return name.startswith(meant) or meant.endswith(name)


def file_name_slips(meaning: Meaning) -> Iterator[Finding]:
    """A file name in another form than UTF-8 between quotes."""
    for part in meaning.sent.parts:
        name = part.filename or ""
        other = any("\ud800" <= character <= "\udfff" for character in name)
        if other or _ENCODED_WORD.fullmatch(name):
            how = "is not UTF-8" if other else "is an encoded word of e-mail"
            yield Finding(
                "KC525", f"the file name {how}", "the name in UTF-8", wires.on_lines(name)
            )
            return
