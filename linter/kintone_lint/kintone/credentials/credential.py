"""One credential: what it is, where its literal is, and what it is called there."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from itertools import islice

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone.credentials.pieces import Piece
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.patterns import regex
from kintone_lint.python.environment import reads_environment
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import dotted, spelled, uncalled, walk
from kintone_lint.python.values import Literal
from kintone_lint.records import record

_ANNOTATION = 200  # nodes of an annotation that are looked at
_OPTION = regex(r"(?:^|\.)(?:Option|Argument|Field|Query|Header|Form|Cookie)$")
_COMMAND = regex(r"\.(?:command|callback)$")  # of typer
_WRAPS = regex(r"(?:^|\.)Secret(?:Str|Bytes)?$")  # pydantic's types, msgspec's and the like


class Stage(enum.Enum):
    """Where the literal is."""

    CODE = enum.auto()
    DEFAULT = enum.auto()
    COMMENT = enum.auto()
    DOCSTRING = enum.auto()


@record()
class Credential:
    """A secret in a literal.

    `spot` is the literal, `text` the secret, `use` where it is sent; `pieces` are the literals
    that a token is put together from. `whole` is False if the literal is only a piece of what
    is sent as the credential. `sure` is False if it only may be one of Kintone's: a warning.
    """

    kind: CredentialKind
    stage: Stage
    spot: Spot
    text: str
    confidence: Confidence
    use: Spot | None = None
    sent_as: str = ""
    pieces: tuple[str, ...] = ()
    whole: bool = True
    sure: bool = True


def credential(
    kind: CredentialKind,
    literal: Literal,
    use: Spot | None,
    sink: str,
    confidence: Confidence,
    *,
    whole: bool = True,
    sure: bool = True,
) -> Credential:
    stage = _stage(literal)
    start = literal.at or 0
    end = None if literal.at is None else start + len(literal.text)
    spot = Spot(literal.module, literal.node, start, end)
    return Credential(
        kind, stage, spot, literal.text, confidence, use, sink, whole=whole, sure=sure
    )


def in_piece(
    kind: CredentialKind, found: Piece, use: Spot | None, sink: str, level: Confidence
) -> Credential:
    """A credential that is in a range of a text."""
    made = credential(kind, found.literal, use, sink, level, whole=found.whole)
    return replace(made, pieces=found.pieces)


def staged(found: Credential, stage: Stage) -> Credential:
    return replace(found, stage=stage)


def unwrapped(node: cst.BaseExpression) -> cst.BaseExpression:
    """The text in `SecretStr("…")`; any other expression as it is."""
    match node:
        case cst.Call(func=func, args=[cst.Arg(value=value)]) if _WRAPS.search(dotted(func) or ""):
            return value
    return node


def _stage(literal: Literal) -> Stage:
    """Whether a literal is the fallback of something that should come from outside."""
    module, node = literal.module, literal.node
    for above in module.ancestors(node):
        match above:
            case cst.ConcatenatedString() | cst.Arg():
                node = above
            case cst.Call(func=func) if _WRAPS.search(dotted(func) or ""):
                node = above
            case cst.Call(func=func, args=args):
                name = dotted(func) or ""
                if reads_environment(name) and args and node is not args[0]:
                    return Stage.DEFAULT
                keyword = node.keyword if isinstance(node, cst.Arg) else None
                if keyword is not None and keyword.value == "default":
                    return Stage.DEFAULT
                settings = re.search(r"(?:^|\.)(?:Field|field)$", name)
                return Stage.DEFAULT if settings else Stage.CODE
            case cst.BooleanOperation(operator=cst.Or(), left=left) if left is not node:
                return Stage.DEFAULT if _reads_environment(left) else Stage.CODE
            case cst.IfExp() | cst.DictElement():
                return Stage.CODE
            case cst.AnnAssign():
                scope = module.scope[above].node
                return Stage.DEFAULT if _is_settings(scope) else Stage.CODE
            case cst.Param():
                return Stage.DEFAULT if _is_option(above, module) else Stage.CODE
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return Stage.DEFAULT if _is_missing(name, above, module) else Stage.CODE
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return Stage.CODE
    return Stage.CODE


def _is_option(param: cst.Param, module: Module) -> bool:
    """Whether a parameter is an option of a command line, as typer makes them."""
    kind = param.annotation.annotation if param.annotation is not None else None
    described = islice(walk(kind), _ANNOTATION) if isinstance(kind, cst.Subscript) else ()
    if any(
        isinstance(each, cst.Call) and _OPTION.search(dotted(each.func) or "") for each in described
    ):
        return True
    function = next(
        (each for each in module.ancestors(param) if isinstance(each, cst.FunctionDef)), None
    )
    marks = function.decorators if function is not None else ()
    return any(_COMMAND.search(dotted(uncalled(each.decorator)) or "") for each in marks)


def _is_missing(name: str, node: cst.CSTNode, module: Module) -> bool:
    """Whether a name is set where what was read from the environment into it is missing."""
    block = module.parent[module.parent[node]]
    around = module.parent.get(block)
    if not isinstance(around, cst.If) or around.body is not block:
        return False
    match around.test:
        case cst.UnaryOperation(operator=cst.Not(), expression=of):
            pass
        case cst.Comparison(left=of, comparisons=[cst.ComparisonTarget(cst.Is() | cst.Equal())]):
            pass
        case _:
            return False
    of = of.target if isinstance(of, cst.NamedExpr) else of
    bindings = module.scope[node].bindings.get(name, ())
    return dotted(of) == name and any(
        each.node is not None and _reads_environment(each.node) for each in bindings
    )


def _reads_environment(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call):
        return reads_environment(dotted(node.func))
    if isinstance(node, cst.BooleanOperation):
        return _reads_environment(node.left) or _reads_environment(node.right)
    return False


def _is_settings(scope: cst.CSTNode) -> bool:
    if not isinstance(scope, cst.ClassDef):
        return False
    bases = " ".join(dotted(base.value) or "" for base in scope.bases)
    marks = " ".join(dotted(uncalled(each.decorator)) or "" for each in scope.decorators)
    return bool(re.search(r"BaseSettings|BaseModel|Settings", bases) or "dataclass" in marks)


def is_docstring(node: cst.CSTNode, module: Module) -> bool:
    return type(module.parent.get(node)) is cst.Expr


def names_of(literal: Literal) -> list[str]:
    """What a literal is called: its variable, key or keyword, and the names around it."""
    return _names_around(literal.node, literal.module)


def name_of(found: Credential) -> str | None:
    """What a credential is called at the place of its literal."""
    node = found.spot.node
    names = _names_around(node, found.spot.module) if node is not None else []
    return names[0] if names else None


def _names_around(literal: cst.CSTNode, module: Module) -> list[str]:
    node = literal
    found: list[str] = []
    for above in module.ancestors(node):
        match above:
            case cst.Assign(targets=targets):
                found += [target_name(target.target) or "" for target in targets]
            case cst.AnnAssign(target=target):
                found.append(target_name(target) or "")
            case cst.Param(name=name):
                found.append(name.value)
            case cst.Arg(keyword=cst.Name(value=keyword)):
                found.append(keyword)
            case cst.DictElement(key=key) if key is not node:
                found.append(spelled(key) or "")
            case cst.Call(args=args) if len(args) > 1:
                first = args[0].value
                if first is not literal:
                    found.append(spelled(first) or "")
        if isinstance(above, cst.BaseStatement | cst.BaseSmallStatement):
            break
    return [name for name in found if name]


def target_name(target: cst.CSTNode) -> str | None:
    """The last part of what is assigned to: a name, an attribute, or a key."""
    match target:
        case cst.Subscript(slice=[cst.SubscriptElement(cst.Index(value=key))]):
            return spelled(key)
    return (dotted(target) or "").rpartition(".")[2] or None
