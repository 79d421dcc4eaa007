"""KL109: the password of a client certificate is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report


class HardcodedCertificatePassword(Rule):
    code = "KL109"
    name = "hardcoded-certificate-password"
    statement = "The password of a Kintone client certificate is hard-coded."
    why = (
        "Anyone with the code and the certificate file gets past the check that keeps other "
        "machines out."
    )
    instead = "Issue the certificate again, and read its password from the environment."
    finds = (
        "The password of a certificate that is used for Kintone: keywords such as "
        "`pkcs12_password`, `load_cert_chain` and the loaders of cryptography in a file that "
        "names a host `….s.cybozu.com`, options and variables such as "
        "`KINTONE_PFX_FILE_PASSWORD`, and connection strings."
    )
    misses = (
        "Certificates whose host comes from a setting, if no name says that they are for Kintone."
    )
    source = "https://github.com/kintone/cli-kintone"
    facts = ("F59", "F83")
    since = "0.1.0"
    cwe = 798
    score = "7.0"
    fixable = Fixable.UNSAFE
    credential = CredentialKind.CERTIFICATE
    what = "the password of a client certificate is hard-coded"
    bad = (
        Bad(
            """\
import requests_pkcs12
requests_pkcs12.get(
    "https://demo.s.cybozu.com/k/v1/records.json?app=5",
    headers={"X-Cybozu-API-Token": token},
    pkcs12_filename="sato.pfx",
    pkcs12_password="@PASSWORD@",  #!
)
""",
            """\
import os

import requests_pkcs12
requests_pkcs12.get(
    "https://demo.s.cybozu.com/k/v1/records.json?app=5",
    headers={"X-Cybozu-API-Token": token},
    pkcs12_filename="sato.pfx",
    pkcs12_password=os.environ["KINTONE_PFX_FILE_PASSWORD"],
)
""",
        ),
        Bad(
            """\
import ssl, urllib.request
context = ssl.create_default_context()
context.load_cert_chain("sato.pem", password="@PASSWORD@")  #!
urllib.request.urlopen("https://demo.s.cybozu.com/k/v1/app.json?id=1", context=context)
"""
        ),
        Bad('KINTONE_PFX_FILE_PASSWORD = "@PASSWORD@"  #!\n'),
        Bad(
            """\
import subprocess
subprocess.run(["cli-kintone", "record", "export", "--base-url", "https://demo.s.cybozu.com",
                "--pfx-file-path", "sato.pfx", "--pfx-file-password", "@PASSWORD@"])  #!
"""
        ),
        Bad(
            """\
import requests
from requests_pkcs12 import Pkcs12Adapter
PFX_PASSWORD = "@PASSWORD@"  #!
session = requests.Session()
session.mount("https://demo.s.cybozu.com",
              Pkcs12Adapter(pkcs12_filename="sato.pfx", pkcs12_password=PFX_PASSWORD))
"""
        ),
    )
    good = (
        """\
import os, requests_pkcs12
requests_pkcs12.get("https://demo.s.cybozu.com/k/v1/app.json?id=1", headers=headers,
                    pkcs12_password=os.environ["KINTONE_PFX_FILE_PASSWORD"])
""",
        """\
import kintone, requests_pkcs12
requests_pkcs12.get("https://bank.example.com/", pkcs12_password="@PASSWORD@")
""",
        """\
import ssl
HOST = "demo.s.cybozu.com"
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain("server.pem", password="@PASSWORD@")
""",
        'KINTONE_PFX_FILE_PASSWORD = "your-password"\nKINTONE_PFX_FILE_PATH = "certs/sato.pfx"\n',
        'import kintone, uvicorn\nuvicorn.run("hook:app", ssl_keyfile_password="@PASSWORD@")\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)
