"""However a run ends: its exit code, its report, and what it leaves behind."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kintone_conformance import children
from kintone_conformance.commands import defect
from kintone_conformance.commands.signals import Ended, Heard, signals
from kintone_conformance.options import Order
from kintone_conformance.report.events import Judged, Started, encode
from kintone_conformance.runner import Run

COMMAND = [sys.executable, "-m", "kintone_conformance"]
FEW = ["--select", "KC101", "--select", "KC201", "--examples", "2", "-n", "1"]
REFERENCE = ["run", "--adapter", "reference", *FEW]
ONE_FAMILY = ["--adapter", "reference", "--select", "KC1", "--examples", "2"]


def shell(folder: Path, script: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a line of bash in which `$SUITE` is the command; its exit code is that of the line."""
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "SUITE": " ".join(COMMAND), **environ},
        capture_output=True,
    )


def quiet(done: subprocess.CompletedProcess[bytes]) -> bool:
    said = done.stdout + done.stderr
    return not any(word in said for word in (b"Traceback", b"defect", b"Exception ignored"))


def read(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return content


# ---- standard streams


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_a_terminal_that_knows_no_check_mark_gets_one_that_it_knows(
    tmp_path: Path, encoding: str
) -> None:
    script = f"$SUITE {' '.join(REFERENCE)} --report-dir out --summary s.md"
    done = shell(tmp_path, script, PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert b"error" not in done.stderr
    assert b"  +" in done.stdout
    assert done.stdout.decode(encoding).isascii()
    assert read(tmp_path / "out")["footer"]["exitCode"] == 0
    assert "2 passed" in (tmp_path / "s.md").read_text("utf-8")


@pytest.mark.parametrize(
    "words", ["--help", "run --help", "rules", "explain KC1", "schema", "names"]
)
def test_a_disk_that_takes_nothing_is_no_traceback(tmp_path: Path, words: str) -> None:
    full = shell(tmp_path, f"$SUITE {words} > /dev/full")
    said = b"error: could not write to standard output: No space left on device\n"
    assert (full.returncode, full.stderr) == (3, said)


@pytest.mark.parametrize(
    "stream", ["2>&1 | head -c 1; exit ${PIPESTATUS[0]}", ">&-", "2>&-", "<&- >&- 2>&-"]
)
def test_a_stream_that_nobody_reads_is_no_trouble(tmp_path: Path, stream: str) -> None:
    done = shell(tmp_path, f"$SUITE rules {stream}")
    assert quiet(done)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("> /dev/full", 3),
        ("> /dev/full 2>&1", 3),
        ("2> /dev/full", 0),
        ("| true; exit ${PIPESTATUS[0]}", 0),
        ("<&- >&- 2>&-", 0),
    ],
)
def test_the_report_is_written_whatever_becomes_of_the_standard_output(
    tmp_path: Path, script: str, code: int
) -> None:
    done = shell(tmp_path, f"$SUITE {' '.join(REFERENCE)} --report-dir out {script}")
    assert quiet(done)
    assert done.returncode == code
    assert read(tmp_path / "out")["footer"]["counts"]["pass"] == 2
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "report.json", "report.html", "junit.xml", "badge.json", ".gitignore",
    }  # fmt: skip


def test_a_terminal_that_changes_its_size_does_no_harm(tmp_path: Path) -> None:
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(tmp_path)
        os.execv(COMMAND[0], [*COMMAND, "run", *ONE_FAMILY])
    out = b""
    sizes = [(24, 80), (1, 1), (0, 0), (50, 200), (2, 7)]
    while True:
        try:
            out += os.read(terminal, 1 << 16)
        except OSError:
            break
        rows, columns = sizes[len(out) % len(sizes)]
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"Traceback" not in out
    assert b"20 passed" in out


# ---- reports that cannot be written


def test_a_report_that_cannot_be_written_costs_no_other_and_is_no_verdict(tmp_path: Path) -> None:
    for name in ("report.json", "report.html"):
        (tmp_path / "out" / name).mkdir(parents=True)
    done = shell(tmp_path, f"$SUITE {' '.join(REFERENCE)} --report-dir out --summary s.md")
    assert quiet(done)
    assert done.returncode == 3
    assert b"2 passed" in done.stdout
    assert done.stderr.count(b"was not written: Is a directory") == 2
    assert (tmp_path / "out" / "junit.xml").exists()
    assert (tmp_path / "s.md").exists()


@pytest.mark.parametrize("limit", [0, 3_000])
def test_a_disk_that_is_full_at_the_end_is_3_and_loses_nothing_else(
    tmp_path: Path, limit: int
) -> None:
    code = (
        "import resource, sys\n"
        "from kintone_conformance import cli, commands\n"
        "from kintone_conformance.report import files\n"
        "write = files.write\n"
        "def full(*arguments):\n"
        f"    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "    return write(*arguments)\n"
        "files.write = full\n"
        f"sys.argv = ['kintone-conformance', *{[*REFERENCE, '--report-dir', 'out']}]\n"
        "sys.exit(cli.main())\n"
    )
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").write_text("old")
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "2 passed" in done.stdout
    assert "Traceback" not in done.stderr
    assert "report.json was not written: File too large" in done.stderr
    assert (tmp_path / "out" / "report.json").read_text() == "old"
    assert (tmp_path / "out" / "badge.json").exists() == (limit > 0)


# ---- what is no verdict

BREAKS = """
import sys
from kintone_conformance import cli, runner
heard = runner.Run._heard
count = 0
def broken(self, child, event):
    global count
    count += type(event).__name__ == "Judged"
    if count == 2:
        raise {what}
    yield from heard(self, child, event)
runner.Run._heard = broken
sys.argv = ["kintone-conformance", *{arguments}]
sys.exit(cli.main())
"""


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("KeyError('\\n::x')", 3, "internal error in the suite (KeyError: '\\n::x')"),
        ("OSError(28, 'No space left on device', '/x')", 3, "/x: No space left on device"),
        ("KeyboardInterrupt()", 130, ""),
    ],
)  # fmt: skip
def test_what_was_judged_until_then_is_in_the_report(
    tmp_path: Path, what: str, code: int, said: str
) -> None:
    arguments = [*REFERENCE, "--select", "KC202", "--report-dir", "out", "--summary", "s.md"]
    script = BREAKS.format(what=what, arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    report = read(tmp_path / "out")
    assert [row["verdict"] for row in report["requirements"]] == ["pass", "n/a", "n/a"]
    assert report["requirements"][1]["message"].startswith("the run ")
    assert (report["footer"]["complete"], report["footer"]["exitCode"]) == (False, 3)
    assert said in report["footer"]["trouble"]
    assert ET.parse(tmp_path / "out" / "junit.xml").getroot()[0].get("errors") == "1"
    assert "the run was not finished" in (tmp_path / "s.md").read_text("utf-8")
    assert "1 passed, 2 n/a: the run was not finished" in done.stdout


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "there is not enough memory"),
        (RecursionError("deep"), "internal error in the suite (RecursionError: deep)"),
    ],
)
def test_an_exception_is_told_in_words(error: Exception, said: str) -> None:
    assert said in defect(error)[0]


def test_debug_shows_the_traceback_and_the_code_stays(tmp_path: Path) -> None:
    script = BREAKS.format(what="KeyError('x')", arguments=[*REFERENCE, "--debug"])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 3
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    ("where", "what", "code"),
    [
        ("commands.wanted.requirement_ids", "KeyError('x')", 3),
        ("commands.wanted.requirement_ids", "MemoryError()", 3),
        ("commands.wanted.requirement_ids", "KeyboardInterrupt()", 130),
        ("commands.wanted.requirement_ids", "BrokenPipeError(32, 'Broken pipe')", 3),
        ("report.terminal.render", "KeyError('x')", 3),
    ],
)
def test_an_exception_anywhere_is_one_sentence(
    tmp_path: Path, where: str, what: str, code: int
) -> None:
    script = (
        "import sys\nimport kintone_conformance.cli as cli\n"
        "from kintone_conformance import commands, report\n"
        "import kintone_conformance.commands.run\n"
        f"def broken(*_, **__): raise {what}\n"
        f"sys.modules['kintone_conformance.{where.rpartition('.')[0]}']"
        f".{where.rpartition('.')[2]} = broken\n"
        f"sys.argv = ['kintone-conformance', *{[*REFERENCE, '--report-dir', 'out']}]\n"
        "sys.exit(cli.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("error: ") == (code == 3)
    assert (tmp_path / "out").exists() == (where == "report.terminal.render")


@pytest.mark.parametrize("broken", ["msgspec", "rich", "kintone_conformance.cli"])
def test_a_package_that_cannot_be_loaded_is_one_sentence(tmp_path: Path, broken: str) -> None:
    place = tmp_path / broken.replace(".", "/")
    script = (
        "import importlib.abc, sys\n"
        "class Broken(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {broken!r}: raise ImportError('no such symbol')\n"
        "sys.meta_path.insert(0, Broken())\n"
        "from kintone_conformance.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert not place.exists()
    assert done.returncode == 3
    assert done.stderr.startswith("error: the suite cannot be loaded (ImportError: no such symbol)")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "code",
    ["raise SystemExit(1)", "import sys; sys.exit('stop')", "raise RuntimeError('x')", "1/0"],
)
def test_an_adapter_that_cannot_be_imported_is_2(tmp_path: Path, code: str) -> None:
    (tmp_path / "adapter.py").write_text(code)
    done = shell(tmp_path, f"$SUITE run --adapter adapter.py:Mine {' '.join(FEW)}")
    assert done.returncode == 2
    assert b"adapter.py cannot be imported: " in done.stderr
    assert quiet(done)


# ---- signals, and the folder of a run

SLOW = """
import os, time
from dataclasses import replace
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient
class Mine(ReferenceAdapter):
    info = replace(ReferenceAdapter.info, name="mine")
    class client(KintoneClient):
        def token_value(self, tokens):
            if len(tokens) == 9:
                slow = os.path.join(os.path.dirname(__file__), "slow")
                with open(slow, "a") as file: file.write(str(os.getpid()) + " ")
                time.sleep(600)
            return super().token_value(tokens)
"""
NINE = ["--select", "KC101", "--select", "KC203", "--examples", "2", "-n", "1"]


def until(condition: Callable[[], object], process: subprocess.Popen[Any] | None = None) -> None:
    """Waits as long as it takes; a test that hangs is ended by whoever runs it."""
    while not condition():
        assert process is None or process.poll() is None, "it has ended by itself"
        time.sleep(0.05)


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("number", "code", "where"),
    [
        (signal.SIGINT, 130, "TMPDIR"),
        (signal.SIGTERM, 143, "XDG_CACHE_HOME"),
        (signal.SIGHUP, 129, "TMPDIR"),
    ],
)
def test_a_run_that_is_told_to_end_reports_and_leaves_nothing_behind(
    tmp_path: Path, number: int, code: int, where: str
) -> None:
    (tmp_path / "adapter.py").write_text(SLOW)
    temporary = tmp_path / "temporary"
    environ = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    arguments = ["--adapter", "adapter.py:Mine", "--report-dir", "out", *NINE]
    process = subprocess.Popen(
        [*COMMAND, "run", *arguments],
        cwd=tmp_path,
        env={**environ, where: str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    slow = tmp_path / "slow"
    until(lambda: slow.exists() and slow.read_text().endswith(" "), process)
    inside = temporary if where == "TMPDIR" else temporary / "kintone-conformance"
    (folder,) = inside.iterdir()
    assert folder.name.startswith("run-")
    assert folder.stat().st_mode & 0o777 == 0o700
    process.send_signal(number)
    process.send_signal(signal.SIGTERM)  # as CI systems do, shortly after
    out, err = process.communicate()
    assert process.returncode == code, err
    assert b"Traceback" not in err
    assert b"1 passed, 1 n/a: the run was not finished" in out
    assert read(tmp_path / "out")["footer"]["complete"] is False
    assert list(inside.iterdir()) == []
    until(lambda: all(gone(int(each)) for each in slow.read_text().split()))


def test_a_terminal_that_is_closed_ends_the_run_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "adapter.py").write_text(SLOW)
    arguments = ["--adapter", "adapter.py:Mine", "--report-dir", "out", *NINE]
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(tmp_path)
        os.environ["TMPDIR"] = str(tmp_path / "temporary")
        os.execv(COMMAND[0], [*COMMAND, "run", *arguments])
    slow = tmp_path / "slow"
    until(lambda: slow.exists() and slow.read_text().endswith(" "))
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 129
    assert read(tmp_path / "out")["footer"]["complete"] is False
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_run_under_nohup_is_not_ended_by_a_hangup(tmp_path: Path) -> None:
    (tmp_path / "adapter.py").write_text(SLOW)
    process = subprocess.Popen(
        ["nohup", *COMMAND, "run", "--adapter", "adapter.py:Mine", *NINE],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    slow = tmp_path / "slow"
    until(lambda: slow.exists() and slow.read_text().endswith(" "), process)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 143


DIES_LATE = SLOW.replace("time.sleep(600)", "os._exit(7)")


def test_a_cleaner_that_takes_the_folder_costs_nothing(tmp_path: Path) -> None:
    """Of a client that dies then, the last words are lost, and no more."""
    import shutil

    (tmp_path / "adapter.py").write_text(DIES_LATE)
    run = Run(Order(f"{tmp_path}/adapter.py:Mine", examples=2), ["KC101", "KC203", "KC204"], 1)
    verdicts = {}
    for event in run.events():
        if isinstance(event, Judged):
            shutil.rmtree(run._folder.name, ignore_errors=True)
            verdicts[event.result.id] = str(event.result.verdict)
    assert verdicts == {"KC101": "pass", "KC203": "error", "KC204": "pass"}
    assert not Path(run._folder.name).exists()


@pytest.mark.parametrize(
    ("temporary", "cache"), [("no/such", "cache"), ("", "cache"), ("file", "file")]
)
def test_the_folder_of_a_run_lies_where_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: str, cache: str
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TMPDIR", str(tmp_path / temporary) if temporary else "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
    folder = children.own_folder()
    assert Path(folder.name).stat().st_mode & 0o777 == 0o700
    assert Path(folder.name).is_relative_to(tmp_path) == (cache == "cache")
    folder.cleanup()
    assert not Path(folder.name).exists()


def test_what_a_child_says_of_a_requirement_that_is_not_its_own_is_not_believed(
    tmp_path: Path,
) -> None:
    forged = encode(Started("[/]\x1b[2J")) + b"{}\n[\n"
    (tmp_path / "adapter.py").write_text(
        SLOW
        + "for each in range(3, 30):\n"
        + f"    try: os.write(each, {forged!r})\n"
        + "    except OSError: pass\n"
    )
    events = [*Run(Order(f"{tmp_path}/adapter.py:Mine", examples=2), ["KC101"], 1).events()]
    assert {event.id for event in events if isinstance(event, Started)} == {"KC101"}
    assert [str(each.result.verdict) for each in events if isinstance(each, Judged)] == ["pass"]


def test_a_run_that_ends_has_lost_nothing_that_was_judged(tmp_path: Path) -> None:
    """Also where a signal comes while the events of the client wait to be read."""
    heard = Heard()

    def check() -> None:
        if slow.exists() and slow.read_text().endswith(" "):
            heard.note(signal.SIGTERM, None)
        heard.check()

    (tmp_path / "adapter.py").write_text(SLOW)
    slow = tmp_path / "slow"
    order = Order(f"{tmp_path}/adapter.py:Mine", examples=2)
    run = Run(order, ["KC101", "KC203"], 1, check=check)
    judged: list[str] = []

    def follow() -> None:
        for event in run.events():
            until(slow.exists)  # reads slowly: all that is said by then waits in the pipe
            if isinstance(event, Judged):
                judged.append(event.result.id)

    with pytest.raises(Ended) as ended:
        follow()
    assert (judged, ended.value.code) == (["KC101"], 143)


def test_a_signal_is_noted_wherever_it_comes() -> None:
    """Python drops exceptions in finalizers, so the handler raises none."""

    class Finalized:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            for _ in range(100):
                pass

    before = signal.getsignal(signal.SIGTERM)
    with signals() as heard:
        heard.check()
        Finalized()
        os.kill(os.getpid(), signal.SIGHUP)
        with pytest.raises(Ended) as ended:
            heard.check()
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_process_that_cannot_be_started_leaves_no_pipe_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[int] = []

    def pipe() -> tuple[int, int]:
        ends.extend(opened())
        return ends[0], ends[1]

    def refused(*_: Any, **__: Any) -> None:
        raise OSError("no process is free")

    opened = os.pipe
    monkeypatch.setattr(os, "pipe", pipe)
    monkeypatch.setattr(subprocess, "Popen", refused)
    with pytest.raises(OSError, match="no process is free"):
        children.started(Order(driver="./driver"), ["KC101"], [], str(tmp_path), 0.0)
    for end in ends:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(end)
    assert len(ends) == 2
