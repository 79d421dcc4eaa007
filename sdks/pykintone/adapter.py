"""Drives pykintone as published."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import pykintone
from pykintone.account import Account, kintoneService
from pykintone.structure_field import File

from kintone_conformance.adapter import Adapter, Reported, Unserved, serves
from kintone_conformance.model import Client, Info
from kintone_conformance.spec.auth import ApiTokens, Password


@dataclass(frozen=True, repr=False)
class Opened:
    """pykintone makes one object an app, with the token of the app; it prints as one of these."""

    app: Callable[[int], Any]

    def __repr__(self) -> str:
        return repr(self.app(1))

    def __str__(self) -> str:
        return str(self.app(1))


class PykintoneAdapter(Adapter):
    """pykintone has `https://{subdomain}.cybozu.com` wired in, so it goes through a proxy."""

    info = Info(
        name="pykintone",
        version=version("pykintone"),
        url="https://github.com/icoxfog417/pykintone",
        supports=frozenset({"auth.password", "auth.token", "basic"}),
        doors=("proxy", "responses"),
    )

    def open(self, client: Client) -> Opened:
        if any(urlsplit(client.base_url)[2:]):
            raise Unserved("pykintone takes a subdomain, not a base URL")
        gate = client.basic
        match client.auth:
            case Password(login, password):
                basic = (gate.user, gate.password) if gate else ()
                return Opened(pykintone.login(client.subdomain, login, password, *basic).app)
            case ApiTokens((token,)) if gate:  # what pykintone.load makes of an account file
                account = Account(client.subdomain, "", "", gate.user, gate.password)
                service = kintoneService(account)
                return Opened(lambda app: service.app(app, token))
            case ApiTokens((token,)):
                return Opened(lambda app: pykintone.app(client.subdomain, app, token))
            case _:
                raise Unserved("pykintone takes a password or one API token")

    @serves("record.get")
    def record_get(self, sdk: Opened, app: int, id: int) -> Any:  # noqa: A002
        return checked(sdk.app(app).get(id))

    @serves("record.add")
    def record_add(self, sdk: Opened, app: int, record: dict[str, Any]) -> Any:
        return checked(sdk.app(app).create(record))

    @serves("record.update", "revision")
    def record_update(
        self,
        sdk: Opened,
        app: int,
        id: int,  # noqa: A002
        record: dict[str, Any],
        revision: int | None = None,
    ) -> Any:
        return checked(sdk.app(app).update(identified(id, record, revision)))

    @serves("records.get")
    def records_get(
        self,
        sdk: Opened,
        app: int,
        query: str = "",
        fields: list[str] | tuple[()] = (),
        totalCount: bool = True,  # noqa: N803
    ) -> Any:
        if not totalCount:
            raise Unserved("pykintone always asks for the total")
        return checked(sdk.app(app).select(query, fields))

    @serves("records.add")
    def records_add(self, sdk: Opened, app: int, records: list[Any]) -> Any:
        return checked(sdk.app(app).batch_create(records))

    @serves("records.update", "revision")
    def records_update(self, sdk: Opened, app: int, records: list[Any]) -> Any:
        given = [identified(each["id"], each["record"], each.get("revision")) for each in records]
        return checked(sdk.app(app).batch_update(given))

    @serves("records.delete", "revisions")
    def records_delete(
        self, sdk: Opened, app: int, ids: list[int], revisions: list[int] | tuple[()] = ()
    ) -> Any:
        return checked(sdk.app(app).delete(ids, revisions))

    @serves("file.upload")
    def file_upload(self, sdk: Opened, name: str, contentBase64: str) -> Any:  # noqa: N803
        content = io.BytesIO(base64.b64decode(contentBase64))
        return present(File.upload(content, sdk.app(1), file_name=name))

    @serves("file.download")
    def file_download(self, sdk: Opened, fileKey: str) -> Any:  # noqa: N803
        return present(File(file_key=fileKey).download(sdk.app(1)))


def identified(id_: int, record: dict[str, Any], revision: int | None) -> dict[str, Any]:
    """A record as pykintone takes it for an update: id and revision are fields of it."""
    known = {} if revision is None else {"$revision": {"value": revision}}
    return {"$id": {"value": id_}, **known, **record}


def checked(result: Any) -> Any:
    """pykintone reports an error as a result whose `ok` is false."""
    if not result.ok:
        raise Reported(result.error)
    return result


def present(file: Any) -> Any:
    """pykintone reports the failure of a file call as None."""
    if file is None:
        raise Reported("None")
    return file
