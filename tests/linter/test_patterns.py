"""Expressions are compiled when they are used, and are what `re.compile` gives."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from kintone_lint.patterns import regex

CODE = """
import re
made = []
compile = re._compiler.compile
re._compiler.compile = lambda *given: made.append(given) or compile(*given)
from kintone_lint.patterns import regex
late = regex("a+")
assert not made
assert late.search("baa").group() == "aa"
assert late.fullmatch("b") is None
print(len(made))
"""


def test_an_expression_is_compiled_once_and_at_its_use() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_an_expression_does_what_a_compiled_one_does() -> None:
    late, made = regex("(?i)(?P<a>x)|y", re.MULTILINE), re.compile("(?i)(?P<a>x)|y", re.MULTILINE)
    assert late.pattern == made.pattern
    assert late.flags == made.flags
    assert late.sub("_", "XyZ") == made.sub("_", "XyZ") == "__Z"
    assert [each["a"] for each in late.finditer("xY")] == ["x", None]
    assert regex(rb"\d").findall(b"a1b2") == [b"1", b"2"]


def test_what_is_wrong_with_an_expression_is_told_at_its_use() -> None:
    with pytest.raises(re.error):
        regex("(").search("")
