"""The command `server`: what it says before it serves anybody."""

from __future__ import annotations

import subprocess
import sys

import pytest

from linter.linting import Shell


@pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
def test_without_its_extra_it_says_what_to_install(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from kintone_lint.cli.main import main; "
        "sys.exit(main(['server']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "kintone-lint: the server needs pygls: install kintone-conformance with its extra [lsp]\n"
    )


def test_help_has_an_example(shell: Shell) -> None:
    code, out, _ = shell.run("server", "--help")
    assert code == 0
    assert 'vim.lsp.enable("kintone_lint")' in out


def test_a_wrong_policy_is_told(shell: Shell) -> None:
    code, _, said = shell.run("server", "--config", "no.toml")
    assert code == 2
    assert "no.toml" in said


def test_it_takes_no_files(shell: Shell) -> None:
    code, _, said = shell.run("server", "app.py")
    assert (code, "app.py" in said) == (2, True)
