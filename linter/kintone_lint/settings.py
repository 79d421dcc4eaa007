"""Which settings count for a file: the nearest pyproject.toml, below an organisation's policy.

Of all pyproject.toml files above a file the nearest with a table `[tool.kintone-lint]` counts, as
with ruff: one without such a table does not end the search, and tables are not added up. A policy
given by `--config` adds to what a repository selects; what it selects, the repository can neither
ignore, nor exclude, nor put into its baseline.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kintone_lint.bounded import read_whole
from kintone_lint.config import Config, merged
from kintone_lint.errors import UsageError
from kintone_lint.patterns import regex

MAX_BYTES = 300_000
_DOTS = 100  # on a line outside of texts; what tomllib does for a key grows with their square
_TEXT_OR_COMMENT = regex(rb""""(?:[^"\\\n]|\\.)*+"?|'[^'\n]*'?|#[^\n]*""")
_NAME = "kintone-lint"
_MENTIONED = regex(rb"kintone[-_.]?lint", re.IGNORECASE)


class Settings:
    """The settings of each file of a run. `adapt` puts those of the command line above them."""

    def __init__(
        self,
        *,
        policy: Path | None = None,
        isolated: bool = False,
        adapt: Callable[[Config], Config] = lambda config: config,
    ) -> None:
        self.policy = policy
        self._policy = None if policy is None else (policy, _policy_table(policy))
        self._adapt = adapt
        self._isolated = isolated
        self._bare = self._finished(Config(Path.cwd()))
        self._known: dict[Path, Config] = {}
        self._folders: dict[Path, Config] = {}

    def of(self, file: Path) -> Config:
        """The settings of a file. Raises UsageError."""
        if file.parent not in self._folders:
            self._folders[file.parent] = self._of_folder(file.parent.resolve())
        return self._folders[file.parent]

    def _of_folder(self, folder: Path) -> Config:
        """By folders without links, each looked at once."""
        if self._isolated:
            return self._bare
        passed = []
        found = self._bare
        for each in (folder, *folder.parents):
            if each in self._known:
                found = self._known[each]
                break
            passed.append(each)
            file = _as_seen(each / "pyproject.toml")
            table = _table(file)
            if table is not None:
                found = self._finished(merged(Config(each, source=file), table, file))
                break
        self._known |= dict.fromkeys(passed, found)
        return found

    def _finished(self, config: Config) -> Config:
        return self._adapt(_below_policy(config, *self._policy) if self._policy else config)


def _as_seen(file: Path) -> Path:
    """A path from the working folder, if it is below that: as messages show it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _below_policy(base: Config, policy: Path, table: dict[str, Any]) -> Config:
    """A repository's settings, limited by a policy."""
    none = Config(base.root, select=frozenset())
    ruled = merged(none, table, policy)
    variables = dict(base.environment) | dict(ruled.environment)
    enforced = ruled.select - ruled.ignore
    ours = tuple((glob, rules - enforced) for glob, rules in base.per_file_ignores)
    return replace(
        ruled,
        source=base.source,
        select=base.select | ruled.select,
        ignore=(base.ignore - enforced) | ruled.ignore,
        per_file_ignores=(*ruled.per_file_ignores, *ours),
        exclude=ruled.exclude if enforced else (*ruled.exclude, *base.exclude),
        waived=base.exclude if enforced else (),
        enforced=enforced,
        environment=tuple(variables.items()),
        sinks=tuple(dict.fromkeys((*ruled.sinks, *base.sinks))),
        token_names=tuple(dict.fromkeys((*ruled.token_names, *base.token_names))),
    )


def _policy_table(policy: Path) -> dict[str, Any]:
    try:
        content = _parsed(policy, read_whole(policy, MAX_BYTES))
    except OSError as error:
        raise UsageError(f"{policy}: {error.strerror}; --config names a TOML file") from None
    if policy.name != "pyproject.toml" and "tool" not in content:
        return content
    table = _own(content, policy)
    if table is None:
        raise UsageError(f"{policy}: [tool.{_NAME}] is missing")
    return table


def _table(file: Path) -> dict[str, Any] | None:
    """The table of ours in a pyproject.toml, if it has one. Raises UsageError."""
    try:
        raw = read_whole(file, MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        if file.is_symlink():
            raise UsageError(f"{file}: a broken symbolic link") from None
        return None
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from None
    return _own(_parsed(file, raw), file) if _MENTIONED.search(raw) else None


def _parsed(file: Path, raw: bytes) -> dict[str, Any]:
    import tomllib  # not for a run without settings

    bare = _TEXT_OR_COMMENT.sub(b"", raw)
    if any(line.count(b".") > _DOTS for line in bare.splitlines()):
        raise UsageError(f"{file}: a key of more than {_DOTS} parts")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except RecursionError:
        raise UsageError(f"{file}: not valid TOML: nested too deeply") from None
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{file}: not valid TOML: {error}") from None


def _own(content: dict[str, Any], file: Path) -> dict[str, Any] | None:
    tool = content.get("tool", {})
    if not isinstance(tool, dict):
        raise UsageError(f"{file}: tool must be a table; settings belong in [tool.{_NAME}]")
    for where, names in (("", content), ("tool.", tool)):
        for name in names:
            near = re.sub("[-_.]", "", name.lower()) == _NAME.replace("-", "")
            if near and (where, name) != ("tool.", _NAME):
                said = f"[{where}{name}] is not read; did you mean [tool.{_NAME}]?"
                raise UsageError(f"{file}: {said}")
    table = tool.get(_NAME)
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{file}: tool.{_NAME} must be a table")
    return table
