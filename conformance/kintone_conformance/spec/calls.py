"""The closed table of what an adapter can declare and be asked: auth kinds, capabilities, calls.

The schema of the parameters is read from `calls.json` on first use; nothing here validates or
sends. What credentials look like in headers is in `auth`, what an API accepts in `endpoints`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from kintone_conformance.spec import endpoints
from kintone_conformance.spec.auth import ApiTokens, Auth, HeaderValue, OAuth, Password, Session
from kintone_conformance.spec.endpoints import Endpoint

# Kind of credentials to the fields that each of them needs, as they are in JSON.
AUTH_KINDS: Mapping[str, tuple[str, ...]] = {
    "password": ("login", "password"),
    "token": ("tokens",),
    "oauth": ("accessToken",),
    "session": ("requestToken", "cookie"),
    "header": ("value",),
}
_KIND_OF: Mapping[type[Auth], str] = {
    Password: "password",
    ApiTokens: "token",
    OAuth: "oauth",
    Session: "session",
    HeaderValue: "header",
}
AUTHS: Mapping[str, type[Auth]] = {f"auth.{kind}": auth for auth, kind in _KIND_OF.items()}
"""The kinds of credentials by the capability of who takes them."""

# The extra gate in front of a domain, in addition to one of the four kinds (SPEC F59).
BASIC_FIELDS = ("user", "password")

CAPABILITIES: Mapping[str, str] = {
    "auth.password": "takes a login name and a password",
    "auth.token": "takes an API token",
    "auth.token.many": "takes several API tokens as a list",
    "auth.oauth": "takes an OAuth access token",
    "auth.session": "takes a browser session's request token and cookie",
    "auth.header": "takes the finished value of X-Cybozu-Authorization, which is not judged",
    "auth.change": "has a documented setter for new credentials on a live object",
    "basic": "takes Basic credentials in addition to one of the kinds",
    "guest": "takes a guest space id as a number",
    "guest.text": "takes a guest space id as text",
    "caPem": "takes a certificate authority to trust (caPem)",
    "proxyUrl": "takes the URL of a proxy, with the user and password in it (proxyUrl)",
    "clientCertificate": "takes a client certificate, as PEM or PKCS #12 (clientCertificate)",
    "show": "can say how the language prints a client object (kc/1 show)",
    "handles": "can keep an object open for several calls",
    "threads": "may be called from several threads at once",
}


def kind_of(auth: Auth) -> str:
    """The name of a kind of credentials: `token`."""
    return _KIND_OF[type(auth)]


def capability(auth: Auth) -> str:
    """The capability of a kind of credentials: `auth.token`."""
    return f"auth.{kind_of(auth)}"


class UnknownName(KeyError):  # noqa: N818 - it names what is wrong, as KeyError does
    """A name that is not in the closed table; `suggestion` is the one meant, None if unclear."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.suggestion = endpoints.closest(name, known)
        known_by = "kintone-conformance names lists them"
        hint = f"did you mean {self.suggestion}?" if self.suggestion else known_by
        self.message = f"{what} {name!r} does not exist; {hint}"
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class CallSpec:
    """One call that an adapter can serve.

    `path` is the plain path of the API, also where it has a guest form only. `params` is the JSON
    Schema of the parameters; its `$ref`s point into `schema()`. `declared` names the parameters
    that are asked only of a client that declares them, wherever they are in the schema; those of
    a bulkRequest are in its inner requests.

    A `core` call is asked in every way there is. The others, of `operations.json`, are asked with
    `example` as their parameters, and once with `fuller` ones: optional ones, several elements,
    false, 0, empty, codes of every script. `answer` is what a good answer to them holds.

    `asks` marks a call that only asks, though it is no GET.
    """

    api: str
    method: str
    path: str
    params: Mapping[str, Any]
    declared: tuple[str, ...] = ()
    core: bool = True
    example: Mapping[str, Any] = field(default_factory=dict)
    fuller: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    asks: bool = False

    @cached_property
    def endpoint(self) -> Endpoint:
        """The API of the catalogue that this call goes to."""
        found = endpoints.find(self.method, self.path)
        assert found is not None, f"{self.method} {self.path} is not in the catalogue"
        return found

    @property
    def changes(self) -> bool:
        """Whether the call changes data: a GET does not, and creating a cursor does not."""
        return self.method != "GET" and not self.asks

    @property
    def travels_as_post(self) -> bool:
        """Whether a long read may be a POST with an override, as not in the User API (F62)."""
        return self.endpoint.product is endpoints.Product.KINTONE

    def takes(self, auth: Auth) -> bool:
        """Whether Kintone documents this kind of credentials for the API (SPEC F36, F50, F58)."""
        return self.accepts(capability(auth))

    def accepts(self, capability: str) -> bool:
        """`takes`, by the capability of the kind: `auth.token`."""
        accepted = self.endpoint.auth
        none = not accepted or self.endpoint.product is endpoints.Product.OAUTH
        kind = "auth.password" if capability == "auth.header" else capability
        return none or kind.removeprefix("auth.") in accepted


def _file(name: str = "calls.json") -> dict[str, Any]:
    import json

    content: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return content


@cache
def calls() -> Mapping[str, CallSpec]:
    """Every call by its API name, the core ones first."""
    return {**core_calls(), **_operations()}


@cache
def core_calls() -> Mapping[str, CallSpec]:
    """The calls that are asked in every way, by API name."""
    entries = _file()["calls"].items()
    return {
        api: CallSpec(api, **{**entry, "declared": tuple(entry.get("declared", ()))})
        for api, entry in entries
    }


def _operations() -> dict[str, CallSpec]:
    found = {}
    for entry in _file("operations.json")["operations"]:
        params = _object({name: _SHAPES[kind] for name, kind in entry["types"].items()})
        params["required"] = entry["required"]
        named = {name: entry[name] for name in ("api", "method", "path", "example")}
        more = {name: entry.get(name, {}) for name in ("fuller", "answer")}
        found[entry["api"]] = CallSpec(**named, **more, params=params, core=False)
    return found


# What the parameters of an operation are, as far as they are described here.
_SHAPES: Mapping[str, dict[str, Any]] = {
    "array": {"type": "array", "items": True},
    "object": {"type": "object", "additionalProperties": True},
    **{name: {"type": name} for name in ("boolean", "integer", "string")},
}


def call_spec(api: str) -> CallSpec:
    """The call of this name. Raises UnknownName, with the name that may have been meant."""
    try:
        return calls()[api]
    except KeyError:
        raise UnknownName("call", api, calls()) from None


@cache
def parameter_names() -> tuple[str, ...]:
    """The parameters that a client may declare, each after its call: `record.update.revision`."""
    return tuple(f"{spec.api}.{name}" for spec in core_calls().values() for name in spec.declared)


def unknown_parameters(names: Iterable[str], calls: Collection[str]) -> Iterator[UnknownName | str]:
    """What is wrong with declared parameters, in order: an unknown name, or one without its call.

    `calls` are those that are declared.
    """
    for name in names:
        if name not in parameter_names():
            yield UnknownName("parameter", name, parameter_names())
        elif name.rpartition(".")[0] not in calls:
            yield f"parameter {name!r} is declared without its call"


def unknown_capabilities(names: Iterable[str]) -> tuple[UnknownName, ...]:
    """The names that are not capabilities, in order, each as an error to raise or show."""
    return tuple(
        UnknownName("capability", name, CAPABILITIES) for name in names if name not in CAPABILITIES
    )


def schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12): it describes one call, `{"api", "params"}`.

    `$defs` holds the parameters of each call under its API name, `call`, `auth`, `basic`,
    `capability` and `parameter`. It is made anew for each caller.
    """
    params = {api: deepcopy(spec.params) for api, spec in calls().items()}
    call = [
        _object({"api": {"const": api}, "params": {"$ref": f"#/$defs/{api}"}}) for api in params
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A call of kintone-conformance",
        "$ref": "#/$defs/call",
        "$defs": {
            "call": {"oneOf": call},
            "capability": {"enum": list(CAPABILITIES)},
            "parameter": {"enum": list(parameter_names())},
            "auth": {"oneOf": [_auth(kind) for kind in AUTH_KINDS]},
            "basic": _object({name: {"type": "string"} for name in BASIC_FIELDS}),
            **_file()["shared"],
            **params,
        },
    }


def _auth(kind: str) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    shapes = {
        "tokens": {"type": "array", "items": text},
        "password": {"type": ["string", "null"]},  # null is the user who has none
    }
    fields = {name: shapes.get(name, text) for name in AUTH_KINDS[kind]}
    return _object({"kind": {"const": kind}, **fields})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
