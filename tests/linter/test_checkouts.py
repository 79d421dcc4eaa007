"""Many checkouts in one run: each by its own settings, told apart in the reports, and in shards."""

from __future__ import annotations

import json

import pytest

from fakes import token
from linter.linting import Shell
from linter.repositories import repository

NAMES = [f"clones/team-{number}" for number in range(12)]


@pytest.fixture
def clones(shell: Shell) -> Shell:
    """Twelve checkouts with a token each; the last one is clean, the first has a baseline."""
    for number, name in enumerate(NAMES):
        repository(shell.folder / name)
        text = f"import kintone\nT = '{token(number)}'\n" if number < 11 else "import kintone\n"
        shell.write(f"{name}/app.py", text)
    shell.write(f"{NAMES[1]}/pyproject.toml", '[tool.kintone-lint]\nignore = ["KL101"]\n')
    shell.write(f"{NAMES[2]}/pyproject.toml", '[tool.kintone-lint]\nbaseline = "known.json"\n')
    shell.run("check", NAMES[2], "--update-baseline")
    shell.write(f"{NAMES[3]}/broken.py", "import kintone\ndef (\n")
    return shell


def test_each_checkout_has_its_own_settings_and_baseline(clones: Shell) -> None:
    found = [path for _, path, _ in clones.rules(*NAMES)]
    assert sorted(found) == sorted(f"{name}/app.py" for name in [NAMES[0], *NAMES[3:11]])


def test_json_tells_the_repository_of_each_finding(clones: Shell) -> None:
    code, content = clones.check(*NAMES)
    assert code == 2
    assert all(each["path"] == f"{each['repository']}/app.py" for each in content["findings"])
    assert content["errors"][0]["repository"] == NAMES[3]
    rows = {each["path"]: each for each in content["repositories"]}
    assert [*rows] == NAMES
    assert rows[NAMES[3]] == {"path": NAMES[3], "files": 2, "findings": 1, "errors": 1}
    assert rows[NAMES[11]] == {"path": NAMES[11], "files": 1, "findings": 0, "errors": 0}


def test_a_run_over_one_checkout_has_no_repositories(clones: Shell) -> None:
    _, content = clones.check(NAMES[0])
    assert "repositories" not in content
    assert "repository" not in content["findings"][0]


def test_sarif_has_a_run_for_each_repository_with_paths_from_its_root(clones: Shell) -> None:
    _, out, _ = clones.run("check", "--output-format", "sarif", *NAMES)
    runs = json.loads(out)["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == [f"kintone-lint/{n}/" for n in NAMES]
    place = runs[0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "app.py"
    assert [len(run["results"]) for run in runs] == [1, 0, 0, *[1] * 8, 0]
    assert [run["invocations"][0]["executionSuccessful"] for run in runs].index(False) == 3


def test_a_fingerprint_is_that_of_a_run_over_its_repository_alone(clones: Shell) -> None:
    _, together = clones.check(*NAMES)
    by_path = {each["path"]: each["fingerprint"] for each in together["findings"]}
    _, alone = clones.check(NAMES[4])
    assert by_path[f"{NAMES[4]}/app.py"] == alone["findings"][0]["fingerprint"]


def test_there_is_one_summary(clones: Shell) -> None:
    _, out, _ = clones.run("check", *NAMES)
    assert "12 repositories: findings in 9, problems in 1." in out
    code, out, _ = clones.run("check", NAMES[1], NAMES[11])
    assert (code, out) == (0, "All clean: 3 files (2 Python, 1 settings) in 2 repositories.\n")


def test_an_import_does_not_lead_from_one_checkout_into_another(shell: Shell) -> None:
    for name in ("a", "b"):
        repository(shell.folder / name)
    shell.write("a/settings.py", f"T = '{token(1)}'\n")
    shell.write("b/app.py", "import kintone\nfrom settings import T\n")
    assert shell.rules("a", "b") == []


@pytest.mark.parametrize("whole", [1, 3, 8, 40])
def test_the_shards_together_are_the_whole_run(clones: Shell, whole: int) -> None:
    _, together = clones.check(*NAMES)
    found, rows, files = [], [], 0
    for part in range(1, whole + 1):
        _, content = clones.check(*NAMES, "--shard", f"{part}/{whole}")
        found += content["findings"]
        rows += content.get("repositories", [])
        files += len(content["errors"])
    key = "path"
    assert sorted(found, key=lambda each: each[key]) == sorted(
        together["findings"], key=lambda each: each[key]
    )
    assert sorted(each["path"] for each in rows) == sorted(NAMES)
    assert files == len(together["errors"])


def test_a_path_stays_in_its_shard_whatever_else_there_is(clones: Shell) -> None:
    def mine(*names: str) -> set[str]:
        _, out, _ = clones.run("check", "--show-files", "--shard", "1/3", *names)
        return set(out.splitlines())

    assert mine(*NAMES) >= mine(*NAMES[:5])
    assert 0 < len(mine(*NAMES)) < 12


def test_paths_of_one_repository_are_in_one_shard(shell: Shell) -> None:
    repository(shell.folder)
    names = [f"part{number}" for number in range(8)]
    for name in names:
        shell.write(f"{name}/app.py", "import kintone\n")
    counts = [
        len(shell.run("check", "--show-files", "--shard", f"{part}/4", *names)[1].splitlines())
        for part in range(1, 5)
    ]
    assert sorted(counts) == [0, 0, 0, 8]


def test_a_shard_without_paths_is_clean_and_says_so(clones: Shell) -> None:
    outputs = [clones.run("check", NAMES[0], "--shard", f"{part}/5") for part in range(1, 6)]
    assert sorted(code for code, _, _ in outputs) == [0, 0, 0, 0, 1]
    assert sum("0 of 1 paths" in err for _, _, err in outputs) == 4


@pytest.mark.parametrize("shard", ["0/3", "4/3", "2", "a/b", "1/0", "-1/3"])
def test_a_wrong_shard_is_refused(shell: Shell, shard: str) -> None:
    code, _, err = shell.run("check", f"--shard={shard}")
    assert (code, err.startswith(f"kintone-lint: invalid --shard {shard}: write N/M")) == (2, True)
