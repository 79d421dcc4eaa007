"""Whether a file can hold a finding at all; if not, libcst is not even imported.

It may keep a file without findings, and must never drop one that has any. So it clears what is
plainly in order - whole paths of documented APIs, credentials that come from outside - and keeps
everything that it does not understand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

from kintone_lint.files.marks import Marks, Reading
from kintone_lint.files.unclear import WORDS
from kintone_lint.kintone import secrets
from kintone_lint.kintone.comments import may_hold_credential
from kintone_lint.kintone.words import ARRAYS
from kintone_lint.patterns import regex
from kintone_lint.suppressions import worth_reading

_HOLE = "\ue000"
_UNCLEAR = regex(f"(?i){'|'.join(WORDS)}")
_PATH = regex(r"/k(?:/|$|\ue000)|/?v1(?:/|$)|\.json|^/.|\ue000/|http://|://[^/\s]*@|[?&]\w*=")
_HOST = rf"(?:https://)?[\w.{_HOLE}-]*"
_WHOLE = regex(rf"{_HOST}(?P<path>/k/v1/[\w/-]+\.json)(?:\?[\w=&.{_HOLE}-]*)?")
_BASE = regex(rf"{_HOST}/k/v1")
_TAIL = regex(rf"{_HOLE}?/(?P<name>[\w/-]+)\.json(?:\?[\w=&.{_HOLE}-]*)?")
_HOST_ONLY = regex(rf"https://[\w.{_HOLE}-]*|[\w.{_HOLE}-]+")
_SLASHED = regex(rf"(?i)https?://[\w.{_HOLE}-]*/")  # a base that ends in a slash
_METHODS = ("GET", "POST", "PUT", "DELETE")
_LOG = regex(
    r"(?i)^(?:p?print|echo|text|json|code|write|log|debug|info|warn|warning|error|exception|critical|__(?:repr|str)__)$"
)
_HEADER = regex(r"(?i)\s*x-cybozu-api-token:?\s*")
# What is found in docstrings too, beside tokens.
_CURL = regex(
    r"(?i)(?<![\w-])(?=[\w-]*x-cybozu-a[\w-])[\w-]++\s*:|://[^/\s]*@|[?&]\w*(?:token|password)="
)
_SHOWN = ("__repr__", "__str__")
# What a credential is called, what a request is kept in, and what may hold headers.
_SPELLED = regex(r"(?i)api_?token|password")
_SENT = regex(r"^(?:prepare\w*|build_request|request_info|header_items|vars|__dict__)$")
_HELD = regex(r"(?i)header|request|auth|token|secret|passw|kwargs|config|setting|arg|api_?key")
_TOKENS_AT_MOST = 9


def read(tree: ast.Module) -> Reading:
    """Reads a tree once. In an f-string a sign stands for what is filled in.

    Strings in docstrings are left out but for headers: they matter only for their tokens, which
    the text is searched for.
    """
    found = Reading()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.Constant:
            _add(found, node.value)  # type: ignore[attr-defined]
            continue
        if kind is ast.JoinedStr:
            parts = node.values  # type: ignore[attr-defined]
            _add(found, "".join(_piece(each) for each in parts))
            stack += [each.value for each in parts if type(each) is ast.FormattedValue]
            continue
        if kind is ast.Expr and type(node.value) is ast.Constant:  # type: ignore[attr-defined]
            text = node.value.value  # type: ignore[attr-defined]
            if isinstance(text, str) and _CURL.search(text):
                _add(found, text)
            continue
        if isinstance(node, ast.stmt):
            found.statements.append(node)
        for name in _fields(kind):  # type: ignore[arg-type]
            value = getattr(node, name, None)
            if value is None:
                continue
            if type(value) is list:
                if len(value) > _TOKENS_AT_MOST and name == "elts":
                    found.long_list = True
                stack += [each for each in value if isinstance(each, ast.AST)]
            elif type(value) is str:
                found.names.add(value)
            elif isinstance(value, ast.AST):
                stack.append(value)
        if kind is ast.Import:
            found.imports += [(each.name, None, 0) for each in node.names]  # type: ignore[attr-defined]
        elif kind is ast.ImportFrom:
            where = (node.module or "", node.level)  # type: ignore[attr-defined]
            found.imports += [(where[0], each.name, where[1]) for each in node.names]  # type: ignore[attr-defined]
    return found


@cache
def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of nodes that hold more than which operator or use it is."""
    return tuple(name for name in kind._fields if name not in ("ctx", "op"))


def _add(found: Reading, value: object) -> None:
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if isinstance(text, str):
        found.strings[text] = None
        if " " not in text:
            found.commas += text.count(",")


def _piece(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return _HOLE


def possible(
    text: str, own: Reading | None, imported: Iterable[Marks] = (), words: Iterable[str] = ()
) -> bool:
    """Whether a finding is possible in a file of this text and reading; None is newer syntax.

    `imported` are the files of the project that it imports: their constants can end up in it.
    Of `words` only libcst can tell what they are in this text.
    """
    if any(word in text for word in words):
        return True
    if own is None or worth_reading(text) or any(True for _ in secrets.tokens_in(text)):
        return True
    if own.long_list or own.commas >= _TOKENS_AT_MOST:
        return True
    if any(_UNCLEAR.search(name) for name in own.names) or may_hold_credential(text):
        return True
    around = [marks_of(own.strings), *imported]
    if any(marks.unclear for marks in around) or _header_logged(own):
        return True
    said = own.names | own.strings.keys()
    if any({method, method.lower()} & said for marks in around for method in marks.methods):
        return True
    if said & ARRAYS and said & {"params", "urlencode"}:
        return True
    return any(marks.bases for marks in around) and any(marks.wholes for marks in around)


def marks_of(texts: Iterable[str]) -> Marks:
    """What strings tell of findings: all that another file needs to know of them."""
    bases = wholes = False
    methods: set[str] = set()
    for text in texts:
        if _HEADER.fullmatch(text):
            continue
        if _UNCLEAR.search(text) or secrets.FRAGMENT.search(text):
            return Marks(unclear=True)
        if _SLASHED.fullmatch(text):
            return Marks(unclear=True)
        if not _PATH.search(text):
            pieces = re.split(rf"[,\s{_HOLE}]+", text)
            if not all(secrets.weak(piece) for piece in pieces):
                return Marks(unclear=True)
        elif whole := _WHOLE.fullmatch(text):
            wholes = wholes or text.startswith((_HOLE, "/"))
            if not _documented(whole["path"]):
                return Marks(unclear=True)
            methods |= _methods(whole["path"])
        elif _BASE.fullmatch(text):
            bases = True
        elif tail := _TAIL.fullmatch(text):
            path = f"/k/v1/{tail['name']}.json"
            if not _documented(path):
                return Marks(unclear=True)
            methods |= _methods(path)
        elif not _HOST_ONLY.fullmatch(text):
            return Marks(unclear=True)
    return Marks(bases=bases, wholes=wholes, methods=frozenset(methods))


def _documented(path: str) -> bool:
    from kintone_conformance.spec import urls

    return not urls.diagnose(path)


@cache
def _methods(path: str) -> frozenset[str]:
    """The methods that a path does not have, and its name in another number has."""
    from kintone_conformance.spec import endpoints

    name = path.removeprefix("/k/v1/").removesuffix(".json")
    return frozenset(
        method
        for method in _METHODS
        if not endpoints.find(method, path) and endpoints.one_or_many(name, method)
    )


def _header_logged(found: Reading) -> bool:
    """Whether a name that a token header is made of, or kept in, is written out."""
    shown = [
        each
        for each in found.statements
        if isinstance(each, ast.FunctionDef) and each.name in _SHOWN
    ]
    if any(_SPELLED.search(_identifier(node) or "") for each in shown for node in ast.walk(each)):
        return True
    if not any(_HEADER.fullmatch(text) for text in found.strings):
        return False
    if any(_SENT.search(name) for name in found.names):
        return any(_LOG.search(name) for name in found.names)
    hot: set[str] = set()
    for statement in found.statements:
        if any(_is_header(each) for each in _shallow(statement)):
            hot |= {name for each in _shallow(statement) if (name := _identifier(each))}
    hot |= _given(found, hot)
    seen: set[ast.AST] = set()  # in what is written out: each node is looked at once
    for statement in found.statements:
        for node in [statement] if statement in shown else _shallow(statement):
            called = isinstance(node, ast.Call) and _LOG.search(_identifier(node.func) or "")
            if (called or statement in shown) and any(
                _HELD.search(name) or name in hot
                for each in _unseen(node, seen)
                if (name := _identifier(each))
            ):
                return True
            if isinstance(node, ast.Call) and _header_in_query(node, hot):
                return True
    return False


def _given(found: Reading, hot: set[str]) -> set[str]:
    """The names that are given to functions whose parameters are hot, and what gives those."""
    given: set[str] = set()
    for _ in range(2):
        takers = {
            each.name
            for each in found.statements
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            and any(arg.arg in hot or arg.arg in given for arg in each.args.args)
        }
        for statement in found.statements if takers else ():
            for node in _shallow(statement):
                if isinstance(node, ast.Call) and _identifier(node.func) in takers:
                    whole = [*node.args, *(each.value for each in node.keywords)]
                    given |= {name for each in whole if (name := _identifier(each))}
    return given


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
    return isinstance(value, str) and bool(_HEADER.fullmatch(value))


def _identifier(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return name
    return None
