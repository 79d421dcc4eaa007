"""`sdk.toml`: what an SDK is, how its driver is built, and how it is started."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kintone_conformance.errors import UsageError
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.tomls import parsed, read_text

NAME = "sdk.toml"
# A version is a part of a folder's name and a word of a command.
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,60}")


class Sdk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """One version of an SDK.

    `versions` are those that are judged, the newest first; `version` is the one at hand. `needs`
    are programs. `build` commands run in the workplace, where `{python}` is the Python that runs
    the suite and `{version}` the version. `sources` are the files that a build depends on, `files`
    what else an older version needs a copy of. Either `adapter` or `driver` is what `run` takes.
    `review` holds the driver against the rule of CONTRIBUTING, in a few sentences.
    `not_judged` is what its row says where the build fails for a reason that is known.
    `unsteady` are requirements that fail in each run, though not in the same way: what is found
    depends on what happens first. Only their verdicts are published.
    """

    name: str
    versions: tuple[str, ...]
    language: str
    url: str
    needs: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environ: dict[str, str] = {}
    adapter: str | None = None
    driver: str | None = None
    note: str = ""
    review: str = ""
    not_judged: str = ""
    unsteady: tuple[str, ...] = ()
    version: str = ""
    folder: Path = Path()

    @property
    def client(self) -> list[str]:
        """The options of `run` that name the client."""
        if self.driver:
            return ["--driver", self.driver]
        return ["--adapter", self.adapter or ""]

    @property
    def newest(self) -> bool:
        """Whether this is the version that the folder is made for."""
        return self.version == self.versions[0]

    @property
    def label(self) -> str:
        """Folder and version, as `rest-api-client@6.2.1`."""
        return f"{self.folder.name}@{self.version}"

    @property
    def title(self) -> str:
        """Name and version, as `@kintone/rest-api-client 6.2.1`."""
        return f"{self.name} {self.version}"

    @property
    def workplace(self) -> Path:
        """Where this version is built and judged."""
        return self.folder if self.newest else self.folder.parent / self.label

    @property
    def commands(self) -> tuple[str, ...]:
        """The build of this version."""
        return tuple(command.replace("{version}", self.version) for command in self.build)


def read_all(folder: Path) -> list[Sdk]:
    """Every version of every SDK, by language and name, newest first. Raises UsageError."""
    found = [read(path) for path in sorted(folder.glob(f"*/{NAME}"))]
    if not found:
        raise UsageError(
            f"there is no */{NAME} in {folder}",
            "each SDK has a folder of its own with a manifest in it",
        )
    ordered = sorted(found, key=lambda sdk: (sdk.language, sdk.name.lower()))
    return [
        msgspec.structs.replace(sdk, version=version) for sdk in ordered for version in sdk.versions
    ]


def chosen(sdks: Sequence[Sdk], only: Sequence[str], newest: bool) -> list[Sdk]:
    """Those that are named by folder, or by folder@version. Raises UsageError for no such name."""
    for name in only:
        if name not in {each for sdk in sdks for each in (sdk.folder.name, sdk.label)}:
            folders = dict.fromkeys(sdk.folder.name for sdk in sdks)
            raise UsageError(f"there is no SDK {name!r}", f"the SDKs are {', '.join(folders)}")
    return [
        sdk
        for sdk in sdks
        if (not only or sdk.label in only or sdk.folder.name in only)
        and (not newest or sdk.newest or sdk.label in only)
    ]


def read(path: Path) -> Sdk:
    """The manifest in a file, in no version yet. Raises UsageError if it is not a manifest."""
    try:
        fields = parsed(path, read_text(path))
        own = {"folder": str(path.parent.resolve())}
        sdk = msgspec.convert({**fields, **own}, Sdk, dec_hook=_path)
    except FileNotFoundError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {error}", "see the manifests of the project's sdks/") from None
    if not sdk.url.startswith(("https://", "http://")):
        raise UsageError(f"{path}: url is {sdk.url!r}", "as in https://github.com/example/sdk")
    if bool(sdk.adapter) == bool(sdk.driver):
        raise UsageError(f"{path} does not name a client", "give either adapter or driver")
    if not sdk.versions or sdk.version or len({*sdk.versions}) < len(sdk.versions):
        raise UsageError(f"{path}: versions lists each version once", 'as in versions = ["1.2.0"]')
    for id_ in sdk.unsteady:
        if id_ not in requirements():
            raise UsageError(f"{path}: unsteady: there is no requirement {id_!r}")
    for version in sdk.versions:
        if not VERSION.fullmatch(version):
            raise UsageError(
                f"{path}: {version!r} is not a version", "use letters, digits and . _ + - only"
            )
    return sdk


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError
