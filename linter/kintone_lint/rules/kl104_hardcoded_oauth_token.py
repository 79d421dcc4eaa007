"""KL104: an OAuth token or client secret is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report


class HardcodedOauthToken(Rule):
    code = "KL104"
    name = "hardcoded-oauth-token"
    statement = "An OAuth access token, refresh token or client secret is hard-coded."
    why = "A refresh token does not expire, and a client secret lets others pose as the app."
    instead = "Revoke it, and keep the new one in a secret store."
    finds = (
        "A string that reaches `Authorization: Bearer`, or has the name of an OAuth token or client "
        "secret, in code that calls Kintone. Bodies and pairs that are sent to `/oauth2/token` "
        "count."
    )
    misses = (
        "OAuth secrets of other services are left alone. Secrets that exist only at run time are "
        "not found."
    )
    source = "https://cybozu.dev/ja/common/docs/oauth-client/add-client"
    facts = ("F58",)
    since = "0.1.0"
    words = ("secret", "auth", "bearer")
    cwe = 798
    score = "8.0"
    fixable = Fixable.UNSAFE
    credential = CredentialKind.OAUTH
    what = "an OAuth secret is hard-coded"
    bad = (
        Bad(
            """\
import requests
requests.get(
    "https://demo.cybozu.com/k/v1/record.json?app=1&id=1",
    headers={"Authorization": "Bearer @SECRET@"},  #!
)
"""
        ),
        Bad('KINTONE_CLIENT_SECRET = "@SECRET@"  #!\n'),
        Bad('kintone_refresh_token = "@SECRET@"  #!\n'),
        Bad('client = KintoneClient("demo", access_token="@SECRET@")  #!\n'),
        Bad(
            """\
import requests
requests.post("https://demo.cybozu.com/oauth2/token", auth=("id", "@SECRET@"),  #!
              data={"grant_type": "refresh_token", "refresh_token": "@SECRET@"})  #!
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://api.line.me/v2/bot/info", '
        'headers={"Authorization": "Bearer @SECRET@"})\nimport kintone\n',
        'KINTONE_CLIENT_SECRET = "your-client-secret"\n',
        'def kintone(token):\n    return {"Authorization": f"Bearer {token}"}\n',
        'import kintone\nGITHUB_ACCESS_TOKEN = "@SECRET@"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)
