"""The published JSON Schema of kc/1."""

from __future__ import annotations

from typing import Any

import msgspec

from kintone_conformance.drivers import protocol
from kintone_conformance.spec import calls as spec_calls

_PARTS = ("certPem", "keyPem", "pfxBase64", "password")
_CERTIFICATE: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in _PARTS},
    "required": list(_PARTS),
    "additionalProperties": False,
}


def schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12) of every line: `$defs/request`, `$defs/answer`."""
    (requests, hello, outcome), components = msgspec.json.schema_components(
        [protocol.Request, protocol.HelloAnswer, protocol.OutcomeAnswer],
        ref_template="#/$defs/{name}",
    )
    table = spec_calls.schema()
    definitions = {**table["$defs"], **components}
    for name, field, target in (("Open", "client", "client"), ("Send", "call", "call")):
        definitions[name]["properties"][field] = {"$ref": f"#/$defs/{target}"}
    definitions["Send"]["properties"]["client"] = {"$ref": "#/$defs/client"}
    definitions["Change"]["properties"]["auth"] = {"$ref": "#/$defs/auth"}
    names = definitions["HelloAnswer"]["properties"]
    names["supports"] = {"type": "array", "items": {"$ref": "#/$defs/capability"}}
    names["calls"] = {"type": "array", "items": {"enum": list(spec_calls.calls())}}
    names["hosted"] = {"type": "array", "items": {"enum": list(spec_calls.calls())}}
    names["parameters"] = {"type": "array", "items": {"$ref": "#/$defs/parameter"}}
    nullable_text = {"type": ["string", "null"]}
    definitions["client"] = {
        "type": "object",
        "properties": {
            "baseUrl": {"type": "string"},
            "auth": {"$ref": "#/$defs/auth"},
            "basic": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/basic"}]},
            "guestSpaceId": {"description": "any value a user could pass; absent: none is passed"},
            "caPem": nullable_text,
            "proxyUrl": nullable_text,
            "clientCertificate": _CERTIFICATE,
        },
        "required": ["baseUrl", "auth"],
        "additionalProperties": False,
    }
    definitions["request"] = requests
    definitions["answer"] = {"anyOf": [hello, outcome]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The stdio protocol kc/1 of kintone-conformance",
        "anyOf": [{"$ref": "#/$defs/request"}, {"$ref": "#/$defs/answer"}],
        "$defs": definitions,
    }
