"""A literal is read from the variable that its place gives it, whatever else a run looks at."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kintone_lint.files import importers, walking
from kintone_lint.findings import Trouble
from kintone_lint.fix import apply, variables
from kintone_lint.fix.variables import _Claim, _Project
from linter.linting import Shell

HEADERS = 'headers = {"X-Cybozu-API-Token": "%s"}\n'
FIX = ("check", "--fix", "--unsafe-fixes")


def read(file: Path) -> list[str]:
    """The variables that a file reads, line by line."""
    return re.findall(r'os\.environ\["(\w+)"\]', file.read_text())


def shown(content: dict[str, Any]) -> dict[tuple[str, int], str]:
    """The variable that each finding of a JSON report shows."""
    return {
        (each["path"], each["line"]): each["fix"]["message"].split()[-1]
        for each in content["findings"]
        if each["fix"]
    }


def write_project(shell: Shell) -> None:
    shell.write("pyproject.toml", "")
    shell.write("a.py", HEADERS % "@TOKEN@")
    shell.write("b.py", HEADERS % "@TOKEN2@" + 'TOKEN_ORDERS = "@TOKEN@"\n')
    shell.write("c.py", HEADERS % "@TOKEN@")
    shell.write("pkg/__init__.py", HEADERS % "@SECRET@")


NAMES = {
    ("a.py", 1): "KINTONE_API_TOKEN",
    ("b.py", 1): "KINTONE_API_TOKEN_B",
    ("b.py", 2): "KINTONE_TOKEN_ORDERS",
    ("c.py", 1): "KINTONE_API_TOKEN",
    ("pkg/__init__.py", 1): "KINTONE_API_TOKEN_PKG",
}


@pytest.mark.parametrize(
    ("code", "variable"),
    [
        ('TOKEN_ORDERS = "@TOKEN@"', "KINTONE_TOKEN_ORDERS"),
        ('ordersApiToken = "@TOKEN@"', "KINTONE_ORDERS_API_TOKEN"),
        ('kintone_token_71 = "@TOKEN@"', "KINTONE_TOKEN_71"),
        ('TOKEN = "@TOKEN@"', "KINTONE_API_TOKEN"),
        ('x = "@TOKEN@"', "KINTONE_API_TOKEN"),
        ('tokens = {"kintone": "@TOKEN@"}', "KINTONE_API_TOKEN"),
        ('トークン = "@TOKEN@"', "KINTONE_API_TOKEN"),
        ('TOKENS = {"orders": "@TOKEN@"}', "KINTONE_API_TOKEN_ORDERS"),
        ('TOKENS = {71: "@TOKEN@"}', "KINTONE_API_TOKEN_71"),
        ('self.orders_token: str = "@TOKEN@"', "KINTONE_ORDERS_TOKEN"),
        ('TOKENS["orders"] = "@TOKEN@"', "KINTONE_API_TOKEN_ORDERS"),
        ('f(api_token_orders="@TOKEN@")', "KINTONE_API_TOKEN_ORDERS"),
        ('def f(token_orders="@TOKEN@"): ...', "KINTONE_TOKEN_ORDERS"),
        ('token_orders = x if x else "@TOKEN@"', "KINTONE_TOKEN_ORDERS"),
        ('h = {"X-Cybozu-API-Token": "@TOKEN@"}', "KINTONE_API_TOKEN"),
        ('KINTONE_PASSWORD_DEV = "@PASSWORD@"', "KINTONE_PASSWORD_DEV"),
        (
            'requests.post("https://a.cybozu.com/oauth2/token", auth=("l.1.x", "@SECRET@"))\n',
            "KINTONE_CLIENT_SECRET",
        ),
    ],
)
def test_the_name_in_the_code_names_the_variable(shell: Shell, code: str, variable: str) -> None:
    file = shell.write("app.py", f"import kintone\n{code}\n")
    content = shell.check()[1]
    assert list(shown(content).values()) == [variable]
    shell.run(*FIX)
    assert read(file) == [variable]


def test_two_literals_that_ask_for_one_variable_get_two(shell: Shell) -> None:
    file = shell.write("app.py", HEADERS % "@TOKEN@" + HEADERS % "@TOKEN2@" + HEADERS % "@SECRET@")
    shell.run(*FIX)
    assert read(file) == [
        "KINTONE_API_TOKEN", "KINTONE_API_TOKEN_APP", "KINTONE_API_TOKEN_APP_2"
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.py", "b.py", "c.py", "pkg/__init__.py"])
def test_one_file_and_the_whole_project_give_the_same_names(shell: Shell, name: str) -> None:
    write_project(shell)
    whole = shown(shell.check()[1])
    assert whole == NAMES
    assert shown(shell.check(name)[1]) == {k: v for k, v in NAMES.items() if k[0] == name}


def test_names_do_not_depend_on_where_one_works_or_what_is_selected(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(shell)
    alone = shown(shell.check("--select", "KL101", "b.py")[1])
    assert alone == {k: v for k, v in NAMES.items() if k[0] == "b.py"}
    monkeypatch.chdir(shell.folder / "pkg")
    assert list(shown(shell.check(".")[1]).values()) == ["KINTONE_API_TOKEN_PKG"]


def test_a_literal_that_a_run_does_not_look_for_keeps_its_name(shell: Shell) -> None:
    shell.write("a.py", 'import kintone\nKINTONE_SIGN = "@TOKEN@"\n')
    shell.write(
        "b.py",
        'import base64\nKINTONE_SIGN = "@PASSWORD@"\n'
        'text = base64.b64encode(f"sato:{KINTONE_SIGN}".encode()).decode()\n'
        'headers = {"X-Cybozu-Authorization": text}\n',
    )
    whole = shown(shell.check()[1])
    assert whole == {("a.py", 2): "KINTONE_SIGN", ("b.py", 2): "KINTONE_SIGN_B"}
    assert shown(shell.check("--select", "KL102")[1]) == {("b.py", 2): "KINTONE_SIGN_B"}


def test_what_is_shown_is_written_and_is_in_sarif(shell: Shell) -> None:
    write_project(shell)
    text = shell.run("check")[1]
    sarif = json.loads(shell.run("check", "--output-format", "sarif")[1])
    inserted = [
        replacement["insertedContent"]["text"]
        for result in sarif["runs"][0]["results"]
        for fix in result["fixes"]
        for replacement in fix["artifactChanges"][0]["replacements"]
    ]
    in_sarif = [each for each in inserted if each.startswith("os.environ")]
    edits = [e["text"] for f in shell.check()[1]["findings"] for e in f["fix"]["edits"]]
    files = [shell.folder / name for name in ("a.py", "b.py", "c.py", "pkg/__init__.py")]
    shell.run(*FIX)
    written = [name for file in files for name in read(file)]
    assert written == list(NAMES.values())
    assert in_sarif == edits == [f'os.environ["{name}"]' for name in written]
    assert re.findall(r"environment variable (\w+)", text) == written


def test_files_fixed_one_after_the_other_get_names_of_their_own(shell: Shell) -> None:
    files = [shell.write(name, HEADERS % value) for name, value in
             {"a.py": "@TOKEN@", "b.py": "@TOKEN2@"}.items()]  # fmt: skip
    shell.run(*FIX, "a.py")
    shell.run(*FIX, "b.py")
    assert [read(file) for file in files] == [["KINTONE_API_TOKEN"], ["KINTONE_API_TOKEN_B"]]


@pytest.mark.parametrize(
    "reader",
    [
        'import os\ntoken = os.environ["KINTONE_API_TOKEN"]\n',
        'from os import getenv\ntoken = getenv("KINTONE_API_TOKEN")\n',
        'class Settings:\n    token: str = Field(env="KINTONE_API_TOKEN")\n',
        'token = env.str("KINTONE_API_TOKEN")\n',
        'NAMES = ["KINTONE_API_TOKEN"]\n',
        'token = NAMES.get({"KINTONE_API_TOKEN": 1}, "")\n',
        'print("Set KINTONE_API_TOKEN.")\n',
        "values = dict(KINTONE_API_TOKEN=1)\n",
        "class Settings(BaseSettings):\n    kintone_api_token: str\n",
        (
            "class Settings(BaseSettings):\n    api_token: str\n"
            "    model_config = SettingsConfigDict(env_prefix='KINTONE_')\n"
        ),
        (
            "class Settings(BaseSettings):\n    api_token: str\n"
            "    class Config:\n        env_prefix = 'kintone_'\n"
        ),
    ],
)
def test_a_variable_that_the_project_mentions_is_not_taken(shell: Shell, reader: str) -> None:
    shell.write("pyproject.toml", "")
    shell.write("other/reader.py", reader)
    file = shell.write("b.py", HEADERS % "@TOKEN@")
    shell.run(*FIX, "b.py")
    assert read(file) == ["KINTONE_API_TOKEN_B"]


def test_a_key_of_the_same_name_keeps_the_variable_away_too(shell: Shell) -> None:
    file = shell.write("app.py", 'settings = {"KINTONE_API_TOKEN": "@TOKEN@"}\n')
    shell.run(*FIX)
    assert read(file) == ["KINTONE_API_TOKEN_APP"]


def test_names_for_many_tokens_are_each_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def counted(start: int) -> Iterator[int]:
        for number in range(start, 10_000):
            tried.append(number)
            yield number

    monkeypatch.setattr(variables, "count", counted)
    claims = [_Claim("app.py", at, "TOKEN", str(at)) for at in range(300)]
    project = _Project(Path(), claims, {"TOKEN_APP_3"})
    assert project.name(Path("app.py"), "TOKEN", "2") == "TOKEN_APP_2"
    assert project.name(Path("app.py"), "TOKEN", "299") == "TOKEN_APP_300"
    assert len(tried) == 299


def test_the_settings_name_the_variable_of_a_kind(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nenvironment = { token = "OURS" }\n')
    file = shell.write("app.py", HEADERS % "@TOKEN@" + 'TOKEN_ORDERS = "@TOKEN2@"\n')
    shell.run(*FIX)
    assert read(file) == ["OURS", "OURS_APP"]


def test_no_variable_is_made_for_what_sets_one(shell: Shell) -> None:
    text = 'import os\nos.environ["KINTONE_PASSWORD"] = "@PASSWORD@"\n'
    shell.write("app.py", text)
    (finding,) = shell.check()[1]["findings"]
    assert (finding["rule"], finding["fix"]) == ("KL102", None)


# ---- what is said, and written beside


def test_after_a_fix_it_is_said_who_reads_which_variable(shell: Shell) -> None:
    write_project(shell)
    code, out, _ = shell.run(*FIX)
    assert code == 0
    assert out.splitlines() == [
        "5 findings fixed: KL101 x5.",
        "Set these variables, and revoke the credentials that were in the code:",
        "  KINTONE_API_TOKEN     <- a.py:3, c.py:3",
        "  KINTONE_API_TOKEN_B   <- b.py:3",
        "  KINTONE_API_TOKEN_PKG <- pkg/__init__.py:3",
        "  KINTONE_TOKEN_ORDERS  <- b.py:4",
        "All clean: 5 files (4 Python, 1 settings).",
    ]


def test_a_report_for_machines_stays_one_and_the_variables_are_named_beside(shell: Shell) -> None:
    shell.write("a.py", HEADERS % "@TOKEN@")
    code, out, err = shell.run(*FIX, "--output-format", "json")
    assert (code, json.loads(out)["findings"]) == (0, [])
    assert err.splitlines()[1:] == ["  KINTONE_API_TOKEN <- a.py:3"]


def test_the_variables_are_added_to_an_example_file(shell: Shell) -> None:
    write_project(shell)
    example = shell.write(".env.example", "HOST=demo\nexport KINTONE_API_TOKEN_B=\nLAST=1")
    shell.run(*FIX, "--write-env-example", ".env.example")
    assert example.read_text().splitlines() == [
        "HOST=demo",
        "export KINTONE_API_TOKEN_B=",
        "LAST=1",
        "# a.py:3, c.py:3",
        "KINTONE_API_TOKEN=",
        "# pkg/__init__.py:3",
        "KINTONE_API_TOKEN_PKG=",
        "# b.py:4",
        "KINTONE_TOKEN_ORDERS=",
    ]


def test_without_a_variable_no_example_file_is_made(shell: Shell) -> None:
    shell.write("a.py", "import kintone\n")
    assert shell.run(*FIX, "--write-env-example", "env")[0] == 0
    assert not (shell.folder / "env").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--fix", "--write-env-example", "env"),
        ("check", "--diff", "--unsafe-fixes", "--write-env-example", "env"),
        (*FIX, "--write-env-example", "."),
        (*FIX, "--write-env-example", "missing/env"),
        (*FIX, "--write-env-example", "a.py"),
    ],
)
def test_an_example_file_that_cannot_be_written_stops_the_run(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    file = shell.write("a.py", HEADERS % "@TOKEN@")
    before = file.read_bytes()
    code, out, err = shell.run(*arguments)
    assert (code, out, file.read_bytes()) == (2, "", before)
    assert err.count("\n") == 1


# ---- tests, and findings by way of an importer


def test_in_a_test_a_literal_stays_where_the_import_would_fail(shell: Shell) -> None:
    text = f"import kintone\n{HEADERS % '@TOKEN@'}class A:\n    token = '@TOKEN2@'\n"
    file = shell.write("tests/test_app.py", text)
    before = file.read_bytes()
    content = shell.check()[1]
    assert [each["fix"] for each in content["findings"]] == [None, None]
    shell.run(*FIX)
    assert file.read_bytes() == before


def test_in_a_test_function_the_fix_says_what_it_needs(shell: Shell) -> None:
    shell.write("tests/test_app.py", f"def test_a():\n    {HEADERS % '@TOKEN@'}")
    (finding,) = shell.check()[1]["findings"]
    assert finding["fix"]["message"] == (
        "read it from the environment variable KINTONE_API_TOKEN; "
        "the test then fails if the variable is not set"
    )


def test_what_is_found_by_way_of_an_importer_has_its_fix(shell: Shell) -> None:
    settings = shell.write("settings.py", 'VALUE = "@SECRET@"\n')
    shell.write(
        "app.py",
        "import requests\nfrom settings import VALUE\n"
        'requests.get("https://demo.cybozu.com/k/v1/app.json",'
        ' headers={"X-Cybozu-API-Token": VALUE})\n',
    )
    (finding,) = shell.check()[1]["findings"]
    assert finding["path"] == "settings.py"
    assert finding["fix"]["message"].endswith("KINTONE_API_TOKEN")
    code, out, _ = shell.run(*FIX)
    assert (code, out.splitlines()[0]) == (0, "1 finding fixed: KL101.")
    assert settings.read_text() == 'import os\n\nVALUE = os.environ["KINTONE_API_TOKEN"]\n'


def test_a_file_that_changed_meanwhile_is_fixed_as_it_is_now(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:

    settings = shell.write("settings.py", 'VALUE = "@SECRET@"\n')
    shell.write("app.py", 'from settings import VALUE\nh = {"X-Cybozu-API-Token": VALUE}\n')
    changed = b"# Changed.\n\n" + settings.read_bytes()
    monkeypatch.setattr(apply, "content", lambda _: changed)
    shell.run(*FIX)
    assert settings.read_text() == (
        '# Changed.\n\nimport os\n\nVALUE = os.environ["KINTONE_API_TOKEN"]\n'
    )


def test_what_is_not_given_is_not_fixed(shell: Shell) -> None:
    settings = shell.write("settings.py", 'VALUE = "@SECRET@"\n')
    shell.write("app.py", 'from settings import VALUE\nh = {"X-Cybozu-API-Token": VALUE}\n')
    before = settings.read_bytes()
    (finding,) = shell.check("app.py")[1]["findings"]
    assert (finding["path"], finding["fix"]) == ("app.py", None)
    shell.run(*FIX, "app.py")
    assert settings.read_bytes() == before


def test_a_folder_that_nothing_marks_is_not_gone_through_whole(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be somebody's home, with other projects in it."""
    file = shell.write("scratch.py", HEADERS % "@TOKEN@")
    shell.write("other/.git/HEAD", "ref: refs/heads/main\n")
    shell.write("other/app.py", HEADERS % "@TOKEN2@")
    for number in range(50):
        shell.write(f"many/{number:02}/app.py", HEADERS % "@TOKEN2@")
    entered: list[Path] = []
    entries = walking._entries

    def counted(folder: Path, errors: list[Trouble]) -> list[os.DirEntry[str]]:
        entered.append(folder)
        return entries(folder, errors)

    monkeypatch.setattr(walking, "_entries", counted)
    importers.project_files.cache_clear()
    assert shell.run("check", str(file))[0] == 1
    assert 0 < len(entered) <= importers._FOLDERS
    assert not [folder for folder in entered if folder.name == "other"]
