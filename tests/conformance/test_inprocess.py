"""Whose fault an exception is: the SDK's, the adapter's, or the machine's."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import requests

from kintone_conformance.adapter import Adapter, Reported, Unserved, serves
from kintone_conformance.drivers import Opened, Silence
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.drivers.said import MOST
from kintone_conformance.model import (
    Call,
    Client,
    Crashed,
    HarnessError,
    Info,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)
from kintone_conformance.spec.auth import Password

CLIENT = Client("http://localhost:1", Password("conformance", "secret"))
GET = Call("record.get", {"app": 1, "id": 1})


class Sdk:
    """An SDK that does what it is told."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act = act

    def get(self) -> Any:
        return self.act()


class FakeAdapter(Adapter):
    """Drives `Sdk`."""

    info = Info("fake", "1", supports=frozenset({"auth.password"}))
    act: Callable[[], Any] = staticmethod(lambda: None)

    def open(self, client: Client) -> Sdk:
        return Sdk(type(self).act)

    @serves("record.get")
    def get(self, sdk: Sdk, app: int, id: int) -> Any:  # noqa: A002
        return sdk.get()


def adapter_that(act: Callable[[], Any]) -> type[FakeAdapter]:
    return type("Fake", (FakeAdapter,), {"act": staticmethod(act)})


def outcome_of(adapter: type[Adapter], call: Call = GET, time_limit: float = 5) -> Outcome:
    with closing(InProcess(adapter, {}, time_limit)) as driver:
        opened = driver.open(CLIENT)
        assert not isinstance(opened, Refused | Unsupported)
        return opened.send(call)


def raising(error: BaseException) -> Callable[[], Any]:
    def act() -> None:
        raise error

    return act


def test_a_call_that_returns_is_sent() -> None:
    assert outcome_of(adapter_that(lambda: {"record": {}})) == Sent()


def test_an_exception_of_the_sdk_is_a_refusal_with_its_causes() -> None:
    def act() -> None:
        try:
            raise KeyError("inner-4711")
        except KeyError as error:
            raise ValueError("outer") from error

    outcome = outcome_of(adapter_that(act))
    assert isinstance(outcome, Refused)
    assert outcome.error.type == "ValueError"
    assert "inner-4711" in outcome.error.text


@pytest.mark.parametrize("error", [TypeError("t"), AttributeError("a"), NameError("n")])
def test_a_type_error_inside_the_sdk_is_a_refusal_too(error: Exception) -> None:
    assert isinstance(outcome_of(adapter_that(raising(error))), Refused)


def test_an_error_value_is_a_refusal() -> None:
    class Error:
        code, id, message = "GAIA_RE01", "abc", "not found"

    outcome = outcome_of(adapter_that(raising(Reported(Error()))))
    assert isinstance(outcome, Refused)
    assert (outcome.error.code, outcome.error.id) == ("GAIA_RE01", "abc")


def test_what_the_types_cannot_express_is_unsupported() -> None:
    assert outcome_of(adapter_that(raising(Unserved("no")))) == Unsupported("no")


def test_sys_exit_in_the_sdk_is_a_crash() -> None:
    assert isinstance(outcome_of(adapter_that(lambda: sys.exit(3))), Crashed)


def test_a_wrong_keyword_in_the_adapter_is_the_adapter_s_mistake() -> None:
    class Wrong(FakeAdapter):
        @serves("record.get")
        def get(self, sdk: Sdk, app: int, id: int) -> Any:  # noqa: A002
            return sdk.get(record=id)  # type: ignore[call-arg]

    with pytest.raises(HarnessError, match=r"the adapter itself failed in record\.get"):
        outcome_of(Wrong)


def test_an_adapter_method_without_the_parameters_is_the_adapter_s_mistake() -> None:
    class Wrong(FakeAdapter):
        @serves("record.get")
        def get(self, sdk: Sdk, app: int, record_id: int) -> Any:
            return sdk.get()

    with pytest.raises(HarnessError, match=r"does not take its parameters.*'record_id'"):
        outcome_of(Wrong)


@pytest.mark.parametrize(
    ("params", "name"), [({}, "limit"), ({"limit": 5, "ids": [1]}, "ids"), ({"limit": 5}, None)]
)
def test_an_optional_parameter_that_a_method_cannot_take_or_leave_is_not_served(
    params: dict[str, Any], name: str | None
) -> None:
    class Narrow(FakeAdapter):
        @serves("apps.get")
        def apps(self, sdk: Sdk, limit: int) -> None:
            pass

    outcome = outcome_of(Narrow, Call("apps.get", params))
    assert isinstance(outcome, Sent if name is None else Unsupported)
    assert name is None or name in str(outcome)


def test_an_adapter_that_raises_in_its_constructor_cannot_be_made() -> None:
    class Wrong(FakeAdapter):
        def __init__(self) -> None:
            raise RuntimeError("no configuration")

    with pytest.raises(HarnessError, match="cannot be created: RuntimeError: no configuration"):
        InProcess(Wrong, {})


def test_a_client_that_hangs_is_silence() -> None:
    with pytest.raises(Silence, match=r"record\.get within 0\.2 s"):
        outcome_of(adapter_that(lambda: time.sleep(100_000)), time_limit=0.2)


def test_reaching_for_a_real_host_is_a_harness_error_however_it_is_swallowed() -> None:
    def act() -> None:
        try:
            requests.get("https://demo.cybozu.com/", timeout=1)
        except BaseException:
            return

    with pytest.raises(HarnessError, match=r"demo\.cybozu\.com"):
        outcome_of(adapter_that(act))


def test_what_is_printed_and_logged_is_kept() -> None:
    def act() -> None:
        import logging

        print("printed-1")
        print("printed-2", file=sys.stderr)
        logging.getLogger("sdk").warning("logged-3")
        logging.getLogger("sdk").log(5, "traced-3")  # below DEBUG

    printed = outcome_of(adapter_that(act)).printed
    assert all(word in printed for word in ("printed-1", "printed-2", "logged-3", "traced-3"))


def test_what_is_printed_without_end_takes_no_memory() -> None:
    def act() -> None:
        for _ in range(1_000):
            print("x" * 100_000)

    assert len(outcome_of(adapter_that(act)).printed) == MOST


def test_what_is_printed_is_kept_whatever_was_printed_before() -> None:
    with closing(InProcess(adapter_that(lambda: print("again")), {})) as driver:
        opened = driver.open(CLIENT)
        assert not isinstance(opened, Refused | Unsupported)
        assert [opened.send(GET).printed for _ in range(3)] == ["again\n"] * 3


def test_what_opening_prints_belongs_to_the_first_call() -> None:
    class Chatty(FakeAdapter):
        def open(self, client: Client) -> Sdk:
            print("opened-1")
            return super().open(client)

    with closing(InProcess(Chatty, {})) as driver:
        opened: Opened | Refused | Unsupported = driver.open(CLIENT)
        assert not isinstance(opened, Refused | Unsupported)
        assert "opened-1" in opened.send(GET).printed
        assert opened.send(GET).printed == ""


@pytest.fixture
def _dirty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "no_proxy", "KINTONE_PASSWORD", "CYBOZU_X", "KNTN_URL"):
        monkeypatch.setenv(name, "dirty")


@pytest.mark.usefixtures("_dirty_environment")
def test_the_client_sees_a_scrubbed_environment_and_it_is_put_back() -> None:
    before = dict(os.environ)
    with closing(InProcess(FakeAdapter, {"SSL_CERT_FILE": "x"})):
        assert "dirty" not in os.environ.values()
        assert os.environ["SSL_CERT_FILE"] == "x"
        assert os.environ["HOME"] != before["HOME"]
        assert os.environ["NPM_CONFIG_UPDATE_NOTIFIER"] == "false"
    assert dict(os.environ) == before
