"""One version of an SDK by its name on the command line: `sdks/rest-api-client@5.0.6`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.building import build, make_workplace
from kintone_conformance.matrix.judging import BUILD
from kintone_conformance.matrix.manifest import NAME, VERSION, Sdk, read
from kintone_conformance.matrix.running import Trouble, split
from kintone_conformance.report.files import claimed


def sdk_at(named: str) -> Sdk | None:
    """The SDK of a folder, in the version after the @, else the newest; None for anything else.

    Any version can be named, listed in the manifest or not. Raises UsageError for a malformed
    one.
    """
    folder, at, version = named.rpartition("@")
    if not (at and Path(folder, NAME).is_file()):
        folder, version = named, ""
    path = Path(folder, NAME)
    if not path.is_file():
        return None
    sdk = read(path)
    if at and folder != named and not VERSION.fullmatch(version):
        raise UsageError(f"{version[:60]!r} is not a version", "as in sdks/rest-api-client@5.0.6")
    return msgspec.structs.replace(sdk, version=version or sdk.versions[0])


def built(sdk: Sdk, time_limit: float, tell: Callable[[str], None]) -> Sdk:
    """The same, built. Raises UsageError if that fails."""
    try:
        make_workplace(sdk)
        with claimed(sdk.workplace):
            build(sdk, BUILD * time_limit, False, tell)
    except Trouble as trouble:
        raise UsageError(f"{sdk.title}: {trouble}", "build it as its sdk.toml says") from None
    return sdk


def driver_command(sdk: Sdk, served: Callable[[str], list[str]]) -> list[str]:
    """The command of its driver, started in its workplace; `served` makes one of its adapter.

    Raises UsageError if that is not a command.
    """
    words = served(sdk.adapter) if sdk.adapter else _words(sdk)
    environ = [f"{name}={value}" for name, value in sdk.environ.items()]
    there = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(sdk.workplace)]
    return [*there, "env", *environ, *words]


def _words(sdk: Sdk) -> list[str]:
    try:
        return split(sdk.driver or "")
    except Trouble as trouble:
        hint = "check the quotes of `driver`"
        raise UsageError(f"{sdk.folder / NAME}: driver: {trouble}", hint) from None
