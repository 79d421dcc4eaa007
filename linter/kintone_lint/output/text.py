"""A report for people: findings, what could not be looked at, and what there is to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from kintone_lint.counting import counted
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Severity, Trouble, Variables
from kintone_lint.left_out import no_files
from kintone_lint.output.style import REST, Style
from kintone_lint.python.source import Source

_KINDS = {"python": "Python", "notebook": "notebook", "settings": "settings", "other": "other"}


def render(
    result: Result,
    style: Style,
    sources: Iterable[Source] = (),
    hidden: Collection[str] = (),
    *,
    full: bool = True,
    fixed: Sequence[Finding] = (),
    variables: Variables | None = None,
    quiet: bool = False,
) -> str:
    """The whole report. `sources` are the files as they were linted, `hidden` the secrets in them.

    `full`: findings are shown with their lines. `fixed` are findings that were fixed before it.
    `quiet`: it has no summary.
    """
    findings = _findings(result.findings, style, sources, hidden, full=full)
    troubles = [_trouble(each, style) for each in result.errors]
    summary = [] if quiet else [*_summary(result, fixed, variables or {}, style)]
    apart = "\n\n" if full and findings else "\n"
    parts = [apart.join(findings), "\n".join(troubles), "\n".join(summary)]
    text = apart.join(part for part in parts if part)
    return f"{text}\n" if text else ""


def _findings(
    found: Sequence[Finding],
    style: Style,
    sources: Iterable[Source],
    hidden: Collection[str],
    *,
    full: bool,
) -> list[str]:
    """Each finding as it is laid out."""
    if not found:
        return []
    from kintone_lint.output import listing

    if not full:
        return [listing.concise(each, style) for each in found]
    from kintone_lint.output.snippets import Snippets
    from kintone_lint.output.sources import Sources

    snippets = Snippets(Sources(sources), hidden)
    return [listing.block(each, style, snippets) for each in found]


def statistics(result: Result) -> str:
    """How often each rule found something, the most frequent first."""
    counts = Counter((each.rule, each.name) for each in result.findings)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>6}  {rule}  {name}\n" for (rule, name), count in rows)


def _trouble(error: Trouble, style: Style) -> str:
    name = visible(error.path)
    place = f"{name}:{error.line}:" if error.line else f"{name}:"
    words = [(place, "place"), *((word, "error") for word in f"{error.outcome}:".split(" "))]
    message = ((word, "") for word in visible(error.message).split(" "))
    return style.wrapped([*words, *message], rest=REST)


def to_do(variables: Variables) -> list[str]:
    """What is still to do after literals gave way to variables of the environment."""
    if not variables:
        return []
    width = max(map(len, variables))
    rows = [f"  {name:{width}} <- {places(read)}" for name, read in variables.items()]
    return ["Set these variables, and revoke the credentials that were in the code:", *rows]


def places(read: Iterable[tuple[str, int]]) -> str:
    """Paths and lines in one line."""
    return ", ".join(f"{visible(path)}:{line}" for path, line in read)


def _summary(
    result: Result, fixed: Sequence[Finding], variables: Variables, style: Style
) -> Iterator[str]:
    if fixed:
        counts = sorted(Counter(each.rule for each in fixed).items())
        rules = ", ".join(rule if count == 1 else f"{rule} x{count}" for rule, count in counts)
        yield style.sentence(f"{counted(len(fixed), 'finding')} fixed: {rules}.")
    yield from to_do(variables)
    if result.findings:
        yield from (style.sentence(each) for each in _counts(result.findings))
    elif not result.errors:
        yield from map(style.sentence, result.left_out.lines(_clean(result)))
    if result.excused:
        new = f", {result.added} of them new" if result.added else ""
        yield style.sentence(f"The baseline accepts {counted(result.excused, 'finding')}{new}.")
    if result.unmatched:
        unmatched = f"Entries of the baseline that match nothing: {result.unmatched}"
        yield style.sentence(f"{unmatched}; --update-baseline removes them.")
    if result.errors:
        problems = counted(len(result.errors), "problem")
        yield style.sentence(f"{problems}: not everything was checked.")
    if result.repositories and (result.findings or result.errors):
        yield style.sentence(_repositories(result))
    if result.findings or result.errors:
        yield from map(style.sentence, result.left_out.lines())


def _repositories(result: Result) -> str:
    """In how many of the checkouts of a run something was found, or could not be looked at."""
    found = {result.repository_of(each.span.path) for each in result.findings} - {None}
    failed = {result.repository_of(each.path) for each in result.errors} - {None}
    said = f"{len(result.repositories)} repositories: findings in {len(found)}"
    return f"{said}, problems in {len(failed)}." if failed else f"{said}."


def _counts(found: Sequence[Finding]) -> Iterator[str]:
    errors = sum(each.severity is Severity.ERROR for each in found)
    parts = [counted(errors, "error")] if errors else []
    if len(found) > errors:
        parts.append(counted(len(found) - errors, "warning"))
    safe = sum(each.fix is not None and each.fix.safe for each in found)
    hint = f"; {safe} can be fixed with --fix" if safe else ""
    if any(each.revoke for each in found):
        yield "Revoke the credentials above: moving them out of the code does not undo the leak."
    yield f"{', '.join(parts)} found{hint}. `kintone-lint explain CODE` explains a rule."


def _clean(result: Result) -> str:
    if not result.files:
        return no_files(result.left_out)
    said = "Nothing new" if result.excused else "All clean"
    if result.added:
        said = "All findings are in the baseline"
    what = counted(result.files, "file")
    if result.history:
        what = f"{counted(result.files, 'version')} of files"
    where = f" in {len(result.repositories)} repositories" if result.repositories else ""
    return f"{said}: {what}{_by_kind(result)}{where}."


def _by_kind(result: Result) -> str:
    """How many files there are of each kind, where not all are Python."""
    if set(result.kinds) <= {"python"}:
        return ""
    counts = (f"{count} {_KINDS[kind]}" for kind, count in result.kinds.items())
    return f" ({', '.join(counts)})"
