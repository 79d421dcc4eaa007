"""The adapter of the bundled reference client: the example that the author of an SDK copies."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kintone_conformance.adapter import Adapter, serves
from kintone_conformance.model import NO_GUEST, Client, Info
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.reference_operations import OPERATIONS
from kintone_conformance.spec.auth import Auth


class ReferenceAdapter(Adapter):
    """Drives `KintoneClient`."""

    info = Info(
        name="reference",
        version="1.0.0",
        url="https://github.com/kintone-conformance/kintone-conformance",
        supports=frozenset(
            {
                "auth.password",
                "auth.token",
                "auth.token.many",
                "auth.oauth",
                "auth.session",
                "auth.change",
                "basic",
                "guest",
                "guest.text",
                "caPem",
                "proxyUrl",
                "clientCertificate",
                "threads",
            }
        ),
        doors=("loopback", "tls", "proxy", "responses"),
        no_guest=(None,),
    )
    client: type[KintoneClient] = KintoneClient

    def open(self, client: Client) -> KintoneClient:
        guest = None if client.guest_space is NO_GUEST else client.guest_space
        shown = client.client_certificate
        return self.client(
            client.base_url,
            client.auth,
            client.basic,
            guest,
            client.ca_pem,
            client.proxy_url,
            (shown.cert_pem, shown.key_pem) if shown else None,
        )

    def close(self, sdk: KintoneClient) -> None:
        sdk.close()

    def change_auth(self, sdk: KintoneClient, auth: Auth) -> None:
        sdk.auth = auth

    def table(self) -> Mapping[str, Callable[..., Any]]:
        return {api: partial(_operation, method, end) for api, (method, end) in OPERATIONS.items()}

    @serves("record.get")
    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("record"), params)

    @serves("record.add")
    def record_add(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("POST", sdk.path("record"), params)

    @serves("record.update", "updateKey", "revision")
    def record_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("record"), params)

    @serves("records.get")
    def records_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("records"), params)

    @serves("records.add")
    def records_add(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("POST", sdk.path("records"), params)

    @serves("records.update", "updateKey", "revision", "upsert")
    def records_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("records"), params)

    @serves("records.delete", "revisions")
    def records_delete(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("DELETE", sdk.path("records"), params)

    @serves("record.status.update", "revision")
    def status_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("record/status"), params)

    @serves("records.status.update", "revision")
    def statuses_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("records/status"), params)

    @serves("record.assignees.update", "revision")
    def assignees_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("record/assignees"), params)

    @serves("cursor.create")
    def cursor_create(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("POST", sdk.path("records/cursor"), params)

    @serves("cursor.get")
    def cursor_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("records/cursor"), params)

    @serves("cursor.delete")
    def cursor_delete(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("DELETE", sdk.path("records/cursor"), params)

    @serves("bulkRequest", "revision", "revisions", "updateKey", "upsert")
    def bulk_request(self, sdk: KintoneClient, requests: list[Mapping[str, Any]]) -> Any:
        return sdk.bulk(requests)

    @serves("file.upload")
    def file_upload(self, sdk: KintoneClient, name: str, contentBase64: str) -> Any:  # noqa: N803
        return sdk.upload(name, base64.b64decode(contentBase64))

    @serves("file.download")
    def file_download(self, sdk: KintoneClient, fileKey: str) -> bytes:  # noqa: N803
        return sdk.download(fileKey)

    @serves("app.get")
    def app_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("app"), params)

    @serves("apps.get")
    def apps_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("apps"), params)

    @serves("app.form.fields.get")
    def fields_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("app/form/fields"), params)

    @serves("preview.app.form.fields.get")
    def preview_fields_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("app/form/fields", preview=True), params)

    @serves("space.get")
    def space_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("space"), params)

    @serves("guests.add")
    def guests_add(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("POST", sdk.path("guests"), params)

    @serves("space.guests.update")
    def space_guests_update(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("PUT", sdk.path("space/guests"), params)

    @serves("template.space.add")
    def template_space_add(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.write("POST", sdk.path("template/space"), params)

    @serves("plugins.get", "ids")
    def plugins_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("plugins"), params)

    @serves("apis.get")
    def apis_get(self, sdk: KintoneClient) -> Any:
        return sdk.get(sdk.path("apis"), {})

    @serves("user.users.get")
    def users_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get("/v1/users.json", params)

    @serves("oauth.token")
    def oauth_token(
        self,
        sdk: KintoneClient,
        grantType: str,  # noqa: N803
        refreshToken: str,  # noqa: N803
        clientId: str,  # noqa: N803
        clientSecret: str,  # noqa: N803
    ) -> Any:
        return sdk.send(
            "POST",
            "/oauth2/token",
            data={
                "grant_type": grantType,
                "refresh_token": refreshToken,
                "client_id": clientId,
                "client_secret": clientSecret,
            },
        )


def _operation(method: str, endpoint: str, sdk: KintoneClient, /, **params: Any) -> Any:
    """An operation of the table: a file, a read, or a write with a JSON body."""
    if "{apiId}" in endpoint:
        endpoint = endpoint.replace("{apiId}", params.pop("apiId"))
    path = endpoint if endpoint.startswith("/") else sdk.path(endpoint)
    if "contentBase64" in params:
        return sdk.upload_to(path, params["name"], base64.b64decode(params["contentBase64"]))
    if path.endswith(".csv") or path == "/oauth2/authorization":
        return sdk.fetch(path, params)
    return sdk.get(path, params) if method == "GET" else sdk.write(method, path, params)
