"""Mutants of KC9xx: one operation of many is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kintone_conformance.reference_client import KintoneClient
from zoo.registry import mutant


@mutant("KC901")
class EvaluatesAllRecords(KintoneClient):
    """Leaves the ids out of the question what a user may do with some records."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if path.endswith("/records/acl/evaluate.json"):
            params = {"app": params["app"]}
        return super().get(path, params)


@mutant("KC901")
class MisspellsAnEndpoint(KintoneClient):
    """Asks for the views of an app at a path in the singular."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        return super().path("app/view" if endpoint == "app/views" else endpoint, preview)


@mutant("KC902")
class MovesThreadsOutside(KintoneClient):
    """Adds threads outside the guest space."""

    def path(self, endpoint: str, preview: bool = False) -> str:
        if endpoint == "space/thread":
            return f"/k/v1/{endpoint}.json"
        return super().path(endpoint, preview)


@mutant("KC903")
class CommentsAnonymously(KintoneClient):
    """Sends comments in threads with the Basic gate alone."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if path.endswith("/space/thread/comment.json"):
            nothing = dict.fromkeys(set(self.auth_headers()) - set(self.gate_headers()))
            options["headers"] = {**(options.get("headers") or {}), **nothing}
        return super().send(method, path, **options)


@mutant("KC901")
class ForcesSettings(KintoneClient):
    """Updates settings of an app whatever revision they were read at."""

    def write(self, method: str, path: str, body: Any) -> Any:
        if method == "PUT" and "/preview/" in path:
            body = {name: value for name, value in body.items() if name != "revision"}
        return super().write(method, path, body)
