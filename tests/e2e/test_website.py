"""The site of the documentation: a page for each rule, and no link that leads nowhere."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hatch_build
import website
from kintone_conformance.spec.requirements import requirements
from kintone_lint import pages
from kintone_lint.codes import names
from repositories import ROOT

PAGES = dict(website.pages())
NAMES = {**names(), **{entry.id: entry.name for entry in requirements().values()}}
STATIC = {file.name for file in (ROOT / "docs").iterdir() if file.suffix != ".md"}
MATRIX = re.compile(r"matrix/(index|requirements/KC\d{3})\.html")


@pytest.mark.parametrize("code", NAMES)
def test_a_rule_has_a_page_that_its_address_names(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = {"Repository": "https://example.com/r", "Documentation": "https://example.com/d"}
    monkeypatch.setattr(pages, "_addresses", lambda: addresses)
    assert pages.page_of(code, NAMES[code]) == f"https://example.com/d/rules/{code}.html"
    assert PAGES[f"rules/{code}.md"].startswith(f"# {code} {NAMES[code]}\n")
    del addresses["Documentation"]
    address, _, anchor = pages.page_of(code, NAMES[code]).partition("#")
    assert address == "https://example.com/r/blob/HEAD/rules.md"
    assert f"](#{anchor})" in (ROOT / "rules.md").read_text("utf-8")


def test_without_an_address_no_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_addresses", dict)
    assert pages.page_of("KL101", "hardcoded-api-token") == ""


def test_a_placeholder_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {"Repository": f"https://github.com/{hatch_build.PLACEHOLDER}"}
    monkeypatch.setattr(pages, "_addresses", lambda: addresses)
    assert pages.page_of("KL101", "hardcoded-api-token") == ""


@pytest.mark.parametrize("place", PAGES)
def test_a_link_of_a_page_leads_to_a_place_on_the_site(place: str) -> None:
    outside = re.sub(r"(?ms)^ *```.*?^ *```$", "", PAGES[place])
    for target in re.findall(r"\]\(([^)\s]+)\)", outside):
        if target.startswith("https://"):
            continue
        path, _, _ = target.partition("#")
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(place), path)) if path else place
        assert goal in PAGES or goal in STATIC or MATRIX.fullmatch(goal), target


def test_what_is_not_on_the_site_is_linked_in_the_repository() -> None:
    text = website.moved("[a](../sdks) [b](ci.md#x)", "docs/driver.md", "driver.md")
    assert text == f"[a]({pages.repository()}/blob/HEAD/sdks) [b](ci.md#x)"
    text = website.moved("```\n[a](../sdks)\n```", "docs/driver.md", "driver.md")
    assert text == "```\n[a](../sdks)\n```"


def test_nothing_of_rules_md_is_lost() -> None:
    """Every paragraph of a rule is on the page of the rule, and nowhere else."""
    whole = (ROOT / "rules.md").read_text("utf-8")
    sentences = re.findall(r"(?m)^\*\*Fix\.\*\* (.*)$", whole)
    shown = [text for place, text in PAGES.items() if place.startswith("rules/K")]
    assert len(sentences) == len(shown) == len(NAMES)
    assert sorted(re.findall(r"(?m)^\*\*Fix\.\*\* (.*)$", "\n".join(shown))) == sorted(sentences)


@pytest.mark.deep
def test_the_site_is_made(tmp_path: Path) -> None:
    """mkdocs is strict: a link or an anchor that leads nowhere is an error."""
    command = [sys.executable, str(ROOT / "tools" / "website.py"), str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for place in (
        "index.html",
        "rules/KL101.html",
        "matrix/index.html",
        "search/search_index.json",
    ):
        assert (tmp_path / "site" / place).exists()
