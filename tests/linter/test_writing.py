"""The one function that writes whole files, for both tools."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kintone_lint import writing
from kintone_lint.writing import LeavesProjectError, write_whole


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a neighbour, and the working folder in it."""
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_link_inside_the_project_is_kept_and_its_target_written(project: Path) -> None:
    (project / "real").mkdir()
    (project / "real" / "known.json").write_text("old")
    (project / "known.json").symlink_to("real/known.json")
    write_whole(Path("known.json"), b"new")
    assert (project / "known.json").is_symlink()
    assert (project / "real" / "known.json").read_text() == "new"


def test_a_link_to_what_is_not_there_yet_makes_it(project: Path) -> None:
    (project / "report.json").symlink_to("reports.json")
    write_whole(project / "report.json", b"new")
    assert (project / "reports.json").read_text() == "new"


@pytest.mark.parametrize("link", ["a file", "a folder", "a folder above"])
def test_a_link_that_leaves_the_project_is_not_written_through(project: Path, link: str) -> None:
    outside = project.parent / "elsewhere" / "theirs.txt"
    outside.write_text("theirs")
    if link == "a file":
        (project / "theirs.txt").symlink_to(outside)
        named = Path("theirs.txt")
    elif link == "a folder":
        (project / "out").symlink_to(outside.parent)
        named = Path("out/theirs.txt")
    else:
        (project / "up").symlink_to(project.parent)
        named = Path("up/elsewhere/theirs.txt")
    with pytest.raises(LeavesProjectError, match="leads out of"):
        write_whole(named, b"ours")
    with pytest.raises(LeavesProjectError):
        write_whole(named.absolute(), b"ours")
    assert outside.read_text() == "theirs"
    assert [each.name for each in outside.parent.iterdir()] == ["theirs.txt"]


def test_a_project_without_a_repository_is_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "theirs.txt").write_text("theirs")
    (tmp_path / "here" / "out.txt").symlink_to("../theirs.txt")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(LeavesProjectError):
        write_whole(Path("out.txt"), b"ours")
    assert (tmp_path / "theirs.txt").read_text() == "theirs"


def test_links_outside_of_every_project_are_the_users_own(project: Path) -> None:
    outside = project.parent
    (outside / "latest.txt").symlink_to(outside / "elsewhere" / "report.txt")
    write_whole(outside / "latest.txt", b"ours")
    assert (outside / "elsewhere" / "report.txt").read_text() == "ours"


def test_a_project_that_is_reached_through_a_link_is_written(project: Path) -> None:
    (project.parent / "alias").symlink_to(project)
    write_whole(project.parent / "alias" / "report.txt", b"ours")
    assert (project / "report.txt").read_text() == "ours"


def test_a_link_that_leads_to_itself_is_an_error(project: Path) -> None:
    (project / "loop.txt").symlink_to("loop.txt")
    with pytest.raises(OSError, match=r"symbolic links"):
        write_whole(Path("loop.txt"), b"ours")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_the_mode_of_an_old_file_stays(project: Path, mode: int) -> None:
    file = project / "app.py"
    file.write_text("old")
    file.chmod(mode)
    write_whole(file, b"new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", mode)


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_gets_what_the_umask_leaves(project: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(project / "new.txt", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((project / "new.txt").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_of_an_old_file_stays(project: Path) -> None:
    file = project / "app.py"
    file.write_text("old")
    os.chown(file, 1234, 1234)
    write_whole(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1234)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, SystemExit])
def test_nothing_is_left_beside_where_writing_stops(
    project: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    (project / "app.py").write_text("old")

    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr(writing, "_keep_owner_and_mode", stopped)
    with pytest.raises(error):
        write_whole(project / "app.py", b"new")
    assert sorted(each.name for each in project.iterdir()) == [".git", "app.py"]
    assert (project / "app.py").read_text() == "old"


def test_a_name_of_the_longest_kind_is_written(project: Path) -> None:
    write_whole(project / ("a" * 255), b"new")
    assert (project / ("a" * 255)).read_text() == "new"


def test_a_pipe_is_written_into_and_stays_a_pipe(project: Path) -> None:
    os.mkfifo(project / "pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((project / "pipe").read_bytes()))
    reader.start()
    try:
        for _ in range(500):  # until the reader has opened it
            try:
                write_whole(project / "pipe", b"new")
                break
            except OSError:
                threading.Event().wait(0.02)
    finally:
        reader.join(20)
    assert got == [b"new"]
    assert (project / "pipe").is_fifo()


def test_a_pipe_that_nobody_reads_is_an_error_and_no_wait(project: Path) -> None:
    os.mkfifo(project / "pipe")
    with pytest.raises(OSError, match="No such device"):
        write_whole(project / "pipe", b"new")


def test_the_standard_output_as_a_file_is_kept(project: Path) -> None:
    code = (
        "from pathlib import Path\nfrom kintone_lint.writing import write_whole\n"
        "write_whole(Path('/dev/stdout'), b'ours')"
    )
    with (project / "out.txt").open("wb") as out:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=out)
        assert os.fstat(out.fileno()).st_nlink == 1
    assert (project / "out.txt").read_text() == "ours"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_file_that_may_not_be_written_is_not_replaced(project: Path) -> None:
    (project / "app.py").write_text("old")
    (project / "app.py").chmod(0o444)
    with pytest.raises(PermissionError):
        write_whole(project / "app.py", b"new")


def test_a_folder_is_not_replaced(project: Path) -> None:
    (project / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(project / "folder", b"new")


def test_it_needs_nothing_that_only_posix_has(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("chown", "set_blocking", "O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC"):
        monkeypatch.delattr(os, name)
    write_whole(project / "app.py", b"old")
    write_whole(project / "app.py", b"new")
    assert (project / "app.py").read_text() == "new"
