"""Drives pyntone as published."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyntone
from pyntone.http.http_client import KintoneError
from pyntone.types.auth import OAuthTokenAuth

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import NO_GUEST, Client, Info
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password

_INNER = {
    "record.add": ("POST", "record"),
    "record.update": ("PUT", "record"),
    "records.add": ("POST", "records"),
    "records.update": ("PUT", "records"),
    "records.delete": ("DELETE", "records"),
}

# Each operation with pyntone's name for it; the settings of an app are read with preview as well.
# Not declared is preview.app.form.fields.add: its method sends a GET, which refuses the parameters.
_SETTINGS = {
    "app.acl.get": "app.get_app_acl",
    "app.actions.get": "app.get_app_actions",
    "app.customize.get": "app.get_app_customize",
    "app.form.layout.get": "app.get_form_layout",
    "app.notifications.general.get": "app.get_general_notifications",
    "app.notifications.perRecord.get": "app.get_per_record_notifications",
    "app.notifications.reminder.get": "app.get_reminder_notifications",
    "app.reports.get": "app.get_reports",
    "app.settings.get": "app.get_app_settings",
    "app.status.get": "app.get_process_management",
    "app.views.get": "app.get_views",
    "field.acl.get": "app.get_field_acl",
    "record.acl.get": "app.get_record_acl",
}
_OPERATIONS = {
    "preview.app.acl.update": "app.update_app_acl",
    "preview.app.actions.update": "app.update_app_actions",
    "preview.app.customize.update": "app.update_app_customize",
    "preview.app.deploy": "app.deploy_app",
    "preview.app.deploy.get": "app.get_deploy_status",
    "preview.app.form.fields.delete": "app.delete_form_fields",
    "preview.app.form.fields.update": "app.update_form_fields",
    "preview.app.form.layout.update": "app.update_form_layout",
    "preview.app.notifications.general.update": "app.update_general_notifications",
    "preview.app.notifications.perRecord.update": "app.update_per_record_notifications",
    "preview.app.notifications.reminder.update": "app.update_reminder_notifications",
    "preview.app.reports.update": "app.update_reports",
    "preview.app.settings.update": "app.update_app_settings",
    "preview.app.status.update": "app.update_process_management",
    "preview.app.views.update": "app.update_views",
    "preview.field.acl.update": "app.update_field_acl",
    "preview.record.acl.update": "app.update_record_acl",
    "record.comment.add": "record.add_record_comment",
    "record.comment.delete": "record.delete_record_comment",
    "record.comments.get": "record.get_record_comments",
    "records.acl.evaluate.get": "app.evaluate_records_acl",
}


class PyntoneAdapter(Adapter):
    """pyntone takes a base URL, so the loopback door reaches it."""

    info = Info(
        name="pyntone",
        version=pyntone.__version__,
        url="https://github.com/yamamoto-febc/pyntone",
        supports=frozenset(
            {
                "auth.password",
                "auth.token",
                "auth.token.many",
                "auth.oauth",
                "guest",
                "guest.text",
            }
        ),
        doors=("loopback", "tls", "responses"),
        no_guest=(None,),
    )

    def open(self, client: Client) -> Any:
        match client.auth:
            case Password(login, password):
                auth: object = pyntone.PasswordAuth(login, password)
            case ApiTokens((token,)):
                auth = pyntone.ApiTokenAuth(token)
            case ApiTokens(tokens):
                auth = pyntone.ApiTokenAuth(list(tokens))
            case OAuth(access_token):
                auth = OAuthTokenAuth(access_token)
            case _:
                raise Unserved("pyntone has no session")
        if client.guest_space is NO_GUEST:
            return pyntone.KintoneRestAPIClient(client.base_url, auth)
        return pyntone.KintoneRestAPIClient(client.base_url, auth, client.guest_space)

    def error_fields(self, error: object) -> dict[str, object]:
        found = error.json if isinstance(error, KintoneError) else {}
        return {name: found.get(name) for name in ("code", "id", "message")}

    def table(self) -> dict[str, Callable[..., Any]]:
        previews = {
            f"preview.{api}": partial(named, name, {"preview": True})
            for api, name in _SETTINGS.items()
        }
        plain = {api: partial(named, name, {}) for api, name in (_SETTINGS | _OPERATIONS).items()}
        return {**plain, **previews}

    @serves("record.get")
    def record_get(self, sdk: Any, app: int, id: int) -> Any:  # noqa: A002
        return sdk.record.get_record(app, id)

    @serves("record.add")
    def record_add(self, sdk: Any, app: int, record: Any) -> Any:
        return sdk.record.add_record(app, record)

    @serves("record.update", "updateKey", "revision")
    def record_update(
        self,
        sdk: Any,
        app: int,
        record: Any,
        id: int | None = None,  # noqa: A002
        updateKey: Any = None,  # noqa: N803
        revision: int | None = None,
    ) -> Any:
        return sdk.record.update_record(app, id, updateKey, record, revision)

    @serves("records.get")
    def records_get(
        self,
        sdk: Any,
        app: int,
        query: str | None = None,
        fields: list[str] | None = None,
        totalCount: bool | None = None,  # noqa: N803
    ) -> Any:
        return sdk.record.get_records(app, fields, query, totalCount)

    @serves("records.add")
    def records_add(self, sdk: Any, app: int, records: list[Any]) -> Any:
        return sdk.record.add_records(app, records)

    @serves("records.update", "updateKey", "revision")
    def records_update(self, sdk: Any, app: int, records: list[Any]) -> Any:
        return sdk.record.update_records(app, records)

    @serves("records.delete", "revisions")
    def records_delete(
        self, sdk: Any, app: int, ids: list[int], revisions: list[int] | None = None
    ) -> Any:
        return sdk.record.delete_records(app, ids, revisions)

    @serves("cursor.create")
    def cursor_create(
        self,
        sdk: Any,
        app: int,
        fields: list[str] | None = None,
        query: str | None = None,
        size: int | None = None,
    ) -> Any:
        return sdk.record.create_cursor(app, fields, query, size)

    @serves("cursor.get")
    def cursor_get(self, sdk: Any, id: str) -> Any:  # noqa: A002
        return sdk.record.get_records_by_cursor(id)

    @serves("cursor.delete")
    def cursor_delete(self, sdk: Any, id: str) -> Any:  # noqa: A002
        return sdk.record.delete_cursor(id)

    @serves("bulkRequest", "updateKey", "revision", "revisions", "upsert")
    def bulk_request(self, sdk: Any, requests: list[dict[str, Any]]) -> Any:
        named = []
        for request in requests:
            method, endpoint = _INNER[request["api"]]
            named.append(
                {"method": method, "endpoint_name": endpoint, "payload": request["params"]}
            )
        return sdk.bulkRequest.send(named)

    @serves("file.upload")
    def file_upload(self, sdk: Any, name: str, contentBase64: str) -> Any:  # noqa: N803
        return sdk.file.upload_file({"name": name, "data": base64.b64decode(contentBase64)})

    @serves("file.download")
    def file_download(self, sdk: Any, fileKey: str) -> Any:  # noqa: N803
        return sdk.file.download_file(fileKey)

    @serves("app.get")
    def app_get(self, sdk: Any, id: int) -> Any:  # noqa: A002
        return sdk.app.get_app(id)

    @serves("apps.get")
    def apps_get(
        self,
        sdk: Any,
        spaceIds: list[int] | None = None,  # noqa: N803
        **params: Any,
    ) -> Any:
        return sdk.app.get_apps(space_ids=spaceIds, **params)

    @serves("app.form.fields.get")
    def fields_get(self, sdk: Any, app: int, lang: str | None = None) -> Any:
        return sdk.app.get_form_fields(app, lang)

    @serves("preview.app.form.fields.get")
    def preview_fields_get(self, sdk: Any, app: int, lang: str | None = None) -> Any:
        return sdk.app.get_form_fields(app, lang, preview=True)


def named(name: str, more: dict[str, Any], sdk: Any, /, **params: Any) -> Any:
    """Call pyntone's method of this name, which takes its parameters in snake case."""
    client, _, method = name.partition(".")
    given = {re.sub("[A-Z]", r"_\g<0>", each).lower(): value for each, value in params.items()}
    return getattr(getattr(sdk, client), method)(**given, **more)
