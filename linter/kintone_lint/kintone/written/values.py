"""Whether a value that is named a password or the like is one, in a text that is not Python."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.patterns import regex
from kintone_lint.texts.line_entries import WHOLE

# What a setting of Kintone is called where its table or file says that it is Kintone's.
BARE = regex(
    r"(?i)(?:login|user|account|auth|url|basic|basic_?auth|pfx|pfx_?file|cert|certificate|client|oauth)?_?"
    r"(?:pass|passwd|password|passphrase|pw|pwd|secret|access_?token|refresh_?token|o_?auth_?token)"
)
OF_CERTIFICATE = regex(r"(?i)cert|pfx|pkcs")  # a table whose password is that of a certificate
# What a table for one setting calls its value.
ITS_VALUE = WHOLE | {"default", "plaintext"}
# Beside tokens, which have a shape of their own.
KINDS = (
    CredentialKind.PASSWORD,
    CredentialKind.OAUTH,
    CredentialKind.BASIC,
    CredentialKind.CERTIFICATE,
)
_REFERENCE = regex(
    r"(?i)^(?:enc\b|!|@.*@$|\{cipher\}|\{\{|env[(:.]|var\.|data\.|local\.|file[:(]|ref\+|encrypted:|age1"
    r"|aqica|\$ansible|gcp|aws|azure|secrets?[.:/]|keychain|kms|sops|b64:|base64:|process\.env|os\."
    r"|system\.|config[.\[]|settings[.\[]|params[.\[]|inputs?[.\[:])|[<>{}()\[\]`]|\$|%[(\w]+[)%]"
    r"|^(?:true|false|yes|no|on|off|null|nil|none)$|^[*.x?#_-]+$|\\|^required\b|\|(?:min|max|string)\b"
)
_DUMMY = regex(
    r"(?i)p[@a4]ss?w(?:0|o)rd|p[@4]ss|^(?:admin|root|guest|kintone|cybozu|foo|bar|baz|hoge|letmein|welcome"
    r"|hello|himitsu|hunter|correct|monkey|abc|qwe|asd)[\W\d_]*\w?$|(?:example|kintone|cybozu)\.|\.com$"
)
_DEFAULT = regex(rf"{secrets.DEFAULT}(?P<value>[^{{}}$]{{1,200}})\}}")
# A word of any language, as in a list of translations.
_WORD = regex(r"[^\W\d_]+[:：.…*?]*")
# Under these names is what a tool has encrypted, so that it can be kept beside the code.
_ENCRYPTED = regex(
    r"(?i)encrypted(?:[-_]?\w+)?|sealed(?:[-_]?\w+)?|secure|cipher(?:[-_]?text)?|sops|eyaml"
)
_CLASSES = (regex(r"[A-Za-z]"), regex(r"\d"), regex(r"[^A-Za-z\d]"))
_SHORTEST = {CredentialKind.OAUTH: 16, CredentialKind.TOKEN: 40}


def quoted(most: int = 200) -> str:
    """The pattern of a text in quotes that may be a secret, with groups `quote` and `value`."""
    return rf"(?P<quote>[\"'`])(?P<value>[^\"'`\n]{{4,{most}}})(?P=quote)"


def fallback(value: str) -> tuple[int, int]:
    """What a shell or compose takes if a variable is not set: the place of `x` in `${NAME:-x}`.

    Of another value it is all of it.
    """
    match = _DEFAULT.fullmatch(value)
    return match.span("value") if match else (0, len(value))


def is_secret(value: str, kind: CredentialKind, name: str, *, plain: bool = False) -> bool:
    """Whether a value is a secret, and not a reference, placeholder, word or name of a setting.

    `plain`: it may be a word, because nothing but a password can be in that place.
    """
    bare = value.strip()
    if len(bare) < _SHORTEST.get(kind, 6) or len(bare) > 200 or any(map(str.isspace, bare)):
        return False
    if _REFERENCE.search(bare) or _DUMMY.search(bare):
        return False
    classes = sum(bool(each.search(bare)) for each in _CLASSES)
    if classes < (1 if plain and kind is not CredentialKind.OAUTH else 2) or bare.isdigit():
        return False
    if not plain and _WORD.fullmatch(bare):
        return False
    if kind is CredentialKind.OAUTH:
        return not secrets.weak(bare, name)
    return not secrets.no_password(bare, name)


def is_encrypted(names: Iterable[str]) -> bool:
    """Whether one of the names that lead to a value says that it was encrypted."""
    return any(_ENCRYPTED.fullmatch(name) for name in names)
