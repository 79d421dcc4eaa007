"""Drives zenkPytone as published."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from pytone.kintone import Kintone
from pytone.kintone_file import KintoneFile

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import Client, Info
from kintone_conformance.spec.auth import HeaderValue


@dataclass(frozen=True, repr=False)
class Opened:
    """zenkPytone makes one object an app, and asks for the fields of the app to make it."""

    value: str
    subdomain: str

    def app(self, app: int) -> Any:
        return Kintone(self.value, self.subdomain, app)

    @property
    def files(self) -> Any:
        return KintoneFile(self.value, self.subdomain)


class ZenkPytoneAdapter(Adapter):
    """zenkPytone takes the finished value of `X-Cybozu-Authorization` from its user.

    It has `https://{subdomain}.cybozu.com` wired in, so it goes through a proxy. Records that it
    writes hold the fields that the app has, and its queries an added condition on `$id`: these
    calls are not declared.
    """

    info = Info(
        name="zenkPytone",
        version=version("zenkPytone"),
        url="https://github.com/zenk-github/pytone",
        supports=frozenset({"auth.header"}),
        doors=("proxy", "responses"),
    )

    def open(self, client: Client) -> Opened:
        if any(urlsplit(client.base_url)[2:]):
            raise Unserved("zenkPytone takes a subdomain, not a base URL")
        match client.auth:
            case HeaderValue() as auth:
                return Opened(auth.value, client.subdomain)
            case _:
                raise Unserved("zenkPytone takes a header's finished value")

    def error_fields(self, error: object) -> dict[str, object]:
        """Kintone's answer is the exception's argument."""
        answered: Any = getattr(error, "args", None) or ({},)
        return dict(answered[0]) if isinstance(answered[0], dict) else {}

    def table(self) -> dict[str, Callable[..., Any]]:
        return {"record.comment.delete": comment_delete, "record.comments.get": comments_get}

    @serves("record.get")
    def record_get(self, sdk: Opened, app: int, id: int) -> Any:  # noqa: A002
        return sdk.app(app).selectRec(id)

    @serves("records.delete", "revisions")
    def records_delete(
        self, sdk: Opened, app: int, ids: list[int], revisions: list[int] | None = None
    ) -> Any:
        return sdk.app(app).delete(list(ids), revisions)

    @serves("file.upload")
    def file_upload(self, sdk: Opened, name: str, contentBase64: str) -> Any:  # noqa: N803
        if "/" in name:
            raise Unserved("zenkPytone takes an open file, whose name is a path")
        content = io.BytesIO(base64.b64decode(contentBase64))
        content.name = name
        return sdk.files.uploadFile(content)

    @serves("file.download")
    def file_download(self, sdk: Opened, fileKey: str) -> Any:  # noqa: N803
        return sdk.files.downloadFile(fileKey)


def comment_delete(sdk: Opened, /, app: int, record: int, comment: int) -> Any:
    """Delete a comment."""
    return sdk.app(app).deleteComment(record, comment)


def comments_get(sdk: Opened, /, app: int, record: int, **params: Any) -> Any:
    """Get the comments of a record."""
    return sdk.app(app).selectComment(record, **params)
