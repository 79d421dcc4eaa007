"""The credentials that stand in a module's literals, and where they flow.

Finds; the rules KL101 to KL107 say what each find means.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from kintone_lint import secrets
from kintone_lint.evaluator import Evaluator
from kintone_lint.findings import Confidence, Spot
from kintone_lint.module import Module
from kintone_lint.sending import HOST
from kintone_lint.tree import dotted
from kintone_lint.values import Encoded, Literal, Text, Value

if TYPE_CHECKING:
    from kintone_lint.analysis import Code


class Sort(enum.Enum):
    """What a credential is."""

    TOKEN = enum.auto()
    PASSWORD = enum.auto()
    PASSWORD_HEADER = enum.auto()
    OAUTH = enum.auto()
    BASIC = enum.auto()
    URL = enum.auto()


class Stage(enum.Enum):
    """Where the literal stands."""

    CODE = enum.auto()
    DEFAULT = enum.auto()
    COMMENT = enum.auto()
    DOCSTRING = enum.auto()


@dataclass(frozen=True)
class Credential:
    """A secret in a literal.

    `spot` is the literal, `text` the secret, `use` where it is sent; `pieces` are the literals
    that a token is put together from.
    """

    sort: Sort
    stage: Stage
    spot: Spot
    text: str
    confidence: Confidence
    use: Spot | None = None
    sent_as: str = ""
    pieces: tuple[str, ...] = ()


TOKEN_HEADER = "x-cybozu-api-token"
PASSWORD_HEADER = "x-cybozu-authorization"
_TOKEN_NAMES = re.compile(r"(?i)^(?:\w*_)?(?:api_?tokens?|api_?key|app_?tokens?|tokens?)(?:_\w+)?$")
_PASSWORD_NAMES = re.compile(r"(?i)^(?:\w*_)?(?:pass|passwd|password|pw|pwd)(?:_\w+)?$")
_OAUTH_NAMES = re.compile(
    r"(?i)^(?:\w*_)?(?:access_?token|refresh_?token|client_?secret|oauth_?token)$"
)
_KINTONE_NAME = re.compile(r"(?i)kintone|cybozu|kntn|bozupy|pyntone")
_NAME_OF_NAME = re.compile(r"(?i)(?:_env|_key_name|_name|_var|_header|_field|_label|_env_key)$")
_CURL = re.compile(r"(?i)(x-cybozu-api-token|x-cybozu-authorization)\s*:\s*([A-Za-z0-9+/=,]{8,})")
_IN_URL = re.compile(r"(?i)https?://([^/?#\s:@]+):([^/?#\s@]+)@([^/?#\s]+)")
_IN_QUERY = re.compile(r"(?i)[?&](?:api_?token|token|password|access_token)=([^&#\s]+)")

# Positional arguments of clients: callee to (index, what it is).
_POSITIONAL = {
    "pykintone.login": ((2, Sort.PASSWORD),),
    "pykintone.app": ((2, Sort.TOKEN),),
    "pykintone.account.kintoneService": ((2, Sort.PASSWORD),),
    "pykintone.Account": ((2, Sort.PASSWORD),),
    "pykintone.account.Account": ((2, Sort.PASSWORD),),
    "pyntone.ApiTokenAuth": ((0, Sort.TOKEN),),
    "pyntone.PasswordAuth": ((1, Sort.PASSWORD),),
    "pyntone.BasicAuth": ((1, Sort.BASIC),),
    "bozupy.AccessData": ((2, Sort.PASSWORD),),
}
_SETTERS = {
    "set_api_token": ((0, Sort.TOKEN),),
    "setApiToken": ((0, Sort.TOKEN),),
    "set_password_auth": ((1, Sort.PASSWORD),),
    "setPasswordAuth": ((1, Sort.PASSWORD),),
    "set_user_auth": ((1, Sort.PASSWORD),),
    "set_basic_auth": ((1, Sort.BASIC),),
    "setBasicAuth": ((1, Sort.BASIC),),
}


def credentials(code: Code) -> list[Credential]:
    """Every credential of a module, once, the surest first; sample values are none."""
    found: dict[tuple[object, int, str], Credential] = {}
    for each in _all(code):
        key = (each.spot.node or each.spot.module, each.spot.start, each.text)
        if key not in found:
            found[key] = each
    return list(found.values())


def _all(code: Code) -> Iterator[Credential]:
    yield from _in_headers(code)
    yield from _in_arguments(code)
    yield from _in_names(code)
    yield from _in_environment(code)
    yield from _in_urls(code)
    yield from _by_shape(code)
    yield from _in_comments(code)


# ---- by flow


def _in_headers(code: Code) -> Iterator[Credential]:
    for header in code.headers:
        name = header.name.lower().rstrip(":")
        use = Spot(header.evaluator.module, header.node)
        for value in header.values():
            if not isinstance(value, Text):
                continue
            if name == TOKEN_HEADER:
                yield from _token(code, value, use, header.name)
            elif name == PASSWORD_HEADER:
                yield from _password_header(code, value, use, header.name)
            elif name == "authorization" and code.beside_kintone(header):
                yield from _authorization(code, value, use)


def _token(code: Code, value: Text, use: Spot, sink: str) -> Iterator[Credential]:
    for literal in value.literals:
        names = _names(literal)
        for match in re.finditer(r"[^,\s]+", literal.text):
            text = match[0]
            shaped = bool(tuple(secrets.tokens_in(text)))
            if secrets.other_service(*names) or secrets.sample(text):
                continue
            if not shaped and (code.in_test or secrets.weak(text, *names)):
                continue
            yield _credential(
                Sort.TOKEN,
                literal.cut(match.start(), match.end()),
                use,
                sink,
                Confidence.HIGH if shaped else Confidence.MEDIUM,
            )


def _password_header(code: Code, value: Text, use: Spot, sink: str) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(code, part.of, use, sink, Sort.PASSWORD)
    known = value.known
    if known is None or len(value.literals) != 1:
        return
    bare = re.sub(r"^(?i:basic)\s+", "", known.strip())
    login = secrets.login_in(bare)
    if login and not secrets.sample_login(*login) and not code.in_test:
        literal = value.literals[0]
        start = literal.text.find(bare)
        piece = literal.cut(start, start + len(bare))
        yield _credential(Sort.PASSWORD_HEADER, piece, use, sink, Confidence.HIGH)
    elif not login and ":" in known:
        yield from _after_colon(code, value, use, sink, Sort.PASSWORD)


def _after_colon(code: Code, value: Text, use: Spot, sink: str, sort: Sort) -> Iterator[Credential]:
    """The password in `login:password`, as far as it is literal."""
    behind = False
    for part in value.parts:
        if not isinstance(part, Literal):
            continue
        at = 0
        if not behind:
            at = part.text.find(":") + 1
            behind = at > 0
        if behind and at < len(part.text):
            yield from _password(code, part.cut(at, len(part.text)), use, sink, sort)


def _password(
    code: Code, literal: Literal, use: Spot | None, sink: str, sort: Sort
) -> Iterator[Credential]:
    names = _names(literal)
    if code.in_test or secrets.no_password(literal.text, *names):
        return
    if secrets.other_service(*names):
        return
    yield _credential(sort, literal, use, sink, Confidence.MEDIUM)


def _authorization(code: Code, value: Text, use: Spot) -> Iterator[Credential]:
    for part in value.parts:
        if isinstance(part, Encoded):
            yield from _after_colon(code, part.of, use, "Authorization", Sort.BASIC)
    known = value.known
    match = known and re.match(r"(?i)(bearer|basic)\s+(\S+)\s*$", known)
    if match and not code.in_test and match[1].lower() == "basic":
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login):
            yield from _within(value, match[2], Sort.BASIC, use)
    elif match and not code.in_test and not secrets.weak(match[2]):
        yield from _within(value, match[2], Sort.OAUTH, use)
    elif not known and value.parts and shown_scheme(value) == "bearer":
        for literal in value.literals:
            text = re.sub(r"(?i)^bearer\s*", "", literal.text)
            if text and not code.in_test and not secrets.weak(text, *_names(literal)):
                yield from _within(value, text, Sort.OAUTH, use)


def shown_scheme(value: Text) -> str | None:
    """The scheme word in front of a header value, in lower case."""
    first = value.parts[0] if value.parts else None
    match = isinstance(first, Literal) and re.match(r"(?i)\s*(bearer|basic)\b", first.text)
    return match[1].lower() if match else None


def _within(value: Text, text: str, sort: Sort, use: Spot) -> Iterator[Credential]:
    for literal in value.literals:
        start = literal.text.find(text)
        if start >= 0:
            piece = literal.cut(start, start + len(text))
            yield _credential(sort, piece, use, "Authorization", Confidence.HIGH)
            return


def _in_arguments(code: Code) -> Iterator[Credential]:
    """Arguments of clients, and keyword arguments of any function that is Kintone's by name."""
    evaluator = code.evaluator
    for node in code.module.of(cst.Call):
        callee = evaluator.callees.name(node.func) or ""
        last = callee.rpartition(".")[2]
        own = bool(_KINTONE_NAME.search(callee)) or callee in code.sinks or last in code.sinks
        use = Spot(code.module, node)
        wanted = _POSITIONAL.get(callee.removesuffix("()"))
        if (wanted is None and own) or (last in _SETTERS and code.kintone):
            wanted = wanted or _SETTERS.get(last)
        plain = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
        for index, sort in wanted or ():
            if index < len(plain):
                yield from _argument(code, plain[index], sort, use, callee)
        for arg in node.args:
            if arg.keyword is not None:
                sort_of = _sort_of(arg.keyword.value, own=own or arg.keyword.value != "password")
                explicit = bool(re.fullmatch(r"(?i)(?:kintone_?)?api_?token", arg.keyword.value))
                if sort_of is not None and (own or explicit):
                    yield from _argument(
                        code, arg.value, sort_of, use, f"{last}({arg.keyword.value}=)"
                    )
        if last in ("print", "pprint"):
            continue
        yield from _helper_arguments(code, node, callee, use)


def _helper_arguments(code: Code, node: cst.Call, callee: str, use: Spot) -> Iterator[Credential]:
    """`auth=(user, password)` of a request to Kintone."""
    given = [arg.value for arg in node.args if arg.keyword and arg.keyword.value == "auth"]
    for request in code.sent_by(node):
        for pair in {*given, *request.session_auth()}:
            if isinstance(pair, cst.Call) and len(pair.args) == 2:
                yield from _argument(code, pair.args[1].value, Sort.BASIC, use, "auth")
            elif isinstance(pair, cst.Tuple) and len(pair.elements) == 2:
                yield from _argument(code, pair.elements[1].value, Sort.BASIC, use, "auth")


def _sort_of(name: str, *, own: bool) -> Sort | None:
    if _NAME_OF_NAME.search(name):
        return None
    if _OAUTH_NAMES.match(name):
        return Sort.OAUTH
    if _TOKEN_NAMES.match(name) and own:
        return Sort.TOKEN
    if re.match(r"(?i)^basic_?(?:auth_?)?(?:pass|password)$", name):
        return Sort.BASIC
    return Sort.PASSWORD if _PASSWORD_NAMES.match(name) and own else None


def _argument(
    code: Code, node: cst.CSTNode, sort: Sort, use: Spot, sink: str
) -> Iterator[Credential]:
    for each in code.evaluator.values(node):
        yield from _flowing(code, each.value, sort, use, sink)


def _flowing(
    code: Code, value: Value, sort: Sort, use: Spot | None, sink: str
) -> Iterator[Credential]:
    if not isinstance(value, Text):
        return
    if sort is Sort.TOKEN:
        yield from _token(code, value, use, sink) if use else ()
        return
    for literal in value.literals:
        if sort is Sort.OAUTH:
            if not code.in_test and not secrets.weak(literal.text, *_names(literal)):
                yield _credential(sort, literal, use, sink, Confidence.MEDIUM)
        elif value.known is not None:
            yield from _password(code, literal, use, sink, sort)


# ---- by name


def _in_names(code: Code) -> Iterator[Credential]:
    """`KINTONE_PASSWORD = "…"`: the name alone says that it is Kintone's."""
    for node in code.module.of(cst.Assign, cst.AnnAssign, cst.Param, cst.DictElement):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                yield from _named(code, _target_name(target), value)
            case cst.AnnAssign(target=target, value=value) if value is not None:
                yield from _named(code, _target_name(target), value)
            case cst.Param(name=name, default=value) if value is not None:
                yield from _named(code, name.value, value)
            case cst.DictElement(key=cst.SimpleString() as key, value=value):
                known = key.evaluated_value
                yield from _named(code, known if isinstance(known, str) else None, value)


def _named(code: Code, name: str | None, value: cst.BaseExpression) -> Iterator[Credential]:
    if name is None or not isinstance(value, _STRING):
        return
    sort = _sort_of(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name), own=True)
    if name in code.token_names:
        sort = Sort.TOKEN
    elif not _KINTONE_NAME.search(name):
        return
    text = code.evaluator.one(value)
    if sort is None or not isinstance(text, Text) or text.known is None:
        return
    use = Spot(code.module, value)
    for each in _flowing(code, text, sort, use, name):
        yield replace(each, use=None, sent_as="")


_STRING = (cst.SimpleString, cst.ConcatenatedString)


def _target_name(target: cst.CSTNode) -> str | None:
    match target:
        case cst.Subscript(
            slice=[cst.SubscriptElement(cst.Index(value=cst.SimpleString() as key))]
        ):
            known = key.evaluated_value
            return known if isinstance(known, str) else None
    return (dotted(target) or "").rpartition(".")[2] or None


def _in_environment(code: Code) -> Iterator[Credential]:
    """A fallback for a variable of the environment whose name is Kintone's."""
    for node in code.module.of(cst.Call):
        key, default = environment_default(node, code.evaluator)
        if key is None or default is None or not _KINTONE_NAME.search(key):
            continue
        sort = _sort_of(key, own=True)
        if sort is not None:
            use = Spot(code.module, node)
            for each in code.evaluator.values(default):
                yield from _flowing(code, each.value, sort, use, key)


def environment_default(
    node: cst.Call, evaluator: Evaluator
) -> tuple[str | None, cst.BaseExpression | None]:
    """The variable that a call reads from the environment or a secret store, and its fallback."""
    callee = evaluator.callees.name(node.func) or ""
    if not re.search(
        r"(?:environ\.get|os\.getenv|secrets\.get|^getenv|environ\.setdefault)$", callee
    ) and not re.search(r"(?:^|\.)(?:env|config|decouple\.config)$", callee):
        return None, None
    args = [arg.value for arg in node.args if arg.keyword is None and not arg.star]
    given = {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
    value = evaluator.one(args[0]) if args else None
    key = value.known if isinstance(value, Text) else None
    default = args[1] if len(args) > 1 else given.get("default")
    if default is None:
        above = evaluator.module.parent.get(node)
        if isinstance(above, cst.BooleanOperation) and above.left is node:
            default = above.right
    return key, default


def _in_urls(code: Code) -> Iterator[Credential]:
    for node, value in code.texts:
        if value.known is not None and HOST.search(value.known):
            docstring = _is_docstring(node, code.module)
            for literal in value.literals:
                for found in _inside_url(code, literal):
                    yield _staged(found, Stage.DOCSTRING) if docstring else found


def _inside_url(code: Code, literal: Literal) -> Iterator[Credential]:
    login = _IN_URL.search(literal.text)
    if login and HOST.search(login[3]) and not secrets.no_password(login[2], login[1]):
        piece = literal.cut(login.start(2), login.end(2))
        yield _credential(Sort.URL, piece, None, "", Confidence.HIGH)
    for match in _IN_QUERY.finditer(literal.text):
        if not secrets.weak(match[1]) and not code.in_test:
            piece = literal.cut(match.start(1), match.end(1))
            yield _credential(Sort.URL, piece, None, "", Confidence.MEDIUM)


# ---- by shape


def _by_shape(code: Code) -> Iterator[Credential]:
    for node, value in code.texts:
        docstring = _is_docstring(node, code.module)
        for literal in value.literals:
            for match in _CURL.finditer(literal.text):
                yield from _curl(code, literal, match, docstring)
            if not code.kintone:
                continue
            for token in secrets.tokens_in(literal.text):
                names = [*_names(literal), _line_before(literal.text, token.start())]
                if secrets.other_service(*names) or _other_sink(code, literal):
                    continue
                piece = literal.cut(token.start(), token.end())
                found = _credential(Sort.TOKEN, piece, None, "", Confidence.HIGH)
                yield found if not docstring else _staged(found, Stage.DOCSTRING)
        known = value.known
        if len(value.literals) > 1 and known and code.kintone:
            yield from _assembled(value, known, code)


def _assembled(value: Text, known: str, code: Code) -> Iterator[Credential]:
    """A token that is put together from several literals."""
    first = value.literals[0]
    if secrets.other_service(*_names(first)):
        return
    pieces = tuple(literal.text for literal in value.literals if len(literal.text) > 7)
    if not any(secrets.FRAGMENT.search(piece) for piece in pieces):
        return
    for token in secrets.tokens_in(known):
        if not any(token[0] in literal.text for literal in value.literals):
            whole = Literal(token[0], first.node, first.module)
            found = _credential(Sort.TOKEN, whole, None, "", Confidence.HIGH)
            yield replace(found, pieces=pieces)


def _line_before(text: str, at: int) -> str:
    """What stands before a token in its line of a longer text: often its name."""
    start = max(text.rfind("\n", 0, at), text.rfind(",", 0, at)) + 1
    return re.sub(r"[^A-Za-z0-9_]+$", "", text[start:at])[-40:]


def _other_sink(code: Code, literal: Literal) -> bool:
    """Whether the literal is the header of another service, or an argument of one."""
    module = literal.module
    above = module.parent.get(literal.node)
    if isinstance(above, cst.Arg):
        call = module.parent[above]
        if isinstance(call, cst.Call):
            name = code.project.evaluator(module).callees.name(call.func)
            return secrets.other_service(name)
    return False


def _curl(
    code: Code, literal: Literal, match: re.Match[str], docstring: bool
) -> Iterator[Credential]:
    piece = literal.cut(match.start(2), match.end(2))
    stage = Stage.DOCSTRING if docstring else Stage.CODE
    if match[1].lower() == TOKEN_HEADER:
        shaped = tuple(secrets.tokens_in(match[2]))
        if secrets.sample(match[2]) or (not shaped and (code.in_test or secrets.weak(match[2]))):
            return
        for token in shaped or (match,):
            start = match.start(2) + token.start() if shaped else match.start(2)
            size = len(token[0]) if shaped else len(match[2])
            each = literal.cut(start, start + size)
            level = Confidence.HIGH if shaped else Confidence.MEDIUM
            yield _staged(_credential(Sort.TOKEN, each, None, "", level), stage)
    else:
        login = secrets.login_in(match[2])
        if login and not secrets.sample_login(*login) and not code.in_test:
            found = _credential(Sort.PASSWORD_HEADER, piece, None, "", Confidence.HIGH)
            yield _staged(found, stage)


def _in_comments(code: Code) -> Iterator[Credential]:
    if not code.kintone:
        return
    for start, text in code.comments:
        for token in secrets.tokens_in(text):
            if not secrets.other_service(_line_before(text, token.start())):
                spot = Spot(code.module, None, start + token.start(), start + token.end())
                yield Credential(Sort.TOKEN, Stage.COMMENT, spot, token[0], Confidence.HIGH)


# ---- helpers of all


def _credential(
    sort: Sort, literal: Literal, use: Spot | None, sink: str, confidence: Confidence
) -> Credential:
    stage = _stage(literal)
    start = literal.at or 0
    end = None if literal.at is None else start + len(literal.text)
    spot = Spot(literal.module, literal.node, start, end)
    return Credential(sort, stage, spot, literal.text, confidence, use, sink)


def _staged(found: Credential, stage: Stage) -> Credential:
    return replace(found, stage=stage)


def _stage(literal: Literal) -> Stage:
    """Whether a literal is the fallback of something that should come from outside."""
    module, node = literal.module, literal.node
    for above in module.ancestors(node):
        match above:
            case cst.ConcatenatedString() | cst.Arg():
                node = above
            case cst.Call(func=func, args=args):
                name = dotted(func) or ""
                reads = re.search(
                    r"(?:environ\.get|getenv|secrets\.get|environ\.setdefault)$", name
                )
                if reads and args and node is not args[0]:
                    return Stage.DEFAULT
                keyword = node.keyword if isinstance(node, cst.Arg) else None
                if keyword is not None and keyword.value == "default":
                    return Stage.DEFAULT
                settings = re.search(r"(?:^|\.)(?:Field|field)$", name)
                return Stage.DEFAULT if settings else Stage.CODE
            case cst.BooleanOperation(operator=cst.Or(), left=left) if left is not node:
                return Stage.DEFAULT if _reads_environment(left) else Stage.CODE
            case cst.IfExp() | cst.DictElement():
                return Stage.CODE
            case cst.AnnAssign():
                scope = module.scope[above].node
                return Stage.DEFAULT if _is_settings(scope) else Stage.CODE
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return Stage.CODE
    return Stage.CODE


def _reads_environment(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call):
        return bool(re.search(r"(?:environ\.get|getenv|secrets\.get)$", dotted(node.func) or ""))
    if isinstance(node, cst.BooleanOperation):
        return _reads_environment(node.left) or _reads_environment(node.right)
    return False


def _is_settings(scope: cst.CSTNode) -> bool:
    if not isinstance(scope, cst.ClassDef):
        return False
    bases = " ".join(dotted(base.value) or "" for base in scope.bases)
    marks = " ".join(dotted(_undecorated(each)) or "" for each in scope.decorators)
    return bool(re.search(r"BaseSettings|BaseModel|Settings", bases) or "dataclass" in marks)


def _undecorated(node: cst.Decorator) -> cst.CSTNode:
    inner = node.decorator
    return inner.func if isinstance(inner, cst.Call) else inner


def _is_docstring(node: cst.CSTNode, module: Module) -> bool:
    return isinstance(module.parent.get(node), cst.Expr)


def _names(literal: Literal) -> list[str]:
    """What a literal is called: its variable, key or keyword, and the names around it."""
    module, node = literal.module, literal.node
    found: list[str] = []
    for above in module.ancestors(node):
        match above:
            case cst.Assign(targets=targets):
                found += [_target_name(target.target) or "" for target in targets]
            case cst.AnnAssign(target=target):
                found.append(_target_name(target) or "")
            case cst.Param(name=name):
                found.append(name.value)
            case cst.Arg(keyword=cst.Name(value=keyword)):
                found.append(keyword)
            case cst.DictElement(key=cst.SimpleString() as key) if key is not node:
                text = key.evaluated_value
                found.append(text if isinstance(text, str) else "")
            case cst.Call(args=args) if len(args) > 1:
                first = args[0].value
                if isinstance(first, cst.SimpleString) and first is not literal.node:
                    text = first.evaluated_value
                    found.append(text if isinstance(text, str) else "")
        if isinstance(above, cst.BaseStatement | cst.BaseSmallStatement):
            break
    return [name for name in found if name]
