"""The results as one short Markdown file, and as a site of pages: index, clients, requirements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kintone_conformance.matrix.results import Client, Results, Version
from kintone_conformance.matrix.tendencies import tendencies
from kintone_conformance.model import Verdict
from kintone_conformance.report.pages import MARKS, css, templates
from kintone_conformance.spec.requirements import FAMILIES, requirements

_RED = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOTE, Verdict.ERROR)


@dataclass(frozen=True)
class Cell:
    """How many requirements of one family have each verdict: mark, number, style."""

    prefix: str
    marks: tuple[tuple[str, int, str], ...]

    @property
    def summary(self) -> str:
        """As `17 ✓ 1 ✗`; what was not asked is left out."""
        return " ".join(f"{number} {mark}" for mark, number, _ in self.marks) or "–"


@dataclass(frozen=True)
class Line:
    """A version of a client, as the pages show it."""

    client: Client
    version: Version
    page: str
    newest: bool

    @property
    def cells(self) -> list[Cell]:
        """A cell a family."""
        return [Cell(prefix, self._marks(prefix)) for prefix in FAMILIES]

    @property
    def total(self) -> Cell:
        """The cell of everything."""
        return Cell("KC", self._marks("KC"))

    @property
    def red(self) -> list[str]:
        """The ids of what is broken, or broke the driver."""
        found = (self.version.verdicts.get(each, ()) for each in _RED)
        return sorted(id_ for ids in found for id_ in ids if id_ in self.version.findings)

    def ids(self, verdict: str, prefix: str) -> list[str]:
        """The requirements of a family that have this verdict, as far as this suite knows them."""
        ids = self.version.verdicts.get(verdict, ())
        return [id_ for id_ in ids if id_.startswith(prefix) and id_ in requirements()]

    def _marks(self, prefix: str) -> tuple[tuple[str, int, str], ...]:
        counts = {
            verdict: sum(id_.startswith(prefix) for id_ in self.version.verdicts.get(verdict, ()))
            for verdict in _JUDGED
        }
        return tuple((MARKS[each], n, css(each)) for each, n in counts.items() if n)


def markdown_page(results: Results) -> bytes:
    """`MATRIX.md`."""
    text: str = templates(html=False).get_template("matrix.md").render(_facts(results, ""))
    return text.encode()


def site(results: Results, judged: str = "") -> Iterator[tuple[str, bytes]]:
    """Each page with its path: the index, the clients, the requirements.

    `judged` says when the clients were judged, if that is known.
    """
    facts = _facts(results, judged)

    def page(template: str, **own: object) -> bytes:
        text: str = templates(html=True).get_template(template).render(facts, **own)
        return text.encode()

    yield "index.html", page("matrix.html")
    for client, name in facts["pages"]:
        own = [line for line in facts["lines"] if line.client is client]
        told = facts["since"][name]
        yield f"clients/{name}.html", page("matrix-client.html", client=client, own=own, told=told)
    for entry in requirements().values():
        rows = [(line, line.version.verdict(entry.id)) for line in facts["lines"]]
        path = f"requirements/{entry.id}.html"
        yield path, page("matrix-requirement.html", entry=entry, rows=rows)


def _facts(results: Results, judged: str) -> dict[str, Any]:
    names = _names(results.clients)
    pages = list(zip(results.clients, names, strict=True))
    lines = [
        Line(client, version, page, number == 0)
        for client, page in pages
        for number, version in enumerate(client.versions)
    ]
    return {
        "count": len(requirements()),
        "suite": results.suite,
        "judged": judged,
        "titles": FAMILIES,
        "requirements": requirements(),
        "pages": pages,
        "lines": lines,
        "broken": Counter(
            id_
            for line in lines
            if line.newest
            for each in (Verdict.FAIL, Verdict.WARN)
            for id_ in line.version.verdicts.get(each, ())
        ),
        "since": {page: tendencies(client) for client, page in pages},
    }


def _names(clients: Sequence[Client]) -> list[str]:
    """The name of each client's page: a plain one, and no two alike."""
    names: list[str] = []
    for client in clients:
        plain = re.sub(r"[^a-z0-9]+", "-", client.folder.lower()).strip("-")[:60] or "client"
        names.append(plain if plain not in names else f"{plain}-{len(names)}")
    return names
