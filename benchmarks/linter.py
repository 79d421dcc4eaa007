"""What kintone-lint finds and what it costs, beside ruff, bandit and detect-secrets.

    python benchmarks/linter.py            everything
    python benchmarks/linter.py compare    the corpus only

Peers run in the same run on the same files; times are medians of three, as ratios.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpus import CLEAN, REQUEST, SECRET

from fakes import filled, token
from kintone_lint.files.screen import possible, read
from kintone_lint.kintone.words import candidate

BIN = Path(sys.executable).parent
MARK = re.compile(r"[ \t]*#!$", re.MULTILINE)
RUFF = ["ruff", "check", "--isolated", "--output-format=json", "--no-cache"]
RUFF += ["--select=S105,S106,S107"]
BANDIT = ["bandit", "-q", "-f", "json", "-t", "B105,B106,B107", "-r"]
LINT = ["kintone-lint", "check", "--isolated"]
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


def timed(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    run(command, folder)
    return time.perf_counter() - start


def ratio(label: str, ours: list[str], theirs: list[str], folder: Path) -> None:
    pairs = [(timed(ours, folder), timed(theirs, folder)) for _ in range(3)]
    own = statistics.median(pair[0] for pair in pairs)
    peer = statistics.median(pair[1] for pair in pairs)
    print(f"{label}: {own:.2f} s, {theirs[0]} {peer:.2f} s, ratio {own / peer:.2f}")


def with_baseline(folder: Path) -> None:
    """What a baseline of 1,000 other findings adds to a run."""
    known = folder / "known.json"
    entries = [
        {"rule": "KL101", "path": f"a{number}.py", "fingerprint": f"{number:032x}", "message": "x"}
        for number in range(1_000)
    ]
    known.write_text(json.dumps({"version": 1, "findings": entries}), "utf-8")
    pairs = [
        (timed([*LINT, "--baseline", "known.json"], folder), timed(LINT, folder)) for _ in range(7)
    ]
    own, bare = (min(column) for column in zip(*pairs, strict=True))
    print(f"  with a baseline: {own:.2f} s, without {bare:.2f} s, {own / bare - 1:+.1%}")


def library() -> list[str]:
    """Texts of the standard library without a word of Kintone."""
    folder = Path(ast.__file__).parent
    files = [file for file in sorted(folder.rglob("*.py")) if "site-packages" not in file.parts]
    texts = [file.read_bytes() for file in files if "test" not in file.parts]
    return [text.decode("utf-8", "replace") for text in texts if not candidate(text)]


def kintone_file(source: random.Random, size: int, bad: float) -> str:
    """A client as people write it, of at least `size` bytes; `bad` is the share of mistaken ones.

    In public code one repository in five leaks a credential, and far fewer files.
    """
    example = source.choice(list(SECRET.values())) if source.random() < bad else ""
    parts = ['"""Works on records of kintone."""\nimport requests\n']
    while sum(map(len, parts)) < size:
        name = f"step_{len(parts)}"
        body = filled(MARK.sub("", example)) if len(parts) == 3 else ""
        parts.append(
            f"{body}\n\ndef {name}(session, base, app, token, rows):\n"
            f'    """Brings the rows of an app up to date, a hundred at a time."""\n'
            f'    headers = {{"X-Cybozu-API-Token": token}}\n'
            f"    for start in range(0, len(rows), 100):\n"
            f"        chunk = rows[start : start + 100]\n"
            f'        records = [{{"id": row["id"], "record": row["fields"]}} for row in chunk]\n'
            f'        body = {{"app": app, "records": records}}\n'
            f'        url = f"{{base}}/k/v1/records.json"\n'
            f"        answer = session.put(url, json=body, headers=headers)\n"
            f"        answer.raise_for_status()\n"
            f"    return len(rows)\n"
        )
    return "".join(parts)


def cost() -> None:
    source = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, number, texts = 0, 0, library()
        while lines < LINES:
            text = texts[number % len(texts)]
            place = folder / f"package{number // 100}"
            place.mkdir(exist_ok=True)
            (place / f"module{number}.py").write_text(text, "utf-8")
            lines += text.count("\n")
            number += 1
        for index in range(40):
            (folder / f"kintone{index}.py").write_text(kintone_file(source, 3_000, 0.0), "utf-8")
        print(f"{lines:,} lines in {number} files without Kintone, and 40 files with it")
        ratio("  as a whole", LINT, [*RUFF, "."], folder)
        with_baseline(folder)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = [kintone_file(source, 10_000, 0.1) for _ in range(500)]
        for index, text in enumerate(texts):
            (folder / f"kintone{index}.py").write_text(text, "utf-8")
        size = sum(map(len, texts)) / 1e6
        print(f"500 Kintone files, {size:.1f} MB")
        ratio("  as a whole", LINT, [*BANDIT, "."], folder)
        cleared = sum(not possible(text, read(ast.parse(text))) for text in texts)
        print(f"  the screen clears {cleared} of them")

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain.py").write_text("import json\n\n\ndef f(x):\n    return json.dumps(x)\n")
        (folder / "word.py").write_text('"""Shows what kintone is."""\nprint("hello")\n')
        (folder / "bad.py").write_text(f'TOKEN = "{token(3)}"  # of kintone\n')
        print("one small file, as pre-commit calls it")
        for file in ("plain.py", "word.py", "bad.py"):
            times = [timed(["kintone-lint", "check", file], folder) for _ in range(9)]
            print(f"  {file}: {statistics.median(times) * 1000:.0f} ms")
        bare = [timed([Path(sys.executable).name, "-c", ""], folder) for _ in range(9)]
        print(f"  python -c '': {statistics.median(bare) * 1000:.0f} ms")


if __name__ == "__main__":
    compare()
    if sys.argv[1:] != ["compare"]:
        cost()
