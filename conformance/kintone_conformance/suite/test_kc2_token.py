"""KC2xx: API tokens in X-Cybozu-API-Token, one and several."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.header_texts import INJECTED
from kintone_conformance.judging.scenario import Made
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_conformance.strategies import ALPHANUMERIC, full_tokens, tokens
from kintone_conformance.suite.requirement import requirement

_WORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=1, max_size=20)


def one(token: SearchStrategy[str]) -> SearchStrategy[Made]:
    """An object with one token."""
    return st.builds(Made, auth=token.map(lambda text: ApiTokens((text,))))


def lists_of(low: int, high: int) -> SearchStrategy[Made]:
    """An object with so many different tokens."""
    lists = st.lists(full_tokens(), min_size=low, max_size=high, unique=True)
    return st.builds(Made, auth=lists.map(lambda found: ApiTokens(tuple(found))))


def with_inside(*specials: str) -> SearchStrategy[str]:
    """A special text between letters, so that nothing a server trims is at an end."""
    return st.builds("{}{}{}".format, _WORD, st.sampled_from(specials), _WORD)


_LINE_BREAKS = with_inside("\r\n", "\n", "\r", f"\r\n{INJECTED}: 1\r\n", "\n ", "\r\n\t")
_UNSENDABLE = st.one_of(
    st.just(""),
    with_inside("\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f"),
    with_inside("é", "ü", "\x80", "\x85", "\xa0", "あ", "トークン", "—", "😀"),
)
_NUL = with_inside("\0", "\0\0")

test_kc201_verbatim = requirement("KC201", made=one(tokens()))
test_kc202_several = requirement("KC202", made=lists_of(2, MAX_TOKENS - 1))
test_kc203_nine = requirement("KC203", made=lists_of(MAX_TOKENS, MAX_TOKENS))
test_kc204_ten_whole_or_refused = requirement(
    "KC204", made=lists_of(MAX_TOKENS + 1, MAX_TOKENS + 3)
)
test_kc205_no_line_break_on_the_wire = requirement("KC205", made=one(_LINE_BREAKS))
test_kc206_unsendable_is_refused = requirement("KC206", made=one(_UNSENDABLE))
test_kc207_never_another_token = requirement(
    "KC207", made=one(st.one_of(_UNSENDABLE, _LINE_BREAKS, _NUL))
)
test_kc208_nul_is_refused = requirement("KC208", made=one(_NUL))
