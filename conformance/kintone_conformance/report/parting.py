"""Where two texts differ: what they share at both ends, and what is between."""

from __future__ import annotations

from itertools import takewhile

Marked = list[tuple[str, bool]]  # pieces of a text, and whether they differ


def edit(expected: str, sent: str) -> tuple[str, str]:
    """What is missing in the text that was sent, and what is in its place.

    Whole words of a path are kept whole: `guest/5/`, not `uest/5/g`.
    """
    head = _shared(expected, sent)
    tail = _shared(expected[head:][::-1], sent[head:][::-1])
    back = head - (expected.rfind("/", 0, head) + 1)
    if (
        back
        and expected[len(expected) - tail - back : len(expected) - tail]
        == expected[head - back : head]
    ):
        head, tail = head - back, tail + back
    return expected[head : len(expected) - tail], sent[head : len(sent) - tail]


def marked(expected: str, sent: str) -> tuple[Marked, Marked]:
    """Both texts in pieces, what they do not share marked; nothing is where they share nothing."""
    head = _shared(expected, sent)
    tail = _shared(expected[head:][::-1], sent[head:][::-1])
    if not head and not tail:
        return [(expected, False)], [(sent, False)]
    return _pieces(expected, head, tail), _pieces(sent, head, tail)


def marked_in(text: str, marks: tuple[str, ...]) -> Marked:
    """A text in pieces: what is marked in it, at its first place each, and the rest."""
    spans = sorted((at, at + len(mark)) for mark in marks if mark and (at := text.find(mark)) >= 0)
    pieces: Marked = []
    end = 0
    for start, stop in spans:
        if start >= end:
            pieces += [(text[end:start], False), (text[start:stop], True)]
            end = stop
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def _shared(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _pieces(text: str, head: int, tail: int) -> Marked:
    end = len(text) - tail
    return [(text[:head], False), (text[head:end], True), (text[end:], False)]
