"""What a name says of the credential that it holds: a variable, a key, an option, a keyword."""

from __future__ import annotations

import enum
import re
from functools import lru_cache
from typing import NamedTuple

from kintone_lint.patterns import regex

_LONGEST = 200
KINTONE_NAME = regex(r"(?i)kintone|cybozu|kntn|bozupy|pyntone")
_TOKENS = regex(r"(?i)^(?:\w*_)?(?:api_?tokens?|api_?key|app_?tokens?|tokens?)(?:_\w+)?$")
_PASSWORDS = regex(r"(?i)^(?:\w*_)?(?:pass|passwd|password|pw|pwd)\d{0,3}(?:_\w+)?$")
_OAUTH = regex(
    r"(?i)^(?:\w*_)?(?:access_?token|refresh_?token|client_?secret|o_?auth_?token|o_?auth_?secret)$"
)
_BASIC = regex(r"(?i)^(?:\w*_)?basic_?(?:auth_?)?(?:pass|passwd|password|pw|pwd)$")
_CERTIFICATES = regex(
    r"(?i)^(?:\w*_)?(?:pfx|p12|pkcs_?12|certs?|certificate)_?(?:file_?|key_?)?"
    r"(?:pass|passwd|password|passphrase|pw|pwd)$"
)
# Whose password it is, whatever is before: `KINTONE_DB_PASSWORD` is that of a database.
_SERVERS = regex(
    r"(?i)(?:^|_)(?:proxy|firewall)(?:_|pass|pw)"
    r"|(?:^|_)(?:db|database|rds|sql|mysql|mariadb|postgres|postgresql|pg|mongo|mongodb|oracle|redis|cache"
    r"|rabbitmq|mq|amqp|smtp|imap|pop3|mail|email|ftp|ftps|sftp|ssh|ldap|key_?store|trust_?store|zip)"
    r"_?(?:user_|root_|admin_)?(?:pass|passwd|password|pw|pwd)(?:_\w+)?$"
)
_NAME_OF_NAME = regex(
    r"(?i)(?<!api)_key$|_(?:env|name|var|header|field|label|hash|digest|path|file|url|uri|endpoint"
    r"|type|kind|count|len|length|min|max|policy|pattern|regex|rule|prompt|message|title|column"
    r"|invalid|wrong|missing|empty|incorrect|mismatch|error|errors|failure|warning|placeholder|tooltip|help"
    r"|mode|mask|strategy|method|algorithm|style|size|limit|enabled|disabled|visible|validators?"
    r"|widget|input|backend|code|id|reset|expiry|ttl|hint|format|encoding|prefix|suffix|separator|param|cell|range|sheet)$"
)
# What is said about a secret: that it was hashed or changed, when, by whom, and what is made of it.
_ABOUT = regex(
    r"(?i)_(?!(?:encoded|decoded|shared|decrypted|unencrypted|generated|limited|hardcoded|dedicated"
    r"|embedded)$)[a-z]{3,}ed$|_(?:sha|sha_?\d+|sha_?3_?\d+|md\d|hmac|crc\d*|b?crypt|argon2\w*|scrypt"
    r"|pbkdf2|salt|fingerprint|thumbprint|checksum|signature|cipher\w*|kms\w*|vault\w*|arn|last_?\d"
    r"|since|until|date\w*|\w*times?|timestamp|age|days|months|years|hours|minutes|seconds|owner"
    r"|status|state|version|scopes?|permissions?|rights|notes?|comment|description|example|strength"
    r"|manager|store|provider|location|region|source|table|ref|reference|required)$"
    r"|ed_(?:at|on|by|in|with|for|from)$|_(?:expires|valid|created|issued)_\w+$"
    r"|^(?:\w*_)?(?:(?<!un)(?<!de)encrypted|hashed|masked|redacted|sealed|expired|revoked)_"
)
_BARE = regex(
    r"(?i)^(?:(?:basic|oauth|auth|user|login|account|admin|api|app|access|refresh|client|pfx|pkcs_?12"
    r"|certs?|certificate|file|key|my)_?)*"
    r"(?:pass(?:wd|word|phrase)?|pwd?|tokens?|key|secret)$"
)
_AUTHENTICATION = regex(r"(?i)auth|login|credential|cybozu|passw|basic")


class CredentialKind(enum.Enum):
    """What a credential is."""

    TOKEN = enum.auto()
    PASSWORD = enum.auto()
    PASSWORD_HEADER = enum.auto()
    OAUTH = enum.auto()
    BASIC = enum.auto()
    CERTIFICATE = enum.auto()
    URL = enum.auto()


class Written(NamedTuple):
    """A credential in a text: where it is, what it is, and what it is called there."""

    start: int
    end: int
    kind: CredentialKind
    name: str


@lru_cache(4096)
def credential_kind(name: str, *, own: bool) -> CredentialKind | None:
    """What a variable, key, option or keyword of this name holds.

    `own` where it is Kintone's for sure. A word in capitals in the middle counts as one of its own
    (`apiToken`), and so does one after a hyphen (`--api-token`).
    """
    if len(name) > _LONGEST:
        return None
    name = words_of(name)
    if _NAME_OF_NAME.search(name) or _ABOUT.search(name) or _SERVERS.search(name):
        return None
    if _OAUTH.match(name):
        return CredentialKind.OAUTH
    if _BASIC.match(name):
        return CredentialKind.BASIC
    if _CERTIFICATES.match(name):
        return CredentialKind.CERTIFICATE
    if not own:
        return None
    if _TOKENS.match(name):
        return CredentialKind.TOKEN
    return CredentialKind.PASSWORD if _PASSWORDS.match(name) else None


def words_of(name: str) -> str:
    """A name with `_` between its words: `--api-token` and `apiToken` are `api_token`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip("-"))
    return split.replace("-", "_")


def belongs_here(name: str) -> bool:
    """Whether the name of a credential has no word of its own that could be another service.

    `password` and `login_password` are those of what is around them; `sf_password` is not.
    """
    return _BARE.match(words_of(name)) is not None


def names_authentication(name: str) -> bool:
    """Whether a name says that what it holds logs in."""
    return _AUTHENTICATION.search(name) is not None
