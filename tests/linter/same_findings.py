"""What the linter finds in a great deal of code: the same before and after a change of its inside.

    cd tests; export PYTHONPATH=../tools
    python -m linter.same_findings collect FOLDER     before the change: the code, once
    python -m linter.same_findings find FOLDER        JSON of all that is found in it

What `find` writes before and after the change is compared byte by byte. The code is collected once
because rules' examples and tests are part of it, and change with the linter.
"""

from __future__ import annotations

import ast
import json
import random
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fakes import filled
from kintone_lint.python.syntax import syntax
from linter.fuzz import BAD, GOOD, SHAPES, program

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parent
LIBRARY = Path(ast.__file__).parent
LINT = ["kintone_lint", "check", "--isolated", "--output-format", "json"]
ODD = 1_500  # programs that nobody writes
_URL = re.compile(r"https?://[\w.-]+")
_NAME = re.compile(r"\b(password|passwd|token)\b")

Program = tuple[str, str | bytes]
"""A path, the first folder of which is a project of its own, and what stands there."""


def examples() -> Iterator[Program]:
    for number, text in enumerate([*BAD, *GOOD]):
        yield f"examples/example{number:04}.py", text
    for number, shape in enumerate(SHAPES.values()):
        yield f"shapes/shape{number:04}.py", shape(25)


def odd_programs() -> Iterator[Program]:
    yield from ((f"odd{number % 10}/odd{number:05}.py", program(number)) for number in range(ODD))


def of_tests() -> Iterator[Program]:
    """Every text in the linter's tests that is a program, and the projects that tests write."""
    number = 0
    for file in sorted(TESTS.glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and _valid(text):
                number += 1
                yield f"tests/{file.stem}{number:05}.py", filled(text)
            elif isinstance(node, ast.FunctionDef):
                yield from (
                    (f"project_{file.stem}_{node.lineno}/{name}", filled(text))
                    for name, text in _written(node)
                )


def _valid(text: str) -> bool:
    if len(text) < 12 or text.isidentifier():
        return False
    try:
        return bool(syntax(text).body)
    except (SyntaxError, ValueError):
        return False


def _written(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The files that a test writes by `write("name.py", "text")`."""
    for node in ast.walk(function):
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), ast.Constant(value=str(text))]):
                if name.endswith(".py") and ".." not in name and not name.startswith("/"):
                    yield name, text


def benchmarks() -> Iterator[Program]:
    sys.path.append(str(ROOT / "benchmarks"))
    script = runpy.run_path(str(ROOT / "benchmarks" / "linter.py"))
    for kind in ("SECRET", "REQUEST", "CLEAN"):
        for name, text in script[kind].items():
            yield f"corpus/{name}.py", filled(text.replace("#!", ""))
    source = random.Random(1)
    for number in range(60):
        yield f"generated/kintone{number}.py", script["kintone_file"](source, 8_000, 0.5)


def libraries() -> Iterator[Program]:
    """The standard library, as it is and as if it called Kintone, and this repository."""
    files = sorted(LIBRARY.rglob("*.py"))
    parted = {"site-packages", "test", "tests", "idlelib", "lib2to3"}
    for file in files:
        name = file.relative_to(LIBRARY)
        if not parted & set(name.parts):
            text = file.read_text("utf-8", "replace")
            yield f"library/{name}", text
            yield f"calling/{name}", _calling_kintone(text)
    for folder in ("conformance", "linter", "sdks", "tests", "benchmarks"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield f"own/{file.relative_to(ROOT)}", file.read_bytes()


def _calling_kintone(text: str) -> str:
    text = _URL.sub("http://demo.cybozu.com/k/guest/5/v1", text)
    return "import kintone\n" * ("__future__" not in text) + _NAME.sub(r"kintone_\1", text)


def collect(folder: Path) -> int:
    """Writes the programs; how many they are."""
    count = 0
    for parts in (examples(), odd_programs(), of_tests(), benchmarks(), libraries()):
        for name, text in parts:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
            file.write_bytes(raw)
            count += 1
    return count


def find(folder: Path) -> list[object]:
    """What is found in all projects, without the screen and with it."""
    for project in folder.iterdir():
        (project / "setup.cfg").touch()  # where a project starts
    found = []
    for more in (["--no-screen"], []):
        command = [sys.executable, "-m", *LINT, *more, "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    return found


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "collect":
        print(collect(where))
    else:
        json.dump(find(where), sys.stdout, indent=1)
