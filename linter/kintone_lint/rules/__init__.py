"""The rules: one a file, found by their files' names."""

from __future__ import annotations

import kintone_lint.python.quick  # noqa: F401, before all that imports libcst

# isort: split
from functools import cache
from importlib import import_module
from pathlib import Path

from kintone_lint.rules.base import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """One of each rule, by code."""
    for file in sorted(Path(__file__).parent.glob("kl*.py")):
        import_module(f"kintone_lint.rules.{file.stem}")
    return tuple(sorted((kind() for kind in Rule.__subclasses__()), key=lambda rule: rule.code))
