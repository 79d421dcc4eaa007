"""The GitHub Action: the scripts of its steps, run as a runner runs them, in a hostile checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

import planted
import toolchains
from fakes import filled
from kintone_conformance.starters import content

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
TOKEN_LINE = 'h = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


class Job:
    """A checkout in which the steps run one after the other, with what each hands to the next."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.temporary = folder / "temporary"
        self.checkout.mkdir()
        self.temporary.mkdir()
        self.path = os.environ["PATH"]
        self.outputs = {"steps.python.outputs.python-path": sys.executable}

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        given = {key: entry["default"] for key, entry in ACTION["inputs"].items()} | inputs
        known = {f"inputs.{key}": value for key, value in given.items()} | self.outputs
        asked = {
            variable: known[expression.removeprefix("${{ ").removesuffix(" }}")]
            for variable, expression in STEPS[name]["env"].items()
        }
        written = self.temporary / "output"
        written.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
            cwd=self.checkout,
            env={
                **os.environ,
                **asked,
                "PATH": self.path,
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(written),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary.md"),
                "RUNNER_TEMP": str(self.temporary),
            },
            capture_output=True,
            text=True,
        )
        lines = written.read_text().splitlines()
        outputs = (line.partition("=") for line in lines)
        step = STEPS[name].get("id", "")
        self.outputs |= {f"steps.{step}.outputs.{key}": value for key, _, value in outputs}
        return done

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """All steps; what the last one says, or the first that fails."""
        for name in ("Arguments", "Install", "Run"):
            done = self.step(name, **inputs)
            if done.returncode:
                break
        return done


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose checkout brings modules of known names along."""
    made = Job(tmp_path)
    planted.plant(made.checkout)
    return made


def installed(python: Path) -> dict[str, str]:
    listed = subprocess.run(
        [python, "-I", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(line.split("==") for line in listed.stdout.splitlines())


def pinned() -> dict[str, str]:
    lines = (ROOT / "action" / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def without_pip(found: dict[str, str]) -> dict[str, str]:
    ours = {"pip", "setuptools", "kintone-conformance"}
    return {
        name.lower().replace("_", "-"): version
        for name, version in found.items()
        if name not in ours
    }


def test_it_lints_a_hostile_checkout_and_imports_nothing_of_it(job: Job) -> None:
    (job.checkout / "app.py").write_text(filled(TOKEN_LINE), "utf-8")
    (job.checkout / "a b.py").write_text(filled(TOKEN_LINE), "utf-8")
    done = job.run(arguments='"a b.py"')
    assert done.returncode == 1, done.stderr
    assert "::error file=a b.py,line=1" in done.stdout
    assert "app.py" not in done.stdout, "the arguments were not kept apart"
    assert planted.ran(job.checkout) == []
    folder = job.temporary / "kintone-conformance" / "lint" / "bin"
    found = without_pip(installed(folder / "python"))
    assert "libcst" in found
    assert "hypothesis" not in found
    assert found.items() <= pinned().items()


@pytest.mark.deep
def test_it_judges_a_driver_in_an_environment_of_its_own(job: Job) -> None:
    toolchains.need("node")
    (job.checkout / "driver.mjs").write_bytes(content("driver.mjs"))
    arguments = '--driver "node driver.mjs" --select KC201 --examples 5'
    done = job.run(tool="conformance", arguments=arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in (job.temporary / "summary.md").read_text("utf-8")
    folder = job.temporary / "kintone-conformance"
    assert (folder / "report" / "report.html").exists()
    assert planted.ran(job.checkout) == []
    found = without_pip(installed(folder / "conformance" / "bin" / "python"))
    assert "hypothesis" in found
    assert found.items() <= pinned().items()


def test_an_adapter_gets_the_suite_beside_its_client(job: Job, tmp_path: Path) -> None:
    """What the job has installed stays: it is what is judged."""
    programs = tmp_path / "job" / "bin"
    venv.create(programs.parent, with_pip=True)
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "requests==2.32.5"]
    subprocess.run(command, check=True, cwd=tmp_path)
    job.path = f"{programs}:{job.path}"
    (job.checkout / "adapter.py").write_bytes(content("adapter.py"))
    settings = job.checkout / "kintone-conformance.toml"
    settings.write_text('adapter = "adapter.py:MyAdapter"', "utf-8")
    arguments = "--select KC201 --examples 5"
    done = job.run(tool="conformance", arguments=arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in (job.temporary / "summary.md").read_text("utf-8")
    assert planted.ran(job.checkout) == []
    found = without_pip(installed(programs / "python"))
    assert found.pop("requests") == "2.32.5"
    said = {key.removeprefix("steps.run.outputs."): value for key, value in job.outputs.items()}
    assert (said["verdict"], said["passed"], said["failed"]) == ("passed", "1", "0")
    assert (Path(said["report"]) / "report.json").exists()
    assert "hatchling" not in found
    assert found.items() <= pinned().items()


@pytest.mark.deep
def test_a_client_that_does_not_go_with_the_suite_is_said_and_left_alone(
    job: Job, tmp_path: Path
) -> None:
    programs = tmp_path / "job" / "bin"
    venv.create(programs.parent, with_pip=True)
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "requests==2.20.0"]
    subprocess.run(command, check=True, cwd=tmp_path)
    job.path = f"{programs}:{job.path}"
    before = installed(programs / "python")
    arguments = "--adapter=adapter.py:MyAdapter"
    job.step("Arguments", tool="conformance", arguments=arguments)
    done = job.step("Install")
    assert done.returncode != 0
    assert "requests==2.20.0" in done.stdout + done.stderr
    assert installed(programs / "python") == before


@pytest.mark.parametrize("arguments", ["$(touch ran)", "; touch ran", "`touch ran`", "a\nb"])
def test_arguments_are_words_and_nothing_in_them_runs(job: Job, arguments: str) -> None:
    assert job.step("Arguments", arguments=arguments).returncode == 0
    job.outputs |= OURS
    assert job.step("Run", arguments=arguments).returncode == 2
    assert not (job.checkout / "ran").exists()
    assert planted.ran(job.checkout) == []


@pytest.mark.parametrize("arguments", ['src --baseline "b.json', "src 'x", "src \\"])
def test_a_quote_that_is_never_closed_ends_the_action(job: Job, arguments: str) -> None:
    done = job.run(arguments=arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("::error::arguments: No ")
    assert "Traceback" not in done.stderr
    assert planted.ran(job.checkout) == []


def test_words_arrive_as_they_are(job: Job) -> None:
    given = 'a "b c" "" \'d"e\' 日本 "f\ng"'
    job.step("Arguments", arguments=given)
    words = (job.temporary / "kintone-conformance" / "words").read_bytes().decode()
    assert words.split("\0") == ["a", "b c", "", 'd"e', "日本", "f\ng", ""]


def test_no_arguments_are_no_words(job: Job) -> None:
    (job.checkout / "pyproject.toml").unlink()
    job.step("Arguments")
    job.outputs |= OURS
    done = job.step("Run")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unknown_tool_is_said(job: Job) -> None:
    job.step("Arguments", tool="liner")
    done = job.step("Install")
    assert done.returncode == 2
    assert "tool is lint or conformance, not 'liner'" in done.stdout


def test_nothing_of_an_input_is_pasted_into_a_script() -> None:
    assert not [name for name, each in STEPS.items() if "${{" in each["run"]]


@pytest.mark.parametrize(
    ("option", "value"), [("driver", 'node "a b.mjs"'), ("adapter", "adapter.py:MyAdapter")]
)
def test_a_client_is_one_input(job: Job, option: str, value: str) -> None:
    job.step("Arguments", arguments="--select KC201", **{option: value})
    words = (job.temporary / "kintone-conformance" / "words").read_bytes().decode()
    assert words.split("\0") == [f"--{option}", value, "--select", "KC201", ""]
    assert job.outputs["steps.arguments.outputs.tool"] == "conformance"


def test_a_driver_beside_an_adapter_is_said(job: Job) -> None:
    done = job.run(driver="./driver", adapter="adapter.py:MyAdapter")
    assert done.returncode == 2
    assert done.stderr.startswith("::error::driver and adapter are both given")


OURS = {
    "steps.arguments.outputs.tool": "lint",
    "steps.install.outputs.python": sys.executable,
    "steps.install.outputs.isolation": "-I",
}


@pytest.mark.parametrize(
    ("words", "report", "said"),
    [
        ("--report-dir a --report-dir b", "b", ["verdict=failed", "passed=3", "failed=1"]),
        ("--report-dir=c", "c", ["verdict=failed", "passed=3", "failed=1"]),
        ("--select KC1", "default", ["verdict=failed", "passed=3", "failed=1"]),
        ("--report-dir", "default", ["verdict=error", "passed=0", "failed=0"]),
    ],
)
def test_the_outputs_are_of_the_report_that_was_written(
    words: str, report: str, said: list[str], tmp_path: Path
) -> None:
    content = {"footer": {"exitCode": 1, "counts": {"pass": 3, "fail": 1}}}
    (tmp_path / report).mkdir()
    (tmp_path / report / "report.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "words").write_bytes(b"\0".join([*words.encode().split(), b""]))
    done = outputs(tmp_path)
    folder = "" if words == "--report-dir" else report
    assert done.stdout.splitlines() == [*said, f"report={tmp_path / folder}"]


@pytest.mark.parametrize("content", ["", "[" * 100_000, "{}", '{"footer": {"exitCode": 9}}'])
def test_without_a_report_the_outputs_say_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "report.json").write_text(content, "utf-8")
    (tmp_path / "words").write_bytes(b"")
    assert outputs(tmp_path).stdout.splitlines()[:3] == ["verdict=error", "passed=0", "failed=0"]


@pytest.mark.parametrize(("code", "verdict"), [(2, "usage error"), (3, "error"), (130, "error")])
def test_the_report_of_an_earlier_run_is_none_of_this_one(
    code: int, verdict: str, tmp_path: Path
) -> None:
    content = {"footer": {"exitCode": 0, "counts": {"pass": 3, "fail": 0}}}
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "report.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "words").write_bytes(b"")
    said = outputs(tmp_path, code).stdout.splitlines()[:3]
    assert said == [f"verdict={verdict}", "passed=0", "failed=0"]


def test_a_second_use_in_a_job_does_not_upload_the_report_of_the_first(job: Job) -> None:
    old = job.temporary / "kintone-conformance" / "report" / "report.json"
    old.parent.mkdir(parents=True)
    old.write_text('{"footer": {"exitCode": 0, "counts": {"pass": 3, "fail": 0}}}', "utf-8")
    job.step("Arguments", arguments="--no-such-option")
    job.outputs |= {**OURS, "steps.arguments.outputs.tool": "conformance"}
    assert job.step("Run", tool="conformance", arguments="--no-such-option").returncode == 2
    assert job.outputs["steps.run.outputs.verdict"] == "usage error"
    assert not old.exists()


@pytest.mark.parametrize(
    ("words", "file", "content", "code"),
    [
        ("--adapter a.py:A", "", "", 0),
        ("--adapter=a.py:A", "", "", 0),
        ("--select KC1", "kintone-conformance.toml", 'adapter = "a.py:A"', 0),
        ("", "pyproject.toml", '[tool.kintone-conformance]\nadapter = "a.py:A"', 0),
        ("--driver x", "kintone-conformance.toml", 'adapter = "a.py:A"', 1),
        ("", "kintone-conformance.toml", 'driver = "./d"  # no adapter = "x"', 1),
        ("", "pyproject.toml", '[tool.other]\nadapter = "a.py:A"', 1),
        ("", "pyproject.toml", "tool = 1", 1),
        ("", "kintone-conformance.toml", "x = " + "[" * 100_000, 1),
        ("", "", "", 1),
    ],
)
def test_an_adapter_is_named_by_the_arguments_or_the_settings(
    words: str, file: str, content: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "words").write_bytes(b"\0".join([*words.encode().split(), b""]))
    if file:
        (tmp_path / file).write_text(content, "utf-8")
    script = ROOT / "action" / "adapter.py"
    done = subprocess.run(
        [sys.executable, "-I", script, tmp_path / "words", tmp_path], capture_output=True
    )
    assert (done.returncode, done.stderr) == (code, b"")


def test_the_name_of_a_folder_is_no_second_output(tmp_path: Path) -> None:
    (tmp_path / "words").write_bytes(b"--report-dir\0x\nverdict=passed\0")
    done = outputs(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def outputs(folder: Path, code: int = 1) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "-I", str(ROOT / "action" / "outputs.py")]
    return subprocess.run(
        [*script, "words", "default", str(code)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
