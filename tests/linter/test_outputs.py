"""The formats for machines, each held against its published schema or its consumer's own rules."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes import fakes, filled
from kintone_lint import pages
from kintone_lint.rules import all_rules
from linter.linting import OTHER, TOKEN, Shell
from linter.odd_project import BROKEN, ODD, TWO_TOKENS, rendered
from linter.repositories import repository

FORMATS = ("sarif", "github", "gitlab", "junit", "rdjson")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner of GitHub reads them: name, properties and message."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
        assert match is not None, line
        pairs = [pair.split("=", 1) for pair in match[2].split(",")]
        properties = {key: _unescaped(value) for key, value in pairs}
        found.append((match[1], properties, _unescaped(match[3])))
    return found


def _unescaped(text: str) -> str:
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_secret(shell: Shell, name: str) -> None:
    repository(shell.folder)
    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            shell.write(f"{rule.code}_{number}/{bad.path}", bad.code)
    shell.write("old.py", 'import kintone\nprint "@TOKEN@"; print "@TOKEN2@"\n')
    shell.write("settings.py", 'PASSWORD = "@PASSWORD@"\n')
    code, out, err = shell.run("check", "--output-format", name)
    assert code == 2
    assert all(rule.code in out for rule in all_rules())
    assert not [secret for secret in fakes().values() if secret in out + err]


@pytest.mark.parametrize("name", FORMATS)
def test_the_exit_code_does_not_depend_on_the_format(shell: Shell, name: str) -> None:
    shell.write("ok.py", "import kintone\n")
    assert shell.run("check", "--output-format", name)[0] == 0
    shell.write("bad.py", TWO_TOKENS)
    assert shell.run("check", "--output-format", name)[0] == 1
    assert shell.run("check", "--output-format", name, "--exit-zero")[0] == 0
    shell.write("broken.py", BROKEN)
    assert shell.run("check", "--output-format", name, "--exit-zero")[0] == 2


@pytest.mark.parametrize("name", FORMATS)
def test_a_clean_run_imports_neither_libcst_nor_rules(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.py").write_text('import kintone\nprint("hello")\n')
    code = (
        "import sys\nfrom kintone_lint.cli.main import main\n"
        f"main(['check', '--output-format', '{name}'])\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & {"libcst", "kintone_lint.rules"}
    others = {f"kintone_lint.output.{each}" for each in FORMATS if each != name}
    assert not loaded & {*others, "kintone_lint.output.text"}


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit", "rdjson"])
def test_what_machines_read_is_right_on_a_standard_output_that_knows_no_japanese(
    project: Shell, name: str
) -> None:
    assert rendered(project, name).isascii()


# ---- GitHub


def test_github_gets_a_command_a_finding_with_every_path_whole(project: Shell) -> None:
    found = commands(rendered(project, "github"))
    assert [(kind, each["file"], each["title"]) for kind, each, _ in found] == [
        ("error", "settings.py", "KL101 hardcoded-api-token"),
        ("error", ODD, "KL101 hardcoded-api-token"),
        ("error", ODD, "KL101 hardcoded-api-token"),
        ("error", ODD, "KL201 guest-path-order"),
        ("error", "broken.py", "not linted"),
    ]
    assert found[0][2].endswith("\napp.py:2:6: sent as X-Cybozu-API-Token here")


def test_github_gets_columns_on_one_line_only(project: Shell) -> None:
    _, _, token, path, broken = commands(rendered(project, "github"))
    assert (token[1]["line"], token[1]["endLine"]) == ("2", "2")
    assert int(token[1]["endColumn"]) - int(token[1]["col"]) == 40
    assert (path[1]["line"], path[1]["endLine"]) == ("3", "4")
    assert not {"col", "endColumn"} & {*path[1], *broken[1]}


def test_github_tells_warnings_from_errors(shell: Shell) -> None:
    shell.write("app.py", "import kintone  # kintone-lint: ignore[KL201]\n")
    assert [kind for kind, *_ in commands(rendered(shell, "github"))] == ["warning"]


def test_github_gets_nothing_for_a_clean_run(shell: Shell) -> None:
    assert rendered(shell, "github") == ""


# ---- GitLab


def test_gitlab_gets_what_its_documentation_asks_for(project: Shell) -> None:
    entries = json.loads(rendered(project, "gitlab"))
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(entry["location"]["lines"]["begin"], int)
        assert not entry["location"]["path"].startswith(("/", "./"))
    assert [(each["check_name"], each["location"]["path"]) for each in entries] == [
        ("KL101", "settings.py"), ("KL101", ODD), ("KL101", ODD), ("KL201", ODD),
        ("not-linted", "broken.py"),
    ]  # fmt: skip
    assert entries[-1]["location"]["lines"]["begin"] == 2
    assert entries[-1]["description"] == "not linted: cannot be parsed: invalid syntax"


def test_gitlab_gets_no_fingerprint_twice(shell: Shell) -> None:
    shell.write("settings.py", 'ONE = "@SECRET@"\nTWO = "x@SECRET@"\n')
    for file, name in (("a.py", "ONE"), ("b.py", "TWO")):
        text = f'from settings import {name}\nh = {{"X-Cybozu-API-Token": {name}}}\n'
        shell.write(file, text)
    first = json.loads(rendered(shell, "gitlab", "nope.py", "nope.py", "."))
    assert len(first) == 4
    assert len({each["fingerprint"] for each in first}) == 4
    assert json.loads(rendered(shell, "gitlab", "nope.py", "nope.py", ".")) == first


def test_gitlab_gets_an_empty_list_for_a_clean_run(shell: Shell) -> None:
    assert json.loads(rendered(shell, "gitlab")) == []


# ---- JUnit


def test_junit_counts_what_it_holds(project: Shell) -> None:
    suite = ET.fromstring(rendered(project, "junit")).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    numbers = [len(cases), len(suite.findall(".//failure")), len(suite.findall(".//error")), 0]
    assert [int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped")] == numbers
    assert numbers == [5, 4, 1, 0]
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == 5
    assert [case.attrib["file"] for case in cases] == ["settings.py", *[ODD] * 3, "broken.py"]
    assert cases[0][0].text is not None
    assert cases[0][0].text.endswith("\napp.py:2:6: sent as X-Cybozu-API-Token here")
    assert cases[-1][0].attrib["message"] == "cannot be parsed: invalid syntax"


def test_junit_holds_no_letter_that_xml_does_not_know(shell: Shell) -> None:
    out = rendered(shell, "junit", "a\x1b\ufffe\udc80<&.py")
    (case,) = ET.fromstring(out).iter("testcase")
    assert case.attrib["name"] == r"a\x1b\ufffe\x80<&.py"


def test_junit_of_a_clean_run_is_one_case_that_passed(shell: Shell) -> None:
    (case,) = ET.fromstring(rendered(shell, "junit")).iter("testcase")
    assert list(case) == []


# ---- reviewdog


def diagnostics(shell: Shell, *arguments: str) -> list[dict[str, Any]]:
    """The diagnostics, after what `reviewdog.proto` says of them."""
    content = json.loads(rendered(shell, "rdjson", *arguments))
    assert set(content) == {"source", "severity", "diagnostics"}
    for each in content["diagnostics"]:
        assert each["severity"] in {"ERROR", "WARNING", "INFO"}
        assert isinstance(each["location"]["path"], str)
        position = each["location"].get("range", {"start": {}})["start"]
        assert all(isinstance(number, int) and number >= 1 for number in position.values())
    found: list[dict[str, Any]] = content["diagnostics"]
    return found


def cut(raw: bytes, area: dict[str, dict[str, int]]) -> bytes:
    start, end = area["start"], area["end"]
    assert start["line"] == end["line"]
    return raw.split(b"\n")[start["line"] - 1][start["column"] - 1 : end["column"] - 1]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_reviewdog_gets_columns_in_bytes(shell: Shell, mark: bytes) -> None:
    text = filled('𐐀 = "日"; h = {"X-Cybozu-API-Token": "@TOKEN@,@TOKEN2@"}\r\n')
    raw = shell.write("app.py", mark + text.encode()).read_bytes()
    found = diagnostics(shell)
    assert [cut(raw, each["location"]["range"]) for each in found] == [
        TOKEN.encode(), OTHER.encode(),
    ]  # fmt: skip
    assert cut(raw, found[0]["related_locations"][0]["location"]["range"]).startswith(b'"X-')


def test_reviewdog_gets_the_columns_of_the_fixed_text(shell: Shell) -> None:
    fixable = 'h = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    left = '日 = {"X-Cybozu-API-Token": "@TOKEN2@日"[:40]}\n'
    file = shell.write("app.py", fixable + left)
    (found,) = diagnostics(shell, "--fix", "--unsafe-fixes")
    assert file.read_bytes().startswith(b"import os")
    assert OTHER.encode() in cut(file.read_bytes(), found["location"]["range"])


def test_reviewdog_gets_lines_where_the_text_cannot_be_read(shell: Shell) -> None:
    shell.write("app.py", filled('# kintone 日本語\nprint "@TOKEN@"\n').encode("cp932"))
    error = next(each for each in diagnostics(shell) if "code" not in each)
    found = next(each for each in diagnostics(shell) if "code" in each)
    assert error["message"].startswith("not linted: not utf-8 text")
    assert found["location"]["range"] == {"start": {"line": 2}, "end": {"line": 2}}


def test_reviewdog_gets_a_suggestion_that_stands_alone(shell: Shell) -> None:
    url = 'import requests\n日 = "http://demo.cybozu.com/"; requests.get(日)\n'
    raw = shell.write("app.py", url).read_bytes()
    (found,) = diagnostics(shell)
    (suggestion,) = found["suggestions"]
    assert suggestion["text"] == "s"
    column = suggestion["range"]["start"]["column"]
    assert raw.split(b"\n")[1][: column - 1].endswith(b'"http')
    assert cut(raw, suggestion["range"]) == b""


def test_reviewdog_gets_no_half_of_a_fix(shell: Shell) -> None:
    line = 'h = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    shell.write("app.py", line)
    assert "suggestions" not in diagnostics(shell)[0]
    shell.write("app.py", "import os\n" + line)
    (suggestion,) = diagnostics(shell)[0]["suggestions"]
    assert suggestion["text"] == 'os.environ["KINTONE_API_TOKEN"]'
    url = "https://demo.cybozu.com/k/v1/guest/5/app.json"
    shell.write("app.py", f'import requests\nrequests.get("{url}")\n')
    assert len(shell.check()[1]["findings"][0]["fix"]["edits"]) == 2
    assert "suggestions" not in diagnostics(shell)[0]


def test_reviewdog_gets_code_address_and_the_place_in_another_file(
    project: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_addresses", lambda: {"Repository": "https://example.com/r"})
    found = diagnostics(project)
    assert found[0]["code"]["value"] == "KL101"
    assert found[0]["code"]["url"].startswith("https://example.com/r/")
    assert found[0]["related_locations"][0]["location"]["path"] == "app.py"
    path = found[3]["location"]["range"]
    assert (path["start"]["line"], path["end"]["line"]) == (3, 4)
    assert found[-1]["location"] == {"path": "broken.py", "range": {"start": {"line": 2}}}


def test_reviewdog_gets_no_diagnostic_for_a_clean_run(shell: Shell) -> None:
    assert diagnostics(shell) == []


# ---- paths


@pytest.mark.parametrize(
    ("name", "first_path"),
    [
        ("github", lambda out: commands(out)[0][1]["file"]),
        ("gitlab", lambda out: json.loads(out)[0]["location"]["path"]),
        ("junit", lambda out: next(ET.fromstring(out).iter("testcase")).attrib["file"]),
    ],
)
def test_paths_start_at_the_root_of_the_repository(
    project: Shell,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    first_path: Callable[[str], str],
) -> None:
    monkeypatch.chdir(project.folder / Path(ODD).parent)
    assert first_path(rendered(project, name)) == ODD


def test_reviewdog_gets_paths_from_the_working_folder(
    project: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder / Path(ODD).parent)
    assert diagnostics(project)[0]["location"]["path"] == Path(ODD).name
