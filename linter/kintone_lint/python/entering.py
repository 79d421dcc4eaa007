"""The ways into a function of a file: its calls, and those that have it called by something else.

`pool.submit(f, x)` and `pool.map(f, items)` call `f`, `session.get(url)` calls the `request` of a
class that is made of a library's session.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.partials import given_to, names_of_partials
from kintone_lint.python.tree import arguments, spelled

VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
"""Methods of a session that are a call of its `request`."""

_ITEMS = 12  # of a sequence that a function is called with
_MAPS = {"map", "imap", "imap_unordered", "map_async", "starmap", "starmap_async"}
# What calls a function with the arguments that follow it, or that a tuple after it holds.
_WITH_REST = {
    "submit", "to_thread", "run_sync", "run_in_threadpool", "run_in_executor", "start_soon",
    "call_soon", "call_later", "enqueue", "spawn", "retry_call",
}  # fmt: skip
_WITH_TUPLE = {"apply", "apply_async", "Thread", "Process", "Timer", "add_job"}
_METHODS = ("delay", "send", "remote", "kiq")  # of a task: `f.delay(x)`
_WITH_NAMES = {"PythonOperator", "BranchPythonOperator", "ShortCircuitOperator"}  # of Airflow
_CALLING = _MAPS | _WITH_REST | _WITH_TUPLE | _WITH_NAMES
_FUNCTION = {"target", "func", "python_callable"}  # keywords that give the function


class Way(NamedTuple):
    """A call, what it names the function by, and what the function gets.

    `verb` is the method of a session that was called in the place of its `request`.
    """

    call: cst.Call
    func: cst.CSTNode
    given: list[cst.Arg]
    verb: str = ""


def ways_into(function: cst.FunctionDef, module: Module) -> Iterator[Way]:
    """What may be a way into a function, by its name; a class is called to make an object."""
    for call in _callers(function, module):
        yield Way(call, call.func, given_to(call, module))
    name = function.name.value
    for later in sorted(_CALLING & module.calls_of.keys()):
        for call in module.calls_of[later]:
            module.work.spend()
            yield from _by_another(call, later, name, module)
    for method in _METHODS:
        for call in module.calls_of.get(method, ()):
            func = call.func
            if isinstance(func, cst.Attribute) and _is_named(func.value, name):
                yield Way(call, func.value, [*call.args])
    if name == "request" and isinstance(module.scope[function].node, cst.ClassDef):
        for verb in VERBS:
            for call in module.calls_of.get(verb, ()):
                if isinstance(call.func, cst.Attribute):
                    yield Way(call, call.func, [*call.args], verb)


def _callers(function: cst.FunctionDef, module: Module) -> list[cst.Call]:
    name, around = function.name.value, module.scope[function]
    if name != "__init__" or not isinstance(around.node, cst.ClassDef):
        calls = module.calls_of.get(name, [])
        if "partial" not in module.calls_of:
            return calls
        later = (module.calls_of.get(each, ()) for each in names_of_partials(name, module))
        return [*calls, *chain.from_iterable(later)]
    found = [*module.calls_of.get("__init__", ())]
    for each in (around, *module.derived(around)):
        if isinstance(each.node, cst.ClassDef):
            found += module.calls_of.get(each.node.name.value, ())
    return found


def _is_named(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Name(value=found) | cst.Attribute(attr=cst.Name(value=found)):
            return found == name
    return False


def _by_another(call: cst.Call, method: str, name: str, module: Module) -> Iterator[Way]:
    """The ways into a function that is given to a call."""
    plain, named = arguments(call)
    at = next((n for n, each in enumerate(plain[:2]) if _is_named(each, name)), None)
    func = plain[at] if at is not None else next(map(named.get, _FUNCTION & named.keys()), None)
    if func is None or not _is_named(func, name) or any(arg.star for arg in call.args):
        return
    rest = plain[at + 1 :] if at is not None else []
    if method in _MAPS:
        rows = zip(*(_elements(each, module) for each in rest), strict=False)
        for row in islice(rows, _ITEMS):
            inner = row
            if method.startswith("starmap"):
                inner = tuple(_elements(row[0], module))
            yield Way(call, func, [cst.Arg(value=each) for each in inner])
    elif method in _WITH_REST:
        keywords = [arg for arg in call.args if arg.keyword is not None]
        yield Way(call, func, [*(cst.Arg(value=each) for each in rest), *keywords])
    else:
        held = named.get("args") or named.get("op_args") or (rest[-1] if rest else None)
        if held is None or isinstance(held, cst.Tuple | cst.List):
            elements = _elements(held, module) if held is not None else []
            keywords = _keywords(named.get("kwargs") or named.get("op_kwargs"))
            yield Way(call, func, [*(cst.Arg(value=each) for each in elements), *keywords])


def _keywords(node: cst.CSTNode | None) -> list[cst.Arg]:
    """The arguments that a mapping with plain names gives by keyword."""
    elements = node.elements if isinstance(node, cst.Dict) else ()
    return [
        cst.Arg(value=each.value, keyword=cst.Name(name))
        for each in elements
        if isinstance(each, cst.DictElement) and (name := spelled(each.key) or "").isidentifier()
    ]


def _elements(node: cst.CSTNode, module: Module) -> list[cst.BaseExpression]:
    """The elements of a sequence that is written out, or of a name that is bound to one."""
    if isinstance(node, cst.Name):
        bindings = module.lookup(node.value, node)
        if len(bindings) == 1 and not bindings[0].path and node.value not in module.mutations:
            node = bindings[0].node or node
    if not isinstance(node, cst.Tuple | cst.List):
        return []
    elements = [each.value for each in node.elements if isinstance(each, cst.Element)]
    return elements if len(elements) == len(node.elements) else []
