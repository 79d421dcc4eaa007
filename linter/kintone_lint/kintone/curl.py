"""Where a request by curl, wget or HTTPie, or by pycurl, switches certificate checks off."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from kintone_lint.kintone.certificates import Off, is_off
from kintone_lint.kintone.hosts import elsewhere, is_kintone
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.words import DOMAIN
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.scopes import Scope
from kintone_lint.python.tree import arguments, dotted
from kintone_lint.python.values import Expr, Items, Text, Value, flat

_RUNS = regex(
    r"^(?:subprocess\.(?:run|Popen|call|check_call|check_output|getoutput|getstatusoutput)"
    r"|os\.(?:system|popen)|asyncio\.(?:subprocess\.)?create_subprocess_(?:shell|exec))$"
)
_PROGRAM = regex(r"(?:.*[\\/])?(?P<name>curl|wget2?|https?|xhs?)(?:\.exe)?")
_ASSIGNMENT = regex(r"\w+=.*")
# What runs the command that follows it, after options of its own; and words of a shell.
_STARTS = frozenset((
    "sudo", "doas", "env", "exec", "time", "timeout", "nice", "ionice", "nohup", "setsid", "stdbuf",
    "xargs", "command", "eval", "watch", "flock", "chroot", "ssh", "docker", "docker-compose",
    "podman", "kubectl", "if", "elif", "while", "until", "then", "else", "do", "!", "{",
))  # fmt: skip
_SHOWS = frozenset(("echo", "printf", "grep", "rg", "which", "type", "man", "install"))
_OFF = {
    "curl": ("--insecure",),
    "wget": ("--no-check-certificate",),
    "http": ("--verify=no", "--verify=false", "--verify=0"),
}
_VALUED = frozenset("AbcCdDeEFhHKmoPQrtTuUwxXyYz")  # letters of curl that take what follows
_LONG = regex(
    r"--(?:header|data(?:-\w+)?|json|user|output|request|form(?:-\w+)?|url|user-agent|cookie|proxy"
    r"|write-out|post-data|post-file)"
)
_HOST = regex(rf"(?i)^(?:https?://)?[\w.@:{HOLE}-]*{DOMAIN}(?:[:/?]|$)|^x-cybozu-a[\w-]+\s*:")
_BREAKS = frozenset(("&&", "||", ";", "|", "&", "\n", "(", ")"))
_LONGEST = 20_000  # characters of a command that is looked at
_WORDS = 200  # of one command


def unchecked_commands(subject: Subject) -> Iterator[Off]:
    """The texts and lists that a command for Kintone is run with, if it does not check."""
    for call in subject.module.of(cst.Call):
        if not _RUNS.match(subject.callee(call.func) or ""):
            continue
        plain, named = arguments(call)
        given = plain[:1] or [named[name] for name in ("args", "cmd") if name in named]
        listed = [Expr(each, subject.module) for each in plain]
        for value in (subject.one(each) for each in given):
            if isinstance(value, Text):
                alone = len(listed) < 2 or not _PROGRAM.fullmatch(flat(value))
                words = shell_words(flat(value)) if alone else _words(subject, listed)
            else:
                words = _words(subject, value.items) if isinstance(value, Items) else []
            if any(map(is_unchecked, commands(words))):
                yield Off(subject.module, given[0])


def _words(subject: Subject, items: Sequence[Expr]) -> list[str]:
    """The words of a list; a command in one of them, as of `sh -c`, is taken apart."""
    found: list[str] = []
    for item in items[:_WORDS]:
        word = flat(subject.evaluator.one(item)) or HOLE
        shell = found[-1:] in (["-c"], ["/c"])
        found += [";", *shell_words(word)] if shell else [word]
    return found


def shell_words(text: str) -> list[str]:
    """The words of a command line, as a shell reads it; none if it cannot be read."""
    if len(text) > _LONGEST:
        return []
    line = text.replace("\\\n", " ").replace("\n", " ; ")
    read = shlex.shlex(line, posix=True, punctuation_chars=True)
    read.whitespace_split, read.commenters = True, ""
    try:
        return [*read][: _WORDS * 4]
    except ValueError:
        return []


def commands(words: Sequence[str]) -> Iterator[list[str]]:
    """The commands in the words of a command line."""
    found: list[str] = []
    for word in words:
        if word in _BREAKS:
            yield found
            found = []
        else:
            found.append(word)
    yield found


def is_unchecked(words: Sequence[str]) -> bool:
    """Whether a command sends to Kintone without checking its certificate."""
    at = _program(words)
    match = _PROGRAM.fullmatch(words[at]) if at is not None else None
    if at is None or match is None:
        return False
    name = "wget" if match["name"].startswith("wget") else match["name"]
    program = name if name in _OFF else "http"
    rest = words[at + 1 :]
    if not any(_HOST.search(word) for word in rest):
        return False
    return any(
        option in _OFF[program] or (program == "curl" and option == "-k")
        for option in _options(rest, curl=program == "curl")
    )


def _program(words: Sequence[str]) -> int | None:
    """Which word of a command is its program, if that is one of these: one may start another."""
    first = next((n for n, word in enumerate(words) if not _ASSIGNMENT.fullmatch(word)), 0)
    for at in range(first, len(words)):
        if _PROGRAM.fullmatch(words[at]):
            return at
        if words[at] in _SHOWS or words[first].rpartition("/")[2] not in _STARTS:
            return None
    return None


def _options(words: Sequence[str], *, curl: bool) -> Iterator[str]:
    """The options among the words, without those that are the value of another one.

    Of `-sk` each letter is one, as curl reads it.
    """
    left = iter(words)
    for word in left:
        if word == "--verify":
            yield f"--verify={next(left, '')}"
        elif curl and word.startswith("-") and not word.startswith("--"):
            letters = word[1:]
            end = next((n for n, each in enumerate(letters) if each in _VALUED), len(letters))
            yield from (f"-{each}" for each in letters[:end])
            if end == len(letters) - 1:
                next(left, None)
        else:
            yield word
            if _LONG.fullmatch(word):
                next(left, None)


# ---- pycurl


class _Option(NamedTuple):
    """What an option of a handle is set to, and where."""

    call: cst.Call
    value: Value | None


def unchecked_handles(subject: Subject) -> Iterator[Off]:
    """`c.setopt(c.SSL_VERIFYPEER, 0)`, where the same handle has an address of Kintone."""
    options: dict[tuple[Scope | None, str], dict[str, _Option]] = {}
    for call in subject.module.calls_of.get("setopt", ()):
        plain, _ = arguments(call)
        holder = dotted(call.func.value) if isinstance(call.func, cst.Attribute) else None
        option = dotted(plain[0]) if len(plain) == 2 else None
        if holder is None or option is None:
            continue
        scope: Scope | None = subject.module.scope[call]
        if holder.startswith("self.") and scope is not None:
            scope = scope.enclosing_class
        name = option.rpartition(".")[2]
        options.setdefault((scope, holder), {})[name] = _Option(call, subject.one(plain[1]))
    for given in options.values():
        url = given["URL"].value if "URL" in given else None
        if url is None or not is_kintone(url) or elsewhere(url):
            continue
        for name in ("SSL_VERIFYPEER", "SSL_VERIFYHOST"):
            last = given.get(name)
            if last and is_off(last.value) and not subject.module.conditions(last.call):
                yield Off(subject.module, last.call)
                break
