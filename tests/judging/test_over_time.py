"""What one call, object or thread must not leave to another, and answers that are met now and then.

Each client here is right but for what its sentence says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from typing import Any, ClassVar

import pytest
import requests

from judging.clients import driving
from judging.exchanges import found, read
from kintone_conformance.adapter import Adapter
from kintone_conformance.doors.answers import ERROR_ID
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.identities import Identities
from kintone_conformance.judging.samples import upload
from kintone_conformance.judging.scenario import Ask, Change, Made, Open, Scenario, Step, Together
from kintone_conformance.judging.stage import Played, Stage
from kintone_conformance.judging.values import Bags
from kintone_conformance.model import Call, ErrorReport, Refused
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import ApiTokens, Password
from kintone_conformance.spec.calls import AUTHS
from kintone_conformance.strategies import harmless_call

A = Made(Password("user1", "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))
B = Made(Password("user1", "Zt4Wm9Kc2Xq7Rv5Bn8Ls3Hd6"))


@pytest.fixture
def play() -> Iterator[Any]:
    with ExitStack() as stack:

        def playing(client: type[KintoneClient], *steps: Step) -> Played:
            adapter: type[Adapter] = driving(client)
            door = stack.enter_context(closing(Loopback()))
            driver = stack.enter_context(closing(InProcess(adapter, {})))
            return Stage(driver, door).play(Scenario(steps))

        yield playing


def numbered(*answers: str, name: str = "a") -> tuple[Ask, ...]:
    """A read for each answer; each of another app."""
    calls = (Call("record.get", {"app": at, "id": 1}) for at in range(1, len(answers) + 1))
    return tuple(Ask(name, call, answer) for call, answer in zip(calls, answers, strict=True))


# ---- at the same time


class OneError(KintoneClient):
    """Keeps the body of the last error on the object until it has made an error of it."""

    def problem(self, body: Any) -> Mapping[str, Any]:
        self.last = super().problem(body)
        time.sleep(0.02)
        return self.last


def test_calls_at_once_are_answered_each_in_its_way(play: Any) -> None:
    asks = numbered("ok", "404", "403", "409")
    assert play(KintoneClient, Open("a", A), Together(asks)).requirements == frozenset()
    assert play(OneError, Open("a", A), *asks).requirements == frozenset()
    assert play(OneError, Open("a", A), Together(asks)).requirements == {"KC804"}


class HeadersOfTheThread(KintoneClient):
    """Makes its headers once for each thread."""

    def __init__(self, *args: Any) -> None:
        self.of_thread = threading.local()
        super().__init__(*args)

    def auth_headers(self) -> dict[str, str]:
        kept: dict[str, str] | None = getattr(self.of_thread, "kept", None)
        if kept is None or threading.current_thread() is threading.main_thread():
            kept = self.of_thread.kept = super().auth_headers()
        return dict(kept)


def test_threads_stay_and_keep_what_a_client_bound_to_them(play: Any) -> None:
    asks, change = numbered("ok", "ok", "ok"), Change("a", B.auth)
    steps = (Open("a", A), Together(asks), change)
    assert play(KintoneClient, *steps, Together(asks)).requirements == frozenset()
    assert play(HeadersOfTheThread, *steps, *asks).requirements == frozenset()
    assert play(HeadersOfTheThread, *steps, Together(asks)).requirements


class JoinsReads(KintoneClient):
    """Joins reads of one URL that are on their way at the same time, whoever makes them."""

    flying: ClassVar[dict[str, Any]] = {}

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        url = self.query(params)
        if url not in self.flying:
            self.flying[url] = None
            time.sleep(0.05)
            self.flying[url] = super().get(path, params)
        return self.flying[url]


def test_two_objects_ask_for_the_same_at_once(play: Any) -> None:
    asks = (*numbered("ok", "ok"), *numbered("ok", "ok", name="b"))
    opens = (Open("a", A), Open("b", B))
    assert play(KintoneClient, *opens, Together(asks)).requirements == frozenset()
    assert play(JoinsReads, *opens, Together(asks)).requirements


def test_files_at_once_are_told_apart_by_what_is_in_them(play: Any) -> None:
    files = tuple(Ask("a", upload("a.bin", content * 9000)) for content in (b"a", b"b", b"c"))
    assert play(KintoneClient, Open("a", A), Together(files)).requirements == frozenset()


# ---- one object after the other


class OneText(KintoneClient):
    """Keeps what it encoded by login and password, with nothing between them."""

    kept: ClassVar[dict[str, str]] = {}

    def password_value(self, login: str, password: str | None) -> str:
        return self.kept.setdefault(f"{login}{password}", super().password_value(login, password))


def test_login_and_password_may_part_elsewhere(play: Any) -> None:
    identities = Identities(ReferenceAdapter.info, Bags(0), 0)
    near = {type(each): each for each in map(identities.nearby, [A.auth] * 4)}
    assert set(near) == {Password}
    shifted = Made(Password("user", "1" + "Qm7xTz2Lw9RbKc4VnHs8Pd3J"))
    assert shifted.auth in [identities.nearby(A.auth) for _ in range(8)]
    get = harmless_call("record.get")
    steps = (Open("a", A), Ask("a", get), Open("b", shifted), Ask("b", get), Ask("a", get))
    assert play(KintoneClient, *steps).requirements == frozenset()
    assert play(OneText, *steps).requirements


def test_credentials_that_differ_a_little_are_of_the_same_kind() -> None:
    identities = Identities(ReferenceAdapter.info, Bags(0), 0)
    for kind, expected in AUTHS.items():
        made = identities.auth(kind)
        assert {type(identities.nearby(made)) for _ in range(8)} == {expected}


def test_a_request_token_is_for_sessions() -> None:
    params = {"app": "1", "id": "1"}
    assert found("record.get", read("/k/v1/record.json", params)) == []
    with_token = {**params, "__REQUEST_TOKEN__": "Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4"}
    assert found("record.get", read("/k/v1/record.json", with_token)) == ["KC516"]


def test_a_proxy_is_for_the_object_that_was_given_it() -> None:
    request = read("/k/v1/record.json", {"app": "1", "id": "1"}, way="tunnel")
    assert found("record.get", request) == ["KC701"]
    assert found("record.get", request, planted={"Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4": "HTTPS_PROXY"}) == []
    assert "KC701" not in found("record.get", request, base="foreign localhost")
    assert "KC701" not in found("record.get", request, answer="302 elsewhere")


# ---- answers


class ReadsLittle(KintoneClient):
    """Cannot read answers of more than 64 KiB."""

    def parsed(self, response: requests.Response) -> Any:
        if len(response.content) > 65_536:
            raise KintoneError(response.status_code, {})
        return super().parsed(response)


class AsksOn(KintoneClient):
    """Asks for what comes after a page."""

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        page = super().get(path, params)
        return super().get(path, params) if page.get("next") else page


class TakesFilesForErrors(KintoneClient):
    """Takes what reads like an error of Kintone's for one, whatever the status."""

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        content = super().fetch(path, params)
        if b'"message"' in content:
            raise KintoneError(200, {})
        return content


class TakesFilesForText(KintoneClient):
    """Reads every file as text."""

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        return super().fetch(path, params).decode("utf-8").encode("utf-8")


@pytest.mark.parametrize(
    ("client", "broken"),
    [
        (KintoneClient, set()),
        (ReadsLittle, {"KC814"}),
        (AsksOn, {"KC520"}),
        (TakesFilesForErrors, {"KC814"}),
        (TakesFilesForText, {"KC814"}),
    ],
)
def test_pages_are_full_and_files_are_of_any_kind(
    play: Any, client: type[KintoneClient], broken: set[str]
) -> None:
    pages = [Ask("a", harmless_call(api), "full") for api in ("records.get", "cursor.get")]
    file = harmless_call("file.download")
    files = [Ask("a", file, answer) for answer in ("file of bytes", "file of an error")]
    assert play(client, Open("a", A), *pages, *files).requirements == broken


class ReadsByLength(KintoneClient):
    """Takes an answer that does not tell its length for an empty one."""

    def parsed(self, response: requests.Response) -> Any:
        return super().parsed(response) if "Content-Length" in response.headers else {}


class ReadsFourKilobytes(KintoneClient):
    """Reads so much of an error and no more."""

    def parsed(self, response: requests.Response) -> Any:
        if response.status_code != 200 and len(response.content) > 4096:
            raise KintoneError(response.status_code, {})
        return super().parsed(response)


def test_errors_are_long_and_come_in_chunks(play: Any) -> None:
    asks = [Ask("a", harmless_call("record.get"), answer) for answer in ("400", "429", "520")]
    assert play(KintoneClient, Open("a", A), *asks).requirements == frozenset()
    assert play(ReadsByLength, Open("a", A), *asks).requirements == {"KC809"}
    assert play(ReadsFourKilobytes, Open("a", A), *asks).requirements == {"KC804"}


def test_the_error_of_a_page_has_no_id_of_another_answer() -> None:
    request = read("/k/v1/record.json", {"app": "1", "id": "1"})
    error = ErrorReport("KintoneError", "503", "503", "GAIA_DA02", ERROR_ID)
    assert found("record.get", request, answer="html 503", outcome=Refused(error)) == ["KC804"]
    own = ErrorReport("KintoneError", "503", "503", "503", "an id of the client's own")
    assert found("record.get", request, answer="html 503", outcome=Refused(own)) == []


class ShowsNewTokens(KintoneClient):
    """Prints what it is answered by the OAuth server."""

    def parsed(self, response: requests.Response) -> Any:
        if "/oauth2/" in response.url:
            print(response.text)
        return super().parsed(response)


def test_a_secret_that_came_with_an_answer_is_one(play: Any) -> None:
    ask = Ask("a", harmless_call("oauth.token"))
    steps = (Open("a", Made(ApiTokens(("Vd9Cw5Mx7Rb4Jf8Gk3Py6Tn2",)))), ask)
    assert play(KintoneClient, *steps).requirements == frozenset()
    assert play(ShowsNewTokens, *steps).requirements == {"KC605"}
