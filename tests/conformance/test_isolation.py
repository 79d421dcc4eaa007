"""A checkout with modules of known names: nothing of it is imported that nobody asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import planted
from kintone_conformance.doors import namespace
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.starters import content
from toolchains import required

BIN = Path(sys.executable).parent
PROGRAMS = {
    "the command": [str(BIN / "kintone-conformance")],
    "a module": [sys.executable, "-m", "kintone_conformance"],
}
REFERENCE = "from kintone_conformance.reference import ReferenceAdapter\n"
FEW = ["--select", "KC201", "--examples", "3"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    planted.plant(tmp_path)
    (tmp_path / "adapter.py").write_bytes(content("adapter.py"))
    return tmp_path


def judged(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=checkout, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("program", "adapter"),
    [
        ("a module", "reference"),
        ("a module", "adapter.py:MyAdapter"),
        ("a module", "adapter:MyAdapter"),
        ("the command", "adapter:MyAdapter"),
    ],
)
def test_a_run_imports_nothing_of_a_checkout_but_the_adapter(
    checkout: Path, program: str, adapter: str
) -> None:
    done = judged(checkout, *PROGRAMS[program], "run", "--adapter", adapter, *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert planted.ran(checkout) == []


def test_another_locale_imports_nothing_of_it_either(checkout: Path) -> None:
    (checkout / "mine.py").write_text(
        "from kintone_conformance.reference import ReferenceAdapter\n"
    )
    command = [
        "run",
        "--adapter",
        "mine.py:ReferenceAdapter",
        "--select",
        "KC119",
        "--examples",
        "3",
    ]
    done = judged(checkout, *PROGRAMS["the command"], *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert planted.ran(checkout) == []


def test_a_driver_of_an_adapter_imports_nothing_of_it_either(checkout: Path) -> None:
    (checkout / "mine.py").write_text(
        "from kintone_conformance.reference import ReferenceAdapter\n"
    )
    driver = f"{BIN / 'kintone-conformance'} serve mine.py:ReferenceAdapter"
    done = judged(checkout, *PROGRAMS["the command"], "run", "--driver", driver, *FEW)
    assert done.returncode == 0, done.stdout + done.stderr
    assert planted.ran(checkout) == []


@pytest.mark.skipif(
    not required("namespace") and not namespace.available(),
    reason="this machine makes no user namespaces",
)
def test_the_process_inside_a_namespace_imports_nothing_of_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    with closing(open_door("namespace")):
        pass
    assert planted.ran(checkout) == []


def test_a_distribution_in_a_checkout_is_not_asked_for_an_adapter(checkout: Path) -> None:
    info = checkout / "evil-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: evil\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[kintone_conformance.adapters]\nreference = evil:Evil\nother = evil:Evil\n"
    )
    (checkout / "evil.py").write_text(planted.LEAVES_A_MARK)
    for name in ("reference", "other"):
        judged(checkout, *PROGRAMS["a module"], "run", "--adapter", name, *FEW)
    assert planted.ran(checkout) == []


@pytest.mark.parametrize("form", ["adapter.py:MyAdapter", "adapter:MyAdapter"])
def test_what_lies_beside_an_adapter_and_is_not_installed_is_imported(
    tmp_path: Path, form: str
) -> None:
    """Also by way of another module there, and by a computed name."""
    text = "import importlib\nimport beside_it\nimportlib.import_module('a_' + 'third')\n"
    (tmp_path / "adapter.py").write_text(content("adapter.py").decode() + text)
    (tmp_path / "beside_it.py").write_text("import another_beside\n")
    (tmp_path / "another_beside.py").write_text("")
    (tmp_path / "a_third.py").write_text("")
    done = judged(tmp_path, *PROGRAMS["the command"], "run", "--adapter", form, *FEW)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_that_is_named_is_the_one_of_the_working_folder(tmp_path: Path) -> None:
    """A checkout is what is worked on; an installed copy of it may be old."""
    (tmp_path / "tomlkit").mkdir()
    (tmp_path / "tomlkit" / "__init__.py").write_bytes(content("adapter.py"))
    named = "tomlkit:MyAdapter"
    done = judged(tmp_path, *PROGRAMS["the command"], "run", "--adapter", named, *FEW)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_isolated_run_keeps_the_path_of_its_surroundings_out_of_its_processes(
    checkout: Path,
) -> None:
    command = [sys.executable, "-I", "-m", "kintone_conformance", "run", "--adapter", "reference"]
    done = subprocess.run(
        [*command, *FEW],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert planted.ran(checkout) == []
