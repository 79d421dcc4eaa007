"""KL307: a request carries more API tokens than Kintone takes."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_lint.kintone.header_keys import TOKEN_KEY
from kintone_lint.kintone.headers import headers
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Constant, Expr, Hole, Items, Mapping, Text, Value
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class TooManyTokens(Rule):
    code = "KL307"
    name = "too-many-tokens"
    statement = "A request carries more than nine API tokens."
    why = "With ten or more Kintone answers with an error."
    instead = "Send only the tokens of the apps that the request uses."
    finds = (
        "The tokens in one `X-Cybozu-API-Token` are counted by their commas, in strings and in "
        "lists that are joined, also by comprehensions over lists and ranges of known length."
    )
    misses = "Lists that grow only at run time."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F48",)
    since = "0.1.0"
    bad = (
        Bad('headers = {"X-Cybozu-API-Token": "a,b,c,d,e,f,g,h,i,j"}  #!\n'),
        Bad('headers = {"X-Cybozu-API-Token": ",".join([a, b, c, d, e, f, g, h, i, j])}  #!\n'),
        Bad('headers = {"X-Cybozu-API-Token": f"{a},{b},{c},{d},{e},{f},{g},{h},{i},{j}"}  #!\n'),
        Bad(
            'TOKENS = (a, b, c, d, e, f, g, h, i, j, k)\nh = {"X-Cybozu-API-Token": ",".join(TOKENS)}  #!\n'
        ),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": ",".join([a, b, c, d, e, f, g, h, i])}\n',
        'headers = {"X-Cybozu-API-Token": ",".join(tokens)}\n',
        'headers = {"X-Cybozu-API-Token": token}\n',
        'headers = {"X-Other": ",".join([a, b, c, d, e, f, g, h, i, j])}\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for header in headers(subject):
            if header.key != TOKEN_KEY:
                continue
            counts = [_count(subject, value) for value in header.values()]
            most = max(counts, default=0)
            if most > MAX_TOKENS:
                message = f"{most} API tokens are sent; Kintone accepts at most {MAX_TOKENS}"
                yield Report(Spot(header.module, header.node), message)


def _count(subject: Subject, value: Value) -> int:
    """How many tokens a header has for sure."""
    match value:
        case Text(
            parts=(
                Hole(
                    node=cst.Call(
                        func=cst.Attribute(attr=cst.Name(value="join")), args=[cst.Arg(value=of)]
                    ),
                    module=module,
                ),
            )
        ):
            over = _run_over(subject, Expr(of, module))
            return _size(subject, over) if over is not None else 0
        case Text():
            return 1 + sum(part.text.count(",") for part in value.literals)
    return 0


def _run_over(subject: Subject, of: Expr) -> Expr | None:
    """What the one loop of a comprehension runs over, or `map(function, …)`; no round is left out.

    Of a name it is what it is bound to, if that is one thing which nothing changes.
    """
    match of.node:
        case cst.GeneratorExp(for_in=loop) | cst.ListComp(for_in=loop):
            whole = not loop.ifs and loop.inner_for_in is None
            return of.beside(loop.iter) if whole else None
        case cst.Call(func=cst.Name(value="map"), args=[_, cst.Arg(value=each)]):
            return of.beside(each)
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="values" | "keys")), args=[]):
            return of
        case cst.Name(value=name) if name not in of.module.mutations:
            bindings = of.module.lookup(name, of.node)
            if len(bindings) == 1 and isinstance(bindings[0].node, cst.ListComp):
                return _run_over(subject, of.beside(bindings[0].node))
    return None


def _size(subject: Subject, over: Expr) -> int:
    """How many items there are for sure."""
    match over.node:
        case cst.Call(func=cst.Name(value="range"), args=[*_, cst.Arg(value=end)] as args):
            start = subject.evaluator.one(over.beside(args[0].value)) if len(args) == 2 else None
            last = subject.evaluator.one(over.beside(end))
            numbers = [each.value if isinstance(each, Constant) else None for each in (start, last)]
            first = 0 if len(args) == 1 else numbers[0]
            if len(args) < 3 and isinstance(first, int) and isinstance(numbers[1], int):
                return numbers[1] - first
            return 0
        case cst.Call(
            func=cst.Attribute(value=holder, attr=cst.Name(value="values" | "keys" | "items")),
            args=[],
        ):
            over = over.beside(holder)
    match subject.evaluator.one(over):
        case Items(items=items, whole=True):
            return len(items)
        case Mapping(entries=entries, whole=True):
            return sum(not each.choices for each in entries)
        case Text(known=str(text)):
            return len(text)
    return 0
