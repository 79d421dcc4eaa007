"""Files that cannot be looked at: one line in errors, the rest is linted, exit 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import libcst as cst
import pytest

from kintone_lint.engine import lint
from kintone_lint.files import triage
from kintone_lint.files.triage import Job
from kintone_lint.findings import FileResult
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
    real = triage.jobs

    def vanishing(*arguments: object, **options: object) -> object:
        gone.unlink(missing_ok=True)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(triage, "jobs", vanishing)
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
    monkeypatch.setattr(triage, "content", lambda file: PermissionError(13, "Permission denied"))
    code, content = shell.check()
    assert code == 2
    assert content["errors"][0]["message"] == "Permission denied"


ODD_INDENTATIONS = {
    "a form feed before a statement": "\x0cx = 1\n",
    "a form feed in an indentation": "if x:\n    y = 1\n  \x0c    y = 2\n",
    "a tab after spaces": "def f(x):\n    if x:\n\t    return x\n",
    "a tab in a string": 'if x:\n  if x:\n\t  y = """\n\tz"""\n\t  y = (\n\t1)\n',
    "tabs, CR LF": "if x:\r\n  if x:\r\n\t  y = 1\r\n",
}


@pytest.mark.parametrize("name", ODD_INDENTATIONS)
def test_indentations_that_libcst_refuses_are_read(shell: Shell, name: str) -> None:
    lines = ODD_INDENTATIONS[name].count("\n")
    shell.write("odd.py", "import kintone\n" + ODD_INDENTATIONS[name] + GOOD)
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
    assert [(each["line"], each["column"]) for each in content["findings"]] == [(lines + 2, 35)]


def test_a_fix_leaves_odd_indentations_as_they_are(shell: Shell) -> None:
    before = (
        'import kintone\nif x:\n  if x:\n\t  u = "http://demo.cybozu.com/k/v1/record.json"\n\x0c\n'
    )
    file = shell.write("odd.py", before)
    shell.run("check", "--fix")
    assert file.read_text() == before.replace("http:", "https:")


def test_the_recursion_limit_is_left_as_it_was(shell: Shell) -> None:
    before = sys.getrecursionlimit()
    shell.write("app.py", GOOD)
    shell.check()
    assert sys.getrecursionlimit() == before


def test_what_is_no_file_is_not_waited_for(shell: Shell) -> None:
    os.mkfifo(shell.folder / "pipe.py")
    code, out, _ = shell.run("check", "pipe.py")
    assert code == 2
    assert "pipe.py: not linted: not a regular file" in out


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


def test_what_libcst_fails_on_costs_one_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    parse = cst.parse_module

    def failing(text: str) -> cst.Module:
        if "failing" in text:
            raise TypeError
        return parse(text)

    monkeypatch.setattr(cst, "parse_module", failing)
    shell.write("a.py", 'import kintone\nfailing = 1\ny = "@TOKEN@"\n')
    shell.write("b.py", 'import kintone\nurl = "http://demo.cybozu.com/k/v1/app.json"\n')
    code, out, _ = shell.run("check")
    assert code == 2
    assert "a.py: not linted: cannot be parsed: a bug of the parser" in out
    assert "b.py:2:7: KL304" in out
    assert "a.py:3:6: KL101" in out


def test_what_libcst_takes_for_invalid_and_python_does_not_is_linted(shell: Shell) -> None:
    shell.write("a.py", 'import kintone\nx = a if b else(lambda: 1)()\ny = "@TOKEN@"\n')
    code, out, _ = shell.run("check")
    assert code == 1
    assert "a.py:3:6: KL101" in out


HOSTILE = {  # each too much for the parser, or for Python
    "or, 10,000 times": "x = (a" + " or a" * 10_000 + ")\n",
    "a dotted import": "import a" + ".a" * 10_000 + "\n",
    "elif, 10,000 times": "if a:\n    0\n" + "elif a:\n    0\n" * 10_000,
    "lambdas in defaults": "x = " + "lambda a=" * 3_000 + "a" + ":a" * 3_000 + "\n",
    "not, 10,000 times": "x = " + "not " * 10_000 + "a\n",
    "subscripts in a chain": "x = a" + "[0]" * 3_000 + "\n",
    "patterns in patterns": "match x:\n  case " + "{1: " * 20 + "a" + "}" * 20 + ":\n    0\n",
    "brackets around patterns": "match x:\n  case " + "(" * 40 + "a" + ")" * 40 + ":\n    0\n",
    "brackets around a long list": "x = " + "(" * 90 + "[" + "a," * 20_000 + "]" + ")" * 90 + "\n",
    "an f-string with many fields": "x = f'" + "{a}" * 200_000 + "'\n",
    "many statements": "x = 1\n" * 1_300_000,
    "many blank lines": "\n" * 7_000_000,
    "one line of names": "x = [" + "a," * 2_000_000 + "]\n",
    "newer syntax, and a chain": "type X = int\nx = (\n" + "a or\n" * 8_000 + "a)\n",
    "what libcst reads and then refuses": "x = 'a' b'a'\n",
    "an encoding that takes long": "# coding: punycode\n" + "-" + "ba" * 400_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_too_much_costs_one_file(shell: Shell, name: str) -> None:
    head = "" if HOSTILE[name].startswith("#") else "import kintone\n"
    shell.write("odd.py", head + HOSTILE[name] + GOOD)
    shell.write("good.py", GOOD)
    code, content = shell.check()
    assert code == 2
    assert [each["path"] for each in content["errors"]] == ["odd.py"]
    assert "good.py" in [each["path"] for each in content["findings"]]


def test_a_parser_that_dies_costs_one_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain is let through to the other process, which it kills."""
    monkeypatch.setattr("kintone_lint.python.cost._HEIGHT", 10**9)
    monkeypatch.setattr("kintone_lint.python.cost._CHAINS", 10**12)
    shell.write("odd.py", "import kintone\n" + HOSTILE["newer syntax, and a chain"] + GOOD)
    shell.write("newer.py", "import kintone\ntype X = int\n" + GOOD)
    code, content = shell.check()
    assert code == 2
    (error,) = content["errors"]
    assert error["path"] == "odd.py"
    assert "the parser crashes" in error["message"]
    assert [each["path"] for each in content["findings"]] == ["newer.py", "odd.py"]
    assert content["findings"][0]["line"] == 3


def test_a_worker_that_dies_costs_one_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        shell.write(f"a{number}.py", GOOD)
    shell.write("killer.py", "import kintone\n" + GOOD)
    monkeypatch.setattr("kintone_lint.engine.run._POOL_FROM", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("kintone_lint.engine.lint._judged", dying(lint._judged))
    code, content = shell.check("--no-screen")
    assert code == 2
    (error,) = content["errors"]
    assert error["path"] == "killer.py"
    assert "died" in error["message"]
    assert len(content["findings"]) == 9, "its text was searched for tokens all the same"


def dying(judged: Callable[..., FileResult]) -> Callable[..., FileResult]:
    def judge(job: Job, *others: object) -> FileResult:
        if job.source.path == "killer.py":
            os._exit(1)
        return judged(job, *others)

    return judge


SPECIAL = {
    "a policy": ("--config", "odd"),
    "a baseline": ("--baseline", "odd"),
}


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("name", SPECIAL)
def test_a_special_file_is_told_in_one_sentence(shell: Shell, name: str, kind: str) -> None:
    shell.write("good.py", GOOD)
    if kind == "pipe":
        os.mkfifo(shell.folder / "odd")
    else:
        (shell.folder / "odd").symlink_to("/dev/zero")
    code, _, err = shell.run("check", "good.py", *SPECIAL[name])
    assert code == 2
    assert err.count("\n") == 1
    assert "odd" in err
    assert "not a regular file" in err


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(shell: Shell) -> None:
    shell.write("src/good.py", GOOD)
    os.mkfifo(shell.folder / "src" / ".gitignore")
    code, content = shell.check("src")
    assert code == 1
    assert len(content["findings"]) == 1


def test_an_import_with_more_names_than_a_path_may_have_costs_nothing(shell: Shell) -> None:
    shell.write("odd.py", "import kintone\nimport a" + ".a" * 1_000 + "\n" + GOOD)
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
