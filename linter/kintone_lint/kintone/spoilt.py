"""What spoils the value of an authentication header that is encoded, or that has several tokens."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.request import Header
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.spots import Spot
from kintone_lint.python.tree import spelled
from kintone_lint.python.values import Encoded, Expr, Hole, Literal, Text, Value, flat

_STEPS = 4  # names and calls from a header back to what encodes its value
_QUOTES = ("urllib.parse.quote", "urllib.parse.quote_plus")
_PASSWORD = regex(r"(?i)(?:^|[_.\W])(?:pass|passwd|password|pw|pwd)['\")\]]*$")
_APART = regex(r"\s*[;|]\s*|\s+")
_TOKEN = rf"(?:{HOLE}+|\w{{40}})"
_TOKENS_APART = regex(rf"{_TOKEN}(?:\s*[;|]\s*{_TOKEN})+")


def spoilt_login(subject: Subject, header: Header, value: Text) -> Iterator[tuple[Spot, str]]:
    """What spoils the Base64 of a login: where it is, and a sentence."""
    yield from _changed(subject, header.value, value, _STEPS)
    for part in value.parts:
        if isinstance(part, Encoded) and part.how == "b64encode" and _without_colon(part.of):
            yield (
                Spot(part.module, part.node),
                "the password is encoded without the login and a colon before it",
            )
        elif isinstance(part, Encoded) and (message := _not_as_given(subject, part.of)):
            yield Spot(part.module, part.node), message


def _changed(subject: Subject, at: Expr, value: Text, steps: int) -> Iterator[tuple[Spot, str]]:
    """Calls between the encoder and the header that change the value."""
    encoded = any(isinstance(part, Encoded) for part in value.parts)
    match at.node:
        case cst.Name(value=name) if steps:
            bindings = at.module.lookup(name, at.node)
            if len(bindings) == 1 and not bindings[0].path and bindings[0].node is not None:
                inner = at.beside(bindings[0].node)
                if isinstance(inner.node, cst.Call):
                    yield from _changed(subject, inner, value, steps - 1)
        case cst.Call(func=func, args=[cst.Arg(value=inner_node), *_]) if (
            subject.evaluator.callees(at.module).name(func) in _QUOTES
        ):
            if _is_base64(subject.evaluator.one(at.beside(inner_node))):
                yield Spot(at.module, at.node), "the value is percent-encoded; send it as it is"
        case cst.Call(func=cst.Attribute(value=inner_node, attr=cst.Name(value=method)), args=args):
            given = [spelled(arg.value) or "" for arg in args]
            strips = method in ("rstrip", "strip") and "=" in "".join(given)
            replaces = method == "replace" and given[:2] == ["=", ""]
            if encoded and (strips or replaces):
                yield Spot(at.module, at.node), "the value loses its padding (=); keep it"
            elif method in ("decode", "strip", "rstrip", "replace") and steps:
                yield from _changed(subject, at.beside(inner_node), value, steps - 1)


def _is_base64(value: Value | None) -> bool:
    parts = value.parts if isinstance(value, Text) else ()
    return len(parts) == 1 and isinstance(parts[0], Encoded) and parts[0].how == "b64encode"


def _not_as_given(subject: Subject, text: Text) -> str | None:
    """What was done to a login and its password before they were encoded."""
    last = text.parts[-1] if text.parts else None
    if isinstance(last, Literal) and last.text.endswith("\n") and len(text.parts) > 1:
        return "a line break is encoded after the password"
    for part in text.parts:
        func = (
            part.node.func if isinstance(part, Hole) and isinstance(part.node, cst.Call) else None
        )
        if func is not None and subject.evaluator.callees(part.module).name(func) in _QUOTES:
            return "the login is percent-encoded before its Base64; encode it as it is"
    return None


def _without_colon(text: Text) -> bool:
    """Whether what is encoded ends in a password, with nothing like a colon before it."""
    parts = text.parts
    last = parts[-1] if parts else None
    if not isinstance(last, Hole) or not _PASSWORD.search(_named(last)):
        return False
    if len(parts) == 1:
        return True
    between = [part for part in parts[:-1] if isinstance(part, Literal) and part.text]
    return len(parts) > 2 and bool(between) and not any(":" in part.text for part in between)


def _named(part: Hole) -> str:
    """What a piece that is not known is called: its name, or the variable that it is read from."""
    node = part.node
    match node:
        case cst.Subscript(slice=[cst.SubscriptElement(cst.Index(value=key))]):
            return spelled(key) or ""
        case cst.Call(args=[cst.Arg(value=key), *_]):
            return spelled(key) or ""
    return part.name


def apart(subject: Subject, value: Text) -> bool:
    """Whether several API tokens are separated by anything but commas."""
    match value.parts:
        case (
            Hole(
                node=cst.Call(
                    func=cst.Attribute(value=separator, attr=cst.Name(value="join")), args=[_]
                ),
                module=module,
            ),
        ):
            known = subject.evaluator.one(Expr(separator, module))
            between = known.known if isinstance(known, Text) else None
            return between is not None and _APART.fullmatch(between) is not None
    return _TOKENS_APART.fullmatch(flat(value)) is not None
