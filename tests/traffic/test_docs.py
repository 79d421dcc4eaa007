"""docs/traffic.md says which requirements traffic shows; the code holds the sets."""

from __future__ import annotations

import re
from pathlib import Path

from kintone_conformance.spec.requirements import requirements
from kintone_conformance.traffic import observable

PAGE = Path(__file__).parents[2] / "docs" / "traffic.md"
ROWS = {
    "one request": observable.ALONE,
    "several requests": observable.BY_SEQUENCE,
    "known credentials": observable.WITH_CREDENTIALS,
    "a request that breaks them": observable.WHERE_BROKEN,
}


def test_the_table_of_the_page_is_the_sets_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    for title, ids in ROWS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| {title} |"))
        assert set(re.findall(r"KC\d{3}", row)) == ids, title
        assert ids <= set(requirements())


def test_no_requirement_is_in_two_sets() -> None:
    assert sum(map(len, ROWS.values())) == len(frozenset().union(*ROWS.values()))
