"""What has the shape of a token, and what only looks like it."""

from __future__ import annotations

import pytest

from fakes import fakes, token
from kintone_lint.kintone.secrets import (
    login_in,
    no_password,
    other_service,
    placeholder,
    tokens_in,
    weak,
)


@pytest.mark.parametrize("seed", range(30))
def test_forty_random_letters_and_digits_are_a_token(seed: int) -> None:
    assert [match[0] for match in tokens_in(f"x = '{token(seed)}'")] == [token(seed)]


@pytest.mark.parametrize(
    "text",
    [
        "aB1" * 13 + "a",
        "X" * 40,
        token(1)[:39],
        token(1) + "a",
        token(1).lower(),
        "-" + token(1),
        "0123456789abcdef0123456789abcdef01234567",
        "importWithMoreThan100RecordsAndSkipped42",
        "BuBNIwbRRaUvr33nWXcfUZ5VhaFsJxN0xH4NPN92",
    ],
)
def test_what_is_longer_shorter_poorer_or_made_of_words_is_none(text: str) -> None:
    assert not tuple(tokens_in(text))


@pytest.mark.parametrize(
    "before", ["${X:-", "${X-", "a ${KINTONE_API_TOKEN-", "${A:-${B-", " ${X:="]
)
def test_what_a_shell_takes_for_an_unset_variable_is_a_token(before: str) -> None:
    assert [match.start() for match in tokens_in(f"{before}{token(1)}}}")] == [len(before)]


@pytest.mark.parametrize("before", [":-", "x:-", "x-", "${-", "$X:-", "${X}-", "${X:--", "${a b-"])
def test_what_a_hyphen_ties_to_something_else_is_none(before: str) -> None:
    assert not tuple(tokens_in(f"{before}{token(1)}}}"))


@pytest.mark.parametrize(
    "name", ["LINE_TOKEN", "slackToken", "commit_sha", "fileKey", "GITHUB_PAT", "SECRET_KEY"]
)
def test_names_of_others(name: str) -> None:
    assert other_service(name)


@pytest.mark.parametrize(
    "name", ["KINTONE_TOKEN", "online_token", "apiToken", "kintoneLineApp", ""]
)
def test_names_of_kintone_or_nobody(name: str) -> None:
    assert not other_service(name)


@pytest.mark.parametrize(
    "text", ["your-token", "${X}", "op://a/b", "<x-y-z>", "****", "トークンを", "a b c d"]
)
def test_placeholders(text: str) -> None:
    assert placeholder(text)
    assert weak(text)
    assert no_password(text)


def test_real_ones_are_neither_weak_nor_placeholders() -> None:
    assert not placeholder(fakes()["@PASSWORD@"])
    assert not no_password(fakes()["@PASSWORD@"])
    assert not weak(fakes()["@SECRET@"])


@pytest.mark.parametrize("text", ["", "abc", "%%%%", "AAAA", "YWJjZA=", fakes()["@TOKEN@"]])
def test_what_decodes_to_no_login(text: str) -> None:
    assert login_in(text) is None


def test_a_pasted_header_decodes_to_its_login() -> None:
    assert login_in(fakes()["@BASE64@"]) == ("sato", fakes()["@PASSWORD@"])
