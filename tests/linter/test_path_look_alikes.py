"""Right programs that look as if they sent to a path that Kintone does not know."""

from __future__ import annotations

import pytest

from linter.linting import codes

HEADERS = 'HEADERS = {"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}\n'
GET = f"import os\nimport requests\n{HEADERS}"

RIGHT = {
    "a base whose slash is taken away": (
        f'{GET}BASE = "https://demo.kintone.com/"\n'
        'requests.get(BASE.rstrip("/") + "/k/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a base with a slash and a path without": (
        f'{GET}BASE = "https://demo.kintone.com/"\n'
        'requests.get(BASE + "k/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a base with a slash, joined": (
        f'{GET}from urllib.parse import urljoin\nBASE = "https://demo.kintone.com/"\n'
        'requests.get(urljoin(BASE, "/k/v1/app.json?id=1"), headers=HEADERS)\n'
    ),
    "a base that is looked at for its slash": (
        f'{GET}BASE = os.environ.get("BASE", "https://demo.kintone.com/")\n'
        'if BASE.endswith("/"):\n    BASE = BASE[:-1]\n'
        'requests.get(BASE + "/k/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a base that may end in a slash": (
        f'{GET}def app(base):\n    return requests.get(f"{{base}}/k/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "two slashes in the query": (
        f'{GET}requests.get("https://demo.cybozu.com/k/v1/records.json?app=1&query=url=\\"a//b\\"",'
        " headers=HEADERS)\n"
    ),
    "two slashes of another host": (
        f'{GET}requests.get("https://files.example.com//k//a.json")\n'
    ),
    "an address without a scheme": (
        f'{GET}requests.get("//demo.cybozu.com/k/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a screen of an app": (
        f'{GET}requests.get("https://demo.cybozu.com/k/1/")\n'
        'link = "https://demo.cybozu.com/k/1/show#record=5"\n'
        'requests.get("https://demo.cybozu.com/k/guest/3/12/")\n'
    ),
    "a file of an app": (
        'icon_url = "https://demo.cybozu.com/k/1/icon.png"\n'
        'state_url = "https://demo.cybozu.com/k/12/state.json"\n'
    ),
    "another version of another service": (
        'import requests  # for kintone\nrequests.get("https://api.example.com/v2/records.json")\n'
        'requests.get("https://api.example.com/k/v2/records.json")\n'
    ),
    "Garoon": (
        f'{GET}requests.get("https://demo.cybozu.com/g/api/v1/schedule/events", headers=HEADERS)\n'
        'requests.get("https://demo.cybozu.com/g/v1/records.json")\n'
    ),
    "the user API": (
        f'{GET}requests.get("https://demo.cybozu.com/v1/users.json")\n'
        'requests.post("https://demo.cybozu.com/v1/file.json", files=files)\n'
        'requests.get("https://demo.cybozu.com/v1/csv/user.csv")\n'
    ),
    "a base that brings its k": (
        f'{GET}def app(root):\n    return requests.get(f"{{root}}/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a base on self that brings its k": (
        f"{GET}class Client:\n    def __init__(self, domain):\n"
        '        self.base = f"https://{domain}/k"\n'
        "    def app(self):\n"
        '        return requests.get(f"{self.base}/v1/app.json?id=1", headers=HEADERS)\n'
    ),
    "a proxy of one's own": (
        f'{GET}requests.get("https://proxy.example.com/v1/records.json", headers=HEADERS)\n'
    ),
    "one record and many": (
        f'{GET}URL = "https://demo.cybozu.com/k/v1"\n'
        'requests.put(f"{URL}/record.json", json={}, headers=HEADERS)\n'
        'requests.put(f"{URL}/records.json", json={}, headers=HEADERS)\n'
        'requests.delete(f"{URL}/records.json", params={"app": 1, "ids[0]": 5}, headers=HEADERS)\n'
        'requests.get(f"{URL}/record/comments.json", params={"app": 1, "record": 2}, headers=HEADERS)\n'
        'requests.post(f"{URL}/record/comment.json", json={}, headers=HEADERS)\n'
    ),
    "a GET sent as POST": (
        f'{GET}requests.post("https://demo.cybozu.com/k/v1/app.json", json={{"id": 1}},\n'
        '              headers={**HEADERS, "X-HTTP-Method-Override": "GET"})\n'
    ),
    "a stub of a server with another method": (
        'import responses\nresponses.add("DELETE", "https://demo.cybozu.com/k/v1/record.json")\n'
    ),
    "one function for all methods": (
        "import requests\nclass Comments:\n"
        '    URL = "https://demo.cybozu.com/k/v1/record/comment.json"\n'
        "    def send(self, method, url, data):\n"
        '        if method == "GET":\n            return requests.get(url, params=data)\n'
        '        elif method == "POST":\n            return requests.post(url, json=data)\n'
        "    def all(self):\n"
        '        return self.send("GET", self.URL.replace("comment.json", "comments.json"), {})\n'
        "    def add(self, text):\n"
        '        return self.send("POST", self.URL, {"comment": {"text": text}})\n'
    ),
    "a method that is not known": (
        f'{GET}def call(method):\n'
        '    return requests.request(method, "https://demo.cybozu.com/k/v1/record.json", headers=HEADERS)\n'
    ),
    "a path that is printed": (
        'import requests\nprint("/k/v1/app.json ", status)\nlog.info("GET /k/v1/app.json " + text)\n'
        'message = "/k/v1/app.json " + "is called"\n'
    ),
    "a path that is looked for": (
        'if line.startswith("/k/v1/app.json "):\n    pass\nparts = text.split("/k/v1/records.json ")\n'
    ),
    "a path that is stripped": (
        f'{GET}path = " /k/v1/app.json\\n"\n'
        'requests.get("https://demo.cybozu.com" + path.strip(), headers=HEADERS)\n'
    ),
    "indexes in the names": (
        f'{GET}fields = {{f"fields[{{n}}]": name for n, name in enumerate(names)}}\n'
        'requests.get("https://demo.cybozu.com/k/v1/records.json",\n'
        '             params={"app": 1, "fields[0]": "a", **fields}, headers=HEADERS)\n'
    ),
    "a list in a JSON body": (
        f'{GET}requests.get("https://demo.cybozu.com/k/v1/records.json",\n'
        '             json={"app": 1, "fields": ["a", "b"]}, headers=HEADERS)\n'
        'requests.delete("https://demo.cybozu.com/k/v1/records.json",\n'
        '                json={"app": 1, "ids": [1, 2]}, headers=HEADERS)\n'
    ),
    "a list that becomes a text": (
        f'{GET}requests.get("https://demo.cybozu.com/k/v1/records.json",\n'
        '             params={"app": 1, "query": " and ".join(["a", "b"])}, headers=HEADERS)\n'
    ),
    "pairs with indexes": (
        f'{GET}pairs = [("app", 1), ("fields[0]", "a"), ("fields[1]", "b")]\n'
        'requests.get("https://demo.cybozu.com/k/v1/records.json", params=pairs, headers=HEADERS)\n'
    ),
    "a list for another host": (
        f'{GET}requests.get("https://api.example.com/items", params={{"ids": [1, 2]}})\n'
    ),
    "one id that is called ids": (
        f'{GET}def get(app, fields):\n'
        '    return requests.get("https://demo.cybozu.com/k/v1/records.json",\n'
        '                        params={"app": app, "fields": fields}, headers=HEADERS)\n'
    ),
    "a list that is turned into indexes": (
        f'{GET}params = {{"app": 1, "fields": ["a", "b"]}}\n'
        'for n, name in enumerate(params.pop("fields")):\n'
        '    params[f"fields[{n}]"] = name\n'
        'requests.get("https://demo.cybozu.com/k/v1/records.json", params=params, headers=HEADERS)\n'
    ),
    "an upload whose boundary the library sets": (
        f'{GET}requests.post("https://demo.cybozu.com/k/v1/file.json", files={{"file": data}},'
        " headers=HEADERS)\n"
    ),
    "an upload with a boundary": (
        f'{GET}headers = {{**HEADERS, "Content-Type": f"multipart/form-data; boundary={{mark}}"}}\n'
        'requests.post("https://demo.cybozu.com/k/v1/file.json", data=body, headers=headers)\n'
    ),
    "an upload whose type an encoder knows": (
        f"{GET}form = MultipartEncoder(fields=fields)\n"
        'requests.post("https://demo.cybozu.com/k/v1/file.json", data=form,\n'
        '              headers={**HEADERS, "Content-Type": form.content_type})\n'
    ),
    "an upload to another host": (
        f'{GET}requests.post("https://files.example.com/up", data=body,\n'
        '              headers={"Content-Type": "multipart/form-data"})\n'
    ),
    "a bulk request in its guest space": (
        f'{GET}ROOT = f"/k/guest/{{space}}/v1"\n'
        'items = [{"method": "PUT", "api": f"{ROOT}/record.json", "payload": {}}]\n'
        'requests.post(f"https://demo.cybozu.com{ROOT}/bulkRequest.json", json={"requests": items},'
        " headers=HEADERS)\n"
    ),
    "a bulk request whose guest space is known elsewhere": (
        f"{GET}def send(prefix, items):\n"
        '    calls = [{"method": "PUT", "api": f"{prefix}/v1/record.json", "payload": {}}]\n'
        '    requests.post("https://demo.cybozu.com/k/guest/5/v1/bulkRequest.json",\n'
        '                  json={"requests": calls}, headers=HEADERS)\n'
    ),
    "a bulk request for both kinds of space": (
        f"{GET}def send(space):\n"
        '    root = f"/k/guest/{space}/v1" if space else "/k/v1"\n'
        '    items = [{"method": "PUT", "api": f"{root}/record.json", "payload": {}}]\n'
        '    requests.post(f"https://demo.cybozu.com{root}/bulkRequest.json",\n'
        '                  json={"requests": items}, headers=HEADERS)\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_look_alike_is_silent(name: str) -> None:
    assert codes(RIGHT[name]) == []
