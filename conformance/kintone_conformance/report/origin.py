"""Where a report was made: what the machine is, and what a CI job says of itself."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime

# The variables in which CI systems give the commit, and the address of the job.
_COMMIT = ("GITHUB_SHA", "CI_COMMIT_SHA", "CIRCLE_SHA1", "BITBUCKET_COMMIT", "GIT_COMMIT")
_ADDRESS = ("CI_JOB_URL", "CIRCLE_BUILD_URL", "BUILD_URL")
_HASH = re.compile(r"[0-9a-fA-F]{7,64}")
_LONGEST = 500  # characters of an address


def now() -> str:
    """The time in UTC, as `2026-11-27T02:10:42+00:00`."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine() -> str:
    """As `Linux x86_64`."""
    return f"{platform.system()} {platform.machine()}"


def commit(environ: Mapping[str, str]) -> str:
    """The commit that the job is about; empty if the environment names none."""
    found = (environ.get(name, "") for name in _COMMIT)
    return next((each for each in found if _HASH.fullmatch(each)), "")


def run(environ: Mapping[str, str]) -> str:
    """The address of the job; empty if the environment names none."""
    parts = [environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    github = "{}/{}/actions/runs/{}".format(*parts) if all(parts) else ""
    found = (github, *(environ.get(name, "") for name in _ADDRESS))
    addresses = (each for each in found if each.startswith(("https://", "http://")))
    return next((each for each in addresses if len(each) <= _LONGEST), "")


def stamp(started: str) -> dict[str, str]:
    """When and where a report is made, under the names that its header has for that.

    `started` is when the work for it began, as `now` tells it.
    """
    return {
        "started": started,
        "finished": now(),
        "machine": machine(),
        "commit": commit(os.environ),
        "run": run(os.environ),
    }
