"""The lines that a listing shows: the place is marked, and no secret is told, not by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import fakes, filled
from hostile import wrong_in_lines
from kintone_lint.findings import Span
from kintone_lint.output.literals import Literals
from kintone_lint.output.snippets import Snippets
from kintone_lint.output.sources import Sources
from kintone_lint.python.source import Source
from kintone_lint.rules import all_rules
from linter.linting import TOKEN, Shell
from linter.test_hostile import CASES
from linter.test_rules import MARK

WIDE = 200


def snippet(
    text: str, hidden: set[str], marked: str = "", width: int = WIDE, line: int = 1
) -> tuple[str, str]:
    """The text of a line and its marks; `marked` is what the place is on."""
    source = Source("app.py", Path("/nowhere/app.py"), text.encode())
    rows = text.split("\n")[line - 1]
    at = rows.index(marked) if marked else 0
    span = Span("app.py", line, at + 1, line, at + 1 + len(marked))
    rows_ = Snippets(Sources([source]), hidden).rows(span, "^", width)
    return (rows_[0].text, rows_[0].marks) if rows_ else ("", "")


@pytest.mark.parametrize(
    ("line", "hidden", "shown"),
    [
        # the value of the secret stands in code, and stays there
        ('import kintone; f("kintone")', {"kintone"}, 'import kintone; f("****")'),
        ('kintone.login("kintone")  # kint', {"kintone"}, 'kintone.login("****")  # kint'),
        # the whole literal goes, so that nothing around tells it
        ('u = "https://kintone.cybozu.com"', {"kintone"}, 'u = "****"'),
        ('u = "a", "ab", "b"', {"a"}, 'u = "****", "ab", "b"'),
        ('p = "hunter" + "2hunter"', {"hunter2hunter"}, 'p = "****" + "****"'),
        (r'p = "hun\x74er2"', {"hunter2"}, 'p = "****"'),
        (r'p = r"hun\ter2"', {r"hun\ter2"}, 'p = r"****"'),
        ('p = b"hunter2"', {"hunter2"}, 'p = b"****"'),
        ('p = f"hunter2{x}"', {"hunter2"}, 'p = f"****"'),
        ("p = '''hunter2'''", {"hunter2"}, "p = '''****'''"),
        ("x = 1  # was hunter2, before", {"hunter2"}, "x = 1  # ****"),
        ("x = 'it\\'s hunter2'", {"it's hunter2"}, "x = '****'"),
        # what is called a credential is never shown, found or not
        ('f(password="correct")', set(), 'f(password="****")'),
        ('f(auth=("me", "correct"))', set(), 'f(auth=("me", "****"))'),
        ('f(auth=HTTPBasicAuth("me", "correct"))', set(), 'f(auth=HTTPBasicAuth("me", "****"))'),
        ('f(auth=("correct"))', set(), 'f(auth=("****"))'),
        ('f(auth=("correct",))', set(), 'f(auth=("****",))'),
        ('f(auth=Bearer("correct", True))', set(), 'f(auth=Bearer("****", True))'),
        ('h = {"X-Cybozu-API-Token": "abc"}', set(), 'h = {"X-Cybozu-API-Token": "****"}'),
        ('h["Authorization"] = "abc"', set(), 'h["Authorization"] = "****"'),
        ('set_token("abc")', set(), 'set_token("****")'),
        ('TOKEN: str = "abc"', set(), 'TOKEN: str = "****"'),
        # a string in a field of an f-string, with the same quotes
        ('t = f"{login("me", "hunter2")}" "b"', {"hunter2"}, 't = f"****" "b"'),
        ('t = f"{x:{"hunter2"}}" "b"', {"hunter2"}, 't = f"****" "b"'),
        # and what is not, is
        ('f(auth=("me", os.environ["PASS"]))', {"PASS"}, 'f(auth=("me", os.environ["PASS"]))'),
        ('f(auth=("me", settings["pass"]))', set(), 'f(auth=("me", settings["pass"]))'),
        ('f(auth=os.getenv("PASS"))', set(), 'f(auth=os.getenv("PASS"))'),
        (f'COMMIT = "{"0a1b2c3d4e" * 4}"', set(), f'COMMIT = "{"0a1b2c3d4e" * 4}"'),
        ('t = f"{d["a"]}{{{e:>{"9"}}" "b"', {"hunter2"}, 't = f"{d["a"]}{{{e:>{"9"}}" "b"'),
        ('t = os.environ["KINTONE_TOKEN"]', set(), 't = os.environ["KINTONE_TOKEN"]'),
        ('h = {"Authorization": f"Basic {x}"}', set(), 'h = {"Authorization": f"Basic {x}"}'),
        ('h = {"Authorization": "Bearer " + x}', set(), 'h = {"Authorization": "Bearer " + x}'),
        ('h = {"A": TOKEN, "User-Agent": "me"}', set(), 'h = {"A": TOKEN, "User-Agent": "me"}'),
        ('if token == "": x("y")', set(), 'if token == "": x("y")'),
        ('# it\'s ours: "x"', {"hunter2"}, '# it\'s ours: "x"'),
    ],
)
def test_a_secret_is_masked_where_it_stands(line: str, hidden: set[str], shown: str) -> None:
    assert snippet(line, hidden)[0] == shown


def test_a_token_is_cut_out_of_what_stands_around_it() -> None:
    line = filled('curl("-H", "X-Cybozu-API-Token: @TOKEN@")')
    assert snippet(line, {TOKEN})[0] == 'curl("-H", "X-Cybozu-API-Token: ****")'
    assert snippet(line, set())[0] == 'curl("-H", "X-Cybozu-API-Token: ****")'


@pytest.mark.parametrize(
    ("line", "marked", "under"),
    [
        ("f(abc)", "abc", "  ^^^"),
        ("日本(abc)", "abc", "     ^^^"),
        ("\tf(abc)", "abc", "      ^^^"),
        ('f("hunter2", abc)', "abc", "          ^^^"),
        ('f("hunter2", abc)', "hunter2", "   ^^^^"),
        ("\x1b[31mf(abc)", "abc", "          ^^^"),
    ],
)
def test_the_mark_stands_below_what_it_marks(line: str, marked: str, under: str) -> None:
    text, marks = snippet(line, {"hunter2"}, marked)
    assert marks == under
    assert "\x1b" not in text


def test_a_secret_over_lines_is_masked_on_each_of_them() -> None:
    text = 'p = """first-secret\nsecond-secret"""\n'
    hidden = {"first-secret\nsecond-secret"}
    assert snippet(text, hidden)[0] == 'p = """****'
    assert snippet(text, hidden, line=2)[0] == '****"""'


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_long_line_is_cut_around_the_place(width: int) -> None:
    line = f'x = ["{"a" * 5_000}", here, "{"b" * 5_000}"]'
    text, marks = snippet(line, set(), "here", width)
    assert text.startswith("...")
    assert text.endswith("...")
    assert len(text) <= width
    assert text[marks.index("^") : marks.rindex("^") + 1] == "here"


def test_where_strings_end_is_not_known_nothing_is_shown() -> None:
    text = "x = 'open\ny = 'hunter2'\n"
    assert snippet(text, {"hunter2"}) == ("", "")


def test_a_place_that_the_text_does_not_have_is_not_shown() -> None:
    source = Source("app.py", Path("/nowhere/app.py"), b"x = 1\n")
    snippets = Snippets(Sources([source]), ())
    assert snippets.rows(Span("app.py", 9, 1, 9, 2), "^") == []
    assert snippets.rows(Span("app.py", 1, 50, 1, 60), "^") == []
    assert snippets.rows(Span("gone.py", 1, 1, 1, 2), "^") == []


def test_literals_are_found_with_their_prefix_and_value() -> None:
    text = 'a = rb\'x\' + f"""y\'\\n""" # z\nb = u\'\\u3042\''
    found = Literals(text).between(0, len(text))
    assert found is not None
    assert [(each.written, each.prefix, each.comment) for each in found] == [
        ("x", "rb", False), ("y'\\n", "f", False), ("# z", "", True), ("\\u3042", "u", False),
    ]  # fmt: skip
    assert found[-1].value == "あ"


@pytest.mark.parametrize("piece", ["'''\\", '"""\\', "'", '"', "''", "f'{'", "#'\n", "'\\\n"])
def test_each_place_of_a_text_is_read_once(piece: str) -> None:
    text = piece * 200_000
    steps = 0

    class Counted(Literals):
        def _read(self) -> bool:
            nonlocal steps
            steps += 1
            return super()._read()

    Counted(text).between(0, len(text))
    assert steps <= len(text)


def test_no_listing_shows_a_secret_of_an_example(shell: Shell) -> None:
    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            shell.write(f"{rule.code}_{number}/{bad.path}", MARK.sub("", bad.code))
    _, out, err = shell.run("check")
    python = [rule for rule in all_rules() if rule.file.endswith(".py")]
    assert len(python) > 25
    assert all(f" {rule.code} " in out for rule in python)
    assert out.count(" | ") > 2 * len(all_rules())
    assert not [secret for secret in fakes().values() if secret in out + err]


@pytest.mark.parametrize("word", CASES)
def test_no_line_of_code_forges_anything(shell: Shell, word: str) -> None:
    line = " ".join(word.replace("'", "").split()).encode("utf-8", "ignore").decode() or "x"
    shell.write("app.py", f"h = {{'X-Cybozu-API-Token': '@TOKEN@'}}  # {line}\n")
    for form in ("text", "concise"):
        _, out, _ = shell.run("check", "--output-format", form)
        assert wrong_in_lines(out) == []
        assert "KL101" in out or "not linted" in out


def test_a_listing_has_related_places_and_advice_once(shell: Shell) -> None:
    shell.write("settings.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("app.py", 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n' * 2)
    shell.write("other.py", 'h = {"X-Cybozu-API-Token": "@TOKEN2@"}\n')
    _, out, _ = shell.run("check")
    first, second, end = out.split("\n\n")
    assert first.splitlines() == [
        "other.py:1:29: KL101 an API token is hard-coded (hardcoded-api-token)",
        '  1 | h = {"X-Cybozu-API-Token": "****"}',
        "    |                             ^^^^",
        "  other.py:1:6: sent as X-Cybozu-API-Token here",
        "  --fix --unsafe-fixes: read it from the environment variable KINTONE_API_TOKEN",
    ]
    assert second.splitlines()[:5] == [
        "settings.py:1:10: KL101 an API token is hard-coded (hardcoded-api-token)",
        '  1 | TOKEN = "****"',
        "    |          ^^^^",
        "  app.py:2:6: sent as X-Cybozu-API-Token here",
        '  2 | h = {"X-Cybozu-API-Token": TOKEN}',
    ]
    assert out.count("evoke") == 1
    assert end.splitlines()[-1].startswith("2 errors found. ")


def test_concise_has_a_line_for_each_finding(shell: Shell) -> None:
    shell.write("app.py", 'h = {"X-Cybozu-API-Token": "@TOKEN@"}\n' * 3)
    _, out, _ = shell.run("check", "--output-format", "concise")
    assert out.count(" KL101 ") == 3
    assert out.count("\n") == 5
    assert "\n\n" not in out
