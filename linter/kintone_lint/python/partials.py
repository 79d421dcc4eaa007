"""`functools.partial`: a function with some of its arguments."""

from __future__ import annotations

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted

_NAMES = ("partial", "functools.partial")
_DEEP = 3  # partials of partials


def partial_of(func: cst.CSTNode, module: Module) -> cst.Call | None:
    """The call of `partial` that makes what is called, if that is what a name is bound to."""
    if "partial" not in module.calls_of or not isinstance(func, cst.Name):
        return None
    for binding in module.lookup(func.value, func)[:1]:
        if isinstance(binding.node, cst.Call) and not binding.path and is_partial(binding.node):
            return binding.node
    return None


def is_partial(call: cst.Call) -> bool:
    """Whether a call is one of `partial`, with a function."""
    return dotted(call.func) in _NAMES and bool(call.args) and call.args[0].keyword is None


def given_to(call: cst.Call, module: Module) -> list[cst.Arg]:
    """The arguments of a call, after those that `partial` gives; what is given later counts."""
    args, func = list(call.args), call.func
    if "partial" not in module.calls_of:
        return args
    for _ in range(_DEEP):
        made = partial_of(func, module)
        if made is None:
            break
        named = {arg.keyword.value for arg in args if arg.keyword is not None}
        before = [
            arg for arg in made.args[1:] if arg.keyword is None or arg.keyword.value not in named
        ]
        plain = [arg for arg in before if arg.keyword is None]
        args = [*plain, *args, *(arg for arg in before if arg.keyword is not None)]
        func = made.args[0].value
    return args


def names_of_partials(name: str, module: Module) -> list[str]:
    """The names of what `partial` makes of a function of this name."""
    found = []
    for call in module.calls_of.get("partial", ()):
        above = module.parent.get(call)
        first = call.args[0].value if is_partial(call) else None
        last = (dotted(first) or "").rpartition(".")[2] if first is not None else ""
        if last == name and isinstance(above, cst.Assign):
            targets = [dotted(each.target) for each in above.targets]
            found += [each for each in targets if each and "." not in each]
    return found
