"""What a secret looks like, and what only looks like one. Judges texts and names, not code."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from kintone_lint.patterns import regex

ADVICE = "revoke it: moving it does not undo the leak"

TOKEN = regex(r"(?<![A-Za-z0-9+/_])[A-Za-z0-9]{40}(?![A-Za-z0-9+/_\-])")
# What is before the value that a shell or compose takes if a variable is not set.
DEFAULT = r"\$\{\w{1,120}:?-"
_DEFAULT = regex(rf"{DEFAULT}\Z")
_DIGEST = regex(r"[0-9a-f]+|[0-9A-F]+")
# A piece of a token that is put together: no token is looked for where no piece is like this.
FRAGMENT = regex(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[a-z])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[0-9])"
    r"[A-Za-z0-9]{10,}"
)
# The Base64 of a login and a password, which are 128 and 64 characters at most.
_BASE64 = regex(r"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/]{10,400}+={0,2}+(?![A-Za-z0-9+/=_\-])")
_LOGIN = regex(r"""[^\s\\\[\]"':;<>,/{}`]{2,128}""")
_PASSWORD = regex(r"""[^\s"'`{}\\]{4,64}""")
# Numbers and schemes before a colon, and what follows one in identifiers, addresses and digests.
_NO_LOGIN = regex(
    r"(?i)\d+|arn|urn|data|mailto|tel|https?|s?ftp|file|blob|sha\d*|sha\d+-\w+|md5|uuid|localhost"
)
_KINDS = tuple(map(re.compile, ("[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]")))
_NO_PASSWORD = regex(r"[\d.:\-]+|[0-9a-fA-F\-]{16,}")
_MIXED = regex(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])")
_WORDS = regex(r"[A-Z]?[a-z]{3,}")
_NAME = regex(r"(?:[A-Z][a-z]{3,}){4}")  # four words in a row: one token in thousands has them
_FAR = 125  # characters before a default that hold the variable's name
_DIFFERENT = 22  # of the 40 characters of 42 real tokens 28 and more were different

# SHA-256 of the tokens in the vendor's own documentation (SPEC F49): start and end of the digest.
_SAMPLES = (("c45616cc", "6ea78c58"), ("1636cfde", "b7213"))
# Of Administrator and kintone (SPEC F37), and of the clients in RFC 6749.
_SAMPLE_PASSWORDS = {"cybozu", "developer", "gX1fBat3bV", "7Fjfp0ZBr1KtDRbnfVdmIw"}

_OWN = regex(r"(?i)kintone|cybozu|kntn")
_OTHER_SERVICE = regex(
    r"(?i)(?<![a-z])(?:line|slack|gemini|openai|anthropic|claude|github|gitlab|google|gcp|firebase"
    r"|aws|amazon|s3|azure|stripe|twilio|sendgrid|notion|discord|telegram|dropbox|salesforce|sfdc"
    r"|hubspot|zoom|backlog|redmine|jira|chatwork|freee|postgres|mysql|mongo|redis|database|db"
    r"|smtp|imap|ftp|sftp|sentry|datadog|heroku|netlify|vercel|cloudflare|algolia|mapbox|deepl"
    r"|shopify|airtable|zendesk|twitter|facebook|instagram|wordpress|garoon|boxapi|pinecone"
    r"|huggingface|hf|pypi|npm|docker|ghp|flask|django|jwt|session|csrf|webhook|smarthr|moneyforward"
    r"|elastic|elasticsearch|jenkins|nexus|artifactory|sonarqube|grafana|influxdb|rabbitmq|kafka|keycloak"
    r"|square|paypal|secret_key|signing_key|encryption_key|private_key|salt)(?![a-z])"
)
_NO_SECRET = regex(
    r"(?i)(?:sha1?|sha_?256|md5|commit|hash|digest|checksum|etag|file_?keys?|plugin_?ids?|sheet_?id"
    r"|spreadsheet_?id|folder_?id|document_?id|doc_?id|uuid|guid|revision|version|nonce"
    r"|fingerprint|integrity|request_?token)$"
)
_PLACEHOLDER = regex(
    r"(?i)your|token|api|pass|secret|here|test|dummy|sample|example|xxx|fake|demo|mock|placeholder"
    r"|change|replace|insert|enter|todo|fixme|none|null|undefined|hoge|fuga|piyo|foobar|abcdef"
    r"|12345|qwerty|must-not|redacted|masked|hidden|credential|login|user"
    r"|トークン|パスワード|ここに|入力|記載|貼|填|请|請|自環境|取得した|認証|伏せ|秘密|密码|密碼|令牌"
)
_REFERENCE = regex(
    r"\$\{|\$\(|\{\{|^op://|^arn:|^vault:|^ssm:|^sm://|^projects/|^aws-sm|^keyring:|^env:|^secret"
    # What was hashed or encrypted: crypt(3), Argon2, Spring, SOPS, Ansible, AWS and Google KMS,
    # Fernet, OpenSSL, Laravel, Windows.
    r"|^\$(?:2[abxy]|[1567y]|argon2\w+|scrypt|pbkdf2[\w-]*)\$|^pbkdf2[_:]|^ENC[\[(]"
    r"|^\{(?:cipher|\w*crypt|s?sha\d*)\}|^\$ANSIBLE_VAULT|^AQ[IE]CAH[\w+/]{20}|^CiQA[\w+/]{40}"
    r"|^gAAAAA[\w-]{40}|^U2FsdGVkX1[\w+/]{12}|^eyJpdiI6|^01000000d08c9ddf"
    r"|^%\w+%$|^\$\w+$|^<.*>$|^\[.*\]$|^\{.*\}$|^\*+$|^\.+$|^…+$",
    re.IGNORECASE,
)
_HEADER_NAME = regex(r"(?i)x-[a-z-]+|authorization|content-type|bearer|basic")
_PATH_OR_NAME = regex(r"[/\\]|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[a-z]+(?:[_.-][a-z]+)+$")


def tokens_in(text: str) -> Iterable[re.Match[str]]:
    """The runs of a text that have the shape of an API token and are not samples.

    The shape is 40 letters and digits, both cases and a digit, 22 different characters or more,
    and no identifier made of words. After `-` it counts as a default of a shell only.
    """
    return (
        match
        for match in TOKEN.finditer(text)
        if _looks_random(match[0]) and _stands_alone(text, match.start())
    )


def _stands_alone(text: str, start: int) -> bool:
    """Whether no `-` ties a run to what is before it: in `${NAME:-` that is a default."""
    if text[start - 1 : start] != "-":
        return True
    return _DEFAULT.search(text, max(start - _FAR, 0), start) is not None


@lru_cache(maxsize=1_000)
def _looks_random(text: str) -> bool:
    if not _MIXED.match(text) or len(set(text)) < _DIFFERENT:
        return False
    if made_of_words(text) or _NAME.search(text):
        return False
    return not sample(text) and not _is_readable(text) and not _is_row(text)


def _is_row(text: str) -> bool:
    """Whether most of it is letters and digits in their order, as in `0123456789abcdefghij`."""
    steps = (abs(ord(one) - ord(other)) == 1 for one, other in pairwise(text))
    return sum(steps) >= len(text) / 2


def like_tokens(text: str) -> Iterable[re.Match[str]]:
    """The runs of a text that are as long as a token, and not digests, as of a git commit."""
    return (match for match in TOKEN.finditer(text) if not is_digest(match[0]))


def is_digest(run: str) -> bool:
    """Whether a run is a number in base 16, which no token of 40 mixed characters is."""
    return _DIGEST.fullmatch(run) is not None


def made_of_words(text: str) -> bool:
    """Whether a run of letters and digits is a name, such as `kintoneApiToken2`."""
    words = sum(len(word) for word in _WORDS.findall(text) if len(word) < 20)
    return words >= 0.7 * len(text)


def sample(text: str) -> bool:
    """Whether it is a token that the vendor's documentation shows."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return any(digest.startswith(start) and digest.endswith(end) for start, end in _SAMPLES)


def other_service(*names: str | None) -> bool:
    """Whether a name, key or sink belongs to another service, or to something that is not secret.

    It decides only if nothing says more: never against a header or a client of Kintone.
    """
    return any(names_other_service(name) for name in names if name and not _OWN.search(name))


def names_other_service(name: str) -> bool:
    """Whether a word of a name is another service, or says that it is not a secret."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return bool(_OTHER_SERVICE.search(split) or _NO_SECRET.search(split))


def placeholder(value: str, *names: str | None) -> bool:
    """Whether a text is in the place of a secret without being one."""
    bare = value.strip()
    if len(bare) < 4 or len(set(bare)) < 4 or _REFERENCE.search(bare) or " " in bare:
        return True
    if _HEADER_NAME.fullmatch(bare):
        return True
    folded = _folded(bare)
    if any(name and folded == _folded(name.split(".")[-1]) for name in names):
        return True
    if tuple(tokens_in(bare)):
        return False
    return bool(_PLACEHOLDER.search(bare)) or any(ord(char) > 0x2E7F for char in bare)


def weak(value: str, *names: str | None) -> bool:
    """A token-like text that is not a token: too few different characters, or a plain name."""
    return placeholder(value, *names) or len(set(value)) < 12 or bool(_PATH_OR_NAME.search(value))


def no_password(value: str, *names: str | None) -> bool:
    """Whether a text that flows into a password is a placeholder, a path or the name of a key."""
    sampled = value in _SAMPLE_PASSWORDS
    return sampled or placeholder(value, *names) or bool(_PATH_OR_NAME.search(value))


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def logins_in(text: str) -> Iterable[re.Match[str]]:
    """The runs of a text that are the Base64 of a login and its password.

    What they decode to is printable, a login that Kintone allows (SPEC F41) and a password
    without spaces, quotes, braces or `//`; samples, placeholders, numbers and hashes do not
    count.
    """
    return (match for match in _BASE64.finditer(text) if _is_login(match[0]))


@lru_cache(maxsize=1_000)
def _is_login(text: str) -> bool:
    login, password = login_in(text) or ("", "")
    if not _LOGIN.fullmatch(login) or not _PASSWORD.fullmatch(password) or "//" in password:
        return False
    if _NO_LOGIN.fullmatch(login) or _NO_PASSWORD.fullmatch(password):
        return False
    if sum(bool(kind.search(password)) for kind in _KINDS) < 2:
        return False
    return not sample_login(login, password)


def _is_readable(text: str) -> bool:
    """Whether it is the Base64 of a text that a person wrote: a login, an address, JSON."""
    try:
        return b64decode(text).decode("utf-8").isprintable()
    except (Base64Error, UnicodeDecodeError):
        return False


def login_in(value: str) -> tuple[str, str] | None:
    """The login and password that a Base64 text decodes to, or None."""
    bare = value.strip()
    if len(bare) < 8 or len(bare) % 4 or not re.fullmatch(r"[A-Za-z0-9+/_-]+={0,2}", bare):
        return None
    try:
        text = b64decode(bare.translate({ord("-"): "+", ord("_"): "/"})).decode("utf-8")
    except (Base64Error, UnicodeDecodeError):
        return None
    login, colon, password = text.partition(":")
    return (login, password) if colon and login.isprintable() and password.isprintable() else None


def sample_login(login: str, password: str) -> bool:
    """A login that the documentation shows, or a placeholder for one."""
    return no_password(password, login)
