"""Reading what a project names: regular files only, and not without end."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kintone_lint.bounded import TooLargeError, read_start, read_whole


def test_a_file_is_read_up_to_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert (read_start(file, 3), read_start(file, 9)) == (b"123", b"12345")
    assert read_whole(file, 5) == b"12345"
    with pytest.raises(TooLargeError, match="larger than 4 bytes"):
        read_whole(file, 4)


def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert read_whole(tmp_path / "b", 10) == b"x"


@pytest.mark.parametrize(
    "kind", ["a pipe", "a device", "a link to a device", "a folder", "a socket"]
)
def test_what_is_no_regular_file_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "x"
    if kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a device":
        file = Path("/dev/zero")
    elif kind == "a link to a device":
        file.symlink_to("/dev/zero")
    elif kind == "a folder":
        file.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(os.fspath(file))
    with pytest.raises(OSError, match=r"not a regular file|No such device"):
        read_whole(file, 10)


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    with pytest.raises(OSError, match="null"):
        read_whole(Path("a\0b"), 10)
