"""No diff, message, edit or baseline shows a secret, whatever way it is spelt."""

from __future__ import annotations

import itertools
import json
import re
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import fakes
from kintone_lint.output.redacting import redacted
from kintone_lint.python.source import Source
from kintone_lint.rules import all_rules
from linter.linting import NOWHERE, OTHER, TOKEN, Shell
from linter.test_rules import MARK

FIXABLE = 'requests.get("https://demo.cybozu.com/k/v1/guest/5/app.json", headers=HEADERS)\n'
HEAD = 'import requests\nHEADERS = {{"X-Cybozu-API-Token": {}}}\n'


def hexed(text: str) -> str:
    return "".join(f"\\x{ord(each):02x}" for each in text)


def octal(text: str) -> str:
    return "".join(f"\\{ord(each):03o}" for each in text)


def lines(text: str, quotes: str = '"""') -> str:
    return f"{quotes}\\\n{text[:20]}\\\n{text[20:]}{quotes}"


SPELT = {
    "as it is": f'"{TOKEN}"',
    "over lines": lines(TOKEN),
    "over lines with single quotes": lines(TOKEN, "'''"),
    "over a line that goes on": f'"{TOKEN[:9]}\\\n{TOKEN[9:]}"',
    "one escape": f'"{TOKEN[:7]}\\x{ord(TOKEN[7]):02x}{TOKEN[8:]}"',
    "escapes": f'"{hexed(TOKEN)}"',
    "octal escapes": f"'{octal(TOKEN)}'",
    "escapes of Unicode": '"' + "".join(f"\\u{ord(each):04x}" for each in TOKEN) + '"',
    "two strings": f'"{TOKEN[:11]}" "{TOKEN[11:]}"',
    "strings over lines": f'("{TOKEN[:11]}"\n    \'{TOKEN[11:25]}\'\n    "{TOKEN[25:]}")',
    "a sum": f'"{TOKEN[:20]}" + "{TOKEN[20:]}"',
    "a sum of many": " + ".join(f'"{TOKEN[at : at + 10]}"' for at in range(0, 40, 10)),
    "a join": f'"".join(["{TOKEN[:15]}", "{TOKEN[15:]}"])',
    "a template": f'"%s%s" % ("{TOKEN[:15]}", "{TOKEN[15:]}")',
    "a format": f'"{{}}{{}}".format("{TOKEN[:15]}", "{TOKEN[15:]}")',
    "bytes": f'b"{TOKEN}".decode()',
    "bytes with escapes": f'b"{hexed(TOKEN)}".decode()',
    "an f-string": f'f"{TOKEN}"',
    "an f-string of pieces": f'f"{TOKEN[:20]}{{"{TOKEN[20:]}"!s}}"'.replace('{"', "{'").replace(
        '"!', "'!"
    ),
    "a mapping's value": f'{{"a": "{TOKEN[:20]}" "{TOKEN[20:]}"}}["a"]',
}


def told(text: str) -> list[str]:
    """The pieces of the token that a text shows."""
    runs = re.findall("[A-Za-z0-9]{5,}", text)
    return [run for run in runs if any(run[at : at + 5] in TOKEN for at in range(len(run) - 4))]


@pytest.mark.parametrize("name", SPELT)
def test_a_diff_shows_no_piece_of_a_secret(shell: Shell, name: str) -> None:
    shell.write("app.py", HEAD.format(SPELT[name]) + FIXABLE)
    code, out, _ = shell.run("check", "--diff")
    assert code == 1
    assert "+requests.get" in out
    assert "/k/guest/5/v1/app.json" in out
    assert told(out) == []


@pytest.mark.parametrize("rules", [("--select", "KL2"), ("--ignore", "KL1")])
def test_a_diff_of_some_rules_hides_what_the_others_would_find(
    shell: Shell, rules: tuple[str, str]
) -> None:
    shell.write("app.py", HEAD.format(SPELT["over lines"]) + FIXABLE)
    assert told(shell.run("check", "--diff", *rules)[1]) == []
    login = 'import pykintone\nx = pykintone.login("demo", "me", "Kq8v"\n  "Lm2pXz")\n'
    shell.write("app.py", login + "import requests\n" + FIXABLE)
    assert "Kq8v" not in shell.run("check", "--diff", *rules)[1]


def test_a_secret_that_another_file_sends_is_hidden_where_it_is_written(shell: Shell) -> None:
    path = "https://demo.cybozu.com/k/v1/guest/5/app.json"
    shell.write(
        "settings.py",
        f'import requests\nA = "{hexed("Kq8vLm2pXz93")}"\nrequests.get("{path}")\n',
    )
    shell.write(
        "app.py", "import pykintone\nfrom settings import A\npykintone.login('d', 'me', A)\n"
    )
    out = shell.run("check", "--diff")[1]
    assert 'A = "****"' in out
    assert "+requests.get" in out


def test_what_is_no_secret_is_shown(shell: Shell) -> None:
    around = 'A = "a text"\nB = b"bytes\\x41"\nC = f"{A} and é"\n'
    shell.write("app.py", HEAD.format(SPELT["over lines"]) + around + FIXABLE)
    out = shell.run("check", "--diff")[1]
    for line in around.splitlines():
        assert f" {line}\n" in out


def test_names_and_digests_are_no_secrets() -> None:
    commit = "0a1b2c3d4e" * 4
    text = f'import kintone  # {{}}\nf(environ["KINTONE_PASS"], getenv("PASS"), {{}}, "{commit}")\n'
    source = Source("a.py", NOWHERE, text.format("was PASS", '"PASS", "kintone"').encode())
    shown = text.format("was ****", '"****", "****"')
    assert redacted(source, {"PASS", "kintone"}) == shown


def test_a_secret_in_a_string_in_a_field_is_masked() -> None:
    text = 'import kintone\nh = f"{kintone.login("me", "%s")}"\n'
    source = Source("a.py", NOWHERE, (text % "hunter2").encode())
    assert redacted(source, {"hunter2"}) == text % "****"


CUT = st.lists(st.integers(0, 40), max_size=4)
QUOTE = st.sampled_from(['"', "'", '"""', "'''"])


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """An expression whose value is the token."""
    cuts = sorted({0, 40, *draw(CUT)})
    pieces = []
    for start, end in itertools.pairwise(cuts):
        text = TOKEN[start:end]
        at = draw(st.integers(0, len(text)))
        count = draw(st.integers(0, 3))
        how = draw(st.sampled_from([hexed, octal, lambda each: each]))
        quote = draw(QUOTE)
        prefix = draw(st.sampled_from(["", "", "u", "f"]))
        goes_on = draw(st.sampled_from(["", "\\\n"]))
        written = text[:at] + goes_on + how(text[at : at + count]) + text[at + count :]
        pieces.append(f"{prefix}{quote}{written}{quote}")
    between: str = draw(st.sampled_from([" ", "\n", " + "]))
    return between.join(pieces)


@given(spellings())
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_whatever_way_a_secret_is_spelt_it_is_masked(expression: str) -> None:
    text = f'x = "before"\nh = ({expression})\ny = "after"\n'
    assert eval(text.partition("h = ")[2].partition("\ny")[0]) == TOKEN
    shown = redacted(Source("a.py", NOWHERE, text.encode()), {TOKEN})
    assert told(shown) == []
    assert shown.count("\n") == text.count("\n")
    assert shown.startswith('x = "before"\n')
    assert shown.endswith('\ny = "after"\n')


def test_a_raw_f_string_inside_changes_nothing_outside_of_it() -> None:
    text = f"h = f\"{{rf'{{1}}'}}{hexed(TOKEN)}\"\n"
    assert redacted(Source("a.py", NOWHERE, text.encode()), {TOKEN}) == "h = f\"{rf'{1}'}****\"\n"


# ---- messages


QUOTING = {
    "a guest space id": 'import requests\nrequests.get("https://x.cybozu.com/k/guest/{}/v1/app.json")\n',
    "an API": 'import requests\nrequests.get("https://x.cybozu.com/k/v1/{}.json")\n',
    "a query": 'import requests\nrequests.get("https://x.cybozu.com/k/v1/guest/5/app.json?q={}")\n',
    "an unknown rule": "import kintone  # kintone-lint: ignore[{}]\n",
    "a rule with more": "import kintone  # kintone-lint: ignore[KL101{}]\n",
    "a noqa": "import kintone  # noqa: KL{}\n",
    "an encoding": "# -*- coding: {} -*-\nimport kintone\n",
    "a syntax error": "import kintone\nx = {} y\n",
    "a header": 'h = {{"X-Cybozu-API-Tokn{}": t}}\n',
    "a codec": "import base64\nv = base64.b64encode(f'{{u}}:{{p}}'.encode('{}')).decode()\n"
    'h = {{"X-Cybozu-Authorization": v}}\n',
    "a name": 'def f({0}):\n    print({0})\n    return {{"X-Cybozu-API-Token": {0}}}\n',
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTING)
@pytest.mark.parametrize(
    "secret", [TOKEN, TOKEN[:39], TOKEN[:25], TOKEN + "x", f"{TOKEN[:20]}/{TOKEN[20:]}"]
)
def test_no_message_quotes_a_token_or_a_piece_of_one(shell: Shell, name: str, secret: str) -> None:
    shell.write("app.py", QUOTING[name].format(secret))
    for form in ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson"):
        _, out, err = shell.run("check", "--output-format", form, "--no-screen")
        assert [run for run in told(out + err) if len(run) > 9] == [], form
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    if (shell.folder / "known.json").exists():
        assert [
            run for run in told((shell.folder / "known.json").read_text()) if len(run) > 9
        ] == []


def test_a_name_made_of_words_is_quoted(shell: Shell) -> None:
    text = "def f(kintoneApiToken2):\n    print(kintoneApiToken2)\n"
    shell.write("app.py", text + '    return {"X-Cybozu-API-Token": kintoneApiToken2}\n')
    assert "kintoneApiToken2 is printed or logged" in shell.run("check")[1]


# ---- what is written to a file


def test_no_secret_in_any_spelling_is_in_what_a_run_writes(shell: Shell) -> None:
    examples = [bad for rule in all_rules() for bad in rule.bad]
    for number, bad in enumerate(examples):
        shell.write(f"e{number}/{bad.path}", MARK.sub("", bad.code))
    for number, spelt in enumerate(SPELT.values()):
        shell.write(f"s{number}.py", HEAD.format(spelt) + FIXABLE)
    shell.write("case.py", QUOTING["a guest space id"].format(TOKEN))
    before = {file for file in shell.folder.rglob("*") if file.is_file()}
    shell.run("check", "--baseline", "known.json", "--update-baseline")
    for form in ("text", "json", "sarif", "github", "gitlab", "junit", "rdjson"):
        shell.run("check", "--output-format", form, "--output-file", f"report.{form}")
    written = {file for file in shell.folder.rglob("*") if file.is_file()} - before
    assert len(written) == 8
    for file in written:
        text = file.read_text()
        assert told(text) == [], file
        for secret in fakes().values():
            for form in (secret, b64encode(secret.encode()).decode().rstrip("="), hexed(secret)):
                assert form not in text, file


def test_a_fix_that_would_tell_a_secret_is_not_shown(shell: Shell) -> None:
    assert OTHER != TOKEN
    url = f"https://demo.cybozu.com/k/v1/guest/5/app.json?token={TOKEN}"
    shell.write("app.py", f'import requests\nrequests.get("{url}")\n')
    found = json.loads(shell.run("check", "--output-format", "json")[1])["findings"]
    assert {each["rule"] for each in found} >= {"KL106", "KL201"}
    assert told(json.dumps(found)) == []
