"""A client that does little, so that a whole run of it is short: one read, with a password."""

from __future__ import annotations

from typing import Any

from kintone_conformance.adapter import Adapter, serves
from kintone_conformance.model import Client, Info
from kintone_conformance.reference_client import KintoneClient
from zoo.passwords import DropsPadding


class Small(Adapter):
    """Right in the little that it does."""

    info = Info(name="small", version="1.0.0", supports=frozenset({"auth.password"}))
    client: type[KintoneClient] = KintoneClient

    def open(self, client: Client) -> KintoneClient:
        return self.client(client.base_url, client.auth)

    def close(self, sdk: KintoneClient) -> None:
        sdk.close()

    @serves("record.get")
    def record_get(self, sdk: KintoneClient, **params: Any) -> Any:
        return sdk.get(sdk.path("record"), params)


class Unpadded(Small):
    """Breaks KC104."""

    client = DropsPadding
