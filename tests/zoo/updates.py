"""Mutants about the parameters of updates that not every client takes: revision, upsert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kintone_conformance.reference_client import KintoneClient
from zoo.registry import mutant


def without(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The values without one of them."""
    return {key: value for key, value in values.items() if key != name}


@mutant("KC515")
class DropsTheRevision(KintoneClient):
    """Takes a revision for an update of one record, and updates whatever is there."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write(method, path, without(body, "revision"))


@mutant("KC515")
class IgnoresUpsert(KintoneClient):
    """Takes upsert, and only updates."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write(method, path, without(body, "upsert"))


@mutant("KC513")
class DropsTheRevisionsOfRecords(KintoneClient):
    """Takes a revision for each of several records, and sends none."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        records = body.get("records")
        if method == "PUT" and isinstance(records, list):
            body = {**body, "records": [without(each, "revision") for each in records]}
        return super().write(method, path, body)


@mutant("KC514")
class DeletesWhateverTheRevision(KintoneClient):
    """Takes the revisions of records that are to be deleted, and sends none."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return super().write(method, path, without(body, "revisions"))


@mutant("KC516")
class UpdatesAnotherRevision(KintoneClient):
    """Sends a revision of its own with an update for which none was given."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        if method == "PUT" and path.endswith("/record.json"):
            body = {"revision": 4711, **body}
        return super().write(method, path, body)


@mutant("KC409")
class DropsTheRevisionInABulkRequest(KintoneClient):
    """Leaves the revision out of the requests of a bulkRequest."""

    def bulk(self, requests: Sequence[Mapping[str, Any]]) -> Any:
        return super().bulk(
            [{**each, "params": without(each["params"], "revision")} for each in requests]
        )
