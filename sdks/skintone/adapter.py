"""Drives skintone as published."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from skintone.kintone import Kintone
from skintone.kintone_file import KintoneFile

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import Client, Info
from kintone_conformance.spec.auth import ApiTokens


@dataclass(frozen=True, repr=False)
class Opened:
    """skintone makes one object an app, and asks for the fields of the app to make it."""

    token: str
    subdomain: str

    def app(self, app: int) -> Any:
        return Kintone(self.token, self.subdomain, app)

    @property
    def files(self) -> Any:
        return KintoneFile(self.token, self.subdomain)


class SkintoneAdapter(Adapter):
    """skintone has `https://{subdomain}.cybozu.com` wired in, so it goes through a proxy.

    Records that it writes hold the fields that the app has, and its queries an added condition on
    `$id`: these calls are not declared.
    """

    info = Info(
        name="skintone",
        version=version("skintone"),
        url="https://github.com/syakinman/skintone",
        supports=frozenset({"auth.token"}),
        doors=("proxy", "responses"),
    )

    def open(self, client: Client) -> Opened:
        if any(urlsplit(client.base_url)[2:]):
            raise Unserved("skintone takes a subdomain, not a base URL")
        match client.auth:
            case ApiTokens((token,)):
                return Opened(token, client.subdomain)
            case _:
                raise Unserved("skintone takes one API token")

    def error_fields(self, error: object) -> dict[str, object]:
        """Kintone's answer is the exception's argument."""
        answered: Any = getattr(error, "args", None) or ({},)
        return dict(answered[0]) if isinstance(answered[0], dict) else {}

    @serves("record.get")
    def record_get(self, sdk: Opened, app: int, id: int) -> Any:  # noqa: A002
        return sdk.app(app).selectRec(id)

    @serves("records.delete")
    def records_delete(self, sdk: Opened, app: int, ids: list[int]) -> Any:
        return sdk.app(app).delete(list(ids))

    @serves("file.upload")
    def file_upload(self, sdk: Opened, name: str, contentBase64: str) -> Any:  # noqa: N803
        if "/" in name:
            raise Unserved("skintone takes an open file, whose name is a path")
        content = io.BytesIO(base64.b64decode(contentBase64))
        content.name = name
        return sdk.files.uploadFile(content)

    @serves("file.download")
    def file_download(self, sdk: Opened, fileKey: str) -> Any:  # noqa: N803
        return sdk.files.downloadFile(fileKey)
