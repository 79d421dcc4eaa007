"""The suite inside an author's own tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kintone_conformance
from hostile import wrong_in_lines

OWN = """
import hypothesis
hypothesis.settings.register_profile("own", max_examples=1)
hypothesis.settings.load_profile("own")
"""


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


SUITE = ("--pyargs", "kintone_conformance.suite")
SHORT = ("--kintone-examples", "2")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(OWN)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    return tmp_path


def test_without_our_option_nothing_happens(project: Path) -> None:
    done = pytest_run(project)
    assert done.returncode == 0
    assert "1 passed" in done.stdout


def test_the_plugin_brings_no_library_of_the_suite(project: Path) -> None:
    code = "import sys, kintone_conformance.plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"hypothesis", "requests", "msgspec", "h11"} & set(done.stdout.split())


def test_the_suite_runs_beside_own_tests_with_its_own_number_of_examples(project: Path) -> None:
    arguments = ("--kintone-adapter", "reference", "--kintone-select", "KC101,KC303,KC701")
    done = pytest_run(project, *SUITE, "test_own.py", *arguments, *SHORT)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_without_an_adapter_there_is_one_clear_error(project: Path) -> None:
    done = pytest_run(project, *SUITE)
    assert done.returncode == 4
    assert "either --kintone-adapter or --kintone-driver" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_wrong_adapter_ends_the_session_with_its_sentence(project: Path) -> None:
    done = pytest_run(project, *SUITE, "--kintone-adapter", "refrence")
    assert done.returncode == 2
    assert "did you mean reference?" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_failure_is_told_without_a_traceback_and_a_warning_is_shown(project: Path) -> None:
    (project / "adapter.py").write_text(
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "from kintone_conformance.reference_client import KintoneClient\n"
        "class Mine(ReferenceAdapter):\n"
        "    class client(KintoneClient):\n"
        "        def checked_base_url(self, url): return url\n"
        "        def encoded(self, text): return super().encoded(text).rstrip('=')\n"
    )
    arguments = (
        "--kintone-adapter",
        "adapter.py:Mine",
        "--kintone-select",
        "KC104,KC503",
        "-ra",
        "-vv",
    )
    done = pytest_run(project, *SUITE, *arguments, *SHORT)
    assert done.returncode == 1
    said = "fail: KC104 the Base64 is not padded to a multiple of four characters"
    assert said in done.stdout
    assert "KC104 password-padding (MUST)" in done.stdout
    summary = done.stdout.rpartition("short test summary info")[2]
    assert said in summary, summary
    assert "warn: KC503" in done.stdout
    assert "test_kc104_padding" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_command_that_repeats_a_failure_runs(project: Path) -> None:
    (project / "adapter.py").write_text(
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "from kintone_conformance.reference_client import KintoneClient\n"
        "class Mine(ReferenceAdapter):\n"
        "    class client(KintoneClient):\n"
        "        def encoded(self, text): return super().encoded(text).rstrip('=')\n"
    )
    options = ("--kintone-select", "KC104,KC105", "--kintone-seed", "7", "--kintone-examples", "5")
    done = pytest_run(project, *SUITE, "--kintone-adapter", "adapter.py:Mine", *options)
    again = next(line for line in done.stdout.splitlines() if "again:" in line).split()[1:]
    assert "--kintone-seed" in again
    assert "--kintone-examples" in again
    repeated = pytest_run(project, *again[1:])
    assert repeated.returncode == 1
    assert "fail: KC104" in repeated.stdout


def test_what_is_required_and_not_judged_is_1(project: Path) -> None:
    (project / "adapter.py").write_text(
        "from dataclasses import replace\n"
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "class Mine(ReferenceAdapter):\n"
        "    info = replace(ReferenceAdapter.info, supports=frozenset({'auth.token'}))\n"
    )
    arguments = ("--kintone-adapter", "adapter.py:Mine", "--kintone-select", "KC201,KC402")
    require = ("--kintone-require", "guest,KC402", "--kintone-examples", "5")
    done = pytest_run(project, *SUITE, *arguments, *require)
    assert done.returncode == 1, done.stdout
    assert "guest is required, but no longer declared" in done.stdout
    assert "KC402: required, but not judged: not declared: guest" in done.stdout


def test_without_the_extra_there_are_two_lines_and_no_collection_error(project: Path) -> None:
    code = (
        "import importlib.util, pytest, sys\n"
        "real = importlib.util.find_spec\n"
        "gone = ('hypothesis', 'msgspec')\n"
        "importlib.util.find_spec = lambda name, *a: None if name in gone else real(name, *a)\n"
        "sys.exit(pytest.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "-p", "no:cacheprovider"]
    for suite in (SUITE, (str(Path(kintone_conformance.__file__).parent / "suite"),)):
        words = [*command, *suite, "--kintone-adapter", "reference"]
        done = subprocess.run(words, cwd=project, capture_output=True, text=True)
        assert done.returncode == 4
        said = done.stderr.strip().splitlines()
        assert said == [
            "ERROR: the suite needs hypothesis, msgspec, which is not installed",
            "  install kintone-conformance with its extra [suite]",
        ]
        assert "ModuleNotFoundError" not in done.stdout


def test_nothing_judged_is_not_green(project: Path) -> None:
    (project / "adapter.py").write_text(
        "from dataclasses import replace\n"
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "class Mine(ReferenceAdapter):\n"
        "    info = replace(ReferenceAdapter.info, supports=frozenset())\n"
    )
    done = pytest_run(project, *SUITE, "--kintone-adapter", "adapter.py:Mine")
    assert done.returncode == 4


ADAPTER = """
import sys
from dataclasses import replace
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
class Mine(ReferenceAdapter):
    info = replace(ReferenceAdapter.info, name="mine")
"""
FEW = ("--kintone-adapter", "adapter.py:Mine", "--kintone-select", "KC101,KC201", *SHORT)


@pytest.mark.parametrize(
    ("code", "exit_code", "said"),
    [
        ("    def open(self, client): return self.client(credentials=1)", 3, "error: KC101"),
        ("    def __init__(self): raise RuntimeError('no configuration')", 3, "no configuration"),
        ("    def __init__(self): raise MemoryError", 3, "cannot be created: MemoryError"),
        ("raise RuntimeError('no configuration')", 2, "cannot be imported: RuntimeError"),
        ("sys.exit(1)", 2, "cannot be imported: SystemExit: 1"),
        ("import no_such_sdk", 2, "needs the module 'no_such_sdk'"),
        ("raise RuntimeError('\\n::error::x\\x1b[2J')", 2, r"RuntimeError: \n::error::x\x1b[2J"),
    ],
)  # fmt: skip
def test_what_is_no_verdict_is_never_1(project: Path, code: str, exit_code: int, said: str) -> None:
    (project / "adapter.py").write_text(ADAPTER + code + "\n")
    done = pytest_run(project, *SUITE, *FEW)
    assert done.returncode == exit_code, done.stdout
    assert said in done.stdout
    assert "Traceback" not in done.stdout
    assert wrong_in_lines(done.stdout, coloured=True) == []


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("bench.Bench.examine", "OSError(28, 'No space left on device')"),
        ("bench.Bench.examine", "SystemExit(1)"),
        ("bench.Bench.examine", "KeyError('x')"),
        ("bench.Bench.__init__", "MemoryError()"),
        ("bench.Bench.close", "OSError(28, 'No space left on device')"),
    ],
)
def test_a_defect_of_the_suite_or_the_machine_is_3(project: Path, where: str, what: str) -> None:
    (project / "conftest.py").write_text(
        "from kintone_conformance.judging import bench\n"
        f"def broken(*_, **__): raise {what}\n"
        f"{where} = broken\n"
    )
    (project / "test_wrong.py").write_text("def test_wrong(): assert False\n")
    arguments = ("--kintone-adapter", "reference", "--kintone-select", "KC101,KC201")
    done = pytest_run(project, *SUITE, "test_wrong.py", *arguments, *SHORT)
    assert done.returncode == 3, done.stdout


def test_an_own_test_that_fails_is_1_as_ever(project: Path) -> None:
    (project / "test_wrong.py").write_text("def test_wrong(): assert False\n")
    arguments = ("--kintone-adapter", "reference", "--kintone-only", "KC101")
    assert pytest_run(project, *SUITE, "test_wrong.py", *arguments, *SHORT).returncode == 1
