"""Calls of functions known here: methods of texts and mappings, encoders, the environment.

A handler takes the call and gives its alternatives; what its arguments are worth it asks by
`values`. A new function is a new handler and a row in `_FUNCTIONS` or `_METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import libcst as cst

from kintone_lint.patterns import regex
from kintone_lint.python.alternatives import combined, may_be_empty, spread
from kintone_lint.python.call import Call, Handler, Method
from kintone_lint.python.environment import reads_environment
from kintone_lint.python.in_rounds import keyed
from kintone_lint.python.mappings import filtered, made, paired, picked
from kintone_lint.python.replacing import is_plain, replaced, substituted
from kintone_lint.python.sequences import copied, joinable, mapped, reduced, sifted
from kintone_lint.python.texts import (
    brace_fields,
    converted,
    dollar_fields,
    filled,
    formatted,
    joined,
    without,
)
from kintone_lint.python.tree import looked_at
from kintone_lint.python.truth import told
from kintone_lint.python.url_calls import URL_METHODS, url_changed, url_made
from kintone_lint.python.urls import ABSOLUTE, below, resolved, starts
from kintone_lint.python.values import (
    LONGEST,
    Alternative,
    Encoded,
    Expr,
    Hole,
    Literal,
    Mapping,
    Text,
    hole,
    key_of,
    only,
    text_of,
    unknown,
)

_UNRESERVED = regex(r"[A-Za-z0-9_.~-]*")
_ENCODERS = {
    "base64.b64encode": "b64encode",
    "base64.standard_b64encode": "b64encode",
    "base64.encodebytes": "encodebytes",
    "base64.encodestring": "encodebytes",
    "base64.urlsafe_b64encode": "urlsafe_b64encode",
    "binascii.b2a_base64": "b2a_base64",
    "base64.b32encode": "b32encode",
    "base64.b16encode": "b16encode",
    "base64.b85encode": "b85encode",
    "base64.a85encode": "a85encode",
    "binascii.hexlify": "hexlify",
}


def known_call(call: Call) -> Iterator[Alternative] | None:
    """The values of a call of a function known here; None for any other function."""
    if reads_environment(call.name):
        return _setting(call)
    if url := url_made(call):
        return url
    for names, enough, handler in _FUNCTIONS:
        if call.name in names and enough(call):
            return handler(call)
    if isinstance(call.node.func, cst.Attribute):
        holder = call.expr.beside(call.node.func.value)
        method = call.node.func.attr.value
        for methods, suits, of_method in _METHODS:
            if method in methods and suits(call):
                return of_method(call, holder, method)
        if method in URL_METHODS:
            return url_changed(call, holder, method)
    return None


# ---- functions


def _setting(call: Call) -> Iterator[Alternative]:
    """Something from outside, or the fallback for it."""
    default = call.plain[1] if len(call.plain) > 1 else call.named.get("default")
    yield unknown(call.expr)
    if default is not None:
        yield from call.values(default)


def _encoded(call: Call) -> Iterator[Alternative]:
    how = _ENCODERS.get(call.name, call.name)
    if "newline" in call.named:
        how = "b64encode"
    for each in call.values(call.plain[0]):
        text = text_of(each.value)
        if text is None:
            yield unknown(call.expr)
        else:
            part = Encoded(text, how, call.node, call.expr.module)
            yield Alternative(Text((part,), raw=True), each.choices)


def _basic(call: Call) -> Iterator[Alternative]:
    """`Basic ` and the Base64 of a login and its password."""
    node, module = call.node, call.expr.module
    for both in combined([call.values(each) for each in call.plain], call.work):
        login, password = (text_of(each) for each in both.values)
        if login is None or password is None:
            yield unknown(call.expr)
            continue
        pair = Text((*login.parts, Literal(":", node, module), *password.parts))
        parts = (Literal("Basic ", node, module), Encoded(pair, "b64encode", node, module))
        yield Alternative(Text(parts), both.choices)


def _needs_no_quotes(call: Call) -> bool:
    """Whether quoting a text leaves it as it is."""
    texts = [each.value for each in call.values(call.plain[0])] if call.plain else []
    known = [each.known for each in texts if isinstance(each, Text)]
    return (
        bool(texts)
        and len(known) == len(texts)
        and None not in known
        and all(_UNRESERVED.fullmatch(each or "") for each in known)
    )


def _shown(call: Call) -> Iterator[Alternative]:
    """`str(x)` and the like; with an encoding it decodes."""
    decodes = len(call.plain) > 1 or "encoding" in call.named
    for each in call.values(call.plain[0]):
        value = each.value if decodes else formatted(each.value, call.plain[0])
        text = text_of(value)
        yield replace(each, value=replace(text, raw=False, codecs=()) if text else hole(call.expr))


def _bytes(call: Call) -> Iterator[Alternative]:
    for each in call.values(call.plain[0]):
        text = text_of(each.value)
        yield (
            replace(each, value=replace(text, raw=True, codecs=_codecs(call, 1))) if text else each
        )


def _codecs(call: Call, index: int) -> tuple[Literal, ...]:
    """The codec that a call names, as it is written."""
    given = call.plain[index] if len(call.plain) > index else call.named.get("encoding")
    value = only(call.values(given)) if given is not None else None
    pieces = value.literals if isinstance(value, Text) and value.known is not None else ()
    return pieces if len(pieces) == 1 else ()


def _dict(call: Call) -> Iterator[Alternative]:
    pairs = call.plain[0].node if len(call.node.args) == 1 and call.plain else None
    if (zipped := paired(call.plain[0], call.known) if pairs is not None else None) is not None:
        yield Alternative(zipped)
    elif isinstance(pairs, cst.GeneratorExp) and (found := filtered(pairs, call.expr, call.known)):
        yield Alternative(found)
    else:
        yield Alternative(made(call.node, call.expr, call.known))


def _same(call: Call) -> Iterator[Alternative]:
    yield from call.values(call.plain[0])


def _listed(call: Call) -> Iterator[Alternative]:
    yield from copied(call.plain[0], call.name, call.known)


def _mapped(call: Call) -> Iterator[Alternative]:
    yield mapped(call.plain[0], call.expr, call.known.project)


def _sifted(call: Call) -> Iterator[Alternative]:
    value = sifted(call.plain[0], call.plain[1], call.known)
    yield unknown(call.expr) if value is None else Alternative(value)


def _reduced(call: Call) -> Iterator[Alternative]:
    value = reduced(call.plain[0], call.plain[1], call.known)
    yield unknown(call.expr) if value is None else Alternative(value)


def _url_joined(call: Call) -> Iterator[Alternative]:
    yield from _put_together(call, call.plain, resolved)


def _path_joined(call: Call) -> Iterator[Alternative]:
    yield from _put_together(call, call.plain, below)


def _put_together(
    call: Call, exprs: Sequence[Expr], join: Callable[[Text, Text], Text | None]
) -> Iterator[Alternative]:
    """An address and what is joined to it, one after the other."""
    for combination in combined([call.values(each) for each in exprs], call.work):
        whole: Text | None = text_of(combination.values[0])
        for value in combination.values[1:]:
            text = text_of(value)
            whole = join(whole, text) if whole is not None and text is not None else None
        yield unknown(exprs[-1]) if whole is None else Alternative(whole, combination.choices)


# ---- methods


def _format(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    named = dict(call.named)
    yield from filled(holder, call.plain, named, call.expr, brace_fields, call.known)


def _format_map(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    fields = dollar_fields if "substitute" in method else brace_fields
    given = only(call.values(call.plain[0])) if call.plain else Mapping(())
    entries = given.entries if isinstance(given, Mapping) else ()
    named = {str(key_of(each.key)): each.value for each in entries} | call.named
    yield from filled(holder, [], named, call.expr, fields, call.known)


def _cut(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    """`removeprefix` and `removesuffix`, of what is known."""
    part = only(call.values(call.plain[0]))
    known = part.known if isinstance(part, Text) else None
    for each in call.values(holder):
        text = text_of(each.value)
        cut = without(text, known, method) if text is not None and known else None
        yield replace(each, value=cut or hole(call.expr))


def _converted(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    """Methods that leave a text as it is, apart from spaces, case and bytes."""
    nodes = [each.node for each in call.plain]
    for each in call.values(holder):
        text = text_of(each.value)
        if text is not None and method == "encode":
            text = replace(text, raw=True, codecs=_codecs(call, 0))
        yield replace(each, value=converted(text, method, nodes) if text else hole(call.expr))


def _hex(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    for each in call.values(holder):
        text = text_of(each.value)
        if text is not None and text.raw:
            part = Encoded(text, "hex", call.node, call.expr.module)
            yield replace(each, value=Text((part,)))
        else:
            yield unknown(call.expr)


def _join(call: Call, separator: Expr, method: str) -> Iterator[Alternative]:
    between = only(call.values(separator))
    if isinstance(between, Text) and ABSOLUTE.match(starts(between)):
        yield from url_changed(call, separator, method)
        return
    items = joinable(call.plain[-1], call.known) if isinstance(between, Text) else None
    if items is None:
        yield unknown(call.expr)
        return
    elsewhere = any(item.module is not call.expr.module for item in items)
    if len(items) > LONGEST or elsewhere:
        yield unknown(call.expr)
        return
    exprs: list[Expr] = []
    for index, item in enumerate(items):
        exprs += [item.beside(separator.node), item] if index else [item]
    if len(exprs) > LONGEST:
        yield unknown(exprs[0])
    else:
        yield from joined(exprs, [call.values(each) for each in exprs], call.work)


def _text_joined(call: Call) -> Iterator[Alternative]:
    yield from _join(call, call.plain[0], "join")


def _get(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    for keys, way in keyed(call.values(call.plain[0])):
        yield from spread(_gotten(call, holder, keys), [way])


def _gotten(call: Call, holder: Expr, keys: set[object]) -> Iterator[Alternative]:
    found, name, missing = False, looked_at(call.node) or "", None in keys
    for each in call.values(holder):
        there = each.value.entries if isinstance(each.value, Mapping) else ()
        sure = {key_of(entry.key) for entry in there if not entry.choices}
        missing = missing or not keys <= sure
        for value in picked(each.value, keys, call.known) if there else ():
            found = True
            choices = (*each.choices, *value.choices, *may_be_empty(value, name, call.expr))
            yield replace(value, choices=choices)
    if not found and not (len(call.plain) > 1 and _is_absent(call, holder, keys)):
        yield unknown(call.expr)
    if len(call.plain) > 1 and missing:
        yield from call.values(call.plain[1])


def _is_absent(call: Call, holder: Expr, keys: set[object]) -> bool:
    """Whether a mapping that is known to the last has none of the keys."""
    value = only(call.values(holder))
    return isinstance(value, Mapping) and value.whole and None not in keys


def _truth(call: Call) -> Iterator[Alternative]:
    """`bool(x)`."""
    yield told(call.known.truth(call.plain[0]), call.expr)


def _copy(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    yield from call.values(holder)


def _revealed(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    """What a `SecretStr` hides until it is asked for it."""
    for each in call.values(holder):
        match each.value:
            case Text(parts=(Hole(node=cst.Call(args=[made]), module=module),)):
                inner = Expr(
                    made.value, module, holder.frame if module is call.expr.module else None
                )
                yield from call.values(inner)
            case _:
                yield unknown(call.expr)


def _any(call: Call) -> bool:
    return True


def _has_argument(call: Call) -> bool:
    return bool(call.plain)


def _gives_base64(call: Call) -> bool:
    codec = only(call.values(call.plain[1])) if len(call.plain) == 2 else None
    known = codec.known if isinstance(codec, Text) else None
    return known is not None and known.lower().replace("-", "_") in ("base64", "base64_codec")


def _two(call: Call) -> bool:
    return len(call.plain) == 2


# Full names, which of their calls, and the handler; the first that suits.
_FUNCTIONS: tuple[tuple[Collection[str], Callable[[Call], bool], Handler], ...] = (
    (_ENCODERS, _has_argument, _encoded),
    ({"codecs.encode"}, _gives_base64, _encoded),
    ({"bytes"}, _has_argument, _bytes),
    ({"bool"}, _has_argument, _truth),
    ({"str", "repr", "urllib.parse.unquote"}, _has_argument, _shown),
    ({"list", "tuple", "sorted", "set", "frozenset"}, _has_argument, _listed),
    ({"map"}, _two, _mapped),
    ({"filter"}, _two, _sifted),
    ({"functools.reduce"}, _two, _reduced),
    ({"re.sub"}, is_plain, substituted),
    ({"requests.auth._basic_auth_str"}, _two, _basic),
    ({"urllib.parse.quote", "urllib.parse.quote_plus"}, _needs_no_quotes, _same),
    ({"dict"}, lambda call: len(call.plain) <= 1, _dict),
    ({"urllib.parse.urljoin"}, _two, _url_joined),
    ({"posixpath.join", "os.path.join"}, _has_argument, _path_joined),
    ({"str.join"}, _two, _text_joined),
    ({"string.Template", "yarl.URL", "httpx.URL", "furl.furl"}, _has_argument, _same),
)
_METHODS: tuple[tuple[Collection[str], Callable[[Call], bool], Method], ...] = (
    ({"format"}, lambda call: not any(arg.star for arg in call.node.args), _format),
    (
        {"strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper", "casefold"},
        _any,
        _converted,
    ),
    ({"format_map"}, _has_argument, _format_map),
    ({"substitute", "safe_substitute"}, _any, _format_map),
    ({"removeprefix", "removesuffix"}, _has_argument, _cut),
    ({"join"}, lambda call: len(call.plain) == 1, _join),
    ({"replace"}, lambda call: len(call.plain) in (2, 3), replaced),
    ({"get"}, _has_argument, _get),
    ({"copy"}, _any, _copy),
    ({"get_secret_value"}, _any, _revealed),
    ({"hex"}, _any, _hex),
)
