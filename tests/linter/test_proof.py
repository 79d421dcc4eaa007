"""What edits have to prove: they compile, and all but what they are about stays."""

from __future__ import annotations

import pytest

from kintone_lint.edits.proof import MOST_BYTES, Old, UnprovenError
from kintone_lint.findings import Span, TextEdit
from kintone_lint.python.source import Source
from linter.linting import NOWHERE

SPAN = Span("app.py", 1, 1, 1, 1)


def source(raw: str | bytes) -> Source:
    return Source("app.py", NOWHERE / "app.py", raw if isinstance(raw, bytes) else raw.encode())


def edited(text: str, *edits: TextEdit) -> str:
    for edit in sorted(edits, key=lambda each: -each.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def replacing(text: str, old: str, new: str) -> TextEdit:
    start = text.index(old)
    return TextEdit(start, start + len(old), new, SPAN)


def proves(text: str, old: str, new: str, imported: str = "") -> bool:
    """Whether one replacement holds, with an import at the start of the file."""
    edit = replacing(text, old, new)
    imports = [TextEdit(0, 0, imported, SPAN)] if imported else []
    try:
        Old(source(text)).check([edit], imports, edited(text, edit, *imports))
    except UnprovenError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("x = 'a'\n", "'a'", "os.environ['A']"),
        ("f('a', b='c')\n", "'c'", "os.environ['A']"),
        ("return_ = lambda:'a'\n", "'a'", "os.environ['A']"),
        ("x = 'http://a'\n", "http:", "https:"),
        ("x = f'http://{a}/{b!r:>{c}}'\n", "http:", "https:"),
        ("import base64\nx = base64.encodebytes(b)\n", "encodebytes", "b64encode"),
        ("x = 1  # noqa: A, B\ny = 2\n", ", B", ""),
        ("x = 1  # noqa\ny = 2\n", "  # noqa", ""),
        ("# noqa\ny = 2\n", "# noqa\n", ""),
        ("x = ('a'\n     # c\n     'b')\n", "# c", "# d"),
        ("def f(): 'doc'; x = 'a'\n", "'a'", "os.environ['A']"),
        ("class A:\r\n\tx = '日本', 'a'\r\n", "'a'", "os.environ['A']"),
        ("x = '\\N{BULLET}a' 'b'\n", "'b'", "'c'"),
        ("@a('a')\n@b\ndef f(): ...\n", "'a'", "os.environ['A']"),
        ("def f():\n    return'a'\n", "'a'", " os.environ['A']"),
        ("x = f'a {b}'\n", "b", "b.decode()"),
        ("x = f'a {b!r:>3} {c}'\n", "c", "c.decode()"),
        ("x = 'a %s' % b\n", "b", "b.decode()"),
        ("x = 'a {}'.format(b(c))\n", "b(c)", "b(c).decode()"),
        ("x = {'a': b(c.d()).e()}\n", "b(c.d()).e()", "c"),
    ],
)
def test_an_edit_of_one_text_name_or_comment_holds(text: str, old: str, new: str) -> None:
    assert proves(text, old, new)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("x = 1  # noqa: A, B\ny = 2\n", ", B\n", ", "),  # a statement becomes a comment
        ("x = 1  # noqa\n# note\ny = 2\n", "# noqa\n# note", ""),  # another comment goes
        ("x = 1  # noqa\ny = 2\n", "  # noqa\ny", "; y"),
        ("def f():\n    return'a'\n", "'a'", "os.environ['A']"),
        ("x = 'a' 'b'\n", "'b'", "os.environ['A']"),
        ("match x:\n    case 'a': pass\n", "'a'", "os.environ['A']"),
        ("x = f'{\"a\"}'\n", '"a"', 'os.environ["A"]'),
        ("x = f'a {b}'\n", "b", "c.decode()"),
        ("x = f'a {b}'\n", "b", "b.encode()"),
        ("x = f'a {b!r}'\n", "b!r", "b.decode()"),
        ("x = 'a %s' % b\n", "b", "b.decode('x')"),
        ("x = 'a {}'.format(b(c))\n", "b(c)", "b(d).decode()"),
        ("x = {'a': b(c.d()).e()}\n", "b(c.d()).e()", "f"),
        ("x = 'a'\n", "'a'", "1"),
        ("x = 'a'\n", "'a'", "b'a'"),
        ("x = 'a'\n", "a'", "' + y"),
        ("x = 'abc'\n", "b", "' '"),
        ("x = 'abc'\n", "b", "\\x41"),
        ("x = f'{a}bc'\n", "b", "\\x41"),
        ("x = ('a'  # c\n     'b')\n", "'a'  # c\n     'b'", "os.environ['A']"),
        ("x = 'a'.b\n", "'a'", "os.environ['A'].c"),
        ("x = f'{a}{b}'\n", "{b}", "{c}"),
        ("x = a.b\n", "a.b", "c.d"),
        ("x = a.b\n", "a", "c.d"),
        ("x = 1\n", "1", "2"),
        ("x = u'a{b}'\n", "u'a", "fu'a"),
        ("x = u'a'\n", "'a'", "b['c']"),
        ("x = 'a'\n", "'a'", "'a'\ny = 2"),
        ("x = 'a'\n", "x = 'a'", "x = 'a'  # noqa"),
        ("x = 'a'; y = 2\n", "'a'", "'a' # b"),
    ],
)
def test_an_edit_of_more_does_not(text: str, old: str, new: str) -> None:
    assert not proves(text, old, new)


@pytest.mark.parametrize(
    ("text", "imported", "holds"),
    [
        ("x = 'a'\n", "import os\n\n", True),
        ("x = 'a'\n", "import os; import sys\n", False),
        ("x = 'a'\n", "y = 1\n", False),
        ("x = 'a'\n", "import os;", True),
        ("'doc'\nx = 'a'\n", "import os\n", False),
        ("from __future__ import annotations\nx = 'a'\n", "import os\n", False),
        ("# -*- coding: latin-1 -*-\nx = 'a'\n", "import os\n", False),
        ("#!/x\n# -*- coding: latin-1 -*-\nx = 'a'\n", "import os\n", False),
    ],
)
def test_an_import_is_one_and_leaves_the_head_alone(text: str, imported: str, holds: bool) -> None:
    assert proves(text, "'a'", "os.environ['A']", imported) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [("x = 'a{b}'\n", True), ("x = u'a{b}'\n", False), ("x = 'a{b} {'\n", False)],
)
def test_an_f_before_a_text_makes_it_an_f_string(text: str, holds: bool) -> None:
    at = text.index("= ") + 2
    edit = TextEdit(at, at, "f", SPAN)
    try:
        Old(source(text)).check([edit], [], edited(text, edit))
        assert holds
    except UnprovenError:
        assert not holds


def test_what_is_not_said_to_change_must_not() -> None:
    text = "x = 'a'; y = 'b'\n"
    edit = replacing(text, "'a'", "'c'")
    for after in ("x = 'c'; y = 'd'\n", "x = 'c'; y = 'b'", "x = 'c';  y = 'b'\n"):
        with pytest.raises(UnprovenError, match="something else would change"):
            Old(source(text)).check([edit], [], after)


def test_a_comment_that_becomes_the_cookie_is_no_harmless_one() -> None:
    text = "# noqa\n#!/x\n# coding: latin-1\nx = 'é'\n"
    assert not proves(text, "# noqa\n", "")


@pytest.mark.parametrize(
    "raw",
    [
        "x = (\n",
        b"# coding: utf-8\nx = '\xff'\n",
        b"# coding: iso2022_jp\nx = '\x1b$B\x1b(B'  # an escape that nobody needs\n",
        b"x = 1\n" * (MOST_BYTES // 6 + 1),
    ],
)
def test_nothing_is_proven_of_a_file_that_python_does_not_take(raw: str | bytes) -> None:
    from kintone_lint.errors import UnreadableError

    with pytest.raises((UnprovenError, UnreadableError)):
        Old(source(raw))


@pytest.mark.parametrize(
    "other", ["return 1", "global os", "nonlocal y", "from __future__ import annotations"]
)
def test_a_file_that_parses_must_compile_as_well(other: str) -> None:
    text = f"x = 'a'\n{other}\n"
    assert not proves(text, "'a'", "os.environ['A']", "import os\n")


def test_a_proof_does_not_depend_on_its_callers_flags_or_warnings() -> None:
    text = "x = 'a'\nprint(1 is 1, '\\d')\n"
    assert proves(text, "'a'", "'b'")


def test_the_depth_of_a_file_is_no_danger() -> None:
    deep = "(" * 90 + "x" + ")" * 90 + "".join(f"[{n}]" for n in range(2_000))
    assert proves(f"x = 'a'\ny = {deep}\n", "'a'", "'b'")
