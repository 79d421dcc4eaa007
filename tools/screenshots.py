"""Makes the pictures of the documentation: `python tools/screenshots.py FOLDER`, with chromium.

The client is the one of `make demo` that has a little of everything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
CLIENT = "sdks/pyntone/adapter.py:PyntoneAdapter"
SIZE = (1000, 760)  # pixels


def main(folder: Path) -> None:
    """Judge the client, look at its report, and at the matrix."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        reports, site = Path(made, "report"), Path(made, "site")
        _suite("run", "--adapter", CLIENT, "--isolated", "--report-dir", str(reports))
        results = ("--from-results", "sdks/RESULTS.json")
        _suite("matrix", "sdks", *results, "--site", str(site))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _picture(browser, reports / "report.html", folder / "report.png")
        _picture(browser, site / "index.html", folder / "matrix.png", width=1280)
        browser.close()


def _suite(*words: str) -> None:
    command = [sys.executable, "-m", "kintone_conformance", *words]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"kintone-conformance {words[0]} ended with {done.returncode}")


def _picture(browser: Browser, page: Path, file: Path, width: int = SIZE[0]) -> None:
    shown = browser.new_page(viewport={"width": width, "height": SIZE[1]})
    shown.goto(page.as_uri())
    shown.screenshot(path=file)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs"))
