"""What a table of settings says: `[tool.kintone-lint]`, or a policy.

Which tables apply to a file is decided in `settings`.
"""

from __future__ import annotations

import os
from dataclasses import field, replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

from kintone_lint import codes
from kintone_lint.errors import UsageError
from kintone_lint.python.imports import project_of
from kintone_lint.records import record

_LISTS = {"select", "ignore", "exclude", "sinks", "token-names"}
_TABLES = {"per-file-ignores", "environment"}
_FILES = {"baseline"}
_PATTERNS = 1_000  # in one list; each is tried on each file
_SHOWN = 60  # characters of a wrong word
_KINDS = {"token", "password", "password_header", "oauth", "basic"}


@record()
class Config:
    """What to look for, and where. Sets of rules are codes; patterns start from `root`.

    `source` is the file that the settings are from. A policy enforces rules: they hold in files
    that a repository excludes, too, and these are `waived`.
    """

    root: Path
    select: frozenset[str] = field(default_factory=lambda: frozenset(codes.names()))
    ignore: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    exclude: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    token_names: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    baseline: Path | None = None
    enforced: frozenset[str] = frozenset()
    waived: tuple[str, ...] = ()
    source: Path | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What makes a file worth a look beside the words of Kintone: names of the user's own."""
        starts = [sink.partition(".")[0] for sink in self.sinks]
        return tuple(word for word in dict.fromkeys([*starts, *self.token_names]) if word)

    def rules_for(self, file: Path) -> frozenset[str]:
        """The rules that look at a file."""
        found = self.select - self.ignore
        for pattern, ignored in self.per_file_ignores:
            if self._matches(file, (pattern,)):
                found -= ignored
        return found & self.enforced if self._matches(file, self.waived) else found

    def excluded(self, file: Path) -> bool:
        """Whether no rule looks at a file."""
        return self._matches(file, self.exclude)

    def _matches(self, file: Path, patterns: tuple[str, ...]) -> bool:
        if not patterns:
            return False
        inner = _inside(file, self.root)
        return any(matches(inner, pattern) for pattern in patterns)


def matches(inner: PurePath, pattern: str) -> bool:
    """Whether a path from the root is meant by a pattern: a glob on it, or on a folder in it."""
    bare = pattern.rstrip("/")
    if inner.match(bare) or any(parent.match(bare) for parent in list(inner.parents)[:-1]):
        return True
    start = bare.removesuffix("/**").removesuffix("/*")
    return inner.as_posix().startswith(start + "/")


def _inside(file: Path, root: Path) -> PurePath:
    try:
        folder = _real(file.parent.absolute()).relative_to(_real(root.absolute()))
        return PurePath(folder, file.name)
    except ValueError:
        return PurePath(file)


@lru_cache(maxsize=4096)
def _real(folder: Path) -> Path:
    return folder.resolve()


def merged(config: Config, table: dict[str, Any], file: Path) -> Config:
    """The settings with those of a table of a file. Raises UsageError."""
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _LISTS | _TABLES | _FILES:
            hint = codes.suggestion(key[:_SHOWN], sorted(_LISTS | _TABLES | _FILES))
            raise UsageError(f"{file}: unknown key {key[:_SHOWN]!r}.{hint}")
        if key in _LISTS:
            texts = _texts(key, value, file)
            rules = key in ("select", "ignore")
            name = key.replace("-", "_")
            changes[name] = chosen(texts, f"{file}: {key}") if rules else tuple(texts)
            if key == "exclude":
                _check_patterns(key, texts, file)
        elif key in _FILES:
            changes[key] = _file(key, value, file)
        elif not isinstance(value, dict):
            raise UsageError(f"{file}: {key} must be a table")
        elif key == "environment":
            changes[key] = tuple(_environment(value, file))
        else:
            _check_patterns(key, list(value), file)
            changes["per_file_ignores"] = tuple(
                (glob, chosen(_texts(glob, rules, file), f"{file}: {key}"))
                for glob, rules in value.items()
            )
    return replace(config, **changes)


def _texts(key: str, value: object, file: Path) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{file}: {key} must be a list of strings")
    return value


def _check_patterns(key: str, patterns: list[str], file: Path) -> None:
    """Checks that each pattern can match a file below the settings. Raises UsageError."""
    if len(patterns) > _PATTERNS:
        raise UsageError(f"{file}: {key}: more than {_PATTERNS:,} patterns")
    for pattern in patterns:
        path = PurePath(pattern)
        if not path.parts or path.is_absolute() or ".." in path.parts:
            hint = 'write it relative to that folder, as in "generated/" or "*_pb2.py"'
            raise UsageError(
                f"{file}: {key}: {pattern[:_SHOWN]!r} cannot match a file in this file's folder; "
                f"{hint}"
            )


def _file(key: str, value: object, file: Path) -> Path:
    """A file that settings name; that of a pyproject.toml is in its project."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise UsageError(f"{file}: {key} must be the name of a file")
    named = file.parent / value
    project = project_of(file.parent)
    if file.name == "pyproject.toml" and not _lies_in(named, project):
        raise UsageError(f"{file}: {key}: {value[:_SHOWN]} is outside the project {project}")
    return named


def _lies_in(file: Path, folder: Path) -> bool:
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder))


def _environment(value: dict[str, Any], file: Path) -> list[tuple[str, str]]:
    for kind, name in value.items():
        if kind not in _KINDS:
            hint = codes.suggestion(kind[:_SHOWN], sorted(_KINDS))
            raise UsageError(f"{file}: environment has no key {kind[:_SHOWN]!r}.{hint}")
        if not isinstance(name, str) or not name.isidentifier():
            raise UsageError(f"{file}: environment.{kind} must be the name of a variable")
    return list(value.items())


def chosen(words: list[str], where: str) -> frozenset[str]:
    """The codes that a list of codes, names and prefixes means. Raises UsageError."""
    found: set[str] = set()
    for word in words:
        meant = codes.expand(word.strip())
        if not meant:
            raise UsageError(f"{where}: no rule {word[:_SHOWN]!r}.{codes.meant(word[:_SHOWN])}")
        found |= meant
    return frozenset(found)
