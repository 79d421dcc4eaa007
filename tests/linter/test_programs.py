"""Whole programs, as people write them: what is found in them, line by line, and what is clean.

`programs/` has a section for each program. `=== name` starts it, `--- file` another file of it. A
line that ends in `#! KL101` has that finding, and no other line has one.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from fakes import filled
from kintone_lint.cli.main import main

FOLDER = Path(__file__).parent / "programs"


def sections(name: str) -> dict[str, str]:
    """The programs of a file, by name."""
    text = (FOLDER / name).read_text("utf-8")
    parts = re.split(r"^=== (.+)\n", text, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def files(program: str) -> dict[str, list[str]]:
    """The files of a program with their lines."""
    parts = ["main.py", *re.split(r"^--- (.+)\n", program, flags=re.M)]
    if not parts[1].strip():
        del parts[:2]
    return {name: text.splitlines() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def marks(program: str) -> tuple[dict[str, str], Counter[str]]:
    """The files of a program as they are linted, and the findings that their lines say."""
    texts: dict[str, str] = {}
    said: Counter[str] = Counter()
    for name, lines in files(program).items():
        for number, line in enumerate(lines, 1):
            code, _, mark = line.partition("  #! ")
            lines[number - 1] = code
            said.update(f"{name}:{number} {rule}" for rule in mark.split())
        texts[name] = filled("\n".join(lines) + "\n")
    return texts, said


def found_in(programs: dict[str, str], folder: Path, *more: str) -> dict[str, Counter[str]]:
    """What one run of the command finds in all programs, each in a folder of its own."""
    folders = {name: f"p{number}" for number, name in enumerate(programs)}
    for name, program in programs.items():
        for path, text in marks(program)[0].items():
            file = folder / folders[name] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        (folder / folders[name] / "setup.cfg").touch()  # a project of its own
    report = folder / "report.json"
    before = Path.cwd()
    os.chdir(folder)
    try:
        main(
            ["check", "--isolated", "--no-cache", *more, f"--output-format=json={report.name}", "."]
        )
    finally:
        os.chdir(before)
    found: dict[str, Counter[str]] = {name: Counter() for name in programs}
    by_folder = {where: name for name, where in folders.items()}
    content = json.loads(report.read_text("utf-8"))
    assert not content["errors"]
    for each in content["findings"]:
        where, _, path = each["path"].partition("/")
        found[by_folder[where]][f"{path}:{each['line']} {each['rule']}"] += 1
    return found


def all_sections(pattern: str) -> dict[str, str]:
    """The programs of several files, by name; none twice."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob(pattern)):
        for name, program in sections(file.name).items():
            assert name not in found, name
            found[name] = program
    return found


CLEAN = all_sections("clean*.txt")
DEFECTS = all_sections("[!c]*.txt") | all_sections("co*.txt")


@pytest.fixture(scope="module")
def defects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    return found_in(DEFECTS, tmp_path_factory.mktemp("defects"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    return found_in(CLEAN, tmp_path_factory.mktemp("clean"), "--no-screen")


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_found_in_a_clean_program(name: str, found: dict[str, Counter[str]]) -> None:
    assert not marks(CLEAN[name])[1]
    assert not found[name]


@pytest.mark.parametrize("name", DEFECTS)
def test_what_a_line_says_is_found_there(name: str, defects: dict[str, Counter[str]]) -> None:
    said = marks(DEFECTS[name])[1]
    assert said
    assert defects[name] == said
