"""What is kept under a key for all who know it: `app["client"] = Client()`, `g.client = Client()`.

Web frameworks and bots hand such objects to their functions: `request.app["client"]`.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Change
from kintone_lint.python.tree import arguments, dotted, spelled

_REGISTRIES = {
    "app", "application", "bot", "bot_data", "config", "context", "ctx", "current_app", "g",
    "extensions", "obj", "registry", "session_state", "state", "user_data",
}  # fmt: skip


class _Key(NamedTuple):
    """What something is kept under: an item or an attribute, and its name."""

    item: bool
    name: str

    def __str__(self) -> str:
        return f"[{self.name!r}]" if self.item else f".{self.name}"


def registered(node: cst.CSTNode, module: Module) -> cst.BaseExpression | None:
    """What was put where an expression takes something out of a registry.

    None if that is done at more than one place, if what is kept is changed there, or if one of the
    keys is not known: it may be any.
    """
    key = _key(node)
    if key is None:
        return None
    module.work.spend(1 + len(module.mutations) // 10)
    found: list[cst.BaseExpression | None] = []
    for name, changes in module.mutations.items():
        if f"{key}." in name or f"{key}[" in name:
            return None
        if name.endswith("="):
            if not key.item and name.endswith(f"{key}=") and _is_registry(name[: -len(f"{key}=")]):
                found += (each.value for each in changes)
        elif key.item and _is_registry(name):
            put = [each for each in changes if each.change in (Change.PUT, Change.DEFAULT)]
            keys = [spelled(each.key) if each.key is not None else None for each in put]
            if None in keys:
                return None
            found += (each.value for each, name in zip(put, keys, strict=True) if name == key.name)
            for each in changes:
                named = arguments(each.node)[1] if isinstance(each.node, cst.Call) else {}
                if each.change is Change.MERGE_NAMED and key.name in named:
                    found.append(named[key.name])
    return found[0] if len(found) == 1 else None


def _key(node: cst.CSTNode) -> _Key | None:
    match node:
        case cst.Subscript(value=holder, slice=[cst.SubscriptElement(cst.Index(value=key))]):
            found = _Key(True, spelled(key) or "")
        case cst.Attribute(value=holder, attr=attr):
            found = _Key(False, attr.value)
        case _:
            return None
    return found if found.name and _is_registry(dotted(holder) or "") else None


def _is_registry(name: str) -> bool:
    return name.rpartition(".")[2] in _REGISTRIES
