"""Code that uses Kintone, as people write it: with mistakes, and without.

A bad line ends in `#!`; `secret` files hold credentials, `request` files wrong paths and headers.
The credentials are generated when the corpus is written out (`tools/fakes.py`).
"""

SECRET = {
    "inline_headers": """\
import requests

DOMAIN = "acme.cybozu.com"


def customers():
    res = requests.get(
        f"https://{DOMAIN}/k/v1/records.json",
        params={"app": 12},
        headers={"X-Cybozu-API-Token": "@TOKEN@"},  #!
    )
    return res.json()["records"]


def add(record):
    return requests.post(f"https://{DOMAIN}/k/v1/record.json", json={"app": 12, "record": record},
                         headers={'X-Cybozu-API-Token': '@TOKEN2@'})  #!
""",
    "module_constant": """\
import json
import requests

API_TOKEN = "@TOKEN@"  #!
APP_ID = 31


def headers():
    return {"X-Cybozu-API-Token": API_TOKEN}


def fetch(query):
    r = requests.get("https://acme.cybozu.com/k/v1/records.json",
                     headers=headers(), params={"app": APP_ID, "query": query})
    return json.loads(r.text)
""",
    "helper": """\
import kintone

token = '@TOKEN@'  #!
sub = "acme"
kintone.selectRecords(subDomain=sub, apiToken=token, app=5)
kintone.selectRecords(subDomain=sub, apiToken="@TOKEN2@", app=6)  #!
""",
    "own_class": """\
from kintone_api import KintoneAPI

DOMAIN = "acme"
APP_ID = 44
TOKEN = "@TOKEN@"  #!
client = KintoneAPI(DOMAIN, APP_ID, TOKEN)
client.upsert({"code": "A-1"})
""",
    "several_lines": """\
import httpx

headers = {
    "Host": "acme.cybozu.com:443",
    "X-Cybozu-API-Token": r"@TOKEN@",  #!
}


async def load():
    async with httpx.AsyncClient() as client:
        return await client.get("https://acme.cybozu.com/k/v1/app.json?id=3", headers=headers)
""",
    "local_variable": """\
import urllib.request


def download(key):
    api_key = r"@TOKEN@"  #!
    req = urllib.request.Request("https://acme.cybozu.com/k/v1/file.json?fileKey=" + key)
    req.add_header("X-Cybozu-API-Token", api_key)
    return urllib.request.urlopen(req).read()
""",
    "token_table": """\
KINTONE_URL = "https://acme.cybozu.com"
TOKENS = {
    "69": "@TOKEN@",  #!
    "71": "@TOKEN2@",  #!
}
APPS = {"quiz": {"app": 69, "apitoken": "@TOKEN@"}}  #!
""",
    "environment": """\
import os

KINTONE = {
    "nursery": os.environ.get("KINTONE_TOKEN_NURSERY", "@TOKEN@"),  #!
    "shop": os.getenv("KINTONE_TOKEN_SHOP") or "@TOKEN2@",  #!
    "password": os.environ.get("KINTONE_PASSWORD", "@PASSWORD@"),  #!
}
os.environ["KINTONE_API_TOKEN"] = "@TOKEN@"  #!
""",
    "streamlit_app": """\
import streamlit as st
import requests

KINTONE_API_TOKEN = st.secrets.get("KINTONE_API_TOKEN", "@TOKEN@")  #!
st.title("Orders")
if st.button("load"):
    st.write(requests.get("https://acme.cybozu.com/k/v1/records.json?app=1",
                          headers={"X-Cybozu-API-Token": KINTONE_API_TOKEN}).json())
""",
    "settings_class": """\
from dataclasses import dataclass
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    kintone_domain: str = "acme.cybozu.com"
    kintone_api_token: str = "@TOKEN@"  #!


@dataclass
class KintoneAccount:
    login: str = "sato"
    kintone_password: str = "@PASSWORD@"  #!
""",
    "constants": """\
# constants for the kintone batch
KINTONE_PROD_API_TOKEN = "@TOKEN@"  #!
UPDATE_KINTONE_API_TOKEN = "@TOKEN2@"  #!
BATCH_SIZE = 100
""",
    "commented_out": """\
import pykintone

# API_TOKEN = "@TOKEN@"  #!
# curl -H "X-Cybozu-API-Token: @TOKEN2@" https://acme.cybozu.com/k/v1/app.json?id=1  #!
app = pykintone.load("account.yml").app()
""",
    "session": """\
import requests

s = requests.Session()
s.headers["X-Cybozu-API-Token"] = "@TOKEN@"  #!
s.headers.update({"X-Cybozu-API-Token": "@TOKEN2@"})  #!
s.get("https://acme.cybozu.com/k/v1/apps.json")
""",
    "indirect": """\
import requests

HEADERS_KEY = "X-Cybozu-API-Token"
HEADERS_VALUE = "@TOKEN@"  #!
requests.get("https://acme.cybozu.com/k/v1/app.json?id=1", headers={HEADERS_KEY: HEADERS_VALUE})
""",
    "joined": """\
import requests

A = "@TOKEN@"  #!
B = "@TOKEN2@"  #!
h = {"X-Cybozu-API-Token": ",".join([A, B])}
requests.get("https://acme.cybozu.com/k/v1/record.json?app=1&id=1", headers=h)
""",
    "tutorial": """\
import base64
import requests

LOGIN = "sato"
PASS = "@PASSWORD@"  #!
auth = base64.b64encode((LOGIN + ":" + PASS).encode())
requests.get("https://acme.cybozu.com/k/v1/records.json?app=1",
             headers={"X-Cybozu-Authorization": auth})
""",
    "encoded_by_a_helper": """\
import base64
import requests


def encoded(text):
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


password_dev = "@PASSWORD@"  #!
session = requests.Session()
session.headers.update({"X-Cybozu-Authorization": encoded(f"sato:{password_dev}")})
""",
    "pasted": """\
import requests

requests.get("https://acme.cybozu.com/k/v1/app.json?id=1",
             headers={"X-Cybozu-Authorization": "@BASE64@"})  #!
""",
    "sdk_logins": """\
import pykintone
from bozupy import AccessData
from pyntone import ApiTokenAuth, PasswordAuth

account = pykintone.login("acme", "sato", "@PASSWORD@")  #!
app = pykintone.app("acme", 5, "@TOKEN@")  #!
auth = ApiTokenAuth(api_token="@TOKEN2@")  #!
user = PasswordAuth("sato", "@PASSWORD@")  #!
data = AccessData("acme", username="sato", password="@PASSWORD@")  #!
""",
    "oauth": """\
import requests

KINTONE_CLIENT_SECRET = "@SECRET@"  #!
requests.get("https://acme.cybozu.com/k/v1/record.json?app=1&id=1",
             headers={"Authorization": "Bearer @SECRET@"})  #!
""",
    "command_line": """\
import argparse
import subprocess

parser = argparse.ArgumentParser(description="kintone export")
parser.add_argument("--api-token", default="@TOKEN@")  #!
subprocess.run(["curl", "-H", "X-Cybozu-API-Token: @TOKEN2@", "https://acme.cybozu.com/k/v1/apps.json"])  #!
""",
    "gate": """\
import requests

headers = {"X-Cybozu-API-Token": token(), "Authorization": "Basic @BASE64@"}  #!
requests.get("https://acme.cybozu.com/k/v1/app.json?id=1", headers=headers)
URL = "https://gate:@PASSWORD@@acme.cybozu.com/k/v1/app.json"  #!
""",
    "japanese": """\
import kintone

トークン = "@TOKEN@"  #!
アプリ番号, APIトークン = 5, "@TOKEN2@"  #!
""",
}

REQUEST = {
    "guest_order": """\
import requests

BASE = "https://acme.cybozu.com"


def get(space, app):
    return requests.get(f"{BASE}/k/v1/guest/{space}/records.json", params={"app": app})  #!


def put(space, body):
    return requests.put(BASE + "/k/v1/guest/" + str(space) + "/record.json", json=body)  #!
""",
    "guest_parts": """\
import requests

requests.get("https://acme.cybozu.com/k/guest/v1/records.json?app=1")  #!
requests.get("https://acme.cybozu.com/k/guest//v1/records.json?app=1")  #!
requests.get("https://acme.cybozu.com/k/guest/5/records.json?app=1")  #!
requests.get("https://acme.cybozu.com/k/guest/5/guest/5/v1/records.json?app=1")  #!
requests.get("https://acme.cybozu.com/k/guest/main/v1/records.json?app=1")  #!
""",
    "forgotten_f": """\
import requests


def get(space):
    return requests.get("https://acme.cybozu.com/k/guest/{space}/v1/records.json?app=1")  #!


URL = "https://acme.cybozu.com/k/guest/%s/v1/app.json"  #!
requests.get(URL)
""",
    "doubled_base": """\
import requests

BASE_URL = "https://acme.cybozu.com/k/v1"
requests.get(BASE_URL + "/k/v1/app.json?id=1")  #!
requests.get(f"{BASE_URL}/v1/apps.json")  #!
""",
    "no_guest_space": """\
import requests

GUEST_SPACE_ID = None


def url():
    return f"https://acme.cybozu.com/k/guest/{GUEST_SPACE_ID}/v1/records.json"  #!


requests.get(url())
""",
    "wrong_root": """\
import requests

requests.get("https://acme.cybozu.com/k/v1/users.json")  #!
requests.get("https://acme.cybozu.com/k/v1/group/users.json?code=a")  #!
requests.put("https://acme.cybozu.com/k/v1/space/guests.json", json={"id": 1, "guests": []})  #!
""",
    "endings": """\
import requests

API = "https://acme.cybozu.com/k/v1"
requests.post(f"{API}/file", files={"file": open("a.txt", "rb")})  #!
requests.get(f"{API}/records?app=1")  #!
requests.get(f"{API}/recods.json?app=1")  #!
""",
    "branches": """\
import requests


def record(guest, app, number):
    if guest:
        url = f"https://acme.cybozu.com/k/guest/{guest}/v1/record.json"  #!
    else:
        url = "https://acme.cybozu.com/k/v1/records.json"
    return requests.get(url, params={"app": app, "id": number})
""",
    "bulk": """\
import requests

requests.post("https://acme.cybozu.com/k/guest/3/v1/bulkRequest.json", json={
    "requests": [
        {"method": "POST", "api": "/k/v1/record.json", "payload": {"app": 1}},  #!
        {"method": "POST", "api": "https://acme.cybozu.com/k/v1/record.json", "payload": {}},  #!
    ],
})
""",
    "wrong_header": """\
import base64
import requests

URL = "https://acme.cybozu.com/k/v1/app.json?id=1"


def one(user, password):
    return requests.get(URL, auth=(user, password))  #!


def two(api_token):
    return requests.get(URL, headers={"Authorization": f"Bearer {api_token}"})  #!


def three(user, password):
    value = base64.b64encode(f"{user}:{password}".encode()).decode()
    return requests.get(URL, headers={"Authorization": "Basic " + value})  #!


def four(token):
    return requests.get(URL, headers={"X-Cybozu-API-Tokn": token})  #!
""",
    "wrong_encoding": """\
import base64


def one(user, password):
    value = base64.encodebytes(f"{user}:{password}".encode()).decode()  #!
    return {"X-Cybozu-Authorization": value}


def two(user, password):
    return {"X-Cybozu-Authorization": f"{user}:{password}"}  #!


def three(value):
    return {"X-Cybozu-Authorization": "Basic " + value}  #!


def four(user, password):
    value = base64.b64encode(f"{user}:{password}".encode())
    return {"X-Cybozu-Authorization": "{}".format(value)}  #!
""",
    "transport": """\
import requests

requests.get("http://acme.cybozu.com/k/v1/app.json?id=1", headers=headers)  #!
requests.get("https://acme.cybozu.com/k/v1/app.json?id=1", headers=headers, verify=False)  #!
""",
    "headers": """\
import requests


class Kintone:
    def __init__(self, token):
        self.token = token
        self.headers = {"X-Cybozu-API-Token": token, "Content-Type": "application/json"}

    def app(self, number):
        print("headers:", self.headers)  #!
        return requests.get(f"https://acme.cybozu.com/k/v1/app.json?id={number}", headers=self.headers)  #!

    def __repr__(self):
        return f"Kintone({self.headers})"  #!
""",
    "two_credentials": """\
def headers(auth, token):
    return {"X-Cybozu-Authorization": auth, "X-Cybozu-API-Token": token}  #!
""",
}

_URL = "https://acme.cybozu.com/k/v1/records.json"
_GET = f'import requests\nrequests.get("{_URL}?app=1", headers=headers)\n'

CLEAN = {
    "from_environment": f'import os\nheaders = {{"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}}\n{_GET}',
    "dotenv": 'import os\nfrom dotenv import load_dotenv\nload_dotenv()\nTOKEN = os.getenv("KINTONE_TOKEN")\n',
    "config_file": 'import configparser\nc = configparser.ConfigParser()\nc.read("kintone.ini")\ntoken = c["kintone"]["api_token"]\n',
    "placeholder": f'headers = {{"X-Cybozu-API-Token": "YOUR_API_TOKEN"}}\n{_GET}',
    "placeholder_ja": 'KINTONE_PASSWORD = "パスワード"\nKINTONE_API_TOKEN = "ここにAPIトークンを貼り付け"\n',
    "placeholder_zh": 'KINTONE_API_TOKEN = "请替换为你的令牌"\n',
    "placeholder_x": f'KINTONE_API_TOKEN = "{"x" * 40}"\n',
    "placeholder_angle": 'h = {"X-Cybozu-API-Token": "<API_TOKEN>", "X-Cybozu-App": "[app]"}\n',
    "own_name": 'import kintone\napi_token = "api_token"\npassword = "password"\n',
    "key_names": 'KINTONE_PASSWORD_ENV_KEY = "KINTONE_PASSWORD"\nTOKEN_KEY = "KINTONE_API_TOKEN"\n',
    "header_names": 'HEADER_API_TOKEN = "X-Cybozu-API-Token"\nHEADER_PASSWORD = "X-Cybozu-Authorization"\n',
    "path_in_pass": 'import kintone\nPASS = "./pdf/2024/"\nOUT_PASS = "C:\\\\kintone\\\\out"\n',
    "other_tokens": 'import kintone\nfilename_token = "safe_name"\nmax_tokens = 4096\ntokenizer = "cl100k_base"\n',
    "field_codes": 'import kintone\ndata = record["password"]["value"]\nprint("Password:", data)\n',
    "sample_of_docs": 'headers = {"X-Cybozu-Authorization": "QWRtaW5pc3RyYXRvcjpjeWJvenU="}\n',
    "line_bot": 'import kintone\nLINE_CHANNEL_SECRET = os.environ["LINE_SECRET"]\nLINE_TOKEN = "@TOKEN@"\n',
    "slack": 'import kintone, requests\nrequests.post("https://slack.com/api/chat.postMessage", headers={"Authorization": "Bearer " + slack})\n',
    "postgres": 'KINTONE_DB = "x"\nPOSTGRES_PASSWORD = "kintone_password"\n',
    "hash": 'import kintone\nCOMMIT = "0123456789abcdef0123456789abcdef01234567"\n',
    "identifier": 'import kintone\nNAME = "importWithMoreThan100RecordsAndSkipped42"\n',
    "file_key": 'import kintone\nfile_key = "@TOKEN@"\n',
    "defaults": 'import os\nDOMAIN = os.getenv("KINTONE_DOMAIN", "acme.cybozu.com")\nAPP = os.getenv("KINTONE_APP", "12")\n',
    "empty_default": 'import os\nTOKEN = os.environ.get("KINTONE_TOKEN", "")\n',
    "demo_default": 'import os\nTOKEN = os.getenv("KINTONE_API_TOKEN", "demo-token")\n',
    "masked_log": 'def log(token):\n    h = {"X-Cybozu-API-Token": token}\n    print("*" * len(token), token[-4:], list(h))\n',
    "response_headers": f"{_GET}print(requests.get(url).headers)\n",
    "bytes_header": 'import base64\nh = {"X-Cybozu-Authorization": base64.b64encode(f"{u}:{p}".encode())}\n',
    "gate_and_token": 'h = {"X-Cybozu-API-Token": t, "Authorization": "Basic " + gate}\n',
    "oauth_endpoint": 'import requests\nrequests.post("https://acme.cybozu.com/oauth2/token", auth=(client_id, client_secret))\n',
    "get_with_body": f'import requests\nrequests.get("{_URL}", json={{"app": 1}}, headers={{"Content-Type": "application/json"}})\n',
    "fragments": 'GUEST = "/k/guest/"\nV1 = "/k/v1/"\nurl = base + GUEST + space + "/v1/" + name + ".json"\n',
    "optional_guest": 'def url(space=None):\n    prefix = f"/k/guest/{space}" if space else "/k"\n    return f"https://acme.cybozu.com{prefix}/v1/records.json"\nurl()\n',
    "branches": 'def url(g):\n    if g:\n        return f"/k/guest/{g}/v1/app.json"\n    else:\n        return "/k/v1/app.json"\n',
    "template": 'T = "/k/guest/{GUEST}/v1/{API}.json"\npath = T.replace("{GUEST}", "5").replace("{API}", "app")\n',
    "format_twice": 'U = "https://{}.cybozu.com/k/v1/{}.json"\nurl = U.format(sub, api)\n',
    "route": '@app.get("/k/guest/{space}/v1/records.json")\ndef records(space): ...\n',
    "regex": 'import re\nGUEST = re.compile(r"^/k/guest/(\\d+)/v1/")\nBAD = re.compile(r"/k/v1/guest/")\n',
    "screens": 'links = ["https://acme.cybozu.com/k/211/", "https://acme.cybozu.com/k/guest/5/12/show#record=1"]\n',
    "user_api": 'import requests\nrequests.get("https://acme.cybozu.com/v1/users.json")\n',
    "other_guest": 'import requests, kintone\nrequests.get(f"https://hotel.example.com/v1/guest/{number}/rooms.json")\n',
    "localhost": 'import requests, kintone\nrequests.get("http://localhost:8080/k/v1/app.json", verify=False)\n',
    "references": 'KINTONE_TOKEN = "op://vault/kintone/token"\nKINTONE_PASSWORD = "${KINTONE_PASSWORD}"\n',
    "redaction": 'SECRET = {"x-cybozu-api-token", "x-cybozu-authorization"}\nsafe = {k: "***" if k in SECRET else v for k, v in h.items()}\n',
    "docstring": '"""Use X-Cybozu-API-Token: <token> on /k/guest/{id}/v1/records.json, not /k/v1/guest/."""\nimport kintone\n',
    "guests": 'import requests\nrequests.post("https://acme.cybozu.com/k/v1/guests.json", json={"guests": []})\n',
}  # fmt: skip
