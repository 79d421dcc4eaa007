"""Right programs that look as if a credential went out in the wrong header, or encoded wrongly."""

from __future__ import annotations

import pytest

from linter.linting import codes

URL = '"https://demo.cybozu.com/k/v1/app.json?id=1"'

RIGHT = {
    "the gate as a named pair beside a token": (
        "import requests\n"
        'gate = (os.environ["BASIC_USER"], os.environ["BASIC_PASSWORD"])\n'
        f'requests.get({URL}, auth=gate, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "the gate on self beside a login": (
        "import requests\nclass Client:\n"
        "    def __init__(self, user, password, login):\n"
        "        self.auth = (user, password)\n"
        '        self.headers = {"X-Cybozu-Authorization": login}\n'
        "    def app(self):\n"
        f"        return requests.get({URL}, auth=self.auth, headers=self.headers)\n"
    ),
    "the gate of a session with a token": (
        "import requests\nfrom requests.auth import HTTPBasicAuth\nsession = requests.Session()\n"
        "session.auth = HTTPBasicAuth(user, password)\n"
        'session.headers["X-Cybozu-API-Token"] = token\n'
        f"session.get({URL})\n"
    ),
    "the gate of a session that a function makes": (
        "import requests\ndef connected():\n    s = requests.Session()\n"
        '    s.headers.update({"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]})\n'
        '    if os.environ.get("GATE"):\n        s.auth = (os.environ["GATE"], os.environ["WORD"])\n'
        f"    return s\ns = connected()\ns.get({URL})\n"
    ),
    "a session that another module makes": (
        "from connection import connected\nsession = connected()\nsession.auth = (user, word)\n"
        f"session.get({URL})\n"
    ),
    "a session that is given": (
        "import requests\ndef app(session: requests.Session):\n    session.auth = (user, word)\n"
        f"    return session.get({URL})\n"
    ),
    "a token that another method sets": (
        "import requests\nclass Client:\n    def __init__(self, token, user=None, word=None):\n"
        "        self.session = requests.Session()\n        self.use(token)\n"
        "        if user:\n            self.session.auth = (user, word)\n"
        "    def use(self, token):\n"
        '        self.session.headers["X-Cybozu-API-Token"] = token\n'
        f"    def app(self):\n        return self.session.get({URL})\n"
    ),
    "the gate where there is one": (
        "import requests\nclass Client:\n"
        "    def __init__(self, token, basic_user=None, basic_password=None):\n"
        "        self.session = requests.Session()\n"
        '        self.session.headers["X-Cybozu-API-Token"] = token\n'
        "        if basic_user:\n"
        "            self.session.auth = (basic_user, basic_password)\n"
        f"    def app(self):\n        return self.session.get({URL})\n"
    ),
    "the gate beside one of two ways in": (
        "import requests\nclass Client:\n"
        "    def __init__(self, token=None, login=None, user=None, password=None):\n"
        "        self.session = requests.Session()\n"
        "        if token:\n"
        '            self.session.headers["X-Cybozu-API-Token"] = token\n'
        "        elif login:\n"
        '            self.session.headers["X-Cybozu-Authorization"] = login\n'
        "        if user and password:\n"
        "            self.session.auth = (user, password)\n"
        f"    def app(self):\n        return self.session.get({URL})\n"
    ),
    "a gate with a name beside a token that may be missing": (
        "import requests\n"
        "def app(api_token=None, basic_auth_user=None, basic_auth_password=None):\n"
        "    session = requests.Session()\n"
        "    if api_token:\n"
        '        session.headers["X-Cybozu-API-Token"] = api_token\n'
        "    if basic_auth_user:\n"
        "        session.auth = (basic_auth_user, basic_auth_password)\n"
        f"    return session.get({URL})\n"
    ),
    "the token endpoint of OAuth": (
        "import requests\nfrom requests.auth import HTTPBasicAuth\n"
        "auth = HTTPBasicAuth(client_id, client_secret)\n"
        'requests.post("https://demo.cybozu.com/oauth2/token", auth=auth, data=form)\n'
    ),
    "the token endpoint in one branch, Kintone in the other": (
        "import base64\n"
        "def headers(grant, token):\n"
        "    if grant:\n"
        '        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()\n'
        '        return {"Authorization": f"Basic {pair}"}\n'
        '    return {"X-Cybozu-API-Token": token}\n'
    ),
    "a login for another host in a file about Kintone": (
        "import requests\nauth = (mail_user, mail_password)\n"
        'requests.get("https://mail.example.com/inbox", auth=auth)\n'
        f'requests.get({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "httpx with a login for another host": (
        "import httpx\nhooks = httpx.Client(auth=httpx.BasicAuth(user, password))\n"
        'hooks.post("https://hooks.example.com/kintone")\n'
    ),
    "a session for each host": (
        "import requests\nkintone = requests.Session()\n"
        'kintone.headers["X-Cybozu-API-Token"] = token\nother = requests.Session()\n'
        "other.auth = (user, password)\n"
        f'kintone.get({URL})\nother.get("https://erp.example.com/items")\n'
    ),
    "an OAuth token as Bearer": (
        "import requests\nclass Client:\n"
        "    def __init__(self, access_token):\n"
        '        self.headers = {"Authorization": f"Bearer {access_token}"}\n'
        f"    def app(self):\n        return requests.get({URL}, headers=self.headers)\n"
    ),
    "an OAuth token called token as Bearer": (
        'import requests\nheaders = {"Authorization": "Bearer " + token}\n'
        f"requests.get({URL}, headers=headers)\n"
    ),
    "OAuth in one branch, a token in the other": (
        "import requests\n"
        "def headers(kind, token):\n"
        '    if kind == "oauth":\n'
        '        return {"Authorization": f"Bearer {token}"}\n'
        '    return {"X-Cybozu-API-Token": token}\n'
    ),
    "OAuth in one branch of a name, a token in the other": (
        "import requests\n"
        "def app(kind, token):\n"
        "    headers = {}\n"
        '    if kind == "oauth":\n'
        '        headers["Authorization"] = f"Bearer {token}"\n'
        "    else:\n"
        '        headers["X-Cybozu-API-Token"] = token\n'
        f"    return requests.get({URL}, headers=headers)\n"
    ),
    "a token of another service as Bearer": (
        'import requests\nLINE_TOKEN = os.environ["LINE_TOKEN"]\n'
        'requests.post("https://api.line.me/v2/bot/message/push",\n'
        '              headers={"Authorization": f"Bearer {LINE_TOKEN}"})\n'
        f'requests.get({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "an API token of another service as Bearer": (
        'import requests\ndef notify(api_token):\n'
        '    headers = {"Authorization": f"Bearer {api_token}"}\n'
        '    return requests.post("https://slack.com/api/chat.postMessage", headers=headers)\n'
        f'requests.get({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "the key of a gateway beside the token": (
        "import requests\n"
        'headers = {"X-Cybozu-API-Token": token, "X-Api-Key": os.environ["GATEWAY_KEY"]}\n'
        f"requests.get({URL}, headers=headers)\n"
    ),
    "a proxy with a login": (
        'import requests\nproxies = {"https": f"http://{user}:{password}@proxy.example.com:8080"}\n'
        f'requests.get({URL}, proxies=proxies, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "the gate through urllib": (
        "import urllib.request\n"
        "manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()\n"
        'manager.add_password(None, "https://demo.cybozu.com/", basic_user, basic_password)\n'
        "opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))\n"
        f'request = urllib.request.Request({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
        "opener.open(request)\n"
    ),
    "urllib with a login for another host": (
        "import urllib.request\n"
        "manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()\n"
        'manager.add_password(None, "https://erp.example.com/", user, password)\n'
        f"urllib.request.urlopen({URL})\n"
    ),
    "headers that are not known": (
        f"import requests\nrequests.get({URL}, auth=(user, password), headers=make_headers())\n"
    ),
    "an authentication object of one's own": (
        "import requests\nclass KintoneAuth(requests.auth.AuthBase):\n"
        "    def __call__(self, request):\n"
        '        request.headers["X-Cybozu-API-Token"] = self.token\n'
        "        return request\n"
        f"requests.get({URL}, auth=KintoneAuth())\n"
    ),
    "a pair that is not there": (
        "import requests\ndef app(auth=None):\n"
        f'    return requests.get({URL}, auth=None, headers={{"X-Cybozu-API-Token": token}})\n'
    ),
    "a table of header names": (
        'MEANT = {"x-cybozu-token": "x-cybozu-api-token", "X-Cybozu-Auth": PASSWORD_HEADER}\n'
        'RENAMED = [("X-Cybozu-API-Key", "X-Cybozu-API-Token")]\n'
    ),
    "a header that a webhook of one's own reads": (
        "import requests  # for kintone\n"
        'requests.post("https://hooks.example.com/in", headers={"X-Kintone-Token": secret})\n'
    ),
    "a header of Garoon": (
        'import requests\nheaders = {"Authorization": "Basic " + pair, "X-Cybozu-Authorization": login}\n'
        'requests.get("https://demo.cybozu.com/g/api/v1/schedule/events", headers=headers)\n'
    ),
    "another product on the host": (
        'import requests\nrequests.get("https://demo.cybozu.com/o/ag.cgi?page=1", auth=(user, password))\n'
    ),
    "a name and a value that are chosen alike": (
        "import requests\ndef app(kind, token):\n"
        '    name = {"oauth": "Authorization", "token": "X-Cybozu-API-Token"}[kind]\n'
        '    value = f"Bearer {token}" if kind == "oauth" else token\n'
        f"    return requests.get({URL}, headers={{name: value}})\n"
    ),
    "headers of Cybozu that are read": (
        f'import requests\nresponse = requests.get({URL}, headers={{"X-Cybozu-API-Token": token}})\n'
        'print(response.headers["X-Cybozu-Error"], response.headers.get("X-Cybozu-Warning"))\n'
    ),
    "another name for the token of the user API": (
        'import requests\nrequests.get("https://demo.cybozu.com/v1/users.json",\n'
        '             headers={"Authorization": f"Bearer {user_api_token}"})\n'
    ),
    "bytes that are decoded": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode("utf-8"))\n'
        'headers = {"X-Cybozu-Authorization": "{}".format(pair.decode("ascii"))}\n'
    ),
    "bytes that are read with a codec": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode())\n'
        'headers = {"X-Cybozu-Authorization": str(pair, "ascii")}\n'
    ),
    "bytes put together as bytes": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode())\n'
        'headers = {"X-Cybozu-API-Token": t, "Authorization": b"Basic " + pair}\n'
    ),
    "bytes formatted as bytes": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode())\n'
        'headers = {"X-Cybozu-API-Token": t, "Authorization": b"Basic %s" % pair}\n'
    ),
    "line ends that are taken away": (
        'import base64\npair = base64.encodebytes(f"{u}:{p}".encode()).decode().replace("\\n", "")\n'
        'headers = {"X-Cybozu-Authorization": pair}\n'
    ),
    "a line end that is stripped": (
        'import binascii\npair = binascii.b2a_base64(f"{u}:{p}".encode()).decode().strip()\n'
        'headers = {"X-Cybozu-Authorization": pair}\n'
    ),
    "one line without its end": (
        'import binascii\npair = binascii.b2a_base64(f"{u}:{p}".encode(), newline=False).decode()\n'
        'headers = {"X-Cybozu-Authorization": pair}\n'
    ),
    "the URL-safe alphabet for something else": (
        'import base64\nstate = base64.urlsafe_b64encode(os.urandom(16)).decode()\n'
        'headers = {"X-Cybozu-API-Token": t, "X-Request-Id": state}\n'
    ),
    "hex for something else": (
        'import hashlib\nheaders = {"X-Cybozu-API-Token": t, "X-Digest": hashlib.sha256(b).hexdigest()}\n'
    ),
    "a login in ASCII": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode("ascii")).decode()\n'
        'headers = {"X-Cybozu-Authorization": pair}\n'
    ),
    "a codec by another spelling": (
        'import base64\npair = base64.b64encode(bytes(f"{u}:{p}", "UTF8")).decode("latin-1")\n'
        'headers = {"X-Cybozu-Authorization": pair}\n'
    ),
    "a token that is decoded": (
        'import base64\ntoken = base64.b64decode(os.environ["KINTONE_TOKEN"]).decode()\n'
        'headers = {"X-Cybozu-API-Token": token}\n'
    ),
    "several tokens": (
        'headers = {"X-Cybozu-API-Token": ",".join([first_token, second_token])}\n'
        'others = {"X-Cybozu-API-Token": f"{first_token}, {second_token}"}\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_look_alike_is_silent(name: str) -> None:
    assert codes(RIGHT[name]) == []
