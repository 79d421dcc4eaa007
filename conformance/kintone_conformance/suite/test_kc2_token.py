"""KC2xx: API tokens in X-Cybozu-API-Token, one and several."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from kintone_conformance import wires
from kintone_conformance.model import Call, Wire
from kintone_conformance.spec.auth import MAX_TOKENS, TOKEN_HEADER, ApiTokens
from kintone_conformance.strategies import ALPHANUMERIC, any_call, full_tokens, tokens
from kintone_conformance.suite.credentials import tokens as tokens_of
from kintone_conformance.suite.expect import equal, one_header
from kintone_conformance.suite.judge import Broken, Judge
from kintone_conformance.suite.requirement import requirement


def lists_of(low: int, high: int) -> st.SearchStrategy[ApiTokens]:
    """So many different tokens."""
    lists = st.lists(full_tokens(), min_size=low, max_size=high, unique=True)
    return lists.map(lambda found: ApiTokens(tuple(found)))


@requirement("KC201", token=tokens(), call=any_call)
def test_kc201_verbatim(judge: Judge, token: str, call: Call) -> None:
    for wire in judge.send(call, ApiTokens((token,))).requests:
        equal(one_header(wire, TOKEN_HEADER), token, TOKEN_HEADER)


def all_tokens(judge: Judge, auth: ApiTokens, call: Call) -> None:
    """Every request carries all of the tokens; no source says that their order matters."""
    for wire in judge.send(call, auth).requests:
        equal(sorted(tokens_of(wire)), sorted(auth.tokens), "the tokens, sorted")


@requirement("KC202", auth=lists_of(2, MAX_TOKENS - 1), call=any_call)
def test_kc202_several(judge: Judge, auth: ApiTokens, call: Call) -> None:
    all_tokens(judge, auth, call)


@requirement("KC203", auth=lists_of(MAX_TOKENS, MAX_TOKENS), call=any_call)
def test_kc203_nine(judge: Judge, auth: ApiTokens, call: Call) -> None:
    all_tokens(judge, auth, call)


@requirement("KC204", auth=lists_of(MAX_TOKENS + 1, MAX_TOKENS + 3), call=any_call)
def test_kc204_ten_whole_or_refused(judge: Judge, auth: ApiTokens, call: Call) -> None:
    all_tokens(judge, auth, call)


_WORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=1, max_size=20)


def with_inside(*specials: str) -> st.SearchStrategy[str]:
    """A special text between letters, so that nothing a server trims is at an end."""
    return st.builds("{}{}{}".format, _WORD, st.sampled_from(specials), _WORD)


INJECTED = "X-Injected"
_LINE_BREAKS = with_inside("\r\n", "\n", "\r", "\0", f"\r\n{INJECTED}: 1\r\n", "\n ", "\r\n\t")
_UNSENDABLE = st.one_of(
    st.just(""),
    with_inside("\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"),
    with_inside("é", "ü", "\x80", "\x85", "\xa0", "あ", "トークン", "—", "😀"),
)


def injected(wire: Wire) -> bool:
    """Whether a line break or NUL of the token is on the wire as it is, or as another header."""
    value = b"".join(wire.values(TOKEN_HEADER))
    return bool(wire.malformed or wire.values(INJECTED) or re.search(rb"[\r\n\0]", value))


@requirement("KC205", token=_LINE_BREAKS, call=any_call)
def test_kc205_no_line_break_on_the_wire(judge: Judge, token: str, call: Call) -> None:
    for wire in judge.offer(call, ApiTokens((token,))).requests:
        if injected(wire):
            raise Broken(
                "a line break or NUL of the token is on the wire",
                expected="a refusal",
                sent=wires.text(wire.raw_head),
            )


@requirement("KC206", token=_UNSENDABLE, call=any_call)
def test_kc206_unsendable_is_refused(judge: Judge, token: str, call: Call) -> None:
    for wire in judge.offer(call, ApiTokens((token,))).requests:
        raise Broken(
            f"the token {token!r} was sent to {wires.path(wire)} instead of being refused",
            expected="a refusal, and nothing on the wire",
            sent=", ".join(map(repr, wire.values(TOKEN_HEADER))) or "no token at all",
        )


@requirement("KC207", token=st.one_of(_UNSENDABLE, _LINE_BREAKS), call=any_call)
def test_kc207_never_another_token(judge: Judge, token: str, call: Call) -> None:
    unaltered = {token.encode("utf-8")}
    if all(ord(character) < 256 for character in token):
        unaltered.add(token.encode("latin-1"))
    for wire in judge.offer(call, ApiTokens((token,))).requests:
        for value in wire.values(TOKEN_HEADER):
            if value not in unaltered and not injected(wire):  # that is for KC205 to say
                equal(wires.text(value), token, TOKEN_HEADER)
