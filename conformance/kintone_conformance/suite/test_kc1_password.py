"""KC1xx: how `login:password` becomes the X-Cybozu-Authorization header.

Each draws credentials of the one kind that its defect shows on; the rest is letters and digits.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.scenario import Made
from kintone_conformance.spec.auth import Password
from kintone_conformance.strategies import (
    ALPHANUMERIC,
    around,
    fragments,
    password_auths,
    plain_words,
)
from kintone_conformance.suite.requirement import requirement

_WORDS = plain_words()


def credentials(
    login: SearchStrategy[str] = _WORDS, password: SearchStrategy[str | None] = _WORDS
) -> SearchStrategy[Made]:
    """An object with credentials in which one part is of a special kind."""
    return st.builds(Made, auth=st.builds(Password, login=login, password=password))


def either(special: SearchStrategy[str]) -> SearchStrategy[Made]:
    """The special text in the login name or in the password."""
    return st.one_of(credentials(login=special), credentials(password=special))


_PLAIN = st.builds(Made, auth=password_auths())
# These sextets give + or / in the Base64 whatever is before them.
_HIGH_BITS = st.text(st.sampled_from(">?~|"), min_size=4, max_size=24)
_LONG_LOGIN = fragments(ALPHANUMERIC, longest=128)
_LONG_PASSWORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=45, max_size=64)
# Composed characters of the basic plane: no normalisation form changes them.
_BASIC_PLANE = st.one_of(
    st.sampled_from(["山田太郎", "テスト", "müller", "Łukasz", "иван", "משה", "김철수", "王小明"]),
    st.text(
        st.sampled_from("山田太郎あいうえおアイウエオéüñßøłжщя中文한글"), min_size=1, max_size=20
    ),
)
_COLONS = around(st.sampled_from([":", "::", ":a:", "b:c", "a:b:c:"]))
# Each changes under NFC, NFD, NFKC or NFKD.
_UNSTABLE = st.sampled_from(
    ["が", "か\u3099", "e\u0301", "ﬁ", "\u212b", "ｱｲｳ", "１２", "\uac00", "\u1100\u1161"]
)
_PERCENT = around(st.sampled_from(["%41", "%25", "%3A", "%2b", "100%", "%", "%zz", "%u0041"]))
_PLUS = around(st.sampled_from(["+", "++", "a+b"]))
_MARKED = st.builds("{}{}".format, st.just("\ufeff"), plain_words())
_VERY_LONG_LOGIN = st.text(st.sampled_from(ALPHANUMERIC), min_size=65, max_size=128)
_VERY_LONG_PASSWORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=58, max_size=64)
_WIDE_LOGIN = st.text(st.sampled_from("山田太郎漢字éя"), min_size=90, max_size=128)
_ASTRAL = around(st.sampled_from(["😀", "𠮷", "𩸽", "👍🏽", "𝒜", "👨‍👩‍👧"]))
_BLANK_ENDED = st.builds(
    lambda text, blank, first: blank + text if first else text + blank,
    plain_words(),
    st.sampled_from([" ", "  ", "\t", "\n", "\u3000"]),
    st.booleans(),
)
_LOOKALIKES = st.one_of(
    around(
        st.sampled_from(
            [
                "$HOME",
                "${HOME}",
                "$(id)",
                "%PATH%",
                "&amp;",
                "&lt;",
                "{{x}}",
                "{x}",
                "#{x}",
                "<%=x%>",
            ]
        )
    ),
    st.sampled_from(["Y3lib3p1MTIz", "cGFzc3dvcmQ=", "YTpi", "0x41", "1e5", "true", "null", "~"]),
    plain_words().map('"{}"'.format),
    plain_words().map("'{}'".format),
)

test_kc101_one_header = requirement("KC101")
test_kc102_login_colon_password = requirement("KC102", made=_PLAIN)
test_kc103_standard_alphabet = requirement("KC103", made=credentials(password=_HIGH_BITS))
test_kc104_padding = requirement("KC104", made=_PLAIN)
test_kc105_one_line = requirement("KC105", made=credentials(_LONG_LOGIN, _LONG_PASSWORD))
test_kc106_no_scheme_word = requirement("KC106")
test_kc107_no_bytes_literal = requirement("KC107")
test_kc108_utf8 = requirement("KC108", made=credentials(login=_BASIC_PLANE))
test_kc109_colon_in_the_password = requirement("KC109", made=credentials(password=_COLONS))
test_kc110_no_normalisation = requirement("KC110", made=credentials(login=around(_UNSTABLE)))
test_kc111_percent = requirement("KC111", made=either(_PERCENT))
test_kc112_plus = requirement("KC112", made=either(_PLUS))
test_kc113_byte_order_mark = requirement("KC113", made=credentials(login=_MARKED))
test_kc114_not_truncated = requirement(
    "KC114",
    made=st.one_of(credentials(_VERY_LONG_LOGIN, _VERY_LONG_PASSWORD), credentials(_WIDE_LOGIN)),
)
test_kc115_astral = requirement("KC115", made=credentials(login=_ASTRAL))
test_kc116_empty_password = requirement("KC116", made=credentials(password=st.just("")))
test_kc117_absent_password = requirement("KC117", made=credentials(password=st.none()))
test_kc118_not_trimmed = requirement("KC118", made=credentials(password=_BLANK_ENDED))
test_kc119_other_locale = requirement("KC119")
test_kc120_not_interpreted = requirement("KC120", made=credentials(password=_LOOKALIKES))
