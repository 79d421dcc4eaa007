"""Habits of clients that show in certain scenarios only: each is in the plan, and tells them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from judging.clients import broken, driving, results
from judging.exchanges import findings, read
from kintone_conformance.doors import playing
from kintone_conformance.judging import rare_answers, specials
from kintone_conformance.judging.identities import Identities
from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import large_writes
from kintone_conformance.judging.scenario import Made, Scenario, single
from kintone_conformance.judging.sweep import sweep
from kintone_conformance.judging.values import Bags
from kintone_conformance.model import Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.auth import Auth, Password, Session
from kintone_conformance.strategies import HARMLESS_TOKENS, harmless_call

CORE = ("record.get", "record.add", "file.download")
# As many as there are numbers in turn, so that one of them is met with each.
SETTINGS = (
    *("acl", "actions", "adminNotes", "customize", "form.layout", "plugins", "reports"),
    *("settings", "status", "views", "notifications.general", "notifications.reminder"),
)


@cache
def right(scenarios: Callable[[Planner], Iterable[Scenario]]) -> bool:
    """The reference breaks nothing there."""
    return not broken(KintoneClient, scenarios, CORE)


class HasAPoolOfTen(KintoneClient):
    """Gives a connection back after a good answer only."""

    lost = 0

    def send(self, method: str, path: str, **options: Any) -> Any:
        if self.lost >= 10:
            raise TimeoutError("no connection is free")
        return super().send(method, path, **options)

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError:
            self.lost += 1
            raise


class DownloadsTenTimes(KintoneClient):
    """Does not read a file to the end that ends its connection."""

    lost = 0

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        self.lost += 1
        if self.lost > 10:
            raise TimeoutError("no connection is free")
        return super().fetch(path, params)


class ClicksOnce(KintoneClient):
    """Takes a write that is the same as the one before for a double click."""

    last: tuple[Any, ...] = ()

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        this = (method, path, json.dumps(body))
        if this == self.last:
            return {}
        self.last = this
        return super().write(method, path, body)


class KnowsOldCredentials(KintoneClient):
    """Takes credentials that it had before for those that it has."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "auth":
            had: list[Auth] = self.__dict__.setdefault("had", [])
            if value in had:
                return
            had.append(value)
        super().__setattr__(name, value)


class TimesOutWell(KintoneClient):
    """Takes a 408 or 504 for an answer that will come."""

    def parsed(self, response: requests.Response) -> Any:
        return {} if response.status_code in (408, 504) else super().parsed(response)


class MultipleChoices(KintoneClient):
    """Takes any status under 400 for a success."""

    def parsed(self, response: requests.Response) -> Any:
        return {} if response.status_code in (300, 305) else super().parsed(response)


class ReadsBackslashes(KintoneClient):
    """Follows a Location that begins with one slash, which its library reads as browsers do."""

    def parsed(self, response: requests.Response) -> Any:
        location = response.headers.get("Location", "")
        if response.is_redirect and re.match(r"/[^/]", location):
            again = response.request.copy()
            again.url = urljoin(response.url, re.sub(r"[\t\r\n]", "", location).replace("\\", "/"))
            return super().parsed(self.http.send(again, allow_redirects=False))
        return super().parsed(response)


class FollowsWithoutEnd(KintoneClient):
    """Follows redirects with 307 and 308 on its own host as long as there are any."""

    def parsed(self, response: requests.Response) -> Any:
        there = urljoin(response.url, response.headers.get("Location", ""))
        own = urlsplit(there)[:2] == urlsplit(response.url)[:2]
        if response.status_code in (307, 308) and own:
            again = response.request.copy()
            again.url = there
            return self.parsed(self.http.send(again, allow_redirects=False))
        return super().parsed(response)


class RepeatsAfterSessionErrors(KintoneClient):
    """Sends a write again that was refused for its session or its access token."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        try:
            return super().write(method, path, body)
        except KintoneError as error:
            if error.code not in ("CB_CS01", "CB_JH01", "CB_OA01"):
                raise
        return super().write(method, path, body)


class RepeatsWhatIsLate(KintoneClient):
    """Sends what was not answered soon again."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        asked = self.http.request

        def hasty(*args: Any, **kwargs: Any) -> requests.Response:
            try:
                return asked(*args, **{**kwargs, "timeout": 0.2})
            except requests.ReadTimeout:
                return asked(*args, **kwargs)

        self.http.request = hasty  # type: ignore[method-assign]
        try:
            return super().send(method, path, **options)
        finally:
            self.http.request = asked  # type: ignore[method-assign]


class TakesHalfOfChunks(KintoneClient):
    """Returns what it has of a file when its chunks end too early."""

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        try:
            return super().fetch(path, params)
        except requests.exceptions.ChunkedEncodingError:
            return b"half"


class KeepsEnded(KintoneClient):
    """Goes on with a connection that the answer before has ended."""

    ended = False

    def send(self, method: str, path: str, **options: Any) -> Any:
        if self.ended:
            raise ConnectionResetError("the connection was closed")
        return super().send(method, path, **options)

    def parsed(self, response: requests.Response) -> Any:
        self.ended = response.headers.get("Connection") == "close"
        return super().parsed(response)


class OmitsWhatIsFalse(KintoneClient):
    """Leaves out of the objects in a body what its language takes for nothing."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        kept = {name: value for name, value in body.items() if value is not False}
        return super().write(method, path, kept)


class WritesAscii(KintoneClient):
    """Writes no letter but ASCII in the texts of what it has no class for."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        text = json.dumps(body, ensure_ascii=False).encode("ascii", "replace")
        return super().write(method, path, json.loads(text))


class SendsTheFirst(KintoneClient):
    """Sends one element of each list in a body."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        first = {n: value[:1] if isinstance(value, list) else value for n, value in body.items()}
        return super().write(method, path, first)


class OmitsNestedEmpties(KintoneClient):
    """Leaves out what is empty or zero inside of the lists in a body, as omitempty does."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        def kept(value: Any) -> Any:
            match value:
                case list():
                    return [kept(item) for item in value]
                case dict():
                    return {name: kept(item) for name, item in value.items() if item}
            return value

        return super().write(method, path, kept(body))


class AsksIn32Bits(KintoneClient):
    """Keeps the ids of a read in 32 bits."""

    def query(self, params: Mapping[str, Any]) -> str:
        numbers = {n: value & 0x7FFFFFFF for n, value in params.items() if isinstance(value, int)}
        return super().query({**params, **numbers})


@pytest.mark.parametrize(
    ("client", "scenarios", "requirement"),
    [
        (HasAPoolOfTen, rare_answers._in_a_row, "KC518"),
        (DownloadsTenTimes, rare_answers._in_a_row, "KC518"),
        (ClicksOnce, specials._again, "KC518"),
        (KnowsOldCredentials, specials._changed, "KC201"),
        (TimesOutWell, rare_answers._refusals, "KC805"),
        (MultipleChoices, rare_answers._refusals, "KC812"),
        (ReadsBackslashes, rare_answers._spelt, "KC602"),
        (FollowsWithoutEnd, rare_answers._endless, "KC815"),
        (RepeatsAfterSessionErrors, rare_answers._refusals, "KC521"),
        (RepeatsWhatIsLate, rare_answers._patience, "KC521"),
        (TakesHalfOfChunks, rare_answers._cut, "KC807"),
        (KeepsEnded, specials._forms, "KC518"),
    ],
)
def test_a_habit_that_shows_now_and_then_is_seen(
    client: type[KintoneClient],
    scenarios: Any,
    requirement: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playing, "SLOW", 1.0)
    assert requirement in broken(client, scenarios, CORE)
    assert right(scenarios)


@pytest.mark.parametrize(
    ("client", "apis"),
    [
        (OmitsWhatIsFalse, ("space.update",)),
        (WritesAscii, ("preview.app.add",)),
        (SendsTheFirst, ("app.acl.update",)),
        (OmitsNestedEmpties, ("user.users.update",)),
        (AsksIn32Bits, tuple(f"app.{of}.get" for of in SETTINGS)),
    ],
)
def test_other_operations_are_asked_with_other_values_as_well(
    client: type[KintoneClient], apis: tuple[str, ...]
) -> None:
    assert broken(client, sweep, apis) == {"KC901"}
    assert broken(KintoneClient, sweep, apis) == frozenset()


def test_a_login_is_met_again_in_other_letters() -> None:
    identities = Identities(ReferenceAdapter.info, Bags(0), 0)
    given = Password("MiXed", "Qm7xTz2Lw9RbKc4VnHs8Pd3J")
    near = [identities.nearby(given) for _ in range(3)]
    assert Password("mIxED", given.password) in near
    assert all(each != given for each in near)


@pytest.mark.parametrize("size", [4_096, 8_192, 16_384, 65_536])
def test_a_buffer_of_any_usual_size_ends_inside_a_letter(size: int) -> None:
    def ends_inside(text: str, encoding: str, unit: int) -> bool:
        raw = text.encode(encoding)
        borders = range(size * unit, len(raw), size * unit)
        pieces = (raw[:at].decode(encoding, "replace") for at in borders)
        return any(not text.startswith(piece) for piece in pieces)

    bodies = [json.dumps(dict(call.params), ensure_ascii=False) for call in large_writes()]
    assert any(ends_inside(body, "utf-8", 1) for body in bodies if "漢" in body)
    assert any(ends_inside(body, "utf-16-le", 2) for body in bodies) or size > 16_384


class PrintsIfDebugged(KintoneClient):
    """Prints the headers of each request for whoever looks for a fault."""

    def send(self, method: str, path: str, **options: Any) -> Any:
        if os.environ.get("KINTONE_DEBUG"):
            print(self.auth_headers())
        return super().send(method, path, **options)


class ShownInNotebooks(KintoneClient):
    """Has a form of its own for notebooks."""

    def _repr_html_(self) -> str:
        return f"<pre>{self.auth!r}</pre>"


class ShownInConsoles(KintoneClient):
    """Has a form of its own for rich."""

    def __rich_repr__(self) -> Iterator[tuple[str, Any]]:
        yield "auth", self.auth


def test_who_looks_for_a_fault_sees_no_credential() -> None:
    found = results(driving(PrintsIfDebugged, ("app.get",)), ["KC605"], examples=100)["KC605"]
    assert found.verdict is Verdict.FAIL


class SaysFarewell(KintoneClient):
    """Tells what it was when nothing refers to it any more."""

    def __del__(self) -> None:
        print(f"end of {self.auth_headers()}")


def test_what_an_object_prints_when_it_is_gone_is_its_own() -> None:
    usual = single(Made(HARMLESS_TOKENS), harmless_call("record.get"))
    assert broken(SaysFarewell, lambda _: [usual], CORE) == {"KC605"}


@pytest.mark.parametrize("client", [ShownInNotebooks, ShownInConsoles])
def test_a_notebook_shows_no_credential(client: type[KintoneClient]) -> None:
    usual = single(Made(HARMLESS_TOKENS), harmless_call("record.get"))
    assert broken(client, lambda _: [usual], CORE) == {"KC608"}


def test_a_cookie_arrives_as_it_was_given_or_not_at_all() -> None:
    own = Session("Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4", "JSESSIONID=a%2Cb==; theme=dark")

    def told(*cookies: str) -> list[str]:
        more = tuple(("Cookie", each) for each in cookies)
        asked = ("X-Requested-With", "XMLHttpRequest")
        sent = read("/k/v1/record.json", {"app": "1", "id": "1"}, given=(asked, *more))
        return [each.message for each in findings("record.get", sent, auth=own)]

    assert told(own.cookie) == told() == []  # a browser may have them
    assert told("theme=dark; JSESSIONID=a%2Cb==") == []
    assert told("theme=dark", "JSESSIONID=a%2Cb==; more=1") == []
    assert told("JSESSIONID=a,b==; theme=dark") == ["the cookie JSESSIONID is not what was given"]
    assert told("JSESSIONID=a%2Cb; theme=dark") == ["the cookie JSESSIONID is not what was given"]
