"""Generated programs: nothing crashes the linter, and no output shows a secret."""

from __future__ import annotations

import json
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import fakes, filled, token
from kintone_lint.edits.fixes import fixed
from kintone_lint.findings import Result
from kintone_lint.kintone.masking import masked, worth_masking
from kintone_lint.output import diff, text
from kintone_lint.output import json as as_json
from kintone_lint.output.style import Style
from kintone_lint.python.source import Source
from kintone_lint.rules import all_rules
from linter.linting import NOWHERE, linted
from linter.test_rules import MARK

PIECES = [MARK.sub("", bad.code) for rule in all_rules() for bad in rule.bad]
PIECES += [good for rule in all_rules() for good in rule.good]
LIMITS = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

names = st.sampled_from(["token", "url", "headers", "KINTONE_PASSWORD", "x", "guest", "self.a"])
literals = st.one_of(
    st.sampled_from(["'@TOKEN@'", "'/k/v1/guest/'", "'http://a.cybozu.com'", "'.json'", "None"]),
    st.text(max_size=20).map(repr),
    st.integers(-3, 10).map(str),
    names,
)
expressions = st.recursive(
    literals,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+%|"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[0]})"),
        st.tuples(inner, inner).map(lambda t: f"{{'X-Cybozu-API-Token': {t[0]}, 'a': {t[1]}}}"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]}).format({t[1]}, a={t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]}).replace({t[1]}, {t[0]})"),
        st.tuples(inner, inner).map(lambda t: f"','.join([{t[0]}, {t[1]}])"),
        inner.map(lambda e: f"base64.b64encode(({e}).encode()).decode()"),
        inner.map(lambda e: f"requests.get({e}, headers=headers, verify=False)"),
        inner.map(lambda e: f"os.environ.get('KINTONE_TOKEN', {e})"),
        inner.map(lambda e: f"f({e})"),
        inner.map(lambda e: f"(lambda x: {e})"),
        inner.map(lambda e: f"[{e} for x in {e}]"),
        inner.map(lambda e: f"({e})[0]"),
    ),
    max_leaves=8,
)
simple = st.one_of(
    st.tuples(names, expressions).map(lambda t: f"{t[0]} = {t[1]}"),
    st.tuples(names, expressions).map(lambda t: f"{t[0]} += {t[1]}"),
    st.tuples(names, expressions).map(lambda t: f"{t[0]}['Authorization'] = {t[1]}"),
    expressions,
    expressions.map(lambda e: f"a, token = {e}, {e}"),
    st.just("from settings import token as url"),
)
blocks = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda t: f"{t[0]}\n{t[1]}"),
        st.tuples(names, inner).map(lambda t: f"if {t[0]}:\n{indented(t[1])}\nelse:\n    pass"),
        st.tuples(expressions, inner).map(
            lambda t: f"def f(x, token={t[0]}):\n{indented(t[1])}\n    return x"
        ),
        inner.map(lambda b: f"class A:\n{indented(b)}"),
        inner.map(lambda b: f"for url in x:\n{indented(b)}"),
        inner.map(lambda b: f"try:\n{indented(b)}\nfinally:\n    pass"),
        inner.map(lambda b: f"with a as headers:\n{indented(b)}"),
    ),
    max_leaves=10,
)


def indented(block: str) -> str:
    return "\n".join(f"    {line}" for line in block.split("\n"))


def outputs(source: str) -> list[str]:
    """Everything that the linter can print about a program, and its unsafe fixes as a diff."""
    result = linted(source)
    assert not [each for each in result.errors if "parsed" not in each.message]
    whole = Result(tuple(result.findings), tuple(result.errors))
    file = Source("app.py", NOWHERE / "app.py", filled(source).encode())

    def relint(changed: Source) -> list[object]:
        return list(linted(changed.text).findings)

    after, _ = fixed(file, result.findings, relint, unsafe=True)  # type: ignore[arg-type]
    hidden = worth_masking(result.secrets)
    return [
        text.render(whole, Style(colour=True), [file], result.secrets),
        text.statistics(whole),
        as_json.render(whole),
        diff.render("app.py", masked(file.text, hidden), masked(after, hidden)),
    ]


@LIMITS
@given(blocks)
def test_no_program_crashes_the_linter_or_has_its_token_shown(program: str) -> None:
    for output in outputs(f"import kintone, requests, base64, os\n{program}\n"):
        assert fakes()["@TOKEN@"] not in output


@LIMITS
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3), st.integers(0, 2**32))
def test_no_output_shows_a_secret_that_a_rule_found(pieces: list[str], seed: int) -> None:
    source = random.Random(seed)
    program = "\n".join(pieces)
    for mark in fakes():
        # letters and digits that occur nowhere else, of the length that the mark stands for
        program = program.replace(mark, token(source.random())[: len(fakes()[mark])])
    found = {each for each in linted(program).secrets if len(each) >= 12}
    for output in outputs(program):
        for secret in found:
            assert secret not in output
            assert json.dumps(secret)[1:-1] not in output
