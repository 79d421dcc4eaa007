"""What is printed or logged with an object, or with arguments, that hold credentials."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.kintone.headers import headers, secret_parts
from kintone_lint.kintone.sessions import made_by
from kintone_lint.kintone.subject import Subject, query
from kintone_lint.kintone.withheld import comprehension_of
from kintone_lint.patterns import regex
from kintone_lint.python.functions import Owner, function_called, handed_out, owner_of
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Scope
from kintone_lint.python.tree import dotted, held, uncalled, walk
from kintone_lint.python.values import Expr, Hole

_RECORD = regex(r"(?:^|\.)(?:dataclass|define|frozen|mutable|s|attrs|attributes)$")
_BASES = regex(r"(?:^|\.)(?:NamedTuple|BaseModel|BaseSettings|Struct|SQLModel)$")
_DUMPS = ("model_dump", "model_dump_json", "dict", "json", "_asdict")
_SECRET = regex(r"Secret|InitVar")
_MOST = 20  # calls of a function, and fields of a class, that are looked at
_DEEP = 2  # records in records


def field_shown(subject: Subject, node: cst.CSTNode) -> str | None:
    """The header of a credential in an object whose fields an expression shows."""
    match node:
        case cst.Call(func=func, args=[cst.Arg(value=inner, keyword=None)]):
            called = (dotted(func) or "").rpartition(".")[2]
            return _header_in(subject, inner) if called in ("vars", "asdict", "astuple") else None
        case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=name)), args=[]):
            return _header_in(subject, inner, record=True) if name in _DUMPS else None
        case cst.Attribute(value=inner, attr=cst.Name(value="__dict__")):
            return _header_in(subject, inner)
        case cst.Name(value=name) if name not in ("self", "cls"):
            return _header_in(subject, node, record=True, printed=True)
    return None


def has_own_text(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether an object is of a class of the project that says itself what is shown of it."""
    owner = owner_of(node, subject.module, subject.project)
    return owner is not None and _shows_itself(owner)


def _shows_itself(owner: Owner) -> bool:
    bindings = owner.scope.bindings if owner.scope is not None else ()
    return any(name in bindings for name in ("__repr__", "__str__", "__format__"))


_AS_IT_IS = ("True", "str", "repr")  # of a field, what makes its text of it


def _header_in(
    subject: Subject, node: cst.CSTNode, *, record: bool = False, printed: bool = False
) -> str | None:
    """The header that a field of an object is sent as, if it is shown with the object."""
    owner = _class_of(subject, node, subject.module)
    return _field_in(subject, owner, record=record, printed=printed) if owner is not None else None


def _class_of(subject: Subject, node: cst.CSTNode, module: Module) -> Owner | None:
    """The class of an object, also if a function makes it or the field of a record holds it."""
    project = subject.project
    if (owner := owner_of(node, module, project)) is not None:
        return owner
    made = made_by(module, dotted(node) or "", node)
    function = function_called(made.func, module, project) if made is not None else None
    given = handed_out(function, module) if function is not None else None
    if given is not None:
        return owner_of(given, module, project)
    if not isinstance(node, cst.Attribute):
        return None
    around = _class_of(subject, node.value, module)
    kind = around.scope.node if around is not None and around.scope is not None else None
    if around is None or not isinstance(kind, cst.ClassDef):
        return None
    return dict(_inner_records(subject, around, kind)).get(node.attr.value)


def _field_in(
    subject: Subject, owner: Owner, *, record: bool, printed: bool, deep: int = _DEEP
) -> str | None:
    """The header that a field of a class is sent as, or one of the records in its fields."""
    kind = owner.scope.node if owner.scope is not None else None
    if owner.scope is None or not isinstance(kind, cst.ClassDef):
        return None
    if record and not _is_record(kind, printed=printed):
        return None
    if printed and _shows_itself(owner):
        return None
    for name, header in _secret_fields(subject).get(owner.scope, {}).items():
        if _shows(kind, name, printed=printed):
            return header
    for name, inner in _inner_records(subject, owner, kind) if deep else ():
        if _shows(kind, name, printed=printed):
            held_in = _field_in(subject, inner, record=True, printed=printed, deep=deep - 1)
            if held_in is not None:
                return held_in
    return None


def _inner_records(
    subject: Subject, owner: Owner, kind: cst.ClassDef
) -> Iterator[tuple[str, Owner]]:
    """The fields of a class whose type is a class of the project."""
    for line in kind.body.body[:_MOST]:
        for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            match each:
                case cst.AnnAssign(
                    target=cst.Name(value=name),
                    annotation=cst.Annotation(annotation=cst.Name() as of),
                ):
                    inner = owner_of(of, owner.module, subject.project)
                    if inner is not None and inner.scope is not None:
                        yield name, inner


@query
def _secret_fields(subject: Subject) -> dict[Scope, dict[str, str]]:
    """By class, the attributes of its objects that are sent as credentials, with their headers."""
    found: dict[Scope, dict[str, str]] = {}
    for header in headers(subject):
        if header.key == "authorization":
            continue
        places = [(header.value.node, header.module)]
        parts = (each for each in secret_parts(header) if isinstance(each, Hole))
        places += [(each.node, each.module) for each in parts]
        for node, module in places:
            if isinstance(node, cst.Attribute):
                owner: Owner | None = _class_of(subject, node.value, module)
                if owner is not None and owner.scope is not None:
                    found.setdefault(owner.scope, {})[node.attr.value] = header.name
    return found


def _is_record(kind: cst.ClassDef, *, printed: bool) -> bool:
    """Whether a class is one whose objects print their fields."""
    for each in kind.decorators:
        made = each.decorator
        name = dotted(uncalled(made)) or ""
        if _RECORD.search(name):
            hidden = isinstance(made, cst.Call) and _is_off(made, "repr")
            return not (printed and hidden)
    return any(_BASES.search(dotted(base.value) or "") for base in kind.bases)


def _shows(kind: cst.ClassDef, name: str, *, printed: bool) -> bool:
    """Whether a field is shown: not one that is a secret by its type, or kept out of the text."""
    for node in walk(kind.body):
        match node:
            case cst.AnnAssign(target=cst.Name(value=field), annotation=kept, value=value):
                if field != name:
                    continue
                if any(
                    _SECRET.search(each.value) for each in walk(kept) if isinstance(each, cst.Name)
                ):
                    return False
                return not (printed and isinstance(value, cst.Call) and _is_off(value, "repr"))
            case cst.Assign(
                targets=[cst.AssignTarget(target=cst.Name(value=field))], value=cst.Call() as made
            ) if field == name:
                return not (printed and _is_off(made, "repr"))
    return True


def _is_off(call: cst.Call, name: str) -> bool:
    """Whether a field is not shown as it is: by `repr=False`, or by a function that masks it."""
    return any(
        arg.keyword is not None and arg.keyword.value == name and dotted(arg.value) not in _AS_IT_IS
        for arg in call.args
    )


def run_over(subject: Subject, node: cst.CSTNode) -> cst.CSTNode | None:
    """What a loop runs over, whose values a name is: `for k, v in headers.items()`."""
    around = comprehension_of(subject, node)
    bindings = subject.module.lookup(node.value, node) if isinstance(node, cst.Name) else []
    target: cst.CSTNode | None = around.target if around is not None else None
    over: cst.CSTNode | None = around.iter if around is not None else None
    if around is None and len(bindings) == 1 and isinstance(bindings[0].at, cst.For):
        target, over = bindings[0].at.target, bindings[0].at.iter
    match target:
        case cst.Tuple(elements=[_, cst.Element(value=value)]):
            method = "items"
        case value:
            method = "values"
    if value is None or dotted(value) != dotted(node):
        return None
    match over:
        case cst.Call(func=cst.Attribute(value=holder, attr=attr)) if attr.value == method:
            return holder
    return None


# ---- arguments


def arguments_shown(subject: Subject, node: cst.CSTNode) -> Iterator[Expr]:
    """What a function was given by keyword, where it writes out its `**kwargs`."""
    module = subject.module
    function = module.scope[node].node
    if not isinstance(node, cst.Name) or not isinstance(function, cst.FunctionDef):
        return
    rest = function.params.star_kwarg
    if rest is None or rest.name.value != node.value or module.changes(node.value, node):
        return
    own = {each.name.value for each in (*function.params.params, *function.params.kwonly_params)}
    for call in _calls(subject, function)[:_MOST]:
        for frame in subject.frames(call)[:1]:
            for arg in call.args:
                if arg.keyword is not None and arg.keyword.value not in own:
                    yield Expr(arg.value, module, frame)


def _calls(subject: Subject, function: cst.FunctionDef) -> list[cst.Call]:
    """The calls of a function, or of those that it stands for as the inside of a decorator."""
    module = subject.module
    outer = module.scope[function].node
    names = [function.name.value]
    if isinstance(outer, cst.FunctionDef):
        names = [
            each.name.value
            for each in module.of(cst.FunctionDef)
            if any(_decorates(one, outer.name.value) for one in each.decorators)
        ]
    return [call for name in names for call in module.calls_of.get(name, ())]


def _decorates(decorator: cst.Decorator, name: str) -> bool:
    return dotted(uncalled(decorator.decorator)) == name


def is_hook(subject: Subject, node: cst.CSTNode) -> bool:
    """Whether a name is the request that an event hook of httpx is given before it is sent."""
    module = subject.module
    function = module.scope[node].node
    if not isinstance(function, cst.FunctionDef) or not isinstance(node, cst.Name):
        return False
    first = function.params.params[:1]
    if [each.name.value for each in first] != [node.value]:
        return False
    return any(
        _hooks(above)
        for mention in module.mentions.get(function.name.value, ())
        for above in module.ancestors(mention)
    )


def _hooks(node: cst.CSTNode) -> bool:
    """Whether what is in a node becomes a hook of requests."""
    match node:
        case cst.DictElement(key=cst.SimpleString() as key):
            return key.raw_value == "request"
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="append"))):
            return (held(holder) or "").endswith("event_hooks['request']")
    return False
