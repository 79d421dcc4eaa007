"""Where the value of a literal goes. In doubt it goes to more than one place.

A fix that changes an address changes every value that is made of its literal. So it is offered only
where that is the one address: each name that holds the literal, or what is made of it, is read once
at most.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import imported, parameters, positional
from kintone_lint.records import record

_NAMESPACES = ("eval", "exec", "globals", "locals", "vars")
# Calls that make another text or address of one.
_MAKERS = regex(
    r"(?i)str|repr|bytes|partial|format\w*|replace|subn?|quote\w*|\w*join|\w*split|\w*parse\w*"
    r"|\w*ur[li]"
)


@record()
class _Held:
    """A name that holds the value, and the node in which it can be read."""

    name: cst.Name
    around: cst.CSTNode
    called: bool = False  # the name of a function that returns it


def made_of(
    literal: cst.CSTNode, module: Module, used_elsewhere: Callable[[Path], bool]
) -> list[cst.CSTNode] | None:
    """A literal that goes to one place, and the expressions it becomes a part of; else None.

    `used_elsewhere` says whether other files may read the names of a file.
    """
    found: list[cst.CSTNode] = []
    node: cst.CSTNode | None = literal
    while node is not None and node not in found:
        found.append(node)
        above = module.parent[node]
        if _is_part(node, above, module):
            node = above
            continue
        if isinstance(above, cst.Arg) and _goes_out(above, module):
            return found
        held = _holder(node, above, module)
        reads = _reads(held, module, used_elsewhere) if held else None
        if reads is None:
            return None
        node = reads[0] if reads else None
    return found


def _is_part(node: cst.CSTNode, above: cst.CSTNode, module: Module) -> bool:
    """Whether the value of a node goes on in that of the node above."""
    match above:
        case cst.IfExp(test=test):
            return test is not node
        case cst.DictElement(key=key):
            return key is not node
        case cst.Attribute(attr=cst.Name(value="format")):
            return isinstance(module.parent[above], cst.Call)
        case cst.Call(func=func) if func is node:
            return isinstance(func, cst.Attribute) and func.attr.value == "format"
        case cst.Arg():
            call = module.parent[above]
            return isinstance(call, cst.Call) and _called(call) == "format"
        case cst.Call(args=args) if node in args:
            return True
        case cst.BinaryOperation(operator=operator):
            return isinstance(operator, cst.Add | cst.Modulo)
    return isinstance(
        above,
        cst.ConcatenatedString
        | cst.FormattedString
        | cst.FormattedStringExpression
        | cst.Element
        | cst.Tuple
        | cst.List
        | cst.Dict,
    )


def _called(call: cst.Call) -> str:
    match call.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
    return ""


def _goes_out(arg: cst.Arg, module: Module) -> bool:
    """Whether an argument goes to something that is not written in this file: it is sent."""
    call = module.parent[arg]
    if not isinstance(call, cst.Call) or arg.star or _MAKERS.fullmatch(_called(call) or "str"):
        return False
    root: cst.CSTNode = call.func
    while isinstance(root, cst.Attribute):
        root = root.value
    bindings = module.lookup(root.value, root) if isinstance(root, cst.Name) else []
    if bindings and all(imported(each) for each in bindings):
        return True
    own = isinstance(call.func, cst.Name) and bindings
    return not own and not _definitions(call, module)


def _definitions(call: cst.Call, module: Module) -> list[cst.FunctionDef | cst.ClassDef]:
    """The functions and classes of the file that may be called; for `x.name()` its methods."""
    name, method = _called(call), isinstance(call.func, cst.Attribute)
    defined: list[cst.FunctionDef | cst.ClassDef] = []
    defined += [*module.of(cst.FunctionDef), *module.of(cst.ClassDef)]
    return [
        node
        for node in defined
        if node.name.value == name and method == isinstance(module.scope[node].node, cst.ClassDef)
    ]


def _holder(node: cst.CSTNode, above: cst.CSTNode, module: Module) -> _Held | None:
    """What is bound to a value, if that is a name."""
    match above:
        case (
            cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)], value=value)
            | cst.AnnAssign(target=cst.Name() as name, value=value)
        ) if value is node:
            scope = module.scope[above]
            if name.value in scope.outer:
                return None
            inner = isinstance(scope.node, cst.FunctionDef)
            return _Held(name, scope.node if inner else module.tree)
        case cst.Param(default=default, name=name) if default is node:
            return _Held(name, module.parent[module.parent[above]])
        case cst.Return():
            function = module.scope[above].node
            if isinstance(function, cst.FunctionDef) and not function.decorators:
                return _Held(function.name, module.tree, called=True)
        case cst.Arg():
            return _parameter(above, module)
    return None


def _parameter(arg: cst.Arg, module: Module) -> _Held | None:
    """The parameter that an argument of a call of a function or class of the file becomes."""
    call = module.parent[arg]
    defined = _definitions(call, module) if isinstance(call, cst.Call) else []
    if len(defined) != 1 or not isinstance(call, cst.Call) or any(each.star for each in call.args):
        return None
    (function,) = defined
    if isinstance(function, cst.ClassDef):
        inits = [
            each
            for each in function.body.body
            if isinstance(each, cst.FunctionDef) and each.name.value == "__init__"
        ]
        if len(inits) != 1:
            return None
        (function,) = inits
    if function.decorators:
        return None
    if arg.keyword is not None:
        known = parameters(function.params)
        wanted = [each for each in known if each.name.value == arg.keyword.value]
    else:
        method = isinstance(module.scope[function].node, cst.ClassDef)
        at = list(call.args).index(arg) + method
        wanted = positional(function.params)[at : at + 1]
    return _Held(wanted[0].name, function) if wanted else None


def _reads(
    held: _Held, module: Module, used_elsewhere: Callable[[Path], bool]
) -> list[cst.CSTNode] | None:
    """Where a name is read, once or never; None if it may be read elsewhere, too."""
    name = held.name.value
    mentions = [
        each
        for each in module.mentions.get(name, ())
        if each is not held.name and module.inside(each, held.around)
    ]
    if len(mentions) > 1 or any(word in module.mentions for word in _NAMESPACES):
        return None
    if held.around is module.tree and used_elsewhere(module.source.file):
        return None
    if not mentions:
        return []
    (read,) = mentions
    above = module.parent[read]
    if isinstance(above, cst.Attribute) and above.attr is read:
        read, above = above, module.parent[above]
    if not held.called:
        return [read]
    return [above] if isinstance(above, cst.Call) and above.func is read else None
