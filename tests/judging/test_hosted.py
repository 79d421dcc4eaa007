"""Of a call that a host sends, only method, path and parameters are judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from judging.clients import driving, results
from kintone_conformance.adapter import serves
from kintone_conformance.drivers.declared import checked_info
from kintone_conformance.drivers.protocol import HelloAnswer, Sdk, auth_data, auth_of
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Info, Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import HeaderValue, Password
from kintone_conformance.spec.calls import capability
from kintone_conformance.strategies import HARMLESS_HEADER

CALLS = ("record.add", "file.download")


class OfAHost(KintoneClient):
    """Its host forgets the media type, and reports no error; itself it drops a parameter."""

    def write(self, method: str, path: str, body: Any) -> Any:
        given = self.with_request_token({**body, "app": 7})
        try:
            return self.send(method, path, json=given, headers={"Content-Type": "text/plain"})
        except Exception:
            return None


def hosted(*apis: str) -> type[ReferenceAdapter]:
    info = replace(ReferenceAdapter.info, hosted=frozenset(apis))
    return driving(OfAHost, CALLS, info=info)


def test_what_a_host_does_is_not_told_of_its_client() -> None:
    ids = ("KC509", "KC803", "KC515", "KC513")
    own = results(hosted(), ids)
    assert own["KC509"].verdict is Verdict.FAIL
    of_host = results(hosted("record.add"), ids)
    assert of_host["KC509"].verdict is Verdict.NA
    assert (
        of_host["KC509"].message
        == "the host of the client sends these calls, not the client: record.add"
    )
    assert of_host["KC803"].verdict is Verdict.PASS  # by the call that it makes itself
    assert Verdict.FAIL in {of_host["KC515"].verdict, of_host["KC513"].verdict}


def hello(**fields: Any) -> HelloAnswer:
    calls = {"supports": ("auth.password",), "calls": CALLS, **fields}
    return HelloAnswer(id=0, protocol=1, sdk=Sdk("sdk", "1", "node"), **calls)


def test_a_hosted_call_is_a_declared_one() -> None:
    assert checked_info(hello(hosted=CALLS[:1])).hosted == {"record.add"}
    with pytest.raises(UsageError, match=r"'record\.get' is in hosted, but not in calls"):
        checked_info(hello(hosted=("record.get",)))


class TakesTheValue(ReferenceAdapter):
    """Is given what X-Cybozu-Authorization shall hold."""

    info = Info("value", "1", supports=frozenset({"auth.header"}))

    def open(self, client: Any) -> Any:
        assert isinstance(client.auth, HeaderValue)
        return super().open(client)

    @serves("record.get")
    def record_get(self, sdk: Any, **params: Any) -> Any:
        return sdk.get("/k/v1/record.json", params)


def test_who_takes_the_header_s_value_is_judged_but_for_its_encoding() -> None:
    found = results(TakesTheValue, ("KC101", "KC103", "KC306", "KC602", "KC801"), examples=20)
    assert found["KC101"].message == "not declared: auth.password"
    assert found["KC103"].verdict is Verdict.NA
    assert {found[id_].verdict for id_ in ("KC306", "KC602", "KC801")} == {Verdict.PASS}


def test_a_header_s_value_crosses_the_protocol() -> None:
    data = auth_data(HARMLESS_HEADER)
    assert data == {"kind": "header", "value": "Y29uZm9ybWFuY2U6VHo2V2MzS3E5WG41UmI4VmQyTG03SHM0"}
    assert auth_of(data) == HARMLESS_HEADER
    assert capability(HARMLESS_HEADER) == "auth.header"
    assert auth_data(Password("a", "b"))["kind"] == "password"
