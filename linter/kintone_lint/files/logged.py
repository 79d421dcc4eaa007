"""Whether a file may print or log a credential, for the screen: judged by names alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kintone_lint.files.marks import Reading
from kintone_lint.patterns import regex

_LOG = regex(
    r"(?i)^(?:[cep]?print|s?echo|dump|text|json|code|write|log|debug|info|warn|warning|error|exception"
    r"|critical|bind|exit|abort|ic|syslog|display|success|markdown|caption|easy_print|capture_message"
    r"|set_context|set_extra|set_tag|add_breadcrumb|__(?:repr|str)__)$"
)
TOKEN_HEADER = regex(r"(?i)\s*x-cybozu-api-token:?\s*")
_SHOWN = ("__repr__", "__str__")
# What a credential is called, what a request is kept in, and what may hold headers.
_SPELLED = regex(r"(?i)api_?token|password")
_SENT = regex(r"^(?:prepare\w*|build_request|request_info|header_items|vars|__dict__|locals)$")
_NAMED = {ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg"}
_HELD = regex(r"(?i)header|request|auth|token|secret|passw|kwargs|config|setting|arg|api_?key")


def credential_logged(found: Reading) -> bool:
    """Whether a name that a token header is made of, or kept in, is written out."""
    shown = [
        each
        for each in found.statements
        if isinstance(each, ast.FunctionDef) and each.name in _SHOWN
    ]
    if any(_SPELLED.search(_identifier(node) or "") for each in shown for node in ast.walk(each)):
        return True
    if not any(TOKEN_HEADER.fullmatch(text) for text in found.strings):
        return False
    if any(_SENT.search(name) for name in found.names):
        return any(_LOG.search(name) for name in found.names)
    within = {statement: [*_shallow(statement)] for statement in found.statements}
    hot: set[str] = set()
    for nodes in within.values():
        if any(_is_header(each) for each in nodes):
            hot |= {name for each in nodes if (name := _identifier(each))}
    calls = [each for nodes in within.values() for each in nodes if isinstance(each, ast.Call)]
    hot |= _given(found, calls, hot)
    hot |= _handed_down(found, hot)
    renamed = _renamed(found)
    seen: set[ast.AST] = set()  # in what is written out: each node is looked at once
    for statement, nodes in within.items():
        raised = _raised(statement)
        for node in [statement] if statement in shown else raised or nodes:
            name = _identifier(node.func) or "" if isinstance(node, ast.Call) else ""
            called = _LOG.search(name) or name in renamed
            if (called or raised or statement in shown) and any(
                _HELD.search(name) or name in hot
                for each in _unseen(node, seen)
                if (name := _identifier(each))
            ):
                return True
            if isinstance(node, ast.Call) and _header_in_query(node, hot):
                return True
    return False


def _raised(statement: ast.stmt) -> list[ast.expr]:
    """What an exception is raised with, or an assertion fails with."""
    match statement:
        case ast.Raise(exc=ast.Call(args=args, keywords=keywords)):
            return [*args, *(each.value for each in keywords)]
        case ast.Assert(msg=ast.expr() as message):
            return [message]
    return []


def _renamed(found: Reading) -> set[str]:
    """The names under which what writes out is imported: `from rich import print as show`."""
    return {
        each.asname
        for statement in found.statements
        if isinstance(statement, ast.ImportFrom)
        for each in statement.names
        if each.asname and _LOG.search(each.name)
    }


def _given(found: Reading, calls: list[ast.Call], hot: set[str]) -> set[str]:
    """The names that calls give to functions whose parameters are hot, and what gives those."""
    given: set[str] = set()
    for _ in range(2):
        takers = {
            each.name
            for each in found.statements
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            and any(arg.arg in hot or arg.arg in given for arg in each.args.args)
        }
        for call in calls if takers else ():
            if _identifier(call.func) in takers:
                whole = [*call.args, *(each.value for each in call.keywords)]
                given |= {name for each in whole if (name := _identifier(each))}
    return given


def _handed_down(found: Reading, hot: set[str]) -> set[str]:
    """The names that loops over hot names bind, and those that are written down of them."""
    more: set[str] = set()
    for _ in range(2):
        for statement in found.statements:
            match statement:
                case ast.For(target=target, iter=value):
                    names = ast.walk(target)
                case ast.Assign(
                    targets=[ast.Name() as target],
                    value=ast.Name() | ast.JoinedStr() | ast.BinOp() as value,
                ):
                    names = iter([target])
                case _:
                    continue
            if any(_identifier(each) in hot | more for each in ast.walk(value)):
                more |= {name for each in names if (name := _identifier(each))}
    return more


def _header_in_query(node: ast.Call, hot: set[str]) -> bool:
    """Whether a call is given as the query what may be headers."""
    query = [each.value for each in node.keywords if each.arg == "params"]
    if _identifier(node.func) == "get":
        query += node.args[1:2]
    return any(
        _is_header(each) or name in hot or "header" in (name or "").lower()
        for whole in query
        for each in _shallow(whole)
        for name in (_identifier(each),)
    )


def _unseen(node: ast.AST, seen: set[ast.AST]) -> Iterator[ast.AST]:
    """A node and what is below it, but for what was given before."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            yield node
            stack += ast.iter_child_nodes(node)


def _shallow(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement without the statements inside it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack += [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.stmt)]


def _is_header(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and bool(TOKEN_HEADER.fullmatch(value))


def _identifier(node: ast.AST) -> str | None:
    field = _NAMED.get(type(node))
    return getattr(node, field) if field is not None else None
