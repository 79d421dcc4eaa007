"""KL105: the credential of the Basic gate is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report


class HardcodedBasicAuth(Rule):
    code = "KL105"
    name = "hardcoded-basic-auth"
    statement = "The user name and password for Basic authentication are hard-coded."
    why = "Basic authentication is what keeps strangers away from the login page."
    instead = "Change the password, and read the new one from the environment."
    finds = (
        "A user name and a password that are sent to a Kintone host as `Authorization: Basic`, "
        "built by the code, the HTTP library or a client of it, or passed to curl or to a Kintone "
        "tool."
    )
    misses = (
        "Pairs that come from outside the code, and calls whose host is not known to be Kintone's."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F59",)
    since = "0.1.0"
    cwe = 798
    score = "8.0"
    fixable = Fixable.UNSAFE
    credential = CredentialKind.BASIC
    what = "the password for Basic authentication is hard-coded"
    bad = (
        Bad(
            """\
headers = {
    "X-Cybozu-API-Token": token,
    "Authorization": "Basic @BASE64@",  #!
}
"""
        ),
        Bad(
            """\
import base64
gate = base64.b64encode(b"gate:@PASSWORD@").decode()  #!
headers = {"X-Cybozu-API-Token": token, "Authorization": "Basic " + gate}
"""
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=("gate", "@PASSWORD@"),  #!
             headers={"X-Cybozu-API-Token": token})
"""
        ),
        Bad('from pyntone import BasicAuth\ngate = BasicAuth("gate", "@PASSWORD@")  #!\n'),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": token, "Authorization": "Basic " + gate}\n',
        'import requests\nrequests.get("https://example.com/", auth=("u", "@PASSWORD@"))\n'
        "import kintone\n",
        'headers = {"X-Cybozu-API-Token": t, "Authorization": "Basic dXNlcjpwYXNz"}\n',
        'import requests\nrequests.post("https://demo.cybozu.com/oauth2/token", '
        "auth=(client_id, client_secret))\n",
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)
