"""What a baseline excuses, what it does not, and what is wrong with one."""

from __future__ import annotations

import io
import json
import os
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from fakes import fakes
from kintone_lint.findings import Identity
from linter.linting import OTHER, TOKEN, Shell

TOKEN_LINE = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
LOGIN = 'import pykintone\nx = pykintone.login("demo", "me", "{}")\n'
PATH_LINE = 'import requests\nrequests.get("https://demo.cybozu.com/k/v1/guest/5/app.json?id=1")\n'
KNOWN = ("--baseline", "known.json")


def fingerprints(shell: Shell, *arguments: str) -> list[str]:
    return [each["fingerprint"] for each in shell.check(*arguments)[1]["findings"]]


def learn(shell: Shell, *arguments: str) -> None:
    code, _, err = shell.run("check", *KNOWN, "--update-baseline", *arguments)
    said = [line for line in err.splitlines() if " added to known.json" not in line]
    assert (code, said) == (0, [])


# ---- what is excused


def test_known_findings_are_left_out_and_counted(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE + PATH_LINE)
    code, out, _ = shell.run("check", *KNOWN, "--update-baseline")
    said = "All findings are in the baseline: 1 file.\nThe baseline accepts 2 findings"
    assert (code, out) == (0, f"{said}, 2 of them new.\n")
    out = "Nothing new: 1 file.\nThe baseline accepts 2 findings.\n"
    assert shell.run("check", *KNOWN)[:2] == (0, out)
    assert shell.run("check", *KNOWN, "--update-baseline")[:2] == (0, out)
    shell.write("new.py", TOKEN_LINE)
    assert shell.rules(*KNOWN) == [("KL101", "new.py", 1)]
    assert len(shell.rules()) == 3


@pytest.mark.parametrize(
    "after",
    [
        "\n\n" + TOKEN_LINE,
        'def renamed():\n    headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n',
        "def f():\n  if x:\n    headers = {'X-Cybozu-API-Token':   '@TOKEN@'}  # of the shop\n",
    ],
    ids=["a moved line", "another function around", "another format and comment"],
)
def test_code_that_moves_stays_excused(shell: Shell, after: str) -> None:
    shell.write("app.py", "def f():\n    " + TOKEN_LINE)
    learn(shell)
    before = (shell.folder / "known.json").read_bytes()
    shell.write("app.py", after)
    assert shell.rules(*KNOWN) == []
    learn(shell)
    assert (shell.folder / "known.json").read_bytes() == before


def test_a_token_that_changes_is_a_new_finding(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    learn(shell)
    shell.write("app.py", TOKEN_LINE.replace("@TOKEN@", "@TOKEN2@"))
    assert len(shell.rules(*KNOWN)) == 1


def test_a_password_that_changes_at_the_same_place_stays_excused(shell: Shell) -> None:
    shell.write("app.py", LOGIN.format("Kq8vLm2pXz"))
    learn(shell)
    shell.write("app.py", LOGIN.format("other7Word"))
    assert shell.rules(*KNOWN) == []
    assert len(shell.rules()) == 1


def test_a_path_that_is_wrong_in_another_way_is_a_new_finding(shell: Shell) -> None:
    shell.write("app.py", PATH_LINE)
    learn(shell)
    shell.write("app.py", PATH_LINE.replace("guest/5", "guest/6"))
    assert [rule for rule, _, _ in shell.rules(*KNOWN)] == ["KL201"]


def test_two_equal_secrets_on_one_line_are_two_entries(shell: Shell) -> None:
    shell.write("app.py", 'a = {"X-Cybozu-API-Token": "@TOKEN@,@TOKEN@"}\n')
    assert len(set(fingerprints(shell))) == 2
    learn(shell)
    assert shell.rules(*KNOWN) == []
    shell.write("app.py", 'a = {"X-Cybozu-API-Token": "@TOKEN@,@TOKEN@,@TOKEN@"}\n')
    assert len(shell.rules(*KNOWN)) == 1


def test_the_other_of_two_alike_lines_keeps_its_fingerprint(shell: Shell) -> None:
    second = TOKEN_LINE.replace("@TOKEN@", "@TOKEN2@")
    shell.write("app.py", TOKEN_LINE + second)
    first, last = fingerprints(shell)
    shell.write("app.py", second)
    assert fingerprints(shell) == [last]
    shell.write("app.py", TOKEN_LINE + TOKEN_LINE)
    assert fingerprints(shell)[0] == first


def test_entries_that_are_gone_are_named_and_drop_out(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.write("old.py", TOKEN_LINE)
    learn(shell)
    (shell.folder / "old.py").unlink()
    code, out, _ = shell.run("check", *KNOWN)
    assert code == 0
    assert "Entries of the baseline that match nothing: 1; --update-baseline removes" in out
    assert "met nothing" not in shell.run("check", *KNOWN, "app.py")[1]
    err = shell.run("check", *KNOWN, "--update-baseline")[2]
    assert err == "known.json: entries removed because nothing matches them: 1\n"
    entries = json.loads((shell.folder / "known.json").read_text())["findings"]
    assert [each["path"] for each in entries] == ["app.py"]


def test_the_working_folder_does_not_matter(shell: Shell) -> None:
    for name in ("sub/app.py", "sub/deep/app.py", "app.py"):
        shell.write(name, TOKEN_LINE)
    learn(shell)
    before = (shell.folder / "known.json").read_bytes()
    assert shell.rules(*KNOWN, "sub/app.py") == []
    os.chdir(shell.folder / "sub")
    assert shell.rules("--baseline", "../known.json") == []
    assert shell.rules("--baseline", "../known.json", "../app.py", "deep/app.py") == []
    assert shell.rules("--baseline", str(shell.folder / "known.json"), "..") == []
    shell.run("check", "--baseline", "../known.json", "--update-baseline", "..")
    assert (shell.folder / "known.json").read_bytes() == before


def test_without_a_baseline_fingerprints_start_from_the_project(shell: Shell) -> None:
    (shell.folder / ".git").mkdir()
    shell.write("sub/pyproject.toml", "")
    shell.write("sub/app.py", TOKEN_LINE)
    before = fingerprints(shell, "sub/app.py")
    os.chdir(shell.folder / "sub")
    assert fingerprints(shell, "app.py") == fingerprints(shell) == before


def test_files_given_by_a_hook_and_a_whole_run_agree(shell: Shell) -> None:
    """A definition in a file that is not given is shown at its use, and known all the same."""
    shell.write("settings.py", 'TOKEN = "@SECRET@"\nB = "@SECRET@"\n')
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    shell.write("two.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    learn(shell)
    assert len(shell.rules()) == 1
    assert [path for _, path, _ in shell.rules("app.py", "two.py")] == ["app.py", "two.py"]
    assert shell.rules(*KNOWN, "app.py", "two.py") == []
    assert shell.rules(*KNOWN, "app.py", "settings.py") == []


def test_the_rules_that_are_chosen_do_not_change_a_fingerprint(shell: Shell) -> None:
    shell.write(
        "app.py",
        "import requests\n"
        'requests.get("http://demo.cybozu.com/k/v1/guest/5/app.json", auth=("me", "Kq8vLm2pXz"))\n',
    )
    found = {each["rule"]: each["fingerprint"] for each in shell.check()[1]["findings"]}
    assert len(found) == 4
    for rule, fingerprint in found.items():
        assert fingerprints(shell, "--select", rule) == [fingerprint]


def test_suppressions_come_first_and_unused_ones_are_known_as_others_are(shell: Shell) -> None:
    shell.write("app.py", "# kintone\nx = 1  # noqa: KL101\n" + TOKEN_LINE)
    learn(shell)
    assert shell.rules(*KNOWN) == []
    shell.write(
        "app.py", "# kintone\nx = 1  # noqa: KL101\n" + TOKEN_LINE[:-1] + "  # noqa: KL101\n"
    )
    assert shell.rules(*KNOWN) == []
    shell.write("app.py", "# kintone\nx = 1  # noqa: KL101\ny = 2  # noqa: KL101\n")
    assert shell.rules(*KNOWN) == [("KL001", "app.py", 3)]


def test_the_standard_input_is_known_by_its_name(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shell.write("sub/app.py", TOKEN_LINE)
    learn(shell)
    for name, left in (("sub/app.py", 0), ("sub/other.py", 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
        assert len(shell.rules(*KNOWN, "--stdin-filename", name, "-")) == left


def test_a_token_in_a_file_that_does_not_parse_is_known(shell: Shell) -> None:
    shell.write("old.py", 'import kintone\nprint "@TOKEN@"\n')
    (before,) = fingerprints(shell)
    shell.write("old.py", 'import kintone\n\nprint "@TOKEN@"\n')
    assert fingerprints(shell) == [before]
    shell.write("old.py", 'import kintone\nprint "@TOKEN2@"\n')
    assert fingerprints(shell) != [before]


# ---- fixes


def test_what_is_known_is_not_fixed(shell: Shell) -> None:
    file = shell.write("app.py", 'a = "http://demo.cybozu.com/"\n')
    learn(shell)
    text = 'a = "http://demo.cybozu.com/"\nb = ["http://demo.cybozu.com/"]\n'
    shell.write("app.py", text)
    code, out, _ = shell.run("check", *KNOWN, "--fix")
    assert (code, out) == (
        0,
        "1 finding fixed: KL304.\nNothing new: 1 file.\nThe baseline accepts 1 finding.\n",
    )
    assert file.read_text() == text.replace('["http:', '["https:')


def test_writing_a_baseline_does_not_go_with_fixing(shell: Shell) -> None:
    for option in ("--fix", "--diff"):
        code, _, err = shell.run("check", *KNOWN, "--update-baseline", option)
        assert code == 2
        assert "cannot be combined" in err


# ---- what is in the file


def test_the_file_is_sorted_and_one_line_an_entry(shell: Shell) -> None:
    for name in ("b.py", "a.py"):
        shell.write(name, PATH_LINE + TOKEN_LINE)
    learn(shell)
    lines = (shell.folder / "known.json").read_text().splitlines()
    entries = [json.loads(line.strip().rstrip(",")) for line in lines[3:-2]]
    assert [(each["path"], each["rule"]) for each in entries] == [
        ("a.py", "KL101"), ("a.py", "KL201"), ("b.py", "KL101"), ("b.py", "KL201"),
    ]  # fmt: skip
    assert set(entries[0]) == {"rule", "path", "fingerprint", "message"}
    assert entries[0]["fingerprint"] in fingerprints(shell)
    assert json.loads("\n".join(lines)) == {"version": 1, "findings": entries}


def test_an_empty_baseline_can_be_read(shell: Shell) -> None:
    shell.write("app.py", "x = 1\n")
    learn(shell)
    assert shell.run("check", *KNOWN)[:2] == (0, "All clean: 1 file.\n")


@pytest.mark.parametrize(
    "line",
    [
        'x = pykintone.login("demo", "me", "{}")',
        "x = pykintone.login('demo', 'me', '{}')  # not {} any more",
        'x = pykintone.login("demo", "me",\n  "{}")',
        'x = f"{{pykintone.login("demo", "me", "{}")}}"',
        '"""\n{}\n"""; x = pykintone.login("demo", "me", "{}")',
        'x = pykintone.login("{}", "me", "{}")',
    ],
)
def test_no_value_of_a_password_takes_part(line: str) -> None:
    """What could be tried out: the fingerprint is the same for whatever the password is."""
    from kintone_lint.baseline.fingerprints import origin
    from kintone_lint.python.source import Source

    known = set()
    for password in ("abc", "Kq8vLm2pXz", "pykintone", "demo", "me", "a'b"[:1], "x y z"):
        text = line.replace("{}", password).replace("{{", "{").replace("}}", "}")
        source = Source("app.py", Path("/app.py"), text.encode())
        at = text.index("login")
        known.add(origin(Identity.CODE, source, at, at + 5).context)
    assert len(known) == 1


def test_base64_of_a_login_is_no_token_although_it_looks_like_one(shell: Shell) -> None:
    from base64 import b64encode

    values = [b64encode(f"administrator:{word}".encode()).decode() for word in WORDS]
    assert {len(value) for value in values} == {40}
    found = set()
    for value in values:
        shell.write("app.py", f'import os\nx = os.getenv("KINTONE_API_TOKEN", "{value}")\n')
        found |= set(fingerprints(shell))
    assert len(found) == 1


WORDS = ("Secret-Word-0001", "Hidden-Text-4711")


def test_only_a_token_has_a_digest() -> None:
    from kintone_lint.baseline.fingerprints import origin
    from kintone_lint.python.source import Source

    def token(piece: str, identity: Identity = Identity.TOKEN) -> str:
        return origin(identity, Source("a", Path("/a"), piece.encode()), 0, len(piece)).token

    assert token(TOKEN) == sha256(TOKEN.encode()).hexdigest()
    assert token(TOKEN) != token(OTHER)
    assert token(TOKEN, Identity.CODE) == token(TOKEN[:39]) == token("a" * 40) == ""


def test_no_secret_is_in_the_file(shell: Shell) -> None:
    from kintone_lint.rules import all_rules
    from linter.test_rules import MARK

    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            shell.write(f"{rule.code}_{number}/{bad.path}", MARK.sub("", bad.code))
    learn(shell)
    text = (shell.folder / "known.json").read_text()
    assert text.count("\n") > 100
    assert [secret for secret in fakes().values() if secret in text] == []


# ---- settings


def test_the_settings_can_name_a_baseline(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nbaseline = "ci/known.json"\n')
    shell.write("ci/empty", "")
    shell.write("sub/app.py", TOKEN_LINE)
    assert shell.run("check", "--update-baseline")[0] == 0
    assert (shell.folder / "ci/known.json").exists()
    assert shell.rules() == shell.rules("sub/app.py") == []
    os.chdir(shell.folder / "sub")
    assert shell.rules() == shell.rules("app.py") == []
    assert len(shell.rules("--isolated")) == 1


def test_a_policy_takes_the_repositorys_baseline_away_as_its_ignores(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nbaseline = "known.json"\n')
    shell.write("app.py", TOKEN_LINE)
    shell.write("policy.toml", 'select = ["KL101"]\n')
    assert shell.run("check", "--update-baseline")[0] == 0
    assert shell.rules() == []
    assert len(shell.rules("--config", "policy.toml")) == 1
    assert shell.rules("--config", "policy.toml", *KNOWN) == []


@pytest.mark.parametrize("value", ["3", '""', '["a"]'])
def test_a_setting_that_is_no_name_is_exit_2(shell: Shell, value: str) -> None:
    shell.write("pyproject.toml", f"[tool.kintone-lint]\nbaseline = {value}\n")
    code, _, err = shell.run("check")
    assert code == 2
    assert "baseline must be the name of a file" in err


# ---- what is wrong with one


def entry(**changes: object) -> dict[str, object]:
    return {"rule": "KL101", "path": "app.py", "fingerprint": "0" * 32, "message": "", **changes}


def lines(*entries: object, version: object = 1, **more: object) -> str:
    listed = ",\n".join(json.dumps(each) for each in entries)
    extra = "".join(f', "{key}": {json.dumps(value)}' for key, value in more.items())
    return f'{{"version": {json.dumps(version)},\n"findings": [\n{listed}\n]{extra}}}\n'


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in entry().items() if name != key}


GOOD = entry(fingerprint="1" * 32)
BROKEN: dict[str, tuple[str, str]] = {
    "half a file": (lines(GOOD, entry())[:-40], "line 4: not valid JSON"),
    "a conflict": ("<<<<<<< HEAD\n" + lines(GOOD), "line 1: not valid JSON"),
    "an empty file": ("", "line 1: not valid JSON"),
    "no object": ("[]", "line 1: a baseline must be a JSON object"),
    "no version": ('{"findings": []}', "has no version"),
    "a newer version": (lines(version=2), "line 1: the baseline has version 2"),
    "a version that is a text": (lines(version="1"), "has version '1'"),
    "a version that is true": (lines(version=True), "has version True"),
    "no findings": ('{"version": 1}', "'findings' is missing"),
    "findings that are a mapping": ('{"version": 1,\n"findings": {}}', "line 2: findings must"),
    "an unknown key": (lines(finding=[]), "unknown key 'finding'. Did you mean findings?"),
    "an entry twice": (lines(GOOD, entry(), GOOD), "line 5: an entry of app.py appears twice"),
    "an entry that is a text": (lines(GOOD, "KL101"), "line 4: an entry must be an object"),
    "an unknown key in an entry": (lines(GOOD, entry(rul=1)), "line 4: unknown key 'rul'. Did you"),
    "a key that is missing": (lines(GOOD, without("path")), "line 4: 'path' is missing"),
    "a path that is a number": (lines(GOOD, entry(path=3)), "line 4: path must be a string, not 3"),
    "a short fingerprint": (lines(entry(fingerprint="0f")), "line 3: fingerprint must be"),
    "a key twice": ('{"version": 1,\n"findings": [\n{"rule": "", "rule": ""}]}', "line 3: 'rule'"),
    "brackets without end": ("[" * 100_000, "known.json"),
    "a number without end": ('{"version": ' + "1" * 10_000 + "}", "known.json"),
}  # fmt: skip


@pytest.mark.parametrize("writing", [False, True], ids=["reading", "writing"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_baseline_is_one_sentence_and_is_left_as_it_is(
    shell: Shell, name: str, writing: bool
) -> None:
    text, says = BROKEN[name]
    file = shell.write("known.json", text)
    shell.write("clean.py", "x = 1\n")
    code, out, err = shell.run("check", *KNOWN, *(["--update-baseline"] if writing else []))
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert file.read_text() == text


def test_bytes_that_are_no_text_are_one_sentence(shell: Shell) -> None:
    shell.write("known.json", b"\xff\xfe")
    code, _, err = shell.run("check", *KNOWN)
    assert (code, err) == (
        2,
        "kintone-lint: the baseline known.json is not UTF-8 text; restore it\n",
    )
    code, _, err = shell.run("check", "--baseline", ".")
    assert code == 2
    assert "cannot be read: not a regular file" in err


def test_a_baseline_that_is_not_there_says_how_to_get_one(shell: Shell) -> None:
    code, _, err = shell.run("check", *KNOWN)
    assert code == 2
    assert "--update-baseline creates one" in err
    code, _, err = shell.run("check", "--update-baseline")
    assert code == 2
    assert "needs --baseline FILE" in err


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("call", ["os.replace", "secrets.token_hex"])
def test_a_full_disk_leaves_the_old_baseline_whole(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    shell.write("app.py", TOKEN_LINE)
    learn(shell)
    before = (shell.folder / "known.json").read_bytes()
    shell.write("new.py", TOKEN_LINE)
    monkeypatch.setattr(call, full)
    code, _, err = shell.run("check", *KNOWN, "--update-baseline")
    assert code == 2
    assert "No space left on device; an existing file is left as it was" in err
    assert (shell.folder / "known.json").read_bytes() == before


def test_a_full_disk_loses_no_report(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("app.py", TOKEN_LINE)
    monkeypatch.setattr("os.replace", full)
    code, out, err = shell.run("check", *KNOWN, "--update-baseline")
    assert code == 2
    assert "app.py:1:35: KL101" in out
    assert err.startswith("kintone-lint: known.json was not written: No space left on device")


# ---- what was not looked at


def paths(shell: Shell) -> list[str]:
    entries = json.loads((shell.folder / "known.json").read_text())["findings"]
    return [each["path"] for each in entries]


@pytest.mark.parametrize("broken", ["import kintone\ndef (:\n", "# coding: klingon\nkintone\n"])
def test_a_file_that_cannot_be_linted_keeps_its_entries(shell: Shell, broken: str) -> None:
    shell.write("app.py", TOKEN_LINE + PATH_LINE)
    shell.write("gone.py", TOKEN_LINE)
    learn(shell)
    (shell.folder / "gone.py").unlink()
    shell.write("app.py", broken)
    shell.write("new.py", PATH_LINE)
    code, out, err = shell.run("check", *KNOWN, "--update-baseline")
    assert code == 2
    assert "app.py:2: not linted" in out or "app.py: not linted" in out
    assert err == (
        "1 finding added to known.json\n"
        "known.json: entries removed because nothing matches them: 1\n"
        "known.json: entries kept because their files were not checked: 2\n"
    )
    assert paths(shell) == ["app.py", "app.py", "new.py"]
    shell.write("app.py", TOKEN_LINE + PATH_LINE)
    assert shell.rules(*KNOWN) == []


def test_a_folder_or_file_that_is_not_there_keeps_its_entries(shell: Shell) -> None:
    for name in ("sub/a.py", "b.py", "c.py"):
        shell.write(name, TOKEN_LINE)
    learn(shell)
    for name in ("sub/a.py", "b.py"):
        (shell.folder / name).unlink()
    code, out, _ = shell.run("check", *KNOWN, "--update-baseline", "sub", "b.py", "nope", "c.py")
    assert code == 2
    assert out.count("not linted") == 2
    assert paths(shell) == ["b.py", "c.py"]


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (("a.py",), {"b.py", "sub/c.py"}),
        (("sub",), {"a.py", "b.py"}),
        (("a.py", "sub"), {"b.py"}),
        ((".",), set()),
        (("--select", "KL2"), {"a.py", "b.py", "sub/c.py"}),
        (("--ignore", "KL2"), set()),
    ],
)
def test_what_a_run_does_not_look_at_keeps_its_entries(
    shell: Shell, arguments: tuple[str, ...], left: set[str]
) -> None:
    for name in ("a.py", "b.py", "sub/c.py"):
        shell.write(name, TOKEN_LINE)
    learn(shell)
    for name in ("a.py", "b.py", "sub/c.py"):
        shell.write(name, "x = 1\n")
    unmatched = f"Entries of the baseline that match nothing: {3 - len(left)}"
    assert (unmatched in shell.run("check", *KNOWN, *arguments)[1]) == (len(left) < 3)
    shell.run("check", *KNOWN, "--update-baseline", *arguments)
    assert set(paths(shell)) == left


def test_entries_are_known_from_a_folder_beside_the_baseline(shell: Shell) -> None:
    for name in ("src/a.py", "ci/b.py"):
        shell.write(name, TOKEN_LINE)
    known = ("--baseline", "ci/known.json")
    assert shell.run("check", *known, "--update-baseline")[0] == 0
    for name in ("src/a.py", "ci/b.py"):
        shell.write(name, "x = 1\n")
    assert "Entries of the baseline that match nothing: 2" in shell.run("check", *known)[1]
    os.chdir(shell.folder / "src")
    told = shell.run("check", "--baseline", "../ci/known.json")[1]
    assert "Entries of the baseline that match nothing: 1" in told


def test_the_old_name_of_the_option_works_for_one_release(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    assert shell.run("check", *KNOWN, "--write-baseline")[0] == 0
    assert paths(shell) == ["app.py"]
    help_ = shell.run("check", "--help")[1]
    assert "--update-baseline" in help_
    assert "--write-baseline" not in help_


# ---- files that are moved


def move(shell: Shell, old: str, new: str, text: str | None = None) -> None:
    before = (shell.folder / old).read_text()
    (shell.folder / old).unlink()
    shell.write(new, before if text is None else text)


TWO = TOKEN_LINE + PATH_LINE + LOGIN.format("Kq8vLm2pXz")


@pytest.mark.parametrize("new", ["b.py", "sub/a.py", "sub/deep/other.py"])
def test_a_file_that_is_moved_keeps_its_entries(shell: Shell, new: str) -> None:
    shell.write("a.py", TWO)
    shell.write("other.py", TOKEN_LINE)
    learn(shell)
    move(shell, "a.py", new)
    code, out, _ = shell.run("check", *KNOWN)
    assert (code, out) == (0, "Nothing new: 2 files.\nThe baseline accepts 4 findings.\n")
    assert shell.rules(*KNOWN, new) == []
    shell.write(new, "\n\nimport kintone\n" + TWO + TOKEN_LINE.replace("@TOKEN@", "@TOKEN2@"))
    assert [rule for rule, _, _ in shell.rules(*KNOWN)] == ["KL101"]
    shell.write(new, TWO)
    learn(shell)
    assert paths(shell) == sorted([new] * 3 + ["other.py"])
    assert shell.rules(*KNOWN) == []


def test_a_file_that_is_copied_is_new(shell: Shell) -> None:
    shell.write("a.py", TWO)
    learn(shell)
    shell.write("b.py", TWO)
    assert {path for _, path, _ in shell.rules(*KNOWN)} == {"b.py"}
    (shell.folder / "a.py").unlink()
    assert shell.rules(*KNOWN) == []
    shell.write("c.py", TWO)
    assert {path for _, path, _ in shell.rules(*KNOWN)} == {"c.py"}


def test_another_token_in_a_moved_file_is_new(shell: Shell) -> None:
    shell.write("a.py", TWO)
    learn(shell)
    move(shell, "a.py", "b.py", TWO.replace("@TOKEN@", "@TOKEN2@"))
    assert [(rule, path) for rule, path, _ in shell.rules(*KNOWN)] == [("KL101", "b.py")]


def test_a_folder_that_is_moved_keeps_the_entries_of_its_files(shell: Shell) -> None:
    for name in ("a.py", "b.py", "deep/c.py"):
        shell.write(f"old/{name}", TWO)
    learn(shell)
    (shell.folder / "old").rename(shell.folder / "new")
    assert shell.rules(*KNOWN) == []
    assert shell.rules(*KNOWN, "new/b.py") == []
    shell.write("new/d.py", TWO)
    assert {path for _, path, _ in shell.rules(*KNOWN)} == {"new/d.py"}


def test_files_that_are_put_together_keep_their_entries(shell: Shell) -> None:
    shell.write("a.py", TOKEN_LINE)
    shell.write("b.py", PATH_LINE)
    learn(shell)
    (shell.folder / "a.py").unlink()
    move(shell, "b.py", "c.py", TOKEN_LINE + PATH_LINE)
    assert shell.rules(*KNOWN) == []


def test_what_is_known_is_not_fixed_in_a_moved_file_either(shell: Shell) -> None:
    shell.write("a.py", PATH_LINE)
    learn(shell)
    move(shell, "a.py", "b.py")
    assert shell.run("check", *KNOWN, "--fix")[0] == 0
    assert (shell.folder / "b.py").read_text() == PATH_LINE


def test_what_is_added_to_a_baseline_is_told(shell: Shell) -> None:
    shell.write("a.py", TWO)
    _, _, err = shell.run("check", *KNOWN, "--update-baseline")
    assert err.startswith("3 findings added to ")
    assert "added" not in shell.run("check", *KNOWN, "--update-baseline")[2]
