"""Where a rule is explained on the web: its place in rules.md, below the address of the project."""

from __future__ import annotations

from functools import cache

from kintone_lint.codes import names

_DISTRIBUTION = "kintone-conformance"
_LABEL = "Repository"  # in [project.urls] of pyproject.toml


def page_of(code: str) -> str:
    """The address of a rule's section; "" where the installed package names no repository."""
    repository = _repository()
    if not repository:
        return ""
    return f"{repository}/blob/HEAD/rules.md#{code.lower()}-{names()[code]}"


@cache
def _repository() -> str:
    from importlib.metadata import metadata

    for entry in metadata(_DISTRIBUTION).get_all("Project-URL") or ():
        label, _, address = entry.partition(", ")
        if label == _LABEL:
            return str(address).rstrip("/")
    return ""
