"""The pages in a real browser: they open, filter and lead to what was found, without complaint."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

import toolchains

TESTS = Path(__file__).parents[1]
SDK = """
versions = ["2", "1"]
name = "pads nothing"
language = "python"
url = "https://example.com/sdk"
adapter = "reference"
"""
LARGEST = 300_000  # bytes of a full report
PHONE: ViewportSize = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a full run: a client without padding, which fails KC104 at least."""
    folder = tmp_path_factory.mktemp("report")
    client = ("--adapter", "zoo.passwords:DropsPaddingAdapter", "--examples", "3", "-n", "1")
    done = subprocess.run(
        [sys.executable, "-m", "kintone_conformance", "run", *client, "--report-dir", str(folder)],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return folder / "report.html"


@pytest.fixture(scope="module")
def site(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a matrix: one client in two versions, and the reports of both."""
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "sdk").mkdir()
    (folder / "sdk" / "sdk.toml").write_text(SDK, "utf-8")
    for version in ("1", "2"):
        shutil.copy(report.parent / "report.json", folder / f"sdk@{version}.json")
    command = [sys.executable, "-m", "kintone_conformance", "matrix", str(folder)]
    options = ["--from-reports", str(folder), "--site", str(folder / "site")]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    toolchains.need("chromium")
    quiet = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*quiet, "--disable-component-update"]
        )
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not say anything on its console."""
    opened = browser.new_page()
    opened.set_default_timeout(0)  # a busy machine is no defect of a page
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()
    assert said == []


def visible(page: Page) -> list[str]:
    """The ids of the requirements that are shown, in order."""
    shown = page.locator("details.requirement:visible")
    return [str(entry.get_attribute("id")) for entry in shown.all()]


def told(report: Path, *verdicts: str) -> list[str]:
    """The ids of the requirements of a report that have one of these verdicts."""
    rows = json.loads((report.parent / "report.json").read_text("utf-8"))["requirements"]
    return [row["id"] for row in rows if row["verdict"] in verdicts]


def test_a_report_is_one_file_that_opens_at_once(report: Path, page: Page) -> None:
    assert report.stat().st_size <= LARGEST
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()], "it asks for nothing else"


def test_a_failure_is_open_and_leads_to_the_bytes(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    assert "not conformant" in page.inner_text("header")
    failure = page.locator("#KC104")
    assert failure.get_attribute("open") is not None
    text = failure.inner_text()
    for told in ("X-Cybozu-Authorization:", "expected", "--select KC104", "https://"):
        assert told in text
    assert page.locator("#KC104 pre mark").count() >= 1, "the difference is marked"
    assert page.locator("#KC103").get_attribute("open") is None


def test_what_holds_is_folded_away(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    assert visible(page) == told(report, "fail", "warn", "note", "error")
    page.locator("details.fold > summary").first.click()
    assert set(visible(page)) & set(told(report, "pass"))


def test_the_verdicts_filter(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    before = visible(page)
    page.click("button[data-show=fail]")
    failing = told(report, "fail")
    assert visible(page) == failing
    assert "KC104" in failing
    families = {id_[:3] for id_ in failing}
    assert page.locator("section:visible").count() == len(families), "others are hidden"
    page.click("button[data-show=pass]")
    assert visible(page) == told(report, "pass")
    page.click("button[data-show='']")
    assert visible(page) == before


def test_a_report_is_searched_as_one_types(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    before = visible(page)
    page.get_by_label("Find").fill("kc402")
    assert visible(page) == ["KC402"], "also in what is folded"
    page.get_by_label("Find").fill("kc402 redirect")
    assert visible(page) == []
    page.get_by_label("Find").fill("")
    assert visible(page) == before


def test_a_link_opens_what_is_folded(report: Path, page: Page) -> None:
    page.goto(f"{report.as_uri()}#KC402")
    assert page.locator("#KC402").is_visible()
    assert page.locator("#KC402").get_attribute("open") is not None


def test_without_scripts_everything_can_be_read(report: Path, site: Path, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(report.as_uri())
    assert plain.locator("nav, input").locator("visible=true").count() == 0, "it would do nothing"
    assert visible(plain) == told(report, "fail", "warn", "note", "error")
    plain.locator("#KC101").locator("xpath=ancestor::details").locator("> summary").click()
    assert plain.locator("#KC101").is_visible()
    plain.goto((site / "index.html").as_uri())
    assert plain.locator("input").locator("visible=true").count() == 0
    assert plain.locator(".matrix tbody tr").count() == 2
    plain.locator("details.fold summary").first.click()
    plain.get_by_text("KC101").click()
    assert plain.url.endswith("requirements/KC101.html")
    plain.context.close()


def test_a_keyboard_is_enough(report: Path, page: Page) -> None:
    page.goto(report.as_uri())
    page.focus("button[data-show=fail]")
    page.keyboard.press("Enter")
    assert visible(page) == told(report, "fail")
    page.focus("#KC104 summary")
    page.keyboard.press("Space")
    assert page.locator("#KC104").get_attribute("open") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(
    report: Path, site: Path, page: Page, scheme: str
) -> None:
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    pages = ("index.html", "clients/sdk.html", "requirements/KC104.html")
    for each in (report, *(site / name for name in pages)):
        page.goto(each.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in ground.strip("rgb()").split(",")) < 3 * 128
    assert dark is (scheme == "dark")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_matrix_keeps_its_names_and_shows_its_last_column(
    site: Path, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") < 2_500
    page.evaluate("document.querySelector('.scroll').scrollTo(10_000, 10_000)")
    name = page.locator(".matrix tbody th").first.bounding_box()
    last = page.locator(".matrix thead th").last.bounding_box()
    assert name
    assert last
    assert name["x"] >= 0, "it stays where the rest is scrolled"
    assert last["x"] >= name["x"] + name["width"], "nothing covers it"
    assert last["x"] + last["width"] <= width
    cell = page.locator(".matrix thead th").last
    assert cell.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_a_cell_of_the_matrix_leads_to_what_was_found(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator(".matrix td a[href$='#KC1']:has(.fail)").first.click()
    assert page.url.endswith("clients/sdk.html#KC1")
    found = page.locator("#KC1 ~ details[data-verdict=fail]").first
    found.locator("summary").click()
    assert "wire" in found.inner_text()
    found.get_by_text("other clients").click()
    assert page.url.endswith("requirements/KC104.html")
    assert "broken in each of 2 versions" in page.inner_text("main")


def test_the_matrix_is_searched_as_one_types(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    rows = page.locator(".matrix tbody tr:visible")
    assert rows.count() == 2
    field = page.get_by_label("Find a client, a language or a requirement")
    field.fill("NOTHING 2")
    assert rows.count() == 1
    field.fill("ruby")
    assert rows.count() == 0
    field.fill("kc104")
    shown = page.locator(".fold li:visible")
    assert shown.count() == 1
    assert "padded" in shown.inner_text()
    field.fill("")
    assert rows.count() == 2
    assert shown.count() == 0
