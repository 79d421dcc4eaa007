"""Standard streams that cannot take what they are given: no traceback, and the right exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from linter.linting import TOKEN

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson")
BAD = f'headers = {{"X-Cybozu-API-Token": "{TOKEN}"}}\n'
PATH = 'import requests\nrequests.get("https://demo.cybozu.com/k/v1/guest/5/é日😀.json")\n'
COMMANDS: dict[str, Sequence[str]] = {
    "the help": ["--help"],
    "the version": ["--version"],
    "the rules": ["rules"],
    "a rule": ["rule", "KL101"],
    "bad usage": ["check", "--selct"],
    "a diff": ["check", "--diff"],
    **{name: ["check", "--output-format", name] for name in FORMATS},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with findings in files with odd names, and a file that does not parse."""
    for name, text in (("bad.py", BAD), ("é日😀.py", PATH), ("ü.py", "import kintone\ndef (:\n")):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def shell(folder: Path, script: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of bash in which `$LINT` is the command; the exit code is that of the line."""
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "LINT": f"{sys.executable} -m kintone_lint", **environ},
        capture_output=True,
    )


def quiet(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether nothing was said that is a defect of ours."""
    said = done.stderr + done.stdout
    return not any(word in said for word in (b"Traceback", b"defect", b"Exception ignored"))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [*((name, "cp932") for name in COMMANDS), *((name, "ascii") for name in FORMATS),
     ("text", "latin-1"), ("json", "utf-16")],
)  # fmt: skip
def test_what_an_encoding_does_not_have_gets_a_mark(folder: Path, name: str, encoding: str) -> None:
    words = " ".join(COMMANDS[name])
    done = shell(folder, f"$LINT {words}", PYTHONIOENCODING=encoding)
    assert quiet(done)
    assert done.returncode == (2 if words.startswith("check") else 0)
    assert done.stdout.decode(encoding) or name == "bad usage"
    if "json" in name or name in ("sarif", "gitlab"):
        found = json.loads(done.stdout.decode(encoding))
        assert "é日😀.py" in str(found) or "%F0%9F%98%80.py" in str(found)
    if name == "junit":
        suite = ET.fromstring(done.stdout.decode(encoding))
        assert "é日😀.py" in {each.get("file") for each in suite.iter()}


@pytest.mark.parametrize("name", ["the help", "bad usage", "a diff", "text", "json"])
@pytest.mark.parametrize("closed", ["0", "1", "2", "012"])
def test_a_closed_descriptor_changes_no_exit_code(folder: Path, name: str, closed: str) -> None:
    words = " ".join(COMMANDS[name])
    expected = shell(folder, f"$LINT {words}")
    shut = " ".join(f"{each}>&-" for each in closed)
    done = shell(folder, f"$LINT {words} {shut}")
    assert quiet(done)
    assert done.returncode == expected.returncode
    if "1" not in closed:
        assert done.stdout == expected.stdout
    if "2" not in closed:
        assert done.stderr == expected.stderr


def test_a_file_takes_no_place_of_a_closed_descriptor(folder: Path) -> None:
    (folder / "ü.py").unlink()
    done = shell(folder, "$LINT check --output-file report.txt 0>&- 1>&- 2>&-")
    assert done.returncode == 1
    assert (folder / "report.txt").read_text("utf-8").count("KL") == 2
    assert (folder / "bad.py").read_text() == BAD


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_one_sentence_and_never_a_verdict(folder: Path, name: str) -> None:
    (folder / "ü.py").unlink()
    done = shell(folder, f"$LINT {' '.join(COMMANDS[name])} > /dev/full")
    assert quiet(done)
    assert done.returncode == 2
    if name != "bad usage":
        sentence = b"kintone-lint: could not write to standard output: No space left on device\n"
        assert done.stderr == sentence


def test_a_full_standard_error_changes_nothing(folder: Path) -> None:
    done = shell(folder, "$LINT check --statistics 2> /dev/full")
    assert (done.returncode, done.stdout.count(b"KL")) == (2, 2)
    assert shell(folder, "$LINT check > /dev/full 2>&1").returncode == 2


@pytest.mark.parametrize("name", ["the rules", "a diff", "text", "json", "github"])
def test_a_reader_that_leaves_changes_no_exit_code(folder: Path, name: str) -> None:
    for number in range(300):
        (folder / f"a{number}.py").write_text(BAD)
    words = " ".join(COMMANDS[name])
    expected = shell(folder, f"$LINT {words} > /dev/null 2>&1").returncode
    done = shell(folder, f"$LINT {words} 2>&1 | head -c 1 > /dev/null; exit ${{PIPESTATUS[0]}}")
    assert quiet(done)
    assert done.returncode == expected


def test_a_standard_input_that_is_closed_is_one_sentence(folder: Path) -> None:
    done = shell(folder, "$LINT check - <&-")
    assert done.returncode == 2
    assert b"stdin is closed" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_working_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    script = f"mkdir gone; cd gone; rmdir ../gone; {sys.executable} -m kintone_lint check"
    done = shell(tmp_path, script)
    assert quiet(done)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
