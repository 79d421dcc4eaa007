"""However a secret is written, it is found, and its spelling is told."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode, encodebytes, urlsafe_b64encode

import pytest

from judging.exchanges import TOKEN, findings, read
from kintone_conformance.judging.decoding import decoded
from kintone_conformance.judging.exchange import Secret
from kintone_conformance.judging.leaks import leaked
from kintone_conformance.model import ErrorReport, Refused

GET = read("/k/v1/record.json", {"app": "1", "id": "1"})
SECRET = TOKEN.tokens[0]
ERROR_FIELDS = ("指定したレコードが見つかりません。", "GAIA_RE01", "1505999166-897850006")


def deflated(raw: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(raw) + made.flush()


HEADERS = json.dumps({"Host": "demo.cybozu.com", "X-Cybozu-API-Token": SECRET}).encode()
LONG = json.dumps({f"X-Trace-{at}": f"{at * 7919:x}" for at in range(40)}).encode() + HEADERS


@pytest.mark.parametrize(
    ("shown", "how"),
    [
        (SECRET, ""),
        (b64encode(b"user:" + SECRET.encode()).decode(), ", in Base64"),
        (SECRET.encode().hex(), ", in hexadecimal"),
        (SECRET.encode().hex(" "), ", in hexadecimal, byte by byte"),
        (SECRET.encode().hex(" ", 2), ", in hexadecimal, byte by byte"),
        (SECRET.encode("utf-16").hex(":").upper(), ", in hexadecimal, byte by byte"),
        (repr(SECRET.encode("utf-16-le")), ", in UTF-16"),
        (SECRET.encode("utf-16-le").decode("latin-1"), ", in UTF-16"),
        ("".join(f"\\x{byte:02x}" for byte in SECRET.encode()), ", in hexadecimal, byte by byte"),
        ("".join(f"%{byte:02X}" for byte in SECRET.encode()), ", percent-encoded"),
        (str([*SECRET.encode()]), ", as decimal numbers"),
        (str([*SECRET]), ", as single characters"),
        (b64encode(zlib.compress(HEADERS)).decode(), ", compressed, in Base64"),
        (b64encode(zlib.compress(HEADERS, 1)).decode(), ", compressed, in Base64"),
        (b64encode(gzip.compress(HEADERS)).decode(), ", compressed, in Base64"),
        (b64encode(deflated(HEADERS)).decode(), ", compressed, in Base64"),
        (urlsafe_b64encode(zlib.compress(HEADERS)).decode().rstrip("="), ", compressed, in Base64"),
        (encodebytes(zlib.compress(LONG)).decode(), ", compressed, in Base64"),
        (repr(encodebytes(zlib.compress(LONG))), ", compressed, in Base64"),
        (gzip.compress(HEADERS).hex(), ", compressed, in hexadecimal"),
        (b64encode(SECRET.encode("utf-16-le")).decode(), ", in UTF-16, in Base64"),
        (b64encode(b64encode(HEADERS)).decode(), ", in Base64, in Base64"),
    ],
)
def test_a_secret_is_found_however_it_is_written_and_the_spelling_is_told(
    shown: str, how: str
) -> None:
    error = Refused(ErrorReport("KintoneError", f"KintoneError: {shown}", *ERROR_FIELDS))
    (finding,) = findings("record.get", GET, answer="404", outcome=error)
    told = f"the error of record.get shows token 1 of 1{how}"
    assert (finding.requirement, finding.message) == ("KC604", told)


def test_what_is_packed_is_read_within_limits() -> None:
    bomb = b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode()
    ((_, inside),) = decoded(bomb)
    assert len(inside) == 1 << 18
    assert len([*decoded(f"{b64encode(HEADERS).decode()} " * 500)]) == 200
    assert [*decoded("application/octet-stream; /usr/lib/python3/dist-packages/requests")] == []
    for cut in range(0, 60, 7):  # whatever is there, nothing is raised
        [*decoded(b64encode(zlib.compress(HEADERS)[:cut]).decode() + "A")]


def test_the_line_that_leaks_is_shown() -> None:
    for shown in (SECRET, SECRET.encode().hex(" "), b64encode(zlib.compress(HEADERS)).decode()):
        (leak,) = leaked(f"first\nsecond {shown}\nthird", [Secret(SECRET, "the token")])
        assert leak.line == f"second {shown}"
