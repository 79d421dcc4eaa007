"""URIs of every editor and system mean the file that they name."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from kintone_lint.server.uris import assumed, key, path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/sato/app.py", "/home/sato/app.py"),
        ("FILE:///home/sato/app.py", "/home/sato/app.py"),
        ("file://localhost/home/app.py", "/home/app.py"),
        ("file:///home/my%20app%23%3F.py", "/home/my app#?.py"),
        ("file:///home/%E6%97%A5%E6%9C%AC.py", "/home/日本.py"),
        ("file:///home/日本.py", "/home/日本.py"),
        ("file:///home/a%25b.py", "/home/a%b.py"),
        ("file:///home/a;b.py", "/home/a;b.py"),
    ],
)
def test_a_file_on_posix(uri: str, path: str) -> None:
    assert path_of(uri, windows=False) == PurePosixPath(path)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///C:/Users/sato/app.py", r"C:\Users\sato\app.py"),
        ("file:///c%3A/Users/my%20app.py", r"c:\Users\my app.py"),
        ("file:///C|/Users/app.py", r"C:\Users\app.py"),
        ("file://server/share/app.py", r"\\server\share\app.py"),
    ],
)
def test_a_file_on_windows(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == PureWindowsPath(path)


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "git:/home/app.py?%7B%7D",
        "file://server/share/app.py",
        "file:///home/%00.py",
        "file:",
        "file:app.py",
        "file://[broken/app.py",
        "",
        "http://example.com/app.py",
    ],
)
def test_what_is_no_file_on_posix(uri: str) -> None:
    assert path_of(uri, windows=False) is None


def test_bytes_that_are_no_text_name_their_file(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))
    assert path_of(file.as_uri(), windows=False) == PurePosixPath(file)


def test_spellings_of_one_uri_are_one() -> None:
    assert key("file:///C:/a%20b.py") == key("file:///c%3A/a b.py")
    assert key("file:///A.py") != key("file:///a.py")


@pytest.mark.parametrize(
    ("uri", "language", "name"),
    [
        ("untitled:Untitled-1", "python", "Untitled-1.py"),
        ("untitled:app.py", "python", "app.py"),
        ("inmemory://model/1", "yaml", "1.yaml"),
        ("untitled:Untitled-2", "dotenv", "Untitled-2.env"),
        ("buffer:a/b.py", "python", "b.py"),
        ("untitled:", "python", "untitled.py"),
        ("untitled:..", "python", "...py"),
        ("inmemory://model/settings.json", "plaintext", "settings.json"),
    ],
)
def test_a_document_that_is_no_file_gets_a_name(uri: str, language: str, name: str) -> None:
    assert assumed(uri, language, Path("/work")) == Path("/work") / name


def test_a_file_has_a_uri() -> None:
    assert uri_of("/home/my app.py") == "file:///home/my%20app.py"
