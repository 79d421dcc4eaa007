"""Which service's OAuth a file uses."""

from __future__ import annotations

from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.words import DOMAIN
from kintone_lint.patterns import regex

_OAUTH_CLIENT = regex(rf"(?i){DOMAIN}/oauth2/|[}}\"']/oauth2/(?:token|authorization)")
_OTHER_OAUTH = regex(
    r"(?i)https?://(?![^/\s\"']*(?:cybozu|kintone|[{}]))[^\s\"']{0,200}(?:oauth|token)"
)


@query
def is_oauth_client(subject: Subject) -> bool:
    """Whether a file gets tokens of OAuth from Kintone, and from nobody else."""
    text = subject.module.source.text
    return bool(_OAUTH_CLIENT.search(text)) and not _OTHER_OAUTH.search(text)
