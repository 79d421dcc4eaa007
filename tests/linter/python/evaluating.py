"""What the tests of `python/` share: a snippet, and what its last line is worth, in short."""

from __future__ import annotations

from pathlib import Path

import libcst as cst

from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.parsing import parsed
from kintone_lint.python.project import Project
from kintone_lint.python.source import Source
from kintone_lint.python.values import Constant, Encoded, Expr, Hole, Items, Mapping, Part, Value


def evaluator_of(snippet: str, file: Path) -> tuple[Evaluator, Module]:
    """The evaluator of a project in which a file holds a snippet."""
    project = Project(str)
    module = parsed(Source(file.name, file, snippet.encode()))
    project.add(module)
    return Evaluator(project), module


def last(module: Module) -> cst.BaseExpression:
    """The expression on the last line, wherever it is indented to."""
    return module.of(cst.Expr)[-1].value


def alternatives(snippet: str, file: Path = Path("/nowhere/app.py")) -> list[str]:
    """The alternatives of the last line, for each call of the function around it."""
    evaluator, module = evaluator_of(snippet, file)
    node = last(module)
    return [
        shown(each.value)
        for frame in evaluator.frames(node, module)
        for each in evaluator.values(Expr(node, module, frame))
    ]


def shown(value: Value) -> str:
    """A value in short: holes in braces, bytes with their b, mappings by their keys."""
    match value:
        case Constant(value=constant):
            return repr(constant)
        case Mapping(entries=entries, whole=whole):
            keys = [shown(each.key) for each in entries]
            return "{" + ", ".join([*keys, *([] if whole else ["..."])]) + "}"
        case Items(items=items):
            return f"[{len(items)}{'' if value.whole else '...'}]"
    text = "".join(map(_part, value.parts))
    return f"b'{text}'" if value.raw else text


def _part(part: Part) -> str:
    match part:
        case Hole(name=name):
            return f"<{name}>"
        case Encoded(of=inner, how=how, shown=as_bytes):
            return f"{how}({shown(inner)}){' as b' if as_bytes else ''}"
    return part.text
