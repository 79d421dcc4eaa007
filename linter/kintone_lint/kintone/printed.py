"""The calls that print or log, and the expressions whose text they write out."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence

import libcst as cst

from kintone_lint.kintone.sessions import made_by
from kintone_lint.kintone.subject import Subject
from kintone_lint.patterns import regex
from kintone_lint.python.tree import arguments, dotted, spelled
from kintone_lint.python.values import Items

_SINK = regex(
    r"^(?:print|pprint|pprint\.pprint|rich\.print|(?:click|typer)\.s?echo|self\.std(?:out|err)\.write"
    r"|rich\.console\.Console\(\)\.(?:print|log)|sys\.exit|flask\.abort|warnings\.warn|(?:loguru\.logger|structlog\.(?:stdlib\.)?get_logger\(\))\.bind"
    r"|sys\.std(?:out|err)\.write|syslog\.syslog|termcolor\.cprint|icecream\.ic|tqdm\.[\w.]*write"
    r"|streamlit\.(?:\w+\.)?(?:write|text|json|code|info|success|warning|error|markdown|caption)"
    r"|IPython\.(?:core\.)?display\.display|PySimpleGUI\.(?:E?[Pp]rint|cprint|easy_print)"
    r"|sentry_sdk\.(?:capture_message|set_context|set_extra|set_tag|add_breadcrumb)"
    r"|(?:[\w.()]*\.)?(?:logging|_?logger|_?log|LOGGER|LOG|Logger|getLogger\(\)"
    r"|(?:Logger|LoggerAdapter|BoundLogger)\(\)"
    r"|structlog\.(?:stdlib\.)?get_logger\(\)|loguru\.logger)"
    r"\.(?:debug|info|warning|warn|error|exception|critical|log))$"
)
_HTTP = regex(
    r"^(?:aiohttp|bottle|falcon|fastapi|flask|httpx|litestar|quart|requests|sanic|starlette|tornado"
    r"|urllib3?|werkzeug)\.(?:\w+\.)*HTTP\w*(?:Exception|Error)$"
)
_LOG = regex(r"(?i)\.log$|(?:^|[/_.-])(?:logs?|debug|trace)(?:[/_.-]|$)")
_NAMED = (cst.Name, cst.Attribute, cst.Subscript)
_TEXTS = (cst.FormattedString, cst.BinaryOperation, cst.Call)
_UNWRAPPED = {
    "str", "repr", "json.dumps", "pprint.pformat", "format", "dict", "click.style", "typer.style",
    "shlex.quote", "rich.markup.escape",
}  # fmt: skip
_STYLES = regex(r"^self\.style\.\w+$")  # of Django's commands
_KEYS = {"list", "tuple", "sorted", "set"}  # of a mapping: its names alone
_VALUES = ("items", "values", "map", "zip", *_KEYS)  # calls that give what is in a mapping
_PERCENT = regex(
    r"%%|%(?:\((?P<name>[^()]{1,200})\))?[-+ #0]*(?:\d+|\*)?(?P<cut>\.(?:\d+|\*)?)?[a-zA-Z]"
)
_BRACE = regex(r"\{\{|\}\}|\{(?P<name>\w*)[^{}:]*(?::(?P<spec>[^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
# Names of what holds credentials.
_HOLDING = regex(r"(?i)head|auth|token|passw|secret|cookie|x-cybozu|cred|session|kwargs|options")
_CUT = regex(r"\.(\d*)s?$")  # the end of a format that cuts a text
_ENOUGH = 12  # characters of a secret that say too much


def prints(subject: Subject, call: cst.Call) -> bool:
    """Whether a call prints or logs what it is given."""
    name = subject.callee(call.func) or ""
    if name == "json.dump" and len(call.args) > 1:
        return dotted(call.args[1].value) in ("sys.stdout", "sys.stderr")
    if name == "open().write" and isinstance(call.func, cst.Attribute):
        return _is_log(call.func.value, subject)
    if name == "print" and (file := arguments(call)[1].get("file")) is not None:
        return subject.callee(file) != "open()" or _is_log(file, subject)
    return _SINK.match(name) is not None


def _is_log(file: cst.CSTNode, subject: Subject) -> bool:
    """Whether a file that was opened is a log, by its name: what is kept in others may be meant."""
    made = made_by(subject.module, dotted(file) or "", file)
    path = spelled(made.args[0].value) if made is not None and made.args else None
    return bool(path and _LOG.search(path))


def given_out(call: cst.Call, subject: Subject) -> list[cst.CSTNode]:
    """What a call that prints or logs is given, but for what its template cuts short."""
    args = [arg for arg in call.args if arg.star != "*" or _gives_values(arg.value, subject)]
    given: list[cst.CSTNode] = [arg.value for arg in args]
    if (dotted(call.func) or "").endswith("dump"):
        return given[:1]
    for index, template in enumerate(given):
        if isinstance(template, cst.SimpleString):
            return [*given[:index], *_kept_by_percent(template, given[index + 1 :])]
    return given


def _gives_values(spread: cst.BaseExpression, subject: Subject) -> bool:
    """Whether `*…` gives what is in something: of a mapping it gives the names."""
    if not isinstance(spread, cst.Name | cst.Attribute | cst.Subscript):
        return True
    return any(isinstance(each.value, Items) for each in subject.values(spread))


def raised(node: cst.Raise, subject: Subject) -> list[cst.CSTNode]:
    """What an exception is raised with that is written out where nobody catches it: its texts.

    A web framework sends the detail and the headers of its own to the client. What is handed to an
    exception of the project as it is, its class may well mask.
    """
    if not isinstance(node.exc, cst.Call):
        return []
    name = subject.callee(node.exc.func) or ""
    known = _HTTP.match(name) is not None or _is_builtin(name, node, subject)
    given: list[cst.CSTNode] = [arg.value for arg in node.exc.args]
    return [each for each in given if known or isinstance(each, _TEXTS)]


def _is_builtin(name: str, node: cst.CSTNode, subject: Subject) -> bool:
    known = isinstance(getattr(builtins, name, None), type)
    return known and not subject.module.lookup(name, node)


def written(whole: cst.CSTNode, subject: Subject) -> Iterator[cst.CSTNode]:
    """The expressions whose text ends up in what is written."""
    left = [whole]
    while left:
        match node := left.pop():
            case cst.FormattedString(parts=parts):
                fields = (part for part in parts if isinstance(part, cst.FormattedStringExpression))
                left += reversed([each.expression for each in fields if not _cuts(each)])
            case cst.BinaryOperation(left=cst.SimpleString() as text, operator=cst.Modulo()):
                inner = node.right
                values = inner.elements if isinstance(inner, cst.Tuple) else None
                given = [each.value for each in values] if values is not None else [inner]
                left += reversed(_kept_by_percent(text, given))
            case cst.BinaryOperation(operator=cst.Add() | cst.Modulo()):
                left += [node.right, node.left]
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                left += reversed(
                    [
                        element.value
                        for element in elements
                        if isinstance(element, cst.Element) or _gives_values(element.value, subject)
                    ]
                )
            case cst.Dict(elements=elements):
                left += reversed([each.value for each in _not_replaced(elements)])
                yield node
            case cst.Call(
                func=cst.Attribute(attr=cst.Name(value="join")),
                args=[cst.Arg(value=cst.GeneratorExp() | cst.ListComp() as rounds)],
            ):
                left.append(rounds.elt)
            case cst.Call(
                func=cst.Attribute(attr=cst.Name(value="join")),
                args=[
                    cst.Arg(
                        value=cst.Call(
                            func=cst.Name(value="map"), args=[_, cst.Arg(value=cst.Call() as over)]
                        )
                    )
                ],
            ):
                left.append(over)
            case cst.IfExp(body=body, orelse=orelse):
                left += [orelse, body]
            case cst.Call(func=cst.Attribute(value=held, attr=cst.Name(value="items" | "values"))):
                left.append(held)
            case cst.Call(func=cst.Name(value=name), args=[arg]) if name in _KEYS:
                if isinstance(arg.value, cst.Call) and _last_name(arg.value.func) in _VALUES:
                    left.append(arg.value)
            case cst.Call(func=cst.Attribute(value=template, attr=cst.Name(value="format"))):
                left += reversed(_kept_by_format(template, node.args))
            case cst.Call(func=func, args=args):
                name = subject.callee(func) or ""
                if name in _UNWRAPPED or _STYLES.match(name):
                    left += reversed([arg.value for arg in _kept_by_call(name, args)])
                else:
                    yield node
            case cst.Name() | cst.Attribute() | cst.Subscript() | cst.DictComp():
                yield node


def _last_name(func: cst.CSTNode) -> str:
    match func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
    return ""


def _not_replaced(elements: Sequence[cst.BaseDictElement]) -> list[cst.BaseDictElement]:
    """The parts of a display, but for mappings of whose credentials a later key takes the place."""
    last = max((n for n, each in enumerate(elements) if _replaces(each)), default=-1)
    return [
        each
        for n, each in enumerate(elements)
        if n > last or not isinstance(each, cst.StarredDictElement)
    ]


def _replaces(element: cst.BaseDictElement) -> bool:
    key = spelled(element.key) if isinstance(element, cst.DictElement) else None
    return key is not None and _HOLDING.search(key) is not None


def _kept_by_call(name: str, args: Sequence[cst.Arg]) -> list[cst.Arg]:
    """What a call makes its text of: `dict(options, headers=…)` has other headers."""
    named = [each for each in args if each.keyword is not None]
    replaced = any(_HOLDING.search(each.keyword.value) for each in named if each.keyword)
    return named if name == "dict" and replaced else [*args]


# ---- templates that cut a text


def _is_cut(spec: str) -> bool:
    """Whether a format shows a few characters of a text only: `.4`. One that is not known does."""
    cut = _CUT.search(spec)
    return cut is not None and int(cut[1] or 0) < _ENOUGH


def _cuts(part: cst.FormattedStringExpression) -> bool:
    texts = (getattr(each, "value", "") for each in part.format_spec or ())
    return _is_cut("".join(text for text in texts if isinstance(text, str)))


def _kept_by_percent(template: cst.SimpleString, given: Sequence[cst.CSTNode]) -> list[cst.CSTNode]:
    """What a template shows of what it is filled with; all of it if that is not clear."""
    fields = [each for each in _PERCENT.finditer(spelled(template) or "") if each[0] != "%%"]
    named = [each["name"] for each in fields]
    if (
        len(given) == 1
        and isinstance(given[0], _NAMED)
        and named
        and all(named)
        and not any(map(_HOLDING.search, named))
    ):
        return []
    if len(fields) != len(given) or any(each["name"] or "*" in each[0] for each in fields):
        return [*given]
    both = zip(fields, given, strict=True)
    return [node for field, node in both if not _is_cut(field["cut"] or "")]


def _kept_by_format(template: cst.CSTNode, args: Sequence[cst.Arg]) -> list[cst.CSTNode]:
    """What `template.format(…)` shows of its arguments: not what all of its fields cut."""
    shown: set[str] = set()
    cut: set[str] = set()
    count = 0
    text = spelled(template) if isinstance(template, cst.SimpleString) else None
    for field in _BRACE.finditer(text or ""):
        if field["name"] is not None:
            name = field["name"] or str(count)
            count += not field["name"]
            (cut if _is_cut(field["spec"] or "") else shown).add(name)
    hidden = cut - shown
    if text is not None and not any(map(_HOLDING.search, shown)):
        args = [each for each in args if each.star != "**" or not isinstance(each.value, _NAMED)]
    names = [each.keyword.value if each.keyword else str(n) for n, each in enumerate(args)]
    return [arg.value for arg, name in zip(args, names, strict=True) if name not in hidden]
