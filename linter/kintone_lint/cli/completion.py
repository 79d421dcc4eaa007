"""Scripts that complete commands in bash, zsh and fish, made of what the parser knows."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kintone_lint.cli.words import (
    COMMANDS,
    CONFIDENCES,
    FAIL_ON,
    FORMATS,
    SHELLS,
    Parser,
    parser,
)
from kintone_lint.codes import names, suggestion
from kintone_lint.errors import UsageError

_CHOICES = {
    "--output-format": tuple(FORMATS),
    "--min-confidence": CONFIDENCES,
    "--fail-on": FAIL_ON,
}
_HELP = {
    "bash": 'add to ~/.bashrc:   eval "$(kintone-lint completion bash)"',
    "zsh": 'add to ~/.zshrc, after compinit:   eval "$(kintone-lint completion zsh)"',
    "fish": "once:   kintone-lint completion fish > ~/.config/fish/completions/kintone-lint.fish",
}


def script(shell: str) -> str:
    """The script for a shell. Raises UsageError."""
    if shell not in SHELLS:
        hint = suggestion(shell, SHELLS) or f" Choose one of {', '.join(SHELLS)}."
        raise UsageError(f"there is no completion for {shell!r}.{hint}")
    made = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](parser())
    return f"# completion of kintone-lint in {shell}; {_HELP[shell]}\n{made}"


def _codes() -> list[str]:
    """What a list of rules can hold: families, codes and names."""
    families = sorted({code[:3] for code in names()})
    return [*families, *names(), *names().values()]


def _words_of(command: str) -> list[str]:
    """What can follow a command that takes one word."""
    words = {"explain": _codes(), "completion": [*SHELLS]}
    return words.get(command, [])


def _takes(option: argparse.Action) -> str:
    """What follows an option: nothing, a file, rules, or one of some words."""
    if option.nargs == 0:
        return ""
    if set(option.option_strings) & _CHOICES.keys():
        return "words"
    return "rules" if option.metavar == "RULES" else "file"


def _choices(option: argparse.Action) -> tuple[str, ...]:
    return next(_CHOICES[name] for name in option.option_strings if name in _CHOICES)


# ---- bash


def _bash(whole: Parser) -> str:
    check = whole.commands()["check"]
    after: list[str] = []
    for option in check.options():
        forms = "|".join(option.option_strings)
        takes = _takes(option)
        if takes == "words":
            found = f'COMPREPLY=($(compgen -W "{" ".join(_choices(option))}" -- "$cur"))'
        elif takes == "rules":
            found = '_kintone_lint_rules "$cur"'
        elif takes == "file":
            found = 'COMPREPLY=($(compgen -f -- "$cur"))'
        else:
            continue
        after.append(f"        {forms}) {found}; return;;\n")
    cases = "".join(
        f'        {name}) COMPREPLY=($(compgen -W "{" ".join(_bash_words(name, parser))}" '
        f'-- "$cur"));;\n'
        for name, parser in whole.commands().items()
        if name != "check"
    )
    options = " ".join(form for each in check.options() for form in each.option_strings)
    return _BASH.format(
        rules=" ".join(_codes()),
        after="".join(after),
        cases=cases,
        options=options,
        commands=" ".join([*COMMANDS, *_forms(whole)]),
    )


def _bash_words(name: str, parser: Parser) -> list[str]:
    return [*_words_of(name), *_forms(parser)]


def _forms(parser: Parser) -> list[str]:
    return [form for each in parser.options() for form in each.option_strings]


_BASH = """\
_kintone_lint_rules() {{
    local before=""
    case "$1" in *,*) before="${{1%,*}},";; esac
    COMPREPLY=($(compgen -P "$before" -W "{rules}" -- "${{1##*,}}"))
    compopt -o nospace 2>/dev/null
}}
_kintone_lint() {{
    local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" command="" word
    if [[ $cur == "=" ]]; then
        cur=""
    elif [[ $prev == "=" ]]; then
        prev="${{COMP_WORDS[COMP_CWORD-2]}}"
    fi
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$word" in -*) ;; *) command="$word"; break;; esac
    done
    COMPREPLY=()
    if [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "{commands}" -- "$cur"))
        return
    fi
    case "$command" in
{cases}        check) ;;
        *) return;;
    esac
    [[ $command == check ]] || return
    case "$prev" in
{after}    esac
    case "$cur" in
        -*) COMPREPLY=($(compgen -W "{options}" -- "$cur"));;
        *) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null;;
    esac
}}
complete -F _kintone_lint kintone-lint
"""


# ---- zsh


def _zsh(whole: Parser) -> str:
    commands = "\n".join(f"        {_quoted(f'{a}:{b}')}" for a, b in COMMANDS.items())
    check = whole.commands()["check"]
    specs = " \\\n".join(f"                {each}" for each in _zsh_specs(check))
    cases = "".join(
        f"        {name}) _arguments {_quoted(_zsh_word(name))};;\n"
        for name in whole.commands()
        if name != "check" and _words_of(name)
    )
    rules = " ".join(_codes())
    return _ZSH.format(commands=commands, specs=specs, cases=cases, rules=rules)


def _zsh_word(command: str) -> str:
    return f"1:{command}:({' '.join(_words_of(command))})"


def _zsh_specs(check: Parser) -> Iterator[str]:
    for option in check.options():
        told = (option.help or "").replace("[", r"\[").replace("]", r"\]").replace(":", r"\:")
        takes = _takes(option)
        value = {
            "": "",
            "file": ":file:_files",
            "rules": ":rules:_kintone_lint_rules",
            "words": f":word:({' '.join(_choices(option))})" if takes == "words" else "",
        }[takes]
        repeated = "*" if isinstance(option, argparse._AppendAction) else ""
        for form in option.option_strings:
            equals = "=" if value and form.startswith("--") else ""
            yield _quoted(f"{repeated}{form}{equals}[{told}]{value}")
    yield _quoted("*:path:_files")


def _quoted(text: str) -> str:
    quote = "'\\''"
    return f"'{text.replace(chr(39), quote)}'"


_ZSH = """\
_kintone_lint_rules() {{
    local -a rules
    rules=({rules})
    _values -s , rule $rules
}}
_kintone_lint() {{
    local -a commands
    commands=(
{commands}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
        check)
            _arguments \\
{specs};;
{cases}    esac
}}
compdef _kintone_lint kintone-lint
"""


# ---- fish


def _fish(whole: Parser) -> str:
    lines = ["complete -c kintone-lint -f"]
    for name, told in COMMANDS.items():
        lines.append(
            f"complete -c kintone-lint -n __fish_use_subcommand -a {name} -d {_fish_text(told)}"
        )
    for name, its in whole.commands().items():
        seen = f"complete -c kintone-lint -n '__fish_seen_subcommand_from {name}'"
        if words := _words_of(name):
            lines.append(f"{seen} -a {_fish_text(' '.join(words))}")
        if name == "check":
            lines.append(f"{seen} -F")
            lines += (f"{seen} {each}" for each in _fish_options(its))
    return "\n".join(lines) + "\n"


def _fish_options(check: Parser) -> Iterator[str]:
    for option in check.options():
        forms = " ".join(
            f"-l {form[2:]}" if form.startswith("--") else f"-s {form[1:]}"
            for form in option.option_strings
        )
        takes = _takes(option)
        value = {"": "", "file": " -r -F", "rules": f" -x -a {_fish_text(_fish_rules())}"}.get(
            takes
        )
        if value is None:
            value = f" -x -a {_fish_text(' '.join(_choices(option)))}"
        yield f"{forms}{value} -d {_fish_text(option.help or '')}"


def _fish_rules() -> str:
    """A list of rules is completed at its last comma."""
    return f"(__fish_append , {' '.join(_codes())})"


def _fish_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
