"""The command as its user sees it: codes, output, discovery."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_lint.engine import run
from kintone_lint.files import importers
from kintone_lint.rules import all_rules
from linter.linting import TOKEN, Shell, codes

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'


def test_clean_is_0_findings_1_trouble_2(shell: Shell) -> None:
    shell.write("ok.py", "x = 1\n")
    assert shell.run("check")[0] == 0
    shell.write("bad.py", BAD)
    assert shell.run("check")[0] == 1
    assert shell.run("check", "--exit-zero")[0] == 0
    shell.write("broken.py", "import kintone\ndef (:\n")
    code, out, _ = shell.run("check", "--exit-zero")
    assert code == 2
    assert "bad.py:1:35: KL101" in out


def test_the_json_has_the_documented_form(shell: Shell) -> None:
    shell.write("sub/bad.py", 'あ = "日本語"; h = {"X-Cybozu-API-Token": "@TOKEN@"}\n')
    code, content = shell.check()
    (found,) = content["findings"]
    assert code == 1
    assert content["version"] == 1
    assert content["errors"] == []
    assert set(found) == {
        "rule", "name", "path", "line", "column", "end_line", "end_column", "message", "severity",
        "confidence", "related", "fix", "fingerprint",
    }  # fmt: skip
    assert (found["path"], found["line"]) == ("sub/bad.py", 1)
    assert found["end_column"] - found["column"] == len(TOKEN)
    assert found["column"] == len('あ = "日本語"; h = {"X-Cybozu-API-Token": "') + 1
    assert (found["severity"], found["confidence"]) == ("error", "high")


def test_two_secrets_on_a_line_are_two_findings_with_two_fingerprints(shell: Shell) -> None:
    shell.write("bad.py", 'h = {"X-Cybozu-API-Token": "@TOKEN@,@TOKEN2@"}\n')
    _, content = shell.check()
    assert len({each["fingerprint"] for each in content["findings"]}) == 2


def test_two_equal_lines_have_two_fingerprints(shell: Shell) -> None:
    shell.write("bad.py", BAD * 2)
    _, content = shell.check()
    assert len({each["fingerprint"] for each in content["findings"]}) == 2


def test_moving_code_keeps_the_fingerprint(shell: Shell) -> None:
    shell.write("bad.py", BAD)
    _, before = shell.check()
    shell.write("bad.py", "\n\n" + BAD)
    _, after = shell.check()
    assert before["findings"][0]["fingerprint"] == after["findings"][0]["fingerprint"]


def test_statistics_count_rules(shell: Shell) -> None:
    shell.write("bad.py", BAD * 2)
    assert shell.run("check", "--statistics")[1] == "     2  KL101  hardcoded-api-token\n"


def test_no_colour_when_piped(shell: Shell) -> None:
    shell.write("bad.py", BAD)
    assert "\x1b" not in shell.run("check")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name a command"),
        (["two.py"], "did you mean: kintone-lint check two.py\n"),
        (["--fix", "."], "did you mean: kintone-lint check --fix .\n"),
        (["check", "--select", "insecure_http"], "Did you mean insecure-http?"),
        (["check", "--select", "KL7"], "no rule 'KL7'"),
        (["check", "--select", ","], "no rule ''"),
        (["check", "-", "app.py"], "must be the only path"),
        (["check", "--stdin-filename", "a.py"], "needs -"),
        (["rule", "hardcoded-api-tokn"], "Did you mean hardcoded-api-token?"),
        (["explain", "KL9"], "no rule 'KL9'"),
        (["rules", "--output-format", "jsno"], "Did you mean json?"),
        (["rules", "KL101"], "unexpected argument 'KL101'"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(
    shell: Shell, arguments: list[str], says: str
) -> None:
    code, out, err = shell.run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_path_that_is_not_there_is_trouble(shell: Shell) -> None:
    code, out, _ = shell.run("check", "nope.py")
    assert code == 2
    assert "nope.py: not linted: no such file" in out


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_explains_itself_without_a_secret(shell: Shell, rule: object) -> None:
    code, out, _ = shell.run("explain", rule.code)  # type: ignore[attr-defined]
    assert shell.run("rule", rule.code)[1] == out  # type: ignore[attr-defined]
    assert code == 0
    assert "Why: " in out
    assert "@TOKEN@" not in out
    assert TOKEN not in out


def test_the_rules_are_listed(shell: Shell) -> None:
    lines = shell.run("rules")[1].splitlines()
    assert len(lines) == len(all_rules())
    assert re.match(
        r"KL101  hardcoded-api-token +  error    unsafe fix  A Kintone API token", lines[1]
    )
    assert any(re.match(r"KL304  insecure-http +  \w+ +  safe fix    ", line) for line in lines)
    assert any(re.match(r"KL307 .*  no fix      ", line) for line in lines)


def test_of_a_family_each_rule_has_a_line(shell: Shell) -> None:
    code, out, _ = shell.run("explain", "KL1")
    *lines, last = filter(None, out.splitlines())
    assert code == 0
    family = [rule.code for rule in all_rules() if rule.code.startswith("KL1")]
    assert [line.split()[0] for line in lines] == family
    assert last == "kintone-lint explain KL101 explains one of them"


def test_the_rules_are_listed_and_explained_as_json(shell: Shell) -> None:
    listed = json.loads(shell.run("rules", "--output-format", "json")[1])["rules"]
    assert [each["code"] for each in listed] == [rule.code for rule in all_rules()]
    assert all(each["name"] and each["family"] and each["summary"] for each in listed)
    family = json.loads(shell.run("explain", "kl3", "--output-format", "json")[1])["rules"]
    assert family == [each for each in listed if each["code"].startswith("KL3")]
    one = json.loads(shell.run("explain", "insecure-http", "--output-format", "json")[1])
    assert [each["code"] for each in one["rules"]] == ["KL304"]


@pytest.mark.parametrize("word", ["kl101", "KL101", "Hardcoded-API-Token", "kl10"])
def test_the_case_of_a_rule_does_not_matter(shell: Shell, word: str) -> None:
    shell.write("bad.py", BAD)
    assert shell.rules("--select", word) == [("KL101", "bad.py", 1)]
    assert shell.rules("--ignore", word) == []
    assert shell.rules("--select", "KL2", "--select", f"KL3,{word}") == [("KL101", "bad.py", 1)]
    assert shell.rules("--ignore", "KL2", "--ignore", word) == []


def test_git_says_which_files_there_are(shell: Shell) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    shell.write(".gitignore", "ignored/\n")
    shell.write("ignored/bad.py", BAD)
    shell.write("seen/bad.py", BAD)
    assert [path for _, path, _ in shell.rules()] == ["seen/bad.py"]
    assert [path for _, path, _ in shell.rules("ignored/bad.py")] == ["ignored/bad.py"]


def test_a_constant_is_found_at_its_definition_in_another_file(shell: Shell) -> None:
    shell.write("settings.py", 'TOKEN = "@SECRET@"\n')
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    _, content = shell.check()
    (found,) = content["findings"]
    assert (found["path"], found["line"], found["rule"]) == ("settings.py", 1, "KL101")
    assert [(each["path"], each["line"]) for each in found["related"]] == [("app.py", 2)]
    (found,) = shell.check("app.py")[1]["findings"]
    assert (found["path"], found["line"]) == ("app.py", 2)
    assert [(each["path"], each["line"]) for each in found["related"]] == [("settings.py", 1)]


def test_a_definition_is_found_from_another_folder_and_through_a_link(shell: Shell) -> None:
    shell.write("code/settings.py", 'TOKEN = "@SECRET@"\n')
    shell.write("code/app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    (shell.folder / "link").symlink_to("code", target_is_directory=True)
    (shell.folder / "other").mkdir()
    os.chdir(shell.folder / "other")
    for folder in ("../code", "../link"):
        (found,) = shell.check(folder)[1]["findings"]
        assert (Path(found["path"]).name, found["line"]) == ("settings.py", 1)


def test_a_base_from_another_file_is_part_of_the_path(shell: Shell) -> None:
    shell.write("settings.py", 'BASE = "https://demo.cybozu.com/k/v1"\n')
    shell.write(
        "app.py",
        'import requests\nfrom settings import BASE\nrequests.get(f"{BASE}/k/v1/app.json")\n',
    )
    assert shell.rules("app.py") == [("KL205", "app.py", 3)]


def test_a_function_called_twice_is_one_finding() -> None:
    text = (
        "import requests\ndef get(x):\n"
        '    requests.get("https://demo.cybozu.com/k/v1/guest/5/app.json", params=x)\n'
        "get(1)\nget(2)\n"
    )
    assert codes(text) == ["KL201"]


def test_a_suppression_at_the_definition_counts(shell: Shell) -> None:
    shell.write("settings.py", 'TOKEN = "@SECRET@"  # kintone-lint: ignore[KL101] fake\n')
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    assert shell.rules() == []


def test_a_staged_module_of_constants_is_seen_if_a_kintone_file_imports_it(shell: Shell) -> None:
    shell.write("pyproject.toml", "")
    shell.write("pkg/settings.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("other.py", 'TOKEN = "@TOKEN@"\n')
    assert shell.rules("pkg/settings.py") == []
    shell.write("main.py", "import kintone\nfrom pkg.settings import TOKEN\n")
    assert shell.rules("pkg/settings.py", "other.py") == [("KL101", "pkg/settings.py", 1)]


IMPORTS = [
    "from pkg.conf import TOKEN",
    "from . import conf",
    "from .conf import TOKEN",
    "import pkg.conf",
    "from pkg import conf as c",
    "from .conf import *",
    "def f():\n    from pkg.conf import TOKEN",
]


@pytest.mark.parametrize("statement", IMPORTS)
def test_it_is_seen_however_it_is_imported_and_without_a_mark_of_a_project(
    shell: Shell, statement: str
) -> None:
    shell.write("pkg/__init__.py", "")
    shell.write("pkg/conf.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("pkg/cl.py", f"import kintone\n{statement}\n")
    assert shell.rules("pkg/conf.py") == [("KL101", "pkg/conf.py", 1)]
    os.chdir(shell.folder / "pkg")
    assert shell.rules("conf.py") == [("KL101", "conf.py", 1)]
    (shell.folder / "elsewhere").mkdir()
    os.chdir(shell.folder / "elsewhere")
    assert [rule for rule, _, _ in shell.rules("../pkg/conf.py")] == ["KL101"]


def test_it_is_seen_from_another_part_of_the_repository(shell: Shell) -> None:
    (shell.folder / ".git").mkdir()
    shell.write("lib/pyproject.toml", "")
    shell.write("lib/conf.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("app.py", "import kintone\nfrom lib.conf import TOKEN\n")
    assert shell.rules("lib/conf.py") == [("KL101", "lib/conf.py", 1)]


def test_the_nearest_of_many_files_are_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importers, "_SIBLINGS", 2)
    for number in range(5):
        shell.write(f"a/other{number}.py", "import kintone\n")
    shell.write("pkg/conf.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("pkg/main.py", "import kintone\nfrom conf import TOKEN\n")
    assert shell.rules("pkg/conf.py") == [("KL101", "pkg/conf.py", 1)]


def test_processes_find_the_same(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        shell.write(f"a{number}.py", BAD)
    alone = shell.check()
    monkeypatch.setattr(run, "_POOL_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert shell.check() == alone
    assert len(alone[1]["findings"]) == 12


def test_a_defect_of_ours_says_so_without_traceback(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kintone_lint import settings

    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(settings.Settings, "of", broken)
    code, _, err = shell.run("check")
    assert code == 2
    assert "internal error" in err
    code, _, err = shell.run("check", "--debug")
    assert code == 2
    assert "Traceback" in err


def printed_by(code: str, folder: Path) -> str:
    """The standard output of a Python of its own."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_fast_path_imports_neither_libcst_nor_rules(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text('import kintone\nprint("hello")\n')
    code = (
        "import sys\nfrom kintone_lint.cli.main import main\nmain(['check', 'app.py'])\n"
        "print(*sys.modules)"
    )
    loaded = set(printed_by(code, tmp_path).split())
    assert not loaded & {"libcst", "kintone_lint.rules", "json", "tomllib", "hypothesis", "click"}


def test_a_file_with_a_finding_imports_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(BAD.replace("@TOKEN@", TOKEN))
    code = (
        "import sys, libcst\nbefore = set(sys.modules)\nfrom kintone_lint.cli.main import main\n"
        "assert main(['check', 'app.py']) == 1\nprint(*set(sys.modules) - before)"
    )
    loaded = set(printed_by(code, tmp_path).split())
    for name in (
        "engine.texts",
        "engine.notebooks",
        "fix.apply",
        "output.formats",
        "rules.explain",
    ):
        assert f"kintone_lint.{name}" not in loaded
    assert not loaded & {"shutil", "concurrent.futures", "subprocess", "importlib.metadata"}
    assert "kintone_conformance.spec.auth" not in loaded


def test_no_cycles_are_looked_for_in_a_process_of_its_own(tmp_path: Path) -> None:
    code = (
        "import gc, sys\nsys.argv = ['kintone-lint', 'check', '.']\n"
        "from kintone_lint.__main__ import process\n"
        "code = process()\nprint(code, gc.isenabled(), gc.get_freeze_count() > 0)"
    )
    assert printed_by(code, tmp_path).splitlines()[-1] == "0 False True"


def test_a_closed_pipe_is_no_defect(tmp_path: Path) -> None:
    text = BAD.replace("@TOKEN@", TOKEN)
    for number in range(300):
        (tmp_path / f"a{number}.py").write_text(text)
    command = f"{sys.executable} -m kintone_lint check --output-format json . | head -1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Traceback" not in done.stderr
    assert "defect" not in done.stderr


def test_a_check_leaves_nothing_behind(shell: Shell) -> None:
    shell.write("app.py", BAD)
    for options in ((), ("--no-cache",), ("--cache-dir", "mine")):
        assert shell.run("check", *options)[0] == 1
    assert [file.name for file in shell.folder.iterdir()] == ["app.py"]


def test_json_goes_to_standard_output_alone(shell: Shell) -> None:
    shell.write("bad.py", BAD)
    _, out, err = shell.run("check", "--output-format", "json")
    assert json.loads(out)["version"] == 1
    assert err == ""


@pytest.mark.parametrize("found", ["nothing", "no text"])
def test_a_run_that_looked_at_nothing_says_so(shell: Shell, found: str) -> None:
    if found == "no text":
        shell.write("logo.png", "kintone")
    assert shell.run("check")[:2] == (0, "No files found.\n")
    for arguments in (["--output-format", "json"], ["--statistics"]):
        code, out, err = shell.run("check", *arguments)
        assert (code, err) == (0, "No files found.\n")
        assert "No Python" not in out


def test_a_clean_run_says_how_many_files_it_looked_at(shell: Shell) -> None:
    shell.write("a.py", "x = 1\n")
    assert shell.run("check")[:2] == (0, "All clean: 1 file.\n")
    shell.write("b.py", "import kintone\n")
    assert (
        shell.run("check")[:2]
        == shell.run("check", "a.py", "b.py")[:2]
        == (0, "All clean: 2 files.\n")
    )
    shell.write("c.py", BAD)
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    assert "Nothing new: 3 files.\n" in shell.run("check", "--baseline", "known.json")[1]
