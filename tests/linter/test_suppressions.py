"""Comments that silence: what they cover, and what becomes of those that silence nothing."""

from __future__ import annotations

import re

import pytest

from linter.linting import TOKEN, Shell, codes, linted

HEADER = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}'


@pytest.mark.parametrize(
    "comment",
    [
        "# kintone-lint: ignore[KL101] a fake of the tests",
        "#kintone-lint:ignore[kl101]",
        "# Kintone-lint ignore[KL101]",
        "# kintone-lint: ignore[KL303, KL101]",
        "# noqa: KL101",
        "# NOQA:KL101",
        "# noqa: E501, KL101",
        "# type: ignore # noqa: KL101",
    ],
)
def test_a_comment_silences_its_line(comment: str) -> None:
    assert "KL101" not in codes(f"{HEADER}  {comment}\n")


@pytest.mark.parametrize("line", [0, 1, 2])
def test_any_line_of_the_statement_will_do(line: int) -> None:
    lines = ["headers = {", '    "X-Cybozu-API-Token": "@TOKEN@",', "}"]
    lines[line] += "  # kintone-lint: ignore[KL101] fake"
    assert codes("\n".join(lines) + "\n") == []


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: S105", "# nosec", "# type: ignore[KL101]"])
def test_bare_and_foreign_comments_are_none_of_ours(comment: str) -> None:
    assert codes(f"{HEADER}  {comment}\n") == ["KL101"]


def test_a_comment_on_another_statement_silences_nothing_and_is_unused() -> None:
    assert codes(f"x = 1  # kintone-lint: ignore[KL101]\n{HEADER}\n") == ["KL001", "KL101"]


def test_a_comment_does_not_reach_into_a_block() -> None:
    text = f"def f():  # kintone-lint: ignore[KL101]\n    {HEADER}\n"
    assert codes(text) == ["KL001", "KL101"]


def test_a_whole_file_can_be_silenced() -> None:
    text = f"# kintone-lint: ignore-file[KL101] generated fakes\n{HEADER}\nx = {HEADER[10:]}\n"
    assert codes(text) == []


def test_text_that_only_looks_like_a_comment_silences_nothing() -> None:
    assert codes(f'{HEADER}; x = "# noqa: KL101"\n') == ["KL101"]


INSECURE = 'x = "http://demo.cybozu.com/"'


@pytest.mark.parametrize(
    "word", ["insecure-http", "Insecure-HTTP", "KL3", "kl304", "KL101, KL3", "KL"]
)
def test_names_and_families_silence_as_in_the_settings(word: str) -> None:
    assert "KL304" not in codes(f"{INSECURE}  # kintone-lint: ignore[{word}]\n")
    assert "KL304" in codes(f"{INSECURE}  # kintone-lint: ignore[KL2]\n")


def test_two_that_silence_nothing_go_together(shell: Shell) -> None:
    file = shell.write("app.py", "x = 1  # kintone-lint: ignore[KL1, insecure-http] old\n")
    assert shell.run("check", "--fix")[0] == 0
    assert file.read_text() == "x = 1\n"


def test_a_family_can_be_named_to_others_too() -> None:
    assert codes(f"{INSECURE}  # noqa: KL3\n") == []


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("# kintone-lint: ignore[KL999]", "unknown rule KL999"),
        ("# kintone-lint: ignore[KL3O4]", "unknown rule KL3O4. Did you mean KL304?"),
        ("# kintone-lint: ignore[insecure-htp]", "Did you mean insecure-http?"),
        ("# noqa: KL999", "unknown rule KL999"),
        ("# kintone-lint: ignore", "does not name a rule; write ignore[RULE]"),
        ("# kintone-lint: ignore[]", "does not name a rule"),
        ("# kintone-lint: ignore-file", "does not name a rule"),
        ("# kintone-lint: off", "does not name a rule"),
        ("# kintone-lint: ignore[KL304", "write ignore[KL304]"),
        ("# kintone-lint: ignore [KL304] why", "write ignore[KL304]"),
        ("# kintone-lint: disable=KL304", "write ignore[KL304]"),
        ("# kintone-lint: ignore KL304,insecure-http", "write ignore[KL304, insecure-http]"),
        ("# kintone-lint: skip-file KL304", "write ignore-file[KL304]"),
        ("# kintone-lint ignore [KL304]", "write ignore[KL304]"),
        ("# kintone-lint disable=KL304", "write ignore[KL304]"),
    ],
)
def test_a_comment_that_silences_nothing_says_why_and_is_left_as_it_is(
    shell: Shell, comment: str, says: str
) -> None:
    file = shell.write("app.py", f"y = 1\n{INSECURE}  {comment}\n")
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
    first, second = content["findings"]
    assert (first["rule"], second["rule"], second["line"]) == ("KL304", "KL001", 2)
    assert says in second["message"]
    assert second["fix"] is None
    shell.run("check", "--fix")
    assert file.read_text().endswith(f"{comment}\n")


@pytest.mark.parametrize(
    "comment",
    ["# kintone-lint ignores this", "# as kintone-lint says: http", "# see kintone-lint"],
)
def test_prose_about_the_linter_is_no_suppression(comment: str) -> None:
    assert codes(f"x = 1  {comment}\n") == []


def test_what_is_wrong_is_not_said_where_it_is_not_asked_for(shell: Shell) -> None:
    shell.write("app.py", f"{INSECURE}  # kintone-lint: ignore[KL999]\n")
    assert [rule for rule, _, _ in shell.rules("--ignore", "KL001")] == ["KL304"]


def test_no_secret_in_a_suppression_is_shown(shell: Shell) -> None:
    shell.write("app.py", "x = 1  # kintone-lint: ignore[@TOKEN@]\n")
    assert TOKEN[:30] not in shell.run("check")[1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # kintone-lint: ignore[KL101] old\n", "x = 1\n"),
        ("x = 1  # noqa: KL101\n", "x = 1\n"),
        ("x = 1  # noqa: E501, KL101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: KL101, E501\n", "x = 1  # noqa: E501\n"),
        ("# kintone-lint: ignore-file[KL101]\nx = 1\n", "x = 1\n"),
        ("x = 1  # note # kintone-lint: ignore[KL101]\n", "x = 1  # note\n"),
        ("x = 1  # kintone-lint: ignore[KL101] why # note\n", "x = 1  # note\n"),
        ("x = 1  # kintone-lint: ignore[KL101]#noqa: E501\n", "x = 1  #noqa: E501\n"),
        ("x = 1  # kintone-lint: ignore[KL101] as in #12\n", "x = 1\n"),
        ("x = 1  # noqa: KL101 # note\n", "x = 1  # note\n"),
        ("x = 1  # noqa: KL101 - a fake\n", "x = 1  # a fake\n"),
        ("x = 1  # note # noqa: KL101 a fake # more\n", "x = 1  # note # a fake # more\n"),
        ("x = 1  # noqa: KL101 --\n", "x = 1\n"),
        ("x = 1  # noqa: E501, KL101\nprint()\n", "x = 1  # noqa: E501\nprint()\n"),
        ("x = 1  # noqa: E501 KL101\n\n\nprint()\n", "x = 1  # noqa: E501\n\n\nprint()\n"),
        ("x = 1  # noqa: E501, KL101 a fake\n", "x = 1  # noqa: E501 a fake\n"),
        ("if x:\n    # noqa: KL101\n    y = 1\n", "if x:\n    y = 1\n"),
        ("x = 1\r\n\t# noqa: KL101\r\ny = 1\r\n", "x = 1\r\ny = 1\r\n"),
        ("x = 1\n# noqa: KL101", "x = 1\n"),
        ("x = 1  # kintone-lint: ignore[insecure-http]\n", "x = 1\n"),
    ],
)
def test_an_unused_one_is_reported_and_removed(shell: Shell, before: str, after: str) -> None:
    file = shell.write("app.py", before)
    assert [rule for rule, _, _ in shell.rules()] == ["KL001"]
    code, _, _ = shell.run("check", "--fix")
    assert (code, file.read_bytes().decode()) == (0, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: KL101, KL102\nprint()\n", "x = 1\nprint()\n"),
        ("x = 1  # noqa: KL101, KL102, E501\nprint()\n", "x = 1  # noqa: E501\nprint()\n"),
        ("x = 1  # kintone-lint: ignore[KL101, x]\n", "x = 1  # kintone-lint: ignore[x]\n"),
        ("# noqa: KL101 # kintone-lint: ignore[KL102] b\nx = 1\n", "x = 1\n"),
    ],
)
def test_of_two_on_a_line_each_takes_its_own_part_along(
    shell: Shell, before: str, after: str
) -> None:
    file = shell.write("app.py", before)
    assert [rule for rule, _, _ in shell.rules()] == ["KL001", "KL001"]
    shell.run("check", "--fix")
    assert file.read_text() == after


def test_a_rule_that_did_not_run_leaves_its_suppressions_alone() -> None:
    from dataclasses import replace

    from kintone_lint.config import Config
    from linter.linting import NOWHERE

    config = replace(Config(NOWHERE), select=frozenset({"KL001", "KL201"}))
    assert linted("x = 1  # noqa: KL101\n", config=config).findings == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: KL101 type: int",
        "# noqa: KL101 fmt: off",
        "# noqa: KL101 fmt",
        "# noqa: KL101 - pylint: disable=all",
        "# noqa: KL101 noqa",
        "# noqa: KL101 noqa: E501",
        "# noqa: KL101 vim: noai",
        "# noqa: KL101 -*- coding: utf-8 -*-",
        "# noqa: KL101 # type: int",
        "# kintone-lint: ignore[KL101] old # fmt: off",
    ],
)
def test_no_removal_makes_a_directive_of_what_stays(shell: Shell, comment: str) -> None:
    file = shell.write("app.py", f"x = 1\ny = x  {comment}\n")
    (finding,) = shell.check()[1]["findings"]
    assert (finding["rule"], finding["fix"]) == ("KL001", None)
    shell.run("check", "--fix")
    assert file.read_text() == f"x = 1\ny = x  {comment}\n"


# ---- a noqa without codes


@pytest.mark.parametrize("comment", ["# noqa", "#NOQA", "# noqa: it is a test", "# why  # noqa"])
def test_a_noqa_without_codes_is_told_that_it_silences_nothing(shell: Shell, comment: str) -> None:
    shell.write("app.py", f"y = 1  # noqa\n{INSECURE}  {comment}\n")
    code, out, _ = shell.run("check")
    assert code == 1
    column = len(INSECURE) + comment.lower().rindex("#") + 3
    told = "a noqa without codes has no effect here; write noqa: KL304"
    assert f"  app.py:2:{column}: {told}\n" in out
    assert out.count(told) == 1
    assert "app.py:1:" not in out
    (found,) = shell.check()[1]["findings"]
    assert [(each["line"], each["message"]) for each in found["related"]] == [(2, told)]


def test_it_is_told_on_any_line_of_the_statement_and_in_the_file_of_the_definition(
    shell: Shell,
) -> None:
    shell.write(
        "app.py", 'import requests\nrequests.get(\n    "http://demo.cybozu.com/"\n)  # noqa\n'
    )
    assert "app.py:4:4: a noqa without codes" in shell.run("check")[1]
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    shell.write("settings.py", 'TOKEN = "@SECRET@"  # noqa\n')
    assert re.search("settings.py:1:[0-9]+: a noqa without codes", shell.run("check")[1])


@pytest.mark.parametrize(
    "comment", ["# noqa: E501", "# noqa:S105,KL304", "# noqa: KL304", "# noqas", "# no qa"]
)
def test_a_noqa_with_codes_is_told_nothing(shell: Shell, comment: str) -> None:
    shell.write("app.py", f"{INSECURE}  {comment}\ny = 1  # noqa\n")
    assert "without codes" not in shell.run("check")[1]


def test_a_noqa_of_what_is_known_is_told_nothing(shell: Shell) -> None:
    shell.write("app.py", f"{INSECURE}  # noqa\n")
    assert shell.run("check", "--baseline", "known.json", "--update-baseline")[0] == 0
    assert "noqa" not in shell.run("check", "--baseline", "known.json")[1]
