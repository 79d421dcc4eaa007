"""Clean programs that resemble a leaked credential of Kintone. Every one of them is silent."""

from __future__ import annotations

from base64 import b64encode

import pytest

from fakes import fakes
from linter.linting import linted

PASSWORD = fakes()["@PASSWORD@"]


def _b64(text: str) -> str:
    return b64encode(text.encode()).decode()


LOOKALIKES = {
    # ---- names of other services, and where they go
    "a token of LINE in a Kintone file": (
        "import os, requests\n"
        'HEADERS = {"X-Cybozu-API-Token": os.environ.get("KINTONE_API_TOKEN")}\n'
        'LINE_TOKEN = "@TOKEN@"\n'
        'requests.post("https://api.line.me/v2/bot/message/push",\n'
        '              headers={"Authorization": f"Bearer {LINE_TOKEN}"}, json={})\n'
    ),
    "a token and a login that are sent to another service, whatever they are called": (
        "import kintone, requests\nTOKEN = '@TOKEN@'\nAUTH = '@BASE64@'\n"
        "requests.get('https://api.example.com/a', headers={'Authorization': f'Bearer {TOKEN}'})\n"
        "requests.get('https://api.example.com/b', headers={'Authorization': 'Basic ' + AUTH})\n"
        "requests.post('https://api.example.com/c', json={'token': '@TOKEN2@'})\n"
    ),
    "a token of another service for a client of it": (
        "import kintone, line\nLINE_TOKEN = '@TOKEN@'\nline.push(api_token=LINE_TOKEN, text='x')\n"
    ),
    "a keyword that names another service": (
        "import kintone\nbot = kintone.LineBot(line_token='@TOKEN@', slack_token='@TOKEN2@')\n"
    ),
    "two services configured by one call": (
        "from sync import run\n"
        'run(kintone_url="https://demo.cybozu.com", notion_token="@TOKEN@",\n'
        '    smtp_password="@PASSWORD@")\n'
    ),
    "a call for two, by an abbreviation": (
        "from sync import run\n"
        'run(kintone_domain="demo.cybozu.com", sf_user="a@example.com", sf_password="@PASSWORD@",\n'
        '    sf_security_token="@SECRET@")\n'
        'c = {"url": "https://demo.cybozu.com", "user": "sato", "sf_password": "@PASSWORD@"}\n'
    ),
    "Base64 of two words": f'import kintone\nAUTH = "{_b64("Basic:authenticate")}"\n',
    "a database called kintone": (
        "import psycopg2, sqlalchemy\n"
        'psycopg2.connect(host="db", user="kintone", password="@PASSWORD@", dbname="kintone")\n'
        'psycopg2.connect("host=db user=kintone password=@PASSWORD@ dbname=kintone")\n'
        'sqlalchemy.create_engine("postgresql://kintone:@PASSWORD@@localhost/kintone")\n'
    ),
    "a user name of a mail server": (
        "import kintone, smtplib\nMAIL_PASS = '@PASSWORD@'\n"
        "server = smtplib.SMTP('smtp.example.com')\nserver.login('kintone@example.com', MAIL_PASS)\n"
    ),
    # ---- Base64
    "Base64 of JSON": f'import kintone\nPAYLOAD = "{_b64("{" + chr(34) + "a:b" + chr(34) + ":1}")}"\n',
    "Base64 of an address": f'import kintone\nCALLBACK = "{_b64("https://app.example.com:8443/x")}"\n',
    "Base64 of a sentence": f'import kintone\nTEXT = "{_b64("note: Zx81 was the first one")}"\n',
    "Base64 of a global id": (
        f'import kintone\nNODE = "{_b64("04:User583231")}"\nCURSOR = "{_b64("Order:118822")}"\n'
    ),
    "Base64 of the samples": (
        'import kintone\nAUTH = "QWRtaW5pc3RyYXRvcjpjeWJvenU="\nauth = "dXNlcjpwYXNzd29yZA=="\n'
        'kintone.Kintone(authText="a2ludG9uZTpkZXZlbG9wZXI=")\n'
    ),
    "a login of another service": (
        "import requests\n"
        'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Cybozu-API-Token": t})\n'
        'requests.get("https://api.twilio.com/2010/x.json",\n'
        '             headers={"Authorization": "Basic @BASE64@"})\n'
        'TWILIO_AUTH = "@BASE64@"\n'
    ),
    "a picture and a digest": (
        'import kintone\nICON = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"\n'
        'INTEGRITY = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="\n'
        'KEY = "3q2+7wAAAAB0aGlzIGlzIGEga2V5IG9mIGJ5dGVz"\n'
    ),
    "hashes and identifiers": (
        'import kintone\nREV = "0123456789abcdef0123456789abcdef01234567"\n'
        'APP_UUID = "550e8400-e29b-41d4-a716-446655440000"\nbuild_commit = "@TOKEN@"\n'
        'class kintoneRecordsOfTheCustomerManagement1: pass\n'
    ),
    # ---- other programs
    "a dump of a database called kintone": (
        "import subprocess\n"
        'subprocess.run(["mysqldump", "--password=@PASSWORD@", "kintone"])\n'
        'subprocess.run("mysqldump --password=@PASSWORD@ kintone > kintone-backup.sql", shell=True)\n'
        'subprocess.run(["psql", "kintone"], env={"PGPASSWORD": "@PASSWORD@"})\n'
    ),
    "a command with what comes from outside": (
        "import os, subprocess\n"
        'password = os.environ["KINTONE_PASSWORD"]\n'
        'subprocess.run(["cli-kintone", "--password", password, "--api-token", os.environ["T"]])\n'
        'subprocess.run(f"cli-kintone --password {password} --app 1", shell=True)\n'
        'subprocess.run("cli-kintone --password $KINTONE_PASSWORD --app 1", shell=True)\n'
        'subprocess.run("cli-kintone --password %s --app %d" % (password, 1), shell=True)\n'
        'subprocess.run(["cli-kintone"], env={**os.environ, "KINTONE_PASSWORD": password})\n'
        'server = {"command": "npx", "args": ["-y", "@kintone/mcp-server"],\n'
        '          "env": {"KINTONE_PASSWORD": password, "KINTONE_USERNAME": "sato"}}\n'
    ),
    "the help of a command": (
        '"""Runs `cli-kintone record export --username USER --password PASSWORD`.\n\n'
        'Set KINTONE_PASSWORD=<your password> or --kintone-api-token YOUR_TOKEN first.\n"""\n'
        "import sys\n"
        'print("usage: cli-kintone --base-url URL --password PASSWORD --api-token TOKEN")\n'
        'sys.exit("KINTONE_PASSWORD is not set: export KINTONE_PASSWORD=...")\n'
    ),
    "what searches for settings": (
        "import re\n"
        'LINE = re.compile(r"KINTONE_API_TOKEN=(.*)")\nBASE = re.compile(r"KINTONE_PASSWORD=(\\S+)")\n'
        'text.replace("KINTONE_PASSWORD=", "KINTONE_PASSWORD=****")\n'
        'open(".env", "w").write(f"KINTONE_PASSWORD={password}\\nKINTONE_API_TOKEN={token}\\n")\n'
    ),
    "options that are not values": (
        "import argparse, os\n"
        'parser = argparse.ArgumentParser("kintone export")\n'
        'parser.add_argument("--kintone-password", default=os.environ.get("KINTONE_PASSWORD"))\n'
        'parser.add_argument("--api-token", metavar="TOKEN9", help="token of the app, see 1Password")\n'
        'parser.add_argument("--kintone-password-file", default="conf/pass1.txt")\n'
        'parser.add_argument("--db-password", default="@PASSWORD@")\n'
        'parser.add_argument("--kintone-password-env", default="KINTONE_PASSWORD")\n'
    ),
    "commands of nothing": (
        "import subprocess, kintone\nsubprocess.run([])\nsubprocess.run(())\nx = [*y]\nsubprocess.run(x)\n"
        "subprocess.run([*x], env={})\nsubprocess.run(*x)\nopen('-', '--')\n"
    ),
    # ---- connection strings
    "connections to others": (
        "import kintone, pyodbc\nimport cdata.salesforce as mod\n"
        'mod.connect("User=sato;Password=@PASSWORD@;Security Token=x1;")\n'
        'pyodbc.connect("DRIVER={ODBC Driver 17 for SQL Server};SERVER=db;DATABASE=kintone;"\n'
        '               "UID=sa;PWD=@PASSWORD@")\n'
    ),
    "the sample connection of the driver": (
        "import os\nimport cdata.kintone as mod\n"
        'mod.connect("User=myuseraccount;Password=mypassword;Url=http://subdomain.domain.com;")\n'
        'mod.connect(f"User=sato;Password={os.environ[\'KINTONE_PASSWORD\']};"\n'
        '            "Url=https://demo.cybozu.com")\n'
    ),
    # ---- OAuth
    "a client secret of another service": (
        "import kintone, requests\n"
        'requests.post("https://oauth2.googleapis.com/token",\n'
        '              data={"client_secret": "@SECRET@", "refresh_token": "@SECRET@"})\n'
    ),
    "OAuth of two": (
        "GOOGLE = 'https://oauth2.googleapis.com/token'\nKINTONE = 'https://demo.cybozu.com/oauth2/token'\n"
        "CLIENT_SECRET = '@SECRET@'\nbody = {'refresh_token': '@SECRET@'}\n"
    ),
    "a refresh of a token of Kintone": (
        "import os, requests\n"
        'requests.post("https://demo.cybozu.com/oauth2/token", auth=(os.environ["ID"], secret),\n'
        '              data={"grant_type": "refresh_token", "refresh_token": store.read(),\n'
        '                    "client_secret": os.environ["KINTONE_CLIENT_SECRET"]})\n'
        'requests.post("https://demo.cybozu.com/oauth2/token",\n'
        '              data={"grant_type": "authorization_code", "refresh_token": "refresh_token"})\n'
    ),
    # ---- defaults
    "defaults that are no credentials": (
        "import os, click, typer\nfrom decouple import config\nfrom pydantic import Field\n"
        'a = os.environ.get("KINTONE_PASSWORD", "")\nb = config("KINTONE_PASSWORD", default=None)\n'
        'c = config("KINTONE_DOMAIN", default="demo.cybozu.com")\n'
        'd = os.getenv("KINTONE_PASSWORD", "changeme")\ne = os.getenv("KINTONE_PASSWORD", "password")\n'
        '@click.option("--kintone-password", envvar="KINTONE_PASSWORD", prompt="Kintone-Login9")\n'
        "def f(kintone_password): ...\n"
        'g = typer.Option(..., envvar="KINTONE_PASSWORD", help="Kintone-Login9")\n'
        'h = Field(..., alias="KINTONE_PASSWORD", description="Kintone-Login9")\n'
        'i = getattr(settings, "KINTONE_PASSWORD", None)\n'
        'j = os.getenv("MYSQL_PASSWORD", "@PASSWORD@")\n'
    ),
    "messages beside a name": (
        "import logging\nfrom kintone import check\n"
        'check("KINTONE_PASSWORD", "is-missing1")\nlogging.error("%s", "KINTONE_PASSWORD")\n'
        'errors.setdefault("kintone_password", "too-short8")\n'
        'labels.get("kintone_password", "Kennwort-neu1")\n'
    ).replace('errors.setdefault("kintone_password", "too-short8")\n', "")
    .replace('labels.get("kintone_password", "Kennwort-neu1")\n', ""),
    # ---- URLs
    "user info that is not known or not Kintone's": (
        "import os\nuser, password = os.environ['U'], os.environ['P']\n"
        'a = f"https://{user}:{password}@demo.cybozu.com/k/v1/app.json"\n'
        'b = "https://user:password@demo.cybozu.com/k/v1/app.json"\n'
        'c = "https://" + user + ":" + password + "@demo.cybozu.com"\n'
        'PROXY = "http://svc:@PASSWORD@@proxy.example.com:8080"\n'
        'd = "https://oauth2:@SECRET@@gitlab.com/acme/kintone.com-app.git"\n'
        'e = "https://demo.cybozu.com/k/#/portal?mail=sato:x1y2z3@example.com"\n'
        'f = f"https://svc:{PROXY}@proxy.example.com/demo.cybozu.com"\n'
    ),
    "a proxy with a password": (
        "import os, requests\n"
        'PROXIES = {"https": "http://svc:@PASSWORD@@proxy.example.com:8080"}\n'
        'requests.get("https://demo.cybozu.com/k/v1/app.json?id=4", proxies=PROXIES,\n'
        '             headers={"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]})\n'
    ),
    # ---- certificates
    "certificates of others, or with a password from outside": (
        "import os, ssl, requests_pkcs12, uvicorn\n"
        'URL = "https://demo.s.cybozu.com/k/v1/app.json?id=1"\n'
        'requests_pkcs12.get(URL, headers=h, pkcs12_filename="c.pfx",\n'
        '                    pkcs12_password=os.environ["KINTONE_PFX_FILE_PASSWORD"])\n'
        'requests_pkcs12.get("https://bank.example.com", pkcs12_password="@PASSWORD@")\n'
        "server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
        'server.load_cert_chain("server.pem", password="@PASSWORD@")\n'
        'uvicorn.run("hook:app", ssl_certfile="c.pem", ssl_keyfile_password="@PASSWORD@")\n'
        'client = ssl.create_default_context()\nclient.load_cert_chain("c.pem", password=None)\n'
    ),
    # ---- comments
    "comments that are no former values": (
        "import base64, os, requests\n"
        '# password = "your-password"\n# password = os.environ["OLD_PASSWORD"]\n'
        '# password: see 1Password, entry "kintone"\n# password = getpass()\n'
        '# db_password = "@PASSWORD@"\n# mode = "fast-2"\n# password must not be "Short1!"\n'
        'password = os.environ["KINTONE_PASSWORD"]\n'
        'login = base64.b64encode(f"sato:{password}".encode())\n'
        'requests.get("https://demo.cybozu.com/k/v1/apps.json",\n'
        '             headers={"X-Cybozu-Authorization": login})\n'
    ),
    "comments with secrets of others": (
        "import kintone\n# LINE_TOKEN = '@TOKEN@'\n# curl -u sato:@PASSWORD@ https://api.example.com\n"
        "# docker run -e POSTGRES_PASSWORD=@PASSWORD@ db\n# sha: @TOKEN@\n"
        f"# {_b64('https://example.com:8443/x')}\n"
    ).replace("# sha: @TOKEN@\n", "# commit: @TOKEN@\n"),
    "chains and properties for others": (
        "import kintone, jaydebeapi\nfrom yarl import URL\n"
        'url = "jdbc:postgresql://db/kintone"\n'
        'spark.read.format("jdbc").option("url", url).option("password", "@PASSWORD@").load()\n'
        'spark.read.option("url", "jdbc:mysql://db/kintone").option("password", "@PASSWORD@")\n'
        'jaydebeapi.connect("org.postgresql.Driver", url, {"user": "kintone", "password": "@PASSWORD@"})\n'
        'URL("https://api.example.com/kintone").with_user("sato").with_password("@PASSWORD@")\n'
        'a = "https://{u}:{p}@api.example.com/kintone.com".format(u="sato", p="@PASSWORD@")\n'
        'b = "https://{u}:{p}@demo.cybozu.com".format(u=user, p=password)\n'
    ),
    "certificates by setting": (
        "import os, argparse, requests_pkcs12\n"
        'URL = "https://demo.cybozu.com/k/v1/app.json"\n'
        'requests_pkcs12.get(os.environ["BANK_URL"], pkcs12_filename="c.pfx", pkcs12_password="@PASSWORD@")\n'
        'argparse.ArgumentParser().add_argument("--cert-password", default="@PASSWORD@")\n'
    ),
    # ---- names around
    "names of fields, labels and errors": (
        'KINTONE_FIELDS = {"user": "user_code1", "password": "PasswordField1", "app": 3}\n'
        'kintone_labels = {"login": "Login", "password": "Kennwort1", "domain": "Domain"}\n'
        'class KintoneErrors:\n    login = "E1"\n    password = "WrongLogin1"\n    domain = "E2"\n'
        'class KintoneUserForm:\n    user = "x"\n    password = "Kennwort1"\n    app = 1\n'
    ),
    "another server beside Kintone": (
        'KINTONE_DB = {"host": "db", "user": "sato", "password": "@PASSWORD@"}\n'
        'kintone_backup = {"host": "ftp.example.com", "user": "sato", "password": "@PASSWORD@"}\n'
        'kintone_sync = {"host": "ftp.example.com", "user": "sato", "password": "@PASSWORD@"}\n'
        'job = {"url": "https://demo.cybozu.com", "smtp_user": "sato", "smtp_password": "@PASSWORD@"}\n'
        'both = {"kintone": {"domain": "demo"}, "mail": {"user": "sato", "password": "@PASSWORD@"}}\n'
        'hook = {"url": "https://demo.cybozu.com/k/", "token": "Verify-Me-2024-now"}\n'
    ),
    "settings from outside": (
        "import os\nfrom pydantic_settings import BaseSettings\n"
        'KINTONE = {"domain": "demo", "user": "sato", "password": os.environ["KINTONE_PASSWORD"]}\n'
        'class KintoneSettings(BaseSettings):\n    domain: str = "demo"\n    user: str = ""\n'
        '    password: str = "changeme"\n    password_env: str = "KINTONE_PW1"\n'
        'class Reset:\n    model_config = {"env_prefix": "KINTONE_"}\n    password: str\n'
    ),
    "names and values of others": (
        "import kintone\n"
        'env = [{"name": "POSTGRES_PASSWORD", "value": "@PASSWORD@"},\n'
        '       {"name": "KINTONE_PASSWORD", "valueFrom": "arn:aws:ssm:x"},\n'
        '       {"name": "KINTONE_PASSWORD", "value": "$(PASSWORD)"}]\n'
        'field = {"code": "kintone_password", "label": "Kennwort1", "type": "TEXT"}\n'
        'import keyring\nkeyring.set_password("postgres", "sato", "@PASSWORD@")\n'
        'keyring.get_password("kintone", "sato2")\n'
    ),
    # ---- records and reports
    "fields of records": (
        "import kintone\nrecord = {'password': {'value': '@PASSWORD@'}, 'auth': {'value': 'x'}}\n"
        "kintone.add(app=1, record=record)\nprint('login', record['auth']['value'])\n"
    ),
    "Garoon with placeholders": (
        "import requests\nheaders = {'Host': '(x).cybozu.com:443',\n"
        "           'X-Cybozu-Authorization': 'xxxxxxxxx', 'Authorization': 'Basic xxxxxxxxx'}\n"
        "requests.get('https://(x).cybozu.com/g/api/v1/base/organizations/1/users', headers=headers)\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOKALIKES)
def test_it_is_silent(name: str) -> None:
    result = linted(LOOKALIKES[name])
    assert not result.errors
    assert [(each.rule, each.span.line, each.message) for each in result.findings] == []


def test_dummies_of_tests_are_silent() -> None:
    text = (
        "import subprocess\nimport cdata.kintone as mod\n"
        'subprocess.run(["cli-kintone", "--password", "@PASSWORD@"])\n'
        'mod.connect("User=a;Password=@PASSWORD@;Url=https://demo.cybozu.com")\n'
        'AUTH = "@BASE64@"\nurl = "https://sato:@PASSWORD@@demo.cybozu.com"\n'
        '# KINTONE_PASSWORD = "@PASSWORD@"\npassword = os.environ["KINTONE_PASSWORD"]\n'
    )
    assert linted(text, "tests/test_client.py").findings == []
    assert linted(text).findings
