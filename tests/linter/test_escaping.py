"""What is from outside reads as text wherever it is written, and stays readable."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from markdown_it import MarkdownIt

from hostile import ALL, MARK, TRICKS, wrong_in_lines
from kintone_lint import escaping

CASES = [*TRICKS, ALL]


@pytest.mark.parametrize("text", CASES)
def test_visible_text_is_one_line_of_plain_text(text: str) -> None:
    for put in ("{}", "   {}", "    {}:3:1: x", "{}:"):
        shown = put.format(escaping.visible(text))
        assert "\n" not in shown
        assert wrong_in_lines(shown) == []


@pytest.mark.parametrize("text", CASES)
def test_visible_lines_are_plain_text_each(text: str) -> None:
    shown = escaping.visible(text, "\n")
    assert shown.count("\n") == text.count("\n")
    assert wrong_in_lines("\n".join(f"    {line}" for line in shown.split("\n"))) == []


@pytest.mark.parametrize("text", CASES)
def test_what_is_made_harmless_once_stays_as_it_is(text: str) -> None:
    for keep in ("", "\n"):
        once = escaping.visible(text, keep)
        assert escaping.visible(once, keep) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b-c/日本語é.py", "a b-c/日本語é.py"),
        ("x: y::z #1 ## heading", "x: y::z #1 ## heading"),
        ("C:\\temp\\n", "C:\\temp\\n"),
        ("a\n\x1b\u202e\u3000\ud800\U000e0041", r"a\n\x1b\u202e\u3000\ud800\U000e0041"),
        ("::error::", r"\x3a:error::"),
        ("  ::error::", r"  \x3a:error::"),
        (":", r"\x3a"),
        ("##[group] and ##vso[x]", r"\x23#[group] and \x23#vso[x]"),
        ("a\ufe0fb\u3164c", r"a\ufe0fb\u3164c"),
    ],
)
def test_what_is_seen_stays_and_what_is_not_is_named(text: str, shown: str) -> None:
    assert escaping.visible(text) == shown


def test_a_colon_of_ours_after_one_from_outside_makes_no_command() -> None:
    assert not f"{escaping.visible(':')}: not linted: ::".startswith("::")


# ---- Markdown


def tokens(text: str) -> list[Any]:
    """What GitHub's Markdown makes of a text, as a flat list."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [token for each in parsed for token in (each, *(each.children or ()))]


@pytest.mark.parametrize("text", CASES)
@pytest.mark.parametrize("put", ["{}", "## {}", "* {}", "a {} b", "<b>x</b> {}"])
def test_a_text_in_markdown_is_the_text_that_is_seen(text: str, put: str) -> None:
    plain = [token.type for token in tokens(put.format("x"))]
    found = tokens(put.format(escaping.markdown(text)))
    said = "".join(token.content for token in found if token.type in ("text", "text_special"))
    assert {token.type for token in found} - {"text_special"} == set(plain)
    assert escaping.visible(text).strip() in said


@pytest.mark.parametrize("text", ["1.", "1)", "1. x", "1)\tx"])
def test_a_number_begins_no_list(text: str) -> None:
    assert "ordered_list_open" in {token.type for token in tokens(text)}
    assert "ordered_list_open" not in {token.type for token in tokens(escaping.markdown(text))}


def test_a_version_is_written_as_it_is() -> None:
    assert escaping.markdown("6.2.1") == "6.2.1"


@pytest.mark.parametrize("text", CASES)
def test_a_cell_stays_a_cell(text: str) -> None:
    found = tokens(f"| a | b |\n|---|---|\n| {escaping.markdown(text)} | y |\n| z | z |\n")
    assert sum(token.type == "td_open" for token in found) == 4


@pytest.mark.parametrize("text", CASES)
def test_nothing_ends_a_fence(text: str) -> None:
    found = tokens(f"a\n\n{escaping.fenced(text, 'text')}\n\nb\n")
    assert [token.type for token in found if token.type != "text"] == [
        "paragraph_open", "inline", "paragraph_close", "fence",
        "paragraph_open", "inline", "paragraph_close",
    ]  # fmt: skip
    (fence,) = (token for token in found if token.type == "fence")
    assert fence.content == escaping.visible(text, "\n") + "\n"


@pytest.mark.parametrize("text", CASES)
def test_nothing_ends_the_target_of_a_link(text: str) -> None:
    target = escaping.address("https://example.com/" + text)
    (link,) = (token for token in tokens(f"[x]({target})\n") if token.type == "link_open")
    assert link.attrs["href"].startswith("https://example.com/")
    seen: list[list[tuple[str, str | None]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(attrs)

    Tags().feed(f"<a href=\"{target}\"><a href='{target}'>")
    assert [[name for name, _ in attributes] for attributes in seen] == [["href"], ["href"]]


def test_an_address_keeps_what_it_is_made_of() -> None:
    url = "https://example.com/a-b/%E6%97%A5?q=1&r=a+b#c"
    assert escaping.address(url) == url


# ---- commands of GitHub


@pytest.mark.parametrize("text", CASES)
def test_a_command_stays_one_line_and_keeps_its_text(text: str) -> None:
    for write in (escaping.command_data, escaping.command_property):
        written = write(text)
        assert "\n" not in written
        assert written.isprintable()
        assert MARK in written or MARK not in text
    assert escaping.command_property("a,b:c%\n") == "a%2Cb%3Ac%25%0A"
    assert escaping.command_data("a,b:c%\n") == "a,b:c%25%0A"
