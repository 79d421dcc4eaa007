"""The catalogue holds what is documented, and a lookup finds it in every documented form."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kintone_conformance.spec import endpoints
from kintone_conformance.spec.endpoints import Endpoint, Guest, Product

names = st.text("abcde/", max_size=8)


def only(method: str, path: str) -> Endpoint:
    found = endpoints.find(method, path)
    assert found is not None
    return found


def test_the_catalogue_has_every_documented_operation_once() -> None:
    operations = Counter((e.method, e.path) for e in endpoints.catalogue())

    assert Counter(e.product for e in endpoints.catalogue()) == {
        Product.KINTONE: 106,
        Product.USER_API: 40,
        Product.OAUTH: 2,
    }
    assert set(operations.values()) == {1}


def test_every_source_has_a_citation_and_every_citation_is_used() -> None:
    used = {source.split(":")[0] for e in endpoints.catalogue() for source in e.sources}

    assert used == set(endpoints.citations())


def test_every_entry_says_where_it_comes_from_and_how_it_is_called() -> None:
    for endpoint in endpoints.catalogue():
        assert endpoint.sources
        assert endpoint.method in {"GET", "POST", "PUT", "DELETE"}
        assert endpoint.auth <= {
            *("password", "token", "oauth", "session"),
            *("user-api-token", "oauth-client"),
        }
        if endpoint.product == Product.KINTONE:
            assert endpoint.path.startswith("/k/v1/")
            assert ("oauth" in endpoint.auth) == (endpoint.scope is not None)
        else:
            assert not endpoint.path.startswith("/k")
            assert endpoint.guest == Guest.NO


def test_one_path_has_one_answer_to_the_question_of_guest_spaces() -> None:
    for endpoint in endpoints.catalogue():
        answers = {(e.guest, e.either) for e in endpoints.by_path(endpoint.path)}
        assert answers == {(endpoint.guest, endpoint.either)}


def test_the_paths_without_an_undisputed_guest_form_are_the_ones_of_the_facts() -> None:
    kintone = [e for e in endpoints.catalogue() if e.product == Product.KINTONE]
    by_guest = {guest: {e.name for e in kintone if e.guest == guest} for guest in Guest}

    assert by_guest[Guest.ONLY] == {"space/guests"}  # F20
    assert by_guest[Guest.DISPUTED] == {  # F21, F22
        "app/move",
        "apps/statistics",
        "guests",
        "plugin",
        "plugin/apps",
        "plugins",
        "plugins/required",
        "spaces/statistics",
        "template/space",
    }
    assert by_guest[Guest.NO] == {"apis", "apis/{apiId}", "record/async/token"}


def test_files_may_be_reached_on_both_forms_and_that_is_no_dispute() -> None:
    either = {(e.method, e.name) for e in endpoints.catalogue() if e.either}

    assert either == {("GET", "file"), ("POST", "file")}  # F24
    assert all(only(method, "/k/v1/file.json").in_guest_space for method in ("GET", "POST"))


def test_an_endpoint_says_what_it_takes() -> None:
    endpoint = only("PUT", "/k/v1/preview/app/form/fields.json")

    assert endpoint.name == "preview/app/form/fields"
    assert endpoint.preview
    assert endpoint.scope == "k:app_settings:write"
    assert endpoint.auth == {"password", "token", "oauth", "session"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/k/v1/record.json", "record"),
        ("/v1/users.json", "users"),
        ("/v1/csv/user.csv", "csv/user.csv"),
        ("/oauth2/token", "oauth2/token"),
    ],
)
def test_a_name_is_what_stands_between_version_and_extension(path: str, name: str) -> None:
    assert {endpoint.name for endpoint in endpoints.by_path(path)} == {name}


def test_a_guest_form_is_found_by_its_plain_form() -> None:
    assert only("PUT", "/k/guest/5/v1/space/guests.json").guest == Guest.ONLY
    assert endpoints.by_path("/k/guest/5/v1/record.json") == endpoints.by_path("/k/v1/record.json")


@pytest.mark.parametrize(
    "path",
    [
        "/k/guest/0/v1/record.json",
        "/k/guest//v1/record.json",
        "/k/guest/5/v1/users.json",
        "/k/v1/record",
        "/k/v1/record.json?app=1",
        "/k/v1/apis/.json",
        "/k/v1/apis//get.json",
        "",
    ],
)
def test_nothing_is_found_on_a_path_that_is_not_documented(path: str) -> None:
    assert endpoints.by_path(path) == ()


def test_any_api_id_finds_the_schema_api() -> None:
    assert only("GET", "/k/v1/apis/records/get.json").name == "apis/{apiId}"
    assert only("GET", "/k/v1/apis/app.json").name == "apis/{apiId}"
    assert only("GET", "/k/v1/apis.json").name == "apis"


def test_a_method_that_is_not_documented_finds_nothing() -> None:
    assert endpoints.find("DELETE", "/k/v1/record.json") is None


def test_a_name_is_found_in_any_case_and_kintone_comes_first() -> None:
    bulk, file = endpoints.named("BULKrequest"), endpoints.named("file")

    assert bulk is not None
    assert bulk.name == "bulkRequest"
    assert file is not None
    assert file.product == Product.KINTONE
    assert endpoints.named("recrod") is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("recrod", "record"),
        ("recordss", "records"),
        ("preview/app/form/field", "preview/app/form/fields"),
        ("bulkrequests", "bulkRequest"),
    ],
)
def test_the_nearest_name_is_the_one_meant(name: str, meant: str) -> None:
    found = endpoints.nearest(name)

    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize("name", ["", "abc", "pluginz", "user", "recordsabc", "appli"])
def test_what_is_far_or_equally_near_to_two_names_is_not_guessed(name: str) -> None:
    assert endpoints.nearest(name) is None


def test_a_limit_of_edits_is_kept() -> None:
    assert endpoints.nearest("reocrds", limit=1) is None
    assert endpoints.nearest("reocrds", limit=2) is not None


@given(left=names, right=names)
def test_distance_is_a_metric_within_the_longer_word(left: str, right: str) -> None:
    steps = endpoints.distance(left, right)

    assert steps == endpoints.distance(right, left)
    assert (steps == 0) == (left == right)
    assert abs(len(left) - len(right)) <= steps <= max(len(left), len(right))


@given(word=names, at=st.integers(0, 8), letter=st.sampled_from("xyz"))
def test_one_inserted_character_is_a_distance_of_one(word: str, at: int, letter: str) -> None:
    assert endpoints.distance(word, word[:at] + letter + word[at:]) == 1


def test_importing_reads_no_data_and_no_heavy_module() -> None:
    code = (
        "import sys; before = set(sys.modules);"
        "from kintone_conformance.spec import auth, calls, endpoints, urls;"
        "assert not endpoints._file.cache_info().misses and not calls.calls.cache_info().misses;"
        "print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    heavy = {"json", "typing_extensions", "importlib.resources", "difflib", "asyncio", "hypothesis"}
    assert heavy.isdisjoint(loaded.stdout.split())
