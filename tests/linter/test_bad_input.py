"""Files that cannot be looked at: one line in errors, the rest is linted, exit 2."""

from __future__ import annotations

import os
import sys

import pytest

from kintone_lint import selection
from linter.linting import TOKEN, Shell

GOOD = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
UNREADABLE = {
    "a syntax error": b"import kintone\ndef (:\n",
    "Python 2": b'import kintone\nprint "hello"\n',
    "null bytes": b"import kintone\n\0\n",
    "a cookie of no encoding": b"# -*- coding: klingon -*-\nimport kintone\n",
    "bytes that are no UTF-8": b'import kintone\nx = "\xff\xfe"\n',
    "2,000 nested brackets": b"import kintone\nx = " + b"(" * 2000 + b")" * 2000 + b"\n",
    "9,000 attributes": b"import kintone\nx = a" + b".b" * 9000 + b"\n",
    "9 MB": b"import kintone\n" + b"#" * 9_000_000,
}
READABLE = {
    "CRLF": b"import kintone\r\nx = 1\r\n",
    "a lone CR": b"import kintone\rx = 1\r",
    "a byte order mark": b"\xef\xbb\xbfimport kintone\n",
    "form feeds": b"import kintone\n\x0c\nx = 1\n",
    "no newline at the end": b"import kintone",
    "nothing but a comment": b"# kintone",
    "a line of 5 MB": b'import kintone\nx = "' + b"a" * 5_000_000 + b'"\n',
    "a declared encoding": "# coding: sjis\nimport kintone\nx = '日本語'\n".encode("sjis"),
    "Latin 1": "# coding: latin-1\nimport kintone\nx = 'é'\n".encode("latin-1"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_an_error_and_the_rest_is_linted(shell: Shell, name: str) -> None:
    shell.write("odd.py", UNREADABLE[name])
    shell.write("good.py", GOOD)
    code, content = shell.check()
    assert code == 2
    assert [each["path"] for each in content["errors"]] == ["odd.py"]
    assert [each["path"] for each in content["findings"]] == ["good.py"]
    assert "\n" not in content["errors"][0]["message"]


@pytest.mark.parametrize("name", READABLE)
def test_odd_but_valid_files_are_read(shell: Shell, name: str) -> None:
    shell.write("odd.py", READABLE[name])
    code, content = shell.check("--no-screen")
    assert (code, content["errors"]) == (0, [])


@pytest.mark.parametrize("name", ["a lone CR", "CRLF", "a byte order mark", "form feeds"])
def test_places_are_right_in_odd_files(shell: Shell, name: str) -> None:
    newline = {"a lone CR": b"\r", "CRLF": b"\r\n"}.get(name, b"\n")
    text = READABLE[name] + newline + GOOD.replace("@TOKEN@", TOKEN).encode()
    shell.write("odd.py", text)
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
    (found,) = content["findings"]
    assert found["column"] == 35
    assert found["end_column"] - found["column"] == 40


def test_deep_nesting_is_read_or_refused_but_never_a_crash(shell: Shell) -> None:
    shell.write("a.py", "import kintone\nx = " + "-" * 1000 + "1\n" + GOOD)
    shell.write("b.py", "import kintone\nx = " + "1 + " * 900 + "1\n" + GOOD)
    shell.write("c.py", "import kintone\nx = " + "[" * 150 + "]" * 150 + "\n" + GOOD)
    code, content = shell.check()
    assert {each["path"] for each in content["findings"]} == {"a.py", "b.py", "c.py"}
    assert code in (1, 2)


def test_syntax_newer_than_this_python_is_read_all_the_same(shell: Shell) -> None:
    text = "import kintone\ntype X[T: int] = list[T]\ndef f[T](x: T) -> T:\n    return x\n"
    shell.write("new.py", text + GOOD)
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
    assert [each["line"] for each in content["findings"]] == [5]


def test_a_token_in_a_file_that_does_not_parse_is_found_all_the_same(shell: Shell) -> None:
    shell.write("old.py", 'import kintone\nprint "@TOKEN@"\n')
    code, content = shell.check()
    assert code == 2
    (found,) = content["findings"]
    assert (found["rule"], found["line"], found["column"]) == ("KL101", 2, 8)


def test_a_file_that_vanishes_is_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("good.py", GOOD)
    gone = shell.write("gone.py", GOOD)
    real = selection.jobs

    def vanishing(*arguments: object, **options: object) -> object:
        gone.unlink(missing_ok=True)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(selection, "jobs", vanishing)
    code, content = shell.check()
    assert code == 2
    assert [each["path"] for each in content["errors"]] == ["gone.py"]
    assert [each["path"] for each in content["findings"]] == ["good.py"]


def test_a_link_that_leads_in_a_circle_is_an_error_when_given(shell: Shell) -> None:
    (shell.folder / "loop.py").symlink_to("loop.py")
    code, out, _ = shell.run("check", "loop.py")
    assert code == 2
    assert "loop.py: not linted" in out


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_error(shell: Shell) -> None:
    shell.write("shut.py", GOOD).chmod(0)
    code, content = shell.check()
    assert code == 2
    assert "ermission" in content["errors"][0]["message"]


def test_a_read_that_is_refused_is_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.write("shut.py", GOOD)
    monkeypatch.setattr(selection, "content", lambda file: PermissionError(13, "Permission denied"))
    code, content = shell.check()
    assert code == 2
    assert content["errors"][0]["message"] == "Permission denied"


def test_a_form_feed_before_a_statement_is_an_error_and_the_token_is_found(shell: Shell) -> None:
    shell.write("odd.py", "import kintone\n\x0cx = 1\n" + GOOD)
    code, content = shell.check()
    assert (code, len(content["errors"])) == (2, 1)
    assert [each["line"] for each in content["findings"]] == [3]


def test_the_recursion_limit_is_left_as_it_was(shell: Shell) -> None:
    before = sys.getrecursionlimit()
    shell.write("app.py", GOOD)
    shell.check()
    assert sys.getrecursionlimit() == before


def test_what_is_no_file_is_not_waited_for(shell: Shell) -> None:
    os.mkfifo(shell.folder / "pipe.py")
    code, out, _ = shell.run("check", "pipe.py")
    assert code == 2
    assert "pipe.py: not linted: no regular file" in out


def test_a_name_that_no_file_can_have_is_an_error(shell: Shell) -> None:
    code, out, _ = shell.run("check", "a" * 300 + ".py")
    assert code == 2
    assert "not linted" in out


def test_odd_names_of_files(shell: Shell) -> None:
    for name in (b"\xff.py", "日本語 と空白.py".encode(), b"a\nb.py"):
        (shell.folder / os.fsdecode(name)).write_text(f'KINTONE_TOKEN = "{TOKEN}"\n')
    code, content = shell.check()
    assert code == 1
    assert len(content["findings"]) == 3
    assert shell.run("check")[0] == 1


def test_a_link_that_leads_to_itself_costs_no_other_file(shell: Shell) -> None:
    (shell.folder / "loop.py").symlink_to("loop.py")
    shell.write("app.py", 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n')
    code, out, err = shell.run("check")
    assert code == 1, err
    assert "app.py:1" in out


def test_a_name_with_a_line_break_is_shown_on_one_line(shell: Shell) -> None:
    shell.write("x\n::error file=a::b.py", 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n')
    _, out, _ = shell.run("check")
    assert "x\\n::error file=a::b.py:1:" in out
    assert not [line for line in out.splitlines() if line.startswith("::")]


def test_what_libcst_fails_on_costs_one_file(shell: Shell) -> None:
    shell.write("a.py", 'import kintone\nx = a if b else(lambda: 1)()\ny = "@TOKEN@"\n')
    shell.write("b.py", 'import kintone\nurl = "http://demo.cybozu.com/k/v1/app.json"\n')
    code, out, _ = shell.run("check")
    assert code == 2
    assert "a.py: not linted: cannot be parsed: a defect of the parser" in out
    assert "b.py:2:7: KL304" in out
    assert "a.py:3:6: KL101" in out
