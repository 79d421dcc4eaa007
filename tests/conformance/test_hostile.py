"""A hostile text in every field of a report, a manifest or an argument stays text."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import sys
import types
import typing
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from enum import Enum
from html.parser import HTMLParser
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt
from rich.console import Console

import kintone_conformance
from hostile import ALL, TRICKS, wrong_in_lines
from kintone_conformance import cli
from kintone_conformance.baseline import Baseline, Known, read, update
from kintone_conformance.errors import UsageError
from kintone_conformance.matrix import manifest
from kintone_conformance.matrix.changes import changes
from kintone_conformance.matrix.judging import Entry
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.matrix.pages import markdown_page, site
from kintone_conformance.matrix.results import Results, collected
from kintone_conformance.model import Result, Verdict
from kintone_conformance.report import badge, events, files, terminal
from kintone_conformance.report.events import Report, Row
from kintone_conformance.report.pages import report_page, summary
from kintone_conformance.report.progress import Progress

CASES = [*TRICKS, ALL]


def made(kind: Any, word: str) -> Any:
    """A value of a type with `word` in each of its texts, however deep: new fields are in it."""
    arguments = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if kind is str or kind is Any or kind is object:
        return word
    if kind is Path:
        return Path(word)
    if kind in (int, float, bool):
        return kind(1)
    if isinstance(kind, types.UnionType) or origin is typing.Union:
        return made(next(each for each in arguments if each is not types.NoneType), word)
    if origin in (tuple, frozenset, list):
        return origin(made(each, word) for each in arguments if each is not Ellipsis)
    if origin in (dict, Mapping):
        return {word: made(arguments[1], word)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    hints = typing.get_type_hints(kind)
    names = getattr(kind, "__struct_fields__", None) or [
        each.name for each in dataclasses.fields(kind)
    ]
    return kind(**{name: made(hints[name], word) for name in names})


def row(word: str, number: int, verdict: Verdict, **fields: Any) -> Row:
    """A row of every text; what catalogue and baseline say of it is left to `fields`."""
    whole: Row = made(Row, word)
    ours = {"id": f"KC10{number}", "name": "x", "level": "MUST", "source": "https://example.com/"}
    ours |= {"sentence": "`x` is x.", "fix": "Send `x`."}
    usual = {"known": "", "stale": "", "cause": ""}
    return msgspec.structs.replace(whole, verdict=verdict, **{**ours, **usual, **fields})


def report(word: str) -> Report:
    """A report that has a row of every kind."""
    rows = (
        *(row(word, number, verdict) for number, verdict in enumerate(Verdict, 1)),
        row(word, 7, Verdict.FAIL, known=word),
        row(word, 8, Verdict.PASS, stale=word),
        row(word, 9, Verdict.ERROR),
        row(word, 10, Verdict.FAIL, cause="KC102"),
    )
    footer = events.footer(rows, strict=True, complete=False, trouble=word)
    header: events.Header = made(events.Header, word)
    return Report(header, rows, footer)


def test_what_is_made_has_every_text() -> None:
    whole = report("x")
    assert whole.header.client is not None
    assert whole.header.client.name == whole.footer.trouble == "x"
    assert whole.requirements[0].counterexample[0].wires == ("x",)
    assert whole.requirements[0].counterexample[0].params == {"x": "x"}


# ---- the terminal


@pytest.mark.parametrize("word", CASES)
@pytest.mark.parametrize("debug", [False, True])
def test_the_report_for_people(word: str, debug: bool) -> None:
    def shown(word: str) -> str:
        console = terminal.console()
        console.file = StringIO()
        terminal.render(report(word), console, {"KC101": word}, debug=debug)
        return console.file.getvalue()

    def heads(text: str) -> int:
        """Lines that are not indented: nobody but us begins one."""
        return sum(bool(line) and not line.startswith(" ") for line in text.split("\n"))

    assert wrong_in_lines(shown(word)) == []
    assert heads(shown(word)) == heads(shown("x"))


def test_nothing_is_taken_for_markup_of_the_terminal() -> None:
    def times(word: str) -> int:
        console = terminal.console()
        console.file = StringIO()
        terminal.render(report(word), console, {"KC101": word}, debug=True)
        return console.file.getvalue().count(word)

    assert times("[bold]:smile: [/] [link=http://127.0.0.1/]x") == times("QQQ") > 20


@pytest.mark.parametrize("word", CASES)
def test_the_progress_on_a_terminal(word: str) -> None:
    out = StringIO()
    with Progress(Console(file=out, force_terminal=True, width=100), 3) as progress:
        progress.at(word, 5)
        progress.tick()
        progress.done(Result("KC104", Verdict.ERROR, message=word))
        progress.tick()
    assert "\x1b]" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


# ---- files


@pytest.mark.parametrize("word", CASES)
def test_the_report_for_machines(word: str) -> None:
    raw = files.as_json(report(word)).decode("ascii")
    assert wrong_in_lines(raw) == []
    assert json.loads(raw)["requirements"][0]["message"] == word
    assert raw.count("\n") == files.as_json(report("x")).decode("ascii").count("\n")
    told = badge.badge(report(word)).decode("ascii")
    assert wrong_in_lines(told) == []


@pytest.mark.parametrize("word", CASES)
def test_junit(word: str) -> None:
    def tags(word: str) -> list[tuple[str, list[str]]]:
        root = ET.fromstring(files.junit(report(word)))
        return [(each.tag, sorted(each.keys())) for each in root.iter()]

    assert tags(word) == tags("x")
    for each in ET.fromstring(files.junit(report(word))).iter():
        for text in (each.text or "", *each.attrib.values()):
            assert wrong_in_lines(text) == []


class Outline(HTMLParser):
    """The tags of a page with the names of their attributes, and what a reader sees."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[str]]] = []
        self.seen: list[str] = []
        self.targets: set[str] = set()
        self.feed(page.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attributes]))
        self.targets |= {
            value or "" for name, value in attributes if name in ("href", "src", "action")
        }

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", []))

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def without_marks(page: Outline) -> list[tuple[str, list[str]]]:
    """How many marks there are depends on the texts that are compared, and code on backticks."""
    return [each for each in page.tags if each[0].removeprefix("/") not in ("mark", "code")]


@pytest.mark.parametrize("word", CASES)
def test_the_page_of_a_report(word: str) -> None:
    page = Outline(report_page(report(word)))
    assert without_marks(page) == without_marks(Outline(report_page(report("x"))))
    assert page.targets == Outline(report_page(report("x"))).targets
    assert wrong_in_lines("\n".join(page.seen)) == []


def outline(text: bytes) -> list[str]:
    """What GitHub's Markdown makes of a text; of HTML the tags."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text.decode("utf-8"))
    found = []
    for token in (each for block in parsed for each in (block, *(block.children or ()))):
        if token.type in ("html_block", "html_inline"):
            found += re.findall(r"<(/?\w+)", token.content)
        elif token.type not in ("text", "text_special"):
            found.append(token.type)
    return found


@pytest.mark.parametrize("word", CASES)
def test_the_summary_of_a_report(word: str) -> None:
    assert outline(summary(report(word))) == outline(summary(report("x")))
    assert wrong_in_lines(summary(report(word)).decode()) == []


# ---- the matrix


def sdk(word: str) -> Sdk:
    whole: Sdk = made(Sdk, word)
    return msgspec.structs.replace(whole, url=f"https://example.com/{word}")


def entries(word: str) -> list[Entry]:
    return [
        Entry(sdk(word), report(word)),
        Entry(sdk(word), None, word),
        Entry(sdk(word), None, "", word),
    ]


def results(word: str) -> list[Results]:
    """What was judged, and what a file of results may hold."""
    file = made(Results, word)
    url = f"https://example.com/{word}"
    clients = tuple(msgspec.structs.replace(each, url=url) for each in file.clients)
    return [collected(entries(word)), msgspec.structs.replace(file, clients=clients)]


@pytest.mark.parametrize("word", CASES)
def test_the_pages_of_the_matrix(word: str) -> None:
    for found, harmless in zip(results(word), results("x"), strict=True):
        markdown = markdown_page(found)
        assert outline(markdown) == outline(markdown_page(harmless))
        assert wrong_in_lines(markdown.decode()) == []
        # the index, the clients, and one of the requirements, which are all made alike
        several = 2 + len(found.clients)
        pages, plain = islice(site(found, word), several), islice(site(harmless, "x"), several)
        for (_, page), (_, alike) in zip(pages, plain, strict=True):
            assert without_marks(Outline(page)) == without_marks(Outline(alike))
            assert wrong_in_lines("\n".join(Outline(page).seen).replace("\xa0", " ")) == []
            assert [t for t in Outline(page).targets if not TARGET.fullmatch(t)] == []


# Where a page may lead: the client's own address, the sources of the catalogue, and other pages.
TARGET = re.compile(
    r"data:,|https://.+|#[\w-]+|(\.\./)?(index|clients/[a-z0-9-]+|requirements/KC\d+)\.html(#KC\d*)?",
    re.DOTALL,
)


@pytest.mark.parametrize("word", CASES)
def test_what_has_changed_in_the_matrix(word: str) -> None:
    (old, _), harmless = results("y"), results("x")
    for found, alike in zip(results(word), harmless, strict=True):
        told = changes(old, found)
        assert outline(told.encode()) == outline(changes(old, alike).encode())
        assert wrong_in_lines(told) == []


# ---- what is written by a person, and read by us


@pytest.mark.parametrize("word", CASES)
def test_a_message_about_an_argument(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["run", "--adapter", "{}"],
        ["run", "--adapter", "{}.py:{}"],
        ["run", "--adapter", "{}:{}"],
        ["run", "--adapter", "reference", "--select", "{}"],
        ["run", "--adapter", "reference", "--baseline", "{}"],
        ["run", "--adapter", "reference", "--report-dir", "adapter.py/{}"],
        ["run", "--adapter", "reference", "--summary", "none/{}"],
        ["run", "--{}"],
        ["run", "--examples", "{}"],
        ["{}"],
        ["explain", "{}"],
        ["init", "--language", "{}"],
        ["matrix", "{}"],
        ["matrix", ".", "--only", "{}"],
        ["schema", "{}"],
        ["serve", "{}"],
        ["check-driver", "{}", "--door", "{}"],
        ["check-driver", '"{}'],
        ["judge", "none/{}"],
        ["judge", "adapter.py", "--credential", "{}"],
        ["judge", "adapter.py", "--select", "{}"],
        ["watch", "--door", "{}", "--", "true"],
        ["watch", "--upstream", "{}", "--", "true"],
        ["watch", "--", "none/{}"],
        ["compare", "{}"],
    ):
        if arguments[:2] == ["run", "--adapter"] and arguments[2] != "reference":
            arguments = [arguments[0], "--driver", '"', "--adapter", *arguments[2:]]
        (tmp_path / "adapter.py").write_text("")
        said = word.replace("\0", "").replace("\ud800", "\udcff").replace("\udfff", "")
        words = [each.replace("{}", said) for each in arguments]
        monkeypatch.setattr(sys, "argv", ["kintone-conformance", *words])
        code = cli.main()
        out, err = capsys.readouterr()
        assert code == 2, arguments
        assert wrong_in_lines(out + err) == [], arguments
        assert (out + err).count("\n") <= 2, arguments


@pytest.mark.parametrize("word", CASES)
def test_a_baseline(word: str, tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    rows = [row(word, 1, Verdict.FAIL), row(word, 2, Verdict.FAIL)]
    update(path, rows, strict=False)
    assert wrong_in_lines(path.read_text("utf-8")) == []
    baseline = read(path)
    assert [baseline.applied(each).known != "" for each in rows] == [True, True]
    shown = baseline.known["KC101"].reason
    pinned = Baseline(path, {"KC101": Known("why", match=shown[:20])})
    assert pinned.applied(rows[0]).known == "why"


@pytest.mark.parametrize("word", [each for each in CASES if each.isprintable()])
def test_a_manifest_that_is_wrong(word: str, tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    quoted = json.dumps(word)
    for text in (f"{quoted} = 1", f'name = "x"\nversion = "1"\nlanguage = "x"\nurl = {quoted}'):
        (tmp_path / "sdk" / "sdk.toml").write_text(text, "utf-8")
        with pytest.raises(UsageError) as error:
            manifest.read_all(tmp_path)
        assert error.value.message


# ---- nothing is written past the one place that makes it harmless

ROOT = Path(kintone_conformance.__file__).parent
EXCEPT = {
    "report/terminal.py",  # makes the console
    "drivers/serve.py",  # hands on what the client printed, to the suite
    "starters/adapter.py",
}


@pytest.mark.parametrize("file", sorted(ROOT.rglob("*.py")), ids=lambda file: file.name)
def test_only_the_streams_and_the_console_write_to_the_standard_streams(file: Path) -> None:
    names = [
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    found = [
        name
        for name in names
        if name in ("print", "Console")
        or name.endswith((".echo", ".secho", ".Console"))
        or re.search(r"std(out|err)\.(buffer\.)?write", name)
    ]
    assert found == [] or file.relative_to(ROOT).as_posix() in EXCEPT
