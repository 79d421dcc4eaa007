"""Settings: the command line, an organisation's policy, and `[tool.kintone-lint]`.

The nearest pyproject.toml wins over those above it; a policy given by `--config` adds to what a
repository selects and takes its ignores away, its baseline too.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from kintone_lint import codes
from kintone_lint.errors import UsageError

_LISTS = {"select", "ignore", "exclude", "sinks", "token-names"}
_TABLES = {"per-file-ignores", "environment"}
_FILES = {"baseline"}
_SORTS = {"token", "password", "password_header", "oauth", "basic"}


@dataclass(frozen=True)
class Config:
    """What to look for, and where. Sets of rules are codes."""

    root: Path
    select: frozenset[str] = field(default_factory=lambda: frozenset(codes.names()))
    ignore: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    exclude: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    token_names: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    baseline: Path | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What makes a file worth a look beside the words of Kintone: names of the user's own."""
        starts = [sink.partition(".")[0] for sink in self.sinks]
        return tuple(word for word in dict.fromkeys([*starts, *self.token_names]) if word)

    def rules_for(self, file: Path) -> frozenset[str]:
        """The rules that look at a file."""
        found = self.select - self.ignore
        for pattern, ignored in self.per_file_ignores:
            if matches(file, pattern, self.root):
                found -= ignored
        return found

    def excluded(self, file: Path) -> bool:
        return any(matches(file, pattern, self.root) for pattern in self.exclude)


def matches(file: Path, pattern: str, root: Path) -> bool:
    """Whether a file is meant by a pattern: a glob on its path from the root, or a folder in it."""
    try:
        inner = PurePath(file.resolve().relative_to(root.resolve()))
    except ValueError:
        inner = PurePath(file)
    bare = pattern.rstrip("/")
    if inner.match(bare) or any(parent.match(bare) for parent in list(inner.parents)[:-1]):
        return True
    start = bare.removesuffix("/**").removesuffix("/*")
    return inner.as_posix().startswith(start + "/")


def load(folder: Path, *, policy: Path | None = None, isolated: bool = False) -> Config:
    """The settings for files in a folder. Raises UsageError."""
    base = Config(folder)
    if not isolated:
        found = _nearest(folder)
        if found is not None:
            base = _merged(Config(found.parent), _table(found), found)
    if policy is None:
        return base
    if not policy.is_file():
        raise UsageError(f"{policy}: no such file; --config names a TOML file")
    bare = replace(base, select=frozenset(), ignore=frozenset(), baseline=None)
    ruled = _merged(bare, _table(policy), policy)
    select = ruled.select or frozenset(codes.names())
    kept = base.select | select if ruled.select else base.select
    enforced = ruled.select - ruled.ignore
    ignored = (base.ignore | ruled.ignore) - enforced
    waived = tuple((glob, rules - enforced) for glob, rules in ruled.per_file_ignores)
    return replace(ruled, select=kept, ignore=ignored, per_file_ignores=waived)


def _nearest(folder: Path) -> Path | None:
    """The nearest pyproject.toml with a table of ours."""
    for each in (folder, *folder.resolve().parents):
        file = each / "pyproject.toml"
        try:
            named = file.is_file() and b"kintone-lint" in file.read_bytes()
            if named and _read(file).get("tool", {}).get("kintone-lint") is not None:
                return file
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}") from None
    return None


def _read(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None


def _table(file: Path) -> dict[str, Any]:
    content = _read(file)
    table = content.get("tool", {}).get("kintone-lint")
    if table is None and file.name != "pyproject.toml":
        table = content
    if not isinstance(table, dict):
        raise UsageError(f"{file}: [tool.kintone-lint] is missing or no table")
    return table


def _merged(config: Config, table: dict[str, Any], file: Path) -> Config:
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _LISTS | _TABLES | _FILES:
            hint = codes.suggestion(key, sorted(_LISTS | _TABLES | _FILES))
            raise UsageError(f"{file}: unknown key {key!r}.{hint}")
        if key in _LISTS:
            texts = _texts(key, value, file)
            rules = key in ("select", "ignore")
            name = key.replace("-", "_")
            changes[name] = chosen(texts, f"{file}: {key}") if rules else tuple(texts)
        elif key in _FILES:
            if not isinstance(value, str) or not value:
                raise UsageError(f"{file}: {key} is the name of a file")
            changes[key] = file.parent / value
        elif not isinstance(value, dict):
            raise UsageError(f"{file}: {key} is a table")
        elif key == "environment":
            changes[key] = tuple(_environment(value, file))
        else:
            changes["per_file_ignores"] = tuple(
                (glob, chosen(_texts(glob, rules, file), f"{file}: {key}"))
                for glob, rules in value.items()
            )
    return replace(config, **changes)


def _texts(key: str, value: object, file: Path) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{file}: {key} is a list of texts")
    return value


def _environment(value: dict[str, Any], file: Path) -> list[tuple[str, str]]:
    for sort, name in value.items():
        if sort not in _SORTS:
            hint = codes.suggestion(sort, sorted(_SORTS))
            raise UsageError(f"{file}: environment has no key {sort!r}.{hint}")
        if not isinstance(name, str) or not name.isidentifier():
            raise UsageError(f"{file}: environment.{sort} is the name of a variable")
    return list(value.items())


def chosen(words: list[str], where: str) -> frozenset[str]:
    """The codes that a list of codes, names and prefixes means. Raises UsageError."""
    found: set[str] = set()
    for word in words:
        meant = codes.expand(word.strip())
        if not meant:
            known = [*codes.names(), *codes.names().values()]
            raise UsageError(f"{where}: no rule {word!r}.{codes.suggestion(word, known)}")
        found |= meant
    return frozenset(found)
