"""The words of the command line: what is suggested for a slip, and what each option does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kintone_lint import codes
from kintone_lint.cli.completion import script
from kintone_lint.cli.words import COMMANDS, FORMATS, parser
from linter.linting import Shell

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
WARNING = (
    "import requests\n"
    'requests.get("https://demo.cybozu.com/k/v1/guest/5/apps.json")\n'
    'requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"Content-Type":'
    ' "application/json"})\n'
)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chek"], "Did you mean check?"),
        (["Check"], "Did you mean check?"),
        (["expalin", "KL101"], "Did you mean explain?"),
        (["frobnicate"], "The commands are check, history, "),
        (["KL101"], "did you mean: kintone-lint explain KL101"),
        (["kl101"], "did you mean: kintone-lint explain kl101"),
        (["hardcoded-api-token"], "did you mean: kintone-lint explain hardcoded-api-token"),
        (["check", "--selct", "KL1"], "Did you mean --select?"),
        (["check", "--selct=KL1"], "Did you mean --select?"),
        (["check", "--sel", "KL1"], "Did you mean --select?"),
        (["check", "--fixx"], "Did you mean --fix?"),
        (["check", "--output-fromat", "json"], "Did you mean --output-format?"),
        (["check", "--frobnicate"], "See kintone-lint check --help."),
        (["--fix"], "--fix is an option of a command: kintone-lint check --fix"),
        (["--debug", "check"], "--debug must come after the command: kintone-lint check --debug"),
        (["check", "--select", "KL1O1"], "Did you mean KL101?"),
        (["check", "--ignore", "KL3O4"], "Did you mean KL304?"),
        (["check", "--select", "KLIOI"], "Did you mean KL101?"),
        (["explain", "kl2o1"], "Did you mean KL201?"),
        (["check", "--add-ignore", "KL1O1"], "Did you mean KL101?"),
        (["check", "--fail-on", "eror"], "Did you mean error?"),
        (["check", "--fail-on", "x"], "Choose one of warning, error, never."),
        (["check", "--min-confidence", "hihg"], "Did you mean high?"),
        (["check", "--output-format", "sarf"], "Did you mean sarif?"),
        (["completion", "zhs"], "Did you mean zsh?"),
        (["completion", "cmd"], "Choose one of bash, zsh, fish."),
    ],
)
def test_a_slip_gets_a_suggestion(shell: Shell, words: list[str], says: str) -> None:
    shell.write("app.py", BAD)
    code, out, err = shell.run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_no_help_uses_an_abbreviation_or_lacks_a_sentence() -> None:
    for command in parser().commands().values():
        for option in command.options():
            assert option.help
            assert not option.help.endswith(".")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_the_help_of_each_command_has_examples_and_fits_a_terminal(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = shell.run(*command, "--help")
    assert code == 0
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert "\nexamples:\n" in out
    assert " ".join(["kintone-lint", *command]) in out.partition("\nexamples:\n")[2]


@pytest.mark.parametrize("word", ["-V", "--version"])
def test_the_version_is_one_line(shell: Shell, word: str) -> None:
    code, out, err = shell.run(word)
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert (code, out, err) == (0, f"kintone-lint {settings['project']['version']}\n", "")


# ---- what counts


@pytest.mark.parametrize(
    ("level", "with_warnings", "with_errors"),
    [("warning", 1, 1), ("error", 0, 1), ("never", 0, 0)],
)
def test_the_level_decides_what_fails_the_run(
    shell: Shell, level: str, with_warnings: int, with_errors: int
) -> None:
    shell.write("app.py", WARNING)
    only_warnings = ("--fail-on", level, "--select", "KL306")
    assert shell.run("check", *only_warnings)[0] == with_warnings
    assert shell.rules(*only_warnings) == [("KL306", "app.py", 3)]
    assert shell.run("check", "--fail-on", level)[0] == with_errors
    shell.write("broken.py", "import kintone\ndef (:\n")
    assert shell.run("check", "--fail-on", level)[0] == 2


def test_what_is_less_sure_is_left_out_and_not_fixed(shell: Shell) -> None:
    header = 'requests.get("https://demo.cybozu.com/k/v1/app.json", auth=("a", password()))\n'
    file = shell.write("app.py", f"import requests\n{header}{BAD}")
    every = {each["confidence"] for each in shell.check()[1]["findings"]}
    assert every == {"medium", "high"}
    for level, expected in (("low", every), ("medium", every), ("high", {"high"})):
        code, content = shell.check("--min-confidence", level)
        assert {each["confidence"] for each in content["findings"]} == expected
        assert code == 1
    shell.write("app.py", f"import requests\n{header}")
    assert shell.run("check", "--min-confidence", "high")[0] == 0
    before = file.read_bytes()
    assert shell.run("check", "--min-confidence", "high", "--fix")[0] == 0
    assert file.read_bytes() == before


def test_a_fix_does_not_bring_in_what_is_less_sure(shell: Shell) -> None:
    sure = 'requests.get("https://demo.cybozu.com/k/v1/guest/5/app.json", params={"id": 1})\n'
    less = 'PATH = "/k/v1/guest/6/app.json"\n'
    file = shell.write("app.py", f"import requests\n{sure}{less}")
    assert {each["confidence"] for each in shell.check()[1]["findings"]} == {"high", "medium"}
    assert shell.run("check", "--min-confidence", "high", "--fix")[0] == 0
    assert "/k/guest/5/v1/app.json" in file.read_text()
    assert less in file.read_text()


def test_a_baseline_is_written_with_what_is_less_sure(shell: Shell) -> None:
    shell.write(
        "app.py",
        "import requests\n"
        'requests.get("https://demo.cybozu.com/k/v1/app.json", auth=("a", password()))\n',
    )
    words = ("--baseline", "known.json")
    shell.run("check", *words, "--update-baseline", "--min-confidence", "high")
    assert shell.run("check", *words)[0] == 0


def test_quiet_prints_findings_and_errors_only(shell: Shell) -> None:
    shell.write("ok.py", "import kintone\n")
    assert shell.run("check", "-q") == (0, "", "")
    assert shell.run("check", "-q", "--output-format", "concise") == (0, "", "")
    shell.write("app.py", BAD)
    _, out, _ = shell.run("check", "-q", "--output-format", "concise")
    assert out == "app.py:1:35: KL101 an API token is hard-coded (hardcoded-api-token)\n"
    shell.write("broken.py", "import kintone\ndef (:\n")
    code, out, err = shell.run("check", "--quiet")
    assert (code, err) == (2, "")
    assert "broken.py:2: not linted: " in out
    assert "found" not in out


# ---- settings


def test_the_settings_are_shown_as_toml_for_the_files_they_apply_to(shell: Shell) -> None:
    table = (
        '[tool.kintone-lint]\nselect = ["KL1", "KL304"]\nignore = ["KL108"]\nexclude = ["gen/"]\n'
        'sinks = ["ourlib.Client"]\nper-file-ignores = { "tests/*" = ["KL304"] }\n'
        'environment = { token = "OUR_TOKEN" }\n'
    )
    shell.write("a/pyproject.toml", table)
    shell.write("a/app.py", "")
    shell.write("b/app.py", "")
    code, out, err = shell.run("check", "--show-settings", "--ignore", "KL107")
    assert (code, err) == (0, "")
    ours, others = out.split("\n\n")
    assert ours.startswith("# a/pyproject.toml, for 2 files such as a/app.py\n")
    assert others.startswith(
        "# no pyproject.toml with [tool.kintone-lint], for 1 file such as b/app.py\n"
    )
    shown = tomllib.loads(ours)["tool"]["kintone-lint"]
    expected = tomllib.loads(table)["tool"]["kintone-lint"]
    ones = [code for code in codes.names() if code.startswith("KL10")]
    ones += [code for code in codes.names() if code.startswith("KL11")]
    assert shown["select"] == [*(each for each in ones if each not in ("KL107", "KL108")), "KL304"]
    for key in ("exclude", "sinks", "per-file-ignores", "environment"):
        assert shown[key] == expected[key]
    assert len(tomllib.loads(others)["tool"]["kintone-lint"]["select"]) == len(codes.names()) - 1


def test_files_and_settings_are_shown_as_json(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nselect = ["KL3"]\nexclude = ["gen/"]\n')
    shell.write("app.py", "import kintone\n")
    form = ("--output-format", "json")
    files = json.loads(shell.run("check", "--show-files", *form)[1])["files"]
    assert "app.py" in files
    (shown,) = json.loads(shell.run("check", "--show-settings", *form)[1])["settings"]
    assert (shown["source"], shown["exclude"]) == ("pyproject.toml", ["gen/"])
    assert shown["select"] == [each for each in codes.names() if each.startswith("KL3")]
    assert shown["files"] == files


def test_settings_that_are_shown_are_settings(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nignore = ["KL2"]\nbaseline = "k.json"\n')
    shell.write("app.py", "")
    first = shell.run("check", "--show-settings")[1]
    shell.write("pyproject.toml", first)
    assert shell.run("check", "--show-settings")[1] == first


def test_a_path_that_is_not_there_has_no_settings(shell: Shell) -> None:
    code, _, err = shell.run("check", "--show-settings", "nope.py")
    assert (code, err) == (2, "nope.py: not linted: no such file\n")


# ---- completion


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_knows_every_word(shell: Shell, shell_name: str) -> None:
    code, out, err = shell.run("completion", shell_name)
    assert (code, err) == (0, "")
    whole = parser()
    known = [*COMMANDS, *FORMATS, *codes.names(), *codes.names().values()]
    known += [
        form.lstrip("-")
        for each in whole.commands()["check"].options()
        for form in each.option_strings
    ]
    assert [word for word in known if word not in out] == []


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["ch"], ["check"]),
        (["check", "--sel"], ["--select"]),
        (["check", "--output-format", "sa"], ["sarif"]),
        (["check", "--output-format", "=", "ju"], ["junit"]),
        (["check", "--select", "KL20"], [f"KL20{digit}" for digit in range(1, 10)]),
        (["check", "--ignore", "KL2,insec"], ["KL2,insecure-http"]),
        (["explain", "tls-"], ["tls-verification-off"]),
        (["completion", "z"], ["zsh"]),
        (["check", "--baseline", "ap"], ["app.py"]),
        (["check", "ap"], ["app.py"]),
    ],
)
def test_bash_offers_what_can_follow(shell: Shell, typed: list[str], offered: list[str]) -> None:
    shell.write("app.py", "")
    words = ["kintone-lint", *typed]
    quoted = " ".join(f"'{word}'" for word in words)
    ask = (
        f"{script('bash')}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(typed)}\n"
        'COMPREPLY=(); _kintone_lint; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_a_shell_that_is_there_takes_its_script(name: str) -> None:
    program = shutil.which(name)
    if program is None:
        assert script(name).startswith("# completion of kintone-lint")
        return
    loads = "autoload -U compinit; compinit -D; " if name == "zsh" else ""
    options = ["-f"] if name == "zsh" else ["--no-config"]
    done = subprocess.run(
        [program, *options, "-c", f"{loads}\n{script(name)}"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


# ---- colour


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colour_in_a_pipe_is_asked_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    shell.write("app.py", BAD)
    for form in ("text", "concise"):
        assert ("\x1b" in shell.run("check", "--output-format", form)[1]) is coloured


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False)],
)
def test_a_terminal_has_colour_and_lines_that_fit(
    shell: Shell, variables: dict[str, str], coloured: bool
) -> None:
    pty = pytest.importorskip("pty", reason="there are no such terminals here")
    import os

    shell.write("app.py", f'URL = "https://demo.cybozu.com/k/v1/guest/5/{"a" * 90}.json"\n{BAD}')
    child, terminal = pty.fork()
    if child == 0:
        environment = {"PATH": os.environ["PATH"], "COLUMNS": "70", **variables}
        os.execve(sys.executable, [sys.executable, "-m", "kintone_lint", "check"], environment)
    raw = b""
    try:
        while piece := os.read(terminal, 10_000):
            raw += piece
    except OSError:  # the end, as Linux tells it
        pass
    os.waitpid(child, 0)
    text = raw.decode()
    assert ("\x1b[" in text) is coloured
    import re

    lines = re.sub(r"\x1b\[[\d;]*m", "", text).splitlines()
    assert "KL101" in text
    assert max(map(len, lines)) <= 70


def test_a_family_that_does_not_exist_is_told_which_there_are(shell: Shell) -> None:
    for words in (("check", "--ignore", "KL9"), ("explain", "kl9")):
        code, _, err = shell.run(*words)
        assert code == 2
        assert "The families are KL0, KL1, KL2, KL3." in err
    assert "Did you mean KL101?" in shell.run("explain", "KL1O1")[2]
