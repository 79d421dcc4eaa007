"""Fixes give the code that the rule shows, once and for all, and the program keeps working."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
import responses

from fakes import fakes, filled
from kintone_lint.edits.fixes import fixed, offered
from kintone_lint.findings import Confidence, Finding, Severity, Span, TextEdit, TextFix
from kintone_lint.python.source import Source
from kintone_lint.rules import all_rules
from kintone_lint.rules.base import Bad
from linter.linting import NOWHERE, Shell, linted
from linter.test_rules import MARK

VARIABLES = {
    "KINTONE_API_TOKEN": "@TOKEN@",
    "KINTONE_PASSWORD": "@PASSWORD@",
    "KINTONE_AUTHORIZATION": "@BASE64@",
}
FIXED = [
    pytest.param(bad, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, bad in enumerate(rule.bad)
    if bad.fixed is not None
]
SENDING = [case for case in FIXED if case.values[0].sends]  # type: ignore[union-attr]


def put_right(text: str, *, unsafe: bool = True) -> str:
    source = Source("app.py", NOWHERE / "app.py", filled(text).encode())
    found = linted(text).findings

    def relint(changed: Source) -> list[Any]:
        return linted(changed.text).findings

    return fixed(source, found, relint, unsafe=unsafe)[0]


@pytest.mark.parametrize("bad", FIXED)
def test_a_fix_gives_the_code_shown_and_a_second_changes_nothing(bad: Bad) -> None:
    assert bad.fixed is not None
    once = put_right(MARK.sub("", bad.code))
    assert once == filled(bad.fixed)
    assert put_right(once) == once


@dataclass(frozen=True)
class Sent:
    method: str | None
    url: str | None
    headers: frozenset[tuple[str, Any]]
    body: object


@responses.activate
def sent_by(code: str, monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """The requests that a program sends, with the credentials in its environment."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, filled(value))
    for method in ("GET", "POST", "PUT", "DELETE"):
        responses.add(method, re.compile(".*"), json={})
    exec(compile(code, "app.py", "exec"), {"__name__": "app"})
    return [
        Sent(
            call.request.method,
            call.request.url,
            frozenset(
                (name, value)
                for name, value in call.request.headers.items()
                if name not in ("Content-Length", "Content-Type")
            ),
            None if call.request.url and "file.json" in call.request.url else call.request.body,
        )
        for call in responses.calls
    ]


@pytest.mark.parametrize("bad", SENDING)
def test_a_fix_keeps_the_requests_or_sends_what_was_meant(
    bad: Bad, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sent_by(filled(MARK.sub("", bad.code)), monkeypatch)
    after = sent_by(put_right(MARK.sub("", bad.code)), monkeypatch)
    assert len(before) == len(after) == 1
    if bad.meant is None:
        assert before == after
    else:
        assert after[0].url == bad.meant != before[0].url
        assert (after[0].method, after[0].headers) == (before[0].method, before[0].headers)


def test_every_kind_of_fix_is_shown_in_an_example() -> None:
    assert len(FIXED) >= 15
    assert len(SENDING) >= 8


def test_unsafe_fixes_need_their_option() -> None:
    text = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
    assert put_right(text, unsafe=False) == filled(text)
    assert "os.environ" in put_right(text)


def test_a_fix_that_would_break_the_code_is_left_out() -> None:
    text = 'import kintone\nmatch x:\n    case "@TOKEN@":\n        pass\n'
    assert put_right(text) == filled(text)


def test_fixes_that_touch_each_other_are_made_one_after_the_other() -> None:
    span = Span("a.py", 1, 1, 1, 2)

    def finding(start: int, end: int) -> Finding:
        fix = TextFix("", True, (TextEdit(start, end, "y", span),))
        return Finding("KL201", "", "", span, Severity.ERROR, Confidence.HIGH, "", (), fix)

    source = Source("a.py", NOWHERE / "a.py", b"xxxxx = 1\n")
    first, second = finding(0, 3), finding(2, 4)
    text, applied = fixed(source, [first, second], lambda _: [], unsafe=False)
    assert (text, applied) == ("yxx = 1\n", [first])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_rest_of_the_file_stays_byte_for_byte(shell: Shell, newline: str, mark: bytes) -> None:
    text = '# こんにちは\nimport requests\nrequests.get("http://demo.cybozu.com/k/v1/app.json")\t\n'
    before = mark + text.replace("\n", newline).encode()
    file = shell.write("app.py", before)
    code, _, _ = shell.run("check", "--fix", "app.py")
    assert code == 0
    assert file.read_bytes() == before.replace(b"http:", b"https:")


def test_a_declared_encoding_is_kept(shell: Shell) -> None:
    text = '# -*- coding: shift_jis -*-\nurl = "http://demo.cybozu.com/"  # 日本語\n'
    file = shell.write("app.py", text.encode("shift_jis"))
    shell.run("check", "--fix", "app.py")
    assert file.read_bytes() == text.replace("http:", "https:").encode("shift_jis")


def test_the_mode_of_a_file_is_kept(shell: Shell) -> None:
    file = shell.write("app.py", 'url = "http://demo.cybozu.com/"\n')
    file.chmod(0o754)
    shell.run("check", "--fix", "app.py")
    assert file.stat().st_mode & 0o777 == 0o754
    assert [each.name for each in shell.folder.iterdir()] == ["app.py"]


def test_stdin_is_fixed_to_stdout(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    class Pipe:
        buffer = io.BytesIO(b'url = "http://demo.cybozu.com/"\n')

    monkeypatch.setattr(sys, "stdin", Pipe)
    code, out, _ = shell.run("check", "--fix", "--stdin-filename", "app.py", "-")
    assert (code, out) == (0, 'url = "https://demo.cybozu.com/"\n')


def test_stdin_without_anything_to_fix_comes_out_as_it_went_in(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    class Pipe:
        buffer = io.BytesIO(b"x = 1\r\n")

    monkeypatch.setattr(sys, "stdin", Pipe)
    code, out, _ = shell.run("check", "--fix", "-")
    assert (code, out) == (0, "x = 1\r\n")


def test_a_diff_masks_secrets_and_changes_nothing(shell: Shell) -> None:
    file = shell.write("app.py", 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n')
    before = file.read_bytes()
    code, out, _ = shell.run("check", "--diff", "--unsafe-fixes")
    assert code == 1
    assert "cannot be applied" in out
    assert '+headers = {"X-Cybozu-API-Token": os.environ["KINTONE_API_TOKEN"]}' in out
    assert fakes()["@TOKEN@"] not in out
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_an_error(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kintone_lint import writing

    def full(file: object, raw: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_whole", full)
    file = shell.write("app.py", 'url = "http://demo.cybozu.com/"\n')
    code, out, _ = shell.run("check", "--fix")
    assert code == 2
    assert "No space left" in out
    assert b"http:" in file.read_bytes()


# ---- over several files


def write_package(shell: Shell) -> None:
    shell.write("pyproject.toml", "")
    shell.write("pkg/__init__.py", "")
    shell.write(
        "pkg/conf.py", 'TOKEN = "@TOKEN@"\nBASE = "http://demo.cybozu.com"\nOTHER = "@TOKEN2@"\n'
    )
    shell.write(
        "pkg/cl.py",
        "import requests\nfrom pkg.conf import BASE, OTHER, TOKEN\n"
        'url = "http://demo.cybozu.com/k/v1/app.json"\n'
        'requests.get(f"{BASE}/k/v1/app.json", headers={"X-Cybozu-API-Token": TOKEN})\n'
        'requests.get(url, headers={"X-Cybozu-API-Token": OTHER})\n',
    )


@pytest.mark.parametrize("paths", [[], ["pkg/cl.py", "pkg/conf.py"], ["pkg/cl.py"]])
def test_what_is_left_is_what_the_next_run_finds(shell: Shell, paths: list[str]) -> None:
    write_package(shell)
    _, fixing, _ = shell.run("check", "--fix", *paths)
    _, again, _ = shell.run("check", *paths)
    left = fixing.splitlines()
    told = [number for number, line in enumerate(left) if " fixed: " in line]
    assert len(told) == 1
    assert [*left[: told[0]], *left[told[0] + 1 :]] == again.splitlines()


def test_a_suppression_that_another_file_needs_outlives_fixes(shell: Shell) -> None:
    file = shell.write(
        "settings.py",
        'OLD = "@TOKEN@"  # kintone\nTOKEN = "@SECRET@"  # kintone-lint: ignore[KL101] a fake\n',
    )
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n')
    shell.run("check", "--fix", "--unsafe-fixes")
    assert file.read_text().startswith("import os\n\nOLD = os.environ[")
    assert "# kintone-lint: ignore[KL101] a fake" in file.read_text()


HEADERS = 'headers = {"X-Cybozu-API-Token": "%s"}\n'


def test_unsafe_fixes_alone_write_nothing(shell: Shell) -> None:
    file = shell.write("a.py", HEADERS % "@TOKEN@")
    code, out, err = shell.run("check", "--unsafe-fixes")
    assert (code, out) == (2, "")
    assert "--unsafe-fixes needs --fix or --diff" in err
    assert file.read_text() == filled(HEADERS % "@TOKEN@")


# ---- what is said


def test_the_rules_of_what_was_fixed_are_counted(shell: Shell) -> None:
    shell.write("a.py", 'a = "http://demo.cybozu.com"\nb = ["http://demo.cybozu.com"]\n')
    shell.write("b.py", 'url = "https://demo.cybozu.com/k/v1/guest/5/app.json"\n')
    out = shell.run("check", "--fix")[1]
    assert out.splitlines()[0] == "3 findings fixed: KL201, KL304 x2."


def test_a_diff_without_secrets_says_nothing_of_them(shell: Shell) -> None:
    shell.write("app.py", 'import requests\nrequests.get("http://demo.cybozu.com/k/v1/app.json")\n')
    _, out, _ = shell.run("check", "--diff")
    assert out.startswith("--- a/app.py\n")


def test_a_diff_of_nothing_says_so(shell: Shell) -> None:
    shell.write("a.py", HEADERS % "@TOKEN@")
    code, out, err = shell.run("check", "--diff")
    assert (code, out) == (0, "")
    assert err == "Nothing to fix: 1 finding, none with a safe fix, 1 with --unsafe-fixes.\n"
    shell.write("a.py", "x = 1\n")
    assert shell.run("check", "--diff") == (0, "", "Nothing to fix.\n")


def test_a_diff_changes_nothing_beside_fix_either(shell: Shell) -> None:
    file = shell.write("a.py", 'url = "http://demo.cybozu.com"\n')
    code, out, _ = shell.run("check", "--fix", "--diff")
    assert code == 1
    assert '+url = "https:' in out
    assert file.read_text() == 'url = "http://demo.cybozu.com"\n'


# ---- what is offered is made, and nothing else is offered

REQUEST = (
    'requests.get("https://demo.cybozu.com/k/v1/records.json", '
    'headers={"X-Cybozu-API-Token": "@TOKEN@"})\n'
)


@pytest.mark.parametrize("name", ["app.json", "app.env", "app.txt", "app", "app.py.in"])
def test_only_python_files_are_fixed(shell: Shell, name: str) -> None:
    text = f"import requests\n{REQUEST}url = 'http://demo.cybozu.com'  # noqa: KL101\n"
    file = shell.write(name, text)
    before = file.read_bytes()
    findings = shell.check(name)[1]["findings"]
    assert "KL101" in {each["rule"] for each in findings}
    assert [each["fix"] for each in findings] == [None] * len(findings)
    assert shell.run("check", "--fix", "--unsafe-fixes", name)[0] == 1
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["app.pyw", "app.pyi"])
def test_a_stub_or_a_script_without_console_is_fixed(shell: Shell, name: str) -> None:
    file = shell.write(name, "url = 'http://demo.cybozu.com'\n")
    shell.run("check", "--fix", name)
    assert file.read_text() == "url = 'https://demo.cybozu.com'\n"


def test_a_stub_reads_no_variable(shell: Shell) -> None:
    shell.write("app.pyi", 'KINTONE_TOKEN: str = "@TOKEN@"\n')
    assert [each["fix"] for each in shell.check()[1]["findings"]] == [None]


@pytest.mark.parametrize(
    "text",
    [
        f"import requests\nos = 'linux'\n{REQUEST}",
        f"import requests\nfrom os import *\n{REQUEST}",
        f"from __future__ import annotations; import requests; {REQUEST}",
        "import requests\n" + REQUEST.replace('"@TOKEN@"', '"@TOKEN@"[:20] + "@TOKEN2@"[20:]'),
        "import requests\n" + REQUEST.replace('"@TOKEN@"', '"@SECRET@" + "@TOKEN@"'),
        "import requests\n" + REQUEST.replace('"@TOKEN@"', '"".join(["@SECRET@", "@TOKEN@"])'),
        "import requests\n" + REQUEST.replace('"@TOKEN@"', 'f"@TOKEN@"'),
        "import requests\n" + REQUEST.replace('"@TOKEN@"', '"@TOKEN@".strip()'),
        'A = "@SECRET@"\nB = "@TOKEN@"\nimport requests\n' + REQUEST.replace('"@TOKEN@"', "A + B"),
        'import kintone\nmatch x:\n    case "@TOKEN@":\n        pass\n',
        'import kintone\nx: Literal["@TOKEN@"]\n',
        'import kintone\nx: Annotated[str, f("@TOKEN@")]\n',
        "import kintone\n'''@TOKEN@'''\n",
        "import kintone\nx = b'@TOKEN@'\n",
        'import kintone\nx = {"@TOKEN@": 1}\n',
        'import kintone\nx = f"{y("@TOKEN@")}"\n'.replace('y("@TOKEN@")', "y('@TOKEN@')"),
        'import kintone\nx = "@TOKEN@" "" \n',
        'import kintone\nx += "@TOKEN@"\n',
        'import kintone\nclass A("@TOKEN@"): ...\n',
    ],
)
def test_where_a_literal_has_to_stay_no_fix_is_promised(shell: Shell, text: str) -> None:
    file = shell.write("app.py", text)
    before = file.read_bytes()
    code, content = shell.check()
    assert (code, content["errors"]) == (1, [])
    assert content["findings"]
    assert [each["fix"] for each in content["findings"]] == [None] * len(content["findings"])
    assert "fix" not in shell.run("check")[1]
    shell.run("check", "--fix", "--unsafe-fixes")
    assert file.read_bytes() == before


def test_one_fix_that_is_not_proven_keeps_no_other_away(shell: Shell) -> None:
    lines = [f"def f{n}(os{'' if n == 7 else 'x'}):\n    {REQUEST}" for n in range(12)]
    file = shell.write("app.py", "import requests\n" + "".join(lines))
    offered = [each["fix"] is not None for each in shell.check()[1]["findings"]]
    assert offered == [n != 7 for n in range(12)]
    shell.run("check", "--fix", "--unsafe-fixes")
    assert file.read_text().count("os.environ[") == 11


def test_of_many_fixes_those_that_break_the_file_are_left_out(shell: Shell) -> None:
    span = Span("a.py", 1, 1, 1, 2)

    def finding(start: int, text: str) -> Finding:
        fix = TextFix("", True, (TextEdit(start, start + 3, text, span),))
        return Finding("KL201", "", "", span, Severity.ERROR, Confidence.HIGH, "", (), fix)

    source = Source("a.py", NOWHERE / "a.py", b"'a'; 'b'; 'c'; 'd'; 'e'\n")
    found = [finding(at, '"' if at == 10 else f'"{at}"') for at in range(0, 25, 5)]
    text, applied = fixed(source, found, lambda _: [], unsafe=False)
    assert text == '\'a\'; "5"; \'c\'; "15"; "20"\n'  # and the first one is the docstring
    assert len(applied) == 3
    assert [each.fix is not None for each in offered([source], found)] == [
        False, True, False, True, True
    ]  # fmt: skip


@pytest.mark.deep
def test_a_file_that_is_too_large_to_prove_anything_has_findings_without_fixes(
    shell: Shell,
) -> None:
    file = shell.write("app.py", "url = 'http://demo.cybozu.com'\n" + "x = 1  #\n" * 50_000)
    (finding,) = shell.check()[1]["findings"]
    assert (finding["rule"], finding["fix"]) == ("KL304", None)
    assert shell.run("check", "--fix")[0] == 1
    assert file.read_text().startswith("url = 'http:")


def test_a_literal_beside_a_word_is_parted_from_it(shell: Shell) -> None:
    file = shell.write(
        "app.py", 'import kintone\ndef f():\n    return"@TOKEN@"if x else"@TOKEN@"\n'
    )
    shell.run("check", "--fix", "--unsafe-fixes")
    read = 'os.environ["KINTONE_API_TOKEN"]'
    assert file.read_text().endswith(f"return {read}if x else {read}\n")
