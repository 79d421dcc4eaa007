"""KC1xx: how `login:password` becomes the X-Cybozu-Authorization header.

Each property draws the one kind of credentials that its defect shows on, so that one defect
breaks one requirement. Decoding is lenient on everything that another requirement judges.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

from kintone_conformance.model import Call
from kintone_conformance.spec.auth import PASSWORD_HEADER, Password, password_steps
from kintone_conformance.strategies import (
    ALPHANUMERIC,
    any_call,
    fragments,
    password_auths,
    plain_words,
)
from kintone_conformance.suite.credentials import LITERAL, SCHEME, decoded, encoded, first_value
from kintone_conformance.suite.expect import equal, one_header
from kintone_conformance.suite.judge import Broken, Judge
from kintone_conformance.suite.requirement import requirement


def sent_verbatim(judge: Judge, auth: Password, call: Call) -> None:
    """Every request carries exactly these credentials, or the client refused undocumented ones."""
    steps = password_steps(auth)
    for wire in judge.send(call, auth).requests:
        raw = decoded(wire)
        if raw != steps.utf8:
            text = raw.decode("utf-8", "backslashreplace")
            equal(text, steps.joined, "what the header decodes to")
            equal(raw, steps.utf8, "what the header decodes to, as bytes,")


_WORDS = plain_words()


def credentials(
    login: st.SearchStrategy[str] = _WORDS, password: st.SearchStrategy[str] = _WORDS
) -> st.SearchStrategy[Password]:
    """Password credentials with one part of a special kind, the other letters and digits."""
    return st.builds(Password, login=login, password=password)


def around(special: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A special text at the start, in the middle or at the end of plain letters."""
    plain = st.text(st.sampled_from(ALPHANUMERIC), max_size=6)
    return st.builds(lambda before, text, after: before + text + after, plain, special, plain)


@requirement("KC101", auth=password_auths(), call=any_call)
def test_kc101_one_header(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        one_header(wire, PASSWORD_HEADER)


@requirement("KC102", auth=password_auths(), call=any_call)
def test_kc102_login_colon_password(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


# These sextets give + or / in the Base64 whatever stands before them.
_HIGH_BITS = st.text(st.sampled_from(">?~|"), min_size=4, max_size=24)


@requirement("KC103", auth=credentials(password=_HIGH_BITS), call=any_call)
def test_kc103_standard_alphabet(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        strangers = sorted(set(re.findall(r"[^A-Za-z0-9+/=]", encoded(wire))))
        if strangers:
            raise Broken(
                f"the Base64 holds {' '.join(strangers)}",
                expected=password_steps(auth).base64,
                sent=encoded(wire),
            )


@requirement("KC104", auth=password_auths(), call=any_call)
def test_kc104_padding(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        if len(encoded(wire)) % 4:
            raise Broken(
                "the Base64 is not padded to a multiple of four characters",
                expected=password_steps(auth).base64,
                sent=encoded(wire),
            )


_LONG_LOGIN = fragments(ALPHANUMERIC, longest=128)
_LONG_PASSWORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=45, max_size=64)


@requirement("KC105", auth=credentials(_LONG_LOGIN, _LONG_PASSWORD), call=any_call)
def test_kc105_one_line(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        value = SCHEME.sub("", first_value(wire, PASSWORD_HEADER))
        if re.search(r"\s", value):
            raise Broken(
                "the header value is broken by a blank or line end",
                expected=password_steps(auth).base64,
                sent=value,
            )


@requirement("KC106", auth=password_auths(), call=any_call)
def test_kc106_no_scheme_word(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        value = first_value(wire, PASSWORD_HEADER)
        word = SCHEME.match(value)
        if word:
            raise Broken(
                f"the header value begins with the word {word[0].strip()}",
                expected=password_steps(auth).base64,
                sent=value,
            )


@requirement("KC107", auth=password_auths(), call=any_call)
def test_kc107_no_bytes_literal(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.send(call, auth).requests:
        value = SCHEME.sub("", first_value(wire, PASSWORD_HEADER))
        if LITERAL.match(value):
            raise Broken(
                "the header value is the notation of a bytes literal",
                expected=password_steps(auth).base64,
                sent=value,
            )


# Composed characters of the basic plane: no normalisation form changes them.
_BASIC_PLANE = st.one_of(
    st.sampled_from(["山田太郎", "テスト", "müller", "Łukasz", "иван", "משה", "김철수", "王小明"]),
    st.text(
        st.sampled_from("山田太郎あいうえおアイウエオéüñßøłжщя中文한글"), min_size=1, max_size=20
    ),
)


@requirement("KC108", auth=credentials(login=_BASIC_PLANE), call=any_call)
def test_kc108_utf8(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


_COLONS = around(st.sampled_from([":", "::", ":a:", "b:c", "a:b:c:"]))


@requirement("KC109", auth=credentials(password=_COLONS), call=any_call)
def test_kc109_colon_in_the_password(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


# Each changes under NFC, NFD, NFKC or NFKD.
_UNSTABLE = st.sampled_from(
    ["が", "か\u3099", "e\u0301", "ﬁ", "\u212b", "ｱｲｳ", "１２", "\uac00", "\u1100\u1161"]
)


@requirement("KC110", auth=credentials(login=around(_UNSTABLE)), call=any_call)
def test_kc110_no_normalisation(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


_PERCENT = around(st.sampled_from(["%41", "%25", "%3A", "%2b", "100%", "%", "%zz", "%u0041"]))


@requirement(
    "KC111",
    auth=st.one_of(credentials(login=_PERCENT), credentials(password=_PERCENT)),
    call=any_call,
)
def test_kc111_percent(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


_PLUS = around(st.sampled_from(["+", "++", "a+b"]))


@requirement(
    "KC112", auth=st.one_of(credentials(login=_PLUS), credentials(password=_PLUS)), call=any_call
)
def test_kc112_plus(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


_MARKED = st.builds("{}{}".format, st.just("\ufeff"), plain_words())


@requirement("KC113", auth=credentials(login=_MARKED), call=any_call)
def test_kc113_byte_order_mark(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.offer(call, auth).requests:
        equal(
            decoded(wire).decode("utf-8", "backslashreplace"),
            password_steps(auth).joined,
            "what the header decodes to",
        )


_VERY_LONG_LOGIN = st.text(st.sampled_from(ALPHANUMERIC), min_size=65, max_size=128)
_VERY_LONG_PASSWORD = st.text(st.sampled_from(ALPHANUMERIC), min_size=58, max_size=64)


@requirement("KC114", auth=credentials(_VERY_LONG_LOGIN, _VERY_LONG_PASSWORD), call=any_call)
def test_kc114_not_truncated(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


_ASTRAL = around(st.sampled_from(["😀", "𠮷", "𩸽", "👍🏽", "𝒜", "👨‍👩‍👧"]))


@requirement("KC115", auth=credentials(login=_ASTRAL), call=any_call)
def test_kc115_astral(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


@requirement("KC116", auth=credentials(password=st.just("")), call=any_call)
def test_kc116_empty_password(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.offer(call, auth).requests:
        if not wire.values(PASSWORD_HEADER):
            continue  # where "" is no password, there are no credentials
        equal(
            decoded(wire).decode("utf-8", "backslashreplace"),
            f"{auth.login}:",
            "what the header decodes to",
        )


@requirement(
    "KC117", auth=st.builds(Password, login=plain_words(), password=st.none()), call=any_call
)
def test_kc117_absent_password(judge: Judge, auth: Password, call: Call) -> None:
    for wire in judge.offer(call, auth).requests:
        if not wire.values(PASSWORD_HEADER):
            continue
        text = decoded(wire).decode("utf-8", "backslashreplace")
        sent = text.removeprefix(f"{auth.login}:")
        if sent not in ("", auth.login):
            raise Broken(
                f"the absent password became {sent!r}",
                expected=f"{auth.login}: or a refusal",
                sent=text,
            )


_BLANK_ENDED = st.builds(
    lambda text, blank, first: blank + text if first else text + blank,
    plain_words(),
    st.sampled_from([" ", "  ", "\t", "\n", "\u3000"]),
    st.booleans(),
)


@requirement("KC118", auth=credentials(password=_BLANK_ENDED), call=any_call)
def test_kc118_not_trimmed(judge: Judge, auth: Password, call: Call) -> None:
    sent_verbatim(judge, auth, call)


@requirement("KC119", auth=credentials(login=st.one_of(_BASIC_PLANE, _ASTRAL)), call=any_call)
def test_kc119_other_locale(judge: Judge, auth: Password, call: Call) -> None:
    usual = {first_value(wire, PASSWORD_HEADER) for wire in judge.send(call, auth).requests}
    for wire in judge.send_in_other_locale(call, auth).requests:
        value = first_value(wire, PASSWORD_HEADER)
        if value not in usual:
            equal(value, min(usual), "the header of a process with another locale")
