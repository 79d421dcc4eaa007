"""Requests whose answer is asserted to be an error: a test shows that Kintone refuses them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.module import Module
from kintone_lint.python.tree import dotted, spelled, walk

_Answer = Callable[[cst.BaseExpression], bool]  # whether an expression is the answer

_ERROR = 400  # the first status of errors
_READS = 10  # of a name that are looked at
_STATUS = {"status_code", "status", "code"}
_FAILED = {"is_error", "is_client_error", "is_server_error"}
_WENT_WELL = {"ok", "is_success"}
_CODE = regex(r"(?:CB|GAIA|SLASH)_[A-Z]{2}\d\d")  # of an error of Kintone
_NAMED = regex(r"HTTP_([45]\d\d)_\w+$|(?:HTTPStatus|codes)\.(\w+)$")
_COMPARED: dict[str, type[cst.BaseCompOp]] = {
    "assertEqual": cst.Equal,
    "assertEquals": cst.Equal,
    "assert_equal": cst.Equal,
    "eq_": cst.Equal,
    "assertNotEqual": cst.NotEqual,
    "assertIn": cst.In,
    "assertNotIn": cst.NotIn,
    "assertGreater": cst.GreaterThan,
    "assertGreaterEqual": cst.GreaterThanEqual,
}


def is_answered_with_error(module: Module, node: cst.CSTNode, steps: int = 3) -> bool:
    """Whether an assertion says that the answer to a request is an error.

    A node is part of the request, or of what a name holds that only such requests read.
    """
    for above in (node, *module.ancestors(node)):
        match above:
            case cst.Assert() | cst.Expr():
                return _asserts(module, above, partial(_sends, node))
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
                value = above.value
                return _is_asserted_later(module, name, value) or (
                    steps > 0 and _is_only_sent(module, name, steps - 1)
                )
            case cst.AnnAssign(target=cst.Name() as name, value=value) if value is not None:
                return _is_asserted_later(module, name, value)
            case cst.WithItem(item=item, asname=cst.AsName(name=cst.Name() as name)):
                return _is_asserted_later(module, name, item)
            case cst.BaseCompoundStatement() | cst.SimpleStatementLine() | cst.Lambda():
                return False
    return False


def _sends(part: cst.CSTNode, node: cst.BaseExpression) -> bool:
    """Whether an expression is a call that something is part of."""
    node = node.expression if isinstance(node, cst.Await) else node
    return isinstance(node, cst.Call) and any(each is part for each in walk(node))


def _is_only_sent(module: Module, name: cst.Name, steps: int) -> bool:
    """Whether all that reads a name of a function is a request that is answered with an error."""
    scope = module.scope[name]
    if not isinstance(scope.node, cst.FunctionDef):
        return False
    own = [each for each in module.mentions.get(name.value, ()) if module.scope[each] is scope]
    reads = [each for each in own if each is not name]
    return 0 < len(reads) < _READS and all(
        is_answered_with_error(module, each, steps) for each in reads
    )


def _is_asserted_later(module: Module, name: cst.Name, value: cst.BaseExpression) -> bool:
    """Whether an assertion says that what a name holds is an error."""
    sent = value.expression if isinstance(value, cst.Await) else value
    if not isinstance(sent, cst.Call):
        return False
    scope = module.scope[name]
    for read in module.mentions.get(name.value, ()):
        if read is name or module.scope[read] is not scope:
            continue
        statement = next(
            (each for each in module.ancestors(read) if isinstance(each, cst.Assert | cst.Expr)),
            None,
        )
        if statement is None or not _asserts(module, statement, partial(operator.is_, read)):
            continue
        if any(each.node in (value, sent) for each in module.lookup(name.value, read)[:1]):
            return True
    return False


# ---- what an assertion says


def _asserts(module: Module, statement: cst.CSTNode, about: _Answer) -> bool:
    """Whether a statement is an assertion that an answer is an error."""
    match statement:
        case cst.Assert(test=test):
            return _fails(module, test, about)
        case cst.Expr(value=cst.Call(func=func, args=[cst.Arg(value=one), *rest])):
            name = (dotted(func) or "").rpartition(".")[2]
            if name == "assertTrue":
                return _fails(module, one, about)
            if name == "assertFalse":
                return _went_well(one, about)
            if name in _COMPARED and rest:
                return _compares(module, one, _COMPARED[name], rest[0].value, about)
    return False


def _fails(module: Module, test: cst.BaseExpression, about: _Answer) -> bool:
    """Whether a test holds only for an error."""
    match test:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(how, right)]):
            return _compares(module, left, type(how), right, about)
        case cst.UnaryOperation(operator=cst.Not(), expression=expression):
            return _went_well(expression, about)
        case cst.BooleanOperation(operator=cst.And(), left=left, right=right):
            return _fails(module, left, about) or _fails(module, right, about)
        case cst.BooleanOperation(left=left, right=right):
            return _fails(module, left, about) and _fails(module, right, about)
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            return name in _FAILED and about(value)
    return False


def _went_well(test: cst.BaseExpression, about: _Answer) -> bool:
    return isinstance(test, cst.Attribute) and test.attr.value in _WENT_WELL and about(test.value)


def _compares(
    module: Module,
    left: cst.BaseExpression,
    compared: type[cst.BaseCompOp],
    right: cst.BaseExpression,
    about: _Answer,
) -> bool:
    """Whether a comparison holds only for an error: of its status, or of Kintone's code."""
    if compared in (cst.Equal, cst.In) and _is_code(left, right, compared, about):
        return True
    if not _is_status(left, about):
        if compared not in (cst.Equal, cst.NotEqual) or not _is_status(right, about):
            return False
        left, right = right, left
    statuses = _statuses(module, right)
    if not statuses or None in statuses:
        return False
    known = [each for each in statuses if each is not None]
    if compared in (cst.Equal, cst.In):
        return min(known) >= _ERROR
    if compared in (cst.NotEqual, cst.NotIn):
        return 200 in known and max(known) < 300
    return compared in (cst.GreaterThan, cst.GreaterThanEqual) and min(known) >= _ERROR - 1


def _is_status(node: cst.BaseExpression, about: _Answer) -> bool:
    """Whether it is the status of an answer: an attribute of it, or what a function returns."""
    if isinstance(node, cst.Attribute):
        return node.attr.value in _STATUS and about(node.value)
    return about(node)


def _is_code(
    left: cst.BaseExpression,
    right: cst.BaseExpression,
    compared: type[cst.BaseCompOp],
    about: _Answer,
) -> bool:
    """`r.json()["code"] == "CB_AU01"`, and `"CB_AU01" in r.text`."""
    sides = [(left, right)] if compared is cst.In else [(left, right), (right, left)]
    return any(
        _CODE.fullmatch(spelled(code) or "") is not None
        and any(about(each) for each in _expressions(of))
        for code, of in sides
    )


def _expressions(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    return [each for each in walk(node) if isinstance(each, cst.BaseExpression)]


def _integers(node: cst.BaseExpression) -> list[int | None]:
    """The numbers of a list of nothing else."""
    elements = node.elements if isinstance(node, cst.Tuple | cst.List | cst.Set) else ()
    numbers = [int(each.value.value, 0) for each in elements if isinstance(each.value, cst.Integer)]
    return [*numbers] if len(numbers) == len(elements) else []


def _statuses(module: Module, node: cst.BaseExpression) -> list[int | None]:
    """The statuses that are written; None for one that is not known.

    One that comes from a table of cases, as what is sent does, may be that of an error.
    """
    if isinstance(node, cst.Tuple | cst.List | cst.Set):
        return [status for each in node.elements for status in _statuses(module, each.value)]
    if isinstance(node, cst.Integer):
        return [int(node.value, 0)]
    if isinstance(node, cst.Name):
        for each in module.lookup(node.value, node):
            if each.path and isinstance(each.at, cst.For):
                return _integers(each.at.iter) or [_ERROR]
    found = _NAMED.search(dotted(node) or "")
    if found is None:
        return [None]
    if found[1]:
        return [int(found[1])]
    name = re.sub(r"_+$", "", found[2]).upper()
    return [HTTPStatus[name].value if name in HTTPStatus.__members__ else None]
