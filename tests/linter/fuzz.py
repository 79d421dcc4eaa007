"""Odd programs by number, and what must hold for each of them.

A program is made of its number alone, so that one that breaks something can be made again.
"""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from fakes import fakes, filled
from kintone_lint.baseline.baselines import Baselines
from kintone_lint.config import Config
from kintone_lint.engine.run import Outcome, run
from kintone_lint.findings import Result
from kintone_lint.fix.apply import changes
from kintone_lint.output import formats, text
from kintone_lint.output.style import Style
from kintone_lint.python.syntax import syntax
from kintone_lint.rules import all_rules
from linter.shapes import CODE, MULTIPLYING, TEXT
from linter.test_rules import MARK

FORMATS = ("json", "sarif", "rdjson", "gitlab", "junit", "github")
SHAPES = {**CODE, **MULTIPLYING, **TEXT}
BAD = [filled(MARK.sub("", bad.code)) for rule in all_rules() for bad in rule.bad]
GOOD = [filled(good) for rule in all_rules() for good in rule.good]
LARGEST = 20_000  # bytes of a file that is changed

ATOMS = [
    "x",
    "token",
    "self.a",
    "None",
    "True",
    "0",
    "-1",
    "1e9",
    "''",
    "'/k/v1/'",
    "b'a'",
    "'.json'",
    "'@TOKEN@'",
    "f'{x}/k/guest/{y}/v1/'",
    "os.environ['A']",
    "...",
    "'X-Cybozu-API-Token'",
    "{'X-Cybozu-Authorization': '@PASSWORD@'}",
    "'http://demo.cybozu.com'",
    "headers",
    "url",
]
EXPRESSIONS = [
    "({} + {})",
    "({} % {})",
    "({} | {})",
    "({} if {} else {})",
    "({} or {})",
    "(not {})",
    "(-{})",
    "{{{}: {}, **{}}}",
    "[{}, *{}]",
    "({}, {})",
    "({}).format({}, a={})",
    "({}).replace({}, {})",
    "','.join([{}, {}])",
    "(lambda x, y={}: {})",
    "[{} for x in {} if {}]",
    "({})[{}]",
    "({}).a",
    "f({}, x={}, **{})",
    "requests.get({}, headers={}, verify=False)",
    "(y := {})",
    "dict({}, a=1)",
    "os.environ.get('KINTONE_TOKEN', {})",
    "base64.b64encode(({}).encode()).decode()",
    "A().f({})",
    "f'a{{{}}}b{{{}!r:>{{x}}}}'",
    "({} < {} <= {})",
    "'a' 'b' {}",
    "print({}, {})",
    "({})[{}:{}]",
]
STATEMENTS = [
    "x = {}",
    "x += {}",
    "headers[{}] = {}",
    "self.a = {}",
    "a, (token, *b) = {}, {}",
    "{}",
    "del x",
    "headers.update({})",
    "session.headers = {}",
    "return {}",
    "from settings import token as url",
    "import kintone",
    "global x",
    "assert {}, {}",
    "raise A({})",
    "x: str = {}",
    "url |= {}",
    "pass",
]
BLOCKS = [
    "if {}:",
    "else:",
    "elif {}:",
    "for x in {}:",
    "while {}:",
    "try:",
    "finally:",
    "except A as x:",
    "with {} as url:",
    "def f(self, x, token={}):",
    "class A({}):",
    "match {}:",
    "case {{'a': [x, y]}}:",
    "async def g(x):",
    "@f({})",
    "case _ if {}:",
]
ODD = [
    "\f",
    "\t",
    "\r",
    "\r\n",
    "\0",
    "\ufeff",
    "\\\n",
    "# noqa: KL101",
    "# kintone-lint: ignore[KL",
    "'''",
    '"',
    "(",
    "]",
    "{",
    "}",
    "f'{",
    "\u2028",
    "ſ",
    "😀",
    "\x1b[31m",
    "::error::",
    "type X = int",
    "print 'a'",
    "# coding: latin-1\n",
    "0777",
    "é",
    "%s",
    "<<<<<<< HEAD",
    "lambda: (yield)",
    ";",
    ":",
    "x-cybozu-api-token: ",
    "https://a:b@demo.cybozu.com/",
    "match x:\n case [[{1: a}]]: 0\n",
    "async ",
]


@cache
def library() -> list[str]:
    """The smaller files of the standard library."""
    files = sorted(Path(ast.__file__).parent.glob("*.py"))
    return [each.read_text("utf-8") for each in files if each.stat().st_size <= LARGEST]


def program(number: int) -> bytes:
    """The program of a number."""
    source = random.Random(number)
    kinds: list[Callable[[random.Random], str]] = [_grown, _grown, _pieced, _changed, _shaped]
    made = source.choice(kinds)(source)
    for _ in range(source.choice((0, 0, 1, 3))):
        at = source.randrange(len(made) + 1)
        made = made[:at] + source.choice(ODD) + made[at:]
    raw = made.encode("utf-8", "surrogatepass")
    if source.random() < 0.05:
        at = source.randrange(len(raw) + 1)
        raw = raw[:at] + bytes(source.randrange(256) for _ in range(3)) + raw[at:]
    return source.choice((b"", b"", b"", b"\xef\xbb\xbf")) + raw


def _expression(source: random.Random, depth: int) -> str:
    if depth <= 0 or source.random() < 0.25:
        return filled(source.choice(ATOMS))
    form = source.choice(EXPRESSIONS)
    return form.format(*(_expression(source, depth - 1) for _ in range(form.count("{}"))))


def _grown(source: random.Random) -> str:
    """Statements out of nothing, most of them valid."""
    lines, depth = ["import kintone, requests, base64, os"], 0
    for _ in range(source.randrange(2, 25)):
        block = source.random() < 0.35 and depth < 6
        form = source.choice(BLOCKS if block else STATEMENTS)
        deep = source.choice((1, 2, 4))
        made = form.format(*(_expression(source, deep) for _ in range(form.count("{}"))))
        lines.append("    " * depth + made)
        if block and not made.startswith("@"):
            depth += 1
        elif depth and source.random() < 0.4:
            depth -= 1
    return "\n".join(lines) + "\n" + "    " * depth + "pass\n"


def _pieced(source: random.Random) -> str:
    """Examples one after the other, maybe in a function."""
    made = ""
    for _ in range(source.randrange(1, 4)):
        piece = source.choice(source.choice((BAD, GOOD)))
        if source.random() < 0.3:
            piece = "def f():\n" + "".join(f"    {line}\n" for line in piece.splitlines())
        made += piece
    return made


def _changed(source: random.Random) -> str:
    """A file of the standard library with lines moved and an example in it."""
    lines = source.choice(library()).splitlines(keepends=True)
    for _ in range(source.randrange(4)):
        at, other = source.randrange(len(lines)), source.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    at = source.randrange(len(lines) + 1)
    piece = source.choice(source.choice((BAD, GOOD, [""])))
    indent = source.choice(("", "    "))
    return "".join([*lines[:at], *(indent + x + "\n" for x in piece.splitlines()), *lines[at:]])


def _shaped(source: random.Random) -> str:
    return SHAPES[source.choice(list(SHAPES))](source.randrange(1, 60))


def check(number: int, folder: Path, *, fixes: bool) -> int:
    """Asserts all that must hold for the program of a number; gives how much was found.

    `fixes`: what is valid stays so after its fixes, the unsafe ones too.
    """
    file = folder / "app.py"
    file.write_bytes(program(number))
    config = Config(folder)
    screened = run([file], lambda _: config, given=True).result
    outcome = run([file], lambda _: config, given=True, screened=False)
    assert screened.findings == outcome.result.findings, number
    _assert_nothing_shown(number, outcome)
    if fixes:
        _assert_fixes_compile(number, outcome, config)
    return len(screened.findings)


def _assert_nothing_shown(number: int, outcome: Outcome) -> None:
    result = Result(outcome.result.findings, outcome.result.errors, files=1)
    sources = [job.source for job in outcome.jobs]
    listing = text.render(result, Style(colour=True), sources, outcome.secrets)
    shown = [listing, text.statistics(result)]
    shown += [formats.rendered(name, result, sources) for name in FORMATS]
    long = {each for each in outcome.secrets if len(each) >= 12 and each.isalnum()}
    for secret in long | {fakes()["@TOKEN@"]}:
        for output in shown:
            assert secret not in output, number
            assert json.dumps(secret)[1:-1] not in output, number


def _assert_fixes_compile(number: int, outcome: Outcome, config: Config) -> None:
    for unsafe in (False, True):
        known = Baselines(None, config.root, lambda _: None, [], writing=False)
        for change in changes(outcome, known, lambda _: True, unsafe=unsafe):
            if _valid(change.source.parsable):
                assert _valid(change.fixed.parsable), number


def _valid(source: str) -> bool:
    try:
        syntax(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
