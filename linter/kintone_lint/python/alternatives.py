"""Alternatives of several expressions together, as far as their conditions allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from kintone_lint.python.conditions import contradict, emptiness, name_key
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Choice
from kintone_lint.python.values import LONGEST, Alternative, Expr, Text, Value, falsy
from kintone_lint.python.work import Work
from kintone_lint.records import record

MOST = 12  # alternatives of one expression
_CHARACTERS = 100_000  # of one text that is put together
_CHOICES = 400  # conditions of one alternative
_TRIED = 1_000  # alternatives that are tried for one combination after another

Values = Callable[[Expr], tuple[Alternative, ...]]
"""What tells the alternatives of an expression."""


Ways = Sequence[tuple[Choice, ...]]
"""Rounds, each by the conditions that say which it is."""


class When(NamedTuple):
    """In which rounds a place may be reached, and in which it may be missed."""

    reached: Ways
    missed: Ways


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

    def rounds(self, expr: Expr) -> When:
        """In which rounds of the loops around it a statement is reached."""


@record()
class Combination:
    """One value for each of several expressions, and the conditions under which they have them."""

    values: tuple[Value, ...]
    choices: tuple[Choice, ...]


def combined(alternatives: Sequence[tuple[Alternative, ...]], work: Work) -> Iterator[Combination]:
    """Every combination whose conditions do not exclude each other.

    One that excludes itself is left where that is seen, so that the last rows of a table are tried.
    """
    count = tried = 0
    left = [_Begun(None, 0, {}, {})]
    while left and count < MOST and tried < _TRIED + len(alternatives):
        begun = left.pop()
        if begun.size == len(alternatives):
            count += 1
            yield Combination(_values(begun), tuple(begun.choices))
            continue
        for each in reversed(alternatives[begun.size]):
            tried += 1
            if not any(begun.arms.get(key, arm) != arm for key, arm in each.choices):
                left.append(_further(begun, each, work))
        work.spend(1 + len(alternatives[begun.size]) // 4)


class _Begun(NamedTuple):
    """The first values of a combination; the last of them is in `pair` with those before it."""

    pair: tuple[_Begun, Value] | None
    size: int
    choices: dict[Choice, None]
    arms: dict[object, object]


def _further(begun: _Begun, each: Alternative, work: Work) -> _Begun:
    choices, arms = begun.choices, begun.arms
    if each.choices and len(choices) < _CHOICES:
        work.spend((len(choices) + len(each.choices)) // 4)
        choices = choices | dict.fromkeys(each.choices)
        arms = arms | dict(each.choices)
    return _Begun((begun, each.value), begun.size + 1, choices, arms)


def _values(begun: _Begun) -> tuple[Value, ...]:
    found: list[Value] = []
    while begun.pair is not None:
        begun, value = begun.pair
        found.append(value)
    return tuple(reversed(found))


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


def spread(
    alternatives: Iterable[Alternative], ways: Sequence[tuple[Choice, ...]]
) -> Iterator[Alternative]:
    """Each alternative under each of several sets of conditions that it can be under."""
    for each in alternatives:
        for way in ways:
            if not contradict(each.choices, way):
                known = {*each.choices}
                more = tuple(one for one in way if one not in known)
                yield Alternative(each.value, (*each.choices, *more)) if more else each


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
