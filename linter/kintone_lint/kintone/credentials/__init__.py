"""The credentials that stand in a module's literals, and where they flow.

Finds; the rules KL101 to KL107 say what each find means.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials.by_flow import in_arguments, in_headers
from kintone_lint.kintone.credentials.by_name import in_environment, in_names
from kintone_lint.kintone.credentials.by_shape import by_shape, in_comments, in_urls
from kintone_lint.kintone.credentials.credential import Credential, Stage
from kintone_lint.kintone.names import Sort
from kintone_lint.kintone.subject import Subject, query

__all__ = ["Credential", "Sort", "Stage", "credentials"]


@query
def credentials(subject: Subject) -> list[Credential]:
    """Every credential of a module, once, the surest first; sample values are none."""
    found: dict[tuple[object, int, str], Credential] = {}
    for each in _all(subject):
        key = (each.spot.node or each.spot.module, each.spot.start, each.text)
        if key not in found:
            found[key] = each
    return list(found.values())


def _all(subject: Subject) -> Iterator[Credential]:
    yield from in_headers(subject)
    yield from in_arguments(subject)
    yield from in_names(subject)
    yield from in_environment(subject)
    yield from in_urls(subject)
    yield from by_shape(subject)
    yield from in_comments(subject)
