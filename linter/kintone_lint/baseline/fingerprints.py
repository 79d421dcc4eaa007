"""A name for each finding that survives moved code: baselines and trackers recognize it by that."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from kintone_lint.findings import Finding, Identity, Origin
from kintone_lint.kintone import secrets
from kintone_lint.patterns import regex
from kintone_lint.python.lines import LINE_END
from kintone_lint.python.source import Source

# A field of an f-string may hold the quotes of the f-string itself (PEP 701).
_FIELD = r"\{\{|\{[^{}\r\n]*+(?:\{[^{}\r\n]*+\}[^{}\r\n]*+)*+\}"
_FORMATTED = r"(?<=[fF])|(?<=[fF][rR])"
_STRING_OR_COMMENT = regex(
    r"(?:\b[rRbBuUfF]{1,2})?(?:"
    r'"""[^"\\]*+(?:(?:\\.|"{1,2}+(?!"))[^"\\]*+)*+"""'
    r"|'''[^'\\]*+(?:(?:\\.|'{1,2}+(?!'))[^'\\]*+)*+'''"
    rf'|(?:{_FORMATTED})"[^"\\\r\n{{]*+(?:(?:{_FIELD}|\{{|\\.)[^"\\\r\n{{]*+)*+"'
    rf"|(?:{_FORMATTED})'[^'\\\r\n{{]*+(?:(?:{_FIELD}|\{{|\\.)[^'\\\r\n{{]*+)*+'"
    r'|"[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+"'
    r"|'[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+'"
    r")|#[^\r\n]*",
    re.DOTALL,
)
_KINTONE_PATH = regex(r"/k/[\w/{}%.-]*")


def origin(identity: Identity, source: Source, start: int, end: int) -> Origin:
    """What identifies a finding at these offsets of a text. A token's digest has 238 bits."""
    text = source.text
    context = _code(text)[source.lines.at(start)[0] - 1]
    piece = text[start:end]
    if identity is Identity.PATH:
        context += " ".join(["", *_KINTONE_PATH.findall(piece)])
    token = identity is Identity.TOKEN and _is_token(piece)
    return Origin(source.file, start, context, _digest(piece) if token else "")


def token_origin(source: Source, at: int, token: str) -> Origin:
    """What identifies a token in a text that cannot be parsed."""
    return Origin(source.file, at, "", _digest(token))


def numbered(
    found: Iterable[Finding], root: Path, moved: Mapping[Path, str] = MappingProxyType({})
) -> list[Finding]:
    """The findings with their fingerprints, in order.

    They are made of the rule, the path from `root`, the context, a token's digest, and a running
    number of what has all these in common. A value that is found at two uses has one fingerprint.
    `moved` are other paths for some files.
    """
    paths = dict(moved)
    places: dict[tuple[str, ...], set[int]] = {}
    keyed = []
    for finding in found:
        file, at = finding.origin.file, finding.origin.at
        if file not in paths:
            paths[file] = below(root, file)
        key = (finding.rule, paths[file], finding.origin.context, finding.origin.token)
        places.setdefault(key, set()).add(at)
        keyed.append((finding, key))
    names = {
        (key, at): _digest("\0".join([*key, str(number)]))[:32]
        for key, together in places.items()
        for number, at in enumerate(sorted(together), 1)
    }
    return [replace(each, fingerprint=names[key, each.origin.at]) for each, key in keyed]


def below(root: Path, file: Path) -> str:
    """The path of a file from a folder, with slashes; absolute where none leads there."""
    whole = os.path.realpath(file)
    try:
        name = Path(os.path.relpath(whole, os.path.realpath(root))).as_posix()
    except ValueError:  # another drive
        name = Path(whole).as_posix()
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_token(piece: str) -> bool:
    """Whether a text is one API token, and not the Base64 of a login and a password."""
    whole = [match[0] for match in secrets.tokens_in(piece)] == [piece]
    return whole and secrets.login_in(piece) is None


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


@lru_cache(maxsize=8)
def _code(text: str) -> list[str]:
    """The lines of a text, without spaces, strings and comments."""
    bare = _STRING_OR_COMMENT.sub(_emptied, text)
    return ["".join(line.split()) for line in LINE_END.split(bare)]


def _emptied(match: re.Match[str]) -> str:
    if match[0].startswith("#"):
        return ""
    return '"' + "".join(LINE_END.findall(match[0])) + '"'
