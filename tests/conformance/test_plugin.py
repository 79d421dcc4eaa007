"""The suite inside an author's own tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OWN = """
import hypothesis
hypothesis.settings.register_profile("own", max_examples=1)
hypothesis.settings.load_profile("own")
"""


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


SUITE = ("--pyargs", "kintone_conformance.suite")


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
    arguments = ("--kintone-adapter", "reference", "--kintone-only", "KC101,KC303,KC701")
    done = pytest_run(project, *SUITE, "test_own.py", *arguments)
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
    arguments = ("--kintone-adapter", "adapter.py:Mine", "--kintone-only", "KC104,KC503")
    done = pytest_run(project, *SUITE, *arguments)
    assert done.returncode == 1
    assert "fail: KC104 password-padding (MUST)" in done.stdout
    assert "warn: KC503" in done.stdout
    assert "test_kc104_padding" in done.stdout
    assert "Traceback" not in done.stdout


def test_nothing_judged_is_not_green(project: Path) -> None:
    (project / "adapter.py").write_text(
        "from dataclasses import replace\n"
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "class Mine(ReferenceAdapter):\n"
        "    info = replace(ReferenceAdapter.info, supports=frozenset())\n"
    )
    done = pytest_run(project, *SUITE, "--kintone-adapter", "adapter.py:Mine")
    assert done.returncode == 4
