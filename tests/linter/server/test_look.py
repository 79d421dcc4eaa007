"""What is found in a document is what `check` finds in a file with its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from fakes import filled
from kintone_lint.edits.proof import Old
from kintone_lint.python import prober
from kintone_lint.python.kept import kept
from kintone_lint.server.actions import actions
from kintone_lint.server.diagnostics import diagnostics
from kintone_lint.server.documents import opened
from kintone_lint.server.editor import Editor
from kintone_lint.server.look import Looked, Snapshot, look
from kintone_lint.settings import Settings
from linter.linting import TOKEN, Shell
from linter.repositories import git, repository

WHOLE = types.Range(types.Position(0, 0), types.Position(100, 0))
ABLE = Editor(resolves=True)
CALL = (
    'requests.get("https://demo.cybozu.com/k/v1/guest/5/records.json",'
    ' headers={"X-Cybozu-API-Token": TOKEN})\n'
)
BAD = f'import requests\n\nTOKEN = "@TOKEN@"\n{CALL}'


def seen(file: Path, text: str, *, language: str = "python", cell: bool = False) -> Looked:
    snapshot = Snapshot(
        file.as_uri(), file, opened(filled(text), None), 1, 1, language=language, cell=cell
    )
    return look(snapshot, Settings())


def told(looked: Looked) -> list[tuple[str | int | None, tuple[int, int], tuple[int, int]]]:
    """Code and range of each diagnostic; no secret is in any."""
    found = diagnostics(looked, related=True)
    assert TOKEN not in repr(found)
    return [
        (
            each.code,
            (each.range.start.line, each.range.start.character),
            (each.range.end.line, each.range.end.character),
        )
        for each in found
    ]


def test_a_document_need_not_be_saved(shell: Shell) -> None:
    looked = seen(shell.folder / "new.py", BAD)
    assert told(looked) == [("KL101", (2, 9), (2, 49)), ("KL201", (3, 13), (3, 64))]


CHANGES = [
    ("import requests\n", "import requests\n\n# of tokens\n"),
    ("records.json", "record.json"),
    ("v1/guest/5", "guest/5/v1"),
    ("TOKEN = ", "TOKEN: str = "),
    ("import requests", "from os import environ\nimport requests"),
    ('"@TOKEN@"', '"""'),
    ('"""', 'environ["TOKEN"]'),
    ("demo.cybozu.com/k/", "example.com/"),
    ("X-Cybozu", "X-Other"),
    ('environ["TOKEN"]', '"@TOKEN@"'),
]


def test_a_text_that_changes_is_looked_at_as_a_new_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prober, "survives", lambda text: True)  # a process that has only so long
    file, text, before = shell.folder / "app.py", BAD, False
    codes = []
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new, 1)
        snapshot = Snapshot(file.as_uri(), file, opened(filled(text), None), 1, 1)
        alone = look(snapshot, Settings())
        monkeypatch.setattr(kept, "most", 100_000)
        again = look(snapshot, Settings(), screened=not before)
        monkeypatch.setattr(kept, "most", 0)
        assert (told(again), again.troubles) == (told(alone), alone.troubles)
        before = bool(again.findings)
        codes.append([each.rule for each in again.findings])
    both, path = ["KL101", "KL201"], ["KL101"]
    assert codes == [both, both, path, path, path, [], [], [], [], []]
    kept.keep(file, None)


def test_places_count_in_the_units_of_the_editor(shell: Shell) -> None:
    before = 'x = "😋日本"; '
    expected = {"utf-8": 18, "utf-16": 12, "utf-32": 11}
    for encoding, column in expected.items():
        text = opened(filled(f'# of kintone\n{before}TOKEN = "@TOKEN@"\n'), encoding)
        file = shell.folder / "app.py"
        looked = look(Snapshot(file.as_uri(), file, text, 1, 1), Settings())
        assert told(looked) == [("KL101", (1, column + 9), (1, column + 49))]


def test_a_mark_before_the_text_moves_its_first_line(shell: Shell) -> None:
    looked = seen(shell.folder / "app.py", '\ufeffTOKEN = "@TOKEN@"  # of kintone\n')
    assert told(looked) == [("KL101", (0, 10), (0, 50))]


@pytest.mark.parametrize("coding", ["cp932", "latin-1", "utf-7", "ascii"])
def test_a_text_that_declares_an_encoding_keeps_its_places(shell: Shell, coding: str) -> None:
    looked = seen(
        shell.folder / "app.py", f'# coding: {coding}\nx = "日本😋"; TOKEN = "@TOKEN@"  # kintone\n'
    )
    assert told(looked) == [("KL101", (1, 21), (1, 61))]


@pytest.mark.parametrize("coding", ["nothing", "rot13", "utf-16", "undefined", "punycode"])
def test_an_encoding_that_cannot_be_is_told(shell: Shell, coding: str) -> None:
    looked = seen(shell.folder / "app.py", f'# coding: {coding}\nTOKEN = "@TOKEN@"  # kintone\n')
    assert [each.message for each in looked.troubles]


def test_half_a_character_keeps_its_place(shell: Shell) -> None:
    looked = seen(shell.folder / "app.py", 'x = "\ud83d"; TOKEN = "@TOKEN@"  # of kintone\n')
    assert told(looked) == [("KL101", (0, 18), (0, 58))]


def test_half_written_code_is_told_quietly(shell: Shell) -> None:
    looked = seen(shell.folder / "app.py", f"def kintone(:\n{BAD}")
    found = diagnostics(looked, related=False)
    assert found[0].severity is types.DiagnosticSeverity.Information
    assert found[0].message.startswith("not linted: cannot be parsed")
    assert found[1].code == "KL101"


def test_the_settings_of_the_nearest_project_count(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nignore = ["KL101"]\n')
    shell.write(
        "inner/pyproject.toml",
        '[tool.kintone-lint]\nexclude = ["generated/"]\n'
        'per-file-ignores = { "tests/*" = ["KL2"] }\n',
    )
    codes = {
        name: [code for code, *_ in told(seen(shell.folder / name, BAD))]
        for name in ("app.py", "inner/app.py", "inner/tests/app.py", "inner/generated/app.py")
    }
    assert codes == {
        "app.py": ["KL201"],
        "inner/app.py": ["KL101", "KL201"],
        "inner/tests/app.py": ["KL101"],
        "inner/generated/app.py": [],
    }


def test_settings_that_are_wrong_are_told(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nignroe = ["KL101"]\n')
    (trouble,) = diagnostics(seen(shell.folder / "app.py", BAD), related=False)
    assert "unknown key 'ignroe'" in trouble.message
    shell.write("pyproject.toml", "")
    assert len(told(seen(shell.folder / "app.py", BAD))) == 2


def test_the_baseline_of_the_project_excuses(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nbaseline = "known.json"\n')
    shell.write("app.py", BAD)
    assert [code for code, *_ in told(seen(shell.folder / "app.py", ""))] == []
    shell.run("check", "--update-baseline")
    assert told(seen(shell.folder / "app.py", BAD)) == []
    more = told(seen(shell.folder / "app.py", f'{BAD}PASSWORD = TOKEN\nOTHER = "@TOKEN2@"\n'))
    assert [code for code, *_ in more] == ["KL101"]
    known = (shell.folder / "known.json").read_text("utf-8")
    assert told(seen(shell.folder / "known.json", known, language="json")) == []


def test_a_baseline_that_is_broken_is_told(shell: Shell) -> None:
    shell.write("pyproject.toml", '[tool.kintone-lint]\nbaseline = "known.json"\n')
    shell.write("known.json", "{")
    (trouble,) = diagnostics(seen(shell.folder / "app.py", BAD), related=False)
    assert "known.json" in trouble.message


def test_what_is_imported_is_related_where_it_stands(shell: Shell) -> None:
    shell.write("keys.py", 'x = "😋"; TOKEN = "@TOKEN@"\n')
    text = BAD.replace('TOKEN = "@TOKEN@"', "from keys import TOKEN")
    found = diagnostics(seen(shell.folder / "app.py", text), related=True)
    (place,) = next(each for each in found if each.code == "KL101").related_information or ()
    assert place.location.uri == (shell.folder / "keys.py").as_uri()
    assert place.location.range.start == types.Position(0, 19)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (".env", "KINTONE_API_TOKEN=@TOKEN@\n", ("KL101", (0, 18), (0, 58))),
        ("a.json", '{"kintone": {"token":\n "@TOKEN@"}}', ("KL101", (1, 2), (1, 42))),
        ("a.yaml", "kintone:\n  api_token: '@TOKEN@'\n", ("KL101", (1, 14), (1, 54))),
        ("notes.md", "the token of kintone\n\n@TOKEN@\n", ("KL101", (2, 0), (2, 40))),
    ],
)
def test_other_texts_are_looked_at(
    shell: Shell, name: str, text: str, expected: tuple[str, tuple[int, int], tuple[int, int]]
) -> None:
    assert told(seen(shell.folder / name, text, language="")) == [expected]


def test_an_environment_that_git_leaves_open_is_found(shell: Shell) -> None:
    folder = repository(shell.folder / "here")
    text = "KINTONE_API_TOKEN=${TOKEN}\n"
    file = shell.write("here/.env", text)
    codes = [code for code, *_ in told(seen(file, text, language="dotenv"))]
    shell.write("here/.gitignore", ".env\n")
    ignored = told(seen(file, text, language="dotenv"))
    git(folder, "add", "-f", ".env")
    tracked = told(seen(file, text, language="dotenv"))
    assert (codes, ignored, tracked) == (["KL110"], [], [])


def test_a_script_is_known_by_its_first_line(shell: Shell) -> None:
    looked = seen(shell.folder / "deploy", f"#!/usr/bin/env python3\n{BAD}")
    assert [code for code, *_ in told(looked)] == ["KL101", "KL201"]


def test_a_notebook_as_json_has_its_findings_on_lines(shell: Shell) -> None:
    cells = [{"cell_type": "code", "source": [*filled(BAD).splitlines(keepends=True)]}]
    text = json.dumps({"cells": cells}, indent=1)
    line = next(number for number, each in enumerate(text.split("\n")) if TOKEN in each)
    looked = seen(shell.folder / "a.ipynb", text, language="json")
    assert told(looked)[0] == ("KL101", (line, 0), (line, len(text.split("\n")[line])))
    assert looked.source is None


def test_a_cell_is_code_for_itself(shell: Shell) -> None:
    looked = seen(shell.folder / "a.ipynb", f"%pip install requests\n{BAD}", cell=True)
    assert told(looked) == [("KL101", (3, 9), (3, 49)), ("KL201", (4, 13), (4, 64))]
    prose = seen(shell.folder / "a.ipynb", "# kintone", cell=True, language="markdown")
    assert told(prose) == []


@pytest.mark.parametrize("text", ["", "\0kintone", "kintone = (" * 3000, "kintone\n" * 3])
def test_odd_texts_are_no_defect(shell: Shell, text: str) -> None:
    for name in ("a.py", "a.json", "a.ipynb", "a.env", "a", "a.bin"):
        diagnostics(seen(shell.folder / name, text), related=True)


def test_only_so_many_findings_are_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kintone_lint.server.diagnostics._MOST", 1)
    found = diagnostics(seen(shell.folder / "app.py", BAD), related=False)
    assert [each.code for each in found] == [None, "KL101"]
    assert found[0].message == "not shown: 1 more finding"


def test_fixes_are_proven_when_they_are_asked_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs: list[int] = []
    real = Old.check

    def counted(old: Old, *given: Any) -> None:
        proofs.append(1)
        real(old, *given)

    monkeypatch.setattr(Old, "check", counted)
    looked = seen(shell.folder / "new.py", BAD)
    assert told(looked)
    assert not proofs
    offers = [each.title for each in actions(looked, WHOLE, None, ABLE)]
    assert any(each.startswith("KL101: ") for each in offers)
    done = len(proofs)
    assert done
    looked.prove()
    assert len(proofs) == done


def test_a_fix_that_does_not_prove_right_is_not_offered(shell: Shell) -> None:
    looked = seen(shell.folder / "new.py", f"{BAD}return 5\n")  # Python does not compile it
    assert [code for code, *_ in told(looked)] == ["KL101", "KL201"]
    assert all(each.fix for each in looked.findings)
    offers = [each.title for each in actions(looked, WHOLE, [types.CodeActionKind.QuickFix], ABLE)]
    assert offers == [f"{code}: suppress it with a comment" for code in ("KL101", "KL201")]
    assert not any(each.fix for each in looked.findings)
