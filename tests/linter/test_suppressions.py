"""Comments that silence: what they cover, and what becomes of those that silence nothing."""

from __future__ import annotations

import pytest

from linter.linting import Shell, codes, linted

HEADER = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}'


@pytest.mark.parametrize(
    "comment",
    [
        "# kintone-lint: ignore[KL101] a fake of the tests",
        "#kintone-lint:ignore[kl101]",
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


def test_an_unknown_code_is_an_error_with_a_hint(shell: Shell) -> None:
    shell.write("app.py", f"{HEADER}  # kintone-lint: ignore[KL1O1,KL999]\n")
    code, content = shell.check()
    assert code == 2
    assert any("KL999" in each["message"] for each in content["errors"])
    assert [each["rule"] for each in content["findings"]] == ["KL101"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # kintone-lint: ignore[KL101] old\n", "x = 1\n"),
        ("x = 1  # noqa: KL101\n", "x = 1\n"),
        ("x = 1  # noqa: E501, KL101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: KL101, E501\n", "x = 1  # noqa: E501\n"),
        ("# kintone-lint: ignore-file[KL101]\nx = 1\n", "x = 1\n"),
        ("x = 1  # note # kintone-lint: ignore[KL101]\n", "x = 1  # note\n"),
        ("x = 1  # kintone-lint: ignore[KL101] why # note\n", "x = 1\n"),
        ("x = 1  # noqa: KL101 # note\n", "x = 1 # note\n"),
    ],
)
def test_an_unused_one_is_reported_and_removed(shell: Shell, before: str, after: str) -> None:
    file = shell.write("app.py", before)
    assert [rule for rule, _, _ in shell.rules()] == ["KL001"]
    code, _, _ = shell.run("check", "--fix")
    assert (code, file.read_text()) == (0, after)


def test_a_rule_that_did_not_run_leaves_its_suppressions_alone() -> None:
    from dataclasses import replace

    from kintone_lint.config import Config
    from linter.linting import NOWHERE

    config = replace(Config(NOWHERE), select=frozenset({"KL001", "KL201"}))
    assert linted("x = 1  # noqa: KL101\n", config=config).findings == []
