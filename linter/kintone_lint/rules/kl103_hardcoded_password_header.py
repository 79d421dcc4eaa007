"""KL103: a finished X-Cybozu-Authorization value is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.comments import line_before
from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.names import names_authentication
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report, TextReport


class HardcodedPasswordHeader(Rule):
    code = "KL103"
    name = "hardcoded-password-header"
    statement = "The Base64 of a login name and its password is hard-coded."
    why = "Base64 is not encryption: anyone can decode the login name and the password."
    instead = "Change the password, and build the header at run time from the environment."
    finds = (
        "A string that is sent as `X-Cybozu-Authorization`, or looks like one in a Kintone file, "
        "and decodes to a login name and a password. It is a warning if nothing says that it is "
        "for Kintone."
    )
    misses = "Base64 that is cut, encrypted or encoded twice, and the logins of the documentation."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37",)
    since = "0.1.0"
    words = ("auth",)
    cwe = 798
    score = "8.0"
    fixable = Fixable.UNSAFE
    credential = CredentialKind.PASSWORD_HEADER
    what = "a password header is hard-coded and decodes to login:****"
    bad = (
        Bad('headers = {"X-Cybozu-Authorization": "@BASE64@"}  #!\n'),
        Bad(
            """\
import requests
AUTH = "@BASE64@"  #!
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": AUTH})
""",
            """\
import os

import requests
AUTH = os.environ["KINTONE_AUTHORIZATION"]
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": AUTH})
""",
            sends=True,
        ),
        Bad(
            "command = \"curl -H 'X-Cybozu-Authorization: @BASE64@' https://demo.cybozu.com\"  #!\n"
        ),
        Bad(
            """\
import urllib.request
request = urllib.request.Request("https://demo.cybozu.com/k/v1/app.json?id=1")
request.add_header("X-Cybozu-Authorization", "@BASE64@")  #!
"""
        ),
        Bad('import kintone\napp = kintone.Kintone(authText="@BASE64@", app=1)  #!\n'),
    )
    good = (
        'headers = {"X-Cybozu-Authorization": "QWRtaW5pc3RyYXRvcjpjeWJvenU="}\n',
        'headers = {"X-Cybozu-Authorization": "dXNlcjpwYXNzd29yZA=="}\n',
        'headers = {"X-Cybozu-Authorization": "<base64 of login:password>"}\n',
        'def header(value):\n    return {"X-Cybozu-Authorization": value}\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)

    def check_text(self, text: str) -> Iterator[TextReport]:
        for login in secrets.logins_in(text):
            if names_authentication(line_before(text, login.start())):
                yield TextReport(*login.span(), f"{self.what}; {secrets.ADVICE}")
