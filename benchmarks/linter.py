"""What kintone-lint finds and what it costs, beside ruff, bandit and detect-secrets.

    python benchmarks/linter.py                           everything
    python benchmarks/linter.py --only compare            the corpus only
    python benchmarks/linter.py --only small_files --once
                                                          one scenario, each tool once

Peers run in the same run on the same files; times are medians of three, as ratios. What a ratio may
be is said with it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from clients import MARK, kintone_file
from corpus import CLEAN, REQUEST, SECRET

from fakes import filled, token
from kintone_lint.kintone.words import candidate

BIN = Path(sys.executable).parent
RUFF = ["ruff", "check", "--isolated", "--output-format=json", "--no-cache"]
RUFF += ["--select=S105,S106,S107"]
BANDIT = ["bandit", "-q", "-f", "json", "-t", "B105,B106,B107", "-r"]
LINT = ["kintone-lint", "check", "--isolated"]
MODULE = ["kintone_lint", "check", "--isolated"]
LINES = 1_100_000
_NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE"}

Hits = set[tuple[str, int]]


def run(command: list[str], folder: Path) -> str:
    """Runs a tool as it is installed: with the bytecode that pip or a first run has written."""
    environment = {key: value for key, value in os.environ.items() if key not in _NO_BYTECODE}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-500:]}")
    return done.stdout


# ---- what is found


def write_corpus(folder: Path) -> tuple[dict[str, Hits], set[str]]:
    """Writes the corpus; returns the bad lines by kind, and the clean files."""
    bad: dict[str, Hits] = {"credentials": set(), "paths and headers": set()}
    for kind, files in (("credentials", SECRET), ("paths and headers", REQUEST)):
        for name, text in files.items():
            file = f"{kind[0]}_{name}.py"
            for number, line in enumerate(text.splitlines(), 1):
                if MARK.search(line):
                    bad[kind].add((file, number))
            (folder / file).write_text(filled(MARK.sub("", text)), "utf-8")
    for name, text in CLEAN.items():
        (folder / f"clean_{name}.py").write_text(filled(text), "utf-8")
    return bad, {f"clean_{name}.py" for name in CLEAN}


def by_lint(folder: Path) -> Hits:
    content = json.loads(run([*LINT, "--output-format", "json"], folder))
    return {(each["path"], each["line"]) for each in content["findings"]}


def by_ruff(folder: Path) -> Hits:
    content = json.loads(run([*RUFF, "."], folder))
    return {(Path(each["filename"]).name, each["location"]["row"]) for each in content}


def by_bandit(folder: Path) -> Hits:
    content = json.loads(run([*BANDIT, "."], folder))
    return {(Path(each["filename"]).name, each["line_number"]) for each in content["results"]}


def by_detect_secrets(folder: Path) -> Hits:
    content = json.loads(run(["detect-secrets", "scan", "--all-files", "."], folder))
    return {
        (Path(name).name, each["line_number"])
        for name, found in content["results"].items()
        for each in found
    }


TOOLS: dict[str, Callable[[Path], Hits]] = {
    "kintone-lint": by_lint,
    "ruff S105-S107": by_ruff,
    "bandit B105-B107": by_bandit,
    "detect-secrets": by_detect_secrets,
}


def compare() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bad, clean = write_corpus(folder)
        secret, request = bad["credentials"], bad["paths and headers"]
        print(f"| | {len(secret)} credential lines | {len(request)} lines with a wrong path or "
              f"header | clean files with an alarm, of {len(clean)} |")  # fmt: skip
        print("|---|---|---|---|")
        for tool, found_by in TOOLS.items():
            hits = found_by(folder)
            alarms = {file for file, _ in hits if file in clean}
            other = {hit for hit in hits if hit[0] not in clean} - secret - request
            extra = f" ({len(other)} more lines in bad files)" if other else ""
            print(
                f"| {tool} | {len(hits & secret)} | {len(hits & request)} | {len(alarms)}{extra} |"
            )
            if tool == "kintone-lint":
                for missed in sorted((secret | request) - hits):
                    print(f"missed: {missed}", file=sys.stderr)
                for wrong in sorted(hits - secret - request):
                    print(f"wrong: {wrong}", file=sys.stderr)


# ---- what it costs


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and of the processors; the latter tell the same on a busy machine."""

    wall: float
    cpu: float


def timed(command: list[str], folder: Path) -> Cost:
    before, start = _of_children(), time.perf_counter()
    run(command, folder)
    return Cost(time.perf_counter() - start, _of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(costs: Iterable[Cost]) -> Cost:
    costs = list(costs)
    wall = statistics.median(each.wall for each in costs)
    return Cost(wall, statistics.median(each.cpu for each in costs))


def ratio(
    label: str,
    ours: list[str],
    theirs: list[str],
    folder: Path,
    most: float,
    rounds: int,
    *,
    floor: list[str] | None = None,
) -> None:
    """All in turn, some times. `most` is what the ratio may be.

    Our clock is that of several processes; a peer may have one, so that the processors tell more.
    No ratio can be below that of the `floor`.
    """
    timed(ours, folder)  # writes bytecode
    commands = [ours, theirs, *([floor] if floor else [])]
    rows = [[timed(command, folder) for command in commands] for _ in range(rounds)]
    own, peer, *least = (median(column) for column in zip(*rows, strict=True))
    print(
        f"{label}: {own.wall:.2f} s, {theirs[0]} {peer.wall:.2f} s, ratio "
        f"{own.wall / peer.wall:.2f} (at most {most}); of the processors "
        f"{own.cpu:.2f} s, {peer.cpu:.2f} s, ratio {own.cpu / peer.cpu:.2f}"
    )
    for each in least:
        print(
            f"  the parse by libcst of all files with findings, and nothing else: of the "
            f"processors {each.cpu:.2f} s, ratio {each.cpu / peer.cpu:.2f}"
        )


def with_baseline(folder: Path, rounds: int) -> None:
    """What a baseline of 1,000 other findings adds to a run."""
    known = folder / "known.json"
    entries = [
        {"rule": "KL101", "path": f"a{number}.py", "fingerprint": f"{number:032x}", "message": "x"}
        for number in range(1_000)
    ]
    known.write_text(json.dumps({"version": 1, "findings": entries}), "utf-8")
    pairs = [
        (timed([*LINT, "--baseline", "known.json"], folder), timed(LINT, folder))
        for _ in range(2 * rounds + 1)
    ]
    own, bare = (min(each.cpu for each in column) for column in zip(*pairs, strict=True))
    print(f"  with a baseline: {own:.2f} s, without {bare:.2f} s, {own / bare - 1:+.1%}")


def library() -> list[str]:
    """Texts of the standard library without a word of Kintone."""
    folder = Path(ast.__file__).parent
    files = [file for file in sorted(folder.rglob("*.py")) if "site-packages" not in file.parts]
    texts = [file.read_bytes() for file in files if "test" not in file.parts]
    return [text.decode("utf-8", "replace") for text in texts if not candidate(text)]


def large_repository(folder: Path, source: random.Random, rounds: int) -> None:
    """Much code without Kintone, and a few clients with mistakes."""
    lines, number, texts = 0, 0, library()
    while lines < LINES:
        text = texts[number % len(texts)]
        place = folder / f"package{number // 100}"
        place.mkdir(exist_ok=True)
        (place / f"module{number}.py").write_text(text, "utf-8")
        lines += text.count("\n")
        number += 1
    write_clients(folder, source, count=115, size=3_000, bad=1.0)
    print(f"{lines:,} lines in {number} files without Kintone, and 115 files with findings")
    ratio("  as a whole", LINT, [*RUFF, "."], folder, 1.5, rounds, floor=_parse(folder))
    with_baseline(folder, rounds)


def small_files(folder: Path, source: random.Random, rounds: int) -> None:
    """Clients and nothing else."""
    size = write_clients(folder, source, count=500, size=2_000, bad=1.0)
    print(f"500 small Kintone files with findings, {size / 1e6:.1f} MB")
    ratio("  as a whole", LINT, [*BANDIT, "."], folder, 1.5, rounds, floor=_parse(folder))


def application(folder: Path, source: random.Random, rounds: int) -> None:
    """Large clients: beside what libcst alone takes to parse them."""
    size = write_clients(folder, source, count=111, size=36_000, bad=0.7)
    print(f"111 Kintone files, {size / 1e6:.1f} MB")
    ratio("  as a whole", LINT, _parse(folder), folder, 2, rounds)
    peak = f"import resource, subprocess as s; s.run({[sys.executable, '-m', *MODULE]!r}); "
    peak += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    kilobytes = run(["python", "-c", peak], folder).split()[-1]
    print(f"  memory of the largest process: {int(kilobytes) // 1024} MB (at most 300)")


def few_files(folder: Path, source: random.Random, rounds: int) -> None:
    """Five large clients, all with findings."""
    write_clients(folder, source, count=5, size=36_000, bad=1.0)
    print("5 Kintone files of 36 KB, all with findings")
    ratio("  as a whole", LINT, _parse(folder), folder, 2, rounds)


def _parse(folder: Path) -> list[str]:
    """Parses the files of a folder with libcst, those in folders below it not among them."""
    script = "import sys, libcst\nfor name in sys.argv[1:]: libcst.parse_module(open(name).read())"
    return ["python", "-c", script, *sorted(each.name for each in folder.glob("*.py"))]


def one_file(folder: Path, source: random.Random, rounds: int) -> None:
    """As pre-commit calls it: what counts is how long it takes to start."""
    (folder / "plain.py").write_text("import json\n\n\ndef f(x):\n    return json.dumps(x)\n")
    (folder / "word.py").write_text('"""Shows what kintone is."""\nprint("hello")\n')
    (folder / "bad.py").write_text(f'TOKEN = "{token(source.random())}"  # of kintone\n')
    print("one small file, as pre-commit calls it")
    commands = {name: ["kintone-lint", "check", name] for name in ("plain.py", "word.py", "bad.py")}
    for label, code in (("bare Python", ""), ("import libcst", "import libcst")):
        commands[label] = ["python", "-c", code]
    for label, command in commands.items():
        each = median(timed(command, folder) for _ in range(3 * rounds))
        print(f"  {label}: {each.wall * 1000:.0f} ms, of the processors {each.cpu * 1000:.0f} ms")
    print("  bad.py may take 60 ms more than `import libcst`")


def write_clients(folder: Path, source: random.Random, *, count: int, size: int, bad: float) -> int:
    """Writes files as people write clients, of at least a size; how many characters they have."""
    texts = [kintone_file(source, size, bad) for _ in range(count)]
    for index, text in enumerate(texts):
        (folder / f"kintone{index}.py").write_text(text, "utf-8")
    return sum(map(len, texts))


SCENARIOS = {
    each.__name__: each
    for each in (large_repository, small_files, application, few_files, one_file)
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--only", choices=["compare", *SCENARIOS])
    options.add_argument("--once", action="store_true", help="run each tool once")
    chosen = options.parse_args()
    if chosen.only in (None, "compare"):
        compare()
    for name, scenario in SCENARIOS.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                scenario(Path(folder), random.Random(1), 1 if chosen.once else 3)


if __name__ == "__main__":
    main()
