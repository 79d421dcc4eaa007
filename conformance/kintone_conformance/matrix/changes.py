"""What has changed between two results, as Markdown of the size of a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kintone_conformance.matrix.results import Client, Results, Version
from kintone_conformance.spec.requirements import requirements
from kintone_lint.escaping import markdown

_MOST = 60  # lines
_TOLD = {
    "fail": "breaks",
    "warn": "breaks (a SHOULD)",
    "error": "is in error at",
    "pass": "holds",
    "note": "holds, with a note,",
    "n/a": "is not judged by",
    "": "is not judged by",
}


def changes(old: Results, new: Results) -> str:
    """A line per change, the newly broken first; one sentence if nothing has changed."""
    lines = sorted(_lines(old, new), key=lambda line: line[0])
    if not lines:
        return "Nothing has changed.\n"
    shown = [f"- {text}" for _, text in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(f"- … and {len(lines) - _MOST} more")
    return f"{_count(len(lines))}\n\n" + "\n".join(shown) + "\n"


def _count(number: int) -> str:
    return "1 change" if number == 1 else f"{number} changes"


def _lines(old: Results, new: Results) -> Iterator[tuple[int, str]]:
    before = {client.folder: client for client in old.clients}
    after = {client.folder: client for client in new.clients}
    if old.suite != new.suite:
        yield 0, f"judged by kintone-conformance {_plain(new.suite)}, before by {_plain(old.suite)}"
    for folder, client in before.items():
        if folder not in after:
            yield 4, f"**{_plain(client.name)}** is no longer judged"
    for folder, client in after.items():
        if folder not in before:
            yield 3, f"**{_plain(client.name)}** is new"
            continue
        yield from _versions(before[folder], client)


def _versions(old: Client, new: Client) -> Iterator[tuple[int, str]]:
    """Each version against itself; a version that is new and the newest against the last one."""
    before = {each.version: each for each in old.versions}
    for number, version in enumerate(new.versions):
        title = f"**{_plain(new.name)}** {_plain(version.version)}"
        if version.version in before:
            yield from _verdicts(title, before[version.version], version)
        elif number == 0 and old.versions:
            last = old.versions[0]
            yield 3, f"{title} is new; the lines about it compare with {_plain(last.version)}"
            yield from _verdicts(title, last, version)
        else:
            yield 3, f"{title} is new"
    for each in old.versions:
        if each.version not in {version.version for version in new.versions}:
            yield 4, f"**{_plain(new.name)}** {_plain(each.version)} is no longer judged"


def _verdicts(title: str, old: Version, new: Version) -> Iterator[tuple[int, str]]:
    if new.instead != old.instead:
        yield 1, f"{title}: {_plain(new.instead or 'it is judged now')}"
    if new.instead or old.instead:
        return
    for id_ in sorted({*_ids(old), *_ids(new)}):
        was, now = old.verdict(id_), new.verdict(id_)
        if was == now:
            continue
        known = requirements().get(id_)
        sentence = f" ({_plain(known.name)})" if known else ""
        rank = 1 if now in ("fail", "warn", "error") else 2
        what = f"{title} {_TOLD.get(now, _plain(now))} {_plain(id_)}{sentence}"
        yield rank, f"{what}; before: {_plain(was or 'not asked')}"


def _ids(version: Version) -> Sequence[str]:
    return [id_ for ids in version.verdicts.values() for id_ in ids]


def _plain(text: str) -> str:
    return markdown(" ".join(text.split()))
