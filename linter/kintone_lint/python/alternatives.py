"""Alternatives of several expressions together, as far as their conditions allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Protocol

from kintone_lint.python.conditions import contradict, emptiness, name_key
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Choice
from kintone_lint.python.values import LONGEST, Alternative, Expr, Text, Value, falsy
from kintone_lint.python.work import Work
from kintone_lint.records import record

MOST = 12  # alternatives of one expression
_CHARACTERS = 100_000  # of one text that is put together
_CHOICES = 400  # conditions of one alternative
_COMBINED = 500  # combinations of alternatives that are tried

Values = Callable[[Expr], tuple[Alternative, ...]]
"""What tells the alternatives of an expression."""


class Knows(Protocol):
    """Answers what expressions are worth."""

    @property
    def work(self) -> Work: ...

    @property
    def project(self) -> Project: ...

    def values(self, expr: Expr) -> tuple[Alternative, ...]: ...

    def named(self, name: str, at: Expr) -> tuple[Alternative, ...]:
        """The alternatives of a name at a place where it need not be written."""

    def truth(self, test: Expr) -> bool | None:
        """Whether a test holds, where that is known."""

    def reached(self, expr: Expr) -> bool | None:
        """Whether the tests around an expression hold in its frame, where that is known."""


@record()
class Combination:
    """One value for each of several expressions, and the conditions under which they have them."""

    values: tuple[Value, ...]
    choices: tuple[Choice, ...]


def combined(alternatives: Sequence[tuple[Alternative, ...]], work: Work) -> Iterator[Combination]:
    """Every combination whose conditions do not exclude each other."""
    count = 0
    for combination in islice(product(*alternatives), _COMBINED):
        work.spend(1 + len(combination) // 4)
        choices: dict[Choice, None] = {}
        arms: dict[object, object] = {}
        for each in combination:
            if any(arms.get(key, arm) != arm for key, arm in each.choices):
                break
            if len(choices) < _CHOICES:
                work.spend(len(each.choices) // 4)
                choices.update(dict.fromkeys(each.choices))
                arms.update(each.choices)
        else:
            count += 1
            yield Combination(tuple(each.value for each in combination), tuple(choices))
        if count >= MOST:
            return


def distinct(alternatives: Iterable[Alternative], work: Work) -> tuple[Alternative, ...]:
    """Each alternative once, and no more than may be; texts that are too long are left out."""
    found: list[Alternative] = []
    for each in alternatives:
        work.spend(1 + len(each.choices) // 10)
        if isinstance(each.value, Text):
            if _too_long(each.value):
                continue
            work.spend(len(each.value.parts) // 10)
        if each not in found:
            found.append(each)
        if len(found) >= MOST:
            break
    return tuple(found)


def under(
    alternatives: Iterable[Alternative], choices: tuple[Choice, ...]
) -> Iterator[Alternative]:
    """The alternatives that can be under some conditions, with these."""
    for each in alternatives:
        if not contradict(each.choices, choices):
            yield Alternative(each.value, (*choices, *each.choices))


def may_be_empty(each: Alternative, name: str, at: Expr) -> tuple[Choice, ...]:
    """Where what a name holds can be empty, if this is: not where the name is tested."""
    if not name or not falsy(each.value):
        return ()
    return emptiness(name_key(name, at.module.scope[at.node]))


def _too_long(text: Text) -> bool:
    """Whether a text that is put together is longer than any that matters."""
    if len(text.parts) < 2:
        return False
    if len(text.parts) > LONGEST:
        return True
    return sum(len(part.text) for part in text.literals) > _CHARACTERS
