"""The catalogue of requirements is whole, and `rules.md` says what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kintone_conformance.report.rules import rules
from kintone_conformance.spec.calls import CAPABILITIES, calls
from kintone_conformance.spec.requirements import ALL_DOORS, FAMILIES, Requirement, requirements

ENTRIES = list(requirements().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_is_whole(entry: Requirement) -> None:
    assert re.fullmatch(r"KC[1-8]\d\d", entry.id)
    assert entry.level in ("MUST", "SHOULD", "NOTE")
    assert entry.sentence.endswith((".", "…"))
    assert entry.why.endswith(".")
    assert entry.source.startswith("https://")
    assert entry.facts
    assert all(re.fullmatch(r"F\d+", fact) for fact in entry.facts)
    assert set(entry.calls) <= set(calls())
    assert entry.calls
    assert entry.needs <= set(CAPABILITIES)
    assert entry.doors
    assert set(entry.doors) <= set(ALL_DOORS)
    assert entry.family in FAMILIES.values()


def test_names_are_given_once() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.sentence for entry in ENTRIES}) == len(ENTRIES)


def test_rules_md_is_fresh() -> None:
    page = Path(__file__).parents[2] / "rules.md"
    assert page.read_text("utf-8").startswith(rules()), "run `make rules`"
