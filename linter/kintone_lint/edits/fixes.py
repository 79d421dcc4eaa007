"""Which fixes of a file go together, and the text after them. Nothing unproven is offered."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kintone_lint.edits.importing import Imports
from kintone_lint.edits.proof import Old, UnprovenError
from kintone_lint.findings import Finding, TextEdit, TextFix
from kintone_lint.python.source import Source, is_python

_ROUNDS = 8
_PROOFS = 24  # of one file as it is; what is not proven by then has no fix
_READ = 2_000_000  # bytes that all these proofs may read


def offered(sources: Iterable[Source], found: Iterable[Finding]) -> list[Finding]:
    """The findings; fixes that are not proven to leave the rest of their file alone are removed.

    So is a fix in a file that is not among the sources.
    """
    findings = list(found)
    files = {source.path: source for source in sources}
    by_file: dict[str, list[Finding]] = {}
    for each in findings:
        if each.fix is not None:
            by_file.setdefault(each.fix.edits[0].span.path, []).append(each)
    proven: set[int] = set()
    for path, fixable in by_file.items():
        if path in files:
            proven |= {id(each) for each in _offered(files[path], fixable)}
    return [each if id(each) in proven else replace(each, fix=None) for each in findings]


def _offered(source: Source, findings: list[Finding]) -> Iterator[Finding]:
    file = _opened(source, findings)
    left = file.possible(findings) if file else []
    for _ in range(_ROUNDS):
        batch = _compatible(left)
        if file is None or not batch:
            break
        yield from file.proven(batch)
        taken = {id(each) for each in batch}
        left = [each for each in left if id(each) not in taken]


def fixed(
    source: Source,
    found: Iterable[Finding],
    relint: Callable[[Source], list[Finding]],
    *,
    unsafe: bool,
) -> tuple[str, list[Finding]]:
    """The text with as many fixes as may be applied together, and the findings they corrected.

    Fixes that touch each other wait for the next round, in which the file is linted again.
    """
    right: list[Finding] = []
    findings = list(found)
    for _ in range(_ROUNDS):
        wanted = [each for each in findings if each.fix and (each.fix.safe or unsafe)]
        file = _opened(source, wanted)
        applied = file.proven(_compatible(file.possible(wanted))) if file else []
        if file is None or not applied:
            break
        right += applied
        source = Source(source.path, source.file, source.encoded(file.text_after(applied)))
        findings = relint(source)
    return source.text, right


def _opened(source: Source, findings: Sequence[Finding]) -> _File | None:
    """The file as fixes are proven against it; None if nothing in it is or can be fixed."""
    if not findings or not is_python(source.path):
        return None
    try:
        old = Old(source)
    except UnprovenError:
        return None
    imports = Imports(old.tree, source.text, _fixes(findings))
    return _File(old, imports, min(_PROOFS, _READ // (len(source.raw) + 1)))


def _fixes(findings: Iterable[Finding]) -> list[TextFix]:
    return [each.fix for each in findings if each.fix is not None]


@dataclass
class _File:
    """A file before fixes, and how many proofs are left for it."""

    old: Old
    imports: Imports
    proofs: int

    def possible(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings whose fixes can have the modules that they need."""
        return [each for each in findings if each.fix and self.imports.possible(each.fix)]

    def proven(self, batch: list[Finding]) -> list[Finding]:
        """As many fixes as are proven right together; if not all are, halves are tried."""
        good: list[Finding] = []
        left = [batch] if batch else []
        while left and self.proofs:
            part = left.pop()
            self.proofs -= 1
            try:
                self.text_after([*good, *part])
            except UnprovenError:
                half = len(part) // 2
                left += [part[half:], part[:half]] if half else []
            else:
                good += part
        return good

    def text_after(self, findings: Sequence[Finding]) -> str:
        """The text after some fixes that are possible. Raises UnprovenError."""
        fixes = _fixes(findings)
        edits = list(dict.fromkeys(edit for fix in fixes for edit in fix.edits))
        imports = self.imports.edits(fixes)
        text = _edited(self.old.source.text, [*edits, *imports])
        self.old.check(edits, imports, text)
        return text


def _compatible(findings: Iterable[Finding]) -> list[Finding]:
    """Fixes that do not touch each other, the first first. Equal edits are one."""
    edits: set[TextEdit] = set()
    spans: list[tuple[int, int]] = []
    chosen: list[Finding] = []
    for finding in findings:
        new = [edit for edit in finding.fix.edits if edit not in edits] if finding.fix else []
        if any(_touches(edit, spans) for edit in new):
            continue
        edits.update(new)
        for edit in new:
            bisect.insort(spans, (edit.start, edit.end))
        chosen.append(finding)
    return chosen


def _touches(edit: TextEdit, spans: list[tuple[int, int]]) -> bool:
    """Whether an edit touches one of some spans, which are sorted and touch no other."""
    at = bisect.bisect_left(spans, (edit.start, edit.end))
    near = spans[max(at - 1, 0) : at + 1]
    return any(edit.start <= end and start <= edit.end for start, end in near)


def _edited(text: str, edits: Iterable[TextEdit]) -> str:
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])
