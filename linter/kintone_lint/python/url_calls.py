"""Objects that are addresses: of urllib.parse, yarl, httpx and furl. Each is known by its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kintone_lint.python.alternatives import combined
from kintone_lint.python.call import Call
from kintone_lint.python.urls import Split, below, resolved, split
from kintone_lint.python.values import (
    Alternative,
    Expr,
    Items,
    Literal,
    Part,
    Text,
    Value,
    hole,
    text_of,
    unknown,
)

_PARSERS = {"urllib.parse.urlsplit", "urllib.parse.urlparse"}
_JOINERS = {"urllib.parse.urlunsplit", "urllib.parse.urlunparse"}
_RESULTS = {"urllib.parse.SplitResult", "urllib.parse.ParseResult"}
_MAKERS = {"yarl.URL.build", "httpx.URL", "furl.furl"}
# What the pieces of an address are called in arguments and attributes.
_HOST = ("host", "netloc", "authority", "hostname")
_PIECES = ("scheme", "host", "path")
# Methods that leave the path of an address what it is.
_KEEP = {
    "geturl", "human_repr", "tostr", "with_query", "update_query", "extend_query", "with_fragment",
    "without_query_params", "copy_merge_params", "copy_add_param", "copy_set_param",
    "copy_remove_param", "with_port", "with_user", "with_password", "include_query_params",
}  # fmt: skip
_REPLACE = {"_replace", "copy_with", "set"}
_ONE = {"with_scheme": "scheme", "with_host": "host"}
_ADD = {"joinpath", "add"}
_LAST = {"with_name", "with_suffix"}
URL_METHODS = {*_KEEP, *_REPLACE, *_ONE, *_ADD, *_LAST, "with_path"}


def url_made(call: Call) -> Iterator[Alternative] | None:
    """An address that a function parses, or makes of its pieces; None for another call."""
    if call.name in _PARSERS and call.plain:
        return iter(call.values(call.plain[0]))
    if call.name in _JOINERS and call.plain:
        return _joined(call)
    if call.name in _RESULTS:
        names = dict(zip(("scheme", "netloc", "path"), call.plain, strict=False))
        return _assembled(call, _pieces({**names, **call.named}))
    if call.name in _MAKERS and "scheme" in call.named and not call.plain:
        return _assembled(call, _pieces(call.named))
    return None


def url_changed(call: Call, holder: Expr, method: str) -> Iterator[Alternative]:
    """What a method of an address gives; not known for what is not an address."""
    named = _pieces(call.named)
    if method in _ONE and call.plain:
        named = {_ONE[method]: call.plain[0]}
    given = list(named.values()) if method in (*_REPLACE, *_ONE, "add") else call.plain
    for both in combined([call.values(each) for each in (holder, *given)], call.work):
        base = text_of(both.values[0])
        pieces = split(base) if base is not None else None
        texts = [text_of(each) for each in both.values[1:]]
        whole = None
        if base is not None and pieces is not None and None not in texts:
            known = [each for each in texts if each is not None]
            whole = _changed(base, pieces, method, list(named), known)
        yield Alternative(whole or hole(call.expr), both.choices)


def _changed(
    base: Text, pieces: Split, method: str, names: Sequence[str], given: Sequence[Text]
) -> Text | None:
    if method in _KEEP:
        return base
    if method in ("join", "with_path"):
        return resolved(base, given[0]) if given else None
    if method in _LAST:
        return _with_last(pieces, method, given[0]) if given else None
    if method in _ADD:
        for each in given:
            base = below(base, each)
        return base
    parts: dict[str, tuple[Part, ...]] = {
        name: each.parts for name, each in zip(names, given, strict=True)
    }
    return pieces._replace(**parts).whole()


def _with_last(pieces: Split, method: str, given: Text) -> Text | None:
    """An address with another last part of its path, or another suffix of that."""
    *before, last = pieces.path or (None,)
    if not isinstance(last, Literal):
        return None
    slash = last.text.rfind("/")
    if slash < 0 and not (before and getattr(before[-1], "text", "").endswith("/")):
        return None
    end = slash + 1
    if method == "with_suffix":
        dot = last.text.rfind(".", end)
        end = dot if dot >= 0 else len(last.text)
    path = (*pieces.path[:-1], last.cut(0, end), *given.parts)
    return pieces._replace(path=path, rest=()).whole()


def url_part(value: Value, name: str) -> Text | None:
    """A piece of an address by the name of an attribute; None for what is not an address."""
    text = text_of(value)
    pieces = split(text) if text is not None else None
    if text is None or pieces is None:
        return None
    if name in ("url", "human_repr"):
        return text
    if name == "scheme":
        return Text(pieces.scheme)
    return Text(pieces.host) if name in _HOST else Text(pieces.path) if name == "path" else None


URL_PARTS = {"scheme", "path", "url", *_HOST}


def _pieces(named: dict[str, Expr]) -> dict[str, Expr]:
    """Scheme, host and path among named arguments."""
    found: dict[str, Expr] = {}
    for name, each in named.items():
        name = "host" if name in _HOST else name
        if name in _PIECES:
            found[name] = each
    return found


def _joined(call: Call) -> Iterator[Alternative]:
    """`urlunsplit` of a sequence, or of an address that was parsed."""
    for each in call.values(call.plain[0]):
        if isinstance(each.value, Items) and each.value.whole and len(each.value.items) >= 3:
            yield from _assembled(call, dict(zip(_PIECES, each.value.items, strict=False)))
        elif isinstance(each.value, Text):
            yield each
        else:
            yield unknown(call.expr)


def _assembled(call: Call, pieces: dict[str, Expr]) -> Iterator[Alternative]:
    names = [name for name in _PIECES if name in pieces]
    for combination in combined([call.values(pieces[name]) for name in names], call.work):
        texts = [text_of(each) for each in combination.values]
        parts = {
            name: each.parts for name, each in zip(names, texts, strict=True) if each is not None
        }
        whole = None
        if {"scheme", "host"} <= parts.keys() and len(parts) == len(names):
            whole = Split(parts["scheme"], parts["host"], parts.get("path", ()), ()).whole()
        yield Alternative(whole or hole(call.expr), combination.choices)
