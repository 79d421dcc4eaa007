"""What `check-driver` says of a password that did not arrive."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import closing

import pytest

from judging.clients import driving
from kintone_conformance.commands.check_driver import said_by_serve
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.judging.scenario import Made, single
from kintone_conformance.judging.stage import Stage
from kintone_conformance.judging.trial import how_lost
from kintone_conformance.reference_client import KintoneClient
from kintone_conformance.spec.auth import Password
from kintone_conformance.strategies import harmless_call


class Latin(KintoneClient):
    """Knows Latin-1 only, and the alphabet of URLs."""

    def encoded(self, text: str) -> str:
        return urlsafe_b64encode(text.encode("latin-1")).decode()


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("$&~`", "was changed: the Base64 contains -"),
        ("日本語", "was not sent: UnicodeEncodeError: "),
        (
            "é",
            "was changed: the header decodes to other credentials: they are not encoded in UTF-8",
        ),
    ],
)
def test_a_lost_password_is_told_by_what_became_of_it(password: str, told: str) -> None:
    with closing(Loopback()) as door, closing(InProcess(driving(Latin), {})) as driver:
        made = Made(Password("login", password))
        played = Stage(driver, door).play(single(made, harmless_call("record.get")))
    said = how_lost(password, played)
    assert said.startswith(f"the password {password!r} {told}")
    assert said.endswith("read its lines as UTF-8?") is not password.isascii()


def test_a_mistake_in_an_adapter_is_told_without_what_the_sdk_logged() -> None:
    logged = "Starting new HTTP connection (1): localhost:1"
    error = "error: the adapter itself failed in record.get: AttributeError"
    assert said_by_serve([logged, error, "  fix the adapter"]) == (
        "the adapter itself failed in record.get: AttributeError",
        "  fix the adapter",
    )
    assert said_by_serve([logged]) == ()
