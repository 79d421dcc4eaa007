"""What a name is after the loops that give it its value, and in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kintone_lint.python.alternatives import Knows
from kintone_lint.python.carried import Loop, carried, grows, loops_around
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Binding
from kintone_lint.python.unrolling import End, unrolled
from kintone_lint.python.values import Alternative, Expr, Hole, Mapping, Text

Told = tuple[Binding, tuple[Alternative, ...] | None]


class AfterLoops:
    """Runs each loop once, and says what its names are then.

    What all rounds together make of a name is one value, or it is not known: never what one of
    them makes of it alone.
    """

    def __init__(self) -> None:
        self._ends: dict[tuple[Expr, bool], list[End] | None] = {}

    def told(self, bindings: Sequence[Binding], expr: Expr, known: Knows) -> Iterator[Told]:
        """The bindings of a name, with what it is where a loop tells; None where it does not."""
        module, ended = expr.module, list[Loop]()
        for binding in bindings:
            loops = loops_around(binding, module)
            if any(each in ended for each in loops):
                continue
            loop, found = self._after(binding, loops, expr, known) if loops else (None, None)
            yield binding, found
            if loop is not None:
                around, conditions = module.choices[loop], module.conditions(expr.node)
                if all(each in conditions for each in around):
                    return
                ended.append(loop)

    def gives(self, binding: Binding, module: Module) -> bool:
        """Whether a loop gives an attribute a value that is made of the one it had before."""
        if _is_name(binding):
            return bool(loops_around(binding, module))
        return grows(binding, module)

    def after(self, binding: Binding, expr: Expr, known: Knows) -> tuple[Alternative, ...] | None:
        """What an attribute is after the loop in the body of its class; None if it is no such."""
        if not _is_name(binding):
            return None
        return self._after(binding, loops_around(binding, expr.module), expr, known)[1]

    def _after(
        self, binding: Binding, loops: Sequence[Loop], expr: Expr, known: Knows
    ) -> tuple[Loop | None, tuple[Alternative, ...] | None]:
        """The loop that tells what a name is, and that; None where no loop tells."""
        module = expr.module
        for loop in loops:
            within = module.inside(expr.node, loop.body)
            after = loop.orelse is None or not module.inside(expr.node, loop.orelse)
            if not after and not (binding.at is loop or _is_in_body(binding, loop, module)):
                continue
            at = _before(loop, binding, expr)
            ends = None if within else self._run(at, known, orelse=after)
            if ends is not None:
                return loop, tuple(_given(binding, loop, ends, expr, known))
            if binding in carried(loop, module) and not self._is_mapping(
                loop, binding, expr, known
            ):
                hole = Text((Hole(binding.name, expr.node, module),))
                return loop, (Alternative(hole, binding.choices),)
        return None, None

    def _run(self, at: Expr, known: Knows, *, orelse: bool) -> list[End] | None:
        if (at, orelse) not in self._ends:
            self._ends[at, orelse] = None  # for a loop that leads to itself
            self._ends[at, orelse] = unrolled(at, known, orelse=orelse)
        return self._ends[at, orelse]

    def _is_mapping(self, loop: Loop, binding: Binding, expr: Expr, known: Knows) -> bool:
        """Whether a name holds a mapping before a loop: then a round may well add to it alone."""
        start = known.named(binding.name, _before(loop, binding, expr))
        return bool(start) and all(isinstance(each.value, Mapping) for each in start)


def _is_name(binding: Binding) -> bool:
    return binding in binding.scope.bindings.get(binding.name, ())


def _is_in_body(binding: Binding, loop: Loop, module: Module) -> bool:
    return binding.at is not None and module.inside(binding.at, loop.body)


def _before(loop: Loop, binding: Binding, expr: Expr) -> Expr:
    """A loop in the call that is followed, if it is in the function that is called."""
    frame = expr.frame
    if frame is not None and binding.scope.node is not frame.function:
        frame = frame if expr.module.scope[expr.node] is binding.scope else None
    return Expr(loop, expr.module, frame)


def _given(
    binding: Binding, loop: Loop, ends: Sequence[End], expr: Expr, known: Knows
) -> Iterator[Alternative]:
    around = expr.module.choices[loop]
    for names, when in ends:
        value = names[binding.name]
        for each in known.values(value) if isinstance(value, Expr) else (Alternative(value),):
            yield Alternative(each.value, (*around, *when, *each.choices))
