"""A report says where it was made, as far as the environment of a CI job tells."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kintone_conformance.report import origin

HASH = "0123456789abcdef" * 2 + "01234567"
GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "example/sdk",
    "GITHUB_RUN_ID": "42",
}


@pytest.mark.parametrize(
    ("environ", "commit", "run"),
    [
        ({}, "", ""),
        (
            {**GITHUB, "GITHUB_SHA": HASH},
            HASH,
            "https://github.com/example/sdk/actions/runs/42",
        ),
        ({"GITHUB_SERVER_URL": "https://github.com"}, "", ""),
        (
            {"CI_COMMIT_SHA": HASH, "CI_JOB_URL": "https://gitlab.example/j/1"},
            HASH,
            "https://gitlab.example/j/1",
        ),
        ({"GIT_COMMIT": "main", "BUILD_URL": "javascript:alert(1)"}, "", ""),
        ({"BUILD_URL": "https://ci.example/" + "x" * 500}, "", ""),
        ({"GIT_COMMIT": f"{HASH}\n"}, "", ""),
    ],
)
def test_a_ci_job_is_named(environ: Mapping[str, str], commit: str, run: str) -> None:
    assert origin.commit(environ) == commit
    assert origin.run(environ) == run
