"""What the linter's tests share: lint a text, or run the command in a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fakes import filled, token
from kintone_lint.cli.main import main
from kintone_lint.config import Config
from kintone_lint.engine.lint import lint
from kintone_lint.engine.texts import lint_text
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult
from kintone_lint.python.project import Project
from kintone_lint.python.source import Source
from kintone_lint.texts.kinds import Kind, form_of, is_env
from kintone_lint.texts.plain import PlainSource

TOKEN = token(1)
OTHER = token(2)
NOWHERE = Path("/nowhere")


def linted(text: str, path: str = "app.py", config: Config | None = None) -> FileResult:
    """The findings of one file; `@TOKEN@` and the like are filled in."""
    form = form_of(Path(path).name)
    if form is not None and form.kind is not Kind.PYTHON:
        plain = PlainSource(path, NOWHERE / path, filled(text).encode())
        return lint_text(plain, config or Config(NOWHERE), unignored=is_env(Path(path).name))
    source = Source(path, NOWHERE / path, filled(text).encode())
    return lint(Job(source, config or Config(NOWHERE)), Project(str))


def codes(text: str, path: str = "app.py") -> list[str]:
    result = linted(text, path)
    assert not result.errors
    return [each.rule for each in result.findings]


class Shell:
    """A working folder, and the command in it."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture
        os.chdir(folder)

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else filled(text).encode())
        return file

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self._capture.readouterr()
        code = main(arguments)
        done = self._capture.readouterr()
        return code, done.out, done.err

    def check(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        code, out, _ = self.run("check", "--output-format", "json", *arguments)
        return code, json.loads(out)

    def rules(self, *arguments: str) -> list[tuple[str, str, int]]:
        _, content = self.check(*arguments)
        return [(each["rule"], each["path"], each["line"]) for each in content["findings"]]
