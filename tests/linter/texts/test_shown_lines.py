"""The lines of files that are not Python as a listing shows them: no secret is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import fakes, filled
from kintone_lint.findings import Span
from kintone_lint.output.snippets import Snippets
from kintone_lint.output.sources import Sources
from kintone_lint.texts.plain import PlainSource
from linter.linting import Shell
from linter.texts.leaks import LEAKS

WORD = "hanamaruki"
SHOWN = {
    # what a run found, in whatever place
    "a.env": ("KINTONE_PASSWORD=@PASSWORD@ # of sato", "KINTONE_PASSWORD=**** # of sato"),
    "b.env": (f"{WORD}_PASSWORD={WORD}", f"{WORD}_PASSWORD=****"),
    "found.js": (f"connect(app, {WORD}x, '{WORD}')", f"connect(app, {WORD}x, '****')"),
    "a.csv": ("kintone,@PASSWORD@,sato", "kintone,****,sato"),
    "a.yml": ("- curl -u 'gate:@PASSWORD@' https://a.cybozu.com", "- curl -u '****' https://a.cybozu.com"),
    # what it did not find, but what is called a credential or looks like one
    "c.env": ("DB_PASSWORD=Other7x9 KINTONE_APP=5", "DB_PASSWORD=**** KINTONE_APP=5"),
    "a.json": ('{"dbPassword": "Other7x9", "app": 5}', '{"dbPassword": "****", "app": 5}'),
    "b.json": (r'{"a": "{\"password\":\"Other7x9\"}"}', r'{"a": "{\"password\":\"****\"}"}'),
    "c.json": ('{"key": "db_password", "value": "Other7x9"}', '{"key": "db_password", "value": "****"}'),
    "a.xml": ('<add key="DbPassword" value="Other7x9"/>', '<add key="DbPassword" value="****"/>'),
    "b.xml": ("<password>Other7x9</password>", "<password>****</password>"),
    "a.sh": ("mysql --password Other7x9 < kintone.sql", "mysql --password **** < kintone.sql"),
    "b.sh": ("curl https://sato:Other7x9@a.example.com/", "curl https://sato:****@a.example.com/"),
    "c.sh": ('curl -H "Authorization: Basic c2F0bzpPdGhlcg==" x', 'curl -H "Authorization: Basic ****" x'),
    "Dockerfile": ("ENV DB_PASSWORD Other7x9", "ENV DB_PASSWORD ****"),
    ".netrc": ("machine a.example.com login sato password Other7x9", "machine a.example.com login sato password ****"),
    "f.sh": ("curl --proxy-user sato:Other7x9 -U ueda:Other8x9 x", "curl --proxy-user sato:**** -U ueda:**** x"),
    "b.yml": ("{password: correct horse battery, app: 5} # x", "{password: ****, app: 5} # x"),
    "a.ini": ("db_password = (correct) horse, battery ; of sato", "db_password = **** ; of sato"),
    "a.md": ("the password is `correct horse`, the password field", "the password is `****`, the password field"),
    "a.js": ("client.basicAuth('sato', 'Other7x9'); token(a)", "client.basicAuth('****', '****'); token(a)"),
    "b.js": ("const a = encode('Other7x9'), b = 'plain'", "const a = encode('****'), b = 'plain'"),
    "a.kt": ('val password: String = "Other7x9"', 'val password: String = "****"'),
    "a.rb": ("c.password = ENV.fetch('DB_PASSWORD', 'other')", "c.password = ENV.fetch('DB_PASSWORD', '****')"),
    "b.csv": ("kintone,sato,Other7x9", "kintone,sato,****"),
    "c.js": ("x = 'tr4Ab9Qz81mLw'", "x = '****'"),
    "unfinished.js": ('password = "Other7x9 and more', 'password = "****'),
    # what only names one stays readable
    "d.js": ("headers: { 'X-Cybozu-API-Token': process.env.T }", "headers: { 'X-Cybozu-API-Token': process.env.T }"),
    "e.js": ("const { password, token } = await load('apps.json');", "const { password, token } = await load('apps.json');"),
    "e.sh": ('curl -H "X-Cybozu-API-Token: $TOKEN" $URL', 'curl -H "X-Cybozu-API-Token: $TOKEN" $URL'),
}  # fmt: skip


def shown(name: str, line: str, marked: str = "", width: int = 200) -> tuple[str, str]:
    """A line of a file and its marks; `marked` is what the place is on."""
    at = line.index(marked)
    source = PlainSource(name, Path("/nowhere") / name, line.encode())
    span = Span(name, 1, at + 1, 1, at + 1 + len(marked))
    hidden = {fakes()["@PASSWORD@"], fakes()["@TOKEN@"], WORD}
    rows = Snippets(Sources([source]), hidden).rows(span, "^", width)
    return rows[0].text, rows[0].marks


@pytest.mark.parametrize("name", SHOWN)
def test_a_line_is_shown_without_secrets(name: str) -> None:
    line, expected = SHOWN[name]
    assert shown(name, filled(line))[0] == expected


def test_the_mark_stands_below_the_mask() -> None:
    line = filled("KINTONE_PASSWORD=@PASSWORD@ # of sato")
    marks = shown("a.env", line, fakes()["@PASSWORD@"])[1]
    assert marks == " " * len("KINTONE_PASSWORD=") + "^^^^"


@pytest.mark.parametrize("width", [40, 80])
def test_a_secret_at_the_edge_of_what_is_shown_is_masked_whole(width: int) -> None:
    secret = fakes()["@PASSWORD@"]
    for gap in range(270, 330, 3):
        line = f"kintone a {'x ' * (gap // 2)}{secret}"
        text, _ = shown("a.js", line, "kintone", width)
        assert not any(secret[at : at + 4] in text for at in range(len(secret) - 3))


def test_no_line_of_a_secret_over_several_lines_is_shown() -> None:
    text = 'password: "Tr0ub4dor\\\n  horse" # db_password=Other7x9\n'
    source = PlainSource("a.yml", Path("/nowhere/a.yml"), text.encode())
    span = Span("a.yml", 1, 11, 2, text.splitlines()[1].index("#"))
    rows = Snippets(Sources([source]), {"Tr0ub4dorhorse"}).rows(span, "^", 200)
    assert [row.text for row in rows] == ["password: ****", "  **** # db_password=****"]


def test_every_finding_of_a_text_has_its_line(shell: Shell) -> None:
    names = (".env", "deployment.yaml", "client.ts")
    for name in names:
        shell.write(name, LEAKS[name][0])
    _, out, _ = shell.run("check")
    assert out.count("^^^^") == sum(len(LEAKS[name][1]) for name in names)
    assert "  4 | KINTONE_PASSWORD='****' # of sato\n    |                   ^^^^\n" in out
