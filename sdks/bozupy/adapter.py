"""Drives bozupy as published."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bozupy import BOZUPY_VERSION, AccessData
from bozupy.kintone import app as apps
from bozupy.kintone import record as records
from bozupy.kintone import space as spaces

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import Client, Info
from kintone_conformance.spec.auth import ApiTokens, Password

_APP = 1  # for files: bozupy takes the token of an app, and they belong to none


@dataclass
class Opened:
    """What bozupy's functions take with each call: login and password, or a token for each app."""

    data: AccessData
    token: str = ""

    def of(self, app: int) -> AccessData:
        """The access data of an app."""
        if self.token:
            self.data.app_tokens[app] = self.token
        return self.data

    def __repr__(self) -> str:
        return repr(self.data)


class BozupyAdapter(Adapter):
    """bozupy has `https://{subdomain}.cybozu.com` wired in, so it goes through a proxy."""

    info = Info(
        name="bozupy",
        version=BOZUPY_VERSION,
        url="https://github.com/cybozu/bozupy",
        supports=frozenset({"auth.password", "auth.token"}),
        doors=("proxy", "responses"),
    )

    def open(self, client: Client) -> Opened:
        if any(urlsplit(client.base_url)[2:]):
            raise Unserved("bozupy takes a subdomain, not a base URL")
        match client.auth:
            case Password(login, str(password)):
                return Opened(AccessData(client.subdomain, login, password, app_tokens={}))
            case ApiTokens((token,)):
                data = AccessData(client.subdomain, "", "", app_tokens={})
                return Opened(data, token)
            case _:
                raise Unserved("bozupy takes a password that is a str, or one token an app")

    def error_fields(self, error: object) -> dict[str, object]:
        """The exception holds the answer."""
        response = getattr(error, "response", None)
        try:
            answered = response.json() if response is not None else {}
        except ValueError:
            answered = {}
        return dict(answered) if isinstance(answered, dict) else {}

    def table(self) -> dict[str, Callable[..., Any]]:
        return {
            "app.acl.get": partial(of_app, apps.get_app_acl),
            "app.status.get": partial(of_app, apps.get_app_process_conf),
            "app.views.get": partial(of_app, apps.get_app_views),
            "space.body.update": space_body,
        }

    @serves("record.get")
    def record_get(self, sdk: Opened, app: int, id: int) -> Any:  # noqa: A002
        return records.get_record(app, id, sdk.of(app))

    @serves("record.add")
    def record_add(self, sdk: Opened, app: int, record: Any) -> Any:
        return records.add_record_raw(app, record, sdk.of(app))

    @serves("record.update")
    def record_update(self, sdk: Opened, app: int, id: int, record: Any) -> Any:  # noqa: A002
        return records.update_record_raw(app, id, record, sdk.of(app))

    @serves("records.add")
    def records_add(self, sdk: Opened, app: int, records: list[Any]) -> Any:
        return add_records(app, records, sdk.of(app))

    @serves("records.update")
    def records_update(self, sdk: Opened, app: int, records: list[Any]) -> Any:
        given = [(each["id"], each["record"]) for each in records]
        return update_records(app, given, sdk.of(app))

    @serves("records.delete")
    def records_delete(self, sdk: Opened, app: int, ids: list[int]) -> Any:
        if list(set(ids)) != ids:
            raise Unserved("delete_records takes a set, which has no order")
        return records.delete_records(app, set(ids), sdk.of(app))

    @serves("file.upload")
    def file_upload(self, sdk: Opened, name: str, contentBase64: str) -> Any:  # noqa: N803
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            path.write_bytes(base64.b64decode(contentBase64))
            kind = "application/octet-stream"
            return records.upload_file(_APP, name, path, kind, sdk.of(_APP))

    @serves("file.download")
    def file_download(self, sdk: Opened, fileKey: str) -> Any:  # noqa: N803
        with TemporaryDirectory() as folder:
            return records.download_file(fileKey, Path(folder, "file"), _APP, sdk.of(_APP))

    @serves("app.get")
    def app_get(self, sdk: Opened, id: int) -> Any:  # noqa: A002
        return apps.get_app(id, sdk.of(id))

    @serves("app.form.fields.get")
    def fields_get(self, sdk: Opened, app: int, lang: str | None = None) -> Any:
        if lang is not None:
            raise Unserved("get_app_fields takes no lang")
        return apps.get_app_fields(app, access_data=sdk.of(app))

    @serves("space.get")
    def space_get(self, sdk: Opened, id: int) -> Any:  # noqa: A002
        return spaces.get_space(id, sdk.data)


add_records, update_records = records.add_records_raw, records.update_records_raw


def of_app(function: Callable[..., Any], sdk: Opened, /, app: int) -> Any:
    """Call a function that takes an app's id and the access data."""
    return function(app, access_data=sdk.of(app))


def space_body(sdk: Opened, /, id: int, body: str) -> Any:  # noqa: A002
    """Update the body of a space."""
    return spaces.update_space_body(id, body, sdk.data)
