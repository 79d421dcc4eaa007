"""--output-file: a report that is written whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_lint.cli import reporting
from kintone_lint.cli.words import FORMATS
from linter.linting import Shell
from linter.odd_project import rendered

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


@pytest.mark.parametrize("name", [*FORMATS])
def test_the_file_holds_what_the_standard_output_would_have(project: Shell, name: str) -> None:
    expected = rendered(project, name)
    text = rendered(project, "text")
    told = project.run("check", "--output-format", name, "--output-file", "report")
    assert told == (2, text, "")
    assert (project.folder / "report").read_bytes().decode() == expected


@pytest.mark.parametrize("name", [*FORMATS])
def test_a_format_names_its_file_itself(project: Shell, name: str) -> None:
    expected = rendered(project, name)
    assert project.run("check", "--output-format", f"{name}=a=b") == (
        2,
        rendered(project, "text"),
        "",
    )
    assert (project.folder / "a=b").read_bytes().decode() == expected


def test_there_are_as_many_reports_as_are_asked_for(project: Shell) -> None:
    forms = ("sarif", "junit", "gitlab")
    expected = {name: rendered(project, name) for name in (*forms, "json")}
    words = [word for name in forms for word in ("--output-format", f"{name}=out.{name}")]
    _, out, err = project.run("check", *words, "--output-format", "json")
    assert (out, err) == (expected["json"], "")
    for name in forms:
        assert (project.folder / f"out.{name}").read_bytes().decode() == expected[name]


def test_a_dash_stands_for_the_standard_output(project: Shell) -> None:
    expected = rendered(project, "json")
    assert project.run("check", "--output-format", "json=-")[1] == expected
    assert not (project.folder / "-").exists()


def test_a_format_without_a_file_goes_to_the_output_file(project: Shell) -> None:
    expected = {name: rendered(project, name) for name in ("json", "sarif", "text")}
    words = ("--output-format", "json", "--output-format", "sarif=b", "--output-file", "a")
    assert project.run("check", *words)[1] == expected["text"]
    assert (project.folder / "a").read_bytes().decode() == expected["json"]
    assert (project.folder / "b").read_bytes().decode() == expected["sarif"]


def test_the_output_file_is_of_the_last_format_without_a_file(project: Shell) -> None:
    expected = {name: rendered(project, name) for name in ("github", "sarif")}
    words = ("--output-format", "github", "--output-format", "sarif", "--output-file", "a")
    assert project.run("check", *words)[1] == expected["github"]
    assert (project.folder / "a").read_bytes().decode() == expected["sarif"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--output-format", "json", "--output-format", "sarif"], "json and sarif cannot both"),
        (["--output-format", "json=a", "--output-format", "sarif=./a"], "the same file"),
        (["--output-format", "json=a", "--output-file", "b"], "--output-file has nothing"),
        (["--output-format", "json="], "write json=FILE"),
        (["--output-format", "sarf=a"], "Did you mean sarif?"),
        (["--diff", "--output-format", "json=a"], "it cannot write a"),
    ],
)
def test_reports_that_cannot_be_meant_are_one_sentence(
    shell: Shell, words: list[str], says: str
) -> None:
    shell.write("app.py", BAD)
    code, out, err = shell.run("check", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
    assert [file.name for file in shell.folder.iterdir()] == ["app.py"]


def test_reports_are_written_before_anything_is_printed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write("app.py", BAD)

    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reporting, "show", broken)
    words = ("--output-format", "json=a.json", "--output-format", "sarif=b.sarif")
    assert shell.run("check", *words)[0] == 2
    for name in ("a.json", "b.sarif"):
        assert json.loads((shell.folder / name).read_text())


def test_the_exit_code_stays(shell: Shell) -> None:
    shell.write("ok.py", "x = 1\n")
    assert shell.run("check", "--output-file", "report.txt")[0] == 0
    shell.write("app.py", BAD)
    assert shell.run("check", "--output-file", "report.txt")[0] == 1


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
    assert code == 2
    assert out == shell.run("check")[1]
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
        assert os.read(reader, 100) == b"No files found.\n"
    finally:
        os.close(reader)


def test_no_colour_in_a_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shell.write("app.py", BAD)
    assert "\x1b" in shell.run("check", "--output-file", "report.txt")[1]
    assert "\x1b" not in (shell.folder / "report.txt").read_text()


def test_a_diff_goes_to_no_file(shell: Shell) -> None:
    code, out, err = shell.run("check", "--diff", "--output-file", "report.txt")
    assert (code, out) == (2, "")
    assert "it cannot write report.txt" in err


@pytest.mark.parametrize("name", ["app.py", "./app.py", "known.json"])
def test_what_is_read_is_never_replaced_by_the_report(shell: Shell, name: str) -> None:
    shell.write("app.py", BAD)
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    before = (shell.folder / name).read_bytes()
    code, out, err = shell.run("check", "app.py", "--baseline", "known.json", "--output-file", name)
    assert (code, out) == (2, "")
    assert "would be overwritten" in err
    assert (shell.folder / name).read_bytes() == before
