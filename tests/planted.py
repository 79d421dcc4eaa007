"""A checkout with modules whose names Python, pip, pytest and the tools import."""

from __future__ import annotations

from pathlib import Path

LEAVES_A_MARK = 'open(__file__ + ".RAN", "w").close()\n'
MODULES = (
    "argparse.py", "chardet.py", "click.py", "codecs_.py", "conftest.py", "difflib.py", "h11.py",
    "hatchling/__init__.py", "hypothesis.py", "json/__init__.py", "kintone_conformance_.py",
    "libcst/__init__.py", "msgspec.py", "numpy.py", "pathlib.py", "pathspec.py",
    "pip/__init__.py", "pip/__main__.py", "pluggy.py", "pytest/__init__.py", "pytest/__main__.py",
    "re.py", "requests.py", "responses.py", "rich/__init__.py", "runner.py", "setup.py",
    "setuptools/__init__.py", "shlex.py", "simplejson.py", "sitecustomize.py", "socks.py",
    "subprocess.py", "tempfile.py", "tomllib.py", "typing_extensions.py", "usercustomize.py",
    "venv/__init__.py", "venv/__main__.py", "ensurepip/__init__.py", "ensurepip/__main__.py",
)  # fmt: skip
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -p planted_plugin\n",
    "tox.ini": "[pytest]\naddopts = -p planted_plugin\n",
    "setup.cfg": "[tool:pytest]\naddopts = -p planted_plugin\n",
    "planted_plugin.py": LEAVES_A_MARK,
    "pip.conf": "[global]\nindex-url = http://localhost:9/\n",
    ".pypirc": "",
    "pyproject.toml": (
        '[build-system]\nrequires = []\nbuild-backend = "planted_plugin"\nbackend-path = ["."]\n'
        '[tool.pytest.ini_options]\naddopts = "-p planted_plugin"\n'
    ),
}


def plant(folder: Path) -> None:
    """Write them all; each leaves a mark beside itself when it is imported."""
    for name in MODULES:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LEAVES_A_MARK)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text)


def ran(folder: Path) -> list[str]:
    """What was imported."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.RAN"))
