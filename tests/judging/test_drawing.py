"""The same seed draws the same, whatever else is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from kintone_conformance.judging.drawing import by_seed_alone


def drawn() -> list[str]:
    found: list[str] = []

    @hypothesis.seed(7)
    @hypothesis.settings(max_examples=300, database=None, phases=[hypothesis.Phase.generate])
    @hypothesis.given(st.text(max_size=40))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def test_constants_of_a_client_are_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn()
    with by_seed_alone():
        alone = drawn()
    lines = [f"A{n} = 'of it {n}'\n" for n in range(20)]
    (tmp_path / "client_of_today.py").write_text("".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("client_of_today")
    try:
        assert drawn() != before, "or the following would show nothing"
        with by_seed_alone():
            assert drawn() == alone
    finally:
        del sys.modules["client_of_today"]
