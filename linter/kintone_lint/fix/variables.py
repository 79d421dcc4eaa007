"""The environment variable that each literal is read from after its fix: the same in every run.

A rule says which variable a place asks for. If another literal of the project asks for it first, or
the project mentions it already, the place gets one with the name of its file. So a variable depends
on what the project holds, and not on which of its files a run looks at.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import count
from pathlib import Path, PurePath

from kintone_lint.config import Config
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import UnreadableError, UsageError
from kintone_lint.files.importers import project_files
from kintone_lint.findings import Finding
from kintone_lint.patterns import regex
from kintone_lint.python.environment import reading, told
from kintone_lint.python.imports import project_around
from kintone_lint.python.source import Source, content
from kintone_lint.python.syntax import syntax
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Fixable

_WORD = regex(rb"\w+", re.ASCII)
_WORDS = regex(r"\w+")


@dataclass(frozen=True, order=True)
class _Claim:
    """A literal and the variable that its place asks for. Claims are sorted by place."""

    path: str
    at: int
    base: str
    value: str


class Variables:
    """What the literals of a run are read from. `settings` are those of a file.

    `parallel` as in `run_more`.
    """

    def __init__(
        self, outcome: Outcome, settings: Callable[[Path], Config], *, parallel: bool = True
    ) -> None:
        self._outcome = outcome
        self._settings = settings
        self._parallel = parallel
        self._projects: dict[Path, _Project] = {}
        self._roots: dict[Path, Path] = {}

    def named(self, finding: Finding, source: Source | None = None) -> Finding:
        """The finding with the final variable in its fix, if the fix reads one.

        `source` is the file if it differs from what was linted.
        """
        fix = finding.fix
        value = _value(finding, source or self._sources.get(finding.origin.file))
        if fix is None or value is None:
            return finding
        name = self._project(finding.origin.file).name(finding.origin.file, fix.variable, value)
        (edit,) = fix.edits
        edit = replace(edit, text=edit.text.replace(reading(fix.variable), reading(name)))
        message = fix.message.replace(told(fix.variable), told(name))
        fix = replace(fix, message=message, edits=(edit,), variable=name)
        return replace(finding, fix=fix)

    @cached_property
    def _sources(self) -> dict[Path, Source]:
        return {job.source.file: job.source for job in self._outcome.jobs}

    def _root(self, file: Path) -> Path:
        if file.parent not in self._roots:
            self._roots[file.parent] = project_around(file.parent)
        return self._roots[file.parent]

    def _project(self, file: Path) -> _Project:
        root = self._root(file)
        if root not in self._projects:
            self._projects[root] = self._read(root)
        return self._projects[root]

    def _read(self, root: Path) -> _Project:
        """Lints what of a project this run has not, and looks for variables that it reads."""
        from kintone_lint.engine.run import run_more

        files = sorted(project_files(root))
        rules = frozenset(rule.code for rule in all_rules() if rule.fixable is Fixable.UNSAFE)
        configs = {file: self._config(file) for file in self._outcome.linted}
        done = {
            file for file, config in configs.items() if config and config.rules_for(file) >= rules
        }
        rest = {file: self._config(file) for file in files if file.resolve() not in done}
        asked = {
            file: _asking(config, rules)
            for file, config in rest.items()
            if config and not config.excluded(file)
        }
        others = run_more([*asked], lambda file: asked[file], parallel=self._parallel)
        own = [
            each
            for each in self._outcome.result.findings
            if each.origin.file in done and self._root(each.origin.file) == root
        ]
        claims = [*_claims(root, own, self._sources), *_claims(root, others.result.findings, {})]
        bases = _shortest({claim.base for claim in claims})
        taken = {name for file in files for name in _read_in(file, bases)}
        return _Project(root, sorted(claims), taken)

    def _config(self, file: Path) -> Config | None:
        """The settings of a file; None if they are wrong: the file may not be part of this run."""
        try:
            return self._settings(file)
        except UsageError:
            return None


@cache
def _asking(config: Config, rules: frozenset[str]) -> Config:
    """The settings, but that these rules look everywhere."""
    return replace(config, select=rules, ignore=frozenset(), per_file_ignores=(), waived=())


class _Project:
    """The variables of a project: those that it reads, and those of its literals."""

    def __init__(self, root: Path, claims: Iterable[_Claim], taken: set[str]) -> None:
        self._root = root
        self._taken = set(taken)
        self._names: dict[tuple[str, str], str] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        for claim in claims:
            self._claim(claim.path, claim.base, claim.value)

    def name(self, file: Path, base: str, value: str) -> str:
        return self._claim(_path(self._root, file), base, value)

    def _claim(self, path: str, base: str, value: str) -> str:
        if (base, value) not in self._names:
            name = next(each for each in self._candidates(base, path) if each not in self._taken)
            self._taken.add(name)
            self._names[base, value] = name
        return self._names[base, value]

    def _candidates(self, base: str, path: str) -> Iterator[str]:
        """What a place asks for, that with the name of its file, and numbers not tried before."""
        yield base
        *folders, stem = PurePath(path).with_suffix("").parts
        word = folders[-1] if folders and stem in ("__init__", "__main__") else stem
        word = re.sub(r"[^A-Z0-9]+", "_", word.upper()).strip("_")
        named = f"{base}_{word}" if word else base
        yield named
        yield from (f"{named}_{number}" for number in self._numbers.setdefault(named, count(2)))


def _path(root: Path, file: Path) -> str:
    return Path(os.path.relpath(file, root.resolve())).as_posix()


def _claims(
    root: Path, findings: Iterable[Finding], sources: Mapping[Path, Source]
) -> Iterator[_Claim]:
    for finding in findings:
        value = _value(finding, sources.get(finding.origin.file))
        if finding.fix is not None and value is not None:
            path = _path(root, finding.origin.file)
            yield _Claim(path, finding.origin.at, finding.fix.variable, value)


def _value(finding: Finding, source: Source | None) -> str | None:
    """The literal that a fix replaces by a variable; None for another fix."""
    fix, file = finding.fix, finding.origin.file
    if fix is None or not fix.variable:
        return None
    if source is None:
        raw = content(file)
        source = Source(fix.edits[0].span.path, file, raw if isinstance(raw, bytes) else b"")
    try:
        value = ast.literal_eval(source.text[fix.edits[0].start : fix.edits[0].end])
    except (UnreadableError, SyntaxError, ValueError):
        return None
    return value if isinstance(value, str) else None


# ---- what a project mentions


def _shortest(bases: Iterable[str]) -> tuple[str, ...]:
    """Those that start like no other: who mentions one of the others mentions one of them."""
    found: list[str] = []
    for base in sorted(bases):
        if not found or not base.startswith(found[-1]):
            found.append(base)
    return tuple(found)


def _read_in(file: Path, bases: tuple[str, ...]) -> set[str]:
    """The names of a file that start like one of some, as far as they may be variables."""
    raw = content(file)
    if isinstance(raw, OSError):
        return set()
    if not _may_mention(raw, [base.encode() for base in bases]):
        return set()
    try:
        tree = syntax(Source(str(file), file, raw).parsable)
    except (UnreadableError, SyntaxError, ValueError, RecursionError, MemoryError):
        found = {name.decode() for name in _WORD.findall(raw)}
    else:
        found = {text for node in ast.walk(tree) for text in _mentioned(node)}
    return {name for name in found if name.startswith(bases)}


def _may_mention(raw: bytes, bases: list[bytes]) -> bool:
    """Whether a file can mention a variable, so that it is worth its tree.

    It does so as it is spelt, but in a class of settings and where characters have other spellings.
    """
    if not raw.isascii() or b"\\" in raw or b"class" in raw:
        raw = raw.upper()
        return b"ENV_PREFIX" in raw or any(base.upper() in raw for base in bases)
    return any(base in raw for base in bases)


def _mentioned(node: ast.AST) -> Iterator[str]:
    """The words of texts, keywords, and what settings of pydantic read for their fields."""
    match node:
        case ast.Constant(value=str() as text):
            yield from _WORDS.findall(text)
        case ast.keyword(arg=str() as name):
            yield name
        case ast.ClassDef(body=body):
            prefixes = {"", *(text for each in body for text in _prefixes(each))}
            for each in body:
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                    yield from ((prefix + each.target.id).upper() for prefix in prefixes)


def _prefixes(statement: ast.stmt) -> Iterator[str]:
    """The `env_prefix` that a statement of a class sets."""
    for node in ast.walk(statement):
        match node:
            case (
                ast.keyword(arg="env_prefix", value=ast.Constant(value=str() as text))
                | ast.Assign(
                    targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str() as text)
                )
            ):
                yield text
