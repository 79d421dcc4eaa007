"""Each rule finds its bad examples on the lines marked, and nothing in the good ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kintone_conformance.spec.facts import facts
from kintone_lint import codes
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.explain import explained, explanation, markdown
from linter.linting import linted

MARK = re.compile(r"[ \t]*#!(\d*)$", re.MULTILINE)
MANY = {"KL101", "KL102", "KL201", "KL202", "KL203", "KL204", "KL205", "KL206"}


def bad_cases() -> Iterator[object]:
    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            yield pytest.param(rule, bad, id=f"{rule.code}-bad-{number}")


def good_cases() -> Iterator[object]:
    for rule in all_rules():
        for number, good in enumerate(rule.good):
            yield pytest.param(rule, good, id=f"{rule.code}-good-{number}")


@pytest.mark.parametrize(("rule", "bad"), list(bad_cases()))
def test_a_bad_example_is_found_on_its_lines(rule: Rule, bad: Bad) -> None:
    expected: list[int] = []
    for number, line in enumerate(bad.code.splitlines(), 1):
        if mark := MARK.search(line):
            expected += [number] * int(mark[1] or 1)
    assert expected
    result = linted(MARK.sub("", bad.code), bad.path)
    assert not result.errors
    found = [each.span.line for each in result.findings if each.rule == rule.code]
    others = {each.rule for each in result.findings} - {rule.code}
    assert found == expected, result.findings
    assert others == set(bad.also)


@pytest.mark.parametrize(("rule", "good"), list(good_cases()))
def test_a_good_example_is_clean(rule: Rule, good: str) -> None:
    result = linted(good, rule.file)
    assert not result.errors
    assert not [each for each in result.findings if each.rule == rule.code]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_has_enough_examples(rule: Rule) -> None:
    enough = 8 if rule.code in MANY else 4
    assert len(rule.bad) >= enough
    assert len(rule.good) >= enough


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_where_it_comes_from(rule: Rule) -> None:
    assert set(rule.facts) <= set(facts())
    if rule.code != codes.UNUSED:  # it is about the linter, and not about Kintone
        assert rule.source.startswith("https://")
        assert rule.facts
    assert re.fullmatch(r"\d+\.\d+\.\d+", rule.since)
    assert rule.name == codes.names()[rule.code]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_how_it_is_found_and_what_it_misses(rule: Rule) -> None:
    page = " ".join(explained(rule.code).split())
    for text in (rule.statement, rule.why, rule.instead, rule.finds, rule.misses):
        assert re.fullmatch(r"\S.*\S", text)
        assert "  " not in text
        assert text in page
        assert text in markdown(explanation(rule.code))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_whether_it_has_fixes(rule: Rule) -> None:
    found = [each for bad in rule.bad for each in linted(MARK.sub("", bad.code), bad.path).findings]
    safe = {each.fix.safe for each in found if each.rule == rule.code and each.fix}
    kinds = {frozenset[bool](): Fixable.NONE, frozenset({True}): Fixable.SAFE}
    assert rule.fixable is kinds.get(frozenset(safe), Fixable.UNSAFE)


@pytest.mark.parametrize(
    ("written", "said"),
    [("application/json", "application/json"), ("a\\x1b/b; c", "another type")],
)
def test_an_upload_of_another_type_is_told_what_it_replaces(written: str, said: str) -> None:
    text = (
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/file.json", '
        f'files={{"file": data}}, headers={{"Content-Type": "{written}"}})\n'
    )
    assert [each.message for each in linted(text).findings] == [
        f"{said} replaces the boundary of this upload; leave Content-Type to the HTTP library"
    ]
