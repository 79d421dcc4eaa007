"""Makes the pictures of the documentation: `python tools/screenshots.py FOLDER`, with chromium.

The client is the one of `make demo` that has a little of everything; the listing is of a file with
a credential that is made here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from fakes import filled

ROOT = Path(__file__).parents[1]
CLIENT = "sdks/pyntone/adapter.py:PyntoneAdapter"
SIZE = (1000, 760)  # pixels
SAMPLE = """\
import requests

TOKEN = "@TOKEN@"
SITE = "https://demo.cybozu.com"


def orders(space: int) -> dict:
    url = f"{SITE}/k/v1/guest/{space}/records.json"
    return requests.get(url, headers={"X-Cybozu-API-Token": TOKEN}).json()
"""
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #14171b; }}
pre {{ margin: 0; padding: 1.2rem 1.5rem; color: #e8eaed; font: 15px/1.45 monospace; }}
</style><body><pre><span style="color: #8b949e">$ kintone-lint check</span>
{listing}</pre>"""


def main(folder: Path) -> None:
    """Lint the sample, judge the client, and look at its report and at the matrix."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        reports, site = Path(made, "report"), Path(made, "site")
        _suite("run", "--adapter", CLIENT, "--isolated", "--report-dir", str(reports))
        results = ("--from-results", "sdks/RESULTS.json")
        _suite("matrix", "sdks", *results, "--site", str(site))
        Path(made, "lint.html").write_text(TERMINAL.format(listing=_listing()), "utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _picture(browser, Path(made, "lint.html"), folder / "lint.png", width=1130, whole=True)
        _picture(browser, reports / "report.html", folder / "report.png")
        _picture(browser, site / "index.html", folder / "matrix.png", width=1280)
        browser.close()


def _suite(*words: str) -> None:
    command = [sys.executable, "-m", "kintone_conformance", *words]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"kintone-conformance {words[0]} ended with {done.returncode}")


def _listing() -> str:
    """What a terminal shows of the findings in the sample, as HTML."""
    from rich.console import Console
    from rich.terminal_theme import MONOKAI
    from rich.text import Text

    with tempfile.TemporaryDirectory() as project:
        Path(project, "orders.py").write_text(filled(SAMPLE), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "kintone_lint", "check"],
            cwd=project,
            env={**os.environ, "FORCE_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 1:
        sys.exit(f"kintone-lint ended with {done.returncode}: {done.stderr}")
    shown = Console(record=True, width=120, file=StringIO())
    shown.print(Text.from_ansi(done.stdout), soft_wrap=True)
    return shown.export_html(theme=MONOKAI, inline_styles=True, code_format="{code}")


def _picture(
    browser: Browser, page: Path, file: Path, width: int = SIZE[0], *, whole: bool = False
) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 100 if whole else SIZE[1]})
    shown.goto(page.as_uri())
    shown.screenshot(path=file, full_page=whole)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs"))
