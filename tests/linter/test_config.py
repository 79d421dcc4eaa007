"""`[tool.kintone-lint]`, policies, and what is wrong in them."""

from __future__ import annotations

import os
import stat

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
        ('select = "KL1"', "list of strings"),
        ("per-file-ignores = 3", "must be a table"),
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


# ---- which settings count for which file


def test_each_file_has_its_nearest_settings_wherever_one_starts(shell: Shell) -> None:
    shell.write("pyproject.toml", table('ignore = ["KL1"]'))
    shell.write("a/pyproject.toml", table('ignore = ["KL3"]'))
    shell.write("a/app.py", BAD)
    shell.write("b/pyproject.toml", "[project]\nname = 'b'\n")
    shell.write("b/app.py", BAD)
    expected = {("KL101", "a/app.py"), ("KL304", "b/app.py")}
    together = {(rule, path) for rule, path, _ in shell.rules(".")}
    apart = {(rule, path) for name in "ab" for rule, path, _ in shell.rules(name)}
    given = {(rule, path) for rule, path, _ in shell.rules("a/app.py", "b/app.py")}
    assert together == apart == given == expected
    assert len(shell.rules("--isolated", ".")) == 4


def test_patterns_start_from_the_folder_of_their_own_settings(shell: Shell) -> None:
    shell.write("pyproject.toml", table('exclude = ["b/app.py"]'))
    shell.write("a/pyproject.toml", table('exclude = ["b/app.py"]'))
    for name in ("b/app.py", "a/b/app.py", "a/app.py"):
        shell.write(name, BAD)
    assert {path for _, path, _ in shell.rules(".")} == {"a/app.py"}


def test_words_of_one_project_are_none_of_another(shell: Shell) -> None:
    for name in "ab":
        shell.write(f"{name}/app.py", 'APP_KEY = "@SECRET@"\n')
    shell.write("a/pyproject.toml", table('token-names = ["APP_KEY"]'))
    assert [path for _, path, _ in shell.rules(".")] == ["a/app.py"]


def test_settings_that_come_change_and_go_count_at_once(shell: Shell) -> None:
    shell.write("app.py", "x = 1\n")
    shell.write("a/app.py", BAD)
    for text, found in (
        (None, ["KL101", "KL304"]),
        (table('ignore = ["KL3"]'), ["KL101"]),
        (table('ignore = ["KL1"]'), ["KL304"]),
        (None, ["KL101", "KL304"]),
    ):
        file = shell.folder / "a" / "pyproject.toml"
        file.unlink(missing_ok=True)
        if text is not None:
            shell.write("a/pyproject.toml", text)
        assert [rule for rule, _, _ in shell.rules(".")] == found


def test_each_project_has_its_own_baseline(shell: Shell) -> None:
    for name in "ab":
        shell.write(f"{name}/pyproject.toml", table('baseline = "known.json"'))
        shell.write(f"{name}/app.py", BAD)
    shell.write("c/app.py", BAD)
    code, out, _ = shell.run("check", "--update-baseline", ".")
    assert code == 1, "nobody excuses what is in c"
    assert "The baseline accepts 4 findings, 4 of them new." in out
    assert {path for _, path, _ in shell.rules(".")} == {"c/app.py"}
    for name in "ab":
        assert shell.rules(name) == []
        text = (shell.folder / name / "known.json").read_text()
        assert '"path": "app.py"' in text
        assert "/app.py" not in text
    assert len(shell.rules("--isolated", ".")) == 6


def test_fixes_go_by_the_settings_of_their_files(shell: Shell) -> None:
    text = 'import requests\nrequests.get("https://x.cybozu.com/k/v1/guest/5/records.json")\n'
    shell.write("a/app.py", text)
    shell.write("b/app.py", text)
    shell.write("b/pyproject.toml", table('ignore = ["KL201"]'))
    assert shell.run("check", "--fix", ".")[0] == 0
    assert "/k/guest/5/v1/" in (shell.folder / "a" / "app.py").read_text()
    assert (shell.folder / "b" / "app.py").read_text() == text


# ---- a policy and what a repository excludes


POLICY = 'select = ["KL101"]\n'


@pytest.mark.parametrize(
    "settings",
    ['exclude = ["*"]', 'exclude = ["app.py"]', 'per-file-ignores = { "*" = ["KL1", "KL3"] }'],
)
@pytest.mark.parametrize("options", [(), ("--force-exclude", "app.py")])
def test_a_repository_cannot_hide_what_a_policy_selects(
    shell: Shell, settings: str, options: tuple[str, ...]
) -> None:
    shell.write("pyproject.toml", table(settings))
    shell.write("app.py", BAD)
    shell.write("policy.toml", POLICY)
    assert [rule for rule, _, _ in shell.rules("--config", "policy.toml", *options)] == ["KL101"]


def test_a_policy_that_selects_nothing_leaves_what_is_excluded_out(shell: Shell) -> None:
    shell.write("pyproject.toml", table('exclude = ["app.py"]'))
    shell.write("app.py", BAD)
    shell.write("b.py", BAD)
    shell.write("policy.toml", 'exclude = ["b.py"]\n')
    code, out, _ = shell.run("check", "--config", "policy.toml", "--force-exclude", ".")
    assert (code, out) == (0, "All clean: 2 files (2 settings). 2 files excluded.\n")


def test_a_policys_own_exceptions_hold(shell: Shell) -> None:
    shell.write("tests/app.py", BAD)
    shell.write("gen/app.py", BAD)
    text = POLICY + 'exclude = ["gen/"]\nper-file-ignores = { "tests/*" = ["KL101"] }\n'
    shell.write("policy.toml", text)
    assert [rule for rule, _, _ in shell.rules("--config", "policy.toml")] == ["KL304"]


def test_a_policy_adds_names_to_those_of_the_repository(shell: Shell) -> None:
    shell.write("pyproject.toml", table('token-names = ["OURS"]'))
    shell.write("app.py", 'OURS = "@SECRET@"\nTHEIRS = "@SECRET@x"\n')
    shell.write("policy.toml", 'token-names = ["THEIRS"]\n')
    assert [line for _, _, line in shell.rules("--config", "policy.toml")] == [1, 2]


# ---- settings of a hostile shape


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "tool is no table": ("tool = 1  # kintone-lint", "tool must be a table"),
    "our table is none": ("tool.kintone-lint = 1", "tool.kintone-lint must be a table"),
    "an underscore": ("[tool.kintone_lint]", "did you mean [tool.kintone-lint]?"),
    "another case": ("[tool.Kintone-Lint]", "did you mean [tool.kintone-lint]?"),
    "no hyphen": ("[tool.kintonelint]  # kintone-lint", "did you mean [tool.kintone-lint]?"),
    "without tool": ("[kintone-lint]", "did you mean [tool.kintone-lint]?"),
    "deep arrays": (table("select = " + "[" * 5000 + "]" * 5000), "nested too deeply"),
    "deep tables": (table("select = " + "{a=" * 5000 + "1" + "}" * 5000), "nested too deeply"),
    "a key of many parts": (table("a" + ".a" * 100_000 + " = 1"), "more than 100 parts"),
    "a table of many parts": ("[" + "a." * 100_000 + "kintone-lint]", "more than 100 parts"),
    "quoted parts": (table('"a"' + '."a"' * 50_000 + " = 1"), "more than 100 parts"),
    "quotes that are never closed": (table('a = "' + '\\"' * 100_000), "not valid TOML"),
    "many patterns": (table(f"exclude = {['a'] * 1001}"), "exclude: more than 1,000 patterns"),
    "a long word": (table(f'select = ["{"x" * 100_000}"]'), f"no rule '{'x' * 60}'"),
    "a long key": (table("x" * 100_000 + " = 1"), f"unknown key '{'x' * 60}'"),
    "a long number": (table("select = 1" + "0" * 5000), "not valid TOML"),
    "no UTF-8": (b"[tool.kintone-lint]\n# \xff", "not valid TOML"),
    "large": (table("") + "#" * 1_000_000, "larger than 300,000 bytes"),
    "the folder itself": (table('exclude = ["."]'), "exclude: '.'"),
    "an empty pattern": (table('exclude = [""]'), "exclude: ''"),
    "a slash": (table('exclude = ["/"]'), "exclude: '/'"),
    "a folder above": (table('exclude = ["../x"]'), "exclude: '../x'"),
    "an empty key": (table('per-file-ignores = { "" = ["KL1"] }'), "per-file-ignores: ''"),
    "a device as baseline": (table('baseline = "/dev/zero"'), "baseline: /dev/zero is outside"),
    "a baseline elsewhere": (table('baseline = "../x"'), "baseline: ../x is outside"),
    "a null byte in a name": (table('baseline = "a\\u0000b"'), "baseline must be the name"),
    "a folder as baseline": (table('baseline = "."'), "baseline . cannot be read"),
    "a very long name": (table(f'baseline = "{"x" * 5000}"'), "baseline"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_settings_of_a_hostile_shape_are_one_sentence(shell: Shell, kind: str) -> None:
    text, says = HOSTILE[kind]
    shell.write("pyproject.toml", text)
    shell.write("app.py", BAD)
    code, out, err = shell.run("check")
    assert (code, out) == (2, "")
    assert says in err
    assert "defect" not in err
    assert err.count("\n") == 1
    assert len(err) < 6000


@pytest.mark.parametrize("role", ["settings", "a policy", "a baseline", "a named baseline"])
@pytest.mark.parametrize("kind", ["a pipe", "a device", "a link to a device", "a link to nowhere"])
def test_special_files_are_one_sentence(shell: Shell, role: str, kind: str) -> None:
    shell.write("app.py", BAD)
    name, options = {
        "settings": ("pyproject.toml", ()),
        "a policy": ("policy.toml", ("--config", "policy.toml")),
        "a baseline": ("known.json", ()),
        "a named baseline": ("known.json", ("--baseline", "known.json")),
    }[role]
    if role == "a baseline":
        shell.write("pyproject.toml", table('baseline = "known.json"'))
    file = shell.folder / name
    if kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a device":
        try:
            os.mknod(file, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("only root may make a device")
    else:
        file.symlink_to("/dev/zero" if kind == "a link to a device" else "nowhere")
    code, out, err = shell.run("check", *options)
    assert (code, out) == (2, "")
    assert name in err
    assert err.count("\n") == 1


def test_a_link_to_settings_inside_the_project_is_read(shell: Shell) -> None:
    shell.write("shared/settings.toml", table('ignore = ["KL1"]'))
    (shell.folder / "pyproject.toml").symlink_to("shared/settings.toml")
    shell.write("app.py", BAD)
    assert [rule for rule, _, _ in shell.rules()] == ["KL304"]


def test_wrong_settings_are_said_although_there_is_no_file(shell: Shell) -> None:
    shell.write("pyproject.toml", table('selct = ["KL1"]'))
    assert shell.run("check")[0] == 2


def test_settings_without_a_word_of_ours_are_not_even_parsed(shell: Shell) -> None:
    shell.write("pyproject.toml", "not TOML [")
    shell.write("app.py", "x = 1\n")
    assert shell.run("check")[0] == 0
