"""The matrix: rows for what was judged, and for what was not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kintone_conformance.errors import UsageError
from kintone_conformance.matrix.changes import changes
from kintone_conformance.matrix.manifest import chosen, read_all
from kintone_conformance.matrix.results import Client, Results, Version, read
from kintone_conformance.matrix.tendencies import tendencies
from kintone_conformance.matrix.versions import driver_command
from kintone_conformance.report.files import claimed

SDK = """
name = "{name}"
versions = ["1"]
language = "python"
url = "https://example.com/{name}"
{rest}
"""
REFERENCE = 'adapter = "reference"'
TESTS = Path(__file__).parents[1]
ENVIRON = f'environ = {{ PYTHONPATH = "{TESTS}" }}'
SMALL = f'adapter = "matrix.small:Small"\n{ENVIRON}'  # judged in a third of the time
UNPADDED = f'adapter = "matrix.small:Unpadded"\n{ENVIRON}'
FALLBACK = 'not-judged = "its registry was out of reach"\n'


def folder(tmp_path: Path, **sdks: str) -> Path:
    for name, rest in sdks.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "sdk.toml").write_text(SDK.format(name=name, rest=rest), "utf-8")
    return tmp_path


def matrix(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kintone_conformance", "matrix", str(path), "--examples", "2"]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False)


def test_trouble_is_a_row_and_never_a_gap(tmp_path: Path) -> None:
    sdks = folder(
        tmp_path,
        unbuilt='driver = "./driver"\nbuild = [\'{python} -c "raise SystemExit(str(7 * 6))"\']',
        missing='driver = "./driver"\nneeds = ["no-such-program"]',
        silent='driver = "./no-such-driver"',
        elsewhere=FALLBACK + 'driver = "./driver"\nneeds = ["no-such-program"]',
        reachable=FALLBACK + SMALL,
        quoted="driver = './driver'\nbuild = ['sh -c \"']",
        known=SMALL,
    )
    (sdks / "known" / "known-failures.toml").write_text("version = 2\n", "utf-8")
    done = matrix(sdks)
    assert done.returncode == 3, done.stderr
    page = (sdks / "MATRIX.md").read_text("utf-8")
    assert "error: the build failed: {python} -c" in page
    assert re.search(r"the build failed: [^\n]*: (exit code )?42\b", page), page
    assert "error: it needs no-such-program, which this machine does not have" in page
    assert "error: nothing was judged: error: the driver cannot be started" in page
    rows = {line.split("]")[0]: line for line in page.splitlines() if line.startswith("| [")}
    assert "not judged here: its registry was out of reach" in rows["| [elsewhere"]
    assert "✓" in rows["| [reachable"], "the reason is for where the build fails"
    assert "is not a command: No closing quotation" in page
    assert "has version 2; this suite reads version 1" in page


RAISES = """
driver = "x"
build = ['''{python} -c "import os; open(os.getcwd() + chr(47) + str(7 * 6))"''']
"""


def test_no_row_has_a_traceback_or_a_folder_of_this_machine(tmp_path: Path) -> None:
    sdks = folder(tmp_path, raises=RAISES, absent=f'driver = "{tmp_path}/x"')
    done = matrix(sdks)
    assert done.returncode == 3
    for name in ("MATRIX.md", "RESULTS.json"):
        page = (sdks / name).read_text("utf-8").replace(f"--driver {tmp_path}/x", "")
        page = page.replace("\\u2026", "…")
        assert "FileNotFoundError: " in page
        assert "…/42" in page
        assert "Traceback" not in page
        assert str(tmp_path) not in page


def test_a_folder_that_another_run_builds_in_is_left_alone(tmp_path: Path) -> None:
    sdks = folder(tmp_path, mine=REFERENCE)
    with claimed(sdks / "mine"):
        assert matrix(sdks).returncode == 3
    assert "error: another run is writing to …/mine" in (sdks / "MATRIX.md").read_text("utf-8")
    with claimed(sdks):
        done = matrix(sdks)
    assert (done.returncode, "another run is writing to" in done.stderr) == (2, True)


def test_what_a_build_leaves_behind_does_not_hold_it(tmp_path: Path) -> None:
    sdks = folder(tmp_path, left=SMALL + "\nbuild = ['sh -c \"sleep 100000 &\"']")
    assert matrix(sdks).returncode == 0


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A right client beside one that fails, built once."""
    build = "build = [\"{python} -c \\\"open('built', 'a').write('x')\\\"\"]\nsources = [\"s\"]\n"
    sdks = folder(tmp_path_factory.mktemp("sdks"), right=build + SMALL, wrong=UNPADDED)
    (sdks / "right" / "s").write_text("1", "utf-8")
    done = matrix(sdks)
    assert done.returncode == 1, done.stderr
    return sdks


def test_a_red_row_has_requirement_counterexample_and_wire(judged: Path) -> None:
    assert "- **KC104** fail: the Base64 is not padded" in (judged / "MATRIX.md").read_text("utf-8")
    right, wrong = read(judged / "RESULTS.json").clients
    told = "\n".join(wrong.versions[0].findings["KC104"].lines)
    assert "The Base64 is padded with = to a multiple of four characters." in told
    assert "X-Cybozu-Authorization: " in told
    assert "localhost:PORT" in told
    assert (right.versions[0].verdict("KC104"), right.versions[0].findings) == ("pass", {})
    assert str(judged) not in (judged / "RESULTS.json").read_text("utf-8")


def test_reports_of_many_machines_make_the_same_results(judged: Path, tmp_path: Path) -> None:
    jobs = json.loads(matrix(judged, "--list").stdout)["include"]
    assert [job["client"] for job in jobs] == ["right", "wrong"]
    one, reports = "wrong", tmp_path / "reports"
    assert matrix(judged, "--only", one, "--reports", str(reports / one)).returncode == 1
    kept = ("--from-reports", str(reports), "--output", str(tmp_path))
    assert matrix(judged, *kept).returncode == 3, "one report is missing"
    whole = read(judged / "RESULTS.json").clients
    found = read(tmp_path / "RESULTS.json").clients
    assert found[1] == whole[1]
    assert found[0].versions[0].instead == "error: it has no report"
    again = (
        "--only",
        one,
        "--from-reports",
        str(reports),
        "--against",
        str(judged / "RESULTS.json"),
    )
    assert (
        "**right** is no longer judged" in matrix(judged, *again, "--output", str(tmp_path)).stdout
    )


def test_the_site_is_made_of_the_results_alone(judged: Path, tmp_path: Path) -> None:
    done = matrix(judged, "--from-results", str(judged / "RESULTS.json"), "--site", str(tmp_path))
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "index.html").read_text("utf-8")
    assert '<a href="clients/wrong.html">' in index
    client = (tmp_path / "clients" / "wrong.html").read_text("utf-8")
    assert 'id="KC104"' in client
    requirement = (tmp_path / "requirements" / "KC104.html").read_text("utf-8")
    assert requirement.count("../clients/") == 2
    assert "the Base64 is not padded" in requirement


BAD_CLIENT = {
    **dict.fromkeys(("folder", "name", "language", "note"), "x"),
    "url": "javascript:alert(1)",
    "commands": [],
    "versions": [{"version": "1"}],
}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "does not hold results"),
        ("[" * 100_000, "does not hold results"),
        ('{"suite": "1", "clients": 5}', "does not hold results"),
        (json.dumps({"suite": "1", "clients": [BAD_CLIENT]}), "its url is not a web address"),
    ],
)
def test_bad_results_are_a_sentence(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "RESULTS.json").write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said):
        read(tmp_path / "RESULTS.json")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.deep
def test_two_runs_write_the_same_and_known_failures_are_nothing_new(judged: Path) -> None:
    before = [(judged / name).read_bytes() for name in ("MATRIX.md", "RESULTS.json")]
    known = judged / "wrong" / "known-failures.toml"
    known.write_text('version = 1\n[KC104]\nreason = "on purpose"\n', "utf-8")
    assert matrix(judged, "--output", str(judged / "other")).returncode == 0
    known.unlink()
    assert matrix(judged).returncode == 1
    assert [(judged / name).read_bytes() for name in ("MATRIX.md", "RESULTS.json")] == before
    assert (judged / "right" / "built").read_text("utf-8") == "x", "built once"
    (judged / "right" / "s").write_text("2", "utf-8")
    matrix(judged, "--only", "right", "--output", str(judged / "other"))
    assert (judged / "right" / "built").read_text("utf-8") == "xx", "another source, another build"


def test_a_part_of_the_matrix_replaces_no_whole_one(judged: Path) -> None:
    done = matrix(judged, "--only", "right")
    assert (done.returncode, "would write a partial matrix" in done.stderr) == (2, True)
    done = matrix(judged, "--only", "write", "--output", str(judged))
    assert "there is no SDK 'write'" in done.stderr


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("", "does not name a client"),
        (REFERENCE + '\ndriver = "x"', "does not name a client"),
        (REFERENCE + "\nbuidl = []", "buidl"),
        ("adapter = 5", "adapter"),
        ("adapter = ", "is not valid TOML"),
        (REFERENCE + "\nbuild = 5", "build"),
        ("build = " + "[" * 100_000, "nested too deeply"),
        (f"{REFERENCE} #{'x' * (300 << 10)}", "larger than"),
    ],
)
def test_a_bad_manifest_is_named(tmp_path: Path, rest: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        read_all(folder(tmp_path, bad=rest))
    assert "bad/sdk.toml" in caught.value.message


def test_an_empty_driver_beside_an_adapter_is_none(tmp_path: Path) -> None:
    [sdk] = read_all(folder(tmp_path, one=REFERENCE + "\ndriver = ''"))
    assert sdk.client == ["--adapter", "reference"]


def test_a_quote_of_a_driver_that_is_never_closed_is_bad_usage(tmp_path: Path) -> None:
    [sdk] = read_all(folder(tmp_path, one="driver = 'node \"driver.mjs'"))
    with pytest.raises(UsageError, match="No closing quotation"):
        driver_command(sdk, list)


def test_a_folder_without_manifests_is_no_matrix(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no \*/sdk.toml"):
        read_all(tmp_path)


OLDER = """
versions = ["2", "1"]
language = "python"
name = "aged"
url = "https://example.com/aged"
build = ["{python} build.py {version}"]
sources = ["build.py"]
files = ["shared.py"]
adapter = "adapter.py:Built"
environ = { PYTHONPATH = "%s" }
"""
BUILD = "import sys; open('version.txt', 'w').write(sys.argv[1])"
ADAPTER = """
from pathlib import Path

import shared
from kintone_conformance.adapter import serves
from matrix.small import Small, Unpadded

OLD = Path("version.txt").read_text() == "1"


class Built(Unpadded if OLD else Small):
    @serves("app.get")
    def app_get(self, sdk, **params):
        if OLD:
            return sdk.no_such_method(**params)
        return sdk.get(sdk.path("app"), params)
"""


def test_each_version_is_built_and_judged_in_a_folder_of_its_own(tmp_path: Path) -> None:
    sdk = tmp_path / "aged"
    sdk.mkdir()
    (sdk / "sdk.toml").write_text(OLDER % TESTS, "utf-8")
    for name, content in (("build.py", BUILD), ("adapter.py", ADAPTER), ("shared.py", "")):
        (sdk / name).write_text(content, "utf-8")
    done = matrix(tmp_path)
    assert done.returncode == 0, done.stderr  # what was broken once is nothing new
    [client] = read(tmp_path / "RESULTS.json").clients
    assert [each.verdict("KC104") for each in client.versions] == ["pass", "fail"]
    assert tendencies(client) == {"KC104": "fixed in 2"}
    assert [each.lacks for each in client.versions] == ["", "app.get"]
    assert (tmp_path / "aged@1" / "version.txt").read_text("utf-8") == "1"
    assert (sdk / "version.txt").read_text("utf-8") == "2"
    labels = [each.label for each in chosen(read_all(tmp_path), ["aged@1"], newest=True)]
    assert labels == ["aged@1"]


def version(number: str, **verdicts: str) -> Version:
    ids: dict[str, tuple[str, ...]] = {}
    for id_, verdict in verdicts.items():
        ids[verdict] = (*ids.get(verdict, ()), id_)
    return Version(version=number, verdicts=ids)


def client(*versions: Version) -> Client:
    texts = dict.fromkeys(("folder", "name", "language", "url", "note"), "sdk")
    return Client(**texts, commands=(), versions=versions)


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (("fail", "fail", "pass"), "broken since 2"),
        (("fail", "fail", "fail"), "broken in each of 3 versions"),
        (("pass", "warn", "pass"), "fixed in 3"),
        (("pass", "pass", "fail"), "fixed in 2"),
        (("pass", "n/a", "fail"), "fixed in 3"),
        (("n/a", "fail", "pass"), ""),
        (("pass", "pass", "note"), ""),
    ],
)
def test_since_when_it_is_so(verdicts: tuple[str, ...], told: str) -> None:
    versions = (version(str(3 - n), KC101=verdict) for n, verdict in enumerate(verdicts))
    assert tendencies(client(*versions)).get("KC101", "") == told


def test_changes_are_told_the_broken_first() -> None:
    old = client(version("1", KC101="pass", KC102="fail", KC103="pass"))
    new = client(version("2", KC101="fail", KC102="pass", KC103="pass"), old.versions[0])
    told = changes(Results(suite="1", clients=(old,)), Results(suite="1", clients=(new,)))
    assert told.splitlines() == [
        "3 changes",
        "",
        "- **sdk** 2 breaks KC101 (password-one-header); before: pass",
        "- **sdk** 2 holds KC102 (password-login-colon-password); before: fail",
        "- **sdk** 2 is new; the lines about it compare with 1",
    ]
    same = Results(suite="1", clients=(old,))
    assert changes(same, same) == "Nothing has changed.\n"
