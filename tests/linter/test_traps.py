"""The precision traps of real code (USERCODE 3): every one of them is silent."""

from __future__ import annotations

import pytest

from linter.linting import codes, linted

TRAPS = {
    "1 plain names": (
        'import kintone\ntoken = "APP-TOKEN"\napi_token = "api_token"\nPASS = "pass"\n'
        'headers = {"X-Cybozu-API-Token": "YOUR_API_TOKEN"}\n'
        'h2 = {"X-Cybozu-API-Token": "<API_TOKEN>"}\nh3 = {"X-Cybozu-API-Token": "[YOUR API TOKEN]"}\n'
        'h4 = {"X-Cybozu-API-Token": "{your-kintone-api-token}"}\n'
    ),
    "2 length without randomness": (
        f'headers = {{"X-Cybozu-API-Token": "{"X" * 40}"}}\nKINTONE_TOKEN = "{"x" * 40}"\n'
        f'HEADERS_VALUE = "{"*" * 40}"\nh = {{"X-Cybozu-API-Token": "{"X" * 32}"}}\n'
    ),
    "3 Japanese and Chinese placeholders": (
        'KINTONE_PASSWORD = "パスワード"\nh = {"X-Cybozu-API-Token": "トークン"}\n'
        'a = {"X-Cybozu-API-Token": "kintoneアプリのapiトークン"}\n'
        'b = {"X-Cybozu-API-Token": "ここにAPIトークンを記載"}\n'
        'c = {"X-Cybozu-API-Token": "自環境のものを入れる"}\n'
        'd = {"X-Cybozu-API-Token": "请替换为你的"}\ne = {"X-Cybozu-API-Token": "請貼上金鑰填入"}\n'
    ),
    "4 names of keys": (
        'KINTONE_PASSWORD_ENV_KEY = "KINTONE_PASSWORD"\nKINTONE_PASSWORD = "kintone/password"\n'
        'conf = {"kintone_token_env": "KINTONE_TOKEN_WORKERS"}\nKINTONE_TOKEN = "KINTONE_TOKEN_A"\n'
    ),
    "5 names of headers": (
        'HEADER_API_TOKEN = "X-Cybozu-API-Token"\nKINTONE_TOKEN = "X-Cybozu-API-Token"\n'
        'c = {"auth_type": "X-Cybozu-API-Token"}\nAUTH_TYPE_PASSWORD = "password"\n'
    ),
    "6 pass is also path": 'import kintone\nPASS="./pdf/"\nKINTONE_PASS = "./pdf/out"\n',
    "7 token in another sense": (
        'import kintone\nfilename_token = "a1b2c3d4e5f6g7h8"\nmax_tokens = "4096"\n'
        'order_token = "Zx81mQpL20sKd93j"\nreply_token = "@TOKEN@"[0:0]\n'
        'body = {"__REQUEST_TOKEN__": kintone.getRequestToken()}\n'
    ).replace('reply_token = "@TOKEN@"[0:0]\n', ""),
    "8 fields of records": (
        'import kintone\ndef show(data):\n    print("Password:", data["record"]["password"]["value"])\n'
        '    return {"password": {"value": "Zx81mQpL20sKd93j"}}\n'
    ),
    "10 samples of the documentation": (
        'h = {"X-Cybozu-Authorization": "QWRtaW5pc3RyYXRvcjpjeWJvenU="}\n'
        'i = {"X-Cybozu-Authorization": "a2ludG9uZTpkZXZlbG9wZXI="}\n'
        'j = {"X-Cybozu-API-Token": "BuBNIwbRRaUvr33nWXcfUZ5VhaFsJxN0xH4NPN92"}\n'
    ),
    "11 secrets of others": (
        'import kintone\nPOSTGRES_PASSWORD = "kintone_password"\nLINE_TOKEN = "@TOKEN@"\n'
        'SLACK_BOT_TOKEN = "@TOKEN2@"\nGEMINI_API_KEY = "@TOKEN@"\npage_password = "Zx81mQpL20"\n'
    ),
    "12 identifiers and hashes": (
        'import kintone\nname = "importWithMoreThan100RecordsAndSkipped42"\n'
        'commit = "0123456789abcdef0123456789abcdef01234567"\nfile_key = "@TOKEN@"\n'
        'plugin_id = "abcdefghijklmnopabcdefghijklmnop"\nspreadsheet_id = "@TOKEN2@"\n'
    ),
    "13 defaults that are no credentials": (
        'import os\nd = os.getenv("KINTONE_DOMAIN", "demo.cybozu.com")\n'
        'a = os.getenv("KINTONE_APP_ID", "120")\nt = os.environ.get("KINTONE_API_TOKEN", "")\n'
    ),
    "14 masked logging": (
        'import requests\ndef send(token, password):\n'
        '    headers = {"X-Cybozu-API-Token": token}\n    print("*" * len(token), token[-4:])\n'
        '    print(text.replace(token, "****"), len(token), list(headers), headers.keys())\n'
        '    print("token is missing")\n    r = requests.get(url)\n    print(r.headers)\n'
    ),
    "15 bytes as header value": (
        'import base64\nauth = base64.b64encode(f"{user}:{password}".encode())\n'
        'headers = {"X-Cybozu-Authorization": auth}\n'
    ),
    "16 the gate and the token endpoint": (
        'import requests\nheaders = {"X-Cybozu-API-Token": t, "Authorization": "Basic " + gate}\n'
        'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers, auth=(u, p))\n'
        'requests.post("https://demo.cybozu.com/oauth2/token", auth=(client_id, client_secret))\n'
        'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",\n'
        '             headers={"Authorization": "Bearer " + store.access_token})\n'
    ),
    "17 a GET with a body": (
        'import requests\nh = {"X-Cybozu-API-Token": t, "Content-Type": "application/json"}\n'
        'requests.get("https://demo.cybozu.com/k/v1/records.json", headers=h, json={"app": 1})\n'
        'requests.get("https://demo.cybozu.com/k/v1/records.json", headers=h, data=b)\n'
    ),
    "18 fragments": (
        'import requests\nG = "/k/guest/"\nV = "/k/v1/"\nR = "/k/v1/records"\nurl = base + R + ".json"\n'
        'x = path.split("/k")\nguest = f"/guest/{gid}"\nu = f"/k{guest}/v1/records.json"\n'
        'T = "https://{}.cybozu.com/k/v1/{}"\nrequests.get(T.format(a, b).format(c))\n'
    ),
    "19 templates": (
        'P = "/k/guest/{GUEST_SPACE_ID}/v1/{API_NAME}.json"\nq = P.replace("{API_NAME}", name)\n'
        'path = "/k/guest/%d/v1/records.json"\nroute = "/k/guest/@1/v1/records.json"\n'
        '@app.get("/k/guest/{space}/v1/records.json")\ndef f(space):\n'
        '    """GET /k/v1/guest/{id}/records.json"""\n'
        'import re\nre.compile(r"/k/v1/guest/(\\d+)/records.json")\n'
    ),
    "20 valid look-alikes": (
        'import requests\nrequests.post("https://demo.cybozu.com/k/v1/guests.json")\n'
        'requests.get("https://demo.cybozu.com/v1/users.json")\n'
        'for url in ("https://demo.cybozu.com/k/211/", "https://demo.cybozu.com/k/guest/5/123/show#record=1",\n'
        '            "https://demo.cybozu.com/k/guest/#/people/1", "https://demo.cybozu.com/k/#/space/12"):\n'
        '    requests.get(url)\nrequests.get("https://demo.cybozu.com/g/api/v1/schedule/events")\n'
        'requests.get("https://hotel.example.com/v1/guest/5/rooms.json")\n'
        'requests.get("http://localhost:8080/stub/v1/guest/5")\n'
    ),
    "21 references": (
        'A = {"X-Cybozu-API-Token": "op://vault/kintone/token"}\nKINTONE_TOKEN = "${KINTONE_TOKEN}"\n'
        'KINTONE_PASSWORD = "${{ secrets.KINTONE }}"\n'
        'KINTONE_API_TOKEN = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:k"\n'
        'KINTONE_SECRET = "projects/1/secrets/kintone/versions/1"\n'
    ),
    "22 redaction": (
        'import re\nSENSITIVE = re.compile(r"(X-Cybozu-API-Token|X-Cybozu-Authorization): \\S+")\n'
        'NAMES = {"x-cybozu-api-token", "x-cybozu-authorization", "authorization"}\n'
        'safe = {k: "***" if k.lower() in NAMES else v for k, v in headers.items()}\n'
        'HIDE = {"X-Cybozu-API-Token": "REDACTED", "X-Cybozu-Authorization": "***"}\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_silent(name: str) -> None:
    result = linted(TRAPS[name])
    assert not result.errors
    assert result.findings == []


def test_dummies_in_tests_are_silent_but_token_shapes_are_not() -> None:
    text = (
        'h = {"X-Cybozu-API-Token": "Zx81mQpL20sKd93j"}\nKINTONE_PASSWORD = "Zx81mQpL20sK"\n'
        'import pykintone\npykintone.login("demo", "Administrator", "cybozu")\n'
        'i = {"X-Cybozu-Authorization": "dXNlcm5hbWU6cGFzc3dvcmQ="}\n'
    )
    assert codes(text, "tests/test_client.py") == []
    assert codes(text) == ["KL101", "KL102"]
    assert codes('h = {"X-Cybozu-API-Token": "@TOKEN@"}\n', "tests/test_client.py") == ["KL101"]


def test_a_real_token_beside_a_placeholder_domain_is_found() -> None:
    text = 'url = "https://[your-subdomain].cybozu.com/k/v1/app.json"\ntoken = "@TOKEN@"\n'
    assert codes(text) == ["KL101"]
