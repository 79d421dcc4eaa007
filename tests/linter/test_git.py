"""Git is asked in a way that runs nothing and believes nothing of the repository."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

import pytest

from kintone_lint.files import git
from linter.linting import Shell
from linter.repositories import committed, repository
from linter.repositories import git as run_git

BAD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
RAN = "RAN"


@pytest.fixture
def hostile(shell: Shell) -> Shell:
    """A repository that is the working folder; a test makes its settings hostile."""
    repository(shell.folder)
    shell.write("src/app.py", BAD)
    shell.write(".gitignore", "ignored/\n")
    shell.write("ignored/local.py", BAD)
    committed(shell.folder)
    return shell


def mark(folder: Path, name: str = RAN) -> str:
    """A command that leaves a file behind."""
    return f"touch {folder / name}"


def ran(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob(f"{RAN}*"))


COMMANDS = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "pager.ls-files",
    "core.editor",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "diff.external",
    "credential.helper",
    "gpg.program",
    "alias.ls-files",
    "alias.check-ignore",
    "filter.x.clean",
    "filter.x.smudge",
    "filter.x.process",
    "merge.x.driver",
    "diff.x.textconv",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "trace2.eventTarget",
    "include.path",
]


@pytest.mark.parametrize("key", COMMANDS)
def test_no_command_of_a_repositorys_settings_is_run(hostile: Shell, key: str) -> None:
    value = mark(hostile.folder)
    run_git(hostile.folder, "config", key, f"!{value}" if key.startswith("alias") else value)
    hostile.write(".gitattributes", "* filter=x diff=x merge=x\n")
    hostile.write("src/app.py", BAD + "\n")  # another time stamp, so that git looks at it
    assert [path for _, path, _ in hostile.rules()] == ["src/app.py"]
    assert not ran(hostile.folder)


def test_the_attack_with_a_file_system_monitor_is_a_real_one(hostile: Shell) -> None:
    run_git(hostile.folder, "config", "core.fsmonitor", mark(hostile.folder))
    subprocess.run(["git", "-C", str(hostile.folder), "ls-files"], check=True, capture_output=True)
    assert ran(hostile.folder) == [RAN]


def test_no_hook_is_run(hostile: Shell) -> None:
    for name in ("post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"):
        hook = hostile.folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{mark(hostile.folder)}\n")
        hook.chmod(0o755)
    run_git(hostile.folder, "config", "core.hooksPath", ".git/hooks")
    assert hostile.run("check")[0] == 1
    assert not ran(hostile.folder)


def test_a_missing_object_is_not_fetched(hostile: Shell, tmp_path: Path) -> None:
    """A sparse index names folders that git has to look up: a promisor's, over the network."""
    folder = hostile.folder
    for name, value in {
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
        "remote.origin.url": "ssh://localhost/none",
        "remote.origin.promisor": "true",
        "core.sshCommand": f"{mark(folder)}; false",
        "protocol.ssh.allow": "always",
        "protocol.ext.allow": "always",
        "protocol.allow": "always",
        "index.sparse": "true",
    }.items():
        run_git(folder, "config", name, value)
    run_git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "other")
    for file in (folder / ".git" / "objects").rglob("*"):
        if file.is_file():
            file.unlink()
    subprocess.run(["git", "-C", str(folder), "ls-files"], check=False, capture_output=True)
    assert ran(folder) == [RAN], "the attack is a real one"
    (folder / RAN).unlink()
    hostile.write("src/app.py", BAD)
    code, out, _ = hostile.run("check", "src")
    assert code == 1
    assert "src/app.py:1" in out
    assert "could not ask git which files it ignores: git says: " in out
    assert not ran(folder)


def test_a_bare_repository_inside_the_tree_is_no_repository(hostile: Shell) -> None:
    folder = hostile.folder / "src"
    for name in ("objects", "refs", "info"):
        (folder / name).mkdir()
    hostile.write("src/HEAD", "ref: refs/heads/x\n")
    hostile.write("src/info/exclude", "*\n!decoy.py\n")
    hostile.write("src/decoy.py", "x = 1\n")
    text = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
    text += f'\tfsmonitor = "{mark(hostile.folder)}; true"\n'
    hostile.write("src/config", text)
    os.chdir(folder)
    plainly = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    asked = subprocess.run(plainly, check=False, capture_output=True)
    assert (asked.returncode, ran(hostile.folder)) == (0, [RAN]), "the attack is a real one"
    (hostile.folder / RAN).unlink()
    for where, path in ((hostile.folder, "src"), (folder, ".")):
        os.chdir(where)
        assert len(hostile.rules(path)) == 1
    assert not ran(hostile.folder)


@pytest.mark.parametrize("where", ["/", "src", "../elsewhere"])
def test_a_work_tree_elsewhere_is_not_believed(hostile: Shell, where: str) -> None:
    run_git(hostile.folder, "config", "core.worktree", where)
    code, out, _ = hostile.run("check")
    assert code == 1
    assert "src/app.py:1" in out
    assert out.endswith("1 file not checked: ignored by git.\n"), "git was asked"


@pytest.mark.parametrize("kind", ["a file", "a link", "a file with a pipe at its end"])
def test_a_git_that_leads_elsewhere_is_said_and_all_is_looked_at(
    shell: Shell, tmp_path: Path, kind: str
) -> None:
    other = repository(tmp_path / "other")
    run_git(other, "config", "core.fsmonitor", mark(tmp_path))
    (other / ".git" / "info" / "exclude").write_text("*\n")
    folder = tmp_path / "project"
    folder.mkdir()
    shell.folder = folder
    shell.write("app.py", BAD)
    os.chdir(folder)
    if kind == "a link":
        (folder / ".git").symlink_to("../other/.git")
    elif kind == "a file":
        (folder / ".git").write_text("gitdir: ../other/.git\n")
    else:
        os.mkfifo(tmp_path / "pipe")
        (folder / ".git").write_text("gitdir: ..\n")
        os.mkfifo(tmp_path / "gitdir")
    code, out, _ = shell.run("check")
    assert code == 1
    assert f"{folder}: could not ask git which files it ignores: its .git " in out
    assert not ran(tmp_path)


def test_a_work_tree_and_a_submodule_are_repositories(shell: Shell) -> None:
    inner = repository(shell.folder / "inner")
    (inner / "lib.py").write_text("x = 1\n")
    committed(inner)
    main = repository(shell.folder / "main")
    (main / ".gitignore").write_text("ignored.py\n")
    run_git(main, "submodule", "add", "-q", str(inner), "sub")
    committed(main)
    run_git(main, "worktree", "add", "-q", str(shell.folder / "linked"))
    linked = shell.folder / "linked"
    run_git(linked, "submodule", "update", "-q", "--init")
    for folder in (main, main / "sub", linked, linked / "sub"):
        found = git.repository_of(folder)
        assert found == git.Repository(folder)
        assert git.listing(found, folder).tracked
    (linked / "ignored.py").write_text("x = 1\n")
    os.chdir(linked)
    _, out, _ = shell.run("check")
    assert out == "All clean: 1 file. 1 file not checked: ignored by git.\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_repository_of_another_user_is_said_and_all_is_looked_at(hostile: Shell) -> None:
    for path in (hostile.folder, *hostile.folder.rglob("*")):
        os.chown(path, 1234, 1234)
    code, out, _ = hostile.run("check")
    assert code == 1
    assert "ignored/local.py:1" in out
    assert "could not ask git which files it ignores: it belongs to another user" in out


def test_without_git_all_is_looked_at_and_it_is_said(
    hostile: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    code, out, _ = hostile.run("check")
    assert code == 1
    assert "ignored/local.py:1" in out
    assert "could not ask git which files it ignores: git is not installed" in out


@pytest.mark.parametrize(("first", "place"), [(".", ""), ("bin", "bin"), ("{}/bin", "bin")])
def test_a_git_of_the_repository_is_not_run(
    hostile: Shell, monkeypatch: pytest.MonkeyPatch, first: str, place: str
) -> None:
    put_git(hostile.folder / place)
    path = first.format(hostile.folder)
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}{os.environ['PATH']}")
    assert [path for _, path, _ in hostile.rules()] == ["src/app.py"]
    assert not ran(hostile.folder)


def test_a_git_of_the_working_folder_is_not_run(
    hostile: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.mktemp("here")
    put_git(here)
    put_git(hostile.folder)
    monkeypatch.chdir(here)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert len(hostile.rules(str(hostile.folder))) == 1
    assert not ran(here)
    assert not ran(hostile.folder)


def put_git(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "git").write_text(f"#!/bin/sh\n{mark(folder)}\n")
    (folder / "git").chmod(0o755)


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF", "GIT_TRACE"]
)
def test_the_environment_of_a_hook_or_a_user_changes_nothing(
    hostile: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(hostile.folder / RAN))
    assert [path for _, path, _ in hostile.rules()] == ["src/app.py"]
    assert not ran(hostile.folder)


@pytest.mark.parametrize("name", [".git/info/exclude", ".git/index", ".gitignore"])
def test_a_git_that_gives_no_answer_is_not_waited_for(
    hostile: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (hostile.folder / name).unlink()
    os.mkfifo(hostile.folder / name)
    monkeypatch.setattr(git, "SECONDS", 0.5)
    code, out, _ = hostile.run("check")
    assert code == 1
    assert "ignored/local.py:1" in out
    assert "git gave no answer within 0.5 seconds" in out


def test_a_long_answer_ends_the_asking(hostile: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "OUTPUT", 10)
    code, out, _ = hostile.run("check")
    assert code == 1
    assert "git's answer is longer than 10 bytes" in out


def test_what_git_says_is_one_harmless_line(hostile: Shell) -> None:
    (hostile.folder / ".git" / "HEAD").write_text("ref: refs/heads/x")
    (hostile.folder / ".git" / "config").write_text("[core]\nx = \x1b[31m\\q\n::error::x\n")
    _, out, _ = hostile.run("check")
    assert "could not ask git which files it ignores: git says: " in out
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line.startswith("::")]


def test_names_that_look_like_patterns_or_options_are_names(shell: Shell) -> None:
    repository(shell.folder)
    for name in ("-x", ":(top)y", "[a]", "a*", "日 本"):
        shell.write(f"{name}/app.py", BAD)
        shell.write("a/other.py", BAD)
        found = git.repository_of(shell.folder / name)
        assert found
        listed = git.listing(found, shell.folder / name)
        assert listed.others == [f"{name}/app.py"]
        assert git.ignores(found, shell.folder / name) is False


def calls_programs(tree: ast.AST) -> bool:
    """Whether a module imports `subprocess`, or names what of `os` starts a program."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(each.name == "subprocess" for each in names):
                return True
            case ast.ImportFrom(module="subprocess"):
                return True
            case ast.Attribute(value=ast.Name("os"), attr=name) if name.startswith(
                ("system", "popen", "exec", "spawn", "posix_spawn")
            ):
                return True
    return False


def test_the_rest_of_the_linter_calls_no_program_but_its_own_python() -> None:
    import kintone_lint

    folder = Path(kintone_lint.__file__).parent
    users = {
        file.name for file in folder.rglob("*.py") if calls_programs(ast.parse(file.read_text()))
    }
    assert users == {"git.py", "prober.py"}
    prober = (folder / "python" / "prober.py").read_text()
    assert '[sys.executable, "-I", ' in prober
