"""What is met in rare inputs and answers only, or at the same time: each is in the plan."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from judging.clients import broken
from judging.exchanges import wire
from kintone_conformance.doors import playing
from kintone_conformance.doors.answering import ANSWERS
from kintone_conformance.judging import inputs, rare_answers, specials
from kintone_conformance.judging.allowed import length
from kintone_conformance.judging.plan import Able, Planner
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.threads import at_once
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient, KintoneError
from kintone_conformance.spec.calls import calls as all_calls
from kintone_conformance.spec.error_codes import error_codes


class KnowsOneMediaType(KintoneClient):
    """Takes an answer for JSON if its type says that and nothing else."""

    def parsed(self, response: requests.Response) -> Any:
        if response.ok and response.headers["Content-Type"] != "application/json":
            raise KintoneError(response.status_code, {})
        return super().parsed(response)


class ReadsHeadersToTheLetter(KintoneClient):
    """Looks for a header of an answer in the case that it knows."""

    def parsed(self, response: requests.Response) -> Any:
        if "Content-Type" not in [*response.headers]:
            raise KintoneError(response.status_code, {})
        return super().parsed(response)


class KnowsAllCodes(KintoneClient):
    """Has a list of all codes, and no place for others."""

    def problem(self, body: Any) -> Mapping[str, Any]:
        problem = super().problem(body)
        if problem.get("code") not in (None, "GAIA_RE01", *error_codes()):
            raise LookupError("an unknown code")
        return problem


class WantsACode(KintoneClient):
    """Takes for an error what has a code and a message."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            if error.code is None and response.headers["Content-Type"] == "application/json":
                return response.json()
            raise


class TakesResults(KintoneClient):
    """Returns results whatever the status, but for those that it knows of a failed bulkRequest."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            if error.status in (400, 404, 409) or b'"results"' not in response.content:
                raise
            return response.json()


class DropsTypes(KintoneClient):
    """Drops the type of a record's fields, at whatever depth there is something of this name."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        record = {code: field for code, field in body["record"].items() if code != "type"}
        return super().write(method, path, {**body, "record": record})


class StreamsLargeWrites(KintoneClient):
    """Sends large bodies by other code, which knows no sessions and ends at a megabyte."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        text = json.dumps(body)
        if len(text) <= 65_536:
            return super().write(method, path, body)
        if len(text) > 1_000_000:
            return self.send(method, path, json={**body, "records": []})
        return self.send(method, path, json=body)


class StreamsLargeFiles(KintoneClient):
    """Uploads large files by other code, which tries again."""

    def upload(self, name: str, content: bytes) -> Any:
        if len(content) < 1_000_000:
            return super().upload(name, content)
        try:
            return super().upload(name, content)
        except KintoneError:
            return super().upload(name, content)


class TakesAStatus(KintoneClient):
    """Takes any answer to a download with one status for a file."""

    status = 304

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        try:
            return super().fetch(path, params)
        except KintoneError as error:
            if error.status == self.status:
                return b""
            raise


class HasAMegabyte(KintoneClient):
    """Reads so many bytes of an answer, as libraries do that nobody has told otherwise."""

    most = 1 << 20

    def parsed(self, response: requests.Response) -> Any:
        if len(response.content) > self.most:
            raise KintoneError(response.status_code, {})
        return super().parsed(response)

    def fetch(self, path: str, params: Mapping[str, Any]) -> bytes:
        found = super().fetch(path, params)
        if len(found) > self.most:
            raise KintoneError(200, {})
        return found


class HasTenMegabytes(HasAMegabyte):
    """The same with ten."""

    most = 10 << 20


class GoesOnAfterTheLast(KintoneClient):
    """Takes no notice of what an error says about its connection."""

    ended = False

    def send(self, *args: Any, **options: Any) -> Any:
        if self.ended:
            raise requests.ConnectionError("the connection was closed")
        return super().send(*args, **options)

    def parsed(self, response: requests.Response) -> Any:
        self.ended |= not response.ok and response.headers.get("Connection") == "close"
        return super().parsed(response)


class KnowsNoDeflate(KintoneClient):
    """Accepts what it cannot read."""

    def send(self, *args: Any, **options: Any) -> Any:
        coding = {"Accept-Encoding": "deflate"}
        return super().send(*args, **{**options, "headers": coding | options.get("headers", {})})

    def parsed(self, response: requests.Response) -> Any:
        if "Content-Encoding" in response.headers:
            raise KintoneError(response.status_code, {})
        return super().parsed(response)


class TakesWhatIsLate(KintoneClient):
    """Has one connection. It gives up its first call unread, and reads that answer later."""

    sock: socket.socket | None = None

    def send(self, method: str, path: str, **options: Any) -> Any:
        asked = {"headers": self.auth_headers(), "json": options.get("json")}
        prepared = requests.Request(method, self.base_url + path, **asked).prepare()
        url = urlsplit(self.base_url)
        head = {"Host": url.netloc, **prepared.headers}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {head[name]}" for name in head), "", ""]
        given_up = self.sock is None
        sock = self.sock or socket.create_connection((url.hostname or "", url.port or 80), 60)
        self.sock = sock
        assert isinstance(prepared.body, bytes)
        sock.sendall("\r\n".join(lines).encode() + prepared.body)
        if given_up:
            select.select([sock], [], [], 60)
            raise TimeoutError("no answer came in time")
        answer = HTTPResponse(sock)
        answer.begin()
        response = requests.Response()
        response.status_code, response._content = answer.status, answer.read()
        return self.parsed(response)

    def close(self) -> None:
        super().close()
        if self.sock is not None:
            self.sock.close()


class KeepsWhatItAsks(KintoneClient):
    """Asks for cursors and users with the parameters of such a request that is under way."""

    asked: Mapping[str, Any] | None = None

    def get(self, path: str, params: Mapping[str, Any]) -> Any:
        if not path.endswith(("cursor.json", "users.json")):
            return super().get(path, params)
        sent, self.asked = self.asked or params, params
        try:
            return super().get(path, sent)
        finally:
            self.asked = None


def left_over(planner: Planner) -> Iterable[Scenario]:
    return planner.left_over()


@pytest.mark.parametrize(
    ("client", "scenarios", "calls", "any_of"),
    [
        (KnowsOneMediaType, specials._forms, ("record.get",), "KC814"),
        (ReadsHeadersToTheLetter, specials._forms, ("record.get",), "KC814"),
        (KnowsAllCodes, rare_answers._refusals, ("record.get", "record.add"), "KC804"),
        (WantsACode, left_over, ("record.get",), "KC805"),
        (TakesResults, left_over, ("bulkRequest",), "KC802 KC803"),
        (DropsTypes, left_over, ("record.add",), "KC513"),
        (StreamsLargeWrites, specials._large, ("records.add",), "KC513"),
        (StreamsLargeWrites, specials._large, ("record.add",), "KC305"),
        (StreamsLargeFiles, inputs._uploads, ("file.upload",), "KC521"),
        (HasAMegabyte, specials._forms, ("records.get",), "KC814"),
        (HasTenMegabytes, specials._forms, ("file.download",), "KC814"),
        (GoesOnAfterTheLast, left_over, ("record.get",), "KC518"),
        (KnowsNoDeflate, specials._forms, ("record.get",), "KC814"),
        (KeepsWhatItAsks, at_once, ("cursor.get", "record.get"), "KC518 KC520"),
        (KeepsWhatItAsks, at_once, ("user.users.get", "record.get"), "KC515 KC520"),
    ],
)
def test_what_is_met_in_rare_inputs_and_answers_only_is_seen(
    client: type[KintoneClient],
    scenarios: Callable[[Planner], Iterable[Scenario]],
    calls: tuple[str, ...],
    any_of: str,
) -> None:
    tries = (broken(client, scenarios, calls) for _ in range(5))  # a race may not happen at once
    assert any(found & {*any_of.split()} for found in tries)
    assert not broken(KintoneClient, scenarios, calls)


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize(
    ("scenarios", "failing"), [(rare_answers._refusals, True), (specials._again, False)]
)
def test_more_calls_are_made_on_an_object_than_libraries_keep_connections(
    scenarios: Callable[[Planner], Iterable[Scenario]], failing: bool, quick: bool
) -> None:
    """Of a hundred places or connections one may be lost with each failure, or with each call."""
    calls = tuple(api for api, spec in all_calls().items() if spec.core)
    planner = Planner(Able(ReferenceAdapter.info, calls, ("loopback",)), 0, quick=quick)
    asks = [[*scenario.asks()] for scenario in scenarios(planner)]
    some = [sum(ask.answering.failure is failing for ask in each) for each in asks]
    assert max(some) > 100


def test_a_late_answer_is_not_the_next_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "SLOW", 0.0)
    assert broken(TakesWhatIsLate, rare_answers._patience, ("record.add",)) == {"KC809"}
    assert not broken(KintoneClient, rare_answers._patience, ("record.add",))


@pytest.mark.parametrize("quick", [True, False])
def test_long_reads_fail_in_every_way_that_clients_try_again_after(quick: bool) -> None:
    """Sent again without its override header, a long read of records would add some."""
    able = Able(ReferenceAdapter.info, ("apps.get", "records.get"), ("loopback",))
    asks = [ask for each in inputs._long(Planner(able, 0, quick=quick)) for ask in each.asks()]
    failing = {ask.answer for ask in asks if length(ask.call.params) > 4096}
    assert failing == {"ok", *inputs._AFTER_LONG}


@pytest.mark.parametrize("status", [300, 302, 304, 305, 306])
def test_a_download_is_answered_with_each_status_below_400(status: int) -> None:
    reads = ("app.get", "apps.get", "cursor.get", "file.download", "record.get")
    client = type("Takes", (TakesAStatus,), {"status": status})
    assert broken(client, rare_answers._refusals, reads) == {"KC812"}


def test_a_rejected_login_is_the_failure_of_a_whole_bulk_request() -> None:
    asked = wire("/k/v1/bulkRequest.json", "POST", body={"requests": [{}, {}]})
    bodies = {
        name: json.loads(playing._bulk_failed(asked, ANSWERS[name]).body)
        for name in ("401", "401 as 520", "CB_OA01", "403", "520", "409")
    }
    assert [name for name, body in bodies.items() if "results" in body] == ["403", "520", "409"]
