"""The messages of the stdio protocol kc/1: a struct each, and nothing beside them.

UTF-8 JSON lines, one object a line, in lock-step; the runner's lines are ASCII. The published
schema (`schema`) is made from these structs and the closed tables of `spec.calls`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from kintone_conformance.model import NO_GUEST, Call, Client, ClientCertificate
from kintone_conformance.spec.auth import (
    ApiTokens,
    Auth,
    Basic,
    HeaderValue,
    OAuth,
    Password,
    Session,
)
from kintone_conformance.spec.doors import DriverDoor

VERSION = 1
_Word = Annotated[str, msgspec.Meta(max_length=200)]
_Line = Annotated[str, msgspec.Meta(max_length=2_000)]
_Several = msgspec.Meta(max_length=1_000)


class _Request(
    msgspec.Struct, frozen=True, tag_field="op", tag=str.lower, rename="camel", kw_only=True
):
    """What every line to a driver has."""

    id: int


class Hello(_Request, frozen=True):
    """The first line to every process: who are you?"""

    suite: str
    protocol: int = VERSION


class Open(_Request, frozen=True):
    """Make one SDK object (capability `handles`)."""

    client: dict[str, Any]


class Send(_Request, frozen=True, omit_defaults=True):
    """Make a call, on an open handle or on a client made for it alone."""

    call: dict[str, Any]
    client: dict[str, Any] | None = None
    handle: int | None = None


class Change(_Request, frozen=True):
    """Hand new credentials to an object (capability `auth.change`)."""

    handle: int
    auth: dict[str, Any]


class Show(_Request, frozen=True):
    """Say how the language prints an object (capability `show`)."""

    handle: int


class Close(_Request, frozen=True):
    """Release an object."""

    handle: int


Request = Hello | Open | Send | Change | Show | Close


class _Answer(
    msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True
):
    """What every line of a driver has: the id of the line it answers."""

    id: int


class Sdk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which SDK is driven."""

    name: _Word
    version: _Word
    language: _Word
    url: _Line = ""


class HelloAnswer(_Answer, frozen=True):
    """What a driver says of itself and of the SDK."""

    protocol: int
    sdk: Sdk
    supports: Annotated[tuple[_Word, ...], _Several]
    calls: Annotated[tuple[_Word, ...], _Several]
    doors: Annotated[tuple[DriverDoor, ...], _Several] = ("loopback",)
    no_guest: Annotated[tuple[_Line | int | float | bool | None, ...], _Several] = ()
    parameters: Annotated[tuple[_Word, ...], _Several] = ()
    hosted: Annotated[tuple[_Word, ...], _Several] = ()


class Error(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the SDK reported an error; `text` is what the language prints for it uncaught."""

    type: str
    text: str
    message: str | None = None
    code: str | None = None
    id: str | None = None


class OutcomeAnswer(_Answer, frozen=True, omit_defaults=True):
    """What came of a request; an `open` that worked gives the handle, a `show` the text."""

    outcome: Literal["sent", "refused", "crashed", "unsupported"] = "sent"
    handle: int | None = None
    error: Error | None = None
    reason: str = ""
    text: str = ""


_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_Answered = TypeVar("_Answered", HelloAnswer, OutcomeAnswer)


class BadLine(Exception):  # noqa: N818 - what a driver did, not an error of ours
    """A line of a driver that is not an answer: `did` says why, `hint` what to do, if known."""

    def __init__(self, did: str, hint: str = "") -> None:
        super().__init__(did)
        self.did = did
        self.hint = hint


def encoded(message: Request | HelloAnswer | OutcomeAnswer) -> bytes:
    """A message as one line of ASCII."""
    return json.dumps(msgspec.to_builtins(message), separators=(",", ":")).encode("ascii") + b"\n"


def request(line: bytes) -> Request:
    """The request on a line. Raises msgspec.DecodeError."""
    return _requests.decode(line)


def answer(line: bytes, kind: type[_Answered]) -> _Answered:
    """The answer on a line. Raises BadLine."""
    try:
        found = msgspec.json.decode(line, type=kind)
        json.loads(line, object_pairs_hook=_distinct)
    except msgspec.ValidationError as error:
        hint = "kintone-conformance schema shows the format"
        raise BadLine(f"sent an answer that kc/1 does not allow ({error})", hint) from None
    except msgspec.DecodeError as error:
        raise BadLine(f"wrote a line that is not an answer ({error})") from None
    except UnicodeDecodeError:
        hint = "set its standard output to UTF-8, or escape everything but ASCII"
        raise BadLine("wrote a line that is not UTF-8", hint) from None
    except RecursionError:
        raise BadLine("wrote a line that is nested too deeply") from None
    except ValueError as error:
        raise BadLine(f"wrote a line that is not an answer ({error})") from None
    return found


def _distinct(pairs: Sequence[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} appears twice")


def client_data(client: Client) -> dict[str, Any]:
    """A client as kc/1 writes it, without the certificate and proxy of the run."""
    data: dict[str, Any] = {"baseUrl": client.base_url, "auth": auth_data(client.auth)}
    if client.basic is not None:
        data["basic"] = {"user": client.basic.user, "password": client.basic.password}
    if client.guest_space is not NO_GUEST:
        data["guestSpaceId"] = client.guest_space
    return data


def full_client_data(client: Client) -> dict[str, Any]:
    """A client as a driver gets it: with certificates and the proxy of the run, null if none."""
    return {
        "basic": None,
        **client_data(client),
        "caPem": client.ca_pem,
        "proxyUrl": client.proxy_url,
        **_certificate_data(client.client_certificate),
    }


def _certificate_data(certificate: ClientCertificate | None) -> dict[str, Any]:
    if certificate is None:
        return {}
    data = {
        "certPem": certificate.cert_pem,
        "keyPem": certificate.key_pem,
        "pfxBase64": base64.b64encode(certificate.pfx).decode("ascii"),
        "password": certificate.password,
    }
    return {"clientCertificate": data}


def auth_data(auth: Auth) -> dict[str, Any]:
    """Credentials as kc/1 writes them."""
    match auth:
        case HeaderValue():
            return {"kind": "header", "value": auth.value}
        case Password(login, password):
            return {"kind": "password", "login": login, "password": password}
        case ApiTokens(tokens):
            return {"kind": "token", "tokens": list(tokens)}
        case OAuth(access_token):
            return {"kind": "oauth", "accessToken": access_token}
        case Session(request_token, cookie):
            return {"kind": "session", "requestToken": request_token, "cookie": cookie}


def call_data(call: Call) -> dict[str, Any]:
    """A call as kc/1 writes it."""
    return {"api": call.api, "params": dict(call.params)}


def auth_of(data: Mapping[str, Any]) -> Auth:
    """Credentials from kc/1. Raises KeyError for anything else."""
    match data["kind"]:
        case "password":
            return Password(data["login"], data["password"])
        case "header":
            login, _, password = base64.b64decode(data["value"]).decode().partition(":")
            return HeaderValue(login, password)
        case "token":
            return ApiTokens(tuple(data["tokens"]))
        case "oauth":
            return OAuth(data["accessToken"])
        case "session":
            return Session(data["requestToken"], data["cookie"])
    raise KeyError(data["kind"])


def client_of(data: Mapping[str, Any]) -> Client:
    """A client from kc/1. Raises KeyError for anything else."""
    basic, certificate = data.get("basic"), data.get("clientCertificate")
    return Client(
        base_url=data["baseUrl"],
        auth=auth_of(data["auth"]),
        basic=Basic(basic["user"], basic["password"]) if basic else None,
        guest_space=data.get("guestSpaceId", NO_GUEST),
        ca_pem=data.get("caPem"),
        proxy_url=data.get("proxyUrl"),
        client_certificate=_certificate_of(certificate) if certificate else None,
    )


def _certificate_of(data: Mapping[str, str]) -> ClientCertificate:
    pfx = base64.b64decode(data["pfxBase64"])
    return ClientCertificate(data["certPem"], data["keyPem"], pfx, data["password"])
