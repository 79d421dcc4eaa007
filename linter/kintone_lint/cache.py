"""What earlier runs found out, so that a file is neither read nor judged twice.

An answer is used only where all that it was made of is as it was: this tool, its settings, the
arguments, the file, the files that its imports led to, and what those imports mean. A file is as
it was if its size, inode and both time stamps are, that of the content and that of the inode. No
digest of a content is kept: a weak password could be tried out of it.

Not noticed is a content that changes with size and time kept where the system has no time of the
inode's last change (Windows).
"""

from __future__ import annotations

import json
import os
import sys
import time
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kintone_lint.bounded import read_whole
from kintone_lint.config import Config
from kintone_lint.findings import FileResult
from kintone_lint.imports import Question, resolve
from kintone_lint.packed import packed, unpacked
from kintone_lint.prefilter import Kind

FOLDER = ".kintone_lint_cache"
_NAME = "kintone-lint-"
SETTLED = 2_000_000_000  # ns; what is younger may be written again without a trace
_LARGEST = 512_000_000  # bytes; a larger one is none of ours
_MOST = 16  # arguments and settings that are remembered
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# A cache of kintone-lint; see https://bford.info/cachedir/\n"
)

_KINDS = tuple(Kind)

Stamp = list[int]


@dataclass(frozen=True)
class Remembered:
    """A result without its secrets, and the files that the file itself imports, links resolved."""

    result: FileResult
    imports: set[Path]


class Cache:
    """The memory of runs with the same arguments and settings, in a folder.

    The settings are those of all files: each knows its root, so which count for a file is settled.

    `given` says which files, without links, are linted in this run.
    """

    def __init__(self, folder: Path, configs: Iterable[Config], arguments: Iterable[Path]) -> None:
        self._start = time.time_ns()
        self._folder = folder
        self._key = _key(configs, arguments)
        self._file = folder / f"{_NAME}{crc32(self._key.encode()):08x}.json"
        self._old: dict[str, dict[str, Any]] = _loaded(self._file, self._key)
        self._kept: dict[str, dict[str, Any]] = {"files": {}, "results": {}}
        self._new: dict[str, Kind] = {}
        self._judged: list[tuple[Path, FileResult, tuple[Question, ...]]] = []
        self._stamps: dict[str, Stamp | None] = {}
        self._answers: dict[Path, list[str]] = {}
        self.given: Callable[[], frozenset[Path]] = frozenset

    # ---- asking

    def kind(self, file: Path) -> Kind | None:
        """What a file is; None where it must be read."""
        name = str(file)
        known = self._old["files"].get(name)
        if known is None or known[1:] != self._stamp(name):
            return None
        self._kept["files"][name] = known
        number: int = known[0]
        return _KINDS[number]

    def result(self, file: Path) -> Remembered | None:
        """What a file gave, if all that it depends on is as it was. Its links are resolved."""
        known = self._old["results"].get(str(file))
        if known is None or not self._holds(known):
            return None
        self._kept["results"][str(file)] = known
        answers = [row[-1] for row in known["asked"][: known["own"]]]
        result = FileResult(list(unpacked(known["findings"])), used=set(unpacked(known["used"])))
        return Remembered(result, {Path(answer[-1]) for answer in answers if answer})

    def _holds(self, known: dict[str, Any]) -> bool:
        files = known["files"]
        if any(self._stamp(name) != stamp for name, stamp in files.items()):
            return False
        for folder, module, name, level, answer in known["asked"]:
            if self._answer(resolve(Path(folder), module, name, level)) != answer:
                return False
        return len(files) == 1 or known["given"] == self._given(files)

    def _given(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if Path(name) in self.given()]

    def _answer(self, found: Path | None) -> list[str]:
        """What an import means: the file, and where its links lead."""
        if found is None:
            return []
        if found not in self._answers:
            self._answers[found] = [str(found), str(found.resolve())]
        return self._answers[found]

    def _stamp(self, name: str) -> Stamp | None:
        """As it was when this run first asked."""
        if name not in self._stamps:
            self._stamps[name] = _stamp(name)
        return self._stamps[name]

    # ---- learning

    def note(self, file: Path, kind: Kind) -> None:
        """What a file is that was read."""
        self._new[str(file)] = kind

    def keep(self, file: Path, result: FileResult, imports: tuple[Question, ...]) -> None:
        """What a file gave, which itself imports `imports`. Its links are resolved.

        Trouble is not kept: it may be the memory of the machine, and has to be looked at anyway.
        """
        if not result.errors:
            self._judged.append((file, result, imports))

    def save(self) -> None:
        """Writes what was learnt; where that is not possible, nothing happens."""
        files = {name: [int(kind), *stamp] for name, kind in self._new.items()
                 if (stamp := self._settled(name))}  # fmt: skip
        results = {str(each[0]): entry for each in self._judged if (entry := self._entry(*each))}
        gone = any(len(self._kept[part]) < len(self._old[part]) for part in self._old)
        if not files and not results and not gone:
            return
        content = {
            "key": self._key,
            "files": self._kept["files"] | files,
            "results": self._kept["results"] | results,
        }
        # Not for a run that learnt nothing.
        from kintone_lint.writing import destination, write_whole

        text = json.dumps(content, separators=(",", ":"))
        with suppress(OSError):
            self._make_folder(destination(self._folder))
            write_whole(self._file, f"{crc32(text.encode()):08x}\n{text}".encode())
            self._drop_oldest()

    def _entry(
        self, file: Path, result: FileResult, imports: tuple[Question, ...]
    ) -> dict[str, Any] | None:
        """A result with all that it was made of; None where that may have changed meanwhile."""
        own = {question: resolve(*question) for question in imports}
        asked = own | result.asked
        names = dict.fromkeys([str(file), *(str(answer) for answer in asked.values() if answer)])
        stamps = {name: self._settled(name) for name in names}
        if not all(stamps.values()) or _tells(result):
            return None
        return {
            "files": stamps,
            "given": self._given(names),
            "own": len(own),
            "asked": [
                [str(folder), module, name, level, self._answer(answer)]
                for (folder, module, name, level), answer in asked.items()
            ],
            "findings": packed(result.findings),
            "used": packed(list(result.used)),
        }

    def _settled(self, name: str) -> Stamp | None:
        """The stamp of a file that cannot have changed since the run began."""
        stamp = _stamp(name)
        first = self._stamps.get(name, stamp)
        if stamp is None or stamp != first or max(stamp[:2]) > self._start - SETTLED:
            return None
        return stamp

    def _make_folder(self, folder: Path) -> None:
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            (folder / ".gitignore").write_text("*\n")
            (folder / "CACHEDIR.TAG").write_text(_TAG)

    def _drop_oldest(self) -> None:
        files = sorted(
            self._folder.glob(f"{_NAME}*.json"), key=lambda file: file.stat().st_mtime_ns
        )
        for file in files[:-_MOST]:
            file.unlink(missing_ok=True)


def _loaded(file: Path, key: str) -> dict[str, dict[str, Any]]:
    """What a run has left; nothing where it is of another key, or not whole."""
    try:
        check, _, text = read_whole(file, _LARGEST).partition(b"\n")
        if check == f"{crc32(text):08x}".encode():
            content = json.loads(text)
            if content["key"] == key:
                return {"files": content["files"], "results": content["results"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {"files": {}, "results": {}}


def _stamp(name: str) -> Stamp | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - thousands of files, and a Path costs more
    except (OSError, ValueError):
        return None
    return [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino]


def _tells(result: FileResult) -> bool:
    """Whether a text that would be kept holds a secret."""
    from kintone_lint.masking import masked, worth_masking

    hidden = worth_masking(result.secrets)
    return any(masked(text, hidden) != text for text in _texts(result))


def _texts(result: FileResult) -> Iterator[str]:
    for finding in result.findings:
        yield from (finding.message, finding.origin.context)
        yield from (text for _, text in finding.related)
        yield from (edit.text for edit in finding.fix.edits) if finding.fix else ()


# ---- what every answer depends on


def _key(configs: Iterable[Config], arguments: Iterable[Path]) -> str:
    """This tool, this Python, all settings that count, the arguments and the working folder."""
    settings = [
        {name: _plain(value) for name, value in vars(config).items()}
        for config in sorted(configs, key=lambda config: str(config.root))
    ]
    where = [str(each) for each in (Path.cwd(), *arguments)]
    return json.dumps([sys.version, list(_code()), settings, where])


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value.resolve()) if isinstance(value, Path) else value


def _code() -> Iterator[list[Any]]:
    """The stamps of this tool's own files, and of the parser: they change with every version."""
    for name in ("kintone_lint", "kintone_conformance", "libcst"):
        spec = find_spec(name)
        origin = Path(spec.origin) if spec and spec.origin else None
        if origin is None:
            continue
        folder = origin.parent / "spec" if name == "kintone_conformance" else origin.parent
        files = [origin] if name == "libcst" else sorted(folder.rglob("*.*"))
        yield from ([str(file), _stamp(str(file))] for file in files if file.suffix != ".pyc")
