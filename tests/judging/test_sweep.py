"""Operations beside the core calls: gated, refused, led elsewhere, and with new credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from judging.clients import broken
from judging.exchanges import found, wire
from kintone_conformance.judging.sweep import sweep
from kintone_conformance.reference_client import KintoneClient, KintoneError

SETTINGS = ("acl", "actions", "adminNotes", "customize", "status", "views")


class LeavesTheGateOut(KintoneClient):
    """Exports CSV files without the Basic gate."""

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        basic, self.basic = self.basic, None if path.endswith(".csv") else self.basic
        try:
            return super().fetch(path, params)
        finally:
            self.basic = basic


class DeploysWhateverComes(KintoneClient):
    """Does not look at the answer to a deployment."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        except KintoneError:
            if "/preview/app/deploy" in path:
                return {}
            raise


class CommentsAgain(KintoneClient):
    """Sends a comment again if the server is busy."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        except KintoneError as error:
            if "/record/comment" in path and error.status in (429, 500, 503, 520):
                return super().send(method, path, **options)
            raise


class ReadsViewsAsItBegan(KintoneClient):
    """Reads settings with the credentials that it was made with."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.first = self.auth_headers()

    def send(self, method: str, path: str, **options: Any) -> Any:
        if "/app/views" in path or "/app/acl" in path:
            options["headers"] = {**(options.get("headers") or {}), **self.first}
        return super().send(method, path, **options)


class RemembersSettings(KintoneClient):
    """Reads the settings of an app once."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if "/app/status" not in path:
            return super().get(path, params)
        kept = vars(self).setdefault("kept", {})
        if path not in kept:
            kept[path] = super().get(path, params)
        return kept[path]


class FollowsForSettings(KintoneClient):
    """Reads settings wherever a redirect leads to."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if method != "GET" or "/app/" not in path:
            return super().send(method, path, **options)
        return self.parsed(self.http.get(self.base_url + path, headers=self.auth_headers()))


@pytest.mark.parametrize(
    ("client", "apis", "any_of"),
    [
        (LeavesTheGateOut, ("user.csv.user.get",), "KC903"),
        (DeploysWhateverComes, ("preview.app.deploy",), "KC803 KC805 KC809"),
        (CommentsAgain, ("record.comment.add",), "KC521"),
        (ReadsViewsAsItBegan, ("app.views.get", "app.acl.get"), "KC903"),
        (RemembersSettings, ("app.status.get",), "KC901"),
        (FollowsForSettings, tuple(f"app.{of}.get" for of in SETTINGS), "KC602"),
    ],
)
def test_other_operations_are_refused_gated_and_asked_after_a_change(
    client: type[KintoneClient], apis: tuple[str, ...], any_of: str
) -> None:
    assert broken(client, sweep, apis) & {*any_of.split()}
    assert not broken(KintoneClient, sweep, apis)


def test_a_failure_is_no_success_whatever_else_is_wrong_with_the_request() -> None:
    asked = wire("/k/v1/records.json", "DELETE", body={"app": 1, "ids": [1, 3]})
    assert found("records.delete", asked, answer="html 200") == ["KC514", "KC808"]
