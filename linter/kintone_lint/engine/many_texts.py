"""The texts of a run: each is looked at and dropped, and its findings are added to the result."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.errors import internal_error
from kintone_lint.files.texts import TextJob, text_jobs
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult, Finding, Result, Trouble
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import Source


class Texts:
    """What the texts of a run gave.

    `notebooks` are jobs for the engine of Python; `sources` are the files with findings. `given`:
    the files were named one by one.
    """

    def __init__(
        self, settings: Callable[[Path], Config], unignored: Container[Path], *, given: bool
    ) -> None:
        self._settings = settings
        self._unignored = unignored
        self._given = given
        self._left_out = LeftOut()
        self._findings: list[Finding] = []
        self._errors: list[Trouble] = []
        self.notebooks: list[Job] = []
        self.sources: list[Source] = []
        self.secrets: set[str] = set()

    def look_at(self, contents: Iterable[tuple[Path, bytes | OSError]]) -> None:
        """Looks at files with their bytes, one by one."""
        for job in text_jobs(contents, self._settings, self._left_out, given=self._given):
            if isinstance(job, Trouble):
                self._errors.append(job)
            elif isinstance(job, Job):
                self.notebooks.append(job)
            else:
                self._add(job, self._result(job))

    def _result(self, job: TextJob) -> FileResult:
        """What a text gave; a defect of ours costs this file, and no other."""
        from kintone_lint.engine.texts import lint_text  # not for a run over Python alone

        source = job.source
        unignored = source.named in self._unignored
        try:
            return lint_text(source, job.config, unignored=unignored)
        except Exception as error:
            import traceback

            why = internal_error(error)
            return FileResult(errors=[Trouble(source.path, why, None, traceback.format_exc())])

    def _add(self, job: TextJob, result: FileResult) -> None:
        self._findings += result.findings
        self._errors += result.errors
        self._left_out.notes += [*([job.note] if job.note else []), *result.notes]
        self.secrets |= result.secrets
        if result.findings:
            self.sources.append(job.source)

    def added(self, result: Result, kinds: Mapping[str, int]) -> Result:
        """A result with that of the texts, and how many files of which kind there were."""
        return replace(
            result,
            findings=tuple(sorted((*result.findings, *self._findings), key=Finding.place)),
            errors=tuple(
                sorted(
                    (*result.errors, *self._errors), key=lambda each: (each.path, each.line or 0)
                )
            ),
            files=sum(kinds.values()),
            kinds=kinds,
            left_out=self._left_out,
        )
