"""Paths are built, parsed and rewritten as documented, and a wrong one is named for what it is."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from kintone_conformance.spec import diagnosis, endpoints
from kintone_conformance.spec.diagnosis import Kind, Problem, diagnose
from kintone_conformance.spec.endpoints import Endpoint, Guest, Product
from kintone_conformance.spec.urls import ApiPath, build, parse, rewrite

KINTONE = [e for e in endpoints.catalogue() if e.product == Product.KINTONE]
OTHERS = [e for e in endpoints.catalogue() if e.product != Product.KINTONE]
# An API id may be anything, so that a mutation of it is right as well.
FIXED = [e for e in KINTONE if not e.name.startswith("apis")]

guest_ids = st.integers(1, 2**63 - 1)
reserved = {"k", "guest", "v1", "preview"}
segments = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=12).filter(
    lambda segment: segment not in reserved
)
api_names = st.one_of(
    st.sampled_from(sorted({e.name for e in FIXED})),
    st.lists(segments, min_size=1, max_size=4).map("/".join),
)
queries = st.sampled_from(["", "?app=1", "?query=a%20%3D%20%22/k/v1/guest/1/x.json%22&app=1#top"])


def documented_forms(endpoint: Endpoint, guest: int) -> list[str]:
    """The paths on which the documentation shows an API, for one guest space."""
    plain = [endpoint.path] if endpoint.guest != Guest.ONLY else []
    prefixed = endpoint.path.replace("/k/", f"/k/guest/{guest}/")
    return plain + ([prefixed] if endpoint.in_guest_space else [])


PLAIN_PATHS = sorted({e.path for e in FIXED if e.guest != Guest.ONLY})
INSIDE_PATHS = sorted({e.path for e in FIXED if e.in_guest_space})


def inside(paths: list[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda path, guest: path.replace("/k/", f"/k/guest/{guest}/"),
        st.sampled_from(paths),
        guest_ids,
    )


guest_paths = inside(INSIDE_PATHS)
right_paths = st.sampled_from(PLAIN_PATHS) | guest_paths
previews = [path for path in INSIDE_PATHS if "/preview/" in path]
preview_paths = st.sampled_from(previews) | inside(previews)


def kinds(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.kind.value for problem in problems}


def only(path: str, method: str | None = None) -> Problem:
    """The one problem of a path."""
    [problem] = diagnose(path, method)
    return problem


# ---- build and parse


def test_the_documented_guest_path_is_built() -> None:
    assert build("record", guest=5) == "/k/guest/5/v1/record.json"
    assert "https://{subdomain}.kintone.com" + build("record", guest=5) == (
        "https://{subdomain}.kintone.com/k/guest/5/v1/record.json"
    )


def test_guest_stands_before_the_version_and_preview_behind_it() -> None:
    path = "/k/guest/5/v1/preview/app/form/fields.json"

    assert build("app/form/fields", guest=5, preview=True) == path
    assert build("preview/app/form/fields", guest="5") == path
    assert parse(path) == ApiPath(guest=5, preview=True, name="app/form/fields")


@given(name=api_names, guest=st.none() | guest_ids, preview=st.booleans())
def test_what_is_built_parses_into_its_parts(name: str, guest: int | None, preview: bool) -> None:
    path = build(name, guest=guest, preview=preview)
    parsed = parse(path)

    assert parsed == ApiPath(
        guest, preview or name.startswith("preview/"), name.removeprefix("preview/")
    )
    assert str(parsed) == path
    assert parsed.plain == build(parsed.endpoint)


@pytest.mark.parametrize(
    "guest", [0, -1, "", "0", "05", "-1", " 5", "5 ", "5\n", "５", "abc", "1/2", "1" * 20, True]
)
def test_what_is_no_positive_integer_is_no_guest_space(guest: int | str) -> None:
    with pytest.raises(ValueError, match="invalid guest space id"):
        build("record", guest=guest)
    with pytest.raises(ValueError, match="invalid guest space id"):
        rewrite("/k/v1/record.json", guest)


@pytest.mark.parametrize(
    "name",
    ["", "/record", "record/", "a//b", "record?app=1", "../record", "guest/1/record", "v1/record"],
)
def test_what_is_no_name_builds_no_path(name: str) -> None:
    with pytest.raises(ValueError, match="not an API name"):
        build(name)


@pytest.mark.parametrize(
    "path",
    [
        "/k/v1/guest/1/records.json",
        "/k/guest/1/guest/1/v1/records.json",
        "/k/guest/01/v1/records.json",
        "/k/guest/1/v1/v1/records.json",
        "/k/preview/v1/app.json",
        "/k/v1/preview.json",
        "/k/v1/preview/preview/app.json",
        "/k/v1/records",
        "/k/v1/records.JSON",
        "/K/v1/records.json",
        "/k/v1/records.json?app=1",
        "/k/v1/records.json\n",
        "/k/v1//records.json",
        "/v1/users.json",
        "k/v1/records.json",
    ],
)
def test_a_path_that_leaves_the_grammar_does_not_parse(path: str) -> None:
    assert parse(path) is None


# ---- rewrite


@given(path=right_paths, guest=guest_ids, query=queries)
def test_a_rewrite_leads_into_the_guest_space_once_and_keeps_the_query(
    path: str, guest: int, query: str
) -> None:
    once = rewrite(path + query, guest)

    assert once.endswith(query)
    assert rewrite(once, guest) == once
    bare = once.removesuffix(query) if query else once
    parsed, before = parse(bare), parse(path)
    assert parsed is not None
    assert before is not None
    assert parsed.endpoint == before.endpoint
    assert parsed.guest == (guest if endpoints.by_path(path)[0].in_guest_space else None)


def test_another_guest_space_is_replaced() -> None:
    assert rewrite("/k/guest/3/v1/record.json?id=1", 5) == "/k/guest/5/v1/record.json?id=1"


@pytest.mark.parametrize("endpoint", OTHERS, ids=lambda e: f"{e.method} {e.path}")
def test_the_user_api_and_oauth_are_left_alone(endpoint: Endpoint) -> None:
    assert rewrite(f"{endpoint.path}?a=/k/v1/record.json", 5) == (
        f"{endpoint.path}?a=/k/v1/record.json"
    )


def test_an_api_documented_on_the_plain_path_only_gets_its_plain_path() -> None:
    assert rewrite("/k/v1/template/space.json", 5) == "/k/v1/template/space.json"
    assert rewrite("/k/guest/3/v1/plugins.json", 5) == "/k/v1/plugins.json"
    assert rewrite("/k/v1/apis/records/get.json", 5) == "/k/v1/apis/records/get.json"


def test_an_api_of_guest_spaces_only_gets_its_guest_path() -> None:
    assert rewrite("/k/v1/space/guests.json", 5) == "/k/guest/5/v1/space/guests.json"


@pytest.mark.parametrize(
    "path",
    [
        "/k/guest/5/show",
        "/k/#/space/12",
        "/k/v1/guest/1/records.json",
        "/k/v1/recrods.json",
        "/g/api/v1/schedule/events",
        "https://demo.cybozu.com/k/v1/record.json",
        "",
    ],
)
def test_what_is_no_documented_path_is_not_rewritten(path: str) -> None:
    with pytest.raises(ValueError, match="not a documented REST path"):
        rewrite(path, 5)


# ---- diagnose: what is right


@pytest.mark.parametrize("endpoint", endpoints.catalogue(), ids=lambda e: f"{e.method} {e.path}")
def test_a_documented_path_is_right_in_each_of_its_forms(endpoint: Endpoint) -> None:
    for path in documented_forms(endpoint, 5):
        assert diagnose(path) == ()
        assert diagnose(path, endpoint.method) == ()
        assert diagnose(path, endpoint.method.lower()) == ()
        assert diagnose(f"{path}?query=/k/v1/guest/1//x") == ()


@pytest.mark.parametrize(
    "path",
    [
        "/k/211/",
        "/k/",
        "/k",
        "/k/guest/5/123/show#record=1",
        "/k/guest/5/123/",
        "/k/guest/#/people/user/admin",
        "/k/#/space/12/thread/7",
        "/k/admin/app/flow?app=5",
        "/k/api/dev/app/list.json",
        "/k/guest/5/api/record/list.json",
        "/k/v1",
        "/k/v1/",
        "/k/guest/5/v1/",
        "/k/guest/",
        "/g/api/v1/schedule/events",
        "/v1/guest/5/profile.json",
        "/v1/guest/5",
        "/api/v1/records.json",
        "/kintone/v1/guest/5/records.json",
        "https://demo.cybozu.com/k/v1/guest/5/records.json",
        "k/v1/guest/5/records.json",
        "",
    ],
)
def test_a_screen_a_prefix_or_another_service_is_not_accused(path: str) -> None:
    problem = only(path)

    assert problem.kind == Kind.NOT_REST
    assert problem.neutral
    assert problem.meant is None


@pytest.mark.parametrize(
    "path",
    [
        "/k/guest/{GUEST_SPACE_ID}/v1/{API_NAME}.json",
        "/k/guest/%d/v1/records.json",
        "/k/guest/${id}/v1/records.json",
        "/k/guest/:space/v1/records.json",
        "/k/guest/@1/v1/records.json",
        "/k/guest/<id>/v1/<path:endpoint>",
        "/k/v1/{}",
        "/k/v1/preview/%s.json",
        "/k/v1/preview/app/deploy{}.json",
    ],
)
def test_a_template_is_called_a_placeholder_and_nothing_worse(path: str) -> None:
    assert kinds(diagnose(path)) == {Kind.PLACEHOLDER}
    assert all(problem.neutral and problem.meant is None for problem in diagnose(path))


def test_a_template_in_the_wrong_order_is_put_in_order_with_its_placeholder() -> None:
    problems = diagnose("/k/v1/guest/{id}/records.json")

    assert kinds(problems) == {Kind.WRONG_ORDER, Kind.PLACEHOLDER}
    assert {problem.meant for problem in problems} == {"/k/guest/{id}/v1/records.json"}


# ---- diagnose: one mistake in a right path


def behind_version(path: str) -> str:
    _, _, _, guest, version, *rest = path.split("/")
    return "/".join(["", "k", version, "guest", guest, *rest])


def without_version(path: str) -> str:
    return path.replace("/v1/", "/", 1)


def preview_first(path: str) -> str:
    return path.replace("/v1/preview/", "/preview/v1/", 1)


def guest_twice(path: str) -> str:
    prefix = "/".join(path.split("/")[2:4])
    return path.replace("/k/", f"/k/{prefix}/", 1)


SLIPS: dict[Kind, list[Callable[[str], str]]] = {
    Kind.DUPLICATED_PREFIX: [
        lambda path: path.replace("/v1/", "/v1/v1/", 1),
        lambda path: path.replace("/k/", "/k/k/", 1),
        lambda path: path.replace("/v1/", "/k/v1/", 1),
    ],
    Kind.MISSING_VERSION: [without_version],
    Kind.WRONG_VERSION: [
        lambda path: path.replace("/v1/", "/v2/", 1),
        lambda path: path.replace("/v1/", "/1/", 1),
        lambda path: path.replace("/v1/", "/v1.0/", 1),
        lambda path: path.replace("/v1/", "/api/v1/", 1),
    ],
    Kind.MISPLACED_ROOT: [
        lambda path: path.replace("/k/", "/", 1).replace("/v1/", "/v1/k/", 1),
    ],
    Kind.MISSING_JSON: [lambda path: path.removesuffix(".json")],
    Kind.UPPER_CASE_JSON: [
        lambda path: path.removesuffix(".json") + ".JSON",
        lambda path: path.removesuffix(".json") + ".Json",
    ],
    Kind.TRAILING_SLASH: [lambda path: path + "/"],
    Kind.STRAY_BLANK: [lambda path: path + " ", lambda path: " " + path],
    Kind.WRONG_CASE: [
        lambda path: path.replace("/k/", "/K/", 1),
        lambda path: path.replace("/v1/", "/V1/", 1),
    ],
}


@pytest.mark.parametrize(
    ("kind", "slip"),
    [(kind, slip) for kind, slips in SLIPS.items() for slip in slips],
    ids=lambda value: str(value) if isinstance(value, Kind) else "",
)
@given(path=right_paths, query=queries)
@settings(max_examples=40)
def test_one_slip_in_a_right_path_is_named_and_undone(
    kind: Kind, slip: Callable[[str], str], path: str, query: str
) -> None:
    problem = only(slip(path) + query)

    assert problem.kind == kind
    assert problem.meant == path + query
    assert not problem.neutral


@pytest.mark.parametrize(
    ("kind", "slip"),
    [(Kind.WRONG_ORDER, behind_version), (Kind.DUPLICATED_PREFIX, guest_twice)],
)
@given(path=guest_paths)
@settings(max_examples=40)
def test_one_slip_in_a_guest_path_is_named_and_undone(
    kind: Kind, slip: Callable[[str], str], path: str
) -> None:
    assert only(slip(path)).kind == kind
    assert only(slip(path)).meant == path


@given(path=right_paths)
@settings(max_examples=40)
def test_a_path_without_its_root_is_named_and_undone(path: str) -> None:
    bare = path.removeprefix("/k")
    if bare == "/v1/file.json":  # the User API has it
        assert diagnose(bare) == ()
    else:
        assert only(bare).kind == Kind.MISSING_ROOT
        assert only(bare).meant == path


@pytest.mark.parametrize(
    "path",
    ["/v1/users.json", "/v1/csv/user.csv", "/v2/records.json", "/k/12/state.json", "/k/1/2.json",
     "/guest/5/records.json", "/v1/profile.json", "/k/2024/records.json"],
)  # fmt: skip
def test_another_version_or_root_of_something_else_is_not_accused(path: str) -> None:
    assert all(problem.neutral for problem in diagnose(path))


@pytest.mark.parametrize(
    ("path", "method", "meant"),
    [
        ("/k/v1/record.json", "DELETE", "/k/v1/records.json"),
        ("/k/guest/5/v1/record.json", "DELETE", "/k/guest/5/v1/records.json"),
        ("/k/v1/record/comments.json", "POST", "/k/v1/record/comment.json"),
        ("/k/v1/record/comment.json", "GET", "/k/v1/record/comments.json"),
        ("/k/v1/plugin.json", "GET", "/k/v1/plugins.json"),
        ("/k/v1/app.json", "DELETE", None),
    ],
)
def test_a_method_that_another_number_has_leads_there(
    path: str, method: str, meant: str | None
) -> None:
    problem = only(path, method)
    assert problem.kind == Kind.WRONG_METHOD
    assert problem.meant == meant


@given(path=preview_paths)
@settings(max_examples=40)
def test_preview_before_the_version_is_named_and_undone(path: str) -> None:
    assert only(preview_first(path)).kind == Kind.PREVIEW_BEFORE_VERSION
    assert only(preview_first(path)).meant == path


@given(path=right_paths, data=st.data())
def test_a_doubled_slash_is_named_and_undone_wherever_it_stands(
    path: str, data: st.DataObject
) -> None:
    at = data.draw(st.sampled_from([i for i, letter in enumerate(path) if letter == "/"]))
    doubled = f"{path[:at]}/{path[at:]}"

    assert only(doubled).kind == Kind.DOUBLE_SLASH
    assert only(doubled).meant == path


@given(path=right_paths, data=st.data())
def test_a_letter_in_another_case_is_named_and_undone(path: str, data: st.DataObject) -> None:
    letters = [i for i, letter in enumerate(path.removesuffix(".json")) if letter.isalpha()]
    at = data.draw(st.sampled_from(letters))
    problem = only(path[:at] + path[at].swapcase() + path[at + 1 :])

    assert problem.kind == Kind.WRONG_CASE
    assert problem.meant == path


@given(path=right_paths, letter=st.sampled_from("xyzq"), data=st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_typing_error_in_a_name_leads_back_to_it(
    path: str, letter: str, data: st.DataObject
) -> None:
    start = path.index("/v1/") + 4
    at = data.draw(st.integers(start, len(path) - len(".json") - 1))
    edit = data.draw(st.sampled_from(["insert", "replace", "delete"]))
    wrong = path[:at] + ("" if edit == "delete" else letter) + path[at + (edit != "insert") :]
    name = wrong[start:].removesuffix(".json")
    others = {e.name for e in KINTONE} - {path[start:].removesuffix(".json")}
    assume("//" not in wrong and not wrong.endswith("/.json") and wrong[start] != "/")
    assume(endpoints.named(name) is None)
    # A second name as near as the first, or one that a preview twin leads to, leaves a doubt.
    assume(min(endpoints.distance(name, other) for other in others) > 1)
    assume(endpoints.named(f"preview/{name}") is None)
    assume("/preview/" not in path or "/preview/" in wrong)
    problem = only(wrong)

    assert problem.kind == Kind.UNKNOWN_ENDPOINT
    assert problem.meant == path


# ---- diagnose: what needs a judgement


@pytest.mark.parametrize(
    "path",
    ["/k/guest/v1/records.json", "/k/guest//v1/records.json", "/k/guest/v1/preview/app.json"],
)
def test_a_missing_guest_space_id_is_named_and_not_guessed(path: str) -> None:
    assert only(path).kind == Kind.MISSING_ID
    assert only(path).meant is None


def test_the_name_of_an_api_is_no_guest_space_id() -> None:
    problems = diagnose("/k/v1/guest/records/cursor.json")

    assert kinds(problems) == {Kind.WRONG_ORDER, Kind.MISSING_ID}
    assert {problem.meant for problem in problems} == {None}


def test_every_mistake_of_a_path_is_named_and_all_are_undone_together() -> None:
    problems = diagnose("//K/v1/guest/5/BULKREQUEST?a=1")

    assert [problem.kind for problem in problems] == [
        Kind.DOUBLE_SLASH,
        Kind.WRONG_CASE,
        Kind.WRONG_ORDER,
        Kind.MISSING_JSON,
        Kind.WRONG_CASE,
    ]
    assert {problem.meant for problem in problems} == {"/k/guest/5/v1/bulkRequest.json?a=1"}


@pytest.mark.parametrize(
    "text", ["0", "-1", "NaN", "None", "undefined", "abc", "1.0", "５", "%205", "%d1%81"]
)
def test_an_id_that_is_no_positive_integer_is_named(text: str) -> None:
    problem = only(f"/k/guest/{text}/v1/records.json")

    assert problem.kind == Kind.BAD_ID
    assert text in problem.message
    assert problem.meant is None


@pytest.mark.parametrize("text", ["05", " 5", "5 "])
def test_an_id_with_a_number_in_it_leads_to_the_number(text: str) -> None:
    assert only(f"/k/guest/{text}/v1/records.json") == Problem(
        Kind.BAD_ID,
        f"invalid guest space id {text!r}: must be a positive integer",
        "/k/guest/5/v1/records.json",
    )


def test_two_guest_spaces_in_one_path_leave_a_doubt() -> None:
    problem = only("/k/guest/1/guest/2/v1/records.json")

    assert problem.kind == Kind.DUPLICATED_PREFIX
    assert problem.meant is None


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/k/v1/users.json", "/v1/users.json"),
        ("/k/guest/5/v1/users.json", "/v1/users.json"),
        ("/k/v1/group/users.json?code=a", "/v1/group/users.json?code=a"),
        ("/k/users.json", "/v1/users.json"),
        ("/k/v1/csv/user.csv", "/v1/csv/user.csv"),
        ("/k/v1/oauth2/token", "/oauth2/token"),
    ],
)
def test_an_api_that_lives_outside_k_is_sent_there(path: str, meant: str) -> None:
    assert only(path).kind == Kind.WRONG_API_ROOT
    assert only(path).meant == meant


@pytest.mark.parametrize("endpoint", [e for e in KINTONE if e.guest == Guest.DISPUTED])
def test_the_guest_form_that_sources_disagree_on_says_so_and_prefers_the_plain_path(
    endpoint: Endpoint,
) -> None:
    problem = only(endpoint.path.replace("/k/", "/k/guest/5/"))

    assert problem.kind == Kind.NO_GUEST_FORM
    assert "sources disagree" in problem.message
    assert problem.meant == endpoint.path


def test_a_guest_form_that_no_source_has_claims_no_disagreement() -> None:
    problem = only("/k/guest/5/v1/record/async/token.json")

    assert problem.kind == Kind.NO_GUEST_FORM
    assert "disagree" not in problem.message


def test_the_plain_form_of_an_api_of_guest_spaces_asks_for_the_guest_space() -> None:
    problem = only("/k/v1/space/guests.json", "PUT")

    assert problem.kind == Kind.GUEST_REQUIRED
    assert problem.meant is None
    assert {also.meant for also in diagnose("/k/v1/space/guests")} == {None}


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/k/v1/app/deploy.json", "/k/v1/preview/app/deploy.json"),
        ("/k/v1/preview/records.json", "/k/v1/records.json"),
        ("/k/v1/pluginz.json", None),
        ("/k/v1/no/such/thing.json", None),
    ],
)
def test_an_unknown_api_leads_to_its_preview_twin_or_to_nothing(
    path: str, meant: str | None
) -> None:
    assert only(path).kind == Kind.UNKNOWN_ENDPOINT
    assert only(path).meant == meant


def test_a_method_that_only_the_preview_has_leads_there() -> None:
    problem = only("/k/guest/5/v1/app/form/fields.json", "POST")

    assert problem.kind == Kind.WRONG_METHOD
    assert problem.meant == "/k/guest/5/v1/preview/app/form/fields.json"


def test_a_method_that_nothing_has_is_named_with_the_documented_ones() -> None:
    problem = only("/k/v1/bulkRequest.json", "GET")

    assert problem.kind == Kind.WRONG_METHOD
    assert problem.message == "GET is not documented here, only POST"
    assert problem.meant is None


# ---- any text


path_pieces = st.sampled_from(
    ["k", "K", "guest", "v1", "preview", "5", "0", "", " ", "records.json", "records", "{id}", "%s"]
)
jumbles = st.lists(path_pieces, max_size=9).map(lambda pieces: "/" + "/".join(pieces))
any_text = st.one_of(st.text(), jumbles, st.text("/k?#v1.json{}\n", max_size=30))


@given(path=any_text, method=st.none() | st.text(max_size=5))
@example("/k/guest/" + "9" * 5000 + "/v1/records.json", None)
@example("/" * 5000, None)
@example("/k/guest" + "/" * 5000, None)
@example("/k/v1/" + "a" * 5000 + ".json", None)
@example("/k/v1/\ud800.json", "\ud800")
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_what_was_meant_is_right(path: str, method: str | None) -> None:
    parse(path)
    for problem in diagnose(path):
        assert problem.message
        if problem.meant is not None:
            assert problem.meant != path
            assert all(left.neutral for left in diagnose(problem.meant))
    diagnose(path, method)


@given(path=any_text)
@settings(max_examples=200)
def test_a_path_that_parses_has_nothing_wrong_with_its_form(path: str) -> None:
    if parse(path) is not None:
        about_the_api = {
            *(Kind.UNKNOWN_ENDPOINT, Kind.WRONG_API_ROOT, Kind.WRONG_CASE),
            *(Kind.NO_GUEST_FORM, Kind.GUEST_REQUIRED),
        }
        assert kinds(diagnose(path)) <= about_the_api


def test_the_module_says_of_every_kind_when_it_arises() -> None:
    arises = {
        "/k/211/": Kind.NOT_REST,
        "/k/guest/{id}/v1/records.json": Kind.PLACEHOLDER,
        "/k/v1/users.json": Kind.WRONG_API_ROOT,
        "/k/v1/guest/1/records.json": Kind.WRONG_ORDER,
        "/k/preview/v1/app.json": Kind.PREVIEW_BEFORE_VERSION,
        "/k/guest/1/k/v1/records.json": Kind.DUPLICATED_PREFIX,
        "/k/records.json": Kind.MISSING_VERSION,
        "/k/v2/records.json": Kind.WRONG_VERSION,
        "/v1/records.json": Kind.MISSING_ROOT,
        "/v1/k/records.json": Kind.MISPLACED_ROOT,
        "/k/guest/v1/records.json": Kind.MISSING_ID,
        "/k/guest/0/v1/records.json": Kind.BAD_ID,
        "/k/v1/bulkrequest.json": Kind.WRONG_CASE,
        "//k/v1/records.json": Kind.DOUBLE_SLASH,
        "/k/v1/records.json/": Kind.TRAILING_SLASH,
        "/k/v1/records.json ": Kind.STRAY_BLANK,
        "/k/v1/records": Kind.MISSING_JSON,
        "/k/v1/records.JSON": Kind.UPPER_CASE_JSON,
        "/k/v1/recrod.json": Kind.UNKNOWN_ENDPOINT,
        "/k/guest/5/v1/plugins.json": Kind.NO_GUEST_FORM,
        "/k/v1/space/guests.json": Kind.GUEST_REQUIRED,
    }

    assert {path: only(path).kind for path in arises} == arises
    assert {*arises.values(), Kind.WRONG_METHOD} == set(diagnosis.Kind)
