"""A part of a text that is replaced by another: `replace`, and `re.sub` of plain texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kintone_lint.patterns import regex
from kintone_lint.python.alternatives import combined
from kintone_lint.python.call import Call
from kintone_lint.python.texts import in_one_line
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Constant,
    Encoded,
    Expr,
    Literal,
    Part,
    Text,
    only,
    text_of,
    unknown,
)
from kintone_lint.python.work import Work

_SPECIAL = regex(r"[\\.^$*+?{}\[\]|()]")  # in a pattern


def replaced(call: Call, base: Expr, method: str) -> Iterator[Alternative]:
    yield from _with(call, (base, *call.plain[:2]), _count(call))


def substituted(call: Call) -> Iterator[Alternative]:
    """`re.sub` of a plain text by another."""
    old, new, base = call.plain[:3]
    yield from _with(call, (base, old, new), -1)


def is_plain(call: Call) -> bool:
    """Whether nothing in a pattern, and in what replaces it, stands for anything else."""
    given = [only(call.values(each)) for each in call.plain[:2]] if len(call.plain) == 3 else []
    known = [each.known for each in given if isinstance(each, Text)]
    return len(known) == 2 and not any(each is None or _SPECIAL.search(each) for each in known)


def _with(call: Call, exprs: Sequence[Expr], count: int | None) -> Iterator[Alternative]:
    """A text, with what replaces a part of it."""
    known = [call.values(each) for each in exprs]
    for combination in combined(known, call.work):
        whole, old, new = (text_of(value) for value in combination.values)
        if whole is None or old is None or new is None or not old.known or count is None:
            yield unknown(call.expr)
        elif count >= 0 and not all(isinstance(part, Literal) for part in whole.parts):
            yield unknown(call.expr)  # nobody knows how often it is in the rest
        else:
            parts = _replaced_in(whole, old.known, new, count, call.work)
            yield Alternative(Text(tuple(parts), whole.raw), combination.choices)


def _count(call: Call) -> int | None:
    """How often is replaced, -1 for always; None if that is not known."""
    given = call.plain[2] if len(call.plain) > 2 else call.named.get("count")
    if given is None:
        return -1
    value = only(call.values(given))
    number = value.value if isinstance(value, Constant) else None
    return number if isinstance(number, int) else None


def _replaced_in(whole: Text, old: str, new: Text, count: int, work: Work) -> list[Part]:
    parts: list[Part] = []
    for part in whole.parts:
        if not isinstance(part, Literal):
            ends = old in ("\n", "\r\n") and new.known == "" and isinstance(part, Encoded)
            parts.append(in_one_line(part) if ends and isinstance(part, Encoded) else part)
            continue
        at = 0
        while count and (found := part.text.find(old, at)) >= 0:
            work.spend()
            if len(parts) > LONGEST:
                break
            count -= 1
            parts += [part.cut(at, found), *new.parts]
            at = found + len(old)
        parts.append(part.cut(at, len(part.text)))
    return parts
