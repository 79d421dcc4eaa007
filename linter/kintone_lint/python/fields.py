"""Records: classes whose fields are given where an object is made, as dataclasses are."""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.functions import Owner, lineage
from kintone_lint.python.project import Project
from kintone_lint.python.tree import dotted, spelled, uncalled
from kintone_lint.python.values import Expr

_DECORATORS = regex(
    r"(?:^|\.)dataclass$|^(?:attrs?\.)?(?:s|attrs|define|frozen|mutable)$|^attr\.dataclass$"
)
_BASES = regex(
    r"(?:^|\.)(?:NamedTuple|BaseModel|BaseSettings|SQLModel|Struct|RootModel|BaseConfig)$"
)
_BY_NAME = regex(r"(?:^|\.)(?:BaseModel|BaseSettings|SQLModel)$")
_MAKERS = regex(r"(?:^|\.)(?:field|Field|ib|attrib|attribute)$")
_URL = regex(r"(?:^|\.)(?:Http|Any|AnyHttp)Url$")
_HOST_ALONE = regex(r"\w+://[^/]+")
_MOST = 100  # lines of a class that are looked at


class Field(NamedTuple):
    """A field of a record, and its default; None if it has to be given."""

    name: str
    default: Expr | None


def fields_of(owner: Owner, project: Project) -> list[Field]:
    """The fields of a record in the order of its arguments; none for another class."""
    classes = list(lineage(owner, project))
    if not any(_is_record(each) for each in classes):
        return []
    found: dict[str, Field] = {}
    for each in reversed(classes):
        for field in _own(each):
            found[field.name] = field
    return list(found.values())


def field_value(made: Expr, fields: list[Field], owner: Owner, name: str) -> Expr | None:
    """What a call that makes a record gives for a field, or its default."""
    call = made.node
    if not isinstance(call, cst.Call):
        return None
    plain = []
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return made.beside(arg.value)
        if arg.star:
            return None
        if arg.keyword is None:
            plain.append(arg.value)
    names = [each.name for each in fields]
    at = names.index(name)
    by_name = any(_BY_NAME.search(base) for base in _bases(owner))
    if at < len(plain) and not by_name:
        return made.beside(plain[at])
    return fields[at].default


def replaced(made: Expr, name: str) -> Expr | None:
    """What a call that copies a record gives for a field; None if the copy keeps it."""
    for arg in made.node.args if isinstance(made.node, cst.Call) else ():
        match arg:
            case cst.Arg(keyword=cst.Name(value=keyword), value=value) if keyword == name:
                return made.beside(value)
            case cst.Arg(keyword=cst.Name(value="update"), value=cst.Dict(elements=elements)):
                for each in elements:
                    if isinstance(each, cst.DictElement) and spelled(each.key) == name:
                        return made.beside(each.value)
    return None


def _is_record(owner: Owner) -> bool:
    node = owner.scope.node if owner.scope is not None else None
    if not isinstance(node, cst.ClassDef):
        return False
    if "__init__" in (owner.scope.bindings if owner.scope is not None else ()):
        return False
    marks = [each.decorator for each in node.decorators]
    names = [dotted(uncalled(each)) or "" for each in marks]
    return any(map(_DECORATORS.search, names)) or any(map(_BASES.search, _bases(owner)))


def _bases(owner: Owner) -> list[str]:
    node = owner.scope.node if owner.scope is not None else None
    return (
        [dotted(each.value) or "" for each in node.bases] if isinstance(node, cst.ClassDef) else []
    )


def _own(owner: Owner) -> list[Field]:
    """The fields that a class itself has."""
    node = owner.scope.node if owner.scope is not None else None
    found = []
    for line in node.body.body[:_MOST] if isinstance(node, cst.ClassDef) else ():
        for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match each:
                case cst.AnnAssign(target=cst.Name(value=name), annotation=kind, value=value):
                    if "ClassVar" not in (of := _kind(kind.annotation)):
                        default = _default(value, owner)
                        found.append(Field(name, None if _is_other_url(of, default) else default))
                case cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=name))],
                    value=cst.Call(func=func) as value,
                ) if _MAKERS.search(dotted(func) or ""):
                    found.append(Field(name, _default(value, owner)))
    return found


def _kind(node: cst.BaseExpression) -> str:
    return dotted(node.value if isinstance(node, cst.Subscript) else node) or ""


def _is_other_url(kind: str, default: Expr | None) -> bool:
    """Whether pydantic makes another URL of a default: it adds a slash to a host."""
    text = spelled(default.node) if default and isinstance(default.node, cst.SimpleString) else None
    return bool(text and _URL.search(kind) and _HOST_ALONE.fullmatch(text))


def _default(value: cst.BaseExpression | None, owner: Owner) -> Expr | None:
    """A default as it is written, or in the call that describes the field."""
    if value is None:
        return None
    name = dotted(value.func) or "" if isinstance(value, cst.Call) else ""
    if not isinstance(value, cst.Call) or not _MAKERS.search(name):
        return Expr(value, owner.module)
    for arg in value.args:
        if arg.keyword is not None and arg.keyword.value == "default":
            return Expr(arg.value, owner.module)
    first = value.args[0] if value.args and name.endswith("Field") else None
    return Expr(first.value, owner.module) if first and first.keyword is None else None
