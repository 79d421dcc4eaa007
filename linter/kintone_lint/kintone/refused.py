"""Requests that are expected to fail: a test shows that what they are sent to is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import libcst as cst

from kintone_lint.kintone.answers import is_answered_with_error
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import imported
from kintone_lint.python.tree import dotted, spelled, uncalled, walk

_EXPECTS = regex(r"(?:^|\.)(?:raises|assertRaises\w*|assert_raises\w*|deprecated_call|warns)$")
_SUPPRESSES = regex(r"(?:^|\.)suppress$")
_MARKS = regex(r"(?:^|\.)(?:xfail|expectedFailure|expected_failure|raises)$")
_FAILS = regex(r"(?:^|\.)fail$")
_EXITS = regex(r"(?:^|\.)(?:exit|SystemExit)$")
_TEST = regex(r"test(?:_|[A-Z]|$)")
# What goes wrong with any request: it says nothing of the one that is sent.
_ANY = regex(
    r"^(?:Base)?Exception$|^(?:requests|httpx|aiohttp|urllib\w*|http|socket|ssl)\."
    r"|(?:HTTP|URL|OS|IO|Connection|Request|Client|Network|Transport)(?:Error|Exception)$"
    r"|Timeout|^socket$"
)
_NODES = 4_000  # nodes of a function that are looked at
_CALLS = 20  # of a function that are looked at


def is_refused(subject: Subject, request: Request) -> bool:
    """Whether a request, or a call that leads to it, is made to see that it fails."""
    call = request.call
    for _ in range(_CALLS):
        if expected(subject.beside(call.module), call.node):
            return True
        if call.frame is None:
            return False
        call = call.frame.call
    return False


def expected(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether what an expression is part of is run to see that it fails."""
    known = _known(subject)
    if node not in known:
        known[node] = _is_expected(subject.module, node) or _is_only_tried(subject.module, node)
    return known[node]


def _is_expected(module: Module, node: cst.CSTNode) -> bool:
    return _fails_at(module, node) or is_answered_with_error(module, node)


@query
def _known(subject: Subject) -> dict[cst.CSTNode, bool]:
    """Whether calls are expected to fail, as far as it was asked."""
    return {}


def expects_error(node: cst.CSTNode) -> bool:
    """Whether a statement is a `with pytest.raises(…):`, or the like."""
    return isinstance(node, cst.With) and any(
        isinstance(each.item, cst.Call) and _EXPECTS.search(dotted(each.item.func) or "")
        for each in node.items
    )


def _is_only_tried(module: Module, node: cst.CSTNode) -> bool:
    """Whether the function around is only there to be called where an error is expected."""
    name: cst.CSTNode | None = None
    match function := module.scope[node].node:
        case cst.FunctionDef():
            name = function.name
        case cst.Lambda() if isinstance(made := module.parent[function], cst.Assign):
            name = made.targets[0].target
    if not isinstance(name, cst.Name):
        return False
    reads = [each for each in module.mentions.get(name.value, ()) if each is not name][:_CALLS]
    return bool(reads) and all(_is_expected(module, each) for each in reads)


def _fails_at(module: Module, node: cst.CSTNode) -> bool:
    """Whether what is around a node in its file says that an error is expected there."""
    below = node
    in_function = True
    for above in module.ancestors(node):
        match above:
            case cst.Call(func=func, args=args) if below in args:
                if _EXPECTS.search(_name(module, func)):
                    return True
            case cst.With(items=items) if in_function and below not in items:
                if any(_manages(module, each.item, node) for each in items):
                    return True
            case cst.Try(body=body) if in_function and below is body:
                if _is_tried(module, above, node):
                    return True
            case cst.FunctionDef() | cst.ClassDef():
                in_function = False
                if any(_MARKS.search(_decorator(each)) for each in above.decorators):
                    return True
        below = above
    return False


def _decorator(node: cst.Decorator) -> str:
    return dotted(uncalled(node.decorator)) or ""


def _name(module: Module, func: cst.CSTNode) -> str:
    """What a name is short for: `from pytest import raises as fails`, `expect=pytest.raises`."""
    name = dotted(func) or ""
    bindings = module.lookup(name, func)[:1] if isinstance(func, cst.Name) else []
    for binding in bindings:
        found = imported(binding)
        if found is not None:
            return found.name or name
        match binding.node:
            case cst.Param(default=cst.Name() | cst.Attribute() as value):
                return dotted(value) or ""
            case cst.Name() | cst.Attribute() as value if not binding.path:
                return dotted(value) or ""
    return name


def _manages(module: Module, item: cst.BaseExpression, node: cst.CSTNode) -> bool:
    """Whether a `with` expects an error: itself, by what its name is, or in its function."""
    if isinstance(item, cst.Name):
        bindings = module.lookup(item.value, item)[:1]
        made = next((each.node for each in bindings if not each.path), None)
        item = made if isinstance(made, cst.Call) else item
    if not isinstance(item, cst.Call):
        return False
    name = _name(module, item.func)
    if _SUPPRESSES.search(name):
        errors = [arg.value for arg in item.args]
        return _fails_after(module, node) or _tells(module, errors, node)
    return bool(_EXPECTS.search(name)) or _yields(module, item.func)


def _yields(module: Module, func: cst.BaseExpression) -> bool:
    """Whether a function is a context manager that expects an error around its `yield`."""
    bindings = module.lookup(func.value, func)[:1] if isinstance(func, cst.Name) else []
    function = next((each.node for each in bindings), None)
    if not isinstance(function, cst.FunctionDef):
        return False
    return any(
        isinstance(each, cst.Yield) and _fails_at(module, each)
        for each in _few(walk(function.body))
    )


def _few(nodes: Iterator[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    return islice(nodes, _NODES)


# ---- try


def _is_tried(module: Module, tried: cst.Try, node: cst.CSTNode) -> bool:
    """Whether going through without an error is a failure, or a test is about the error."""
    if _fails_after(module, node) or (tried.orelse and _fails(tried.orelse.body.body)):
        return True
    return (
        bool(tried.handlers)
        and all(
            each.type is not None and _tells(module, [each.type], node) and not _gives_up(each)
            for each in tried.handlers
        )
    ) or _fails_right_after(module, tried)


def _tells(module: Module, errors: Sequence[cst.BaseExpression], node: cst.CSTNode) -> bool:
    """Whether a test is about errors that say more than that a request went wrong."""
    function: cst.CSTNode | None = module.scope[node].node
    if not isinstance(function, cst.FunctionDef) or not _TEST.match(function.name.value):
        return False
    named = [
        inner.value for each in errors if isinstance(each, cst.Tuple) for inner in each.elements
    ] or errors
    return bool(named) and not any(_ANY.search(dotted(each) or "Exception") for each in named)


def _gives_up(handler: cst.ExceptHandler) -> bool:
    """Whether an error is not what is expected: it is raised again, or the test is skipped."""
    return any(
        isinstance(each, cst.Raise)
        or (
            isinstance(each, cst.Call)
            and (dotted(each.func) or "").endswith(("fail", "skip", "skipTest"))
        )
        for each in _few(walk(handler.body))
    )


def _fails_right_after(module: Module, tried: cst.Try) -> bool:
    """Whether a failure stands right after a `try` that an error leaves, and nothing else."""
    leave = (cst.Return, cst.Continue, cst.Break)
    if not tried.handlers or not all(_ends_in(each.body, leave) for each in tried.handlers):
        return False
    if any(isinstance(each, leave) for each in _few(walk(tried.body))):
        return False
    around = module.parent[tried]
    lines = around.body if isinstance(around, cst.IndentedBlock | cst.Module) else ()
    return _fails(_after(lines, tried)[:1])


def _ends_in(body: cst.BaseSuite, kinds: tuple[type[cst.CSTNode], ...]) -> bool:
    last = body.body[-1] if body.body else None
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return isinstance(small, kinds)


def _fails_after(module: Module, node: cst.CSTNode) -> bool:
    """Whether a failure follows in the block of a call: nobody is to come there."""
    line = module.statement(node)
    around = module.parent.get(line)
    lines = around.body if isinstance(around, cst.IndentedBlock) else ()
    return _fails(_after(lines, line))


def _after(lines: Sequence[cst.CSTNode], line: cst.CSTNode) -> Sequence[cst.CSTNode]:
    at = next((n for n, each in enumerate(lines) if each is line), len(lines))
    return lines[at + 1 :]


def _fails(lines: Sequence[cst.CSTNode]) -> bool:
    """Whether one of the lines is nothing but a failure."""
    small = [
        each
        for line in lines
        for each in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]
    return any(map(_is_failure, small))


def _is_failure(node: cst.CSTNode) -> bool:
    match node:
        case cst.Raise(exc=cst.Call(func=func, args=args)):
            return not _EXITS.search(dotted(func) or "") or _is_bad_exit(args)
        case cst.Raise(exc=exc):
            return exc is not None and not _EXITS.search(dotted(exc) or "")
        case cst.Assert(test=cst.Name(value="False") | cst.Integer(value="0")):
            return True
        case cst.Expr(value=cst.Call(func=func, args=args)):
            name = dotted(func) or ""
            return bool(_FAILS.search(name)) or (
                _EXITS.search(name) is not None and _is_bad_exit(args)
            )
    return False


def _is_bad_exit(args: Sequence[cst.Arg]) -> bool:
    value = args[0].value if args else None
    return (
        isinstance(value, cst.FormattedString)
        or bool(value and spelled(value))
        or (isinstance(value, cst.Integer) and value.value != "0")
    )
