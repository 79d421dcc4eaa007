"""What is known of Kintone, by number, read from `facts.toml`.

Requirements and rules name the facts that they rest on; here is what each fact says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Fact:
    """One fact in one sentence.

    `sources` are public addresses, files of public repositories (`owner/name: path`), or words
    if there is neither. `uncovered` says why no requirement and no rule names the fact, ""
    where one does.
    """

    id: str
    says: str
    sources: tuple[str, ...]
    uncovered: str = ""


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by id (`F41`), in order of number."""
    import tomllib  # 6 ms that only who asks should pay

    entries = tomllib.loads(Path(__file__).with_name("facts.toml").read_text("utf-8"))
    return {
        id_: Fact(id_, entry["says"], tuple(entry["sources"]), entry.get("uncovered", ""))
        for id_, entry in sorted(entries.items(), key=lambda item: int(item[0][1:]))
    }
