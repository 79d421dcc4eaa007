"""A messy repository is found in full, as hooks call it too; its clean twin is silent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fakes import filled
from linter.repositories import committed, git, repository
from linter.texts.leaks import LEAKS
from linter.texts.look_alikes import CLEAN

PYTHON = """\
import requests

PASS = "{password}"
requests.get(
    "https://demo.cybozu.com/k/v1/{order}/app.json?id=1",
    headers={{"X-Cybozu-API-Token": {token}}},
)
"""


def check(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "kintone_lint", "check", "--output-format", "json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def found(content: dict[str, Any]) -> list[tuple[str, str, int]]:
    return sorted((each["path"], each["rule"], each["line"]) for each in content["findings"])


def write(folder: Path, name: str, text: str | bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else filled(text).encode())


def notebook(line: str) -> str:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "source": ["import kintone\n", line],
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def messy(folder: Path) -> list[tuple[str, str, int]]:
    """Writes the repository, and gives what is to be found in it."""
    repository(folder)
    for name, (text, _) in LEAKS.items():
        write(folder, f"apps/{name}", text)
    expected = [(f"apps/{n}", rule, line) for n, (_, all_) in LEAKS.items() for rule, line in all_]
    write(folder, "src/app.py", PYTHON.format(password="x", order="guest/5", token="'@TOKEN@'"))
    write(folder, "bin/export", "#!/usr/bin/env python3\nimport kintone\nT = '@TOKEN2@'\n")
    write(folder, "report.ipynb", notebook("T = '@TOKEN@'"))
    write(folder, "windows.env", filled("KINTONE_TOKEN=@TOKEN@\r\n").encode("utf-16"))
    write(folder, "logo.png", b"\x89PNG\r\n\0" + filled("kintone @TOKEN@").encode())
    inner = repository(folder.parent / f"{folder.name}-inner")
    write(inner, "client.js", "const kintoneToken = '@TOKEN@';\n")
    committed(inner)
    git(folder, "submodule", "add", "-q", str(inner), "inner")
    committed(folder)
    write(folder, "node_modules/x/index.js", "kintone('@TOKEN@')\n")
    write(folder, ".env", "KINTONE_PASSWORD=@PASSWORD@\n")
    return sorted(
        [
            *expected,
            ("src/app.py", "KL101", 6),
            ("src/app.py", "KL201", 5),
            ("bin/export", "KL101", 3),
            ("report.ipynb", "KL101", 2),
            ("windows.env", "KL101", 1),
            ("inner/client.js", "KL101", 1),
            (".env", "KL102", 1),
            (".env", "KL110", 1),
        ]
    )


def test_a_messy_repository_is_found_in_full(tmp_path: Path) -> None:
    expected = messy(tmp_path / "messy")
    code, content = check(tmp_path / "messy")
    assert found(content) == expected
    assert (code, content["errors"]) == (1, [])


def test_the_hook_finds_the_same_in_the_files_that_it_is_given(tmp_path: Path) -> None:
    folder = tmp_path / "messy"
    expected = messy(folder)
    tracked = [name for name in git(folder, "ls-files").splitlines() if (folder / name).is_file()]
    texts = [name for name in tracked if not name.endswith(".png")]
    _, content = check(folder, "--force-exclude", *texts)
    assert found(content) == [each for each in expected if each[0] in texts]


def test_an_ignored_env_file_is_left_alone(tmp_path: Path) -> None:
    folder = repository(tmp_path / "ignored")
    write(folder, ".gitignore", ".env\n")
    write(folder, ".env", "KINTONE_PASSWORD=@PASSWORD@\n")
    assert check(folder) == (0, {"version": 1, "findings": [], "errors": []})


def test_the_clean_twin_is_silent(tmp_path: Path) -> None:
    folder = repository(tmp_path / "clean")
    for name, text in CLEAN.items():
        write(folder, f"apps/{name}", text)
    safe = PYTHON.format(password="", order="", token="os.environ['T']").replace("v1//", "v1/")
    write(folder, "src/app.py", f"import os\n{safe}")
    write(folder, "bin/export", "#!/usr/bin/env python3\nimport kintone\n")
    write(folder, "report.ipynb", notebook("T = input()"))
    committed(folder)
    assert check(folder) == (0, {"version": 1, "findings": [], "errors": []})
