"""What this machine can try: languages, and a browser. A missing one is skipped in plain sight.

`KINTONE_CONFORMANCE_REQUIRE=node,java,go,rust` turns the skips of these into failures.
"""

from __future__ import annotations

import os
import shutil

import pytest

PROGRAMS = {
    "python": (),
    "node": ("node", "npm"),
    "java": ("java", "javac", "mvn"),
    "go": ("go",),
    "rust": ("cargo",),
    "ruby": ("ruby",),
    "php": ("php",),
    "chromium": ("chromium",),
}


def required(name: str) -> bool:
    """Whether a test may not be skipped for the lack of this."""
    return name in os.environ.get("KINTONE_CONFORMANCE_REQUIRE", "").split(",")


def need(name: str) -> None:
    """Skip the test where the programs are not there; fail if they are required."""
    missing = [program for program in PROGRAMS[name] if shutil.which(program) is None]
    if missing and required(name):
        pytest.fail(f"{name} is required here, and {', '.join(missing)} is missing")
    if missing:
        pytest.skip(f"this machine has no {', '.join(missing)}")
