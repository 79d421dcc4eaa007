"""Small clients for tests of the machinery: the bundled one, with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.bench import Budget, judged
from kintone_conformance.model import Result
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.suite.properties import properties


def driving(
    client: type[KintoneClient], calls: Iterable[str] = (), **members: Any
) -> type[ReferenceAdapter]:
    """An adapter of a client that differs from the reference; it serves these calls, or all."""
    left_out = {
        name: None
        for name, method in vars(ReferenceAdapter).items()
        if calls and getattr(method, "__kintone_api__", None) not in {None, *calls}
    }
    if calls:
        members["table"] = lambda self: {
            api: call for api, call in ReferenceAdapter.table(self).items() if api in calls
        }
    return type("Adapter", (ReferenceAdapter,), {"client": client, **left_out, **members})


def results(
    adapter: type[ReferenceAdapter],
    ids: Iterable[str],
    examples: int = 5,
    doors: tuple[str, ...] | None = ("loopback",),
    **options: Any,
) -> dict[str, Result]:
    """What comes of these requirements, in this process only."""
    props = [properties()[id_] for id_ in ids]
    return judged(
        lambda environ, _within: InProcess(adapter, environ, **options),
        props,
        Budget(examples=examples),
        doors,
    )
