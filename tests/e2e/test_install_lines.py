"""Nobody is told to ask a package index for this project: its name is not registered there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from repositories import ROOT, git

_BY_NAME = re.compile(
    r"(?:pipx?|uvx?|uv pip|pip3|poetry|pdm)\s+(?:install|run|add|tool install)\s[^\n]*?"
    r"(?<![/\w.])kintone[-_](?:conformance|lint)(?:\[[\w,]*\])?+(?![\w/.-])(?!\s*@ )"
)
_TEXTS = (".md", ".py", ".toml", ".yml", ".yaml", ".html", ".mjs", ".txt", "")


def texts() -> list[Path]:
    names = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    return [ROOT / name for name in names if Path(name).suffix in _TEXTS and (ROOT / name).exists()]


def test_nobody_is_told_to_install_by_that_name() -> None:
    here = Path(__file__)
    found = [
        f"{file.relative_to(ROOT)}: {match[0]}"
        for file in texts()
        if file != here and file.is_file()
        for match in _BY_NAME.finditer(file.read_text("utf-8", "replace"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "pip install kintone-conformance",
        "- run: pip install 'kintone-conformance[suite]'",
        "python -m pip install --quiet kintone-lint",
        "uv tool install kintone_conformance",
    ],
)
def test_such_a_line_is_seen(line: str) -> None:
    assert _BY_NAME.search(line)


@pytest.mark.parametrize(
    "line",
    [
        'pip install "kintone-conformance @ git+https://github.com/example/tool@v0.1.0"',
        "pip install ./kintone-conformance",
        "pip install git+https://github.com/OWNER/kintone-conformance",
    ],
)
def test_a_line_that_says_where_from_is_none(line: str) -> None:
    assert not _BY_NAME.search(line)
