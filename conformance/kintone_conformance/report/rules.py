"""Writes the part of `rules.md` about clients: a section for each requirement.

python -m kintone_conformance.report.rules
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from kintone_conformance.spec.requirements import FAMILIES, Requirement, requirements

_HEAD = """\
# Rules for clients

What `kintone-conformance` holds a client to. A broken MUST fails a client, a broken SHOULD is a
warning (a failure with `--strict`), a NOTE is shown and never counts.

In an example, *given* is what the client is asked, *bad* and *good* are what a wrong one and a
right one send or say: only the lines that matter. A line in parentheses is a remark.
"""


def rules() -> str:
    """The whole part."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for prefix, title in FAMILIES.items():
        yield f"## {prefix}xx {title}\n"
        for entry in requirements().values():
            if entry.id.startswith(prefix):
                yield _section(entry)


def _section(entry: Requirement) -> str:
    facts = ", ".join(f"[{fact}](#{fact.lower()})" for fact in entry.facts)
    last = f"Source: <{entry.source}> ({facts}). Since {entry.since}."
    if entry.needs:
        last += f" Judged where the client declares {', '.join(sorted(entry.needs))}."
    if entry.implied_by:
        last += f" {entry.implied_by} is broken whenever this is."
    return (
        f"### {entry.id} {entry.name}\n\n"
        f"**{entry.level}.** {entry.sentence}\n\n"
        f"{entry.why}\n\n"
        f"Given: {entry.given}\n\n"
        f"Bad:\n\n```text\n{entry.bad}\n```\n\n"
        f"Good:\n\n```text\n{entry.good}\n```\n\n"
        f"**Fix.** {entry.fix}\n\n"
        f"{last}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(rules())
