"""The responses door: in-process, for clients on requests; sees what is prepared, no socket."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import requests
import responses

from kintone_conformance.doors.recording import CLOUD, ELSEWHERE, SECOND, RecordingDoor
from kintone_conformance.model import Wire

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


class Responses(RecordingDoor):
    """Patches requests' adapters for as long as the door is open; there are no certificates."""

    name = "responses"
    base_url = f"https://{CLOUD}"
    elsewhere = f"https://{ELSEWHERE}"
    second = f"https://{SECOND}"

    def __init__(self) -> None:
        super().__init__()
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        for method in _METHODS:
            self._mock.add_callback(method, re.compile(".*"), self._answer)
        self._mock.start()

    def drain(self) -> tuple[Wire, ...]:
        """As every door; the mock keeps a list of its own, which would only grow."""
        self._mock.calls.reset()
        return super().drain()

    def close(self) -> None:
        """Give requests its adapters back."""
        self._mock.stop(allow_assert=False)

    def _answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        answer = self._recorder.answer(wire_of(request))
        if answer.cut:
            raise requests.ConnectionError("the connection was closed")
        headers = dict(answer.headers)
        return answer.status, headers, answer.body


def wire_of(request: requests.PreparedRequest) -> Wire:
    """The wire that a prepared request would become."""
    url = urlsplit(str(request.url))
    target = url.path + (f"?{url.query}" if url.query else "")
    headers = tuple((_bytes(name), _bytes(value)) for name, value in request.headers.items())
    lines = [f"{request.method} {target} HTTP/1.1".encode()]
    lines += [name + b": " + value for name, value in headers]
    return Wire(
        method=str(request.method),
        target=target.encode("utf-8"),
        headers=headers,
        body=_body(request.body),
        origin=f"{url.scheme}://{url.netloc}",
        raw_head=b"\r\n".join(lines) + b"\r\n\r\n",
    )


def _bytes(text: object) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode("utf-8", "surrogateescape")


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, bytes | str):
        return _bytes(body)
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)
