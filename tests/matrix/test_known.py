"""An older version is excused from the calls that it lacks, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from judging.clients import driving, results
from kintone_conformance.matrix.excusing import held_against, lacking
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import ExitCode, HarnessError, Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.report import events
from kintone_conformance.strategies import harmless_call

OLDER = Sdk(name="sdk", versions=("2", "1"), language="python", url="https://e", version="1")


def held(adapter: type[ReferenceAdapter]) -> events.Report:
    """What is held against version 1 of an SDK with this adapter, in KC518."""
    rows = tuple(events.row(each, "") for each in results(adapter, ["KC518"], examples=1).values())
    header = events.Header("1", None, "x", None, ("loopback",), 1, None, False, "3", "now")
    footer = events.footer(rows, strict=False, complete=True)
    return held_against(OLDER, events.Report(header, rows, footer))


def serving(**does: Any) -> type[ReferenceAdapter]:
    """An adapter of these calls, as space_get, and of record.get as it should be."""
    for name, method in does.items():
        method.__kintone_api__ = name.replace("_", ".")
    apis = [method.__kintone_api__ for method in does.values()]
    return driving(KintoneClient, [*apis, "record.get"], **does)


def missing(self: Any, sdk: Any, **params: Any) -> None:
    sdk.no_such_method()


def idle(self: Any, sdk: Any, **params: Any) -> None:
    """Returns, and nothing was sent."""


def dies(self: Any, sdk: Any, **params: Any) -> None:
    raise HarnessError("space.get: the driver ended with exit code 7")


def test_a_call_that_an_older_version_lacks_is_not_judged() -> None:
    report = held(serving(space_get=missing))
    row = report.requirements[0]
    assert (row.verdict, row.message) == (Verdict.NA, "this version lacks space.get")
    assert lacking(report) == "space.get"


@pytest.mark.parametrize("does", [dies, idle])
def test_a_driver_that_dies_or_sends_nothing_is_an_error_of_an_older_version_too(does: Any) -> None:
    report = held(serving(space_get=does))
    assert [row.verdict for row in report.requirements] == [Verdict.ERROR]
    assert report.footer.exit_code == ExitCode.HARNESS
    assert lacking(report) == ""


def test_a_call_that_is_lacking_beside_one_that_breaks_excuses_nothing() -> None:
    report = held(serving(space_get=missing, guests_add=idle))
    assert [row.verdict for row in report.requirements] == [Verdict.ERROR]


def test_a_call_that_breaks_with_some_input_only_is_not_lacking() -> None:
    def odd(self: Any, sdk: KintoneClient, **params: Any) -> Any:
        if params["id"] != harmless_call("space.get").params["id"]:
            sdk.no_such_method()  # type: ignore[attr-defined]
        return sdk.get(sdk.path("space"), params)

    report = held(serving(space_get=odd))
    assert [row.verdict for row in report.requirements] == [Verdict.ERROR]
