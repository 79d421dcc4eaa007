"""What a driver declares in its hello, checked against the closed tables."""

from __future__ import annotations

from kintone_conformance.drivers import protocol
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Info
from kintone_conformance.spec import calls as spec_calls


def checked_info(hello: protocol.HelloAnswer) -> Info:
    """What a driver declares, checked against the closed tables. Raises UsageError."""
    name = hello.sdk.name
    if hello.protocol != protocol.VERSION:
        raise UsageError(
            f"the driver of {name} speaks protocol {hello.protocol}, "
            f"but this suite speaks {protocol.VERSION}",
            "update whichever is older",
        )
    for unknown in spec_calls.unknown_capabilities(hello.supports):
        raise UsageError(f"the driver of {name}: {unknown.message}")
    for api in hello.calls:
        try:
            spec_calls.call_spec(api)
        except spec_calls.UnknownName as unknown:
            raise UsageError(f"the driver of {name}: {unknown.message}") from None
    for wrong in spec_calls.unknown_parameters(hello.parameters, hello.calls):
        raise UsageError(f"the driver of {name}: {wrong}")
    for api in sorted({*hello.hosted} - {*hello.calls}):
        raise UsageError(f"the driver of {name}: {api!r} is in hosted, but not in calls")
    if "auth.change" in hello.supports and "handles" not in hello.supports:
        raise UsageError(
            f"the driver of {name} declares auth.change, but not handles",
            "new credentials need an object that is kept open",
        )
    return Info(
        name=name,
        version=hello.sdk.version,
        language=hello.sdk.language,
        url=hello.sdk.url,
        supports=frozenset(hello.supports) - {"threads"},  # kc/1 is lock-step: never two at once
        calls=frozenset(hello.calls),
        doors=tuple(hello.doors),
        no_guest=tuple(hello.no_guest),
        parameters=frozenset(hello.parameters),
        hosted=frozenset(hello.hosted),
    )
