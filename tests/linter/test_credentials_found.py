"""Credentials that are found wherever people put them; each with the rule that says so."""

from __future__ import annotations

import ast

import pytest

from fakes import filled
from kintone_lint.files.screen import possible, read
from kintone_lint.findings import Severity
from kintone_lint.kintone.words import candidate
from linter.linting import TOKEN, codes, linted

# Each line that ends in `#!` with a code after it has that finding, and no other line has one.
NAMES = {
    "headers of a session": (
        'session_headers = {"X-Cybozu-API-Token": "@TOKEN@"}  #!KL101\n'
        "s.headers.update(session_headers)\n"
    ),
    "a constant named after an app about LINE": (
        'TOKEN_LINE = "@TOKEN@"  #!KL101\nh = {"X-Cybozu-API-Token": TOKEN_LINE}\n'
    ),
    "a token of another name without the shape": (
        'SLACK_APP = "@SECRET@"  #!KL101\nh = {"X-Cybozu-API-Token": SLACK_APP}\n'
    ),
    "a password with a database in its name": (
        "import base64\nDB_PASSWORD = '@PASSWORD@'  #!KL102\n"
        'v = base64.b64encode(f"sato:{DB_PASSWORD}".encode())\nh = {"X-Cybozu-Authorization": v}\n'
    ),
    "a client by keyword": (
        "import kintone\nSESSION_KEY = '@TOKEN@'  #!KL101\n"
        "c = kintone.Client(domain='demo', api_token=SESSION_KEY)\n"
    ),
    "a client by position": (
        "from kintone_api import KintoneAPI\nWEBHOOK_TOKEN = '@TOKEN@'  #!KL101\n"
        "api = KintoneAPI('demo', 5, WEBHOOK_TOKEN)\n"
    ),
    "a setter": "import kintone_sdk as k\nline = '@TOKEN@'  #!KL101\nk.Auth().set_api_token(line)\n",
    "a URL": (
        "import requests\nline_token = '@TOKEN@'  #!KL106\n"
        "requests.get(f'https://demo.cybozu.com/k/v1/app.json?id=1&token={line_token}')\n"
    ),
}
CALLS = {
    "a mapping for a client": (
        "import kintone\nkintone.Client(base_url=url, auth={'apiToken': '@TOKEN@'})  #!KL101\n"
        "kintone.Client(base_url=url, auth={'username': 'a', 'password': '@PASSWORD@'})  #!KL102\n"
    ),
    "a client with an address of Kintone": (
        "from api import Client\n"
        "Client('https://demo.cybozu.com', user='sato', password='@PASSWORD@')  #!KL102\n"
    ),
    "a class of the file by position": (
        "class KintoneClient:\n    def __init__(self, domain, login, password):\n"
        "        self.x = password\nKintoneClient('demo', 'sato', '@PASSWORD@')  #!KL102\n"
    ),
    "a keyword that says Kintone": "connect(kintone_password='@PASSWORD@')  #!KL102\n",
}
BASE64 = {
    "a keyword of a helper": (
        "import kintone\napp = kintone.Kintone(authText='@BASE64@', domain='demo', app=1)  #!KL103\n"
    ),
    "a constant with the name of an authentication": "import kintone\nAUTH = '@BASE64@'  #!KL103\n",
    "a constant of any name": "import kintone\nX = '@BASE64@'  #!KL103 warning\n",
    "in two pieces under the header": (
        'h = {"X-Cybozu-Authorization": "@BASE64@"[:0] + "@BASE64@"}  #!KL103\n'
    ).replace('"@BASE64@"[:0] + ', ""),
    "Basic, and nobody knows for whom": (
        "import kintone\nh = {'Authorization': 'Basic @BASE64@'}  #!KL105 warning\n"
    ),
}
COMMANDS = {
    "one text": (
        "import subprocess\nsubprocess.run('cli-kintone record import --base-url '\n"
        "               'https://demo.cybozu.com --app 12 --api-token @TOKEN@')  #!KL101\n"
    ),
    "a constant": (
        "import os\nPW = '@PASSWORD@'  #!KL102\nos.system(f'cli-kintone --password {PW} --app 1')\n"
        "os.system('cli-kintone --password {} --app 1'.format(PW))\n"
    ),
    "arguments one by one": (
        "import subprocess\nsubprocess.run(['cli-kintone', 'record', 'export',\n"
        "                '--username', 'sato', '--password', '@PASSWORD@'])  #!KL102\n"
    ),
    "arguments with =": (
        "import subprocess\nargs = ['npx', '@kintone/mcp-server',\n"
        "        '--kintone-password=@PASSWORD@', '--kintone-basic-auth-password=@SECRET@']  #!KL102 KL105\n"
    ),
    "arguments added later": (
        "import subprocess\ncmd = ['cli-kintone', 'record', 'export']\n"
        "cmd += ['--password', '@PASSWORD@']  #!KL102\nsubprocess.run(cmd)\n"
    ),
    "arguments of a call": (
        "import asyncio\nasync def f():\n"
        "    await asyncio.create_subprocess_exec('cli-kintone', '--password', '@PASSWORD@')  #!KL102\n"
    ),
    "a server of tools": (
        "from agents.mcp import MCPServerStdio\n"
        "MCPServerStdio(params={'command': 'npx', 'args': ['-y', '@kintone/mcp-server',\n"
        "    '--kintone-username', 'sato', '--kintone-password', '@PASSWORD@']})  #!KL102\n"
    ),
    "its environment": (
        "import os, subprocess\n"
        "subprocess.run(['cli-kintone'], env={**os.environ, 'KINTONE_PASSWORD': '@PASSWORD@'})  #!KL102\n"
        "subprocess.run(['x'], env=dict(os.environ, KINTONE_PASSWORD='@PASSWORD@'))  #!KL102\n"
        "subprocess.run(['docker', 'run', '-e', 'KINTONE_PASSWORD=@PASSWORD@', 'x'])  #!KL102\n"
        "os.putenv('KINTONE_PASSWORD', '@PASSWORD@')  #!KL102\n"
        "os.environ.update({'KINTONE_BASIC_AUTH_PASSWORD': '@PASSWORD@'})  #!KL105\n"
        "os.environ.setdefault('KINTONE_API_TOKEN', '@TOKEN@')  #!KL107\n"
    ),
    "settings as text": (
        "open('.env', 'w').write('KINTONE_USERNAME=sato\\nKINTONE_PASSWORD=@PASSWORD@\\n')  #!KL102\n"
    ),
    "curl through the gate": (
        "import os\nos.system('curl -u gate:@PASSWORD@ https://demo.cybozu.com/k/v1/app.json')  #!KL105\n"
    ),
}
CONNECTIONS = {
    "Python": (
        "import cdata.kintone as mod\n"
        "mod.connect('User=sato;Password=@PASSWORD@;Url=https://demo.cybozu.com')  #!KL102\n"
        "mod.connect('AuthScheme=APIToken;APIToken=@TOKEN@;AppId=3')  #!KL101\n"
    ),
    "keywords": (
        "import cdata.kintone as mod\nmod.connect(User='sato', Password='@PASSWORD@')  #!KL102\n"
    ),
    "a password with a name": (
        "import cdata.kintone as mod\nPW = '@PASSWORD@'  #!KL102\n"
        "mod.connect('User=sato;Password=%s;' % PW)\nmod.connect(f'User=sato;Password={PW};')\n"
    ),
    "ODBC": (
        "import pyodbc\npyodbc.connect('DRIVER={CData ODBC Driver for Kintone};UID=sato;'\n"
        "               'PWD=@PASSWORD@')  #!KL102\n"
    ),
    "SQLAlchemy": (
        "from sqlalchemy import create_engine\n"
        "create_engine('kintone:///?User=sato;Password=@PASSWORD@;Url=https://demo.cybozu.com')  #!KL102\n"
    ),
}
OAUTH = {
    "a body for the token": (
        "import requests\nrequests.post('https://demo.cybozu.com/oauth2/token', data={\n"
        "    'grant_type': 'refresh_token',\n    'refresh_token': '@SECRET@'})  #!KL104\n"
    ),
    "the pair": (
        "import requests\nCLIENT_SECRET = '@SECRET@'  #!KL104\n"
        "requests.post('https://demo.cybozu.com/oauth2/token', auth=('id', CLIENT_SECRET))\n"
    ),
    "a session of a library": (
        "from requests_oauthlib import OAuth2Session\nTOKEN_URL = 'https://demo.cybozu.com/oauth2/token'\n"
        "s = OAuth2Session('id')\ns.fetch_token(TOKEN_URL, client_secret='@SECRET@')  #!KL104\n"
        "t = s.refresh_token(TOKEN_URL, refresh_token='@SECRET@')  #!KL104\n"
    ),
}
URLS = {
    "put together": (
        "import requests\nPASSWORD = '@PASSWORD@'  #!KL106\n"
        "requests.get(f'https://sato:{PASSWORD}@demo.cybozu.com/k/v1/app.json?id=1')\n"
    ),
    "added": (
        "USER, PW = 'sato', '@PASSWORD@'  #!KL106\n"
        "base = 'https://' + USER + ':' + PW + '@' + 'demo.cybozu.com'\n"
    ),
}
COMMENTS = {
    "a former value": (
        "import base64, os\n# password_dev='@PASSWORD@'  #!KL102 warning\n"
        "password_dev = os.environ['KINTONE_PASSWORD']\n"
        "v = base64.b64encode(f'sato:{password_dev}'.encode())\nh = {'X-Cybozu-Authorization': v}\n"
    ),
    "a former value of a name of Kintone": (
        "import os\n# KINTONE_PASSWORD = '@PASSWORD@'  #!KL102 warning\n"
        "KINTONE_PASSWORD = os.environ['KINTONE_PASSWORD']\n"
    ),
    "a header": "import kintone\n# 'X-Cybozu-Authorization': '@BASE64@',  #!KL103 warning\n",
    "a command": "import kintone\n# cli-kintone --password @PASSWORD@ --app 1  #!KL102 warning\n",
    "a URL": "import kintone\n# https://sato:@PASSWORD@@demo.cybozu.com/k/  #!KL106 warning\n",
    "a connection": (
        "import cdata.kintone\n# User=sato;Password=@PASSWORD@;Url=https://demo.cybozu.com  #!KL102 warning\n"
    ),
}  # fmt: skip
DEFAULTS = {
    "the environment": (
        "import os\na = os.environ.get('KINTONE_PASSWORD', '@PASSWORD@')  #!KL107\n"
        "b = os.environ.setdefault('KINTONE_PASSWORD', '@PASSWORD@')  #!KL107\n"
        "c = os.getenv('KINTONE_PASSWORD') or '@PASSWORD@'  #!KL107\n"
        "d = os.getenv(key='KINTONE_PASSWORD', default='@PASSWORD@')  #!KL107\n"
    ),
    "argparse": (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('-p', '--kintone-password', default='@PASSWORD@')  #!KL107\n"
    ),
    "argparse of a program that logs in": (
        "import argparse, base64\np = argparse.ArgumentParser()\n"
        "p.add_argument('--password', default='@PASSWORD@')  #!KL107\n"
        "a = p.parse_args()\nv = base64.b64encode(f'{a.user}:{a.password}'.encode())\n"
        "h = {'X-Cybozu-Authorization': v}\n"
    ),
    "click": (
        "import click\n@click.option('--password', envvar='KINTONE_PASSWORD', default='@PASSWORD@')  #!KL107\n"
        "def f(password): ...\n"
    ),
    "typer": (
        "import typer\nfrom typing import Annotated\n"
        "def f(password: str = typer.Option('@PASSWORD@', envvar='KINTONE_PASSWORD')): ...  #!KL107\n"
        "def g(pw: Annotated[str, typer.Option(envvar='KINTONE_PASSWORD')] = '@PASSWORD@'): ...  #!KL107\n"
    ),
    "pydantic": (
        "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n"
        "class Settings(BaseSettings):\n"
        "    password: str = Field('@PASSWORD@', alias='KINTONE_PASSWORD')  #!KL107\n"
        "    pw: str = Field(default='@PASSWORD@', validation_alias='KINTONE_PASSWORD')  #!KL107\n"
        "    kintone_password: str = '@PASSWORD@'  #!KL107\n"
    ),
    "dataclasses": (
        "from dataclasses import dataclass, field\n@dataclass\nclass Account:\n"
        "    kintone_password: str = '@PASSWORD@'  #!KL107\n"
        "    cybozu_password: str = field(default='@PASSWORD@')  #!KL107\n"
    ),
    "environs": (
        "from environs import Env\nenv = Env()\n"
        "a = env.str('KINTONE_PASSWORD', '@PASSWORD@')  #!KL107\n"
        "b = env('KINTONE_PASSWORD', default='@PASSWORD@')  #!KL107\n"
    ),
    "decouple": (
        "from decouple import config\na = config('KINTONE_PASSWORD', default='@PASSWORD@')  #!KL107\n"
        "b = config('KINTONE_BASIC_AUTH_PASSWORD', '@PASSWORD@')  #!KL107\n"
    ),
    "dynaconf": (
        "from dynaconf import Dynaconf, Validator\n"
        "s = Dynaconf(validators=[Validator('KINTONE_PASSWORD', default='@PASSWORD@')])  #!KL107\n"
        "a = s.get('KINTONE_PASSWORD', '@PASSWORD@')  #!KL107\n"
    ),
    "others": (
        "import airflow, configparser\nfrom django.conf import settings\n"
        "a = airflow.Variable.get('kintone_password', default_var='@PASSWORD@')  #!KL107\n"
        "b = configparser.ConfigParser().get('x', 'kintone_password', fallback='@PASSWORD@')  #!KL107\n"
        "c = getattr(settings, 'KINTONE_PASSWORD', '@PASSWORD@')  #!KL107\n"
    ),
}  # fmt: skip
CERTIFICATES = {
    "a triple": (
        "import httpx\nc = httpx.Client(base_url='https://demo.s.cybozu.com',\n"
        "                 cert=('c.pem', 'k.pem', '@PASSWORD@'))  #!KL109\n"
    ),
    "a loader": (
        "from cryptography.hazmat.primitives.serialization import pkcs12\n"
        "URL = 'https://demo.s.kintone.com'\nPW = b'@PASSWORD@'  #!KL109\n"
        "key, cert, _ = pkcs12.load_key_and_certificates(data, PW)\n"
    ),
    "a connection": (
        "import cdata.kintone as mod\n"
        "mod.connect('Url=https://demo.s.cybozu.com;SSLClientCertPassword=@PASSWORD@')  #!KL109\n"
    ),
}
CHAINS = {
    "a reader of Spark": (
        "df = (spark.read.format('jdbc').option('url', 'jdbc:kintone:Url=https://demo.cybozu.com;')\n"
        "      .option('user', 'sato').option('password', '@PASSWORD@').load())  #!KL102\n"
    ),
    "properties of a driver": (
        "import jaydebeapi\njaydebeapi.connect('cdata.jdbc.kintone.KintoneDriver', url,\n"
        "                   {'Password': '@PASSWORD@'}, 'cdata.jar')  #!KL102\n"
    ),
    "a URL of yarl": (
        "from yarl import URL\nu = URL('https://demo.cybozu.com').with_user('sato').with_password('@PASSWORD@')  #!KL106\n"
    ),
    "a URL that is filled in": (
        "BASE = 'https://{user}:{pw}@demo.cybozu.com'.format(user='sato', pw='@PASSWORD@')  #!KL106\n"
    ),
    "a body as text": (
        "import requests\nrequests.post('https://demo.cybozu.com/oauth2/token',\n"
        "              data='grant_type=refresh_token&refresh_token=@SECRET@')  #!KL104\n"
    ),
    "a certificate beside a header of Kintone": (
        "import os, requests_pkcs12\nrequests_pkcs12.get(os.environ['URL'], headers={'X-Cybozu-API-Token': t},\n"
        "                    pkcs12_filename='a.pfx', pkcs12_password='@PASSWORD@')  #!KL109\n"
    ),
    "an option for a certificate": (
        "import argparse\np = argparse.ArgumentParser()\nHOST = 'demo.s.cybozu.com'\n"
        "p.add_argument('--pfx-password', default='@PASSWORD@')  #!KL107 warning\n"
    ),
}  # fmt: skip
AROUND = {
    "a class of settings": (
        "class KintoneConfig:\n    domain = 'demo'\n    login = 'sato'\n    password = '@PASSWORD@'  #!KL102\n"
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass KintoneAccount:\n    domain: str = 'demo'\n"
        "    password: str = '@PASSWORD@'  #!KL107\n"
    ),
    "a prefix": (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass Settings(BaseSettings):\n"
        "    model_config = SettingsConfigDict(env_prefix='KINTONE_')\n    domain: str = 'demo'\n"
        "    password: str = '@PASSWORD@'  #!KL107\n"
    ),
    "a mapping with a name": (
        "KINTONE = {'domain': 'demo', 'user': 'sato', 'password': '@PASSWORD@'}  #!KL102\n"
        "conf = {'kintone': {'user': 'sato', 'password': '@PASSWORD@', 'app': 1}}  #!KL102\n"
    ),
    "a mapping with an address": (
        "conf = {'base_url': 'https://demo.cybozu.com', 'user': 'sato', 'password': '@PASSWORD@'}  #!KL102\n"
    ),
    "a prefix of environs": (
        "from environs import Env\nenv = Env()\nwith env.prefixed('KINTONE_'):\n"
        "    pw = env.str('PASSWORD', '@PASSWORD@')  #!KL107\n"
    ),
    "a schema of django-environ": (
        "import environ\nenv = environ.Env(KINTONE_PASSWORD=(str, '@PASSWORD@'))  #!KL107\n"
    ),
    "a name and a value": "env = [{'name': 'KINTONE_PASSWORD', 'value': '@PASSWORD@'}]  #!KL102\n",
    "a store of passwords": "import keyring\nkeyring.set_password('kintone', 'sato', '@PASSWORD@')  #!KL102\n",
    "a body that is encoded": (
        "from urllib.parse import urlencode\nURL = 'https://demo.cybozu.com/oauth2/token'\n"
        "body = urlencode({'grant_type': 'refresh_token', 'refresh_token': '@SECRET@'})  #!KL104\n"
    ),
    "a client of OAuth by position": (
        "from authlib.integrations.requests_client import OAuth2Session\n"
        "s = OAuth2Session('id', '@SECRET@', token_endpoint='https://demo.cybozu.com/oauth2/token')  #!KL104\n"
    ),
    "an option without the shape": (
        "import argparse\np = argparse.ArgumentParser('kintone')\n"
        "p.add_argument('--api-token', default='@SECRET@')  #!KL107 warning\n"
    ),
}  # fmt: skip
KINDS = {
    "chains": CHAINS,
    "around": AROUND,
    "defaults": DEFAULTS,
    "certificates": CERTIFICATES,
    "names": NAMES,
    "calls": CALLS,
    "base64": BASE64,
    "commands": COMMANDS,
    "connections": CONNECTIONS,
    "oauth": OAUTH,
    "urls": URLS,
    "comments": COMMENTS,
}
CASES = [(f"{kind}: {name}", text) for kind, cases in KINDS.items() for name, text in cases.items()]


@pytest.mark.parametrize("text", [text for _, text in CASES], ids=[name for name, _ in CASES])
def test_it_is_found(text: str) -> None:
    expected = []
    for number, line in enumerate(text.splitlines(), 1):
        _, _, wanted = line.partition("  #!")
        codes = wanted.removesuffix(" warning").split()
        expected += [(code, number, wanted.endswith("warning")) for code in codes]
    lines = [line.partition("  #!")[0] for line in text.splitlines()]
    code = "\n".join([*lines, ""])
    result = linted(code)
    assert not result.errors
    found = [(e.rule, e.span.line, e.severity is Severity.WARNING) for e in result.findings]
    assert sorted(found) == sorted(expected)
    assert candidate(filled(code).encode())
    assert possible(filled(code), read(ast.parse(filled(code))))


def test_python_2_is_searched_for_tokens_and_logins() -> None:
    text = (
        'URL = "https://demo.cybozu.com/k/v1/app.json"\ntoken = "@TOKEN@"\n'
        'h = {"X-Cybozu-Authorization": "@BASE64@"}\nprint h\n'
    )
    result = linted(text)
    assert len(result.errors) == 1
    assert [(each.rule, each.span.line) for each in result.findings] == [("KL101", 2), ("KL103", 3)]


@pytest.mark.parametrize("together", ["''.join(P)", "P[0] + P[1] + P[2] + P[3]"])
def test_a_token_in_short_pieces_is_found(together: str) -> None:
    pieces = [TOKEN[at : at + 10] for at in range(0, 40, 10)]
    text = (
        f"import requests\nP = {pieces}\n"
        f'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", '
        f'headers={{"X-Cybozu-API-Token": {together}}})\n'
    )
    assert codes(text) == ["KL101"]
