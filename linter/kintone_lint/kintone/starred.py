"""What `**` of the arguments of a request holds, and the headers in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.entries import Entries, Perhaps
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.tree import held
from kintone_lint.python.values import Entry, Expr, Mapping, key_of
from kintone_lint.python.work import CHARACTERS

# Code that reaches into arguments for their headers may write there, which is not followed.
_REACHES_IN = regex(r"""(?:\[\s*|\b(?:setdefault|get|pop)\(\s*)["']headers["']""")


def starred(stars: Iterable[cst.Arg], call: Expr, evaluator: Evaluator) -> Mapping:
    """What all `**` of a call hold; whole if no name is missing."""
    entries = Entries(Mapping(()), evaluator.work)
    for arg in stars:
        if arg.star == "**":
            entries.merge(evaluator.values(call.beside(arg.value)), (), arg)
    more = entries.mapping()
    evaluator.work.spend(len(more.entries))
    named = all(key_of(each.key) is not None for each in more.entries)
    return replace(more, whole=more.whole and named)


def headers_in(more: Mapping, call: Expr, evaluator: Evaluator) -> Mapping:
    """The headers among the arguments; those that something may write to are perhaps there."""
    found = [each for each in more.entries if key_of(each.key) == "headers"]
    surely = [_is_left_alone(each, call, evaluator) for each in found]
    entries = Entries(Mapping((), more.whole and all(surely)), evaluator.work)
    for each, sure in zip(found, surely, strict=True):
        perhaps = () if sure else ((Perhaps(each.node), True),)
        entries.merge(evaluator.values(each.value), (*each.choices, *perhaps), each.node)
    return entries.mapping()


def _is_left_alone(entry: Entry, call: Expr, evaluator: Evaluator) -> bool:
    """Whether nothing seems to change headers after they are put among the arguments."""
    for module in {call.module, entry.value.module}:
        text = module.source.text
        evaluator.work.spend(1 + len(text) // CHARACTERS)
        if _REACHES_IN.search(text):
            return False
    return (held(entry.value.node) or "") not in entry.value.module.mutations
