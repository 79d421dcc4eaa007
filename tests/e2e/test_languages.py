"""Every language end to end: its starter as `init` writes it, and one published SDK of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import toolchains
from kintone_conformance.matrix.results import read
from kintone_conformance.starters import STARTERS, content

SUITE = (sys.executable, "-m", "kintone_conformance")
SDKS = Path(__file__).parents[2] / "sdks"
# One SDK a language; Python's others, and node's, are judged by `matrix`.
JUDGED = {
    "python": "pyntone",
    "node": "rest-api-client",
    "java": "kintone-java-client",
    "go": "go-kintone",
    "rust": "kintone-rust",
}


# A busy machine is none of these clients' faults.
PATIENT = ("--time-limit", "600")


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("language", STARTERS)
def test_a_starter_runs_as_it_is_written(language: str, tmp_path: Path) -> None:
    toolchains.need(language)
    starter = STARTERS[language]
    wrote = run(*SUITE, "init", "--language", language, "driver", cwd=tmp_path)
    assert wrote.returncode == 0, wrote.stderr
    folder = tmp_path / "driver"
    for command in starter.build:
        built = run(*shlex.split(command), cwd=folder)
        assert built.returncode == 0, (command, built.stderr)
    option, value = starter.client
    if option == "--driver":
        checked = run(*SUITE, "check-driver", value, *PATIENT, cwd=folder)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        drops_no_parameter(value, folder)
    rest = ("--strict", "--examples", "20", "--baseline", "known-failures.toml", "-n1", *PATIENT)
    judged = run(*SUITE, "run", option, value, *rest, cwd=folder)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    last = judged.stdout.rsplit("\n", 2)[1]  # no warning and no note either
    counts = re.fullmatch(r"(\d+) passed, \d+ n/a: conformant in all that was judged", last)
    assert counts, judged.stdout
    assert int(counts[1]) >= 20


def drops_no_parameter(command: str, folder: Path) -> None:
    """Asks a driver for a parameter that its client lacks: it must not leave it out."""
    client = {"baseUrl": "http://localhost:1", "auth": {"kind": "token", "tokens": ["t"]}}
    call = {"api": "record.get", "params": {"app": 1, "id": 1, "lang": "ja"}}
    line = json.dumps({"id": 1, "op": "send", "client": client, "call": call}) + "\n"
    done = subprocess.run(
        shlex.split(command), cwd=folder, input=line, capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    told = (answer["outcome"], answer["reason"])
    assert told == ("unsupported", "record.get does not take lang")


@pytest.mark.parametrize("language", STARTERS)
def test_a_starter_is_short(language: str) -> None:
    """60 lines without comments and without the stand-in that makes place for the SDK."""
    lines = content(next(iter(STARTERS[language].files.values()))).decode().splitlines()
    marks = [number for number, line in enumerate(lines) if "----" in line]
    assert len(marks) == 2, "one place for the SDK"
    driver = lines[: marks[0]] + lines[marks[1] + 1 :]
    code = [
        line for line in driver if line.strip() and not re.match(r"\s*(//|#|\"\"\"|<\?php)", line)
    ]
    assert len(code) <= 60


def test_init_writes_a_workflow_and_overwrites_nothing(tmp_path: Path) -> None:
    assert run(*SUITE, "init", "--language", "go", cwd=tmp_path).returncode == 0
    workflow = (tmp_path / ".github/workflows/kintone-conformance.yml").read_text("utf-8")
    assert 'working-directory: "conformance"' in workflow
    assert 'driver: "./driver"' in workflow
    settings = (tmp_path / "conformance" / "kintone-conformance.toml").read_text("utf-8")
    assert settings == 'driver = "./driver"\nbaseline = "known-failures.toml"\n'
    assert (tmp_path / "conformance/.gitignore").read_text("utf-8") == "/driver\n/report/\n"
    again = run(*SUITE, "init", "--language", "node", cwd=tmp_path)
    assert again.returncode == 2
    assert "already exists" in again.stderr
    assert not (tmp_path / "conformance/driver.mjs").exists(), "nothing of it is written"


def test_a_gitignore_that_exists_stays_and_is_spoken_of(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    wrote = run(*SUITE, "init", "--language", "rust", ".", cwd=tmp_path)
    assert wrote.returncode == 0, wrote.stderr
    assert "left .gitignore as it was; it should list /target/ /report/\n" in wrote.stdout
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("language", "file"),
    [
        *(("typescript", "driver.mjs"), ("ts", "driver.mjs"), ("JavaScript", "driver.mjs")),
        *(("kotlin", "Driver.java"), ("kt", "Driver.java"), ("py", "adapter.py")),
    ],
)
def test_a_language_that_another_one_drives_gets_its_starter(
    tmp_path: Path, language: str, file: str
) -> None:
    wrote = run(*SUITE, "init", "--language", language, "driver", cwd=tmp_path)
    assert wrote.returncode == 0, wrote.stderr
    assert (tmp_path / "driver" / file).exists()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        *(("csharp", "the nearest is java"), ("cs", "the nearest is java")),
        *(("pyhton", "did you mean python?"), ("cobol", "there are python, no")),
    ],
)
def test_a_language_without_a_starter_is_told_the_nearest(
    tmp_path: Path, language: str, told: str
) -> None:
    done = run(*SUITE, "init", "--language", language, cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert told in done.stderr


def test_the_workflow_belongs_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "packages" / "sdk").mkdir(parents=True)
    command = (*SUITE, "init", "--language", "python")
    assert run(*command, cwd=tmp_path / "packages" / "sdk").returncode == 0
    workflow = (tmp_path / ".github/workflows/kintone-conformance.yml").read_text("utf-8")
    assert 'working-directory: "packages/sdk/conformance"' in workflow
    elsewhere = run(*command, str(tmp_path / "other"), cwd=tmp_path.parent)
    assert (elsewhere.returncode, "already exists" in elsewhere.stderr) == (2, True)


_LONG = ("rust", "java", "python")  # to build, or to be judged one object at a time


@pytest.mark.parametrize(
    "language",
    # Those that take minutes are in `make test-deep`; their starters run here.
    [pytest.param(each, marks=[pytest.mark.deep] * (each in _LONG)) for each in JUDGED],
)
def test_a_published_sdk_fails_as_it_is_known_to(language: str, tmp_path: Path) -> None:
    """Exit code 0: everything judged, each failure known and none of them gone."""
    toolchains.need(language)
    only = ("--only", JUDGED[language], "--newest", *PATIENT)
    done = run(*SUITE, "matrix", str(SDKS), *only, "--output", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing new" in done.stderr
    [client] = read(tmp_path / "RESULTS.json").clients
    assert client.versions[0].instead == ""
