"""KL101: an API token is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Identity
from kintone_lint.kintone import secrets
from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report, TextReport


class HardcodedApiToken(Rule):
    code = "KL101"
    name = "hardcoded-api-token"
    statement = "A Kintone API token is hard-coded."
    why = (
        "Anyone who can read the code, its history or a copy of it can use the app with the "
        "token's permissions, and the audit log names Administrator as the user."
    )
    instead = "Revoke the token, make a new one, and read it from the environment."
    finds = (
        "By shape: 40 letters and digits that look random, in a file that deals with Kintone, "
        "also in comments and docstrings. By flow: any string that reaches `X-Cybozu-API-Token` or "
        "the token argument of a Kintone client, also from another file. Commands and connection "
        "strings are searched, too."
    )
    misses = (
        "Tokens that exist only at run time, and tokens of another shape if the code does not "
        "show that they reach Kintone. Placeholders and the samples in Kintone's documentation "
        "are not reported."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F46", "F49")
    since = "0.1.0"
    words = ("set_?api_?token",)
    cwe = 798
    score = "8.0"
    identity = Identity.TOKEN
    fixable = Fixable.UNSAFE
    credential = CredentialKind.TOKEN
    what = "an API token is hard-coded"
    bad = (
        Bad(
            """\
import requests
requests.get(
    "https://demo.cybozu.com/k/v1/record.json?app=1&id=1",
    headers={"X-Cybozu-API-Token": "@TOKEN@"},  #!
)
""",
            """\
import os

import requests
requests.get(
    "https://demo.cybozu.com/k/v1/record.json?app=1&id=1",
    headers={"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]},
)
""",
            sends=True,
        ),
        Bad(
            '''\
"""Reads a record."""
from __future__ import annotations
import requests
TOKEN = '@TOKEN@'  #!
def read(app):
    headers = {"x-cybozu-api-token": TOKEN}
    return requests.get(f"https://demo.cybozu.com/k/v1/app.json?id={app}", headers=headers)
read(1)
''',
            '''\
"""Reads a record."""
from __future__ import annotations

import os

import requests
TOKEN = os.environ["KINTONE_API_TOKEN"]
def read(app):
    headers = {"x-cybozu-api-token": TOKEN}
    return requests.get(f"https://demo.cybozu.com/k/v1/app.json?id={app}", headers=headers)
read(1)
''',
            sends=True,
        ),
        Bad(
            """\
import kintone
apiToken = r"@TOKEN@"  #!
kintone.getRecord(subDomain="demo", apiToken=apiToken, app=1)
"""
        ),
        Bad(
            """\
from kintone import KintoneAPI
api = KintoneAPI("demo", 5, "@TOKEN@")  #!
"""
        ),
        Bad(
            """\
# settings of the kintone apps
TOKENS = {
    "69": "@TOKEN@",  #!
    "70": "@TOKEN2@",  #!
}
"""
        ),
        Bad(
            """\
import os, requests
s = requests.Session()
s.headers["X-Cybozu-API-Token"] = "@TOKEN@,@TOKEN2@"  #!2
"""
        ),
        Bad(
            """\
import pykintone
# app = pykintone.app("demo", 5, "@TOKEN@")  #!
"""
        ),
        Bad(
            """\
import subprocess
subprocess.run(["curl", "-H", "X-Cybozu-API-Token: @TOKEN@",  #!
                "https://demo.cybozu.com/k/v1/app.json?id=1"])
"""
        ),
        Bad(
            """\
HEADERS_KEY = "X-Cybozu-API-Token"
HEADERS_VALUE = "@SECRET@"  #!
headers = {HEADERS_KEY: HEADERS_VALUE}
"""
        ),
        Bad(
            """\
from dataclasses import dataclass
class KintoneConfig:
    トークン = ("@TOKEN@"[:20] and "@TOKEN2@")  #!2
"""
        ),
        Bad(
            """\
import subprocess
subprocess.run("cli-kintone record export --base-url https://demo.cybozu.com --app 1 "
               "--api-token @TOKEN@", shell=True)  #!
"""
        ),
    )
    good = (
        'import os\nheaders = {"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}\n',
        'headers = {"X-Cybozu-API-Token": "YOUR_API_TOKEN"}\n',
        'HEADER_API_TOKEN = "X-Cybozu-API-Token"\napi_token = "api_token"\n',
        'import kintone\nLINE_CHANNEL_TOKEN = "@TOKEN@"\nslackToken = "@TOKEN2@"\n',
        'headers = {"X-Cybozu-API-Token": "kintoneアプリのapiトークン"}\n',
        'import os, subprocess\nsubprocess.run(["cli-kintone", "--api-token", os.environ["TOKEN"]])\n',
        "import kintone\nCOMMIT_SHA = '@TOKEN@'\nfile_key = '@TOKEN2@'\n",
        'headers = {"X-Cybozu-API-Token": "op://vault/kintone/token"}\n',
        'headers = {"X-Cybozu-API-Token": "X" * 40, "x": "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"}\n',
        'KINTONE_TOKEN_ENV_KEY = "KINTONE_TOKEN_WORKERS"\n',
        "import kintone\ndef test_importWithMoreThan100RecordsAndSkip(): pass\n"
        'name = "importWithMoreThan100RecordsAndSkipped42"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)

    def check_text(self, text: str) -> Iterator[TextReport]:
        for token in secrets.tokens_in(text):
            yield TextReport(*token.span(), f"{self.what}; {secrets.ADVICE}")
