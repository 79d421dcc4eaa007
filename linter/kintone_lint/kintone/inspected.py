"""Functions of the file that only look at a text: they check it or take it apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import libcst as cst

from kintone_lint.kintone.assemblies import assembly
from kintone_lint.kintone.samples import is_sample
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.patterns import regex
from kintone_lint.python.functions import frame_of, function_called
from kintone_lint.python.scopes import Scope, parameters
from kintone_lint.python.tree import dotted, walk
from kintone_lint.python.values import Expr, Text

_LOOKS = regex(
    r"(?:^|\.)(?:re\.\w+|match|search|fullmatch|findall|finditer|sub|split|rsplit|partition|rpartition"
    r"|startswith|endswith|find|index|rindex|rfind|count|replace|strip|lstrip|rstrip|lower|upper"
    r"|casefold|removeprefix|removesuffix|format|join|urlsplit|urlparse|urldefrag|parse_qsl?|unquote"
    r"|quote|len|str|bool|isinstance|print|repr|type|list|tuple|set|sorted|reversed|enumerate|zip"
    r"|filter|any|all|min|max|next|iter|hash|add|hashlib\.\w+|sha\d+|md5|fnmatch\w*|debug|info"
    r"|warning|warn|error|exception|critical|Pure\w*Path|\w*Error|\w*Exception)$"
)
_TELLS = regex(r"(?:^|\.)(?:startswith|endswith|r?find|r?index|count|r?split|r?partition|is\w+)$")
_DEEP = 3  # functions that a text is handed through
_READS = 20  # of a name that are looked at
_NODES = 4_000  # of a function that are looked at


def is_kept_here(call: cst.Call, arg: cst.Arg, subject: Subject, steps: int = _DEEP) -> bool:
    """Whether a function of the file takes an argument apart, and hands nothing of it on."""
    body, names = _given_to(call, arg, subject)
    if body is None or not names:
        return False
    known, asked = _kept(subject), (body, frozenset(names))
    if asked not in known:
        known[asked] = False  # for a function that calls itself
        known[asked] = _keeps(body, names, subject, steps)
    return known[asked]


@query
def _kept(subject: Subject) -> dict[tuple[cst.CSTNode, frozenset[str]], bool]:
    """Whether functions keep what these names have, as far as it was asked."""
    return {}


def _keeps(body: cst.CSTNode, names: set[str], subject: Subject, steps: int) -> bool:
    nodes = [*islice(walk(body), _NODES)]
    names |= {name for node in nodes for name in _made_of(node, names)}
    subject.spend(len(nodes) // 10)
    return len(nodes) < _NODES and not any(_hands_on(each, names, subject, steps) for each in nodes)


def _given_to(
    call: cst.Call, arg: cst.Arg, subject: Subject
) -> tuple[cst.CSTNode | None, set[str]]:
    """The body of the function of the file that is called, and the names of an argument there."""
    module = subject.module
    function = function_called(call.func, module, subject.project)
    if function is not None and function.name.value != "__init__" and not arg.star:
        frame = frame_of(function, call, Expr(call, module))
        names = {name for name, given in frame.arguments.items() if given.node is arg.value}
        return function.body, names
    if isinstance(call.func, cst.Name) and arg.keyword is None and not arg.star:
        found = module.lookup(call.func.value, call.func)
        made = found[0].node if len(found) == 1 and not found[0].path else None
        if isinstance(made, cst.Lambda):
            params = [each.name.value for each in parameters(made.params)]
            at = [*call.args].index(arg)
            return made.body, set(params[at : at + 1])
    return None, set()


def _mentions(node: cst.CSTNode, names: set[str]) -> bool:
    return any(isinstance(each, cst.Name) and each.value in names for each in walk(node))


def _made_of(node: cst.CSTNode, names: set[str]) -> Iterator[str]:
    """Names for a longer text that one of the names is a part of."""
    match node:
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name(value=name))],
            value=cst.BinaryOperation() | cst.FormattedString() | cst.Name() as value,
        ) if _mentions(value, names) and not _is_message(value):
            yield name


def _is_message(node: cst.CSTNode) -> bool:
    """Whether a text is for people: words with blanks around what is put in."""
    texts = (each for each in walk(node) if isinstance(each, cst.FormattedStringText))
    return any(" " in each.value.strip() or each.value.startswith(": ") for each in texts)


def _hands_on(node: cst.CSTNode, names: set[str], subject: Subject, steps: int) -> bool:
    """Whether a call is given one of the names, or an attribute or an item is set to it."""
    match node:
        case cst.Call(args=args) if not _takes_apart(node, subject):
            handed = [each for each in args if _mentions(each.value, names)]
            return not all(
                _is_message(each.value)
                or (steps > 0 and is_kept_here(node, each, subject, steps - 1))
                for each in handed
            )
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() | cst.Subscript())]):
            return _mentions(node.value, names)
        case cst.Yield(value=cst.BaseExpression() as value):
            return _mentions(value, names)
    return False


def _takes_apart(call: cst.Call, subject: Subject) -> bool:
    """Whether a call only looks at what it is given; what is raised is told to nobody else."""
    if isinstance(subject.module.parent[call], cst.Raise):
        return True
    return _LOOKS.search(subject.callee(call.func) or dotted(call.func) or "") is not None


def comes_out(node: cst.CSTNode, call: cst.Call, subject: Subject) -> bool:
    """Whether a text is a part of what a call returns."""
    return any(
        assembly(part) is node
        for each in subject.values(call)
        if isinstance(each.value, Text)
        for part in each.value.literals
    )


def is_only_read(target: cst.BaseExpression, at: cst.CSTNode, subject: Subject) -> bool:
    """Whether a name is read in its file as it is bound at a place, and only looked at there."""
    if not isinstance(target, cst.Name):
        return False
    home = subject.module.scope[at]
    mentions = subject.module.mentions.get(target.value, ())
    mentions = [each for each in mentions if _is_below(subject.module.scope[each], home)]
    if len(mentions) > _READS:
        return False
    reads = [each for each in mentions if _is_read(each, target.value, at, subject)]
    return bool(reads) and all(_only_looks(each, subject) for each in reads)


def _is_below(scope: Scope | None, home: Scope) -> bool:
    while scope is not None and scope is not home:
        scope = scope.parent
    return scope is home


def _is_read(node: cst.CSTNode, name: str, at: cst.CSTNode, subject: Subject) -> bool:
    """Whether a name is that of a binding where it is read, in any call of the function around."""
    module = subject.module
    if isinstance(module.parent[node], cst.AssignTarget):
        return False
    return any(
        each.at is at
        for frame in subject.frames(node)
        for each in module.lookup(name, node, Expr(node, module, frame).entered)
    )


def _only_looks(node: cst.CSTNode, subject: Subject) -> bool:
    module = subject.module
    above = module.parent[node]
    if is_sample(subject, node) or isinstance(above, cst.Comparison | cst.ComparisonTarget):
        return True
    if isinstance(above, cst.Arg):
        call = module.parent[above]
        name = (
            subject.callee(call.func) or dotted(call.func) or ""
            if isinstance(call, cst.Call)
            else ""
        )
        shown = name.rpartition(".")[2] in ("print", "len")
        return isinstance(call, cst.Call) and (shown or is_kept_here(call, above, subject))
    if isinstance(above, cst.Attribute) and above.value is node:
        call = module.parent[above]
        return isinstance(call, cst.Call) and _TELLS.search(f".{above.attr.value}") is not None
    return False
