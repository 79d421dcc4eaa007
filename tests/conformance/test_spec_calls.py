"""The table of calls is closed, agrees with the catalogue, and its schema says what it means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kintone_conformance.spec import calls, endpoints
from kintone_conformance.spec.calls import AUTH_KINDS, BASIC_FIELDS, CAPABILITIES, UnknownName
from kintone_conformance.spec.shapes import (
    accepts,
    fits,
    handed_over,
    parameters,
    required,
    without,
)
from kintone_conformance.strategies import harmless_call

SCHEMA = calls.schema()
KEYWORDS = {
    *("$schema", "$ref", "$defs", "title", "description", "contentEncoding", "writeOnly"),
    *("type", "properties", "required", "additionalProperties", "items", "oneOf", "enum", "const"),
    *("minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"),
}


def subschemas(schema: Any) -> list[dict[str, Any]]:
    """Every schema inside a schema, itself first."""
    if not isinstance(schema, dict):
        return []
    inner = [
        *schema.get("properties", {}).values(),
        *schema.get("$defs", {}).values(),
        *schema.get("oneOf", []),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    return [schema, *(found for each in inner for found in subschemas(each))]


def test_the_schema_says_what_is_secret() -> None:
    guest = {"code": "a@example.com", "password": "b"}
    found = [*handed_over("guests.add", {"guests": [guest, {**guest, "password": "c"}]})]
    assert found == [("b", "the password of a guest"), ("c", "the password of a guest")]
    for form in ({"clientSecret": "d", "code": "e"}, {"clientSecret": "d"}):
        assert [*handed_over("oauth.token", form)] == [("d", "the client secret")]
    assert [*handed_over("guests.add", {"guests": "password"})] == []
    assert [*handed_over("record.add", {"app": 1, "record": {"password": "f"}})] == []


def test_what_changes_data_is_told_by_the_call() -> None:
    specs = calls.calls().values()
    asking = {spec.api for spec in specs if not spec.changes}
    assert asking - {spec.api for spec in specs if spec.method == "GET"} == {"cursor.create"}
    assert all(spec.method != "GET" for spec in specs if spec.changes)


def test_the_table_is_the_one_of_the_design() -> None:
    assert list(calls.core_calls()) == [
        *("record.get", "record.add", "record.update"),
        *("records.get", "records.add", "records.update", "records.delete"),
        *("cursor.create", "cursor.get", "cursor.delete"),
        *("record.status.update", "records.status.update", "record.assignees.update"),
        "bulkRequest",
        *("file.upload", "file.download", "app.get", "apps.get"),
        *("app.form.fields.get", "preview.app.form.fields.get"),
        *("space.get", "guests.add", "space.guests.update", "template.space.add"),
        *("plugins.get", "apis.get", "user.users.get", "oauth.token"),
    ]
    assert set(CAPABILITIES) == {
        *("auth.password", "auth.token", "auth.token.many", "auth.oauth", "auth.session"),
        *(
            "auth.header",
            "auth.change",
            "basic",
            "guest",
            "guest.text",
            "handles",
            "show",
            "threads",
        ),
        *("caPem", "proxyUrl", "clientCertificate"),
    }


def test_every_auth_kind_is_a_capability() -> None:
    assert {f"auth.{kind}" for kind in AUTH_KINDS} <= set(CAPABILITIES)


@pytest.mark.parametrize("api", calls.calls())
def test_every_call_goes_to_an_api_of_the_catalogue(api: str) -> None:
    spec = calls.call_spec(api)

    assert spec.api == api
    assert endpoints.find(spec.method, spec.path) == spec.endpoint


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [
        ("record.update", "PUT", "/k/v1/record.json"),
        ("cursor.create", "POST", "/k/v1/records/cursor.json"),
        ("preview.app.form.fields.get", "GET", "/k/v1/preview/app/form/fields.json"),
        ("space.guests.update", "PUT", "/k/v1/space/guests.json"),
        ("user.users.get", "GET", "/v1/users.json"),
        ("oauth.token", "POST", "/oauth2/token"),
    ],
)
def test_a_call_knows_its_method_and_plain_path(api: str, method: str, path: str) -> None:
    spec = calls.call_spec(api)

    assert (spec.method, spec.path) == (method, path)


@pytest.mark.parametrize("api", calls.calls())
def test_a_harmless_call_is_valid_and_a_stray_parameter_is_not(api: str) -> None:
    params = dict(harmless_call(api).params)

    assert accepts(api, params)
    assert not accepts(api, {**params, "stray": 1})


@pytest.mark.parametrize("api", calls.calls())
def test_every_required_parameter_is_required(api: str) -> None:
    params = dict(harmless_call(api).params)

    for name in required(api):
        assert not accepts(api, {key: value for key, value in params.items() if key != name})


@pytest.mark.parametrize(
    ("api", "params"),
    [
        ("records.get", {"app": 1, "fields": ["a"], "query": "limit 1", "totalCount": True}),
        ("cursor.create", {"app": 1, "size": 500}),
        ("apps.get", {"ids": [1], "codes": ["a"], "name": "n", "spaceIds": [2], "offset": 0}),
        ("app.form.fields.get", {"app": 1, "lang": "zh-TW"}),
        ("user.users.get", {}),
        ("record.update", {"app": 1, "id": 1, "record": {}, "revision": 7}),
        (
            "record.update",
            {"app": 1, "updateKey": {"field": "a", "value": "b"}, "record": {}, "revision": 7},
        ),
        (
            "records.update",
            {
                "app": 1,
                "records": [
                    {"id": 1, "record": {}, "revision": 7},
                    {"updateKey": {"field": "a", "value": "b"}, "record": {}},
                ],
                "upsert": True,
            },
        ),
        ("records.delete", {"app": 1, "ids": [1, 2], "revisions": [3, 4]}),
        ("plugins.get", {"ids": ["a"]}),
        (
            "template.space.add",
            {
                "id": 1,
                "name": "n",
                "members": [{"entity": {"type": "GROUP", "code": "g"}, "includeSubs": False}],
                "isGuest": True,
            },
        ),
        (
            "oauth.token",
            {
                "grantType": "authorization_code",
                "code": "c",
                "redirectUri": "https://app.example.com/callback",
                "clientId": "i",
                "clientSecret": "s",
            },
        ),
    ],
)
def test_documented_parameters_are_valid(api: str, params: dict[str, Any]) -> None:
    assert accepts(api, params)


@pytest.mark.parametrize(
    ("api", "params"),
    [
        ("record.get", {"app": "1", "id": 1}),
        ("record.get", {"app": 0, "id": 1}),
        ("record.get", {"app": True, "id": 1}),
        ("record.add", {"app": 1, "record": {"title": "text without value"}}),
        ("records.add", {"app": 1, "records": []}),
        ("records.delete", {"app": 1, "ids": list(range(1, 102))}),
        ("cursor.create", {"app": 1, "size": 501}),
        ("plugins.get", {"limit": 101}),
        ("bulkRequest", {"requests": [{"api": "record.get", "params": {"app": 1, "id": 1}}]}),
        ("bulkRequest", {"requests": [{"api": "/k/v1/record.json", "params": {}}]}),
        ("bulkRequest", {"requests": [{"api": "record.add", "params": {"app": 1, "id": 1}}]}),
        ("oauth.token", {"grantType": "password", "clientId": "i", "clientSecret": "s"}),
        ("record.update", {"app": 1, "record": {}}),
        (
            "record.update",
            {"app": 1, "id": 1, "updateKey": {"field": "a", "value": "b"}, "record": {}},
        ),
        ("records.update", {"app": 1, "records": [{"record": {}}]}),
        ("records.delete", {"app": 1, "ids": [1, 2], "revisions": [3]}),
        (
            "bulkRequest",
            {
                "requests": [
                    {
                        "api": "records.delete",
                        "params": {"app": 1, "ids": [1, 2], "revisions": [3]},
                    }
                ]
            },
        ),
        ("no.such.call", {}),
    ],
)
def test_undocumented_parameters_are_not_valid(api: str, params: dict[str, Any]) -> None:
    assert not accepts(api, params)


@pytest.mark.parametrize(
    "auth",
    [
        {"kind": "password", "login": "admin", "password": "mypassword"},
        {"kind": "password", "login": "admin", "password": None},
        {"kind": "token", "tokens": ["A1", "B2"]},
        {"kind": "oauth", "accessToken": "t"},
        {"kind": "session", "requestToken": "t", "cookie": "JSESSIONID=1"},
    ],
)
def test_the_schema_describes_each_kind_of_credentials(auth: dict[str, Any]) -> None:
    assert fits(auth, SCHEMA["$defs"]["auth"])
    assert set(auth) == {"kind", *AUTH_KINDS[auth["kind"]]}
    assert not fits({**auth, "kind": "basic"}, SCHEMA["$defs"]["auth"])


def test_the_schema_describes_the_basic_gate() -> None:
    assert fits(dict.fromkeys(BASIC_FIELDS, "x"), SCHEMA["$defs"]["basic"])
    assert not fits({"user": "x"}, SCHEMA["$defs"]["basic"])


def test_the_schema_is_json_of_known_keywords_and_every_reference_resolves() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for schema in subschemas(SCHEMA):
        assert set(schema) <= KEYWORDS
        if "$ref" in schema:
            assert schema["$ref"].removeprefix("#/$defs/") in SCHEMA["$defs"]


def test_the_schema_handed_out_is_a_copy_that_no_caller_can_spoil() -> None:
    calls.schema()["$defs"]["record.get"]["properties"].clear()

    assert calls.schema() == SCHEMA


@pytest.mark.parametrize(
    ("name", "meant"),
    [("record.gett", "record.get"), ("bulkrequest", "bulkRequest"), ("nothing.like.it", None)],
)
def test_an_unknown_call_is_an_error_with_the_name_that_may_be_meant(
    name: str, meant: str | None
) -> None:
    with pytest.raises(UnknownName) as caught:
        calls.call_spec(name)

    assert isinstance(caught.value, KeyError)
    assert caught.value.name == name
    assert caught.value.suggestion == meant
    assert str(caught.value).startswith(f"call {name!r} does not exist; ")


def test_unknown_capabilities_are_named_in_order_with_the_one_that_may_be_meant() -> None:
    unknown = calls.unknown_capabilities(["guest", "auth.tokn", "basic", "proxy"])

    assert [(error.name, error.suggestion) for error in unknown] == [
        ("auth.tokn", "auth.token"),
        ("proxy", None),
    ]
    assert str(unknown[0]) == "capability 'auth.tokn' does not exist; did you mean auth.token?"


def test_the_parameters_that_a_client_may_declare_stand_in_the_schema_of_their_call() -> None:
    for name in calls.parameter_names():
        api, _, parameter = name.rpartition(".")
        assert parameter in calls.call_spec(api).declared
        if api != "bulkRequest":
            assert f'"{parameter}"' in json.dumps(calls.call_spec(api).params)
    assert SCHEMA["$defs"]["parameter"] == {"enum": list(calls.parameter_names())}


def test_without_the_parameters_that_are_declared_a_call_is_what_it_was_before_there_were_any() -> (
    None
):
    for spec in calls.calls().values():
        left = without(spec.params, spec.declared)
        assert not set(spec.declared) & set(str(left).replace("'", " ").split()), spec.api
    update = without(calls.call_spec("record.update").params, {"updateKey", "revision"})
    assert list(update["properties"]) == ["app", "id", "record"]
    kept = without(calls.call_spec("record.update").params, {"revision"})
    assert len(kept["oneOf"]) == 2
    assert "revision" in parameters("record.update")


def test_what_is_wrong_with_declared_parameters_is_told_in_order() -> None:
    names = ["record.update.revision", "record.update.revisoin", "records.delete.revisions"]
    wrong = [str(each) for each in calls.unknown_parameters(names, ["record.update"])]
    assert wrong == [
        "parameter 'record.update.revisoin' does not exist; did you mean record.update.revision?",
        "parameter 'records.delete.revisions' is declared without its call",
    ]
