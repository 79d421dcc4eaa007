"""What a loop writes into a mapping, round by round, for those who read it after the loop."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.alternatives import MOST, Knows
from kintone_lint.python.carried import bound_in, carried
from kintone_lint.python.rounds import turns_of
from kintone_lint.python.scopes import Change, Mutation
from kintone_lint.python.values import Expr

_LOOPS = {cst.For, cst.While}


def written(mutation: Mutation, place: Expr, use: Expr, known: Knows) -> list[Expr] | None:
    """The place of a change in each round of its loop that comes to it.

    None where that is not known: of several loops, of one that the use is in, of rounds of which
    one leads to the next, and where a round depends on more than the loop.
    """
    loop = _loop(mutation, use) if mutation.change is Change.PUT else None
    if loop is None or carried(loop, place.module):
        return None
    names = bound_in(loop, place.module)
    targets = [name for name, bindings in names.items() if any(one.at is loop for one in bindings)]
    if any(one.at is not loop for name in targets for one in names[name]):
        return None
    rounds = turns_of(loop.target, loop.iter, (), place, known)
    if rounds is None or not rounds.whole or not 0 < len(rounds.turns) <= MOST:
        return None
    if any(each.when for each in rounds.turns):
        return None
    return [each.at for each in rounds.turns if known.reached(each.at) is not False]


def _loop(mutation: Mutation, use: Expr) -> cst.For | None:
    """The one loop around a change, if the use is after it."""
    module = use.module
    loops = [each for each in module.ancestors(mutation.node) if type(each) in _LOOPS]
    module.work.spend(len(loops))
    if len(loops) != 1 or not isinstance(loop := loops[0], cst.For):
        return None
    if loop.asynchronous is not None or not module.inside(mutation.node, loop.body):
        return None
    return None if module.inside(use.node, loop) else loop
