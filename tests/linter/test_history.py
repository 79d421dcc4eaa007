"""`kintone-lint history`: each secret of all commits once, whatever state the repository is in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kintone_lint.cli import history as command
from kintone_lint.config import Config
from kintone_lint.engine.version import secrets_in
from linter.linting import TOKEN, Shell
from linter.repositories import committed, git, repository

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
GOOD = 'headers = {"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}\n'


@pytest.fixture
def repo(shell: Shell) -> Shell:
    repository(shell.folder)
    return shell


def commit(repo: Shell, name: str, text: str | bytes) -> str:
    repo.write(name, text)
    committed(repo.folder)
    return git(repo.folder, "rev-parse", "HEAD")[:12]


def found(repo: Shell, *words: str) -> list[dict[str, object]]:
    _, out, _ = repo.run("history", "--output-format", "json", *words)
    findings: list[dict[str, object]] = json.loads(out)["findings"]
    return findings


def test_a_leak_that_was_removed_is_told_with_its_commits_and_without_itself(repo: Shell) -> None:
    wrote, removed = commit(repo, "app.py", BAD), commit(repo, "app.py", GOOD)
    code, out, err = repo.run("history")
    assert code == 1
    assert "app.py:1:35: KL101" in out
    assert f"committed in {wrote} of " in out
    assert f"removed in {removed} of " in out
    assert "not in HEAD" in out
    assert out.count("Revoke the credentials above") == 1
    assert "2 commits: 2 versions of files" in out
    assert TOKEN not in out + err


def test_a_leak_that_is_moved_is_one_and_is_told_where_it_is_now(repo: Shell) -> None:
    first = commit(repo, "old.py", BAD)
    git(repo.folder, "mv", "old.py", "new.py")
    last = commit(repo, "b.txt", "b")
    (finding,) = found(repo)
    assert finding["path"] == "new.py"
    assert f"first committed in {first}" in str(finding["message"])
    assert f"last in {last}" in str(finding["message"])
    assert "still in HEAD" in str(finding["message"])
    assert [each["path"] for each in finding["related"]] == ["old.py"]  # type: ignore[attr-defined]


def test_a_leak_that_is_reverted_is_in_head_again(repo: Shell) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "app.py", GOOD)
    git(repo.folder, "revert", "--no-edit", "HEAD")
    (finding,) = found(repo)
    assert "still in HEAD" in str(finding["message"])
    assert "removed" not in str(finding["message"])


def test_a_leak_on_another_branch_and_one_that_only_a_merge_writes_are_found(repo: Shell) -> None:
    commit(repo, "app.py", GOOD)
    git(repo.folder, "checkout", "-q", "-b", "other")
    commit(repo, ".env", "KINTONE_PASSWORD=Xk29vLq8TzRw\n")
    git(repo.folder, "checkout", "-q", "-")
    commit(repo, "b.txt", "b")
    git(repo.folder, "merge", "-q", "--no-commit", "-s", "ours", "other")
    repo.write("app.py", BAD)
    committed(repo.folder)
    commit(repo, "app.py", GOOD)
    assert {(each["path"], each["rule"]) for each in found(repo)} == {
        (".env", "KL102"),
        ("app.py", "KL101"),
    }


def test_one_secret_in_two_files_and_two_in_one_are_as_many_as_they_are(repo: Shell) -> None:
    commit(repo, "a.py", BAD)
    commit(repo, "b.json", '{"kintoneApiToken": "@TOKEN@"}')
    commit(repo, "c.py", f"{BAD}{BAD.replace('@TOKEN@', '@TOKEN2@')}")
    findings = found(repo)
    assert len(findings) == 2
    assert {each["path"] for each in findings} == {"c.py"}


def test_cells_of_notebooks_are_searched(repo: Shell) -> None:
    cell = {"cell_type": "code", "source": f"import kintone\n{BAD}", "metadata": {}, "outputs": []}
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    commit(repo, "a.ipynb", json.dumps(content))
    assert [each["rule"] for each in found(repo)] == ["KL101"]


@pytest.mark.parametrize("place", ["bare", "worktree", "subfolder"])
def test_any_kind_of_repository_is_read(repo: Shell, place: str, tmp_path: Path) -> None:
    commit(repo, "src/app.py", BAD)
    commit(repo, "src/app.py", GOOD)
    where = repo.folder / "src"
    if place == "bare":
        where = tmp_path / "bare.git"
        git(repo.folder, "clone", "-q", "--bare", ".", str(where))
    elif place == "worktree":
        where = tmp_path / "tree"
        git(repo.folder, "worktree", "add", "-q", str(where), "-b", "tree")
    (finding,) = found(repo, str(where))
    assert str(finding["path"]).endswith("src/app.py")


def test_several_repositories_are_read_and_one_that_is_none_is_an_error(repo: Shell) -> None:
    for name in ("one", "two"):
        repository(repo.folder / name)
        repo.write(f"{name}/app.py", BAD.replace("@TOKEN@", f"@TOKEN{'2' * (name == 'two')}@"))
        committed(repo.folder / name)
    assert {each["path"] for each in found(repo, "one", "two")} == {"one/app.py", "two/app.py"}
    code, _, err = repo.run("history", "/nowhere")
    assert code == 2
    assert "name the folder of a git repository" in err


def test_an_empty_repository_is_clean(repo: Shell) -> None:
    code, out, _ = repo.run("history")
    assert code == 0
    assert "Checked 0 commits" in out


# ---- what is not there


def test_a_shallow_clone_says_so(repo: Shell, tmp_path: Path) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "app.py", GOOD)
    git(repo.folder, "clone", "-q", "--depth", "1", f"file://{repo.folder}", str(tmp_path / "s"))
    code, out, _ = repo.run("history", str(tmp_path / "s"))
    assert code == 2
    assert "git fetch --unshallow" in " ".join(out.split())


def test_a_partial_clone_says_what_it_has_not_and_fetches_nothing(
    repo: Shell, tmp_path: Path
) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "app.py", GOOD)
    git(repo.folder, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "partial"
    words = ["clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repo.folder}"]
    git(repo.folder, *words, str(clone))
    before = git(clone, "count-objects", "-v")
    code, out, _ = repo.run("history", str(clone))
    assert code == 2
    assert "2 versions of files missing or broken" in out
    assert git(clone, "count-objects", "-v") == before


def test_a_broken_object_costs_itself(repo: Shell) -> None:
    commit(repo, "a.py", BAD)
    commit(repo, "b.py", BAD.replace("@TOKEN@", "@TOKEN2@"))
    blob = git(repo.folder, "rev-parse", "HEAD:a.py")
    loose = repo.folder / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o644)
    loose.write_bytes(b"broken")
    code, out, _ = repo.run("history")
    assert code == 2
    assert "1 version of files missing or broken" in out
    assert "b.py:1:35: KL101" in out


def test_a_broken_pack_is_a_sentence(repo: Shell) -> None:
    for number in range(5):
        commit(repo, "app.py", BAD * (number + 1))
    git(repo.folder, "gc", "-q")
    (pack,) = (repo.folder / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    raw = pack.read_bytes()
    pack.write_bytes(raw[: len(raw) // 3] + b"\0" * 40)
    code, out, err = repo.run("history")
    assert code == 2
    assert "not read to the end" in out
    assert "Traceback" not in out + err


def test_a_version_that_is_too_large_is_left_out_and_counted(repo: Shell) -> None:
    commit(repo, "big.py", b"import kintone\n" + b"#" * 8_500_000)
    commit(repo, "app.py", BAD)
    code, out, _ = repo.run("history")
    assert code == 1
    assert "1 version of files larger than 8 MB were left out." in out


# ---- what is hostile


def test_settings_of_a_repository_run_nothing_and_change_nothing(repo: Shell) -> None:
    commit(repo, "app.py", BAD)
    ran = repo.folder / "RAN"
    names = ["core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.x.textconv"]
    names += ["core.alternateRefsCommand", "pager.rev-list", "pager.diff-tree", "alias.cat-file"]
    for name in names:
        git(repo.folder, "config", name, f"touch {ran}")
    git(repo.folder, "config", "i18n.logOutputEncoding", "UTF-16")
    repo.write(".gitattributes", "* diff=x filter=x\n")
    committed(repo.folder)
    ran.unlink(missing_ok=True)  # what the test itself asked of git
    code, out, _ = repo.run("history")
    assert code == 1
    assert not ran.exists()
    assert git(repo.folder, "rev-parse", "--short=12", "HEAD~") in out


def test_replaced_objects_hide_nothing(repo: Shell) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "app.py", GOOD)
    bad, good = (git(repo.folder, "rev-parse", f"{each}:app.py") for each in ("HEAD~", "HEAD"))
    git(repo.folder, "replace", bad, good)
    assert len(found(repo)) == 1


def test_names_of_files_are_shown_harmlessly(repo: Shell) -> None:
    commit(repo, "\n::error file=a::b.py", BAD)
    code, out, _ = repo.run("history")
    assert code == 1
    assert not [line for line in out.splitlines() if line.startswith("::")]


# ---- as others do


def test_a_baseline_takes_what_is_revoked_and_is_that_of_check(repo: Shell) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "old.py", BAD.replace("@TOKEN@", "@TOKEN2@"))
    (repo.folder / "old.py").unlink()
    committed(repo.folder)
    words = ["--baseline", "known.json"]
    assert repo.run("check", *words, "--update-baseline")[0] == 0
    (finding,) = found(repo, *words)
    assert finding["path"] == "old.py"
    assert repo.run("history", *words, "--update-baseline")[0] == 0
    assert repo.run("history", *words)[0] == 0
    code, _, said = repo.run("check", *words)
    assert (code, "match nothing" in said) == (0, False)


def test_check_takes_no_entry_of_the_history_out_of_a_baseline(repo: Shell) -> None:
    """A commit has the secret for good; the file was cleaned."""
    commit(repo, "app.py", BAD)
    words = ["--baseline", "known.json"]
    assert repo.run("check", *words, "--update-baseline")[0] == 0
    assert repo.run("history", *words, "--update-baseline")[0] == 0
    commit(repo, "app.py", "import os\nTOKEN = os.environ['KINTONE_API_TOKEN']  # of kintone\n")
    code, out, said = repo.run("check", *words)
    assert (code, "match nothing" in out + said) == (0, False)
    assert repo.run("check", *words, "--update-baseline")[0] == 0
    assert repo.run("history", *words)[0] == 0
    (entry,) = json.loads((repo.folder / "known.json").read_text())["findings"]
    assert entry["history"] is True


def test_what_is_added_and_what_is_accepted_are_counted_alike(repo: Shell) -> None:
    """Two passwords at one place have one entry, and are two findings."""
    login = "import pykintone\npykintone.login('demo', 'me', '{}')\n"
    for password in ("Kq8v-Lm2pXz", "Zq8v-Lm2pXz"):
        commit(repo, "app.py", login.format(password))
    words = ["--baseline", "known.json"]
    code, out, err = repo.run("history", *words, "--update-baseline")
    assert (code, err) == (0, "")
    assert out.startswith(
        "All findings are in the baseline: 2 versions of files.\n"
        "The baseline accepts 2 findings, 2 of them new.\n"
        "2 findings added to known.json\n"
        "Checked 2 commits"
    )
    again = repo.run("history", *words, "--update-baseline")[1]
    assert again.startswith(
        "Nothing new: 2 versions of files.\nThe baseline accepts 2 findings.\nChecked 2 commits"
    )


@pytest.mark.parametrize("value", ["false", '"yes"', "1", "null"])
def test_a_mark_of_history_is_true_or_not_there(repo: Shell, value: str) -> None:
    commit(repo, "app.py", BAD)
    words = ["--baseline", "known.json"]
    assert repo.run("history", *words, "--update-baseline")[0] == 0
    file = repo.folder / "known.json"
    file.write_text(file.read_text().replace('"history": true', f'"history": {value}'))
    code, _, said = repo.run("check", *words)
    assert code == 2
    assert "history must be true" in said


def test_settings_hold_and_formats_are_those_of_check(repo: Shell) -> None:
    repo.write("pyproject.toml", '[tool.kintone-lint]\nexclude = ["tests/"]\n')
    commit(repo, "tests/app.py", BAD)
    assert found(repo) == []
    assert len(found(repo, "--isolated")) == 1
    code, out, _ = repo.run("history", "--isolated", "--output-format", "sarif")
    assert code == 1
    assert json.loads(out)["runs"][0]["results"][0]["ruleId"] == "KL101"
    assert repo.run("history", "--isolated", "--ignore", "KL101")[0] == 0
    assert repo.run("history", "--isolated", "--fail-on", "never")[0] == 0


def test_it_says_how_far_it_is(repo: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repo, "app.py", BAD)
    commit(repo, "app.py", GOOD)
    monkeypatch.setattr(command, "_SECONDS", 0.0)
    _, _, err = repo.run("history")
    assert "2 of 2 commits" in err
    _, _, err = repo.run("history", "--quiet")
    assert "commits" not in err


def test_what_a_message_says_does_not_decide_what_is_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kintone_lint.rules._credential.ADVICE", "it was seen")
    text = BAD.replace("@TOKEN@", TOKEN)
    found = secrets_in(Path("app.py"), text.encode(), Config(Path())).found
    assert [finding.revoke for _, finding in found] == [True]


def test_a_small_history_is_measured_in_kilobytes() -> None:
    from kintone_lint.cli.history import _size

    assert (_size(1_500), _size(2_340_000)) == ("1.5 kB", "2.3 MB")
