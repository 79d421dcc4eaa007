"""Every text that people read keeps to the glossary; `make messages` prints them all."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

import messages

# What is not written, and what is; see "Plain words" in CONTRIBUTING.
GLOSSARY = {
    r"\bbehind\b(?! prox)": "after",
    r"\bmeant is\b|\b(?:is|are|was) meant\b": "did you mean",
    r"(?<!there )\b(?:is|are) no (?!longer\b)": "is not a",
    r"\bblanks?\b": "space",
    r"(?<!plus )(?<!percent )\bsigns?\b(?!-on| of life)": "character",
    r"\bmend(?:s|ed|ing)?\b|\bput(?:s|ting)? right\b": "fix",
    r"\bheed(?:s|ed|ing)?\b": "follow",
    r"\bwhere (?:there (?:is|are)|nothing|nobody|no\b|it has\b|they have\b)": "if",
    r"\bstands?\b(?! for)": "is, comes, or belongs",
    r"\bforesee|\bforeseen\b": "predict",
    r"\bas if all were well\b": "reports success",
    r"\bsaid nothing\b|\bwithout a word\b": "printed nothing",
    r"\bknows? no\b": "has no",
    r"\bnames? no\b": "does not name a",
    r"\b(?:is|are) none\b(?! of)": "is not one",
    r"\bof which\b": "whose, in which, or a sentence of its own",
    r", which (?:nobody|was not)\b": "but",
    r"\bsend(?:s)? it readable\b": "unencrypted",
    r"\blies about\b": "is on the machine",
    r"\blook-up\b": "lookup",
}
# Texts that tools are given and nobody reads: values that are sent to a client.
VALUES = ("/judging/values.py", "/judging/samples.py", "/judging/identities.py", "/strategies.py")


# The last word of a sentence that goes on.
UNFINISHED = re.compile(r"(?:\S |\b(?:a|an|the|and|or))$")
# What another piece follows where it is used, by its place.
PIECES = (
    "/commands/init.py",
    "/judging/telling.py",
    "/selecting.py",
    "/tomls.py",
    *("/judging/identities.py", "/judging/samples.py"),
)


@cache
def found() -> tuple[messages.Message, ...]:
    """Every text of both tools."""
    return tuple(messages.messages())


def wrong_words(text: str) -> list[str]:
    """The words of the glossary that a text has, each with what to write."""
    return [
        f"{match[0]!r}: write {instead!r}"
        for pattern, instead in GLOSSARY.items()
        if (match := re.search(pattern, text, re.IGNORECASE))
    ]


def test_every_text_keeps_to_the_glossary() -> None:
    said = [
        f"{each.place}: {wrong} in {each.text!r}"
        for each in found()
        if not any(name in each.place for name in VALUES)
        for wrong in wrong_words(each.text)
    ]
    assert said == [], "\n".join(said)


@pytest.mark.parametrize(
    "text",
    [
        "guest/{id} stands behind v1",
        "meant is /k/guest/5/v1/records.json",
        "'0' is no guest space id",
        "the value has a blank",
        "mend the adapter",
        "where there is no guest space",
    ],
)
def test_a_wrong_word_is_seen(text: str) -> None:
    assert wrong_words(text)


def pieces_left_alone(tree: ast.Module) -> list[str]:
    """The strings in functions that nothing takes: the second line of a text without brackets."""
    left = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            continue  # docstrings, of attributes too
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            for statement in statements[inside:] if isinstance(statements, list) else ():
                value = statement.value if isinstance(statement, ast.Expr) else None
                text = value.value if isinstance(value, ast.Constant) else ""
                if isinstance(text, str) and isinstance(value, ast.Constant | ast.JoinedStr):
                    left.append(ast.unparse(value))
    return left


def test_a_second_piece_that_nothing_takes_is_seen() -> None:
    lost = 'def f(x):\n    "Doc."\n    m = "a" if x else "b "\n    "and c"\n    return m\n'
    assert pieces_left_alone(ast.parse(lost)) == ["'and c'"]
    assert pieces_left_alone(ast.parse(lost.replace('"and c"', "..."))) == []


def test_no_text_is_cut_off() -> None:
    said = [
        f"{each.place}: {each.text!r}"
        for each in found()
        if UNFINISHED.search(each.text) and not any(name in each.place for name in PIECES)
    ]
    for package in ("linter", "conformance"):
        for file in sorted((messages.ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text("utf-8"))
            said += [f"{file.name}: {each}" for each in pieces_left_alone(tree)]
    assert said == [], "\n".join(said)


def test_a_text_of_any_kind_is_collected() -> None:
    code = '''
"""Not a text."""
A = "a constant of words"
class Rule:
    statement = ("One sentence "
                 "in two pieces.")
def f(x):
    """Not a text either."""
    raise Error(f"the value {x.y!r} is wrong", hint=g("as in this one"))
@click.command("c")
def c():
    """The help of a command."""
'''
    assert [each.text for each in messages.in_code("x.py", ast.parse(code))] == [
        "a constant of words",
        "One sentence in two pieces.",
        "the value {x.y} is wrong",
        "as in this one",
        "The help of a command.",
    ]


def test_both_tools_and_their_data_are_collected() -> None:
    assert len(found()) > 2_000
    for text in ("Random seed. Without it", "TLS certificate verification is disabled."):
        assert any(text in each.text for each in found())
    assert {each.place.partition("/")[0] for each in found()} == {"linter", "conformance"}
    assert any(each.place.endswith("requirements.toml:KC109") for each in found())
