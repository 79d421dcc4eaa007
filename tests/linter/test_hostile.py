"""A hostile text in every field of every format and in every message stays text."""

from __future__ import annotations

import ast
import dataclasses
import enum
import json
import re
import types
import typing
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import kintone_lint
from hostile import ALL, TRICKS, wrong_in_lines
from kintone_lint.findings import Finding, Result, TextFix, Trouble
from kintone_lint.output import diff, formats, text
from kintone_lint.output.style import Style
from linter.linting import Shell

MACHINES = ("json", "sarif", "github", "gitlab", "junit", "rdjson")
CASES = [*TRICKS, ALL]


def made(kind: Any, word: str) -> Any:
    """A value of a type with `word` in each of its texts, however deep: new fields are in it."""
    arguments = typing.get_args(kind)
    if kind is str:
        return word
    if kind is Path:
        return Path(word)
    if kind is int:
        return 1
    if kind is bool:
        return True
    if isinstance(kind, types.UnionType):
        return made(next(each for each in arguments if each is not types.NoneType), word)
    if typing.get_origin(kind) is Mapping:
        return {made(arguments[0], word): made(arguments[1], word)}
    if typing.get_origin(kind) in (tuple, list):
        items = [made(each, word) for each in arguments if each is not Ellipsis]
        return typing.get_origin(kind)(items)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    hints = typing.get_type_hints(kind)
    return kind(**{name: made(hints[name], word) for name in kind.__dataclass_fields__})


def result(word: str) -> Result:
    """A result with a finding and a trouble; only rule, name and outcome are ours, and usual."""
    whole: Result = made(Result, word)
    findings = tuple(
        dataclasses.replace(each, rule="KL101", name="hardcoded-api-token")
        for each in whole.findings
    )
    errors = tuple(dataclasses.replace(each, outcome="not linted") for each in whole.errors)
    return dataclasses.replace(whole, findings=findings, errors=errors)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def test_what_is_made_has_every_text() -> None:
    (finding,), (trouble,) = result("x").findings, result("x").errors
    assert isinstance(finding, Finding)
    assert isinstance(trouble, Trouble)
    assert isinstance(finding.fix, TextFix)
    assert finding.related[0][1] == finding.fix.edits[0].text == trouble.path == "x"


@pytest.mark.parametrize("word", CASES)
@pytest.mark.parametrize("colour", [False, True])
def test_the_report_for_people(word: str, colour: bool) -> None:
    def shown(word: str) -> str:
        whole = result(word)
        listing = text.render(whole, Style(colour), fixed=whole.findings)
        return listing + text.statistics(whole)

    assert wrong_in_lines(shown(word), coloured=colour) == []
    assert shown(word).count("\n") == shown("x").count("\n")


@pytest.mark.parametrize("word", CASES)
def test_a_diff(word: str) -> None:
    shown = diff.render(word, f"a\n{word}\nb\n", f"a\n{word}c\n{word}\n")
    assert wrong_in_lines(shown) == []
    before, after, *rest = shown.splitlines()
    assert (before[:6], after[:6]) == ("--- a/", "+++ b/")
    assert all(line.startswith((" ", "-", "+", "@@ -")) for line in rest)


@pytest.mark.parametrize("word", CASES)
@pytest.mark.parametrize("name", MACHINES)
def test_a_format_for_machines(name: str, word: str) -> None:
    shown = formats.rendered(name, result(word), [])
    assert wrong_in_lines(shown) == [] or name == "github"
    assert shown.count("\n") == formats.rendered(name, result("x"), []).count("\n")
    if name == "github":
        commands = shown.splitlines()
        assert len(commands) == 2
        assert all(re.match("::error file=[^:]*::", command) for command in commands)
        assert shown.replace("\n", "").isprintable()
    else:
        assert shown.isascii()
    if name == "junit":
        assert [each.tag for each in ET.fromstring(shown).iter()].count("testcase") == 2
    elif name != "github":
        assert word in [*texts(json.loads(shown))] or name == "sarif"


def said(value: Any) -> Iterator[str]:
    """The texts of messages in a log of SARIF."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "text")
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            yield from said(each)


def test_no_message_of_sarif_has_a_link_but_ours() -> None:
    links = re.compile(r"(?<!\\)\[(?:[^\]\\]|\\.)*\]\(([^)]*)\)")
    (run,) = json.loads(formats.rendered("sarif", result("[x](http://127.0.0.1:9/)"), []))["runs"]
    found = [links.findall(each) for each in said([run["results"], run["invocations"]])]
    assert sorted(found) == [[], [], [], ["1"]]


ARGUMENTS = (
    ["check", "{}"],
    ["check", "--select", "{}"],
    ["check", "--ignore", "{}"],
    ["check", "--{}"],
    ["{}"],
    ["rule", "{}"],
    ["check", "--config", "{}"],
    ["check", "--baseline", "{}"],
    ["check", "--baseline", "{}/{}", "--update-baseline"],
    ["check", "--output-file", "{}/{}"],
    ["check", "--output-format", "{}"],
    ["check", "--stdin-filename", "{}"],
    ["check", "--diff", "{}"],
    ["check", "--statistics", "{}"],
)  # fmt: skip


@pytest.mark.parametrize("word", CASES)
def test_a_message(shell: Shell, word: str) -> None:
    for arguments in ARGUMENTS:
        code, out, err = shell.run(*(each.replace("{}", word) for each in arguments))
        assert code == 2, arguments
        assert wrong_in_lines(out) == [], arguments
        assert wrong_in_lines(err) == [], arguments
        assert (out + err).count("\n") <= 2, arguments


@pytest.mark.parametrize("word", [each for each in CASES if "\0" not in each and "/" not in each])
def test_the_name_of_a_file_in_everything_that_is_said_of_it(shell: Shell, word: str) -> None:
    name = word.encode("utf-8", "replace").decode() + ".py"
    url = "https://demo.cybozu.com/k/v1/guest/5/app.json?id=1"
    broken = 'import kintone\nh = {"X-Cybozu-API-Token":\n'
    for content in (f'import requests\nrequests.get("{url}")\n', broken):
        shell.write(name, content)
        for option in ((), ("--diff",), ("--statistics",), ("--output-file", "r"), ("--fix",)):
            code, out, err = shell.run("check", *option)
            assert code in (0, 1, 2)
            assert wrong_in_lines(out + err) == [], option
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    assert wrong_in_lines((shell.folder / "known.json").read_text()) == []
    settings = f"[tool.kintone-lint]\n{json.dumps('a' + word)} = 1\n"
    shell.write("pyproject.toml", settings.encode("utf-8", "replace"))
    code, out, err = shell.run("check")
    assert (code, out) == (2, "")
    assert wrong_in_lines(err) == []
    assert err.count("\n") == 1


# ---- nothing is written past the one place that makes it harmless


def written(tree: ast.AST) -> Iterator[str]:
    """What a module writes to the standard streams by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("print", "Console") or name.endswith((".echo", ".secho", ".Console")):
                yield name
            if re.search(r"std(out|err).*\.write(lines)?$", name):
                yield name


FILES = sorted(Path(kintone_lint.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_one_module_writes_to_the_standard_streams(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    scripts = [each for each in tree.body if isinstance(each, ast.If)]
    bodies = ast.Module([each for each in tree.body if each not in scripts], [])
    assert [*written(bodies)] == [] or file.name == "streams.py"


def test_what_writes_is_seen() -> None:
    found = [*written(ast.parse((Path(kintone_lint.__file__).parent / "streams.py").read_text()))]
    assert "(sys.stderr if err else sys.stdout).write" in found
