"""`sdk.toml`: what an SDK is, how its driver is built, and how it is started."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError

NAME = "sdk.toml"


class Sdk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """One SDK.

    `needs` are programs; `build` commands run in the folder, where `{python}` is the Python that
    runs the suite; `sources` the files that a build depends on. Either `adapter` or `driver` is
    what `run` takes. `not_judged` says why it is not judged here: its row has the reason.
    """

    name: str
    version: str
    language: str
    url: str
    needs: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    environ: dict[str, str] = {}
    adapter: str | None = None
    driver: str | None = None
    note: str = ""
    not_judged: str = ""
    folder: Path = Path()

    @property
    def client(self) -> list[str]:
        """The options of `run` that name the client."""
        if self.driver is not None:
            return ["--driver", self.driver]
        return ["--adapter", self.adapter or ""]


def read_all(folder: Path) -> list[Sdk]:
    """Every SDK of a folder, by language and name. Raises UsageError for a bad manifest."""
    found = [_read(path) for path in sorted(folder.glob(f"*/{NAME}"))]
    if not found:
        raise UsageError(
            f"there is no */{NAME} in {folder}",
            "each SDK has a folder of its own with a manifest in it",
        )
    return sorted(found, key=lambda sdk: (sdk.language, sdk.name.lower()))


def _read(path: Path) -> Sdk:
    try:
        fields = tomllib.loads(path.read_text("utf-8"))
        sdk = msgspec.convert({**fields, "folder": str(path.parent.resolve())}, Sdk, dec_hook=_path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}", "see the manifests of the project's sdks/") from None
    if not sdk.url.startswith(("https://", "http://")):
        raise UsageError(f"{path}: url is {sdk.url!r}", "as in https://github.com/example/sdk")
    if bool(sdk.adapter) == bool(sdk.driver):
        raise UsageError(f"{path} names no client", "give either adapter or driver")
    return sdk


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError
