"""Checks what `make release` built, and says what a maintainer still has to do.

    python tools/release.py dist
    python tools/release.py --address OWNER/NAME

The second writes the address of the repository in the place of the placeholder, everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hatch_build import PLACEHOLDER

ROOT = Path(__file__).parents[1]
PACKAGES = ("kintone_conformance", "kintone_lint")
# What the archive of the sources must have, for whoever packages or changes the project.
SOURCES = ("LICENSE", "Makefile", "README.md", "rules.md", "tests/conftest.py", "tools/fakes.py")
TODO = """\
Still to do:
{address}
* Docs: put the commit of the release in the place of the zeros in README.md and docs/.
* CHANGELOG.md: put the date in the place of "unreleased".
* Tag it: git tag -s v{version} && git push origin v{version}
* Register the name: add {name} as a project with a trusted publisher at the package index,
  or upload once by hand: {twine} upload dist/*
* Pages: copy docs/matrix.yml to .github/workflows/, choose "GitHub Actions" as the source of
  Pages, and run it. Without Pages set `pages = false` in pyproject.toml; rules are explained in
  rules.md then.
"""
_ADDRESS = """\
* Address: {placeholder} is no repository. Write the real one everywhere:
  {python} tools/release.py --address OWNER/NAME
  It stands in: {files}"""


def main(words: list[str]) -> int:
    """Check the archives in a folder, or write the address of the repository."""
    if words[:1] == ["--address"]:
        for name in placeholders():
            text = (ROOT / name).read_text("utf-8")
            (ROOT / name).write_text(text.replace(PLACEHOLDER, words[1]), "utf-8")
        return 0
    folder = Path(words[0])
    (wheel,), (sources,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    wrong = [*wrong_in_wheel(wheel), *wrong_in_sources(sources)]
    for sentence in wrong:
        print(f"error: {sentence}", file=sys.stderr)
    print(f"{wheel.name}: {_size(wheel)} kB, {sources.name}: {_size(sources)} kB")
    print(todo())
    return 1 if wrong else 0


def _size(file: Path) -> int:
    return round(file.stat().st_size / 1000)


def placeholders() -> list[str]:
    """The files of the repository in which the placeholder stands for its address."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    names = filter(None, listed.stdout.split("\0"))
    return [name for name in names if PLACEHOLDER.encode() in (ROOT / name).read_bytes()]


def wrong_in_wheel(wheel: Path) -> Iterator[str]:
    """What a wheel has that is no part of the packages, and what it lacks."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    roots = {name.partition("/")[0] for name in names}
    if others := {root for root in roots if root not in PACKAGES and ".dist-info" not in root}:
        yield f"the wheel has {', '.join(sorted(others))} beside its packages"
    needed = [f"{package}/py.typed" for package in PACKAGES]
    needed += ["kintone_conformance/report/templates/report.html"]
    needed += ["kintone_conformance/starters/workflow.yml"]
    yield from (f"the wheel lacks {name}" for name in needed if name not in names)


def wrong_in_sources(sources: Path) -> Iterator[str]:
    """What an archive of the sources lacks, and whether its tests can be collected."""
    with tempfile.TemporaryDirectory() as made:
        with tarfile.open(sources) as archive:
            archive.extractall(made, filter="data")
        (root,) = Path(made).iterdir()
        yield from (f"the sources lack {name}" for name in SOURCES if not (root / name).exists())
        paths = os.pathsep.join(str(root / name) for name in ("conformance", "linter"))
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            yield f"the tests of the sources cannot be collected:\n{done.stdout[-2000:]}"


def todo() -> str:
    """What is left to do by hand."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = placeholders()
    address = _ADDRESS.format(
        placeholder=PLACEHOLDER, python=sys.executable, files=", ".join(found)
    )
    return TODO.format(
        address=address if found else "* Address: done.",
        version=project["version"],
        name=project["name"],
        twine=Path(sys.executable).with_name("twine"),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
