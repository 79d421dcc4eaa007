"""Makes the site of the documentation: `python tools/website.py FOLDER [MATRIX]`.

The pages are the files of the repository: README, docs/, rules.md (a page for each rule), and the
matrix of the public clients, as RESULTS.json has it or as it lies in MATRIX. Links are changed to
where things are on the site; what is not on it is linked in the repository.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rules_page
from kintone_conformance.spec import requirements as clients
from kintone_conformance.spec.requirements import requirements
from kintone_lint.pages import anchor, repository, site
from kintone_lint.rules import all_rules, explain
from kintone_lint.rules.explain import explanations

ROOT = Path(__file__).parents[1]
_CONFIG = ROOT / "tools" / "mkdocs.yml"
_FENCED = re.compile(r"(?ms)^( *```.*?^ *```$)")
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
_CODE = re.compile(r"k[cl]\d{3}(?=-)")
# Files of the repository, and their place on the site.
_PLACES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "rules.md": "rules/index.md",
    "sdks/MATRIX.md": "matrix/index.html",
}


def main(folder: Path, matrix: Path | None = None) -> None:
    """Write the sources to a temporary folder, and make the site of them.

    `matrix` is a folder with the pages of `kintone-conformance matrix --site`.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with tempfile.TemporaryDirectory() as made:
        sources = Path(made)
        for place, text in pages():
            (sources / place).parent.mkdir(parents=True, exist_ok=True)
            (sources / place).write_text(text, "utf-8")
        for file in (ROOT / "docs").iterdir():
            if file.suffix != ".md":
                (sources / file.name).write_bytes(file.read_bytes())
        if matrix:
            shutil.copytree(matrix, sources / "matrix")
        else:
            _matrix(sources / "matrix")
        settings = {"docs_dir": made, "site_dir": str(folder.absolute()), "site_url": site()}
        config = load_config(str(_CONFIG), **settings)
        build(config)


def _matrix(folder: Path) -> None:
    words = ("matrix", "sdks", "--from-results", "sdks/RESULTS.json", "--site", str(folder))
    command = [sys.executable, "-m", "kintone_conformance", *words]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def pages() -> Iterator[tuple[str, str]]:
    """Each page of the site, as Markdown: its place on the site, and its text."""
    for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", *_docs()):
        place = _PLACES.get(file) or Path(file).name
        yield place, moved((ROOT / file).read_text("utf-8"), file, place)
    for place, text in _rules():
        yield place, moved(text, "rules.md", place)


def _docs() -> list[str]:
    return [f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md"))]


def _rules() -> Iterator[tuple[str, str]]:
    """What rules.md says, as an index, the facts, and a page for each rule."""
    yield "rules/index.md", _index()
    yield "rules/facts.md", rules_page.facts_table()
    for each in requirements().values():
        matrix = f"[{each.id} and the public clients](sdks/MATRIX.md#{each.id})"
        yield _rule(each.id, rules_page.section(each), matrix)
    for explained in explanations():
        yield _rule(explained.rule.code, rules_page.rule_section(explained))


def _rule(code: str, section: str, *more: str) -> tuple[str, str]:
    links = " · ".join(("[All rules](rules.md)", *more))
    return f"rules/{code}.md", f"{section.removeprefix('##').rstrip()}\n\n{links}\n"


def _index() -> str:
    """The head of rules.md, and what it says of each part, with a list for each family."""
    of_clients = [
        (each.id, each.name, each.level, each.sentence) for each in requirements().values()
    ]
    of_code = [(each.code, each.name, each.severity, each.statement) for each in all_rules()]
    made = [rules_page.HEAD]
    for about, families, entries in (
        (rules_page.CLIENTS, clients.FAMILIES, of_clients),
        (rules_page.CODE, explain.FAMILIES, of_code),
    ):
        made.append(f"\n#{about}")
        for family, title in families.items():
            made.append(f"\n### {family}xx {title}\n\n")
            made += [
                f"* [{id_}](#{anchor(f'{id_} {name}')}) {name}, {level}: {says}\n"
                for id_, name, level, says in entries
                if id_.startswith(family)
            ]
    return "".join(made)


def moved(text: str, file: str, place: str) -> str:
    """The text of a file of the repository, with its links as they are from a place on the site."""
    pieces = _FENCED.split(text)
    pieces[::2] = [
        _LINK.sub(lambda link: f"{link[1]}{_target(link[2], file, place)}{link[3]}", piece)
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def _target(target: str, file: str, place: str) -> str:
    if "://" in target:
        return target
    path, _, anchor = target.partition("#")
    named = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
    goal, anchor = _on_site(named, anchor)
    if not goal:
        return f"{repository()}/blob/HEAD/{named}"
    there = posixpath.relpath(goal, posixpath.dirname(place) or ".")
    return f"{there}#{anchor}" if anchor else there


def _on_site(file: str, anchor: str) -> tuple[str, str]:
    """Where a place in a file of the repository is on the site; no path if it is not there."""
    if file == "rules.md" and (code := _CODE.match(anchor)):
        return f"rules/{code[0].upper()}.md", ""
    if file == "rules.md" and (anchor == "facts" or re.fullmatch(r"f\d+", anchor)):
        return "rules/facts.md", anchor.removeprefix("facts")
    if file == "sdks/MATRIX.md" and anchor:
        return f"matrix/requirements/{anchor}.html", ""
    if file in _PLACES:
        return _PLACES[file], anchor
    return (posixpath.basename(file), anchor) if posixpath.dirname(file) == "docs" else ("", "")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
