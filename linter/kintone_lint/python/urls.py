"""What joining an address with a path gives, if not all of their pieces are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kintone_lint.patterns import regex
from kintone_lint.python.values import Literal, Part, Text

ABSOLUTE = regex(r"(?i)[a-z][a-z0-9+.-]*://")


def starts(text: Text) -> str:
    """What a text starts with, as far as that is known."""
    first = next(not_empty(text.parts), None)
    return first.text if isinstance(first, Literal) else ""


class Split(NamedTuple):
    """An address in pieces: before `://`, the host, the path, and the query with what follows."""

    scheme: tuple[Part, ...]
    host: tuple[Part, ...]
    path: tuple[Part, ...]
    rest: tuple[Part, ...]

    def whole(self) -> Text | None:
        """The pieces as one address; None without scheme or host."""
        if not self.scheme or not self.host:
            return None
        *before, last = self.scheme
        if isinstance(last, Literal):  # a text is known to be an address by its first piece
            scheme = [*before, Literal(f"{last.text}://", last.node, last.module)]
        else:
            scheme = [*before, last, Literal("://", last.node, last.module)]
        return Text((*scheme, *self.host, *_rooted(self.path), *self.rest))


def split(text: Text) -> Split | None:
    """The pieces of an address; None if its scheme is not known."""
    match = ABSOLUTE.match(starts(text))
    if match is None:
        return None
    found: list[list[Part]] = [[], [], [], []]
    at = 1
    for index, part in enumerate(not_empty(text.parts)):
        if not isinstance(part, Literal):
            found[at].append(part)
            continue
        start = match.end() if index == 0 else 0
        if index == 0:
            found[0].append(part.cut(0, start - 3))
        for marks, next_at in (("/?#", 2), ("?#", 3)):
            if at >= next_at:
                continue
            end = next((n for n in range(start, len(part.text)) if part.text[n] in marks), None)
            if end is None:
                break
            found[at].append(part.cut(start, end))
            start, at = end, next_at if part.text[end] == "/" else 3
        found[at].append(part.cut(start, len(part.text)))
    return Split(*(tuple(not_empty(parts)) for parts in found))


def not_empty(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts of a text without empty literals, so that the first one tells how it starts."""
    return (part for part in parts if not isinstance(part, Literal) or part.text)


def _rooted(path: tuple[Part, ...]) -> tuple[Part, ...]:
    """A path after a host: with a slash before it."""
    first = next(not_empty(path), None)
    if isinstance(first, Literal) and not first.text.startswith("/"):
        return (Literal("/", first.node, first.module), *path)
    return path


def resolved(base: Text, path: Text) -> Text | None:
    """`urljoin(base, path)`; None if it is not known what is replaced."""
    start = starts(path)
    if ABSOLUTE.match(start):
        return path
    if start.startswith("/"):
        return Text((*_host(base), *path.parts))
    folder = _folder(base) if start else None
    return Text((*folder, *path.parts)) if folder is not None else None


def below(base: Text, path: Text) -> Text:
    """A path below an address, with one slash between them."""
    if ABSOLUTE.match(starts(path)) or base.known == "":
        return path
    parts = [*not_empty(path.parts)] or [*path.parts]
    if parts and isinstance(parts[0], Literal):
        text = parts[0].text
        slashes = len(text) - len(text.lstrip("/"))
        # One of the slashes is kept where there is one, so that the piece keeps its place.
        parts[0] = parts[0].cut(max(slashes - 1, 0), len(text))
        if not slashes:
            parts.insert(0, Literal("/", parts[0].node, parts[0].module))
    elif parts:
        parts.insert(0, Literal("/", parts[0].node, parts[0].module))
    return Text((*_without_slash(base), *parts))


def _without_slash(base: Text) -> Iterator[Part]:
    parts = [*not_empty(base.parts)]
    for index, part in enumerate(parts):
        if index == len(parts) - 1 and isinstance(part, Literal):
            part = part.cut(0, len(part.text.rstrip("/")))
        yield part


def _host(base: Text) -> Iterator[Part]:
    """An address without its path; a piece that is not known may hold both."""
    seen = not ABSOLUTE.match(starts(base))
    for part in base.parts:
        if not isinstance(part, Literal):
            yield part
            continue
        after = 0
        if not seen:
            scheme = part.text.find("://")
            after, seen = (scheme + 3, True) if scheme >= 0 else (0, False)
        slash = part.text.find("/", after)
        if slash >= 0:
            yield part.cut(0, slash)
            return
        yield part


def _folder(base: Text) -> list[Part] | None:
    """An address up to its last slash; None if that may be in a piece that is not known."""
    before = [*not_empty(base.parts)]
    last = before.pop() if before else None
    if not isinstance(last, Literal) or "/" not in last.text:
        return None
    return [*before, last.cut(0, last.text.rfind("/") + 1)]
