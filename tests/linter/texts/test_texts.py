"""What is found in files that are not Python, and what is not."""

from __future__ import annotations

from base64 import b64encode

import pytest

from fakes import filled
from kintone_lint.findings import Severity
from kintone_lint.kintone.words import text_candidate
from kintone_lint.texts.kinds import form_of
from linter.linting import OTHER, TOKEN, Shell
from linter.texts.leaks import LEAKS
from linter.texts.look_alikes import CLEAN

LOCKS = {"package-lock.json"}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found_on_its_line(shell: Shell, name: str) -> None:
    text, expected = LEAKS[name]
    shell.write(name, text)
    assert [(rule, line) for rule, _, line in shell.rules(".")] == expected


@pytest.mark.parametrize("name", CLEAN)
def test_a_look_alike_is_clean_although_it_is_looked_at(shell: Shell, name: str) -> None:
    shell.write(name, CLEAN[name])
    code, content = shell.check(".")
    assert (code, content["findings"], content["errors"]) == (0, [], [])
    if name in LOCKS:
        assert form_of(name) is None
    else:
        assert text_candidate(filled(CLEAN[name]).encode())
        assert "1 file" in shell.run("check")[1]


def test_there_are_enough_look_alikes() -> None:
    assert len(CLEAN) >= 25


def test_no_value_is_shown_in_any_format(shell: Shell) -> None:
    for name, (text, _) in LEAKS.items():
        shell.write(name, text)
    secrets = [filled(mark) for mark in ("@TOKEN@", "@TOKEN2@", "@PASSWORD@", "@BASE64@")]
    for form in ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson"):
        code, out, err = shell.run("check", "--output-format", form)
        assert code == 1
        assert not [secret for secret in secrets if secret in out + err]


def test_what_stands_in_a_document_is_a_warning(shell: Shell) -> None:
    shell.write("README.md", LEAKS["README.md"][0])
    _, content = shell.check()
    assert {each["severity"] for each in content["findings"]} == {Severity.WARNING}
    assert all("in a document" in each["message"] for each in content["findings"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp932"])
def test_a_text_is_read_in_other_encodings(shell: Shell, encoding: str) -> None:
    text = filled("# トークン\nKINTONE_API_TOKEN=@TOKEN@\n")
    shell.write(".env", text.encode(encoding))
    assert shell.rules() == [("KL101", ".env", 2)]


@pytest.mark.parametrize(("table", "found"), [("data", 1), ("encryptedData", 0)])
def test_a_token_in_base64_is_found_unless_it_is_encrypted(
    shell: Shell, table: str, found: int
) -> None:
    coded = b64encode(filled("@TOKEN@").encode()).decode()
    shell.write("secret.yaml", f"kind: Secret\n{table}:\n  KINTONE_API_TOKEN: {coded}\n")
    assert shell.rules() == [("KL101", "secret.yaml", 3)] * found


def test_a_named_token_of_the_team_is_found(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\ntoken-names = ["APP_KEY"]\n')
    shell.write("a.env", "APP_KEY=@TOKEN@\n")
    assert shell.rules() == [("KL101", "a.env", 1)]


def test_settings_that_are_broken_are_read_line_by_line_and_named(shell: Shell) -> None:
    shell.write("half.json", '{"kintone": {"apiToken": "@TOKEN@",\n "password": [')
    shell.write("tabs.yml", "kintone:\n\ttoken: @TOKEN2@\n")
    code, out, _ = shell.run("check", "--output-format", "concise")
    assert code == 1
    assert "half.json: not valid JSON at line 2; it was read line by line" in out
    assert "tabs.yml: not valid YAML at line 2; it was read line by line" in out
    assert shell.rules() == [("KL101", "half.json", 1), ("KL101", "tabs.yml", 2)]


def test_aliases_of_yaml_are_not_expanded(shell: Shell) -> None:
    lines = ["a0: &a0 [kintone, kintone]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    shell.write("bomb.yml", "\n".join([*lines, "kintone_password: @PASSWORD@"]))
    assert shell.rules() == [("KL102", "bomb.yml", 41)]


def test_deep_nesting_is_searched_all_the_same(shell: Shell) -> None:
    shell.write("deep.json", '{"kintone": ' + "[" * 100_000 + '"token=@TOKEN@"')
    shell.write("deep.yml", "kintone: " + "[" * 100_000 + "\ntoken: @TOKEN@\n")
    assert [rule for rule, _, _ in shell.rules()] == ["KL101", "KL101"]


def test_a_binary_and_a_large_file_are_left_out_and_a_named_one_is_an_error(shell: Shell) -> None:
    shell.write("data.foo", b"kintone\0" + TOKEN.encode())
    shell.write("bundle.js", f"kintone; token = '{TOKEN}';\n".encode() + b"x" * 8_000_000)
    code, out, _ = shell.run("check")
    assert code == 0
    assert "1 file that is too large left out: bundle.js" in out
    code, out, _ = shell.run("check", "--output-format", "concise", "data.foo", "bundle.js")
    assert code == 2
    assert "bundle.js: not linted: larger than 8 MB" in out
    assert "data.foo: not linted: not a text file" in out


def test_kinds_of_files_can_be_chosen_and_are_counted(shell: Shell) -> None:
    shell.write("app.py", "import kintone\n")
    shell.write("app.js", "kintone\n")
    shell.write("a.env", "KINTONE_APP=5\n")
    shell.write("logo.png", b"\x89PNG\0")
    assert shell.run("check")[1] == "All clean: 3 files (1 Python, 1 settings, 1 other).\n"
    assert shell.run("check", "--languages", "python")[1] == "All clean: 1 file.\n"
    assert (
        shell.run("check", "--languages", "settings,other", "--show-files")[1] == "a.env\napp.js\n"
    )
    code, _, err = shell.run("check", "--languages", "pyhton")
    assert (code, err) == (
        2,
        "kintone-lint: --languages: unknown kind of files 'pyhton'. Did you mean python?\n",
    )


def test_a_script_is_python_by_its_first_line(shell: Shell) -> None:
    shell.write("export", '#!/usr/bin/env python3\nimport kintone\nt = "@TOKEN@"[:3]\n')
    shell.write("other", "#!/bin/sh\nKINTONE_TOKEN=@TOKEN2@\n")
    assert shell.run("check", "--languages", "python", "--show-files")[1] == "export\n"
    assert shell.rules() == [("KL101", "export", 3), ("KL101", "other", 2)]


def test_exclude_and_rules_of_settings_hold(shell: Shell) -> None:
    shell.write(
        "pyproject.toml",
        '[tool.kintone-lint]\nexclude = ["old/"]\nper-file-ignores = {"*.js" = ["KL101"]}\n',
    )
    shell.write("old/a.env", "KINTONE_TOKEN=@TOKEN@\n")
    shell.write("a.js", "kintone({token: '@TOKEN@'})\n")
    assert shell.rules() == []


SUPPRESSED = {
    "a.env": "# kintone-lint: ignore[KL101] of the demo\nKINTONE_TOKEN=@TOKEN@\n",
    "a.js": "const kintoneToken = '@TOKEN@'; // kintone-lint: ignore[hardcoded-api-token]\n",
    "b.js": "/* kintone-lint: ignore[KL1] */\nconst kintoneToken = '@TOKEN@';\n",
    "a.html": "<!-- kintone-lint: ignore[KL101] -->\n<p data-kintone-token='@TOKEN@'>\n",
    "a.php": "<?php\n$kintone_token = '@TOKEN@'; # noqa: KL101\n",
    "a.sql": "select 1; -- kintone-lint: ignore-file[KL101]\n\nset kintone_token = '@TOKEN@';\n",
    "a.ini": "[kintone]\n; kintone-lint: ignore[KL102]\npassword = @PASSWORD@\n",
    "a.bat": "REM kintone-lint: ignore[KL102]\nset KINTONE_PASSWORD=@PASSWORD@\n",
}


@pytest.mark.parametrize("name", SUPPRESSED)
def test_a_comment_of_the_language_silences_a_finding(shell: Shell, name: str) -> None:
    shell.write(name, SUPPRESSED[name])
    assert shell.rules() == []
    shell.write(
        name,
        SUPPRESSED[name]
        .replace("KL101", "KL201")
        .replace("KL102", "KL201")
        .replace("KL1]", "KL2]")
        .replace("hardcoded-api-token", "guest-path-order"),
    )
    assert {rule for rule, _, _ in shell.rules()} - {"KL001"}


def test_a_suppression_that_silences_nothing_is_reported(shell: Shell) -> None:
    shell.write("a.js", "kintone(); // kintone-lint: ignore[KL101]\n")
    shell.write("a.md", "Write `# kintone-lint: ignore[KL101] reason` behind it.\n")
    shell.write("METADATA", "`# kintone-lint: ignore[KL101] reason`, or `# noqa: KL101`, it is.\n")
    shell.write("a.sh", "kintone # kintone-lint: ignore[KL101] reason # noqa: KL101\n")
    twice = [("KL001", "a.sh", 1)] * 2  # one for each word of the comment
    assert shell.rules() == [("KL001", "a.js", 1), *twice]


def test_nothing_but_python_is_fixed(shell: Shell) -> None:
    text = filled("KINTONE_TOKEN=@TOKEN@\n")
    shell.write("a.env", text)
    code, _, _ = shell.run("check", "--fix", "--unsafe-fixes")
    assert code == 1
    assert (shell.folder / "a.env").read_text() == text


def test_no_comment_is_written_to_a_text(shell: Shell) -> None:
    text = filled("KINTONE_TOKEN='@TOKEN@'\n")  # which is Python, too
    shell.write("a.env", text)
    _, _, err = shell.run("check", "--add-ignore", "KL101")
    assert "1 left: --add-ignore writes to Python files only" in err
    assert (shell.folder / "a.env").read_text() == text


def test_the_baseline_knows_a_finding_that_moves_and_no_other_token(shell: Shell) -> None:
    shell.write("a.json", '{"kintone": {"token": "@TOKEN@"}}')
    shell.run("check", "--baseline", "b.json", "--update-baseline")
    shell.write("a.json", '{\n\n"kintone": {"token":\n"@TOKEN@"}}')
    assert shell.run("check", "--baseline", "b.json")[0] == 0
    shell.write("a.json", f'{{"kintone": {{"token": "{OTHER}"}}}}')
    assert shell.run("check", "--baseline", "b.json")[0] == 1


def test_a_run_over_python_keeps_the_entries_of_other_files(shell: Shell) -> None:
    shell.write("a.json", '{"kintone": {"token": "@TOKEN@"}}')
    shell.run("check", "--baseline", "b.json", "--update-baseline")
    shell.run("check", "--languages", "python", "--baseline", "b.json", "--update-baseline")
    assert shell.run("check", "--baseline", "b.json")[0] == 0


def test_reports_and_baselines_of_the_run_are_not_looked_at(shell: Shell) -> None:
    shell.write("report.json", '{"kintone": {"token": "@TOKEN@"}}')
    code, out, _ = shell.run("check", "--output-format", "json", "--output-file", "report.json")
    assert (code, out) == (0, "No files found.\n")


def test_the_standard_input_is_what_its_name_says(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    class Stdin:
        buffer = io.BytesIO(filled("KINTONE_TOKEN=@TOKEN@\n").encode())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert shell.rules("-", "--stdin-filename", "a.env") == [("KL101", "a.env", 1)]
