"""The report as one self-contained HTML file, and as Markdown for the summary of a CI job.

Texts come in as they are. Whatever a template writes out is made harmless on its way (`finalize`),
so that no template can forget it; what is harmless already is Markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kintone_conformance.model import Verdict
from kintone_conformance.report.causes import others
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.parting import Marked, marked, marked_in
from kintone_conformance.report.text import (
    CODE,
    conclusion,
    cut,
    described,
    explained,
    one_line,
    shown_wires,
    without_backticks,
)
from kintone_conformance.spec.requirements import FAMILIES
from kintone_lint.escaping import address, fenced, markdown, visible

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

MARKS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.WARN: "!",
    Verdict.NOTE: "i",
    Verdict.ERROR: "E",
    Verdict.NA: "·",
}


@dataclass(frozen=True)
class Family:
    """The rows of one family, counted."""

    prefix: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """As `Password`."""
        return FAMILIES[self.prefix]

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many rows have each verdict."""
        return {verdict: sum(row.verdict is verdict for row in self.rows) for verdict in Verdict}

    @property
    def examples(self) -> int:
        """How many examples were judged."""
        return sum(row.examples for row in self.rows)

    @property
    def marks(self) -> list[tuple[str, int, str]]:
        """Mark, number and style of each verdict that occurs."""
        return [(mark, n, css(each)) for each, mark in MARKS.items() if (n := self.counts[each])]

    @property
    def summary(self) -> str:
        """As `17 ✓ 1 ✗`."""
        return " ".join(f"{number} {mark}" for mark, number, _ in self.marks)


def families(rows: Sequence[Row]) -> list[Family]:
    """The families that have rows, in order."""
    found = [
        Family(prefix, tuple(r for r in rows if r.id.startswith(prefix))) for prefix in FAMILIES
    ]
    return [family for family in found if family.rows]


def report_page(report: Report) -> bytes:
    """`report.html`."""
    return _rendered(report, "report.html")


def summary(report: Report) -> bytes:
    """The scorecard and what is wrong, in Markdown."""
    return _rendered(report, "summary.md")


def _rendered(report: Report, template: str) -> bytes:
    client = report.header.client
    page = templates(html=template.endswith(".html")).get_template(template)
    return page.render(
        report=report,
        name=f"{client.name} {client.version}" if client else "unknown client",
        conclusion=conclusion(report),
        verdicts=list(Verdict),
        families=families(report.requirements),
    ).encode()


@cache
def templates(html: bool) -> jinja2.Environment:
    """The templates of the pages, with what they call; escaping where they make HTML."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("kintone_conformance.report"),
        autoescape=True,
        finalize=_seen_in_html if html else _seen_in_markdown,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    helpers: tuple[Callable[..., object], ...] = (
        *(cut, described, explained, one_line, others, without_backticks, coded),
        *(parted, pointed, shown_wires, css, fence, link),
    )
    environment.globals.update({helper.__name__: helper for helper in helpers})
    return environment


def _seen_in_html(value: object) -> object:
    from markupsafe import Markup

    plain = isinstance(value, str) and not isinstance(value, Markup)
    return visible(str(value), "\n") if plain else value


def _seen_in_markdown(value: object) -> object:
    from markupsafe import Markup

    plain = isinstance(value, str) and not isinstance(value, Markup)
    return Markup(markdown(str(value))) if plain else value


def parted(expected: str, sent: str, side: int) -> Markup:
    """One of two texts, with what they do not share marked: side 0 is the expected one."""
    shown = (visible(text, "\n") for text in (expected, sent))
    return _pieces(marked(*shown)[side])


def pointed(wire: str, marks: Sequence[str]) -> Markup:
    """A request with what decides in it marked."""
    return _pieces(marked_in(visible(wire, "\n"), tuple(visible(mark) for mark in marks)))


def _pieces(pieces: Marked) -> Markup:
    """Pieces of a text that is harmless as a whole: at the start of a piece no line begins."""
    from markupsafe import Markup, escape

    shown = (
        (Markup("<mark>{}</mark>") if differs else Markup("{}"), text) for text, differs in pieces
    )
    return Markup("").join(form.format(escape(text)) for form, text in shown)


def fence(text: str, language: str) -> Markup:
    """A block of code in Markdown."""
    from markupsafe import Markup

    return Markup(fenced(text, language))


def link(url: str) -> Markup:
    """A URL as the target of a link."""
    from markupsafe import Markup

    return Markup(address(url))


def coded(sentence: str) -> Markup:
    """A sentence of the catalogue, with what is in backticks as code."""
    from markupsafe import Markup, escape

    shown = visible(sentence, "\n")
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(shown))))


def css(verdict: Verdict | str) -> str:
    """The class of a verdict: `na` for `n/a`."""
    return str(verdict).replace("/", "")
