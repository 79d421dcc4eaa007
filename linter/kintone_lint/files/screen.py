"""Whether a file can hold a finding at all; if not, libcst is not even imported.

It may keep a file without findings, and must never drop one that has any. So it clears what is
plainly in order - whole paths of documented APIs, credentials that come from outside - and keeps
everything that it does not understand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache

from kintone_lint.files.logged import TOKEN_HEADER, credential_logged
from kintone_lint.files.marks import Marks, Reading
from kintone_lint.files.unclear import WORDS
from kintone_lint.kintone import secrets
from kintone_lint.kintone.comments import may_hold_credential
from kintone_lint.kintone.words import ARRAYS
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.suppressions import worth_reading

_UNCLEAR = regex(f"(?i){'|'.join(WORDS)}")
_PATH = regex(rf"/k(?:/|$|{HOLE})|/?v1(?:/|$)|\.json|^/.|{HOLE}/|http://|://[^/\s]*@|[?&]\w*=")
_HOST = rf"(?:https://)?[\w.{HOLE}-]*"
_WHOLE = regex(rf"{_HOST}(?P<path>/k/v1/[\w/-]+\.json)(?:\?[\w=&.{HOLE}-]*)?")
_BASE = regex(rf"{_HOST}/k/v1")
_TAIL = regex(rf"{HOLE}?/(?P<name>[\w/-]+)\.json(?:\?[\w=&.{HOLE}-]*)?")
_HOST_ONLY = regex(rf"https://[\w.{HOLE}-]*|[\w.{HOLE}-]+")
_SLASHED = regex(rf"(?i)https?://[\w.{HOLE}-]*/")  # a base that ends in a slash
_METHODS = ("GET", "POST", "PUT", "DELETE")
# What is found in docstrings too, beside tokens.
_CURL = regex(
    r"(?i)(?<![\w-])(?=[\w-]*x-cybozu-a[\w-])[\w-]++\s*:|://[^/\s]*@|[?&]\w*(?:token|password)="
)
# A credential in a query.
_IN_QUERY = regex(r"(?i)[?&](?:api_?token|token|password|access_token)=")
_PARAMETERS = {"apiToken", "apitoken", "api_token", "token", "password", "access_token"}
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
                if len(value) > _TOKENS_AT_MOST and name in ("elts", "keys"):
                    found.long_list = found.long_list or name == "elts"
                    found.long_dict = True
                stack += [each for each in value if isinstance(each, ast.AST)]
            elif type(value) is str:
                found.names.add(value)
            elif isinstance(value, ast.AST):
                stack.append(value)
        if kind is ast.comprehension and _counts(node.iter):  # type: ignore[attr-defined]
            found.long_list = True
        if kind is ast.Import:
            found.imports += [(each.name, None, 0) for each in node.names]  # type: ignore[attr-defined]
        elif kind is ast.ImportFrom:
            where = (node.module or "", node.level)  # type: ignore[attr-defined]
            found.imports += [(where[0], each.name, where[1]) for each in node.names]  # type: ignore[attr-defined]
    return found


def _counts(over: ast.expr) -> bool:
    """Whether a comprehension runs over a `range` of numbers that may be known, and many."""
    match over:
        case ast.Constant(value=str(text)):
            return len(text) > _TOKENS_AT_MOST
        case ast.Call(func=ast.Name(id="range"), args=args):
            last = args[min(len(args), 2) - 1] if args else None
            large = isinstance(last, ast.Constant) and last.value not in range(_TOKENS_AT_MOST + 1)
            return large or isinstance(last, ast.Name)
    return False


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
    return HOLE


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
    if own.long_dict and {"join", "values"} <= own.names:
        return True
    if any(_UNCLEAR.search(name) for name in own.names) or may_hold_credential(text):
        return True
    around = [marks_of(own.strings), *imported]
    if any(marks.unclear for marks in around) or credential_logged(own):
        return True
    said = own.names | own.strings.keys()
    if any({method, method.lower()} & said for marks in around for method in marks.methods):
        return True
    if said & {"params", "urlencode"} and (said & ARRAYS or own.strings.keys() & _PARAMETERS):
        return True
    joined = "urljoin" in own.names or any(marks.wholes for marks in around)
    return joined and any(marks.bases for marks in around)


def marks_of(texts: Iterable[str]) -> Marks:
    """What strings tell of findings: all that another file needs to know of them."""
    bases = wholes = False
    methods: set[str] = set()
    for text in texts:
        if TOKEN_HEADER.fullmatch(text):
            continue
        if _UNCLEAR.search(text) or secrets.FRAGMENT.search(text) or _IN_QUERY.search(text):
            return Marks(unclear=True)
        if _SLASHED.fullmatch(text):
            return Marks(unclear=True)
        if not _PATH.search(text):
            pieces = re.split(rf"[,\s{HOLE}]+", text)
            if not all(secrets.weak(piece) for piece in pieces):
                return Marks(unclear=True)
        elif whole := _WHOLE.fullmatch(text):
            wholes = wholes or text.startswith((HOLE, "/"))
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
    from kintone_conformance.spec import diagnosis

    return not diagnosis.diagnose(path)


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
