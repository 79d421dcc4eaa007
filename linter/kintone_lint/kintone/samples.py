"""Texts that are nothing but samples: of what is to fail, or of what a function makes of them."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.functions import frame_of, function_called
from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted, uncalled, walk
from kintone_lint.python.values import Expr

_EXPECTS = regex(r"(?:^|\.)(?:raises|assertRaises\w*|warns|suppress)$")
_LOOKS = regex(
    r"(?:^|\.)(?:re\.\w+|match|search|fullmatch|findall|finditer|sub|split|rsplit|partition|rpartition"
    r"|startswith|endswith|find|index|count|replace|strip|lstrip|rstrip|lower|upper|removeprefix"
    r"|removesuffix|format|join|urlsplit|urlparse|unquote|quote|len|str|bool|isinstance|print|repr|type"
    r"|debug|info|warning|warn|error|exception|critical|PurePosixPath|\w*Error|\w*Exception)$"
)
_ASSERTS = regex(r"(?:^|\.)assert[A-Z_]\w*$")


def expects_error(node: cst.CSTNode, module: Module) -> bool:
    """Whether an error is expected there: `with pytest.raises(…):`."""
    around = module.ancestors(module.statement(node)) if module.has(cst.With) else ()
    return any(map(_expects, around))


def _expects(node: cst.CSTNode) -> bool:
    calls = [each.item for each in node.items] if isinstance(node, cst.With) else []
    return any(
        isinstance(call, cst.Call) and _EXPECTS.search(dotted(call.func) or "") for call in calls
    )


def _is_tried(node: cst.CSTNode, module: Module) -> bool:
    """Whether a test is given it, or a loop that expects or asserts something in each round."""
    match module.statement(node):
        case cst.FunctionDef(decorators=decorators):
            tests = [each for each in decorators if _is_parametrize(each)]
            return any(module.inside(node, each) for each in tests)
        case cst.For(iter=over, body=body) if module.inside(node, over):
            return any(isinstance(each, cst.Assert) or _expects(each) for each in walk(body))
    return False


def _is_parametrize(decorator: cst.Decorator) -> bool:
    return (dotted(uncalled(decorator.decorator)) or "").endswith("parametrize")


def is_asserted(node: cst.CSTNode, module: Module) -> bool:
    """Whether it is in an assertion: what a function is expected to make of it."""
    line = module.statement(node)
    for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
        match each:
            case cst.Assert():
                return True
            case cst.Expr(value=cst.Call(func=func)) if _ASSERTS.search(dotted(func) or ""):
                return True
    return False


def is_kept_here(call: cst.Call, arg: cst.Arg, subject: Subject) -> bool:
    """Whether a function of the file takes an argument apart, and hands nothing of it on."""
    module = subject.module
    function = function_called(call.func, module, subject.project)
    if function is None or function.name.value == "__init__" or arg.star:
        return False
    frame = frame_of(function, call, Expr(call, module))
    names = {name for name, given in frame.arguments.items() if given.node is arg.value}
    return bool(names) and not any(
        _uses(each, names) and not _takes_apart(each, subject) for each in walk(function.body)
    )


def _uses(node: cst.CSTNode, names: set[str]) -> bool:
    """Whether a call is given one of the names, or an attribute or an item is set to it."""
    match node:
        case cst.Call(args=args):
            given: list[cst.CSTNode] = [each.value for each in args]
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() | cst.Subscript())]):
            given = [node.value]
        case cst.Yield(value=value) if value is not None:
            given = [value]
        case _:
            return False
    return any(
        isinstance(inner, cst.Name) and inner.value in names
        for each in given
        for inner in walk(each)
    )


def _takes_apart(node: cst.CSTNode, subject: Subject) -> bool:
    """Whether a call only looks at what it is given."""
    name = (
        subject.callee(node.func) or dotted(node.func) or "" if isinstance(node, cst.Call) else ""
    )
    return _LOOKS.search(name) is not None


def is_sample(node: cst.CSTNode, module: Module) -> bool:
    """Whether nothing is done with a text but to see what comes of it."""
    return is_asserted(node, module) or expects_error(node, module) or _is_tried(node, module)
