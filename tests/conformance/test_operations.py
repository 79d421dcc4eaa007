"""Every documented operation is a call, and is compared with what is published of Kintone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import openapi
import spec_check
from kintone_conformance.adapter import served
from kintone_conformance.judging.exchange import Asking, Exchange, Finding
from kintone_conformance.judging.ledger import Ledger
from kintone_conformance.judging.sweep_findings import as_told
from kintone_conformance.model import NO_GUEST, Client, Result, Sent, Verdict
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_operations import OPERATIONS
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.calls import CallSpec, calls, core_calls
from kintone_conformance.spec.endpoints import Guest, Product, catalogue
from kintone_conformance.spec.request import documented
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.spec.shapes import accepts, parameters, required
from kintone_conformance.strategies import harmless_call

ROOT = Path(__file__).parents[2]
OTHERS = [api for api, spec in calls().items() if not spec.core]


def test_every_operation_of_the_catalogue_is_a_call() -> None:
    documented_ = Counter((each.method, each.path) for each in catalogue())
    assert Counter((spec.method, spec.path) for spec in calls().values()) == documented_
    assert len(calls()) == 148
    assert len(core_calls()) == 28


@pytest.mark.parametrize("api", OTHERS)
def test_an_operation_has_a_harmless_instance(api: str) -> None:
    params = dict(harmless_call(api).params)
    assert accepts(api, params)
    assert required(api) <= set(params)
    for guest in (None, 5):
        assert all("{" not in path for path in documented(api, params, guest).paths)


@pytest.mark.parametrize("api", [api for api in OTHERS if calls()[api].fuller])
def test_a_fuller_instance_has_the_same_parameters_and_optional_ones(api: str) -> None:
    spec = calls()[api]
    assert accepts(api, dict(spec.fuller))
    assert set(spec.fuller) >= set(spec.example)
    assert spec.fuller != spec.example


# `id` is a second name of the app there; a client may look the thread of a space up itself.
NOT_ASKED = {"id": "acl.update", "space": "preview.app.add", "thread": "preview.app.add"}


def test_every_parameter_of_an_operation_is_in_one_of_its_instances() -> None:
    missing = [
        (api, name)
        for api in OTHERS
        for name in parameters(api)
        if name not in {**calls()[api].example, **calls()[api].fuller}
        and not api.endswith(NOT_ASKED.get(name, "-"))
    ]
    assert missing == []


def test_every_list_of_an_operation_is_asked_with_more_than_one_element() -> None:
    lists = [
        (api, name)
        for api in OTHERS
        for name, value in calls()[api].example.items()
        if isinstance(value, list)
    ]
    few = [where for where in lists if len(calls()[where[0]].fuller.get(where[1], ())) < 2]
    assert lists
    assert few == []


def test_the_reference_serves_everything_by_a_table_without_doubles() -> None:
    assert set(served(ReferenceAdapter())) == set(calls())
    assert len(set(OPERATIONS.values())) == len(OPERATIONS)


def test_the_table_of_the_official_javascript_client_has_no_double() -> None:
    text = (ROOT / "sdks/rest-api-client/calls.mjs").read_text("utf-8")
    table = re.findall(r'^  "([\w.]+)": "([\w.]+)",$', text, re.M)
    apis, names = zip(*table, strict=True)
    assert len(table) > 50
    assert len(set(apis)) == len(apis)
    assert len(set(names)) == len(names)
    assert set(apis) <= set(calls())


# ---- what is told of an operation


def exchange(api: str, guest: int | None = None) -> Exchange:
    """A call that was asked for, and of which nothing was seen."""
    space = NO_GUEST if guest is None else guest
    client = Client("http://localhost", ApiTokens(("abc",)), guest_space=space)
    return Exchange(Asking(client, harmless_call(api)), Sent(), ())


@pytest.mark.parametrize(
    ("api", "guest", "finding", "told"),
    [
        ("app.views.get", None, Finding("KC401", "", "", "/k/v1/app/view.json"), "KC901"),
        ("app.views.get", None, Finding("KC516", ""), "KC901"),
        ("app.views.get", 5, Finding("KC402", "", "", "/k/v1/app/views.json"), "KC902"),
        ("app.views.get", 5, Finding("KC402", "", "", "/k/guest/5/v1/app/view.json"), "KC901"),
        ("app.views.get", None, Finding("KC201", ""), "KC903"),
        ("app.views.get", None, Finding("KC601", ""), "KC601"),
        ("record.get", None, Finding("KC401", "", "", "/k/v1/records.json"), "KC401"),
    ],
)
def test_what_is_wrong_with_one_operation_has_requirements_of_its_own(
    api: str, guest: int | None, finding: Finding, told: str
) -> None:
    found = as_told(exchange(api, guest), finding)
    assert found is not None
    assert found.requirement == told
    assert found.origin == (finding.requirement if told.startswith("KC9") else "")


# Broken by any call in the same way: base URLs, hosts, invalid guest spaces, repeats.
AS_OF_ANY_CALL = {
    *("KC408", "KC409", "KC413", "KC414", "KC415", "KC416", "KC417"),
    *("KC501", "KC502", "KC503", "KC507", "KC512", "KC517", "KC519", "KC520", "KC521"),
    *("KC522", "KC523", "KC527", "KC528", "KC529"),
}


def test_every_requirement_on_requests_is_known_to_be_of_one_operation_or_of_any_call() -> None:
    asked = exchange("app.views.get")
    told = {id_: as_told(asked, Finding(id_, "")) for id_ in requirements()}
    same = {id_ for id_, found in told.items() if found is not None and found.requirement == id_}
    assert {id_ for id_ in same if id_.startswith(("KC4", "KC5"))} == AS_OF_ANY_CALL


def test_what_sources_disagree_about_is_not_told_of_an_operation() -> None:
    assert as_told(exchange("app.move", 5), Finding("KC410", "")) is None


@pytest.mark.parametrize(
    ("origin", "core", "cause"),
    [
        ("KC505", "", ""),
        ("KC505", "KC504", ""),
        ("KC505", "KC505", "KC505"),
        ("KC402", "KC403", "KC403"),
        ("KC518", "KC301", "KC301"),
    ],
)
def test_what_core_calls_break_as_well_fails_under_them(origin: str, core: str, cause: str) -> None:
    ledger = Ledger()
    ledger.judged(Result("KC901", Verdict.PASS))
    ledger.counted({"KC901": ["app.views.get"]}, {})
    ledger.found(Result("KC901", Verdict.FAIL, origin=origin))
    if core:
        ledger.found(Result(core, Verdict.FAIL))
    result = ledger.result("KC901")
    assert result is not None
    assert (result.verdict, result.cause) == (Verdict.FAIL, cause)


def test_of_several_findings_the_one_that_is_the_operation_s_own_is_told() -> None:
    ledger = Ledger()
    for origin in ("KC505", "KC515"):
        ledger.found(Result("KC901", Verdict.FAIL, origin, origin=origin))
    ledger.found(Result("KC505", Verdict.FAIL))
    result = ledger.result("KC901")
    assert result is not None
    assert result.message == "KC515"


# ---- make spec-check


def description() -> dict[str, Any]:
    """An OpenAPI description of what the catalogue has under /k."""
    paths: dict[str, Any] = {}
    for spec in calls().values():
        endpoint = spec.endpoint
        if endpoint.product is not Product.KINTONE or spec.api in spec_check.OUTSIDE:
            continue
        entry = operation(spec)
        if endpoint.guest is not Guest.ONLY:
            paths.setdefault(spec.path, {})[spec.method.lower()] = entry
        if endpoint.guest is not Guest.NO:
            guest = spec.path.replace("/k/v1/", "/k/guest/{guestSpaceId}/v1/")
            paths.setdefault(guest, {})[spec.method.lower()] = entry
    return {"openapi": "3.0.3", "paths": paths}


def operation(spec: CallSpec) -> dict[str, Any]:
    needed = required(spec.api)
    named = {name: {"type": "string"} for name in parameters(spec.api)}
    if spec.method in ("GET", "DELETE"):
        asked = [
            {"in": "query", "name": n, "required": n in needed, "schema": s}
            for n, s in named.items()
        ]
        return {"parameters": asked}
    schema = {"type": "object", "properties": named, "required": sorted(needed)}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def checked(tmp_path: Path, content: str | bytes) -> tuple[int, list[str], str]:
    file = tmp_path / "openapi.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = subprocess.run(
        [sys.executable, ROOT / "tools/spec_check.py", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_a_description_of_the_same_is_0(tmp_path: Path) -> None:
    assert checked(tmp_path, json.dumps(description())) == (0, ["the same"], "")


def test_what_was_added_removed_or_changed_is_named_and_1(tmp_path: Path) -> None:
    other = description()
    paths = other["paths"]
    paths["/k/v1/app/colours.json"] = {"get": {}}
    del paths["/k/v1/space/body.json"], paths["/k/guest/{guestSpaceId}/v1/space/body.json"]
    del paths["/k/guest/{guestSpaceId}/v1/form.json"]
    views = paths["/k/v1/app/views.json"]["get"]["parameters"]
    views.append({"in": "query", "name": "page", "required": True})
    views[:] = [each for each in views if each["name"] != "lang"]
    code, lines, _ = checked(tmp_path, json.dumps(other))
    assert code == 1
    assert lines == [
        "added    GET /k/v1/app/colours.json",
        "changed  GET /k/v1/app/views.json (app.views.get): the parameter page is new",
        "changed  GET /k/v1/app/views.json (app.views.get): the parameter lang is gone",
        "changed  GET /k/v1/app/views.json (app.views.get): the parameter page is needed",
        "changed  GET /k/v1/form.json (form.get): has no form in guest spaces",
        "removed  PUT /k/v1/space/body.json (space.body.update)",
        "6 differences between the description and the catalogue",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "it is not UTF-8"),
        ("", "it has no paths"),
        ("[]", "it has no paths"),
        ("paths: {a: [}", "it is neither JSON nor YAML"),
        ("a: &a [1]\npaths: {b: *a}", "it has aliases"),
        ("paths: " + "[" * 5_000, "nest"),
        ('{"paths": ' + "[" * 100_000, "it is nested too deeply"),
        ('{"paths": {"/k/v1/app.json": 1}}', "a path of it is no object"),
        ('{"paths": {"/k/v1/app.json": {"get": 1}}}', "is no object"),
        (
            '{"a": {"$ref": "#/a"}, "paths": {"/k": {"put": {"requestBody": {"$ref": "#/a"}}}}}',
            "go round in a circle",
        ),
        ("!!python/object/apply:os.system ['true']", "it is neither JSON nor YAML"),
    ],
)
def test_a_file_that_is_no_description_is_one_sentence_and_2(
    content: str | bytes, why: str, tmp_path: Path
) -> None:
    code, lines, said = checked(tmp_path, content)
    assert (code, lines) == (2, [])
    assert why in said
    assert len(said.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_sentence_and_2(tmp_path: Path) -> None:
    with pytest.raises(openapi.UnreadableError, match="No such file"):
        openapi.operations(tmp_path / "none.yaml")
