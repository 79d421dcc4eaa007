"""One table of options: the command line, pytest, settings and the processes agree on them."""

from __future__ import annotations

import argparse
import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete

from kintone_conformance.children import command
from kintone_conformance.cli import cli
from kintone_conformance.commands.choosing import Chosen, chosen
from kintone_conformance.commands.matrix import matrix
from kintone_conformance.commands.run import run
from kintone_conformance.errors import UsageError
from kintone_conformance.options import (
    PYTEST,
    Kind,
    Options,
    Order,
    Share,
    Wanted,
    from_pytest,
    pytest_options,
    table,
)

VALUES: dict[Kind, Any] = {
    Kind.TEXT: "node 'my driver.mjs' --x=1",
    Kind.NUMBER: 7,
    Kind.SECONDS: 2.5,
    Kind.SWITCH: True,
    Kind.WORDS: ("one", "two"),
}


def parsed(words: Sequence[str], made: type) -> Any:
    """What a pytest session reads of these arguments."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name, about in pytest_options():
        parser.add_argument(name, **about)
    given = parser.parse_args(words)
    return from_pytest(made, lambda name: getattr(given, name[2:].replace("-", "_")))


def test_a_process_that_judges_is_told_every_option_of_its_order() -> None:
    """None is forgotten: each has another value than the usual one."""
    values = {option.attribute: VALUES[option.kind] for option in table(Order)}
    assert all(values[option.attribute] != option.default for option in table(Order))
    words = command(Order(**values), 5, ["KC101"], ["KC101", "KC102"])
    told = [word for word in words if word.startswith(PYTEST)]
    assert parsed(told, Wanted) == Wanted(**values, select=("KC101",))
    assert parsed(told, Share) == Share(of=("KC101", "KC102"), events=5)


def test_the_usual_order_is_no_argument() -> None:
    words = command(Order("reference"), 5, ["KC101"], ["KC101"])
    told = [word.partition("=")[0] for word in words if word.startswith(PYTEST)]
    assert told == [f"{PYTEST}{name}" for name in ("adapter", "select", "of", "events")]


def test_the_command_line_has_every_option_with_a_help_text() -> None:
    made = {parameter.name: parameter for parameter in run.params}
    assert set(made) == {option.attribute for option in table(Options)} | {"isolated", "config"}
    for each in (*run.params, *matrix.params):
        assert isinstance(each, click.Argument) or (isinstance(each, click.Option) and each.help)


# ---- what is chosen


def choose(*words: str) -> Chosen:
    with run.make_context("run", list(words)) as context:
        return chosen(context, dict(context.params))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str, name: str = "kintone-conformance.toml") -> None:
    (folder / name).write_text(text, "utf-8")


DRIVER = 'driver = "node driver.mjs"\n'


def test_settings_are_the_options_that_nobody_types(folder: Path) -> None:
    write(
        folder,
        DRIVER + 'doors = ["tls", "loopback"]\nbaseline = "known.toml"\nignore = "KC602,KC5"\n'
        "examples = 20\ntime-limit = 30\nstrict = true\nworkers = 1\n",
    )
    options = choose().options
    assert options == Options(
        driver="node driver.mjs",
        door=("tls", "loopback"),
        baseline=Path("known.toml"),
        ignore=("KC602", "KC5"),
        examples=20,
        time_limit=30,
        strict=True,
        workers=1,
    )
    typed = choose("--examples", "5", "--door", "proxy").options
    assert (typed.examples, typed.door, typed.driver) == (5, ("proxy",), "node driver.mjs")
    assert choose().source == Path("kintone-conformance.toml")


def test_settings_may_stand_in_pyproject_toml(folder: Path) -> None:
    write(folder, '[project]\nname = "x"\n', "pyproject.toml")
    with pytest.raises(UsageError, match="which client"):
        choose()
    write(folder, f"[tool.kintone-conformance]\n{DRIVER}", "pyproject.toml")
    assert choose().options.driver == "node driver.mjs"
    write(folder, DRIVER)
    with pytest.raises(UsageError, match=r"both kintone-conformance\.toml and pyproject\.toml"):
        choose()


def test_a_client_that_is_typed_does_not_get_the_settings_of_another(folder: Path) -> None:
    """The known failures of one client say nothing of the next."""
    write(folder, DRIVER + 'baseline = "known.toml"\nignore = ["KC6"]\n')
    other = choose("--adapter", "reference", "--examples", "5")
    assert other.options == Options(adapter="reference", examples=5)
    assert other.source is None
    same = choose("--driver", "node driver.mjs").options
    assert (same.baseline, same.ignore) == (Path("known.toml"), ("KC6",))


def test_settings_are_read_where_the_command_is_typed_and_nowhere_else(folder: Path) -> None:
    write(folder, DRIVER)
    below = folder / "below"
    below.mkdir()
    os.chdir(below)
    with pytest.raises(UsageError, match="which client"):
        choose()
    write(folder, DRIVER + 'baseline = "known.toml"\n')
    elsewhere = choose("--config", "../kintone-conformance.toml").options
    assert elsewhere == Options(driver="node driver.mjs", baseline=Path("../known.toml"))
    os.chdir(folder)
    with pytest.raises(UsageError, match="which client"):
        choose("--isolated")
    for both in (("--isolated", "--config", "x.toml"), ("--config", "x.toml", "--isolated")):
        write(folder, DRIVER, "x.toml")
        with pytest.raises(UsageError, match="both given"):
            choose(*both)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('drivr = "x"', "'drivr' is not a setting; did you mean driver?"),
        ('door = "tls"', "'door' is not a setting; did you mean doors?"),
        ('select = ["KC1"]', "--select can be given on the command line only"),
        ("update-baseline = true", "--update-baseline can be given on the command line only"),
        ('examples = "5"', "examples is '5', but must be a number, at least 1"),
        ("examples = 0", "must be a number, at least 1"),
        ("examples = true", "must be a number"),
        ("time-limit = nan", "must be a number, at least 1"),
        ("strict = 1", "must be true or false"),
        ("ignore = [1]", "must be a list of strings"),
        ('driver = ""', "must be a string"),
        ("driver = ['sh']", "must be a string"),
        ('baseline = "/etc/known.toml"', "is not in the folder of the settings"),
        ('report-dir = "../out"', "is not in the folder of the settings"),
        ('report-dir = "out/link"', "is not in the folder of the settings"),
        ('adapter = "a.py:A"\ndriver = "x"', "names an adapter and a driver"),
        ("driver = ", "is not valid TOML: .*line 1"),
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        (f"x = '{'x' * 300_000}'", "larger than 256 KiB"),
    ],
)
def test_bad_settings_are_a_sentence_that_names_the_file(
    folder: Path, text: str, said: str
) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "link").symlink_to("/etc")
    write(folder, text)
    with pytest.raises(UsageError) as caught:
        choose()
    told = f"{caught.value.message}; {caught.value.hint}"
    assert told.startswith("kintone-conformance.toml")
    assert re.search(said, told), told


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a folder", "a link to nothing"])
def test_settings_that_are_no_file_are_a_sentence(folder: Path, kind: str) -> None:
    file = folder / "kintone-conformance.toml"
    if kind == "a pipe":
        os.mkfifo(file)
    elif kind == "a folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero" if kind == "a device" else "nowhere")
    with pytest.raises(UsageError, match=r"not a regular file|leads to no file"):
        choose()


def test_the_command_that_repeats_a_finding_has_what_was_typed_and_matters(folder: Path) -> None:
    typed = (
        *("--driver", "node 'a b.mjs' `x`", "--seed", "7", "--door", "tls", "--door", "loopback"),
        *("--time-limit", "30", "--any-process", "--strict", "--report-dir", "out", "-n", "1"),
        *("--ignore", "KC6", "--max-time", "60", "--select", "KC1"),
    )
    again = shlex.split(choose(*typed).again)
    assert again[:2] == ["kintone-conformance", "run"]
    assert choose(*again[2:]).options == Options(
        driver="node 'a b.mjs' `x`",
        seed=7,
        door=("tls", "loopback"),
        time_limit=30,
        any_process=True,
        strict=True,
    )
    write(folder, DRIVER)
    assert choose("--seed", "7").again == "kintone-conformance run --seed 7"
    write(folder, DRIVER, "other file.toml")
    config = choose("--config", "other file.toml").again
    assert config == "kintone-conformance run --config 'other file.toml'"


@pytest.mark.parametrize(
    ("words", "typed", "some"),
    [
        (["run", "--select"], "kc10", {"KC101", "KC109"}),
        (["run", "--select"], "KC1,password-pad", {"KC1,password-padding"}),
        (["run", "--ignore"], "KC60", {"KC601"}),
        (["run", "--door"], "", {"loopback", "tls", "proxy", "namespace", "responses"}),
        (["run", "--require"], "guest", {"guest", "guest.text", "guests.add"}),
        (["explain"], "KC81", {"KC810"}),
    ],
)
def test_completion_knows_ids_doors_and_capabilities(
    words: list[str], typed: str, some: set[str]
) -> None:
    completion = ShellComplete(cli, {}, "kintone-conformance", "_COMPLETE")
    assert some <= {item.value for item in completion.get_completions(words, typed)}
