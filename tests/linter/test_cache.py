"""A run with a warm cache finds what a run without one finds, and reads next to nothing."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from kintone_lint import cache, reading, run, selection
from kintone_lint.config import Config
from kintone_lint.examples import fakes
from kintone_lint.findings import FileResult
from kintone_lint.packed import packed, unpacked
from kintone_lint.rules import all_rules
from linter.linting import Shell, linted
from linter.test_rules import MARK

TOKEN_LINE = 'headers = {"X-Cybozu-API-Token": "@TOKEN@"}\n'
USE = 'from settings import TOKEN\nh = {"X-Cybozu-API-Token": TOKEN}\n'


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written just now are remembered too."""
    monkeypatch.setattr(cache, "SETTLED", -3_600_000_000_000)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[str]]:
    """The names of the files that were read or judged since the last time it was asked."""
    names: set[str] = set()
    read, chunk = reading.content, run._chunk

    def noted(file: Path) -> bytes | OSError:
        names.add(file.name)
        return read(file)

    def judging(work: tuple[list[selection.Job], object, object]) -> list[FileResult | None]:
        names.update(job.source.file.name for job in work[0])
        return chunk(work)  # type: ignore[arg-type]

    def asked() -> set[str]:
        found = set(names)
        names.clear()
        return found

    monkeypatch.setattr(selection, "content", noted)
    monkeypatch.setattr(run, "_chunk", judging)
    return asked


Asked = Callable[[], set[str]]


def agreed(shell: Shell, *arguments: str) -> dict[str, object]:
    """What a run says with the cache as it is; the same as without one."""
    warm = shell.check(*arguments)
    assert warm == shell.check("--no-cache", *arguments)
    return warm[1]


# ---- it finds the same


def examples(shell: Shell) -> None:
    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            shell.write(f"{rule.code}_{number}/{bad.path}", MARK.sub("", bad.code))
        for number, good in enumerate(rule.good):
            shell.write(f"{rule.code}_good_{number}.py", good)
    shell.write("linked/settings.py", 'TOKEN = "@SECRET@"\nOTHER = "@TOKEN@"\n')
    shell.write("linked/app.py", USE + "from settings import OTHER\n")
    shell.write("linked/two.py", USE + "x = 1  # noqa: KL101\n")
    shell.write("broken.py", 'import kintone\nprint "@TOKEN@"\n')
    shell.write("newer.py", 'import kintone\ntype X = int\nkintone_token = "@TOKEN@"\n')
    shell.write("plain.py", "x = 1\n")


def test_cold_warm_and_without_a_cache_are_the_same(shell: Shell, looked_at: Asked) -> None:
    examples(shell)
    cold = shell.check()
    assert len(looked_at()) > 20
    assert shell.check() == cold == shell.check("--no-cache")
    sarif = ("check", "--output-format", "sarif")
    assert shell.run(*sarif) == shell.run(*sarif, "--no-cache")
    looked_at()
    shell.check()
    # trouble is looked at anew; settings.py is read, for its token and as it is imported
    assert looked_at() == {"broken.py", "settings.py"}
    assert len(cold[1]["findings"]) > 100


def test_a_finding_comes_back_as_it_was() -> None:
    for rule in all_rules():
        for bad in rule.bad:
            found = linted(MARK.sub("", bad.code), bad.path).findings
            assert list(unpacked(json.loads(json.dumps(packed(found))))) == found


def test_no_secret_is_in_the_cache(shell: Shell) -> None:
    examples(shell)
    weak = "Kq8vLm2pXz"
    shell.write("weak.py", f'import pykintone\nx = pykintone.login("demo", "me", "{weak}")\n')
    text = (
        f'import requests\nrequests.get("http://me:{weak}@demo.cybozu.com/k/v1/guest/5/app.json")'
    )
    shell.write("url.py", text)
    shell.check("--select", "KL2,KL3")
    shell.check()
    kept = b"".join(file.read_bytes() for file in Path(cache.FOLDER).iterdir())
    assert len(kept) > 50_000
    for secret in (*fakes().values(), weak):
        for form in (secret, b64encode(secret.encode()).decode().rstrip("="), quote(secret)):
            assert form.encode() not in kept


# ---- what makes it forget


def test_a_changed_file_is_judged_again_and_no_other(shell: Shell, looked_at: Asked) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.write("other.py", TOKEN_LINE)
    shell.check()
    shell.write("app.py", "\n" + TOKEN_LINE)
    looked_at()
    assert [line for _, _, line in shell.rules()] == [2, 1]
    assert looked_at() == {"app.py"}
    assert [line for _, _, line in shell.rules()] == [2, 1]
    assert looked_at() == set()


def test_a_changed_neighbour_makes_its_importers_be_judged_again(
    shell: Shell, looked_at: Asked
) -> None:
    shell.write("settings.py", 'TOKEN = ""\n')
    shell.write("app.py", USE)
    shell.write("other.py", TOKEN_LINE)
    assert len(shell.rules()) == 1
    shell.write("settings.py", 'TOKEN = "@SECRET@"\n')
    looked_at()
    assert [path for _, path, _ in shell.rules()] == ["other.py", "settings.py"]
    assert looked_at() == {"app.py", "settings.py"}
    shell.write("settings.py", 'TOKEN = ""\n')
    assert len(shell.rules()) == 1


def test_a_neighbours_neighbour_counts_too(shell: Shell) -> None:
    shell.write("base.py", 'HOST = "https://demo.cybozu.com/k/v1"\n')
    shell.write("urls.py", 'from base import HOST\nURL = HOST + "/app.json"\n')
    text = "import requests\nfrom urls import URL\nrequests.get(URL)  # of kintone\nlogin = 1\n"
    shell.write("app.py", text)
    assert agreed(shell)["findings"] == []
    shell.write("base.py", 'HOST = "https://demo.cybozu.com/k/v1/guest/5"\n')
    assert [each["rule"] for each in agreed(shell)["findings"]] == ["KL201"]  # type: ignore[attr-defined]


def test_a_module_that_comes_or_goes_changes_what_an_import_means(shell: Shell) -> None:
    shell.write("pkg/app.py", USE)
    assert agreed(shell)["findings"] == []
    shell.write("settings.py", 'TOKEN = "@SECRET@"\n')
    assert len(agreed(shell)["findings"]) == 1  # type: ignore[arg-type]
    shell.write("pkg/settings.py", 'TOKEN = ""\n')
    assert agreed(shell)["findings"] == []
    (shell.folder / "pkg/settings.py").unlink()
    assert len(agreed(shell)["findings"]) == 1  # type: ignore[arg-type]


def test_a_module_of_constants_is_judged_when_an_importer_comes(
    shell: Shell, looked_at: Asked
) -> None:
    shell.write("pyproject.toml", "")
    shell.write("settings.py", 'TOKEN = "@TOKEN@"\n')
    shell.write("other.py", "import kintone\n")
    assert agreed(shell)["findings"] == []
    shell.write("main.py", "import kintone\nfrom settings import TOKEN\n")
    assert shell.rules() == [("KL101", "settings.py", 1)]
    looked_at()
    assert shell.rules() == [("KL101", "settings.py", 1)]
    assert looked_at() == {"settings.py"}  # read, for its text is needed should it be judged
    shell.write("main.py", "import kintone\n")
    assert shell.rules() == []


def test_a_suppression_that_is_needed_elsewhere_stays_needed(shell: Shell) -> None:
    shell.write("settings.py", 'TOKEN = "@SECRET@"  # kintone-lint: ignore[KL101] fake\n')
    shell.write("app.py", USE)
    assert agreed(shell)["findings"] == []
    shell.write("settings.py", 'TOKEN = ""  # kintone-lint: ignore[KL101] fake\n')
    assert [each["rule"] for each in agreed(shell)["findings"]] == ["KL001"]  # type: ignore[attr-defined]


def test_a_size_that_changes_is_seen_although_the_times_are_kept(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cache._stamp

    def without_inode(name: str) -> list[int] | None:
        stamp = real(name)
        return stamp and [stamp[0], 0, stamp[2], 0]

    monkeypatch.setattr(cache, "_stamp", without_inode)
    file = shell.write("app.py", TOKEN_LINE)
    before = file.stat()
    shell.check()
    shell.write("app.py", "x = 1\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert agreed(shell)["findings"] == []


@pytest.mark.skipif(os.name == "nt", reason="there is no time of the last change of an inode")
def test_a_content_that_changes_with_time_and_size_kept_is_seen(shell: Shell) -> None:
    file = shell.write("app.py", TOKEN_LINE)
    before = file.stat()
    shell.check()
    file.write_text("#" * before.st_size)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert agreed(shell)["findings"] == []


def test_what_was_written_just_now_is_not_remembered(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, looked_at: Asked
) -> None:
    monkeypatch.setattr(cache, "SETTLED", 2_000_000_000)
    shell.write("app.py", TOKEN_LINE)
    shell.check()
    looked_at()
    shell.check()
    assert looked_at() == {"app.py"}


def test_settings_arguments_and_folder_are_part_of_the_question(shell: Shell) -> None:
    shell.write("sub/app.py", TOKEN_LINE + 'url = "http://demo.cybozu.com/"\n')
    assert len(shell.rules()) == 2
    assert len(shell.rules("--select", "KL1")) == 1
    assert len(shell.rules("--ignore", "KL101,KL304")) == 0
    shell.write("pyproject.toml", '[tool.kintone-lint]\nignore = ["KL304"]\n')
    assert len(shell.rules()) == 1
    shell.write("pyproject.toml", '[tool.kintone-lint]\nper-file-ignores = {"sub/*" = ["KL1"]}\n')
    assert [rule for rule, _, _ in shell.rules()] == ["KL304"]
    assert [path for _, path, _ in shell.rules("sub")] == ["sub/app.py"]
    os.chdir(shell.folder / "sub")
    assert [path for _, path, _ in shell.rules()] == ["app.py"]


def test_another_version_of_the_tool_starts_anew(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, looked_at: Asked
) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.check()
    looked_at()
    code = list(cache._code())
    assert any(name.endswith("kl101_hardcoded_api_token.py") for name, _ in code)
    assert any(name.endswith("endpoints.json") for name, _ in code)
    assert any("libcst" in name for name, _ in code)
    monkeypatch.setattr(cache, "_code", lambda: iter([*code[1:], ["other.py", [1, 2, 3, 4]]]))
    shell.check()
    assert looked_at() == {"app.py"}


def test_another_python_starts_anew(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, looked_at: Asked
) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.check()
    looked_at()
    monkeypatch.setattr("sys.version", "3.99.0")
    shell.check()
    assert looked_at() == {"app.py"}


def test_a_link_that_leads_elsewhere_is_seen(shell: Shell) -> None:
    shell.write("a/app.py", "import pykintone\npykintone.login('demo', 'me', '@PASSWORD@')\n")
    (shell.folder / "code").symlink_to("a", target_is_directory=True)
    assert [path for _, path, _ in shell.rules("code")] == ["a/app.py"]
    (shell.folder / "a").rename(shell.folder / "tests")
    (shell.folder / "code").unlink()
    (shell.folder / "code").symlink_to("tests", target_is_directory=True)
    assert shell.rules("code") == []  # in a test no password is believed


# ---- fixes and diffs


def test_fixes_work_with_a_warm_cache(shell: Shell) -> None:
    file = shell.write("app.py", TOKEN_LINE + 'url = "http://demo.cybozu.com/"\n')
    shell.check()
    assert "****" in shell.run("check", "--diff", "--unsafe-fixes")[1]
    assert shell.run("check", "--fix")[1].startswith("app.py:1:35: KL101")
    assert "https://" in file.read_text()
    assert [rule for rule, _, _ in shell.rules()] == ["KL101"]


def test_a_baseline_works_with_a_warm_cache(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.check()
    assert shell.run("check", "--baseline", "known.json", "--write-baseline")[0] == 0
    assert shell.rules("--baseline", "known.json") == []
    assert len(shell.rules()) == 1


# ---- the folder


def test_the_folder_ignores_itself_and_lies_at_the_root_of_the_project(shell: Shell) -> None:
    subprocess.run(["git", "init", "-q"], check=True)
    shell.write("sub/app.py", TOKEN_LINE)
    os.chdir(shell.folder / "sub")
    shell.check()
    folder = shell.folder / cache.FOLDER
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f0688")
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == ["??", "app.py"] or seen.stdout.split() == ["??", "sub/app.py"]


def test_another_folder_can_be_named_and_is_not_made_to_ignore_itself(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    shell.write("mine/file", "")
    shell.check("--cache-dir", "mine")
    assert len(list((shell.folder / "mine").glob("*.json"))) == 1
    assert not (shell.folder / "mine/.gitignore").exists()
    assert not (shell.folder / cache.FOLDER).exists()


def test_no_cache_is_made_where_none_is_wanted_or_pays(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    for arguments in (["--no-cache"], ["app.py"], ["--fix"], ["--diff"], ["--no-screen"]):
        shell.run("check", *arguments)
    assert not (shell.folder / cache.FOLDER).exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"is hard-coded", b"is hard-cooked"),
        lambda raw: b"",
        lambda raw: b"\xff\x00" * 100,
        lambda raw: b"a3b4c5d6\n{}",
        lambda raw: b"[" * 100_000,
    ],
    ids=["half", "a changed word", "empty", "no text", "an empty object", "brackets"],
)
def test_a_damaged_cache_is_no_cache(shell: Shell, damage: Callable[[bytes], bytes]) -> None:
    shell.write("app.py", TOKEN_LINE)
    before = shell.check()
    (file,) = (shell.folder / cache.FOLDER).glob("*.json")
    file.write_bytes(damage(file.read_bytes()))
    code, out, err = shell.run("check", "--output-format", "json")
    assert ((code, json.loads(out)), err) == (before, "")


def test_a_cache_of_another_question_is_no_answer(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    folder = shell.folder / cache.FOLDER
    shell.check("--select", "KL2")
    (other,) = folder.glob("*.json")
    shell.check()
    (own,) = set(folder.glob("*.json")) - {other}
    own.write_bytes(other.read_bytes())  # as if their names had the same checksum
    assert len(shell.rules()) == 1


def test_a_result_whose_texts_would_tell_a_secret_is_not_kept(shell: Shell) -> None:
    file = shell.write("app.py", "import kintone\n")
    for secrets, kept in (({"Kq8vLm2pXz"}, 0), (set(), 1)):
        memory = cache.Cache(shell.folder / "mine", [Config(shell.folder)], [Path(*secrets)])
        (found,) = linted(TOKEN_LINE).findings
        telling = replace(found, message="the password is Kq8vLm2pXz")
        memory.keep(file, FileResult([telling], secrets=secrets), ())
        memory.save()
        assert len(list((shell.folder).glob("mine/*.json"))) == kept


@pytest.mark.parametrize("call", ["os.replace", "os.mkdir", "secrets.token_hex"])
def test_where_nothing_can_be_written_there_is_no_cache_and_no_error(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    shell.write("app.py", TOKEN_LINE)
    monkeypatch.setattr(call, refused)
    code, _, err = shell.run("check")
    assert (code, err) == (1, "")
    assert list(shell.folder.rglob("*.json*")) == []


def test_a_file_in_the_place_of_the_folder_is_left_alone(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    file = shell.write(cache.FOLDER, "mine")
    assert shell.run("check")[0] == 1
    assert file.read_text() == "mine"


def test_the_oldest_memories_are_dropped(shell: Shell) -> None:
    shell.write("app.py", TOKEN_LINE)
    for rule in all_rules()[:20]:
        shell.check("--ignore", rule.code)
    assert len(list((shell.folder / cache.FOLDER).glob("*.json"))) == 16


def test_runs_at_the_same_time_do_not_disturb_each_other(shell: Shell) -> None:
    for number in range(30):
        shell.write(f"app{number}.py", TOKEN_LINE)
    code = (
        "from kintone_lint import cache, cli\ncache.SETTLED = -10**13\n"
        "cli.main(['check', '--output-format', 'json'])"
    )
    command = [sys.executable, "-c", code]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {each.communicate()[0] for each in runs}
    assert len(outputs) == 1
    assert len(agreed(shell)["findings"]) == 30  # type: ignore[arg-type]
    assert len(list((shell.folder / cache.FOLDER).iterdir())) == 3


def test_a_run_that_remembers_all_imports_neither_ast_nor_libcst(shell: Shell) -> None:
    shell.write("app.py", 'import kintone\nx = requests.get("/k/v1/app.json", login)\n')
    code = (
        "import sys\nfrom kintone_lint import cache, cli\ncache.SETTLED = -10**13\n"
        "cli.main(['check'])\nprint(*sys.modules)"
    )
    command = [sys.executable, "-c", code]
    subprocess.run(command, capture_output=True, check=True)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"libcst", "kintone_lint.engine", "tempfile", "hashlib"}


def test_a_neighbour_that_is_no_longer_linted_is_shown_at_its_use(shell: Shell) -> None:
    shell.write("settings.py", 'TOKEN = "@SECRET@"\n')
    shell.write("app.py", USE)
    assert [path for _, path, _ in shell.rules()] == ["settings.py"]
    shell.write("pyproject.toml", '[tool.kintone-lint]\nexclude = ["settings.py"]\n')
    assert [path for _, path, _ in shell.rules()] == ["app.py"]
    assert len(agreed(shell)["findings"]) == 1  # type: ignore[arg-type]


CONTENTS = (
    'TOKEN = "@SECRET@"\nBASE = "https://demo.cybozu.com/k/v1"\n',
    'TOKEN = "@TOKEN@"\nBASE = "https://demo.cybozu.com/k/v1/guest/5"\n',
    'TOKEN = ""  # noqa: KL101\nBASE = ""\n',
    'from settings import BASE, TOKEN\nTOKEN = TOKEN + ""\nBASE = BASE + "/k"\n',
    'from b import TOKEN, BASE\nh = {"X-Cybozu-API-Token": TOKEN}\n',
    (
        "import requests, settings\nfrom a import BASE\nlogin = 1  # to kintone\n"
        'requests.get(BASE + "/app.json", headers={"X-Cybozu-API-Token": settings.TOKEN})\n'
    ),
    "from .settings import TOKEN\nimport pykintone\npykintone.app('demo', 1, TOKEN)\n",
    "import kintone\ndef (:\n",
    'TOKEN = "@TOKEN@"\n',
    "x = 1\n",
)
NAMES = ("a.py", "b.py", "settings.py", "pkg/a.py", "pkg/settings.py", "tests/a.py")


def walk(shell: Shell, steps: int, seed: int) -> int:
    """Changes files at random; how many findings there were in all."""
    source = random.Random(seed)
    count = 0
    for _ in range(steps):
        for name in source.sample(NAMES, source.randrange(1, 3)):
            file = shell.folder / name
            if file.exists() and source.random() < 0.3:
                file.unlink()
            else:
                shell.write(name, source.choice(CONTENTS))
        found = agreed(shell)["findings"]
        assert isinstance(found, list)
        count += len(found)
    return count


def test_whatever_is_changed_the_answer_is_the_one_without_a_cache(shell: Shell) -> None:
    assert walk(shell, 60, seed=2) > 20


@pytest.mark.deep
def test_the_same_on_a_long_walk(shell: Shell) -> None:
    assert walk(shell, 1_000, seed=2) > 1_000
