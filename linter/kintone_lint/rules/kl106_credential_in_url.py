"""KL106: a credential is in a URL."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials import CredentialKind, credentials
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import report
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class CredentialInUrl(Rule):
    code = "KL106"
    name = "credential-in-url"
    statement = "A Kintone URL contains a password or a token."
    why = (
        "URLs end up in logs, proxies and browser histories, and Kintone reads credentials from "
        "headers only."
    )
    instead = "Revoke it, and send the new one in the header that Kintone documents."
    finds = (
        "A Kintone URL with `user:password@` before the host, or with a token or a password in "
        "its query, however it is assembled."
    )
    misses = "URLs that are assembled outside the code, and parameters with unusual names."
    source = "https://cwe.mitre.org/data/definitions/598.html"
    facts = ("F37", "F46")
    since = "0.1.0"
    cwe = 598
    score = "7.0"
    credential = CredentialKind.URL
    what = "a URL contains a credential"
    bad = (
        Bad('URL = "https://sato:@PASSWORD@@demo.cybozu.com/k/v1/app.json"  #!\n'),
        Bad(
            """\
import requests
requests.get("https://gate:@PASSWORD@@demo.kintone.com/k/v1/app.json?id=1")  #!
"""
        ),
        Bad('url = "https://demo.cybozu.com/k/v1/app.json?id=1&token=@SECRET@"  #!\n'),
        Bad('base = "https://sato:@PASSWORD@@demo.cybozu.cn"  #!\n'),
        Bad('PW = "@PASSWORD@"  #!\nbase = f"https://sato:{PW}@demo.cybozu.com"\n'),
    )
    good = (
        'url = "https://demo.cybozu.com/k/v1/app.json?id=1"\n',
        'url = f"https://{user}:{password}@demo.cybozu.com/k/v1/app.json"\n',
        'url = "https://user:password@demo.cybozu.com/k/v1/app.json"\n',
        'db = "postgres://kintone:@PASSWORD@@localhost/kintone"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for found in credentials(subject):
            if found.kind is self.credential:
                yield report(subject, found, self.what)
