"""Some files of a run, one after the other, in this process or in one of several."""

from __future__ import annotations

from pathlib import Path

from kintone_lint.engine.lint import lint
from kintone_lint.engine.unlinted import not_linted
from kintone_lint.errors import NoRoomError, internal_error
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult
from kintone_lint.python.project import Project
from kintone_lint.python.source import shown

Share = tuple[list[Job], frozenset[Path], int]
"""Files to lint, all files of the run, and the bytes of memory that this part of it has."""


def chunk(work: Share) -> list[FileResult | None]:
    """What files gave, None for one that takes more memory than there is for this process."""
    if not work[0]:
        return []
    jobs, everything, memory = work
    project = Project(shown, memory)
    results: list[FileResult | None] = []
    for job in jobs:
        result = _one(job, project, everything)
        if result is None:
            project.forget()
            project = Project(shown, memory)
            result = _one(job, project, everything)
        results.append(result)
    project.forget()
    return results


def _one(job: Job, project: Project, everything: frozenset[Path]) -> FileResult | None:
    """What a file gave; a defect of ours costs this file, and no other."""
    try:
        result = lint(job, project, everything)
        if job.notebook is None:
            return result
        from kintone_lint.engine.notebooks import in_cells  # not for a run without any

        return in_cells(result, job.notebook, job.source, job.config)
    except NoRoomError:
        return None
    except MemoryError:
        return failed(job, "there is not enough memory")
    except Exception as error:
        import traceback

        why = internal_error(error)
        return failed(job, why, traceback.format_exc())


def failed(job: Job, why: str, details: str = "") -> FileResult:
    return not_linted(job.source, why, None, job.imported, details)
