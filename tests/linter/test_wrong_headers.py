"""Each way in which a credential ends up in a header that Kintone does not read it from (KL301)."""

from __future__ import annotations

import re

import pytest

from linter.linting import linted

URL = '"https://demo.cybozu.com/k/v1/app.json?id=1"'
MARK = re.compile(r" *#!$", re.MULTILINE)

WRONG = {
    "a pair with a name": (
        f"import requests\nlogin = (user, password)\nrequests.get({URL}, auth=login)  #!\n"
    ),
    "a list as a pair": f"import requests\nrequests.get({URL}, auth=[user, password])  #!\n",
    "a pair on self": (
        "import requests\nclass Client:\n"
        "    def __init__(self, user, password):\n        self.login = (user, password)\n"
        f"    def app(self):\n        return requests.get({URL}, auth=self.login)  #!\n"
    ),
    "a pair from a method": (
        "import requests\nclass Client:\n"
        "    def pair(self):\n        return self.user, self.password\n"
        f"    def app(self):\n        return requests.get({URL}, auth=self.pair())  #!\n"
    ),
    "a pair from a function, in another variable": (
        "import requests\ndef login():\n    return (os.environ['USER'], os.environ['PASS'])\n"
        f"auth = login()\nrequests.post({URL}, json={{}}, auth=auth)  #!\n"
    ),
    "an object of requests": (
        "import requests\nfrom requests.auth import HTTPBasicAuth\n"
        f"requests.get({URL}, auth=HTTPBasicAuth(user, password))  #!\n"
    ),
    "an object of requests with a name": (
        "import requests\nauth = requests.auth.HTTPBasicAuth(user, password)\n"
        f"requests.request('GET', {URL}, auth=auth)  #!\n"
    ),
    "an object of httpx": (
        f"import httpx\nhttpx.get({URL}, auth=httpx.BasicAuth(user, password))  #!\n"
    ),
    "a client of httpx": (
        "import httpx\nwith httpx.Client(auth=(user, password)) as client:  #!\n"
        f"    client.get({URL})\n"
    ),
    "a session of aiohttp": (
        "import aiohttp\nasync def app():\n"
        "    auth = aiohttp.BasicAuth(user, password)\n"
        "    async with aiohttp.ClientSession(auth=auth) as session:  #!\n"
        f"        async with session.get({URL}) as response:\n"
        "            return await response.json()\n"
    ),
    "the session of a class": (
        "import requests\nclass Client:\n"
        "    def __init__(self, user, password):\n"
        "        self.session = requests.Session()\n"
        "        self.session.auth = (user, password)  #!\n"
        f"    def app(self):\n        return self.session.get({URL})\n"
    ),
    "a session that a function makes": (
        "import requests\ndef connected(user, password):\n"
        "    session = requests.Session()\n"
        "    session.auth = (user, password)  #!\n"
        "    return session\n"
        f"session = connected(u, p)\nsession.get({URL})\n"
    ),
    "a class that is a session": (
        "import requests\nclass Client(requests.Session):\n"
        "    def __init__(self, user, password):\n        super().__init__()\n"
        "        self.auth = (user, password)  #!\n"
        f"    def app(self):\n        return self.get({URL})\n"
    ),
    "named arguments that are spread": (
        "import requests\noptions = {'auth': (user, password), 'timeout': 5}  #!\n"
        f"requests.get({URL}, **options)\n"
    ),
    "a header that is put together": (
        "import base64, requests\n"
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        f'requests.get({URL}, headers={{"Authorization": "Basic " + pair}})  #!\n'
    ),
    "a header without a scheme": (
        "import base64, requests\n"
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        f'requests.get({URL}, headers={{"Authorization": pair}})  #!\n'
    ),
    "a header of which only the scheme is known": (
        f'import requests\nrequests.get({URL}, headers={{"Authorization": f"Basic {{pair}}"}})  #!\n'
    ),
    "a header of a function of requests": (
        "import requests\nfrom requests.auth import _basic_auth_str\n"
        'headers = {"Authorization": _basic_auth_str(user, password)}  #!\n'
        f"requests.get({URL}, headers=headers)\n"
    ),
    "a header of aiohttp": (
        "import aiohttp, requests\n"
        'headers = {"Authorization": aiohttp.BasicAuth(user, password).encode()}  #!\n'
        f"requests.get({URL}, headers=headers)\n"
    ),
    "a header of the session": (
        "import base64, requests\nsession = requests.Session()\n"
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        'session.headers["Authorization"] = f"Basic {pair}"  #!\n'
        f"session.get({URL})\n"
    ),
    "a header that urllib adds": (
        "import base64, urllib.request\n"
        f"request = urllib.request.Request({URL})\n"
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        'request.add_header("Authorization", f"Basic {pair}")  #!\n'
        "urllib.request.urlopen(request)\n"
    ),
    "the passwords of urllib": (
        "import urllib.request\n"
        "manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()\n"
        'manager.add_password(None, "https://demo.cybozu.com/k/v1/", user, password)  #!\n'
        "handler = urllib.request.HTTPBasicAuthHandler(manager)\n"
        "opener = urllib.request.build_opener(handler)\n"
        f"opener.open({URL})\n"
    ),
    "the passwords of a handler of urllib": (
        "import urllib.request\nhandler = urllib.request.HTTPBasicAuthHandler()\n"
        'handler.add_password(realm="x", uri="https://demo.cybozu.com", user=u, passwd=p)  #!\n'
        f"urllib.request.build_opener(handler).open({URL})\n"
    ),
    "a header of urllib3": (
        "import urllib3\nhttp = urllib3.PoolManager()\n"
        f'http.request("GET", {URL}, headers=urllib3.make_headers(basic_auth=f"{{u}}:{{p}}"))  #!\n'
    ),
    "the user info of a URL": (
        "import requests\n"
        'url = f"https://{user}:{password}@demo.cybozu.com/k/v1/app.json?id=1"\n'
        "requests.get(url)  #!\n"
    ),
    "one of two ways in": (
        "import base64, requests\ndef app(token=None, user=None, password=None):\n"
        "    headers = {}\n"
        "    if token:\n"
        '        headers["X-Cybozu-API-Token"] = token\n'
        "    else:\n"
        '        pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        '        headers["Authorization"] = f"Basic {pair}"  #!\n'
        f"    return requests.get({URL}, headers=headers)\n"
    ),
    "one of two ways in, in a function that sends nothing": (
        "import base64\ndef kintone_headers(config):\n"
        "    if config.token:\n"
        '        return {"X-Cybozu-API-Token": config.token}\n'
        "    else:\n"
        '        raw = f"{config.user}:{config.password}".encode()\n'
        '        return {"Authorization": "Basic " + base64.b64encode(raw).decode()}  #!\n'
    ),
    "an API token by its name as Bearer": (
        "import requests\nclass Client:\n"
        "    def __init__(self, api_token):\n"
        '        self.headers = {"Authorization": f"Bearer {api_token}"}  #!\n'
        f"    def app(self):\n        return requests.get({URL}, headers=self.headers)\n"
    ),
    "an API token by its variable as Bearer": (
        'import requests\ntoken = os.environ["KINTONE_API_TOKEN"]\n'
        f'requests.get({URL}, headers={{"Authorization": "Bearer " + token}})  #!\n'
    ),
    "an API token of Kintone as Bearer, wherever it goes": (
        'KINTONE_API_TOKEN = os.environ["KINTONE_API_TOKEN"]\n'
        'headers = {"Authorization": f"Bearer {KINTONE_API_TOKEN}"}  #!\n'
    ),
    "an API token by its other use as Bearer": (
        "import requests\ntoken = read()\n"
        f'requests.get({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
        f'requests.post({URL}, json={{}}, headers={{"Authorization": f"Bearer {{token}}"}})  #!\n'
    ),
    "an API token by its other use, on self": (
        "import requests\nclass Client:\n"
        "    def app(self):\n"
        f'        return requests.get({URL}, headers={{"X-Cybozu-API-Token": self.token}})\n'
        "    def put(self):\n"
        f'        return requests.put({URL}, headers={{"Authorization": "Bearer " + self.token}})  #!\n'
    ),
    "an API token without a scheme": (
        f'import requests\nrequests.get({URL}, headers={{"Authorization": api_token}})  #!\n'
    ),
    "an API token under another header": (
        f'import requests\nrequests.get({URL}, headers={{"X-Api-Key": api_token}})  #!\n'
    ),
    "an API token in the header of logins": (
        f'import requests\nrequests.get({URL}, headers={{"X-Cybozu-Authorization": api_token}})  #!\n'
    ),
    "a login in the header of tokens": (
        "import base64\n"
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()\n'
        'headers = {"X-Cybozu-API-Token": pair}  #!\n'
    ),
    "an invented header": 'headers = {"X-Cybozu-Token": token}  #!\n',
    "another invented header": 'headers = {}\nheaders["X-Cybozu-API-Key"] = token  #!\n',
    "an invented header that urllib adds": (
        f"import urllib.request\nrequest = urllib.request.Request({URL})\n"
        'request.add_header("X-Cybozu-Authentication", login)  #!\n'
    ),
    "an invented header of a request": (
        f'import requests\nrequests.get({URL}, headers={{"X-Kintone-API-Token": token}})  #!\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_credential_in_the_wrong_header_is_found(name: str) -> None:
    code = WRONG[name]
    expected = [at for at, line in enumerate(code.splitlines(), 1) if line.endswith("#!")]
    findings = linted(MARK.sub("", code)).findings
    assert [(each.rule, each.span.line) for each in findings] == [("KL301", n) for n in expected]
