"""KL102: a password is in the code."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials import CredentialKind
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import reports
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report


class HardcodedPassword(Rule):
    code = "KL102"
    name = "hardcoded-password"
    statement = "The password of a Kintone user is hard-coded."
    why = "It opens everything that the user may see, in every app and on the web pages."
    instead = "Change the password, and read the new one from the environment."
    finds = (
        "A string that is used as a Kintone password: the password argument of a client, a setting "
        "or variable with such a name in a Kintone file, the header, the arguments or the "
        "environment of a tool such as cli-kintone, or the connection string of a driver. An old "
        "value in a commented-out assignment is a warning."
    )
    misses = (
        "Passwords if the code does not show that they reach Kintone, and those that look like a "
        "placeholder or the name of a setting."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37", "F42")
    since = "0.1.0"
    words = (
        "passw",
        "pwd",
        "(?:^|_)pw(?:_|$)",
        "(?:^|_)pass(?:_|$|[A-Z])",
        "^pass",
        "login",
        "account",
        "credential",
    )
    cwe = 798
    score = "8.0"
    fixable = Fixable.UNSAFE
    credential = CredentialKind.PASSWORD
    what = "a password is hard-coded"
    bad = (
        Bad(
            """\
import base64, requests
LOGIN = "sato"
PASS = "@PASSWORD@"  #!
auth = base64.b64encode((LOGIN + ":" + PASS).encode())
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": auth})
""",
            """\
import base64, requests
import os
LOGIN = "sato"
PASS = os.environ["KINTONE_PASSWORD"]
auth = base64.b64encode((LOGIN + ":" + PASS).encode())
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-Authorization": auth})
""",
            sends=True,
        ),
        Bad('KINTONE_PASSWORD = "@PASSWORD@"  #!\n'),
        Bad('import pykintone\npykintone.login("demo", "sato", "@PASSWORD@")  #!\n'),
        Bad('from pyntone import PasswordAuth\nauth = PasswordAuth("sato", "@PASSWORD@")  #!\n'),
        Bad(
            'from bozupy import AccessData\nAccessData("demo", username="sato", password="@PASSWORD@")  #!\n'
        ),
        Bad(
            """\
from base64 import b64encode
def header(user, password):
    text = f"{user}:{password}"
    return {"X-Cybozu-Authorization": b64encode(text.encode("utf-8")).decode("ascii")}
header("sato", "@PASSWORD@")  #!
"""
        ),
        Bad(
            """\
import base64
password_dev = "@PASSWORD@"  #!
def encode(text):
    return base64.b64encode(text.encode()).decode()
session.headers.update({"X-Cybozu-Authorization": encode(f"sato:{password_dev}")})
"""
        ),
        Bad('import os\nos.environ["KINTONE_PASSWORD"] = "@PASSWORD@"  #!\n'),
        Bad('config = {"kintone_login": "sato", "kintone_password": "@PASSWORD@"}  #!\n'),
        Bad(
            """\
from agents.mcp import MCPServerStdio
server = MCPServerStdio(params={
    "command": "npx",
    "args": ["-y", "@kintone/mcp-server", "--kintone-password", "@PASSWORD@"],  #!
})
"""
        ),
        Bad(
            """\
import cdata.kintone as driver
driver.connect("User=sato;Password=@PASSWORD@;Url=https://demo.cybozu.com")  #!
"""
        ),
        Bad(
            """\
import os
# KINTONE_PASSWORD = "@PASSWORD@"  #!
KINTONE_PASSWORD = os.environ["KINTONE_PASSWORD"]
"""
        ),
    )
    good = (
        'import os\nKINTONE_PASSWORD = os.environ["KINTONE_PASSWORD"]\n',
        'KINTONE_PASSWORD_ENV_KEY = "KINTONE_PASSWORD"\n',
        'KINTONE_PASSWORD = "パスワード"\n',
        'KINTONE_PASS = "./pdf/"\n',
        'user = {"kintone_password_hash": "5f4dcc3b5aa765d61d8327deb882cf99"}\n',
        'KINTONE_PASSWORD_RESET_PATH = "reset"\nkintone_password_field = "secretcode"\n',
        'import kintone\nPOSTGRES_PASSWORD = "@PASSWORD@"\n',
        'import subprocess\nsubprocess.run(["mysqldump", "--password=@PASSWORD@", "kintone"])\n',
        'AUTH_TYPE_PASSWORD = "password"\nheaders = {"X-Cybozu-Authorization": ""}\n',
        'import pykintone\npykintone.login("demo", "user", "your-password")\n',
        'import keyring\nimport kintone\npw = keyring.get_password("kintone/password", "sato")\n',
        'record = {"kintone": 1}\nprint("Password:", record["password"]["value"])\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        return reports(subject, self.credential, self.what)
