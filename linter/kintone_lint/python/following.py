"""Calls that are followed: what a function of the project returns to the call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.conditions import Alike, Kind, Tested, contradict
from kintone_lint.python.functions import Called, frame_of
from kintone_lint.python.scopes import Choice, Scope
from kintone_lint.python.values import Alternative, Expr, unknown


def returned(found: Called, node: cst.Call, expr: Expr, known: Knows) -> Iterator[Alternative]:
    """What a function returns, with the arguments of a call."""
    function, module = found
    frame = frame_of(function, node, expr, module)
    inner = module.scope[function.body]
    returns = module.returns.get(inner, ())
    for each in returns:
        if each.value is None:
            continue
        value = Expr(each.value, module, frame)
        reached = known.reached(value)
        if reached is False:
            continue
        conditions = module.conditions(each)
        for alternative in known.values(value):
            if not contradict(conditions, alternative.choices):
                choices = (*conditions, *alternative.choices)
                yield Alternative(alternative.value, tuple(_outside(choices, inner)))
        if reached:
            return
    if not returns:
        yield unknown(expr)


def _outside(choices: Sequence[Choice], inner: Scope) -> Iterator[Choice]:
    """Conditions that hold outside of a function too: those on the object that it belongs to."""
    for choice in choices:
        key = choice[0]
        while isinstance(key, Alike | Kind | Tested):
            key = key.key
        if isinstance(key, tuple) and key[0] is inner.enclosing_class is not None:
            yield choice
