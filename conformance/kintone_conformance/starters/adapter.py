"""Drives a client for kintone-conformance. It passes values; it encodes and checks nothing."""

from __future__ import annotations

import http.client
import json
import re
from urllib.parse import urlencode, urlsplit

from kintone_conformance.adapter import Adapter, Unserved, serves
from kintone_conformance.model import NO_GUEST, Client, Info
from kintone_conformance.spec.auth import ApiTokens


# ---- Your SDK: import it here, in place of this stand-in ----
class SdkError(Exception):
    def __init__(self, message=None, code=None, id=None, **_more):
        super().__init__(message)
        self.message, self.code, self.id = message, code, id


class Sdk:
    def __init__(self, base_url, token, guest_space_id=None):
        if not re.fullmatch("[!-~]+", token):
            raise ValueError("a token is printable ASCII")
        if guest_space_id is not None and not re.fullmatch("[1-9][0-9]*", str(guest_space_id)):
            raise ValueError("a guest space has a positive id")
        url = urlsplit(base_url)
        if url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("credentials are not sent over plain http")
        self.root = f"/k/guest/{guest_space_id}/v1" if guest_space_id else "/k/v1"
        self.host, self.headers = url.netloc, {"X-Cybozu-API-Token": token}

    def get_record(self, app, id):
        connection = http.client.HTTPConnection(self.host, timeout=5)
        connection.request(
            "GET",
            f"{self.root}/record.json?{urlencode({'app': app, 'id': id})}",
            headers=self.headers,
        )
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        try:
            body = json.loads(text)
        except ValueError:
            raise SdkError(f"HTTP {answer.status} without an answer of Kintone") from None
        if answer.status != 200:
            raise SdkError(**body)
        return body["record"]


# ---- until here ----


class MyAdapter(Adapter):
    info = Info(
        name="my-sdk",
        version="0.0.0",
        supports=frozenset(
            {"auth.token", "guest", "guest.text"}
        ),  # all names: kintone-conformance names
        doors=("loopback",),  # how it can be reached, best first
        no_guest=(None,),  # what your documentation calls "no guest space"
    )

    def open(self, client: Client):
        """Make one SDK object from the values that a user would pass."""
        options = {} if client.guest_space is NO_GUEST else {"guest_space_id": client.guest_space}
        match client.auth:
            case ApiTokens((token,)):
                return Sdk(client.base_url, token, **options)
        raise Unserved("my-sdk takes one API token")

    @serves("record.get")  # declared = served
    def record_get(self, sdk, app, id):
        return sdk.get_record(app, id)
