"""A request as it was seen or recorded, with what is known of its answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec

from kintone_conformance.doors.limits import Limits
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Wire

LONGEST_ERROR = 1 << 16  # bytes of an answer that is looked into
_LIMITS = Limits()
_SHOWN = 2_000  # characters of what is not looked into
# What tools and people put in the place of a credential before they share a recording.
_PLACEHOLDER = re.compile(
    r"(?i)^[\W_]*(redacted|filtered|dummy|masked|hidden|removed|placeholder|scrubbed|sanitized|"
    r"secret|x{3,}|your[\W_]\w+|\w*_?(token|password|authorization|auth|api_?key|credentials?))"
    r"[\W_]*$|^[*.•]+$|^<.*>$|^\{\{?.*\}?\}$|^\$\{?\w+\}?$|^%\w+%$"
)
_SCHEME = re.compile(r"^(?:Basic|Bearer)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """The answer to a request: its status, where a redirect leads, and Kintone's error code."""

    status: int
    location: str = ""
    code: str = ""


@dataclass(frozen=True)
class Recorded:
    """One request. `at` says where it is: `entry 3`.

    `exact`: the wire holds the bytes as they were sent. A HAR and a cassette hold what a tool
    made of them, where framing, the charset of a body and sometimes `Host` are lost. `whole`:
    the body was recorded, if there was one.
    """

    wire: Wire
    at: str
    answered: Answered | None = None
    exact: bool = True
    whole: bool = True


def answer_from(
    status: int, headers: Iterable[tuple[str, str]], body: Callable[[], bytes]
) -> Answered:
    """What is kept of an answer; its body is asked for where no header names the error."""
    found = {name.lower(): value for name, value in headers}
    code = found.get("x-cybozu-error", "")
    if not code and status >= 400:
        code = error_code(status, body())
    return Answered(status, found.get("location", ""), code)


def error_code(status: int, body: bytes) -> str:
    """Kintone's code in the body of an answer with an error, "" if there is none (F35, F67)."""
    if status < 400 or len(body) > LONGEST_ERROR:
        return ""
    try:
        found: Any = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return ""
    results = found.get("results") if isinstance(found, dict) else None
    errors = [found, *(results if isinstance(results, list) else ())]
    codes = (each.get("code") for each in errors if isinstance(each, dict))
    return next((code[:40] for code in codes if isinstance(code, str)), "")


def is_placeholder(value: str) -> bool:
    """A value of a header that stands for a credential taken out of the recording."""
    return _PLACEHOLDER.search(_SCHEME.sub("", value.strip())) is not None


def wire_from(
    method: str, url: str, headers: list[tuple[str, str]], body: bytes = b""
) -> Wire | None:
    """The wire of a request whose parts alone are known; None if the URL is not http.

    A head that no server takes is not looked into: the wire is malformed, as at a door.
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme.lower() not in ("http", "https"):
        return None
    rest = rest.partition("#")[0]
    end = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
    host, target = rest[:end].rpartition("@")[2], rest[end:] or "/"
    fields = tuple((_raw(name), _raw(value)) for name, value in headers if name[:1] != ":")
    lines = [_raw(f"{method} {target} HTTP/1.1"), *(name + b": " + v for name, v in fields)]
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    origin = f"{scheme.lower()}://{host.lower()}"
    if len(head) > _LIMITS.head:
        why = f"the head is over {_LIMITS.head >> 10} KiB"
        begin = _raw(target[:_SHOWN])
        return Wire(method[:40], begin, (), b"", origin, raw_head=head[:_SHOWN], malformed=why)
    return Wire(
        method=method,
        target=_raw(target),
        headers=fields,
        body=body,
        origin=origin,
        raw_head=head,
    )


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def is_origin(origin: str) -> bool:
    """It can be taken apart into a host and a port."""
    try:
        return urlsplit(origin).port is not None or True
    except ValueError:
        return False


def unreadable(name: str, why: str, hint: str) -> NoReturn:
    """Raise UsageError for a recording that cannot be read."""
    raise UsageError(f"{name} {why}", hint)
