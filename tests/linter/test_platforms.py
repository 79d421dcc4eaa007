"""The linter works where Python has no POSIX: on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from linter.linting import TOKEN
from systems import on

BAD = f'import requests\n\nTOKEN = "{TOKEN}"\n'
CALL = (
    'requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json",'
    ' headers={"X-Cybozu-API-Token": TOKEN})\n'
)
COMMANDS = (
    ("check",),
    ("check", "--diff"),
    ("check", "--output-format", "sarif"),
    ("check", "--output-format", "github", "src"),
    ("check", "--output-format", "json", "--output-file", "out.json"),
    ("check", "--baseline", "known.json", "--update-baseline"),
    ("check", "--baseline", "known.json"),
    ("check", "-"),
    ("check", "--fix", "--unsafe-fixes"),
    ("check",),
    ("rule", "KL101"),
    ("rules",),
    ("--version",),
)


def project(folder: Path, *, git: bool) -> Path:
    """A project with findings, settings, and a file that cannot be parsed."""
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "app.py").write_text(BAD + CALL, "utf-8")
    (folder / "src" / "broken.py").write_text("def kintone(:\n", "utf-8")
    (folder / "src" / "日本.py").write_text(BAD, "utf-8")
    (folder / "pyproject.toml").write_text('[tool.kintone-lint]\nignore = ["KL108"]\n', "utf-8")
    if git:
        for words in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def outcome(folder: Path, words: tuple[str, ...], environ: dict[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kintone_lint", *words],
        cwd=folder,
        env=environ,
        input=BAD,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("git", [pytest.param(True, marks=pytest.mark.deep), False])
def test_the_linter_works_without_posix(tmp_path: Path, git: bool) -> None:
    """Each command says and writes what it does here."""
    here, there = project(tmp_path / "here" / "p", git=git), project(tmp_path / "t" / "p", git=git)
    for words in COMMANDS:
        expected = outcome(here, words, dict(os.environ))
        assert outcome(there, words, on("windows")) == expected, words
        assert expected[0] in (0, 1, 2)
        assert "internal error" not in expected[2]
    for file in here.rglob("*.py"):
        assert (there / file.relative_to(here)).read_bytes() == file.read_bytes()


def test_the_linter_works_without_posix_on_many_files(tmp_path: Path) -> None:
    """So many that it uses several processes."""
    folder = project(tmp_path, git=False)
    (folder / "src" / "broken.py").unlink()
    filler = '"""' + "filler\n" * 2_000 + '"""\n'  # many bytes, soon parsed
    for number in range(24):
        (folder / f"m{number}.py").write_text(BAD + CALL + filler, "utf-8")
    expected = outcome(folder, ("check",), dict(os.environ))
    assert (expected[0], expected[2]) == (1, "")
    assert outcome(folder, ("check",), on("windows")) == expected


def test_the_emulation_takes_posix_away() -> None:
    """Each test above would pass without one, too."""
    probe = (
        "import os, select, signal, sys\n"
        "assert not any(map(lambda each: hasattr(*each), ("
        "(os, 'fork'), (os, 'killpg'), (os, 'geteuid'), (os, 'O_NOFOLLOW'), (select, 'poll'),"
        "(signal, 'SIGALRM'), (signal, 'SIGKILL'))))\n"
        "for name in ('fcntl', 'pwd', 'resource', 'grp', 'termios'):\n"
        "    try: __import__(name)\n"
        "    except ImportError: continue\n"
        "    sys.exit(name)\n"
    )
    subprocess.run([sys.executable, "-c", probe], env=on("windows"), check=True)
