"""A report as two runs write it alike: without what is drawn or given anew for each run.

That is ports, boundaries, addresses in memory, the password of the run's proxy, folders of this
machine, and how much of a malformed request had arrived when it was answered. A finding that
depends on which of two things happens first is named in `sdk.toml`, and is left out whole.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from kintone_conformance.doors.recording import PROXY_END, PROXY_USER
from kintone_conformance.nested import texts_in
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.text import portless

_BOUNDARY = re.compile(r"boundary=\"?([^\s\";]{8,70})")
# Boundaries in a body whose header is not shown: dashes, then random letters and digits.
_RANDOM = re.compile(r"-{6,}formdata-undici-\d+|(?<=--)(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{16,}")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_LOGIN = f"{PROXY_USER}:"
# It is cut off in a long text.
_IN_BASE64 = re.compile(rf"{b64encode(_LOGIN.encode()).decode()[:14]}[A-Za-z0-9+/]+={{0,2}}")
_PLAIN = re.compile(rf"(?:{_LOGIN}|{quote(PROXY_USER, safe='')}:)([A-Za-z0-9]{{24}})")
_WHOLE = len(b64encode(f"{_LOGIN}{'x' * 24}{PROXY_END}".encode()))
_MALFORMED = "not an HTTP/1.1 request"
_END_OF_HEAD = re.compile(r"(?<=\n)(?:\r|\\r)?\n")

Change = Callable[[str], str]


def steady(report: Report, folder: Path, unsteady: Collection[str] = ()) -> Report:
    """The same report with what differs from run to run named instead.

    `unsteady` are the requirements of whose findings nothing but the verdict is the same in each
    run.
    """
    given = _given_anew([*texts_in([msgspec.to_builtins(row) for row in report.requirements])])
    # The home of a service may be the root, which begins every path.
    places = [str(each) for each in (folder.parent, Path.home()) if each != each.parent]

    def named(text: str) -> str:
        for value, name in given.items():
            text = text.replace(value, name)
        for place in places:
            text = text.replace(f"{place}/", "")
        text = _IN_BASE64.sub("PROXY-LOGIN", _ADDRESS.sub("0xADDRESS", text))
        return portless(text)

    rows = [
        _without_finding(row) if row.id in unsteady else _steady_row(row, named)
        for row in report.requirements
    ]
    doors = tuple(dict.fromkeys(row.door for row in rows if row.door))
    header = msgspec.structs.replace(report.header, doors=doors)
    return msgspec.structs.replace(report, header=header, requirements=tuple(rows))


def _given_anew(texts: list[str]) -> dict[str, str]:
    """The boundaries and the password in these texts, each with a name for it, longest first."""
    whole = "\n".join(texts)
    boundaries = {*_BOUNDARY.findall(whole), *_RANDOM.findall(whole)}
    logins = {each for each in _IN_BASE64.findall(whole) if len(each) == _WHOLE}
    plain = "\n".join(b64decode(each).decode("latin-1") for each in logins)
    passwords = _PLAIN.findall(f"{whole}\n{plain}")
    found = {
        **dict.fromkeys(boundaries, "BOUNDARY"),
        **dict.fromkeys(passwords, "PROXY-PASSWORD"),
    }
    return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


def _steady_row(row: Row, named: Change) -> Row:
    told: Row = msgspec.convert(_each(msgspec.to_builtins(row), named), Row)
    sent = told.sent
    if _MALFORMED in row.message:  # it is answered while it still arrives
        sent = _END_OF_HEAD.split(sent, maxsplit=1)[0]
    return msgspec.structs.replace(
        told, sent=sent, reproduce=row.reproduce, source=row.source, seconds=0.0
    )


def _without_finding(row: Row) -> Row:
    return msgspec.structs.replace(
        row,
        message=row.known or row.sentence,
        door="",
        seconds=0.0,
        counterexample=(),
        expected="",
        sent="",
        difference="",
        hint="",
        part="",
        marks=(),
        cause="",
    )


def _each(value: Any, change: Change) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _each(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value
