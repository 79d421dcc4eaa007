"""Drives pyntone as published."""

from __future__ import annotations

import base64
from typing import Any

import pyntone
from pyntone.http.http_client import KintoneError

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import NO_GUEST, Client, Info
from kintone_conformance.spec.auth import ApiTokens, Password

_INNER = {
    "record.add": ("POST", "record"),
    "record.update": ("PUT", "record"),
    "records.add": ("POST", "records"),
    "records.update": ("PUT", "records"),
    "records.delete": ("DELETE", "records"),
}


class PyntoneAdapter(Adapter):
    """pyntone takes a base URL, so the loopback door reaches it."""

    info = Info(
        name="pyntone",
        version=pyntone.__version__,
        url="https://github.com/yamamoto-febc/pyntone",
        supports=frozenset(
            {"auth.password", "auth.token", "auth.token.many", "guest", "guest.text"}
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
            case _:
                raise Unserved("pyntone has no OAuth and no session")
        if client.guest_space is NO_GUEST:
            return pyntone.KintoneRestAPIClient(client.base_url, auth)
        return pyntone.KintoneRestAPIClient(client.base_url, auth, client.guest_space)

    def error_fields(self, error: object) -> dict[str, object]:
        found = error.json if isinstance(error, KintoneError) else {}
        return {name: found.get(name) for name in ("code", "id", "message")}

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
