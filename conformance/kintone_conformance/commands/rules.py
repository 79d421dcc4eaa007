"""`rules` and `explain`: the requirements in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import fill, indent
from typing import Any

import click
from rich.text import Text

from kintone_conformance.commands.options import completed, listing_option
from kintone_conformance.report import terminal
from kintone_conformance.report.words import styled
from kintone_conformance.selecting import requirement_ids
from kintone_conformance.spec.requirements import FAMILIES, Requirement, requirements
from kintone_lint.escaping import json_text
from kintone_lint.pages import page_of
from kintone_lint.streams import say, show

_FACT = 12  # columns before a fact


@click.command()
@listing_option
def rules(output_format: str) -> None:
    """List the requirements.

    \b
    Examples:
      kintone-conformance rules
      kintone-conformance rules --output-format json
    """
    if output_format == "json":
        _show_json(list(requirements().values()))
        return
    for prefix, title in FAMILIES.items():
        _list(f"\n{prefix}xx {title}", [*_of_family(prefix)])


def _of_family(prefix: str) -> Iterator[Requirement]:
    yield from (each for each in requirements().values() if each.id.startswith(prefix))


def _list(title: str, entries: list[Requirement]) -> None:
    """Print a line for each requirement."""
    console = terminal.console()
    width = max(len(entry.name) for entry in requirements().values())
    console.print(title, style="bold")
    for entry in entries:
        line = f"  {entry.id}  {entry.name:<{width}}  {entry.level:<6}  "
        if console.is_terminal and console.width < 2 * len(line):
            console.print(line.rstrip(), soft_wrap=True)
            line = " " * len("  KC101  ")
        terminal.flow(console, Text.assemble(line, styled(entry.sentence)), len(line))


@click.command()
@click.argument("code", metavar="CODE", shell_complete=completed("requirement"))
@listing_option
def explain(code: str, output_format: str) -> None:
    """Explain a requirement, or list a family.

    CODE is a code, a name or a family.

    \b
    Examples:
      kintone-conformance explain KC109
      kintone-conformance explain password-colon
      kintone-conformance explain KC4 --output-format json
    """
    entries = [requirements()[each] for each in requirement_ids((code,))]
    if output_format == "json":
        _show_json(entries)
        return
    if len(entries) > 1:
        prefix = entries[0].id[:3]
        _list(f"{prefix}xx {FAMILIES[prefix]}", entries)
        say("")
        say(f"kintone-conformance explain {entries[0].id} explains one of them")
        return
    _explain(entries[0])


def _show_json(entries: list[Requirement]) -> None:
    show(json_text({"version": 1, "rules": [_as_json(entry) for entry in entries]}))


def _as_json(entry: Requirement) -> dict[str, Any]:
    """A requirement as JSON; what the linter's rules have too has the same key there."""
    first = {
        "code": entry.id,
        "name": entry.name,
        "family": entry.family,
        "level": entry.level,
        "summary": entry.sentence,
    }
    rest = {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in asdict(entry).items()
        if name not in ("id", "sentence", *first)
    }
    return first | rest | {"page": page_of(entry.id, entry.name)}


def _explain(entry: Requirement) -> None:
    console = terminal.console()
    head = f"{entry.id} {entry.name} ({entry.level}, {entry.family}, since {entry.since})"
    console.print(head, style="bold")
    for text in (entry.sentence, f"Why: {entry.why}", f"Given: {entry.given}"):
        console.print(Text.assemble("\n", styled(text)))
    for title, example, style in (("Bad", entry.bad, "red"), ("Good", entry.good, "green")):
        console.print(f"\n{title}:", style=style)
        console.print(indent(example, "    "), soft_wrap=True)
    console.print(Text.assemble("\nFix: ", styled(entry.fix), "\n"))
    facts = {
        "source": entry.source,
        "page": page_of(entry.id, entry.name),
        "needs": ", ".join(entry.spelt_needs) or "nothing but a call",
        "calls": ", ".join(entry.calls),
        "doors": ", ".join(entry.doors),
    }
    for name, value in facts.items():
        if value:
            line = f"{name + ':':<{_FACT}}{value}"
            if value.startswith("https:"):  # to be opened, and so in one piece
                console.print(line, soft_wrap=True)
            else:
                told = fill(line, console.width, subsequent_indent=" " * _FACT)
                console.print(told, soft_wrap=True)
