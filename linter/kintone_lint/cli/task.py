"""What a run of `check` looks at, with which settings, and with which result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path

from kintone_lint.baseline.baselines import Baselines, Scope
from kintone_lint.cli.options import Options
from kintone_lint.codes import suggestion
from kintone_lint.config import Config, chosen
from kintone_lint.engine.run import Outcome
from kintone_lint.errors import UsageError
from kintone_lint.files.checkouts import checkouts_of, in_shard, part_of
from kintone_lint.files.discover import discover
from kintone_lint.files.sorting import KINDS, kind_of, wanted
from kintone_lint.files.walking import Found, is_folder
from kintone_lint.findings import Confidence, Finding, Repository, Trouble
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import is_python, shown
from kintone_lint.records import record
from kintone_lint.settings import Settings
from kintone_lint.streams import say, show_bytes
from kintone_lint.texts.kinds import Kind, is_env


@record()
class Task:
    """What is linted, and with which settings.

    `errors` are what could not be found; `given` as in `run`; `scope` is what was asked for.
    `checkouts` are the repositories of a run over several, and `owners` those of the files.
    """

    scope: Scope
    files: list[Path]
    errors: tuple[Trouble, ...]
    left_out: LeftOut
    stdin: tuple[Path, bytes] | None
    given: bool
    settings: Settings
    screened: bool
    least: Confidence = Confidence.LOW
    kinds: frozenset[Kind] = KINDS
    unignored: frozenset[Path] = frozenset()
    checkouts: tuple[Path, ...] = ()
    owners: Mapping[Path, Path] = field(default_factory=dict)

    def wanted(self, finding: Finding) -> bool:
        """Whether a finding is sure enough to be shown, fixed and counted."""
        return finding.confidence.reaches(self.least)

    def new(self, known: Baselines) -> Outcome:
        """The findings of this run that no baseline lists."""
        return self.without(known, self.found())

    def without(self, known: Baselines, outcome: Outcome) -> Outcome:
        result = known.applied(outcome.result, self.scope)
        result = replace(result, findings=tuple(filter(self.wanted, result.findings)))
        if not any(each.fix and each.fix.variable for each in result.findings):
            return replace(outcome, result=result)
        from kintone_lint.fix.variables import Variables

        variables = Variables(outcome, self.settings.of)
        findings = tuple(variables.named(each) for each in result.findings)
        return replace(outcome, result=replace(result, findings=findings), named=variables.named)

    def found(self) -> Outcome:
        from kintone_lint.engine.run import joined

        outcomes = [self._run(files) for _, files in self._parts()]
        outcome = outcomes[0] if len(outcomes) == 1 else joined(outcomes)
        repositories = tuple(
            Repository(shown(path), outcome.result.files)
            for (path, _), outcome in zip(self._parts(), outcomes, strict=True)
            if path is not None
        )
        errors = (*self.errors, *outcome.result.errors)
        left_out = LeftOut()
        left_out.add(self.left_out)
        left_out.add(outcome.result.left_out)
        result = replace(
            outcome.result, errors=errors, left_out=left_out, repositories=repositories
        )
        return replace(outcome, result=result)

    def _parts(self) -> list[tuple[Path | None, list[Path]]]:
        """The files of each checkout, and those of none; each part is run on its own."""
        if not self.checkouts:
            return [(None, self.files)]
        parts: dict[Path | None, list[Path]] = {path: [] for path in self.checkouts}
        for file in self.files:
            owner = self.owners.get(file)
            parts.setdefault(owner if owner in parts else None, []).append(file)
        return [*parts.items()]

    def _run(self, files: list[Path]) -> Outcome:
        from kintone_lint.engine.run import run

        return run(
            files,
            self.settings.of,
            given=self.given,
            stdin=self.stdin,
            screened=self.screened,
            kinds=self.kinds,
            unignored=self.unignored,
        )

    def without_files(self, own: Iterable[Path]) -> Task:
        """The same without files of our own: reports and baselines of earlier runs."""
        places = {file.resolve() for file in own if file.exists()}
        if not places:
            return self
        names = {place.name for place in places}
        files = [
            file
            for file in self.files
            if file.name not in names or is_python(file.name) or file.resolve() not in places
        ]
        return replace(self, files=files)

    @property
    def linted(self) -> list[Path]:
        """What is looked at, in order."""
        files = [self.stdin[0]] if self.stdin else self.files
        return [file for file in files if kind_of(file) in self.kinds]


def task_of(options: Options, paths: list[Path], stdin: tuple[Path, bytes] | None) -> Task:
    """What there is to do. Raises UsageError if settings are wrong."""
    settings = settings_of(options)
    for file in named_files(paths, stdin):
        settings.of(file)
    kinds = _kinds(options)
    scope = Scope((stdin[0],) if stdin else tuple(paths), settings.of, _covers(kinds))
    if stdin and options.force_exclude and settings.of(stdin[0]).excluded(stdin[0]):
        if options.fix and not options.diff:
            show_bytes(stdin[1])
        return Task(scope, [], (), LeftOut(excluded=1), None, True, settings, True)
    found = Found()
    owners: dict[Path, Path] = {}
    for path in () if stdin else paths:
        below = discover(
            [path], settings.of, force_exclude=options.force_exclude, wanted=wanted(kinds)
        )
        owners |= {file: path for file in below.files if file not in found.files}
        found.add(below)
    given = not any(is_folder(path) for path in paths)
    return Task(
        scope,
        [*found.files],
        tuple(found.errors),
        found.left_out,
        stdin,
        given,
        settings,
        screened=not options.no_screen,
        least=Confidence(options.min_confidence),
        kinds=kinds,
        unignored=frozenset(file for file in found.unignored if is_env(file.name)),
        checkouts=() if stdin else checkouts_of(paths, options.paths),
        owners=owners,
    )


def of_shard(options: Options, paths: list[Path]) -> list[Path]:
    """The paths that this machine looks at. Raises UsageError."""
    if options.shard is None:
        return paths
    part = part_of(options.shard)
    if part is None:
        raise UsageError(f"invalid --shard {options.shard}: write N/M, as in --shard 2/8")
    mine = in_shard(paths, *part)
    say(f"Shard {part[0]}/{part[1]}: {len(mine)} of {len(paths)} paths.", err=True)
    return mine


def _kinds(options: Options) -> frozenset[Kind]:
    """The kinds of files that are asked for. Raises UsageError."""
    if options.languages is None:
        return KINDS
    known = {str(kind): kind for kind in Kind}
    words = [word.strip().lower() for word in options.languages.split(",")]
    for word in words:
        if word not in known:
            hint = suggestion(word, known) or f" Choose from {', '.join(known)}."
            raise UsageError(f"--languages: unknown kind of files {word!r}.{hint}")
    return frozenset(known[word] for word in words)


def _covers(kinds: frozenset[Kind]) -> Callable[[str], bool] | None:
    return None if kinds == KINDS else wanted(kinds)


def named_files(paths: list[Path], stdin: tuple[Path, bytes] | None) -> list[Path]:
    """The files that are named, and any file of each folder: their settings count in any case."""
    if stdin:
        return [stdin[0]]
    return [path / "any.py" if is_folder(path) else path for path in paths]


def _rules(lists: list[str], option: str) -> frozenset[str]:
    """The codes that an option names, which may be repeated. Raises UsageError."""
    return chosen([word for each in lists for word in each.split(",")], option)


def settings_of(options: Options) -> Settings:
    """The settings of the run, those of the command line above all others."""
    selected = _rules(options.select, "--select") if options.select else None
    ignored = _rules(options.ignore, "--ignore")

    def adapt(config: Config) -> Config:
        if selected is not None:
            config = replace(config, select=selected, ignore=config.ignore - selected)
        return replace(config, ignore=config.ignore | ignored)

    return Settings(policy=options.config, isolated=options.isolated, adapt=adapt)
