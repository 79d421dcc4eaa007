"""Traffic that nobody here caused: a published client is watched, a page's recording is judged."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import sync_playwright

import toolchains
from kintone_conformance.doors import Answer
from kintone_conformance.doors.answers import documented_answer
from kintone_conformance.doors.sockets import Loopback
from kintone_conformance.model import Wire
from kintone_conformance.strategies import HARMLESS_TOKENS

SCRIPT = f"""
import os, pyntone
client = pyntone.KintoneRestAPIClient(
    os.environ["KINTONE_BASE_URL"], pyntone.ApiTokenAuth("{HARMLESS_TOKENS.tokens[0]}"), 5
)
client.record.get_record(1, 1)
client.record.add_record(1, {{"title": {{"value": "日本語"}}}})
"""
# What a customization does with fetch; with #bad it forgets what a session needs.
PAGE = """<!doctype html><title>app</title><link rel="icon" href="data:,"><script>
const token = "Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4";
const own = { "X-Requested-With": "XMLHttpRequest" };
const json = { ...own, "Content-Type": "application/json" };
const record = { app: 1, record: { title: { value: "日本語" } } };
async function all() {
  await fetch("/k/v1/records.json?app=1&fields[0]=a&totalCount=true", { headers: own });
  const body = JSON.stringify({ ...record, __REQUEST_TOKEN__: token });
  await fetch("/k/v1/record.json", { method: "POST", headers: json, body });
  const form = new FormData();
  form.append("__REQUEST_TOKEN__", token);
  form.append("file", new Blob(["hello"]), "a.txt");
  await fetch("/k/v1/file.json", { method: "POST", headers: own, body: form });
  if (location.search === "?bad") {
    await fetch("/k/v1/record.json?app=1&id=1");
    const bare = JSON.stringify(record);
    await fetch("/k/v1/record.json", { method: "POST", headers: json, body: bare });
  }
  document.title = "done";
}
all();
</script>"""


# Two published versions of pyntone, of which the later one sends what nobody gave it.
SDK = """
name = "pyntone"
versions = ["0.3.2", "0.2.2"]
language = "python"
url = "https://github.com/kashi03/pyntone"
build = ["{python} -m pip install --quiet --upgrade --target lib pyntone=={version}"]
environ = { PYTHONPATH = "lib" }
adapter = "adapter.py:Small"
"""
ADAPTER = """
import pyntone
from kintone_conformance.adapter import Adapter, serves
from kintone_conformance.model import Info
class Small(Adapter):
    info = Info(name="pyntone", version="", supports=frozenset({"auth.token"}))
    def open(self, client):
        auth = pyntone.ApiTokenAuth(client.auth.tokens[0])
        return pyntone.KintoneRestAPIClient(client.base_url, auth)
    @serves("cursor.create")
    def create(self, sdk, app, fields=None, query=None, size=None):
        return sdk.record.create_cursor(app, fields, query, size)
"""


def conformance(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_a_script_with_a_published_client_is_watched(tmp_path: Path) -> None:
    pytest.importorskip("pyntone")
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    done = conformance("watch", "--", sys.executable, "script.py", cwd=tmp_path)
    said = done.stderr.splitlines()
    assert "GET record in guest space 5, API token" in said
    assert "POST record in guest space 5, API token" in said
    assert "2 of 148 documented operations were seen" in done.stdout
    assert done.returncode in (0, 1), done.stdout
    assert HARMLESS_TOKENS.tokens[0] not in done.stdout + done.stderr


def test_two_published_versions_are_compared(tmp_path: Path) -> None:
    folder = tmp_path / "pyntone"
    folder.mkdir()
    (folder / "sdk.toml").write_text(SDK, "utf-8")
    (folder / "adapter.py").write_text(ADAPTER, "utf-8")
    done = conformance("compare", "pyntone@0.2.2", "pyntone", "--report-dir", "out", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads((tmp_path / "out" / "compare.json").read_text("utf-8"))
    apart = {each["field"]: (each["first"], each["second"]) for each in report["differences"]}
    assert apart["parameter size"] == ("(none)", "null")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with the page and the API of a Kintone, for a browser."""

    def answer(wire: Wire) -> Answer:
        if unquote(wire.target.decode()).startswith("/k/1/"):
            cookie = ("Set-Cookie", "JSESSIONID=Xf8Gk3Py6Tn2Vd9Cw5Mx7Rb4; Path=/; HttpOnly")
            return Answer(200, PAGE.encode(), (("Content-Type", "text/html"), cookie))
        return documented_answer(wire)

    with closing(Loopback(any_process=True)) as door:
        door.play(answer)
        yield door.base_url


def test_the_recording_of_a_page_is_judged(server: str, tmp_path: Path) -> None:
    toolchains.need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in ("good", "bad"):
            context = browser.new_context(record_har_path=tmp_path / f"{name}.har")
            page = context.new_page()
            page.set_default_timeout(0)  # a busy machine is no defect
            page.goto(f"{server}/k/1/show?{name}")
            page.wait_for_function("document.title === 'done'")
            context.close()
        browser.close()
    good = conformance("judge", "good.har", "--report-dir", "good", cwd=tmp_path)
    assert good.returncode == 0, good.stdout
    bad = conformance("judge", "bad.har", "--report-dir", "bad", cwd=tmp_path)
    assert bad.returncode == 1, bad.stdout
    report = json.loads((tmp_path / "bad" / "report.json").read_text("utf-8"))
    failed = {row["id"] for row in report["requirements"] if row["verdict"] == "fail"}
    assert failed == {"KC304", "KC305"}
    for text in (bad.stdout, json.dumps(report)):
        assert "Xf8Gk3Py6Tn2Vd9Cw5Mx7Rb4" not in text
        assert "Jf8Gk3Py6Tn2Vd9Cw5Mx7Rb4" not in text
