"""The catalogue of requirements is whole, and `rules.md` says what it says."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules_page
from kintone_conformance.spec import diagnosis
from kintone_conformance.spec.calls import CAPABILITIES, calls
from kintone_conformance.spec.doors import ALL_DOORS
from kintone_conformance.spec.facts import facts
from kintone_conformance.spec.header_names import AUTHORIZATION, PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.spec.requirements import FAMILIES, Requirement, requirements

ENTRIES = list(requirements().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_is_whole(entry: Requirement) -> None:
    assert re.fullmatch(r"KC[1-9]\d\d", entry.id)
    assert entry.level in ("MUST", "SHOULD", "NOTE")
    assert entry.sentence.endswith((".", "…"))
    assert entry.why.endswith(".")
    assert entry.source.startswith("https://")
    assert entry.facts
    assert set(entry.facts) <= set(facts())
    assert set(entry.calls) <= set(calls())
    assert entry.calls
    assert {name for need in entry.needs for name in need.split("|")} <= set(CAPABILITIES)
    assert entry.doors
    assert set(entry.doors) <= set(ALL_DOORS)
    assert entry.family in FAMILIES.values()


def test_names_are_given_once() -> None:
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)
    assert len({entry.sentence for entry in ENTRIES}) == len(ENTRIES)


# ---- examples

ANY = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
QUOTED = r'("(?:[^"\\]|\\.)*")'


def headers(example: str, name: str) -> list[str]:
    """The values of a header in an example, in order."""
    return re.findall(rf"^{name}: ?(.*)$", example, re.MULTILINE)


def decoded(value: str) -> str | None:
    """The text in a value that is strictly the Base64 of UTF-8, else None."""
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def pair(given: str, first: str) -> str | None:
    """`login:password` as an entry gives them, None where it gives none."""
    found = re.search(rf"{first} {QUOTED}, password {QUOTED}", given)
    return found and ":".join(map(json.loads, found.groups()))


@ANY
def test_an_entry_has_an_example_and_a_fix(entry: Requirement) -> None:
    assert entry.given
    assert entry.bad != entry.good
    for example in (entry.bad, entry.good):
        assert 1 <= len(example.splitlines()) <= 5
        assert example == example.strip()
    assert entry.fix.endswith(".")
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry.since)


@ANY
def test_a_good_password_header_is_the_login_and_password_given(entry: Requirement) -> None:
    meant = pair(entry.given, "login")
    if entry.family == "Password":
        assert meant is not None or entry.id == "KC117"  # no password is given there
        assert [decoded(value) for value in headers(entry.bad, PASSWORD_HEADER)] != [meant]
    for value in headers(entry.good, PASSWORD_HEADER):
        assert decoded(value) == meant


@ANY
def test_a_good_authorization_header_is_what_was_given(entry: Requirement) -> None:
    for value in headers(entry.good, AUTHORIZATION):
        scheme, _, rest = value.partition(" ")
        if scheme == "Basic":
            assert decoded(rest) == pair(entry.given, "Basic user")
        else:
            assert scheme == "Bearer"
            assert f'OAuth token "{rest}"' in entry.given


@pytest.mark.parametrize(
    "entry", [each for each in ENTRIES if each.family == "API token"], ids=lambda entry: entry.id
)
def test_a_good_token_header_is_the_tokens_given(entry: Requirement) -> None:
    given = [json.loads(token) for token in re.findall(QUOTED, entry.given)]
    good, bad = headers(entry.good, TOKEN_HEADER), headers(entry.bad, TOKEN_HEADER)
    assert good in ([",".join(given)], [])
    assert bad != [",".join(given)] or entry.id == "KC206"  # whole, but nothing a header can hold


@ANY
def test_what_a_remark_says_of_a_header_is_so(entry: Requirement) -> None:
    for line, remark in with_remark(entry):
        data = base64.b64decode(line.rpartition(" ")[2], validate=True)
        if remark.startswith("the bytes "):
            assert bytes.fromhex(remark.removeprefix("the bytes ")) == data
        else:
            assert json.loads(remark) == data.decode("utf-8")


def with_remark(entry: Requirement) -> Iterator[tuple[str, str]]:
    for example in (entry.bad, entry.good):
        yield from re.findall(r"^(.*)\n\(decodes to (.*)\)$", example, re.MULTILINE)


@ANY
def test_a_good_request_goes_to_a_documented_path_with_a_documented_method(
    entry: Requirement,
) -> None:
    for method, target in re.findall(r"^([A-Z]+) (\S+) HTTP/1\.1$", entry.good, re.MULTILINE):
        override = headers(entry.good, "X-HTTP-Method-Override")
        assert diagnosis.diagnose(target, override[0] if override else method) == ()


@ANY
def test_json_in_an_example_is_json(entry: Requirement) -> None:
    for example in (entry.bad, entry.good):
        for line in re.findall(r"^(?:returned: )?(\{.*\})$", example, re.MULTILINE):
            json.loads(line)


@ANY
def test_no_example_holds_what_looks_like_a_real_token(entry: Requirement) -> None:
    assert not re.search(r"\b[A-Za-z0-9]{40}\b", entry.given + entry.bad + entry.good + entry.fix)


# ---- the page


def test_rules_md_is_fresh() -> None:
    page = (Path(__file__).parents[2] / "rules.md").read_text("utf-8")
    assert page == rules_page.page(), "run `make rules`"
