"""`[tool.kintone-lint]`, policies, and what is wrong in them."""

from __future__ import annotations

import pytest

from linter.linting import Shell

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\nurl = "http://demo.cybozu.com/"\n'


def table(text: str) -> str:
    return f"[tool.kintone-lint]\n{text}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["KL101", "KL304"]),
        ('select = ["KL1"]', ["KL101"]),
        ('select = ["insecure-http"]', ["KL304"]),
        ('ignore = ["KL101"]', ["KL304"]),
        ('per-file-ignores = { "*.py" = ["KL3"] }', ["KL101"]),
        ('per-file-ignores = { "other/*" = ["KL3"] }', ["KL101", "KL304"]),
        ('exclude = ["app.py"]', []),
    ],
)
def test_settings_choose_rules_and_files(shell: Shell, text: str, found: list[str]) -> None:
    shell.write("pyproject.toml", table(text))
    shell.write("app.py", BAD)
    assert [rule for rule, _, _ in shell.rules()] == found


def test_the_nearest_file_with_a_table_wins(shell: Shell) -> None:
    shell.write("pyproject.toml", table('ignore = ["KL1"]'))
    shell.write("inner/pyproject.toml", table('ignore = ["KL3"]'))
    shell.write("inner/deep/pyproject.toml", "[project]\nname = 'x'\n")
    shell.write("inner/deep/app.py", BAD)
    assert [rule for rule, _, _ in shell.rules("inner/deep")] == ["KL101"]
    assert len(shell.rules("--isolated", "inner/deep")) == 2


def test_a_policy_stands_above_the_repository(shell: Shell) -> None:
    shell.write("pyproject.toml", table('ignore = ["KL101", "KL304"]'))
    shell.write("app.py", BAD)
    policy = shell.write("policy.toml", 'select = ["KL101"]\n')
    assert [rule for rule, _, _ in shell.rules("--config", str(policy))] == ["KL101"]


def test_the_command_line_wins(shell: Shell) -> None:
    shell.write("pyproject.toml", table('ignore = ["KL101"]'))
    shell.write("app.py", BAD)
    assert [rule for rule, _, _ in shell.rules("--select", "KL101")] == ["KL101"]
    assert [rule for rule, _, _ in shell.rules("--ignore", "KL3")] == []


def test_a_file_that_is_given_is_linted_although_excluded(shell: Shell) -> None:
    shell.write("pyproject.toml", table('exclude = ["app.py"]'))
    shell.write("app.py", BAD)
    assert len(shell.rules("app.py")) == 2


def test_names_sinks_and_variables_of_the_users_own(shell: Shell) -> None:
    shell.write(
        "pyproject.toml",
        table(
            'token-names = ["APP_KEY"]\nsinks = ["ourlib.Client"]\n'
            'environment = { token = "OUR_TOKEN" }'
        ),
    )
    text = (
        'import ourlib\nx = "kintone"\nAPP_KEY = "@SECRET@"\nourlib.Client(password="@PASSWORD@")\n'
    )
    file = shell.write("app.py", text)
    assert [rule for rule, _, _ in shell.rules()] == ["KL101", "KL102"]
    shell.run("check", "--fix", "--unsafe-fixes")
    assert 'APP_KEY = os.environ["OUR_TOKEN"]' in file.read_text()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('sinks = ["ourlib.Client"]', 'from ourlib import Client\nClient(password="@PASSWORD@")\n'),
        ('sinks = ["ourlib.Client"]', 'from ourlib import Client\nClient(token="@TOKEN@")\n'),
        ('token-names = ["APP_KEY"]', 'APP_KEY = "@SECRET@"\n'),
    ],
)
def test_names_of_the_users_own_are_enough_to_look_at_a_file(
    shell: Shell, text: str, code: str
) -> None:
    shell.write("app.py", code)
    assert shell.rules() == []
    shell.write("pyproject.toml", table(text))
    assert [path for _, path, _ in shell.rules()] == ["app.py"]
    assert shell.rules() == shell.rules("app.py")
    shell.write("pyproject.toml", table(""))
    assert shell.rules() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('selct = ["KL1"]', "Did you mean select?"),
        ('select = ["KL999"]', "no rule 'KL999'"),
        ('ignore = ["hardcoded-api-tokn"]', "Did you mean hardcoded-api-token?"),
        ('select = "KL1"', "list of texts"),
        ("per-file-ignores = 3", "is a table"),
        ('environment = { tokn = "X" }', "Did you mean token?"),
        ('environment = { token = "a b" }', "name of a variable"),
        ("select = [", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_2(shell: Shell, text: str, says: str) -> None:
    shell.write("pyproject.toml", table(text))
    shell.write("app.py", BAD)
    code, out, err = shell.run("check")
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_policy_that_is_not_there_is_exit_2(shell: Shell) -> None:
    code, _, err = shell.run("check", "--config", "nope.toml")
    assert code == 2
    assert "nope.toml" in err
