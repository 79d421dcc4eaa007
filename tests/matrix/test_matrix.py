"""The matrix: rows for what was judged, and for what was not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.manifest import read_all
from kintone_conformance.report.files import claimed

SDK = """
name = "{name}"
version = "1"
language = "python"
url = "https://example.com/{name}"
{rest}
"""
REFERENCE = 'adapter = "reference"'


def folder(tmp_path: Path, **sdks: str) -> Path:
    for name, rest in sdks.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "sdk.toml").write_text(SDK.format(name=name, rest=rest), "utf-8")
    return tmp_path


def matrix(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", "matrix", str(path), "--examples", "2"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def test_trouble_is_a_row_and_never_a_gap(tmp_path: Path) -> None:
    sdks = folder(
        tmp_path,
        unbuilt='driver = "./driver"\nbuild = [\'{python} -c "raise SystemExit(str(7 * 6))"\']',
        missing='driver = "./driver"\nneeds = ["no-such-program"]',
        silent='driver = "./no-such-driver"',
        elsewhere='driver = "./driver"\nnot-judged = "its registry was out of reach"',
        quoted="driver = './driver'\nbuild = ['sh -c \"']",
        known=REFERENCE,
    )
    (sdks / "known" / "known-failures.toml").write_text("version = 2\n", "utf-8")
    done = matrix(sdks)
    assert done.returncode == 3, done.stderr
    page = (sdks / "MATRIX.md").read_text("utf-8")
    assert "error: the build failed: {python} -c" in page
    assert "42" in page
    assert "error: it needs no-such-program, which this machine does not have" in page
    assert "error: nothing was judged: error: the driver cannot be started" in page
    assert "not judged here: its registry was out of reach" in page
    assert "is no command: No closing quotation" in page
    assert "has version 2; this suite reads version 1" in page


RAISES = """
driver = "x"
build = ['''{python} -c "import os; open(os.getcwd() + chr(47) + str(7 * 6))"''']
"""


def test_no_row_has_a_traceback_or_a_folder_of_this_machine(tmp_path: Path) -> None:
    sdks = folder(tmp_path, raises=RAISES, absent=f'driver = "{tmp_path}/x"')
    done = matrix(sdks)
    assert done.returncode == 3
    for name in ("MATRIX.md", "matrix.html"):
        page = (sdks / name).read_text("utf-8").replace(f"--driver {tmp_path}/x", "")
        assert "FileNotFoundError: " in page
        assert "…/42" in page
        assert "Traceback" not in page
        assert str(tmp_path) not in page


def test_a_folder_that_another_run_builds_in_is_left_alone(tmp_path: Path) -> None:
    sdks = folder(tmp_path, mine=REFERENCE)
    with claimed(sdks / "mine"):
        assert matrix(sdks).returncode == 3
    assert "error: another run is writing to …/mine" in (sdks / "MATRIX.md").read_text("utf-8")
    with claimed(sdks):
        done = matrix(sdks)
    assert (done.returncode, "another run is writing to" in done.stderr) == (2, True)


def test_what_a_build_leaves_behind_does_not_hold_it(tmp_path: Path) -> None:
    sdks = folder(tmp_path, left=REFERENCE + "\nbuild = ['sh -c \"sleep 100000 &\"']")
    assert matrix(sdks).returncode == 0


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference beside a client that fails, built once."""
    build = "build = [\"{python} -c \\\"open('built', 'a').write('x')\\\"\"]\nsources = [\"s\"]\n"
    mutant = 'adapter = "zoo.passwords:DropsPaddingAdapter"\nenviron = { PYTHONPATH = "%s" }'
    sdks = folder(
        tmp_path_factory.mktemp("sdks"),
        right=build + REFERENCE,
        wrong=mutant % Path(__file__).parents[1],
    )
    (sdks / "right" / "s").write_text("1", "utf-8")
    done = matrix(sdks)
    assert done.returncode == 1, done.stderr
    return sdks


def test_a_cell_leads_to_requirement_counterexample_and_wire(judged: Path) -> None:
    for name in ("MATRIX.md", "matrix.html"):
        page = (judged / name).read_text("utf-8")
        assert "KC104" in page
        assert "The Base64 is padded with = to a multiple of four characters." in page
        assert "X-Cybozu-Authorization: " in page
        assert "localhost:PORT" in page
        assert str(judged) not in page


@pytest.mark.deep
def test_two_runs_write_the_same_and_known_failures_are_nothing_new(judged: Path) -> None:
    before = [(judged / name).read_bytes() for name in ("MATRIX.md", "matrix.html")]
    known = judged / "wrong" / "known-failures.toml"
    known.write_text('version = 1\n[KC104]\nreason = "on purpose"\n', "utf-8")
    assert matrix(judged, "--output", str(judged / "other")).returncode == 0
    known.unlink()
    assert matrix(judged).returncode == 1
    assert [(judged / name).read_bytes() for name in ("MATRIX.md", "matrix.html")] == before
    assert (judged / "right" / "built").read_text("utf-8") == "x", "built once"
    (judged / "right" / "s").write_text("2", "utf-8")
    matrix(judged, "--only", "right", "--output", str(judged / "other"))
    assert (judged / "right" / "built").read_text("utf-8") == "xx", "another source, another build"


def test_a_part_of_the_matrix_replaces_no_whole_one(judged: Path) -> None:
    done = matrix(judged, "--only", "right")
    assert (done.returncode, "a part of the matrix is no matrix" in done.stderr) == (2, True)
    done = matrix(judged, "--only", "write", "--output", str(judged))
    assert "has no SDK 'write'" in done.stderr


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("", "names no client"),
        (REFERENCE + '\ndriver = "x"', "names no client"),
        (REFERENCE + "\nbuidl = []", "buidl"),
        ("adapter = 5", "adapter"),
        ("adapter = ", "cannot be read"),
        (REFERENCE + "\nbuild = 5", "build"),
    ],
)
def test_a_bad_manifest_is_named(tmp_path: Path, rest: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read_all(folder(tmp_path, bad=rest))
    assert "bad/sdk.toml" in caught.value.message


def test_a_folder_without_manifests_is_no_matrix(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no \*/sdk.toml"):
        read_all(tmp_path)
