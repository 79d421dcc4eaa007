"""--output-file: a report that is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_lint.cli import reporting
from linter.linting import Shell
from linter.odd_project import rendered

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "gitlab", "junit", "rdjson"])
def test_the_file_holds_what_the_standard_output_would_have(project: Shell, name: str) -> None:
    expected = rendered(project, name)
    code, out, err = project.run("check", "--output-format", name, "--output-file", "report")
    assert (code, out) == (2, "")
    assert err == "broken.py:2: not linted: cannot be parsed: invalid syntax\n"
    assert (project.folder / "report").read_bytes().decode() == expected


def test_the_exit_code_stays(shell: Shell) -> None:
    shell.write("ok.py", "x = 1\n")
    assert shell.run("check", "--output-file", "report.txt") == (0, "", "")
    shell.write("app.py", BAD)
    assert shell.run("check", "--output-file", "report.txt") == (1, "", "")


def test_an_old_file_keeps_its_mode_and_the_link_to_it(shell: Shell) -> None:
    old = shell.write("reports/old.json", "old")
    old.chmod(0o640)
    link = shell.folder / "report.json"
    link.symlink_to(old)
    shell.run("check", "--output-format", "json", "--output-file", "report.json")
    assert link.is_symlink()
    assert old.read_text().startswith("{")
    assert old.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("file", ["no/such/folder.json", "."])
def test_a_place_that_takes_no_file_is_one_sentence(shell: Shell, file: str) -> None:
    shell.write("app.py", BAD)
    code, out, err = shell.run("check", "--output-file", file)
    assert (code, out) == (2, "")
    assert err.startswith(f"kintone-lint: {file} was not written: ")
    assert err.count("\n") == 1


def test_an_old_file_stays_whole_when_the_disk_is_full(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text("old")
    code = (
        "import resource\nfrom kintone_lint.cli.main import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))\n"
        "raise SystemExit(main(['check', '--output-format=json', '--output-file=report.json']))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    *_, last = done.stderr.splitlines()
    assert last.startswith("kintone-lint: report.json was not written: ")
    assert "Traceback" not in done.stderr
    assert report.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_what_is_no_regular_file_is_written_to_and_stays(shell: Shell) -> None:
    pipe = shell.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        shell.run("check", "--output-file", "pipe")
        assert os.read(reader, 100) == b"No Python files found.\n"
    finally:
        os.close(reader)


def test_no_colour_in_a_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "_colour", lambda stream: True)
    shell.write("app.py", BAD)
    assert "\x1b" in shell.run("check")[1]
    shell.run("check", "--output-file", "report.txt")
    assert "\x1b" not in (shell.folder / "report.txt").read_text()


def test_a_diff_goes_to_no_file(shell: Shell) -> None:
    code, out, err = shell.run("check", "--diff", "--output-file", "report.txt")
    assert (code, out) == (2, "")
    assert "leave --output-file out" in err


@pytest.mark.parametrize("name", ["app.py", "./app.py", "known.json"])
def test_what_is_read_is_never_replaced_by_the_report(shell: Shell, name: str) -> None:
    shell.write("app.py", BAD)
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    before = (shell.folder / name).read_bytes()
    code, out, err = shell.run("check", "app.py", "--baseline", "known.json", "--output-file", name)
    assert (code, out) == (2, "")
    assert "would replace what is read" in err
    assert (shell.folder / name).read_bytes() == before
