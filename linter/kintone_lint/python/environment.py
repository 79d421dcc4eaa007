"""What reads a setting from outside: the environment, or a store of secrets; and code that does."""

from __future__ import annotations

from kintone_lint.patterns import regex

_READS = regex(r"(?:^|\.)(?:environ\.(?:get|setdefault)|getenv|secrets\.get)$")


def reads_environment(name: str | None) -> bool:
    """Whether a function of this full name reads a variable, and takes a fallback for it."""
    return bool(name and _READS.search(name))


def reading(variable: str) -> str:
    """Code that reads a variable, with `os` imported."""
    return f'os.environ["{variable}"]'


def told(variable: str) -> str:
    """The sentence that describes a fix that writes such code."""
    return f"read it from the environment variable {variable}"
