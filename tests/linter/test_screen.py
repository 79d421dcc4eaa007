"""What prefilter and screen leave out never matters."""

from __future__ import annotations

import ast
import random
import re
import sys
from pathlib import Path

import pytest

from fakes import filled
from kintone_lint.config import Config
from kintone_lint.engine.run import run
from kintone_lint.files import unclear
from kintone_lint.files.screen import possible, read
from kintone_lint.files.unclear import WORDS
from kintone_lint.kintone.words import candidate
from kintone_lint.rules import all_rules
from linter.linting import Shell
from linter.test_rules import MARK
from screen_words import declared, page

EXAMPLES = [
    MARK.sub("", bad.code) for rule in all_rules() for bad in rule.bad if bad.path.endswith(".py")
]
ALL = [*EXAMPLES, *(good for rule in all_rules() for good in rule.good)]
DECLARED = [(rule.code, word) for rule in all_rules() for word in rule.words]
LIBRARY = sorted(Path(ast.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_bad_example_is_left_out(example: str) -> None:
    text = filled(example)
    assert candidate(text.encode())
    assert possible(text, read(ast.parse(text)))


def test_the_screen_knows_the_words_that_rules_declare() -> None:
    assert list(WORDS) == declared()
    assert Path(unclear.__file__).read_text("utf-8") == page()


@pytest.mark.parametrize(("rule", "word"), DECLARED)
def test_a_file_is_let_through_for_each_word(rule: str, word: str) -> None:
    """An example of the word, which nothing else in the file lets through."""
    name = re.sub(r"\(\?[:!].*?\)+|[\^$?]", "", word)
    if word[0] == "^" and word[-1] != "$":
        name += "word"
    text = f"import kintone\nsend({name!r})\n"
    assert re.search(f"(?i){word}", name), (rule, word)
    assert possible(text, read(ast.parse(text)))


def test_a_misspelt_header_is_not_left_out() -> None:
    assert candidate(b'h = {"X-Cybo{zu-Authorization": ""}')


def findings(folder: Path, *, screened: bool) -> list[object]:
    files = sorted(folder.glob("*.py"))
    return list(run(files, lambda _: Config(folder), given=True, screened=screened).result.findings)


def test_with_and_without_screen_the_findings_are_the_same(shell: Shell) -> None:
    for number, example in enumerate(ALL):
        shell.write(f"example{number:03}.py", example)
    screened = findings(shell.folder, screened=True)
    assert len(screened) > 100
    assert screened == findings(shell.folder, screened=False)


def injected(source: random.Random, file: Path) -> str:
    """A file of the standard library with an example put before one of its statements."""
    text = file.read_text("utf-8")
    body = [each for each in ast.parse(text).body if not hasattr(each, "decorator_list")]
    lines = text.splitlines(keepends=True)
    at = source.choice(body).lineno - 1 if body else 0
    example = filled(source.choice(EXAMPLES))
    form = source.randrange(3)
    if form == 1:
        example = "".join(f"# {line}\n" for line in example.splitlines())
    elif form == 2 and '"""' not in example and "\\" not in example:
        example = f'def injected():\n    """\n{example}    """\n'
    return "".join([*lines[:at], example, *lines[at:]])


def compare(shell: Shell, count: int, seed: int) -> int:
    source = random.Random(seed)
    for number in range(count):
        text = ""
        while not text:
            file = source.choice(LIBRARY)
            if file.stat().st_size < 60_000:
                text = injected(source, file)
                try:
                    ast.parse(text)
                except SyntaxError:
                    text = ""
        shell.write(f"mixed{number:04}.py", text)
    screened = findings(shell.folder, screened=True)
    assert screened == findings(shell.folder, screened=False)
    return len(screened)


def test_the_same_in_the_standard_library_with_examples_put_in(shell: Shell) -> None:
    assert compare(shell, 12, seed=1) > 4


@pytest.mark.deep
def test_the_same_on_a_large_mix(shell: Shell) -> None:
    assert compare(shell, 400, seed=2) > 150


@pytest.mark.deep
def test_the_standard_library_is_clean() -> None:
    files = sorted(Path(ast.__file__).parent.rglob("*.py"))
    result = run(files, lambda _: Config(Path(sys.prefix)), given=False).result
    assert [each for each in result.findings if "site-packages" not in each.span.path] == []
