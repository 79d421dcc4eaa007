"""What a value is: texts piece by piece, constants, mappings, sequences. Evaluates nothing."""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.hole import HOLE
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice, Scope
from kintone_lint.python.tree import dotted
from kintone_lint.records import record

LONGEST = 300  # pieces of one text


class Expr(NamedTuple):
    """An expression at its place: the module it is in, and the call that is followed into it.

    `frame` is None if the function around it is looked at without a call.
    """

    node: cst.CSTNode
    module: Module
    frame: Frame | None = None

    def beside(self, node: cst.CSTNode) -> Expr:
        """Another expression in the same module and call."""
        return Expr(node, self.module, self.frame)

    def entered(self) -> dict[Scope, int]:
        """Where the calls that are followed into it are, by scope: nothing later is done yet."""
        found: dict[Scope, int] = {}
        frame = self.frame
        while frame is not None:
            module, node = frame.call.module, frame.call.node
            if module is self.module and node in module.scope:
                found.setdefault(module.scope[node], module.order[module.statement(node)])
            frame = frame.call.frame
        return found

    def is_in(self, function: cst.CSTNode) -> bool:
        """Whether a call of a function is followed here, or one that leads here."""
        frame = self.frame
        while frame is not None and frame.function is not function:
            frame = frame.call.frame
        return frame is not None


@record()
class Literal:
    """A piece of text, and the literal it is in.

    `at` is where the piece starts in the source of the node, None if that cannot be said
    (escapes, formatted numbers).
    """

    text: str
    node: cst.CSTNode
    module: Module
    at: int | None = None

    def cut(self, start: int, end: int) -> Literal:
        at = None if self.at is None else self.at + start
        return Literal(self.text[start:end], self.node, self.module, at)


@record()
class Hole:
    """A piece that is not known. `name` is how the source calls it."""

    name: str
    node: cst.CSTNode
    module: Module


@record()
class Encoded:
    """The Base64 of a text, or another code of it; `how` is the function.

    `shown` is the expression whose bytes are formatted as `b'…'`.
    """

    of: Text
    how: str
    node: cst.CSTNode
    module: Module
    shown: Expr | None = None


Part = Literal | Hole | Encoded


@record()
class Text:
    """A str or bytes as far as it is known, piece by piece; `codecs` made its bytes."""

    parts: tuple[Part, ...]
    raw: bool = False  # bytes
    codecs: tuple[Literal, ...] = ()

    @property
    def known(self) -> str | None:
        """The whole text, or None if a piece is not known."""
        if len(self.parts) == 1:  # as most are
            only_part = self.parts[0]
            return only_part.text if isinstance(only_part, Literal) else None
        pieces = [part.text for part in self.parts if isinstance(part, Literal)]
        return "".join(pieces) if len(pieces) == len(self.parts) else None

    @property
    def literals(self) -> tuple[Literal, ...]:
        return tuple(part for part in self.parts if isinstance(part, Literal))

    def bounded(self, part: Literal, start: int, end: int, before: str, after: str) -> bool:
        """Whether a range of one part is alone in the text.

        At the start of the text or after one of the characters `before`, and at its end or in
        front of one of the characters `after`.
        """
        index = next(n for n, each in enumerate(self.parts) if each is part)
        left = (part.text[:start], *map(_shown, reversed(self.parts[:index])))
        right = (part.text[end:], *map(_shown, self.parts[index + 1 :]))
        last = next((text[-1] for text in left if text), "")
        first = next((text[0] for text in right if text), "")
        return (not last or last in before) and (not first or first in after)


def _shown(part: Part) -> str:
    """A part of a text; one that is not known is a hole."""
    return part.text if isinstance(part, Literal) else HOLE


def flat(value: Value | None) -> str:
    """A text with one character for each piece that is not known; nothing of what is no text."""
    return "".join(map(_shown, value.parts)) if isinstance(value, Text) else ""


@record()
class Constant:
    """None, a truth value or a number."""

    value: object
    node: cst.CSTNode
    module: Module


@record()
class Entry:
    """One entry of a mapping; `node` is where it is written, `choices` when it is there."""

    key: Value
    value: Expr
    node: cst.CSTNode
    choices: tuple[Choice, ...] = ()


@record()
class Mapping:
    """A dict as far as it is known; `whole` is False if entries may be missing."""

    entries: tuple[Entry, ...]
    whole: bool = True


@record()
class Items:
    """A tuple or list; `whole` is False if an item stands for any number like it.

    `choices` says when each item is there; where it is shorter, the rest is always there. `kind` is
    the name of its type, where that is known.
    """

    items: tuple[Expr, ...]
    whole: bool = True
    choices: tuple[tuple[Choice, ...], ...] = ()
    kind: str = ""

    def when(self, index: int) -> tuple[Choice, ...]:
        """The conditions under which an item is there."""
        return self.choices[index] if index < len(self.choices) else ()


Value = Text | Constant | Mapping | Items


@record(eq=False)
class Frame:
    """A call of a function that is being followed: its parameters, and the arguments for them.

    `packed` is what `*args` and `**kwargs` hold, as far as it is known.

    Inside a comprehension `items` holds what the names of its loop are, for one round of it; in a
    `trial` it holds a value that a name is tried with.
    """

    function: cst.CSTNode
    call: Expr
    arguments: dict[str, Expr]
    items: dict[str, Expr | Value] = field(default_factory=dict)
    trial: bool = False
    packed: dict[str, Expr | Value] = field(default_factory=dict)


@record()
class Alternative:
    """A value, and the conditions under which the expression has it."""

    value: Value
    choices: tuple[Choice, ...] = ()


def text_of(value: Value) -> Text | None:
    """A value as it is written into a string; None for a mapping or a sequence."""
    match value:
        case Text():
            return value
        case Constant(value=bool() | int() | float() | None as inner, node=node, module=module):
            return Text((Literal(str(inner), node, module),))
    return None


def hole(expr: Expr) -> Text:
    """What is not known, under the name that the source has for it."""
    return Text((Hole(dotted(expr.node) or "…", expr.node, expr.module),))


def unknown(expr: Expr) -> Alternative:
    """An alternative that says nothing."""
    return Alternative(hole(expr))


def only(alternatives: tuple[Alternative, ...]) -> Value | None:
    """The value if there is only one."""
    return alternatives[0].value if len(alternatives) == 1 else None


def falsy(value: Value) -> bool:
    match value:
        case Constant(value=inner):
            return not inner
        case Text():
            return value.known == ""
    return False


NOTHING = ("None",)
"""The key of None: a mapping can have it."""


def key_of(value: Value) -> object:
    """A value as the key of a mapping; None if it is not known."""
    match value:
        case Constant(value=None):
            return NOTHING
        case Constant(value=inner):
            return inner
        case Text():
            return value.known
    return None
