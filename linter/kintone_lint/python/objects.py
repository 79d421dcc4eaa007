"""Objects: where their attributes have their values from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from kintone_lint.python.carried import grows, loops_around
from kintone_lint.python.fields import Field, field_value, fields_of, replaced
from kintone_lint.python.functions import (
    Owner,
    after_super,
    copied,
    lineage,
    owner_of,
)
from kintone_lint.python.makers import STEPS, Makers
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.scopes import Binding, Choice, Scope
from kintone_lint.python.tree import is_super
from kintone_lint.python.unsettled import is_unsettled, makes_its_own
from kintone_lint.python.values import Expr, Frame
from kintone_lint.records import record


@record()
class Made:
    """The key of "the object is the one that this call makes"."""

    owner: Scope


class Origin(NamedTuple):
    """What an attribute may have its value from.

    A binding, its module, and the call in which it is run; or an argument for it. `made` is the
    call that makes the object, and `choices` tell one object from another. `classes` may bind it,
    where that is done elsewhere than in the function of its use.
    """

    module: Module
    binding: Binding | None
    frame: Frame | None = None
    argument: Expr | None = None
    made: Expr | None = None
    choices: tuple[Choice, ...] = ()
    classes: tuple[Owner, ...] = ()


class Objects:
    """The objects of the classes of a project, each looked for once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.makers = Makers(project)
        self._fields: dict[Scope, list[Field]] = {}
        self._settled: dict[object, bool] = {}

    def sources(self, node: cst.Attribute, owner: Owner, expr: Expr) -> Iterator[Origin]:
        """Where an attribute of an object may have its value from, the latest binding first."""
        module, name = expr.module, node.attr.value
        assert owner.scope is not None
        local = module.attribute_before(node, owner.scope, name) if owner.module is module else None
        if local is not None:
            yield Origin(module, local, _frame_in(expr.frame, local))
            return
        made = self.makers.maker(expr.beside(node.value))
        classes = tuple(self._classes(expr, node, owner, made))
        found = self._sources(classes, node, owner, expr, made)
        yield from (each._replace(classes=classes) for each in found)

    def _sources(
        self,
        classes: tuple[Owner, ...],
        node: cst.Attribute,
        owner: Owner,
        expr: Expr,
        made: Expr | None,
    ) -> Iterator[Origin]:
        module, name = expr.module, node.attr.value
        assert owner.scope is not None
        objects = [made] if made is not None else self.makers.of(owner, module)
        for each in classes:
            assert each.scope is not None
            fields = self._fields_of(each)
            if any(field.name == name for field in fields) and objects:
                yield from self._given(each, name, fields, objects)
                return
            own = _own(each, name)
            initial = [one for one in own if one.scope.is_init]
            yield from self._set(each, initial, objects, expr)
            for binding in own:
                if isinstance(binding.node, cst.FunctionDef):
                    yield Origin(each.module, binding, expr.frame)
                elif binding not in initial:
                    yield from _elsewhere(binding, each, expr, objects if initial else [])
            if own and (made or each.scope not in owner.module.derived(owner.scope)):
                return

    def settled(self, source: Origin, name: str) -> bool:
        """Whether the sources of an attribute say all that a text in it can be."""
        if not source.classes:
            return True
        if source.choices and makes_its_own(source.classes) and not _is_inside(source):
            return False  # it may be one of those that others are only made of
        key = (source.classes, name)
        if key not in self._settled:
            field = any(
                one.name == name for each in source.classes for one in self._fields_of(each)
            )
            self._settled[key] = not is_unsettled(source.classes, name, self._project, field=field)
        return self._settled[key]

    # ---- what an attribute is bound to

    def _classes(
        self, expr: Expr, node: cst.Attribute, owner: Owner, made: Expr | None
    ) -> Iterator[Owner]:
        """The classes that may bind an attribute; for `self`, also those derived from its own.

        If the object is known, it has one class. If only subclasses are instantiated, an
        attribute that they bind hides the base class's.
        """
        own = owner
        if made is not None and isinstance(made.node, cst.Call):
            found = owner_of(made.node, made.module, self._project)
            own = found if found is not None and found.scope is not None else owner
        if isinstance(node.value, cst.Call) and is_super(node.value):
            of = None if own is owner else own
            yield from after_super(node.value, expr.module, self._project, of)
            return
        if made is not None and isinstance(made.node, cst.Call):
            yield from lineage(own, self._project)
            return
        assert owner.scope is not None
        derived = owner.module.derived(owner.scope)
        if isinstance(node.value, cst.Name) and node.value.value in ("self", "cls"):
            bound = [
                scope for scope in derived if _own(Owner(scope, owner.module), node.attr.value)
            ]
            yield from (Owner(scope, owner.module) for scope in bound)
            if bound and not any(self.makers.calls(owner.scope, owner.module)):
                return
        yield from lineage(owner, self._project)

    def _set(
        self, owner: Owner, own: list[Binding], objects: list[Expr], expr: Expr
    ) -> Iterator[Origin]:
        """The bindings in a constructor, once for each object that is known."""
        if not own:
            return
        init = own[0].scope.node
        if _frame_in(expr.frame, own[0]) is not None:
            yield from (
                Origin(owner.module, each, _frame_in(expr.frame, each)) for each in reversed(own)
            )
            return
        known = False
        for made in objects:
            frame = self.makers.into(init, made)
            if frame is not None:
                known = True
                when = _when(owner, made, objects)
                yield from (
                    Origin(owner.module, each, frame, None, made, when) for each in reversed(own)
                )
        if not known:
            yield from (Origin(owner.module, each) for each in own)

    def _given(
        self, owner: Owner, name: str, fields: list[Field], objects: list[Expr]
    ) -> Iterator[Origin]:
        """What a field of a record is where objects are made."""
        for made in objects:
            argument = self._argument(made, owner, name, fields)
            yield Origin(owner.module, None, None, argument, made, _when(owner, made, objects))

    def _argument(
        self, made: Expr, owner: Owner, name: str, fields: list[Field], steps: int = STEPS
    ) -> Expr | None:
        """What an object has for a field: one that is copied of another has the other's."""
        base = copied(made.node)
        if base is None:
            return field_value(made, fields, owner, name)
        new = replaced(made, name)
        if new is not None or steps == 0:
            return new
        source = self.makers.maker(made.beside(base))
        if source is None:
            return None
        return self._argument(source, owner, name, fields, steps - 1)

    def _fields_of(self, owner: Owner) -> list[Field]:
        assert owner.scope is not None
        if owner.scope not in self._fields:
            self._fields[owner.scope] = fields_of(owner, self._project)
        return self._fields[owner.scope]


def _elsewhere(binding: Binding, owner: Owner, expr: Expr, objects: list[Expr]) -> Iterator[Origin]:
    """A binding outside of the constructor; for each object that the constructor may set it in."""
    frame = _frame_in(expr.frame, binding)
    for made in objects if frame is None else ():
        yield Origin(owner.module, binding, None, None, made, _when(owner, made, objects))
    if frame is not None or not objects:
        yield Origin(owner.module, binding, frame)


def _own(owner: Owner, name: str) -> list[Binding]:
    """The bindings of an attribute in a class, but for a default that `__init__` replaces."""
    assert owner.scope is not None
    found = [*owner.module.attribute(owner.scope, name)]
    body = [each for each in found if each.scope is owner.scope]
    if body and (body[-1].adds or loops_around(body[-1], owner.module)):
        body = body[-1:]  # which is made of those before
    set_later = [each for each in found if each.scope is not owner.scope]
    found = [*body, *_not_grown(set_later, owner.module)]
    sure = [each for each in found if each.scope.is_init and not each.choices]
    if not sure:
        return found
    early = {each for each in found if each.scope.is_init and each.order < sure[-1].order}
    return [each for each in found if each.scope is not owner.scope and each not in early]


def _not_grown(bindings: list[Binding], module: Module) -> list[Binding]:
    """Bindings through `self`, without those that a loop of the same function adds to.

    What other functions than the constructor add is left out, too.
    """
    found: list[Binding] = []
    for each in bindings:
        grown = grows(each, module)
        if grown:
            found = [one for one in found if one.scope is not each.scope]
        if grown or not each.adds or each.scope.is_init:
            found.append(each)
    return found


def _is_inside(source: Origin) -> bool:
    """Whether an object is made in a method of its own class."""
    made = source.made
    around = made.module.scope[made.node].enclosing_class if made is not None else None
    return any(each.scope is around for each in source.classes)


def _when(owner: Owner, made: Expr, objects: list[Expr]) -> tuple[Choice, ...]:
    assert owner.scope is not None
    return ((Made(owner.scope), made.node),) if len(objects) > 1 else ()


def _frame_in(frame: Frame | None, binding: Binding) -> Frame | None:
    """The call that is followed into the function where a binding is."""
    while frame is not None and frame.function is not binding.scope.node:
        frame = frame.call.frame
    return frame
