"""A driver that fails has its last words in every report; no report knows this machine."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_conformance.report.places import last_lines, placeless

SUITE = (sys.executable, "-m", "kintone_conformance")
DRIVER = Path(__file__).parents[1] / "drivers" / "bad_driver.py"
REPORTS = ("report.json", "report.html", "junit.xml", "summary.md")
# A driver that raises, at its first call, an error whose text has a file of this machine in it.
RAISES = f"""
import sys
sys.argv = ["bad_driver.py", "right"]
code = compile(open({str(DRIVER)!r}).read().replace("def get(", "def got("), __file__, "exec")
def get(client, params):
    sys.stderr.write("\\x1b[31mgoing \\x1b[0mdown\\x07\\n<b>::error::\\n")
    raise KeyError("cannot read " + __file__)
exec(code, globals())
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*SUITE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def raising(folder: Path) -> str:
    (folder / "driver.py").write_text(RAISES, "utf-8")
    return shlex.join(["python3", "driver.py"])


def test_the_last_words_of_a_driver_are_in_every_report(tmp_path: Path) -> None:
    command = ("run", "--driver", raising(tmp_path), "--select", "KC201", "--examples", "3")
    done = run(tmp_path, *command, "--report-dir", "out", "--summary", "out/summary.md")
    assert done.returncode == 3
    texts = [done.stdout, *((tmp_path / "out" / name).read_text("utf-8") for name in REPORTS)]
    for text in texts:
        assert "KeyError: " in text
        assert "driver.py" in text
        assert "going down\\x07" in text.replace("\\\\", "\\")
        assert "\x07" not in text
        assert "Traceback" not in text
        assert str(tmp_path) not in text
        assert str(DRIVER.parent) not in text
    assert "<b>" not in texts[2]
    debugged = run(tmp_path, *command, "--debug")
    assert "Traceback" in debugged.stdout


def test_check_driver_shows_the_last_words(tmp_path: Path) -> None:
    done = run(tmp_path, "check-driver", raising(tmp_path))
    assert done.returncode == 3
    assert "stderr: KeyError: " in done.stdout
    assert "Traceback" not in done.stdout
    assert "Traceback" in run(tmp_path, "check-driver", raising(tmp_path), "--debug").stdout


def test_a_traceback_of_an_adapter_is_in_no_report(tmp_path: Path) -> None:
    adapter = (
        "from kintone_conformance.reference import ReferenceAdapter\n"
        "class Mine(ReferenceAdapter):\n"
        "    def open(self, client): return missing(__file__)\n"
    )
    (tmp_path / "adapter.py").write_text(adapter, "utf-8")
    command = ("run", "--adapter", "adapter.py:Mine", "--select", "KC201", "--examples", "3")
    done = run(tmp_path, *command, "--report-dir", "out", "--summary", "out/summary.md")
    assert done.returncode == 3
    for text in [done.stdout, *((tmp_path / "out" / name).read_text("utf-8") for name in REPORTS)]:
        assert "NameError" in text
        assert "Traceback" not in text
        assert str(tmp_path) not in text


STACKS = {
    "python": (
        (
            "Traceback (most recent call last):\n"
            '  File "/home/a/driver.py", line 3, in <module>\n    main()\n    ~~~~^^\n'
            '  File "/home/a/driver.py", line 2, in main\n    raise ValueError("no")\n'
            "ValueError: no\n"
        ),
        ("ValueError: no",),
    ),
    "java": (
        (
            'Exception in thread "main" java.lang.IllegalStateException: no\n'
            "\tat com.example.Driver.main(Driver.java:3)\n\t... 2 more\n"
            "Caused by: java.io.IOException: gone\n\tat com.example.Driver.read(Driver.java:9)\n"
        ),
        (
            'Exception in thread "main" java.lang.IllegalStateException: no',
            "Caused by: java.io.IOException: gone",
        ),
    ),
    "node": (
        "Error: no\n    at main (file:///home/a/driver.mjs:3:9)\n    at /home/a/x.mjs:1:1\n",
        ("Error: no",),
    ),
    "nothing but frames": ('  File "/home/a/b.py", line 3', ('  File "…/b.py", line 3',)),
    "nothing": ("\n \n", ()),
    "files": (
        "open /etc/app/settings.json: no; file:///usr/lib/x.mjs (/tmp/a b)",
        ("open …/settings.json: no; …/x.mjs (…/a b)",),
    ),
    "what is no file": (
        "GET http://localhost:1/k/v1/record.json, /k/guest/5/v1/a.json, and/or/not, 1/2/3",
        ("GET http://localhost:1/k/v1/record.json, /k/guest/5/v1/a.json, and/or/not, 1/2/3",),
    ),
    "carriage returns": ("one\rtwo\r\nthree", ("one", "two", "three")),
    "separators": ("one\u2028two\x0bthree", ("one", "two", "three")),
}


@pytest.mark.parametrize("kind", STACKS)
def test_last_words_are_without_frames_and_folders(kind: str) -> None:
    said, lines = STACKS[kind]
    assert last_lines(said) == lines


def test_last_words_are_few_and_short() -> None:
    lines = last_lines("\n".join(f"{n} {'x' * 10_000}" for n in range(100)))
    assert len(lines) == 8
    assert lines[-1].startswith("99 x")
    assert max(map(len, lines)) <= 201


def test_folders_of_this_machine_have_names() -> None:
    here, home = str(Path.cwd()), str(Path.home())
    assert placeless(f"no {here}/a.py, {home}/b, '{sys.prefix}'") == "no ./a.py, ~/b, '<python>'"
    unchanged = f"https://x{here} x{here}/y /k/v1/record.json"
    assert placeless(unchanged) == unchanged
    assert placeless(f"{here}x").endswith(f"/{Path.cwd().name}x")
