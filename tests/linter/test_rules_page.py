"""Every fact is covered or says why not, and every link of rules.md leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kintone_conformance.spec.facts import Fact, facts
from rules_page import covered

PAGE = (Path(__file__).parents[2] / "rules.md").read_text("utf-8")


def test_the_facts_are_numbered_without_gaps() -> None:
    assert list(facts()) == [f"F{number}" for number in range(1, 84)]


@pytest.mark.parametrize("fact", facts().values(), ids=lambda fact: fact.id)
def test_a_fact_is_covered_or_says_why_not(fact: Fact) -> None:
    assert fact.says.endswith(".")
    assert bool(fact.uncovered) != (fact.id in covered())
    assert fact.sources or fact.uncovered


@pytest.mark.parametrize("fact", facts().values(), ids=lambda fact: fact.id)
def test_the_sources_of_a_fact_are_public(fact: Fact) -> None:
    for source in fact.sources:
        known = source in ("observed in public code", "our own inference")
        assert known or re.match(r"https://[a-z.-]+/|[\w-]+/[\w-]+: \S+$", source), source


def test_nobody_names_an_unknown_fact() -> None:
    assert set(covered()) <= set(facts())


def test_every_link_in_the_page_leads_to_a_heading_or_a_fact() -> None:
    headings = re.findall(r"^#+ (.*)$", re.sub(r"(?ms)^```.*?^```$", "", PAGE), re.MULTILINE)
    anchors = [re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings]
    anchors += re.findall(r'<a id="(\w+)">', PAGE)
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= set(anchors)


def test_every_rule_stands_in_the_contents_and_has_a_section() -> None:
    listed = re.findall(r"^\| \[(K[CL]\d{3})\]", PAGE, re.MULTILINE)
    sections = re.findall(r"^### (K[CL]\d{3}) ", PAGE, re.MULTILINE)
    assert listed == sections
    assert listed[0] == "KC101"
    assert "KL001" in listed
