"""Which environment variable a literal is read from after its fix: one for each value of a run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import count
from pathlib import Path

from kintone_lint.findings import Finding
from kintone_lint.source import Source

_QUOTED = re.compile(rb"""["'](\w+)["']""")


class Variables:
    """Values and the variables they got. A name that one of the files quotes is left alone."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = files
        self._names: dict[tuple[str, str], str] = {}

    def named(self, finding: Finding, source: Source) -> Finding:
        """The finding with the variable of its value in the fix, if it has such a fix."""
        fix = finding.fix
        if fix is None or not fix.variable:
            return finding
        (edit,) = fix.edits
        name = self._name(fix.variable, ast.literal_eval(source.text[edit.start : edit.end]))
        edit = replace(edit, text=f'os.environ["{name}"]')
        return replace(finding, fix=replace(fix, edits=(edit,), variable=name))

    def _name(self, base: str, value: str) -> str:
        key = (base, value)
        if key not in self._names:
            taken = {*self._names.values(), *self._quoted}
            names = (base if number == 1 else f"{base}_{number}" for number in count(1))
            self._names[key] = next(name for name in names if name not in taken)
        return self._names[key]

    @cached_property
    def _quoted(self) -> set[str]:
        found: set[bytes] = set()
        for file in self._files:
            try:
                found.update(_QUOTED.findall(file.read_bytes()))
            except OSError:
                continue
        return {name.decode("utf-8", "replace") for name in found}
