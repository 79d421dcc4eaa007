"""The interface that the author of an SDK implements: open an object, make declared calls.

An adapter passes values. It never encodes, joins, prefixes, escapes, trims or validates them, and
never turns verification off; where the SDK leaves that to its user, the capability is not
declared. Example: `kintone_conformance.reference`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from kintone_conformance.model import Client, Info
from kintone_conformance.spec.auth import Auth

_Method = TypeVar("_Method", bound=Callable[..., Any])


def serves(api: str, *parameters: str) -> Callable[[_Method], _Method]:
    """Declare that the method makes this call (a name of `spec.calls`).

    The method gets the SDK object and the call's JSON parameters as keyword arguments, under
    their documented names. `parameters` are those that it takes of the ones that are asked only of
    a client that declares them (`revision`).
    """

    def mark(method: _Method) -> _Method:
        method.__kintone_api__ = api  # type: ignore[attr-defined]
        method.__kintone_parameters__ = parameters  # type: ignore[attr-defined]
        return method

    return mark


class Reported(Exception):  # noqa: N818 - it is what the SDK reports, not an error of ours
    """Raise this from a call if the SDK reports an error by returning it (`ok == False`)."""

    def __init__(self, error: object) -> None:
        super().__init__(str(error))
        self.error = error


class Unserved(Exception):  # noqa: N818 - a statement about the SDK's types, not an error
    """Raise this if the SDK's types cannot express an input at all."""


class Adapter(ABC):
    """Drives one SDK. `info.calls` need not be given: a declared method is a served call."""

    info: ClassVar[Info]

    def table(self) -> Mapping[str, Callable[..., Any]]:
        """More calls by API name, if one naming table is shorter than a method for each.

        A function takes what a method marked with `serves` takes: the SDK object, and the
        parameters as keyword arguments.
        """
        return {}

    @abstractmethod
    def open(self, client: Client) -> Any:
        """Make one SDK object. Raising here is the SDK's refusal."""

    def close(self, sdk: Any) -> None:  # noqa: B027 - optional: most SDKs have nothing to close
        """Release what the SDK object holds."""

    def change_auth(self, sdk: Any, auth: Auth) -> None:
        """Hand new credentials to a live object, by a setter that the SDK documents."""
        raise NotImplementedError("the adapter declares auth.change, but has no change_auth")

    def error_fields(self, error: object) -> dict[str, object]:
        """Where the SDK's error exposes Kintone's `code`, `id` and `message`."""
        return {name: getattr(error, name, None) for name in ("code", "id", "message")}


def served(adapter: Adapter) -> dict[str, Callable[..., Any]]:
    """The calls of an adapter: API name to bound method."""
    calls: dict[str, Callable[..., Any]] = dict(adapter.table())
    for name in dir(type(adapter)):
        api = getattr(getattr(type(adapter), name), "__kintone_api__", None)
        if api is not None:
            calls[api] = getattr(adapter, name)
    return calls


def served_parameters(adapter: Adapter | type[Adapter]) -> frozenset[str]:
    """The parameters that an adapter declares, each after its call: `record.update.revision`."""
    methods = (getattr(adapter, name) for name in dir(adapter))
    return frozenset(
        f"{method.__kintone_api__}.{parameter}"
        for method in methods
        for parameter in getattr(method, "__kintone_parameters__", ())
    )
