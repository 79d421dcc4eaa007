"""What is published: its metadata, its long description, and an address that is none yet."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata

import pytest

import hatch_build
import release
from repositories import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HOOK = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["custom"]
README = (ROOT / "README.md").read_text("utf-8")


def left_over(repository: str) -> list[str]:
    """The files that still have the placeholder although the address is known."""
    return [] if repository == hatch_build.PLACEHOLDER else release.placeholders()


def test_no_placeholder_is_left_in_a_release() -> None:
    assert left_over(HOOK["repository"]) == []


def test_a_placeholder_that_is_left_is_found() -> None:
    if HOOK["repository"] == hatch_build.PLACEHOLDER:
        assert "README.md" in left_over("acme/tool")


def test_the_address_stands_in_one_place_outside_of_the_documentation() -> None:
    for name in release.placeholders():
        assert name == "pyproject.toml" or name.endswith(".md")


def test_the_installed_package_names_the_addresses() -> None:
    found = dict(
        str(entry).split(", ", 1)
        for entry in metadata("kintone-conformance").get_all("Project-URL") or ()
    )
    assert found == hatch_build.urls(HOOK["repository"], pages=HOOK["pages"])


def test_the_site_is_named_only_if_it_is_published() -> None:
    assert (
        hatch_build.urls("acme/tool", pages=True)["Documentation"] == "https://acme.github.io/tool"
    )
    assert "Documentation" not in hatch_build.urls("acme/tool", pages=False)


def test_the_long_description_has_no_relative_link_and_no_placeholder() -> None:
    text = hatch_build.described(README, "acme/tool", "v9")
    outside = re.sub(r"(?ms)^```.*?^```$", "", text)
    targets = re.findall(r"\]\(([^)]+)\)", outside)
    assert len(targets) >= 10
    assert [each for each in targets if not each.startswith("https://")] == []
    assert "https://github.com/acme/tool/raw/v9/docs/lint.png" in targets
    assert "https://github.com/acme/tool/blob/v9/docs/lint.md" in targets
    assert hatch_build.PLACEHOLDER not in text


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](b.md#c)", "[a](https://github.com/x/y/blob/v1/b.md#c)"),
        ("![a](b.png)", "![a](https://github.com/x/y/raw/v1/b.png)"),
        (
            "[![a](b.png)](c.md)",
            "[![a](https://github.com/x/y/raw/v1/b.png)](https://github.com/x/y/blob/v1/c.md)",
        ),
        ("[a](https://example.com/)", "[a](https://example.com/)"),
        ("[a](#b)", "[a](#b)"),
    ],
)
def test_links_become_absolute(link: str, expected: str) -> None:
    assert hatch_build.described(link, "x/y", "v1") == expected
