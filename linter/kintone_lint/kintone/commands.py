"""Credentials in what another program is given: options, and variables of its environment.

Judges texts, not code; `HOLE` stands for a piece that is not known. What official tools
take is SPEC F83; other programs count where the command names an address of Kintone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import KINTONE_NAME, CredentialKind, Written, credential_kind
from kintone_lint.kintone.words import HOST
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE

_LONGEST = 20_000  # characters of a text that is looked at
_TOOL = regex(
    r"(?i)(?<![\w-])(?:@kintone/[a-z][\w-]*|kintone/mcp-server|cli[-_]?kintone|kintone-cli|mcp-server-kintone"
    r"|kintone-mcp(?:-server)?|kintone-(?:customize|plugin)-(?:uploader|packer)|kintone-dts-gen)"
    r"(?![\w-]*\.(?:sql|csv|json|zip|gz|dump|log|txt)\b)"
)
_CLI = regex(r"(?i)(?<![\w-])cli-?kintone")
# Another program that takes a password of its own.
_OTHER = regex(
    r"(?i)(?:^|[\s/\\\"'])(?:mysql\w*|psql|pg_\w+|mongo\w*|redis-cli|sqlcmd|bcp|sqlplus|zip|unzip|7za?"
    r"|gpg|openssl|ssh\w*|sftp|ftp|aws|gcloud|az|gh|git|smbclient|mount|ldap\w+|htpasswd)(?:\.exe)?"
    r"(?=$|[\s\"'])"
)
_WEB = regex(r"(?i)(?:^|[\s/\\\"'])(?:curl|wget2?|https?|xh)(?:\.exe)?(?=$|[\s\"'])")
_END = regex(r"&&|\|\|?|;|\n")
_CONTINUED = regex(r"[\\^`]\r?\n")

_WORD = rf"[^\s\"'<>{{}}$%()\[\]\\|&;{HOLE}]"  # characters of a value without quotes
_VALUE = (
    r"(?:\"(?P<double>[^\"\n]{4,200}+)\"|'(?P<single>[^'\n]{4,200}+)'"
    rf"|(?P<bare>{_WORD}{{4,200}}+)(?![^\s\"';&|]))"
)
_OPTION = regex(rf"(?<![\w-])(?P<name>--?[A-Za-z][\w-]{{0,60}})(?:\s*=\s*|\s+){_VALUE}")
_VARIABLE = regex(
    r"(?i)(?<![\w$-])(?:\$env:)?(?P<name>\w{0,40}(?:kintone|cybozu|kntn)\w{0,60})"
    rf"\s{{0,3}}:?=\s{{0,3}}{_VALUE}"
)
_QUOTED = regex(
    r"(?i)(?P<quote>[\"'])(?P<name>\w{0,40}(?:kintone|cybozu|kntn)\w{0,60})(?P=quote)"
    rf"\s{{0,3}}:\s{{0,3}}{_VALUE}"
)
_ITEM = regex(r"(?s)(?P<name>--?[A-Za-z][\w-]{0,60})(?:=(?P<value>.{4,200}))?")
_SET = regex(r"(?s)(?P<name>[A-Za-z_]\w{0,80})=(?P<value>.{4,200})")
_SHORT = {
    "-p": CredentialKind.PASSWORD,
    "-P": CredentialKind.BASIC,
    "-t": CredentialKind.TOKEN,
}  # of cli-kintone
_USER = ("-u", "--user", "-a", "--auth")  # of curl, wget and httpie
_FORMAT = regex(rf"[{{}}<>{HOLE}]|%[(sdr]|^%.*%$|\(\.|\\[wdsS]")
_ATTRIBUTE = regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")  # of code
_EXPANDED = regex(r"\$[\w(]")
_CLASSES = (regex(r"[A-Za-z]"), regex(r"\d"), regex(r"[^A-Za-z\d]"))


def in_command(text: str) -> Iterator[Written]:
    """The credentials in a command line, or in lines of settings for one."""
    if len(text) > _LONGEST:
        return
    for pattern in (_VARIABLE, _QUOTED):
        for match in pattern.finditer(text):
            yield from _written(credential_kind(match["name"], own=True), match)
    at = 0
    flat = _CONTINUED.sub(lambda found: " " * len(found[0]), text)
    while at < len(flat):
        end = _END.search(flat, at)
        stop = end.start() if end else len(flat)
        yield from _options(flat, at, stop)
        at = end.end() if end else len(flat)


def _options(text: str, start: int, stop: int) -> Iterator[Written]:
    """The options of one command that are in a range of a text."""
    known: _Command | None = None
    for match in _OPTION.finditer(text, start, stop):
        known = known or _command(text[start:stop])
        if pair := _pair(match["name"], known):
            yield from _login(match, pair)
        else:
            yield from _written(_kind_of(match["name"], known), match)


def in_list(items: Sequence[str]) -> Iterator[tuple[int, Written]]:
    """The credentials in arguments that are handed over one by one, each with its index."""
    known = _command("\n".join(items)[:_LONGEST])
    for index, item in enumerate(items):
        if setting := _SET.fullmatch(item):
            if KINTONE_NAME.search(setting["name"]):
                kind = credential_kind(setting["name"], own=True)
                yield from ((index, each) for each in _whole(setting, kind))
            continue
        option = _ITEM.fullmatch(item)
        if option is None:
            continue
        pair = _pair(option["name"], known)
        kind = pair or _kind_of(option["name"], known)
        if option["value"] is not None:
            yield from ((index, each) for each in _whole(option, kind) if not pair)
        elif kind and index + 1 < len(items):
            value = re.fullmatch(r"(?s)(?P<value>[^-].*)", items[index + 1])
            if value and pair:
                value = re.fullmatch(r"(?s)[^:\s]+:(?P<value>.+)", value[0])
            if value:
                yield from (
                    (index + 1, each._replace(name=option["name"])) for each in _whole(value, kind)
                )


def names_tool(text: str) -> bool:
    """Whether a text names an official tool for Kintone."""
    return _TOOL.search(text) is not None


class _Command(NamedTuple):
    """What is known of a command: whether its credentials are Kintone's, and what it runs."""

    own: bool
    cli: bool
    web: bool
    addressed: bool
    oauth: bool


def _command(text: str) -> _Command:
    addressed = HOST.search(text) is not None
    own = names_tool(text) or (addressed and not _OTHER.search(text))
    cli, web = bool(_CLI.search(text)), bool(_WEB.search(text))
    return _Command(own, cli, web, addressed, "/oauth2/token" in text)


def _kind_of(option: str, command: _Command) -> CredentialKind | None:
    if option in _SHORT and command.cli:
        return _SHORT[option]
    if not option.startswith("--") or not (command.own or KINTONE_NAME.search(option)):
        return None
    kind = credential_kind(option, own=True)
    return CredentialKind.BASIC if kind is CredentialKind.PASSWORD and command.web else kind


def _pair(option: str, command: _Command) -> CredentialKind | None:
    """What an option holds that takes a user and a password: of the Basic gate, or of OAuth."""
    if option not in _USER or not command.web or not command.addressed:
        return None
    return CredentialKind.OAUTH if command.oauth else CredentialKind.BASIC


def _login(match: re.Match[str], kind: CredentialKind) -> Iterator[Written]:
    group = _group(match)
    login, colon, password = match[group].partition(":")
    expanded = group != "single" and _EXPANDED.search(password)
    if colon and not expanded and _is_secret(password, kind, login):
        start = match.start(group) + len(login) + 1
        yield Written(start, match.end(group), kind, match["name"])


def _written(kind: CredentialKind | None, match: re.Match[str]) -> Iterator[Written]:
    group = _group(match)
    if group != "single" and _EXPANDED.search(match[group]):
        return
    if group == "bare" and _ATTRIBUTE.fullmatch(match[group]):
        return
    if kind and _is_secret(match[group], kind, match["name"]):
        yield Written(*match.span(group), kind, match["name"])


def _whole(match: re.Match[str], kind: CredentialKind | None) -> Iterator[Written]:
    name = match.groupdict().get("name") or ""
    if kind and _is_secret(match["value"], kind, name):
        yield Written(*match.span("value"), kind, name)


def _group(match: re.Match[str]) -> str:
    return next(name for name in ("double", "single", "bare") if match[name] is not None)


def _is_secret(value: str, kind: CredentialKind, name: str) -> bool:
    """Whether a value is one, and not a reference, a placeholder or a word of a sentence."""
    if _FORMAT.search(value) or re.search(r"\s", value):
        return False
    if kind in (CredentialKind.TOKEN, CredentialKind.OAUTH):
        return all(not secrets.weak(each, name) for each in value.split(","))
    if sum(bool(each.search(value)) for each in _CLASSES) < 2:
        return False
    return not secrets.no_password(value, name)
