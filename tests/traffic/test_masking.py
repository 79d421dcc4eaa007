"""No output shows a credential: whatever form it has, whether it is known or not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kintone_conformance.cli import cli
from kintone_conformance.errors import UsageError
from kintone_conformance.traffic.explaining import explained
from kintone_conformance.traffic.named_credentials import NamedCredentials, named_credentials
from kintone_conformance.traffic.recorded import Recorded
from traffic.recording import SECRET
from traffic.requests import HOST, recorded, told

READ = "/k/v1/record.json?app=1&id=1"
LOGIN = base64.b64encode(f"admin:{SECRET}".encode()).decode()
CHANGED = (("X-Cybozu-Authorization", base64.b64encode(b"root:cut").decode()),)
# Each has the secret in a form of its own, and something wrong with it.
FORMS: dict[str, tuple[str, str, str]] = {
    "token": ("X-Cybozu-API-Token", SECRET, "{}"),
    "two tokens": ("X-Cybozu-API-Token", f"abc, {SECRET};{SECRET}", "{}"),
    "token with a word": ("X-Cybozu-API-Token", f"Bearer {SECRET}", "{}"),
    "token that is not ASCII": ("X-Cybozu-API-Token", f"あ{SECRET}", "{}"),
    "password": ("X-Cybozu-Authorization", LOGIN, "{}"),
    "password without padding": ("X-Cybozu-Authorization", LOGIN.rstrip("="), "{}"),
    "password with a word": ("X-Cybozu-Authorization", f"Basic {LOGIN}", "{}"),
    "password in the clear": ("X-Cybozu-Authorization", f"admin:{SECRET}", "{}"),
    "password in a literal": ("X-Cybozu-Authorization", f"b'{LOGIN}'", "{}"),
    "password in two pieces": ("X-Cybozu-Authorization", f"{LOGIN[:20]} {LOGIN[20:]}", "{}"),
    "login alone": ("X-Cybozu-Authorization", base64.b64encode(SECRET.encode()).decode(), "{}"),
    "bearer": ("Authorization", f"Bearer {SECRET}", "{}"),
    "another scheme": ("Authorization", f"Token {SECRET}", "{}"),
    "gate": ("Authorization", f"Basic {LOGIN}", "{}"),
    "cookie": ("Cookie", f"JSESSIONID={SECRET}; a=b", "{}"),
    "debug header": ("X-Debug-Token", SECRET, "{}"),
    "guest's password": ("X-A", "b", json.dumps({"guests": [{"password": SECRET}]})),
    "request token": ("X-Requested-With", "X", json.dumps({"__REQUEST_TOKEN__": SECRET, "a": 1})),
    "client secret": ("X-A", "b", f"client_secret={SECRET}&refresh_token={SECRET}"),
}


def pieces(secret: str) -> list[str]:
    """Eight characters in a row of the secret, and of its Base64 at any offset."""
    forms = [secret, secret.encode().hex()]
    forms += [base64.b64encode(b"\0" * n + secret.encode()).decode()[4:-4] for n in range(3)]
    return [form[at : at + 8] for form in forms for at in range(len(form) - 7)]


def entries(name: str, value: str, body: str) -> list[dict[str, Any]]:
    headers = [{"name": name, "value": value}, {"name": "Content-Type", "value": "text/plain"}]
    if name in ("Authorization", "Cookie") or name.startswith("X-Cybozu-"):
        headers.append({"name": "X-Trace", "value": f"again {value}"})
    requests = (
        ("GET", f"/k/v1/guest/5/records.json?api_token={SECRET}", None),
        ("POST", "/k/v1/records.json", {"text": body}),
        ("POST", "/oauth2/token", {"text": body}),
    )
    return [
        {"request": {"method": method, "url": HOST + path, "headers": headers, "postData": post}}
        for method, path, post in requests
    ]


@pytest.mark.parametrize("known", [(), ("--credential", f"secret:{SECRET}")], ids=["", "known"])
def test_no_output_shows_a_credential(tmp_path: Path, known: tuple[str, ...]) -> None:
    files = []
    for name, form in FORMS.items():
        files.append(tmp_path / f"{name}.har")
        files[-1].write_text(json.dumps({"log": {"entries": entries(*form)}}), "utf-8")
    out, summary, baseline = (tmp_path / name for name in ("out", "summary.md", "known.toml"))
    made = CliRunner().invoke(
        cli,
        [
            *("judge", *map(str, files), "--verbose", "--report-dir", str(out), *known),
            *("--summary", str(summary), "--baseline", str(baseline), "--update-baseline"),
        ],
    )
    assert made.exit_code == 0, made.output  # what is wrong is in the baseline now
    assert "KC402" in made.output
    texts = [made.output, summary.read_text("utf-8"), baseline.read_text("utf-8")]
    texts += [each.read_text("utf-8") for each in out.iterdir()]
    for text in texts:
        assert [piece for piece in pieces(SECRET) if piece in text] == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_finding_shows_a_credential(form: tuple[str, str, str]) -> None:
    for entry in entries(*form):
        request = entry["request"]
        given = tuple((each["name"], each["value"]) for each in request["headers"])
        body = (request["postData"] or {"text": ""})["text"].encode()
        target = request["url"].removeprefix(HOST)
        made = told(recorded(target, request["method"], given, body=body))
        text = "\n".join([made.shown, *map(str, made.findings), *explained(made, set())])
        assert [piece for piece in pieces(SECRET) if piece in text] == []


BASIC = (("Authorization", f"Basic {base64.b64encode(b'gate:opensesame').decode()}"),)
SAYS_NONE = (("X-Cybozu-Authorization", "exactly one"),)


@pytest.mark.parametrize(
    ("request_", "expected", "sent"),
    [
        (recorded(READ, given=BASIC), "X-Cybozu-* beside Authorization: Basic", "the gate alone"),
        (recorded(READ, given=CHANGED), "Base64 of LOGIN:PASSWORD in UTF-8", "other credentials"),
        (recorded(READ, given=(("X-Cybozu-Authorization", ""),)), None, "none"),
        (recorded(READ, given=SAYS_NONE), None, "**** (11 characters)"),
        (recorded("/oauth2/token", "POST", body={"grant_type": "x"}), None, "application/json"),
    ],
)
def test_what_is_no_value_of_the_request_is_shown(
    request_: Recorded, expected: str | None, sent: str
) -> None:
    known = named_credentials([f"password:root:cut:{SECRET}"])
    found = told(request_, known).findings
    about = {(finding.expected if expected else None, finding.sent) for finding in found}
    assert (expected, sent) in about, found


def test_an_explanation_is_one_harmless_line_each() -> None:
    request = recorded("/k/v1/rec%1b\x1b[31mord.json\r\n::error::x?app=1", method="GET\x07")
    for line in explained(told(request), set()):
        assert line.isprintable()


@pytest.mark.parametrize("word", ["password", "token:", "basic:user", "what:ever", "", "@/none"])
def test_a_credential_that_is_none_is_a_sentence_that_does_not_show_it(word: str) -> None:
    with pytest.raises(UsageError) as caught:
        named_credentials([word])
    assert "ever" not in caught.value.message


def test_credentials_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("# ours\ntoken:abcdefgh\n\npassword:a:b:c\n", "utf-8")
    known = named_credentials([f"@{file}"])
    assert known.tokens == ("abcdefgh",)
    assert known.passwords[0].password == "b:c"
    assert NamedCredentials() == named_credentials([])


def test_a_file_of_credentials_that_is_too_large_is_not_read_in_part(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("token:abcdefgh\n" * 80_000, "utf-8")
    with pytest.raises(UsageError, match="larger than"):
        named_credentials([f"@{file}"])
