"""Drives zenkPytone as published."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pytone.kintone import Kintone

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import Client, Info


class ZenkPytoneAdapter(Adapter):
    """zenkPytone takes the finished value of `X-Cybozu-Authorization` from its user.

    An adapter passes values and encodes nothing, so no authentication method is declared.
    """

    info = Info(
        name="zenkPytone",
        version=version("zenkPytone"),
        url="https://github.com/zenk-github/pytone",
        doors=("proxy", "responses"),
    )

    def open(self, client: Client) -> Any:
        raise Unserved("zenkPytone takes a header's finished value")

    @serves("record.get")
    def record_get(self, sdk: Kintone, app: int, id: int) -> Any:  # noqa: A002
        return sdk.selectRec(id)
