"""Known failures: the truth table, what a bad file says, and what an update leaves alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kintone_conformance import baseline
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, Result, Verdict
from kintone_conformance.report import events

FAILED = Result("KC109", Verdict.FAIL, message="the credential went to http://localhost:40123")
OTHER = Result("KC101", Verdict.PASS)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "known.toml"
    path.write_text(text, "utf-8")
    return path


def listed(match: str = "", id_: str = "KC109") -> str:
    return f'version = 1\n\n[{id_}]\nreason = "because"\nmatch = "{match}"\n'


@pytest.mark.parametrize(
    ("verdict", "text", "strict", "code"),
    [
        (Verdict.FAIL, listed(), False, ExitCode.OK),
        (Verdict.FAIL, "version = 1", False, ExitCode.FAILED),
        (Verdict.FAIL, listed("went to"), False, ExitCode.OK),
        (Verdict.FAIL, listed("stayed"), False, ExitCode.FAILED),
        (Verdict.PASS, listed(), False, ExitCode.FAILED),
        (Verdict.WARN, listed(), True, ExitCode.OK),
        (Verdict.WARN, listed(), False, ExitCode.OK),
        (Verdict.WARN, "version = 1", True, ExitCode.FAILED),
        (Verdict.ERROR, listed(), False, ExitCode.HARNESS),
        (Verdict.NA, listed(), False, ExitCode.OK),
    ],
)
def test_the_truth_table(
    tmp_path: Path, verdict: Verdict, text: str, strict: bool, code: ExitCode
) -> None:
    found = baseline.read(written(tmp_path, text))
    results = (replace(FAILED, verdict=verdict), OTHER)
    rows = tuple(found.applied(events.row(result, "again")) for result in results)
    assert events.footer(rows, strict=strict, complete=True).exit_code == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (listed(id_="KC1O9"), r"line 3: there is no requirement 'KC1O9'.*did you mean KC\d+"),
        (listed(id_="password-colon"), r"line 3: .*write its code: \[KC109\]"),
        (
            'version = 1\n[KC109]\nreason = "x"\nisue = "y"\n',
            "line 4: .*'isue'.*did you mean issue",
        ),
        ("version = 1\n[KC109]\nreason = 5\n", "line 2: KC109: .*str"),
        ('version = 1\n[KC109]\nissue = "x"\n', "line 2: KC109: .*reason"),
        ('version = 1\n[KC109]\nreason = " "\n', "line 2: KC109 has no reason"),
        ("version = 1\nKC109 = 1\n", "line 2: KC109: "),
        (listed() + listed()[12:], r"is not valid TOML: .*line 7"),
        ("version = 1\n[KC109]\nreas", "is not valid TOML: .*line 3"),
        ("version = 2\n", "has version 2; this suite reads version 1"),
        ("version = true\n", "has version True"),
        ('[KC109]\nreason = "x"\n', "has no version"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_line_and_stays_as_it_is(
    tmp_path: Path, text: str, said: str
) -> None:
    path = written(tmp_path, text)
    for work in (lambda: baseline.read(path), lambda: baseline.update(path, [], strict=False)):
        with pytest.raises(UsageError) as caught:
            work()
        told = f"{caught.value.message} {caught.value.hint}"
        assert re.search(said, told), told
        assert "\n" not in caught.value.message
        assert path.read_text("utf-8") == text


def test_an_update_keeps_comments_and_changes_what_it_must(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# ours\nversion = 1\n\n"
        '[KC101] # goes\nreason = "old"\n\n'
        '[KC102] # stays\nreason = "kept" # why\nmatch = "gone"\n\n'
        '[KC103]\nreason = "not judged"\n',
    )
    rows = [
        events.row(result, "again")
        for result in (
            OTHER,
            Result("KC102", Verdict.FAIL, message="something else"),
            Result("KC103", Verdict.NA),
            FAILED,
        )
    ]
    assert baseline.update(path, rows, strict=False) == 3
    assert path.read_text("utf-8") == (
        "# ours\nversion = 1\n\n"
        '[KC102] # stays\nreason = "kept" # why\nmatch = "something else"\n\n'
        '[KC103]\nreason = "not judged"\n\n'
        '[KC109]\nreason = "the credential went to http://localhost:PORT"\n'
        'match = "the credential went to"\n'
    )
    assert baseline.update(path, rows, strict=False) == 0


def test_a_removed_entry_takes_its_own_comment_and_no_other(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "# ours\nversion = 1\n\n"
        f'# about {OTHER.id}\n[{OTHER.id}]\nreason = "old"\n\n'
        '# about KC102\n[KC102]\nreason = "kept"\n',
    )
    assert baseline.update(path, [events.row(OTHER, "again")], strict=False) == 1
    expected = '# ours\nversion = 1\n\n# about KC102\n[KC102]\nreason = "kept"\n'
    assert path.read_text("utf-8") == expected


def test_comments_stay_where_there_is_no_entry_yet(tmp_path: Path) -> None:
    path = written(tmp_path, "# ours\nversion = 1\n")
    baseline.update(path, [events.row(FAILED, "again")], strict=False)
    assert path.read_text("utf-8").startswith("# ours\nversion = 1\n\n[KC109]\n")


def test_what_cannot_be_edited_in_place_is_said_and_stays(tmp_path: Path) -> None:
    text = f'version = 1\n{OTHER.id}.reason = "x"\n{OTHER.id}.match = "y"\n'
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match="cannot be edited in place"):
        baseline.update(path, [events.row(OTHER, "again")], strict=False)
    assert path.read_text("utf-8") == text


def test_a_full_disk_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "version = 1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdopen", full)
    with pytest.raises(UsageError, match="No space left on device"):
        baseline.update(path, [events.row(FAILED, "again")], strict=False)
    assert path.read_text("utf-8") == "version = 1\n"
    assert list(tmp_path.iterdir()) == [path]


def run(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", "run", "--examples", "5", "-n", "1"]
    client = ["--adapter", "matrix.small:Unpadded", "--select", "KC104,KC105"]
    environ = {"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [*command, *client, *options],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_gate_is_made_and_made_to_fit(tmp_path: Path) -> None:
    """What it stops and lets pass: `test_gate.py`."""
    gate = ("--baseline", "known.toml")
    missing = run(tmp_path, *gate)
    assert (missing.returncode, "there is no baseline" in missing.stderr) == (2, True)
    assert run(tmp_path, *gate, "--update-baseline").returncode == 0
    known = tmp_path / "known.toml"
    made = known.read_text("utf-8")
    known.write_text(made + '\n[KC105]\nreason = "fixed since"\n', "utf-8")
    stale = run(tmp_path, *gate)
    assert (stale.returncode, "the baseline is stale" in stale.stdout) == (1, True)
    assert "KC105 passes, but is listed in known.toml" in stale.stdout
    assert run(tmp_path, *gate, "--update-baseline").returncode == 0
    assert known.read_text("utf-8") == made
    green = run(tmp_path, *gate)
    assert (green.returncode, "nothing new" in green.stdout) == (0, True)
    assert run(tmp_path, "--update-baseline").returncode == 2


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder"])
def test_a_special_file_is_one_sentence(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "known.toml"
    if kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(UsageError, match="not a regular file"):
        baseline.read(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("x = 1" + "0" * 5000, "is not valid TOML"),
    ],
)
def test_toml_of_a_hostile_shape_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        baseline.read(written(tmp_path, text))
