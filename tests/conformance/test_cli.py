"""The command line as its users meet it: whole runs, and everything that can go wrong with one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kintone_conformance import runner
from kintone_conformance.cli import COMMANDS, cli, main
from kintone_conformance.commands.wanted import wanted_ids
from kintone_conformance.errors import UsageError
from kintone_conformance.model import Verdict
from kintone_conformance.options import Order
from kintone_conformance.report.events import Hello, Judged
from kintone_conformance.report.files import claimed
from kintone_conformance.runner import Run
from kintone_conformance.selecting import requirement_ids
from kintone_conformance.spec.calls import AUTH_KINDS, CAPABILITIES, calls
from kintone_conformance.spec.requirements import requirements
from kintone_lint.pages import is_published, repository

# An adapter over the reference client; what differs is appended.
HEAD = """
import os, signal, time
from dataclasses import replace
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
class Mine(ReferenceAdapter):
    info = replace(ReferenceAdapter.info, name="mine")
"""
BRIEF = ("--examples", "5", "-n", "1")
FEW = ("--select", "KC101", "--select", "KC102", "--select", "KC201", *BRIEF)


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def said(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same in this process: for what ends before a client is judged."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["kintone-conformance", *arguments])
        if cwd is not None:
            patch.chdir(cwd)
        code = main()
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def judged(tmp_path: Path, code: str, *arguments: str) -> tuple[Any, dict[str, Any]]:
    """Run an adapter of this code; the finished process, and its report."""
    (tmp_path / "adapter.py").write_text(HEAD + code)
    done = run(
        "run", "--adapter", "adapter.py:Mine", "--report-dir", "out", *arguments, cwd=tmp_path
    )
    report = tmp_path / "out" / "report.json"
    return done, json.loads(report.read_text("utf-8")) if report.exists() else {}


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in report["requirements"]}


def test_a_conformant_client_ends_with_0_and_a_whole_report(tmp_path: Path) -> None:
    done, report = judged(tmp_path, "", *FEW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("3 passed: conformant in all that was judged")
    assert "Traceback" not in done.stderr
    assert report["footer"] == {
        "counts": {"pass": 3, "fail": 0, "warn": 0, "note": 0, "n/a": 0, "error": 0},
        "exitCode": 0,
        "complete": True,
        "trouble": "",
        "missing": [],
    }
    assert report["header"]["client"]["name"] == "mine"
    assert all(row["examples"] >= 5 for row in report["requirements"])
    assert any(row["KC1"] for row in report["coverage"].values())
    assert {path.name for path in tmp_path.iterdir()} <= {"adapter.py", "out", "__pycache__"}


BROKEN = """
    class client(KintoneClient):
        def password_value(self, login, password):
            return "Basic " + super().password_value(login, password)
"""


def test_a_failure_teaches_and_ends_with_1(tmp_path: Path) -> None:
    done, report = judged(tmp_path, BROKEN, "--select", "KC106", *BRIEF)
    assert done.returncode == 1
    for taught in (
        "fail KC106 password-no-scheme-word (MUST)",
        "The header value is the Base64 alone",
        "https://cybozu.dev/",
        "X-Cybozu-Authorization: Basic ",
        "kintone-conformance run --adapter adapter.py:Mine --examples 5 --select KC106",
    ):
        assert taught in done.stdout
    (row,) = report["requirements"]
    assert row["counterexample"][0]["wires"]
    assert row["expected"] != row["sent"]


def test_junit_has_a_case_for_each_requirement(tmp_path: Path) -> None:
    judged(tmp_path, BROKEN, "--select", "KC106,KC101,KC503", *BRIEF)
    suite = ET.parse(tmp_path / "out" / "junit.xml").getroot()[0]
    cases = {case.get("name", "")[:5]: [child.tag for child in case] for case in suite}
    assert cases == {"KC101": [], "KC106": ["failure"], "KC503": []}


def test_piped_output_has_no_colour_and_failures_as_they_come(tmp_path: Path) -> None:
    done, _ = judged(tmp_path, BROKEN, "--select", "KC106", *BRIEF)
    assert "\x1b" not in done.stdout + done.stderr
    said = "fail KC106 the header value begins with the word Basic"
    assert said in done.stderr.splitlines()


WARNING = """
    class client(KintoneClient):
        def checked_base_url(self, base_url):
            return base_url.rstrip("/")
"""
WARNED = ("--select", "KC503", *BRIEF)


def test_a_broken_should_counts_with_strict_only(tmp_path: Path) -> None:
    lenient, report = judged(tmp_path, WARNING, *WARNED)
    assert (lenient.returncode, verdicts(report)) == (0, {"KC503": "warn"})
    strict, _ = judged(tmp_path, WARNING, *WARNED, "--strict")
    assert strict.returncode == 1


def test_a_quiet_run_prints_what_fails_and_its_last_line(tmp_path: Path) -> None:
    done, _ = judged(tmp_path, WARNING, *WARNED, "--quiet")
    last = "0 passed, 1 warned: conformant in all that was judged\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, last, "")
    done, _ = judged(tmp_path, WARNING, *WARNED, "--quiet", "--strict")
    assert done.returncode == 1
    assert done.stdout.startswith("\nwarn KC503")
    assert done.stderr == ""


def test_nothing_declared_is_nothing_judged(tmp_path: Path) -> None:
    code = '    info = replace(ReferenceAdapter.info, name="mine", supports=frozenset())\n'
    done, report = judged(tmp_path, code, *FEW)
    assert done.returncode == 4
    assert done.stdout.rstrip().endswith("3 n/a: nothing was judged")
    assert set(verdicts(report).values()) == {"n/a"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--adapter", "refrence"), "there is no adapter called 'refrence'"),
        (("run", "--adapter", "reference", "--select", "KC199"), "no requirement 'KC199'"),
        (("run", "--adapter", "reference", "--door", "window"), "no door 'window'"),
        (("run",), "give either --adapter or --driver"),
        (("explain", "KC01"), "did you mean KC"),
        (("explain", "KC999"), "did you mean KC903?"),
        (("explain", "KC131"), "did you mean KC120?"),
        (("run", "--adapter", "reference", "--ignore", "KC"), "no family 'KC'"),
        (("run", "--adapter", "reference", "--ignore", "KC0"), "families are KC1 Password; KC2"),
        (("explain", "guest"), "KC4 Guest space"),
        (("jugde",), "No such command"),
    ],
)
def test_bad_usage_is_one_sentence_and_2(arguments: tuple[str, ...], told: str) -> None:
    done = said(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_above_the_settings_says_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "conformance").mkdir()
    (tmp_path / "conformance" / "kintone-conformance.toml").write_text('adapter = "reference"\n')
    done = said("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "conformance/kintone-conformance.toml has settings" in done.stderr
    assert "cd conformance" in done.stderr


def test_a_family_is_explained_in_a_line_each_and_no_line_is_too_long() -> None:
    *lines, _, last = said("explain", "KC7").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [f"KC70{n}" for n in range(1, 9)]
    assert last == "kintone-conformance explain KC701 explains one of them"
    assert max(map(len, said("explain", "KC602").stdout.splitlines())) <= 120


def test_an_adapter_that_raises_in_its_constructor_ends_with_3(tmp_path: Path) -> None:
    code = '    def __init__(self): raise RuntimeError("no configuration")\n'
    done, _ = judged(tmp_path, code, *FEW)
    assert done.returncode == 3
    assert "the adapter cannot be created: RuntimeError: no configuration" in done.stderr
    assert "Traceback" not in done.stderr
    debugged, _ = judged(tmp_path, code, *FEW, "--debug")
    assert "Traceback" in debugged.stderr


def test_a_wrong_keyword_is_an_error_of_the_adapter(tmp_path: Path) -> None:
    code = "    def open(self, client): return self.client(client.base_url, credentials=1)\n"
    done, report = judged(tmp_path, code, *FEW)
    assert done.returncode == 3
    assert sorted(verdicts(report).values()) == ["error", "n/a", "n/a"], "one mistake costs one row"
    assert "the adapter itself failed in open: TypeError" in done.stdout
    assert "Traceback" not in done.stdout


DIES = """
    class client(KintoneClient):
        def token_value(self, tokens):
            if len(tokens) == 9:
                {how}
            return super().token_value(tokens)
"""


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("os._exit(7)", "ended with exit code 7"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "ended with signal SIGKILL"),
    ],
)
def test_a_client_that_kills_its_process_costs_one_requirement(
    tmp_path: Path, how: str, said: str
) -> None:
    only = ("--select", "KC201,KC203,KC204", *BRIEF)
    done, report = judged(tmp_path, DIES.format(how=how), *only)
    assert done.returncode == 3
    found = verdicts(report)
    assert found.pop("KC203") == "error"
    assert "pass" in found.values()
    assert said in done.stdout
    assert report["footer"]["complete"]


HANGS = """
    class client(KintoneClient):
        def token_value(self, tokens):
            if len(tokens) == 9 and not os.path.exists({file!r}):
                signal.signal(signal.SIGALRM, signal.SIG_IGN)
                open({file!r}, "w").close()
                time.sleep(100_000)
            return super().token_value(tokens)
"""


def test_a_client_that_hangs_for_good_is_ended_and_costs_one_requirement(tmp_path: Path) -> None:
    hangs = tmp_path / "hangs"
    (tmp_path / "adapter.py").write_text(HEAD + HANGS.format(file=str(hangs)))
    order = Order(f"{tmp_path}/adapter.py:Mine", examples=5)

    since: list[float] = []

    def clock() -> float:
        """Time flies as soon as the client hangs, for long enough to miss it once."""
        now = time.monotonic()
        if hangs.exists():
            since.append(now)
        return now + min(20_000 * (now - since[0] if since else 0), 15_000)

    running = Run(order, ["KC201", "KC203", "KC204"], 1, silence=9_960, clock=clock)
    events = list(running.events())
    found = {event.result.id: event.result for event in events if isinstance(event, Judged)}
    assert found["KC203"].verdict is Verdict.ERROR
    assert found["KC204"].verdict is Verdict.PASS
    assert "sent nothing for 10000 s" in found["KC203"].message
    assert sum(isinstance(event, Hello) for event in events) == 1


@pytest.mark.parametrize(
    ("code", "each", "said", "hint"),
    [
        ("time.sleep(100_000)", 20_000, "sent nothing for 10000 s", "raise --time-limit"),
        ("os._exit(0)", 0, "exit code 0", "end its process when it is loaded"),
    ],
)
def test_a_client_that_cannot_be_loaded_is_told_what_to_do(
    tmp_path: Path, code: str, each: int, said: str, hint: str
) -> None:
    (tmp_path / "adapter.py").write_text(f"import os, time\n{code}\n")
    later = count(0, each)  # seconds that pass between two looks at the clock
    order = Order(f"{tmp_path}/adapter.py:Mine")
    with pytest.raises(runner.CannotJudge) as raised:
        list(Run(order, ["KC201"], 1, silence=9_960, clock=lambda: next(later)).events())
    assert said in raised.value.trouble.message
    assert hint in raised.value.trouble.hint


def test_a_client_that_kills_every_process_ends_all_the_same(tmp_path: Path) -> None:
    code = "    def open(self, client): os._exit(1)\n"
    done, report = judged(tmp_path, code, *FEW)
    assert done.returncode == 3
    assert set(verdicts(report).values()) == {"error"}
    assert len(report["requirements"]) == 3


def test_a_report_folder_that_cannot_be_made_is_said_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = said("run", "--adapter", "reference", "--report-dir", str(tmp_path / "file" / "out"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "reports cannot be written to" in done.stderr


def test_two_runs_do_not_write_to_one_report_folder(tmp_path: Path) -> None:
    """The second refuses before it judges, and what a dead one left behind is in nobody's way."""
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    with claimed(folder):
        for name in ("out", "link"):
            done = said("run", "--adapter", "reference", "--report-dir", name, *FEW, cwd=tmp_path)
            assert (done.returncode, done.stdout) == (2, "")
            assert f"another run is writing to {name}" in done.stderr
    assert list(folder.iterdir()) == []
    done = run("run", "--adapter", "reference", "--report-dir", "out", *FEW, cwd=tmp_path)
    assert done.returncode == 0
    files = {"report.json", "report.html", "junit.xml", "badge.json"}
    assert {file.name for file in folder.iterdir()} == files


@pytest.mark.parametrize(
    "options",
    [
        ("--summary", "none/summary.md"),
        ("--summary", "."),
        ("--baseline", "none/known.toml", "--update-baseline"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_runs(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    done = said("run", "--adapter", "reference", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr


def test_a_summary_is_appended_to_what_is_there(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n", "utf-8")
    assert run("run", "--adapter", "reference", *FEW, "--summary", str(summary)).returncode == 0
    text = summary.read_text("utf-8")
    assert text.startswith("# Before\n## ")
    assert "3 passed: conformant in all that was judged" in text


def test_an_interrupted_run_leaves_an_incomplete_report(tmp_path: Path) -> None:
    says = '    def open(self, client): open("called", "w").close(); return super().open(client)\n'
    (tmp_path / "adapter.py").write_text(HEAD + says)
    arguments = ["--adapter", "adapter.py:Mine", "--report-dir", "out", "--examples", "1000000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "kintone_conformance", "run", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not (tmp_path / "called").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.communicate()
    assert process.returncode == 130
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["footer"]["complete"] is False
    rows = {row["id"]: row for row in report["requirements"]}
    assert rows.keys() == requirements().keys()
    left = [row for row in rows.values() if row["message"] == "the run was interrupted"]
    assert left
    assert {row["verdict"] for row in left} == {"n/a"}


def test_without_the_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['click'] = None; sys.argv = ['kintone-conformance', 'list']\n"
        "from kintone_conformance.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "install kintone-conformance with its extra [suite]" in done.stderr
    address = f"pip install 'kintone-conformance[suite] @ git+{repository()}'"
    assert (address in done.stderr) is is_published()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("KC104", ["KC104"]),
        ("kc104, KC201", ["KC104", "KC201"]),
        ("password-padding", ["KC104"]),
        ("KC2xx", [f"KC20{n}" for n in range(1, 9)]),
    ],
)
def test_requirements_are_chosen_by_id_name_and_family(word: str, ids: list[str]) -> None:
    assert requirement_ids((word,)) == ids


def test_what_is_ignored_is_not_judged_and_something_must_be_left() -> None:
    assert wanted_ids(("KC2",), ("KC201", "token-ten")) == [f"KC20{n}" for n in (2, 3, 5, 6, 7, 8)]
    with pytest.raises(UsageError, match="leaves nothing to judge"):
        wanted_ids(("KC201",), ("KC2",))


@pytest.mark.parametrize("word", ["", "KC", "KC0", "KC101,", "padding"])
def test_what_names_no_requirement_is_bad_usage(word: str) -> None:
    with pytest.raises(UsageError, match=r"there is no (requirement|family)"):
        requirement_ids((word,))


def test_names_has_every_name_that_can_be_declared() -> None:
    text = said("names").stdout
    for name in (*CAPABILITIES, *AUTH_KINDS, *calls()):
        assert f"  {name}" in text
    assert "records.get(app, fields?, query?, totalCount?)" in text
    assert "GET /k/v1/records.json" in text


def test_rules_and_explain_say_what_the_catalogue_says() -> None:
    listed = said("rules").stdout
    assert listed.count("KC") >= 115
    assert said("list").stdout == listed  # the name that it had before
    explained = said("explain", "kc109").stdout
    assert "A colon in the password is part of the password." in explained
    assert "https://jp.cybozu.help/" in explained
    entry = requirements()["KC109"]
    for text in (entry.given, *entry.bad.splitlines(), *entry.good.splitlines(), entry.since):
        assert text in explained
    assert " ".join(entry.fix.replace("`", "").split()) in " ".join(explained.split())


def test_listings_are_there_as_json() -> None:
    form = ("--output-format", "json")
    listed = json.loads(said("rules", *form).stdout)["rules"]
    assert [each["code"] for each in listed] == list(requirements())
    family = json.loads(said("explain", "kc2", *form).stdout)["rules"]
    assert family == [each for each in listed if each["code"].startswith("KC2")]
    assert all(each["name"] and each["family"] and each["summary"] for each in family)
    names = json.loads(said("names", *form).stdout)
    assert [each["name"] for each in names["calls"]] == list(calls())
    assert list(names["capabilities"]) == list(CAPABILITIES)


def test_the_old_name_of_an_option_works_and_is_not_shown() -> None:
    runner = CliRunner()
    for command in ("run", "judge", "watch"):
        told = runner.invoke(cli, [command, "--help"]).output
        assert "--select" in told
        assert "--only" not in told
    asked = ["run", "--adapter", "reference"]
    old, new = (runner.invoke(cli, [*asked, option, "KC199"]) for option in ("--only", "--select"))
    assert str(old.exception) == str(new.exception) == "there is no requirement 'KC199'"


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_the_help_of_each_command_has_examples(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, [*command, "--help"])
    assert done.exit_code == 0
    examples = done.output.partition("Example")[2]
    assert " ".join(["kintone-conformance", *command]) in examples
    assert [line for line in done.output.splitlines() if len(line) > 80] == []


def test_children_do_not_see_the_users_pytest_configuration(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not for us')\n")
    done, _ = judged(tmp_path, "", *FEW)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shares_of_the_workers_are_of_like_size_and_lose_nothing() -> None:
    ids = list(requirements())
    one, two = runner.shares(ids, 2)
    assert sorted(one + two) == ids
    assert abs(len(one) - len(two)) <= 1
    assert runner.shares(["KC101"], 2) == [["KC101"]]


def test_the_default_number_of_workers_is_two_at_most() -> None:
    assert 1 <= runner.default_workers() <= 2
