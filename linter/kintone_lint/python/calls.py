"""What a call is worth: methods of strings, encoders, the environment, functions of the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from kintone_lint.python.environment import reads_environment
from kintone_lint.python.texts import brace_fields, formatted, kept, sliced
from kintone_lint.python.tree import arguments
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Encoded,
    Entry,
    Frame,
    Items,
    Literal,
    Mapping,
    Part,
    Text,
    hole,
    key_of,
    text_of,
)

if TYPE_CHECKING:
    from kintone_lint.python.evaluator import Evaluator

_KEPT = {"strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper", "casefold"}
_ENCODERS = {
    "base64.b64encode": "b64encode",
    "base64.standard_b64encode": "b64encode",
    "base64.encodebytes": "encodebytes",
    "base64.encodestring": "encodebytes",
    "base64.urlsafe_b64encode": "urlsafe_b64encode",
    "binascii.b2a_base64": "b2a_base64",
}


def called(evaluator: Evaluator, node: cst.Call, frame: Frame | None) -> Iterator[Alternative]:
    """The values of a call: of a function known here, a method of a string, or one of the file."""
    name = evaluator.callees.name(node.func) or ""
    plain, named = arguments(node)
    if reads_environment(name):
        default = plain[1] if len(plain) > 1 else named.get("default")
        yield from evaluator.unknown(node)
        if default is not None:
            yield from evaluator.values(default, frame)
    elif name in _ENCODERS and plain:
        for each in evaluator.values(plain[0], frame):
            text = text_of(each.value)
            if text is None:
                yield from evaluator.unknown(node)
            else:
                part = Encoded(text, _ENCODERS[name], node, evaluator.module)
                yield Alternative(Text((part,), raw=True), each.choices)
    elif name in ("str", "bytes", "repr", "urllib.parse.unquote") and plain:
        for each in evaluator.values(plain[0], frame):
            if name == "bytes":
                yield each
            else:
                value = each.value
                shown = value if len(plain) > 1 else formatted(value, node, evaluator.module)
                yield replace(each, value=text_of(shown) or hole(node, evaluator.module))
    elif name == "dict" and len(plain) <= 1:
        yield Alternative(_dict(evaluator, plain, node.args, frame))
    elif name == "urllib.parse.urljoin" and len(plain) == 2:
        yield from _url_joined(evaluator, plain, frame)
    elif isinstance(node.func, cst.Attribute):
        yield from _method(evaluator, node, node.func, plain, named, frame)
    else:
        yield from evaluator.returned(node, frame)


def _dict(
    evaluator: Evaluator, plain: Sequence[cst.CSTNode], args: Sequence[cst.Arg], frame: Frame | None
) -> Mapping:
    inner = evaluator.one(plain[0], frame) if plain else Mapping(())
    entries = list(inner.entries) if isinstance(inner, Mapping) else []
    evaluator.spend(len(entries) // 4 + len(args))
    for arg in args:
        if arg.keyword is not None:
            key = Text((Literal(arg.keyword.value, arg.keyword, evaluator.module),))
            entries.append(Entry(key, arg.value, frame, evaluator.module, arg))
    return Mapping(tuple(entries), isinstance(inner, Mapping))


def _url_joined(
    evaluator: Evaluator, plain: Sequence[cst.CSTNode], frame: Frame | None
) -> Iterator[Alternative]:
    for both in evaluator.combined([evaluator.values(each, frame) for each in plain]):
        base, path = (text_of(value) for value in both.values)
        if base is None or path is None or path.known is None or base.known is None:
            yield Alternative(hole(plain[1], evaluator.module))
        elif path.known.startswith("/"):
            scheme, mark, rest = base.known.partition("://")
            host = len(scheme + mark + rest.split("/")[0])
            yield Alternative(Text((*sliced(base, host), *path.parts)), both.choices)
        else:
            end = base.known.rfind("/") + 1
            yield Alternative(Text((*sliced(base, end), *path.parts)), both.choices)


def _method(
    evaluator: Evaluator,
    node: cst.Call,
    func: cst.Attribute,
    plain: list[cst.BaseExpression],
    named: dict[str, cst.BaseExpression],
    frame: Frame | None,
) -> Iterator[Alternative]:
    method = func.attr.value
    if method == "format" and not any(arg.star for arg in node.args):
        yield from evaluator.filled(func.value, plain, dict(named), frame, node, brace_fields)
    elif method in _KEPT:
        for each in evaluator.values(func.value, frame):
            text = text_of(each.value)
            yield replace(
                each, value=kept(text, method, plain) if text else hole(node, evaluator.module)
            )
    elif method == "join" and len(plain) == 1:
        yield from _join(evaluator, node, func.value, plain[0], frame)
    elif method == "replace" and len(plain) == 2:
        yield from _replaced(evaluator, node, func.value, plain, frame)
    elif method == "get" and plain:
        keys = {key_of(each.value) for each in evaluator.values(plain[0], frame)}
        found = False
        for holder in evaluator.values(func.value, frame):
            if isinstance(holder.value, Mapping):
                for value in evaluator.picked(holder.value, keys):
                    found = True
                    yield value
        if not found:
            yield from evaluator.unknown(node)
        if len(plain) > 1:
            yield from evaluator.values(plain[1], frame)
    elif method == "copy":
        yield from evaluator.values(func.value, frame)
    else:
        yield from evaluator.returned(node, frame)


def _join(
    evaluator: Evaluator,
    node: cst.Call,
    separator: cst.CSTNode,
    items: cst.CSTNode,
    frame: Frame | None,
) -> Iterator[Alternative]:
    between, value = evaluator.one(separator, frame), evaluator.one(items, frame)
    if not isinstance(between, Text) or not isinstance(value, Items):
        yield from evaluator.unknown(node)
        return
    if len(value.items) > LONGEST:
        yield from evaluator.unknown(node)
        return
    nodes: list[cst.CSTNode] = []
    for index, (item, _, _) in enumerate(value.items):
        nodes += [separator, item] if index else [item]
    inner = value.items[0][1] if value.items else frame
    if all(module is evaluator.module for _, _, module in value.items):
        yield from evaluator.joined(nodes, inner)
    else:
        yield from evaluator.unknown(node)


def _replaced(
    evaluator: Evaluator,
    node: cst.Call,
    base: cst.CSTNode,
    plain: Sequence[cst.CSTNode],
    frame: Frame | None,
) -> Iterator[Alternative]:
    values = [evaluator.values(each, frame) for each in (base, *plain)]
    for combination in evaluator.combined(values):
        whole, old, new = (text_of(value) for value in combination.values)
        if whole is None or old is None or new is None or not old.known:
            yield from evaluator.unknown(node)
            continue
        parts: list[Part] = []
        for part in whole.parts:
            if not isinstance(part, Literal):
                parts.append(part)
                continue
            at = 0
            while (found := part.text.find(old.known, at)) >= 0:
                evaluator.spend()
                if len(parts) > LONGEST:
                    break
                parts += [part.cut(at, found), *new.parts]
                at = found + len(old.known)
            parts.append(part.cut(at, len(part.text)))
        yield Alternative(Text(tuple(parts), whole.raw), combination.choices)
