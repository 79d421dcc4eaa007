"""The files of a run that are not Python, as far as they are worth a look: read one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kintone_lint.config import Config
from kintone_lint.files.triage import Job
from kintone_lint.findings import Trouble
from kintone_lint.kintone.words import text_candidate
from kintone_lint.left_out import LeftOut
from kintone_lint.python.source import MAX_BYTES, content, shown, source_of
from kintone_lint.records import record
from kintone_lint.texts.json_text import NotReadableError
from kintone_lint.texts.kinds import Kind, form_of
from kintone_lint.texts.notebook import read_notebook
from kintone_lint.texts.plain import PlainSource, binary, plain


@record()
class TextJob:
    """A text to look at; `note` says why it is read as plain text, if it is."""

    source: PlainSource
    config: Config
    note: str = ""


def text_jobs(
    contents: Iterable[tuple[Path, bytes | OSError]],
    settings: Callable[[Path], Config],
    left_out: LeftOut,
    *,
    given: bool,
) -> Iterator[Job | TextJob | Trouble]:
    """What has to do with Kintone. `given`: what cannot be looked at is an error, for it was named.

    No file is kept once the next one is asked for.
    """
    for file, raw in contents:
        if isinstance(raw, OSError):
            yield Trouble(shown(file), raw.strerror or "cannot be read")
        elif len(raw) > MAX_BYTES:
            if given:
                yield Trouble(shown(file), f"larger than {MAX_BYTES // 1_000_000} MB")
            else:
                left_out.large.append(file.as_posix())
        elif binary(raw):
            if given:
                yield Trouble(shown(file), "not a text file")
        elif concerned(file, raw, settings(file)):
            yield _job(file, raw, settings(file))


def concerned(file: Path, raw: bytes, config: Config) -> bool:
    """Whether a text has to do with Kintone, by its name or its words."""
    words = (word.encode() for word in config.words)
    return "kintone" in file.name.lower() or text_candidate(raw, words)


def contents_of(files: Iterable[Path]) -> Iterator[tuple[Path, bytes | OSError]]:
    """Each file with its bytes."""
    return ((file, content(file)) for file in files)


def _job(file: Path, raw: bytes, config: Config) -> Job | TextJob:
    form = form_of(file.name)
    if form is None or form.kind is not Kind.NOTEBOOK:
        return TextJob(plain(file, raw), config)
    try:
        notebook = read_notebook(raw)
    except NotReadableError as error:
        note = f"{shown(file)}: {error}; it was searched as text"
        return TextJob(plain(file, raw), config, note)
    source = source_of(file, notebook.code.encode("utf-8", "replace"))
    return Job(source, config, imported=True, notebook=notebook)
