"""What --help says of each command beside its options: examples, and the exit codes."""

from __future__ import annotations

EXIT_CODES = """
exit codes: 0 no findings · 1 findings · 2 bad usage, or not all was checked
"""
EXAMPLES = {
    "check": """\
examples:
  kintone-lint check                    check the files of the current folder
  kintone-lint check src app.py --fix   apply the safe fixes
  kintone-lint check --diff             print what --fix would change
  kintone-lint check --select KL1       report credentials only
  kintone-lint check --output-format sarif=lint.sarif   write a report, too
  kintone-lint check --baseline b.json --update-baseline   accept all findings
""",
    "history": """\
Each version of each file is checked once, in all branches, tags and other refs.
Each secret is one finding, at the place where it was written last. Nothing is
fetched, run or changed.

examples:
  kintone-lint history                  search the current repository
  kintone-lint history api web --output-format json=secrets.json
""",
    "server": """\
An editor starts this command, and speaks LSP with it over standard input and
output. It needs the extra [lsp].

examples:
  kintone-lint server     what an editor starts; in the settings of Neovim 0.11:
  vim.lsp.config("kintone_lint", {
    cmd = { "kintone-lint", "server" }, root_markers = { ".git" },
  })
  vim.lsp.enable("kintone_lint")

exit codes: 0 ended by the editor · 1 the editor is gone
            2 bad usage, or its input is not LSP
""",
    "explain": """\
examples:
  kintone-lint explain KL101
  kintone-lint explain hardcoded-api-token
  kintone-lint explain KL2 --output-format json
""",
    "rules": """\
examples:
  kintone-lint rules
  kintone-lint rules --output-format json
""",
    "completion": """\
examples:
  eval "$(kintone-lint completion bash)"
  kintone-lint completion fish > ~/.config/fish/completions/kintone-lint.fish
""",
}
WHOLE = f"""\
{EXAMPLES["check"]}\
  kintone-lint history                  search every commit for credentials
  kintone-lint explain KL101            explain a rule
{EXIT_CODES}systems: Linux, macOS, Windows
"""
