"""A file before and after its fixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kintone_lint.findings import Finding
from kintone_lint.patterns import regex
from kintone_lint.python.environment import reading
from kintone_lint.python.lines import Lines
from kintone_lint.python.source import Source
from kintone_lint.records import record

_READING = regex(re.escape(reading("@")).replace("@", r"(\w+)"))


@record()
class Change:
    """A file as it was, its text after the fixes, and the findings they corrected."""

    source: Source
    text: str
    findings: tuple[Finding, ...]

    @property
    def fixed(self) -> Source:
        return Source(self.source.path, self.source.file, self.source.encoded(self.text))

    def variables(self) -> Iterator[tuple[str, int]]:
        """The variables of the environment that the fixes made it read, and on which lines."""
        names = {each.fix.variable for each in self.findings if each.fix}
        lines = Lines(self.text)
        for match in _READING.finditer(self.text):
            if match[1] in names:
                yield match[1], lines.at(match.start())[0]


def variables_read(changed: Iterable[Change]) -> dict[str, list[tuple[str, int]]]:
    """The variables that fixed files read now, each with the paths and lines where they do."""
    found: dict[str, list[tuple[str, int]]] = {}
    for each in changed:
        for name, line in each.variables():
            found.setdefault(name, []).append((each.source.path, line))
    return dict(sorted(found.items()))
