"""The values that parameters are given: every documented type at and around its limits.

Each is a class of its own that a careless layer changes, or that a common buffer cuts. `values`
draws of them.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from typing import Any

from kintone_conformance.model import Call

# Texts that a careless layer changes. Each is a class of its own; all are documented values.
TEXTS: tuple[str, ...] = (
    "conformance",
    "",
    "0",
    " ",
    " both ends ",
    "two  blanks",
    "tab\there",
    "line\nfeed",
    "carriage\rreturn",
    "both\r\nends\r\n",
    "a&b=c",
    "1+1",
    "100%",
    "%41%2B",
    "#1",
    "a?b;c/d",
    'say "x"',
    "it's",
    "back\\slash\\n",
    "\\u0041",
    "<b>&amp;</b>",
    "${HOME} $HOME {{x}} %(x)s",
    *("null", "None", "undefined", "true"),
    "1e5",
    "0123",
    "1.50",
    "12345678901234567890",
    "-1",
    "日本語",
    "山田 太郎\u3000様",
    "ｶﾅ ＡＢＣ １２３",
    "e\u0301 か\u3099",
    "é が Å",
    "ﬁ ㍿ ①",
    "İıß ǅ",
    "עברית",
    "한국어",
    "😀 👨‍👩‍👧",
    "𠮷野家 𝒜",
    "\ufeffmark",
    "zero\u200bwidth\u00adsoft",
    "no\u00a0break",
    "line\u2028separator",
    "MiXeD cAsE",
    "/k/v1/record.json",
    "https://demo.cybozu.com/k/v1/records.json?app=1",
    "a" * 255,
    "b" * 256,
    "あ" * 86,
    "c" * 1023 + "あ",
    "=1+1",
    "a,b,c",
    "[0]",
    '{"a": 1}',
    "$$ $& $1",
    "\u3000端\u3000",
    "〜−‖¥‾髙﨑",  # each has two codes, one in Shift_JIS and one in Windows-31J
    "❤\ufe0f 葛\U000e0100",
    "NO",
    "NaN",
    "0x1F",
    "100%% %%s",
    "０１２３",
    "\ue000外字",
    "\u200eleft\u202eright",
    "\x7f\x85c1",
    "blank  \nat\t\nends",
    "a\n\n\n\nb",
    "<script>alert(1)</script>",
    "https://example.com/",
    "https://example.com/a b/日本?q=%20",
    "Taro.Yamada@Example.COM",
    "1,234,567",
    "\u212a\u2126\u212b",
    "2026/02/28",
    "http://Example.com",
    "@conformance",
    "1,5",
    "\ufdd0noncharacters\uffff",
    "“double” ‘single’ …",
)
CODES: tuple[str, ...] = (
    "title",
    "文字列__1行_",
    "Title",
    "ＴＩＴＬＥ",
    "a,b",
    "作成日時",
    "é",
    "e\u0301",
    "q&a=1",
    "50%",
    "1+1",
    "数値 0",
    "snake_caseAndCamel",
    "a.b",
    *("_private", "01", "x" * 128),
    *("constructor", "__proto__", "toString"),  # every object of JavaScript has these
    *("id", "type", "value"),  # and these are names in Kintone's own objects
)
# What can be asked for. $id and $revision are written by Kintone alone, and no record sends them.
FIELDS: tuple[str, ...] = ("$id", *CODES)
NUMBERS: tuple[int, ...] = (
    *(1, 7, 10, 99, 100, 1234, 65536, 100_000, 1234567),
    *(2**31 - 1, 2**31, 2**53 - 1),
)
QUERIES: tuple[str, ...] = (
    "limit 1",
    'title = "x & y"',
    'title like "100%" or 数値 > 1+1',
    '作成日時 = TODAY() and 文字列__1行_ in ("日本語", "é")',
    "order by $id desc limit 500 offset 0",
    'a = "\\"quoted\\"" and b != \'\'',
    'c in ("/k/v1/record.json", "#", "?", "=")',
    '数値 = 9007199254740991 or 数値 = "1234567890123456"',
    "  blanks  inside  and  around  ",
    'd = "😀𠮷e\u0301ﬁ\u200b"',
    'e = "%41%2B"\nor e = ";"',
    'f = "x" AND g not in ("AND", "ORDER BY") ORDER BY h',
)
# What a field of a record may hold.
FIELD_VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    0,
    7,
    -12,
    1234567890123456,
    9007199254740991,
    1.5,
    1234.5678,
    *(0.00001, 1.25e-7, 0.1 + 0.2),
    [],
    ["one"],
    ["one", "二", "", "02"],
    ["twice", "twice", "a,b"],
    [{"code": "sato"}, {"code": "佐藤"}],
    [{"fileKey": "c15b3870-7505-4ab6-9d8d-b9bdbc74f5d6"}, {"fileKey": "Ab+C/d=9"}],
    [{"value": {"inner": {"value": "1"}, "内側": {"value": None}}}],
    [{"id": 12, "value": {"inner": {"value": ""}}}, {"value": {}}],
    [
        {"value": {"b": {"value": 0}}},
        {"value": {"b": {"value": 0}}},
        {"value": {"a": {"value": []}}},
    ],
    [{"value": {"list": {"value": ["a,b", "二"]}, "text": {"value": 'one\n"two"  日本'}}}],
    [{"value": {"n": {"value": str(at)}}} for at in range(101)],
    "2026-02-28",
    "2026-02-28T00:00:00Z",
    "2026-02-28T09:30:00.123Z",
    "49:30",
    "2026-02-28T09:30:00Z",
    "2026-02-28T18:30:00+09:00",
    "09:30",
)
# Bytes of files around the buffers of common libraries.
SIZES: tuple[int, ...] = (
    0,
    1,
    4095,
    4096,
    4097,
    8191,
    8192,
    8193,
    16384,
    16385,
    65535,
    65536,
    65537,
)
CONTENTS: tuple[bytes, ...] = (
    b"conformance",
    b"\r\n",
    b"a\nb\n",
    b"a\r\nb\r\n",
    b"\xff\xfe\x00\x1a",
    b"--",
    b"\r\n--\r\n",
    b"\xef\xbb\xbfmark",
    bytes(range(256)),
    "日本語".encode("cp932"),
    b"%PDF-1.4\r\n",
    gzip.compress(b"conformance", mtime=0),
    b"Y29uZm9ybWFuY2U=",
    b" \t both ends \r\n\r\n",
)
FILE_NAMES: tuple[str, ...] = (
    "a.txt",
    "a.bin",
    "報告書.xlsx",
    "e\u0301.csv",
    "é.json",
    "ＦＵＬＬ ｶﾅ.txt",
    "two  blanks .txt",
    *("noextension", "UPPER.TXT"),
    "100%41+1&x=y.txt",
    "😀𠮷.png",
    "it's.html",
    "semi;colon.txt",
    'quo"te.txt',
    "back\\slash.txt",
    'a"; name="app"; x="1.txt',
    "line\r\nX-Injected: 1.txt",
    "x" * 120 + ".txt",
    "議事録" * 12 + ".docx",
    " both ends .csv ",
    ".htaccess",
    "archive.tar.gz",
    "~user.txt",
    "x" * 251 + ".txt",
    "議事録" * 29 + ".docx",  # 266 bytes
    "ends with a dot.",
    "a<b>c|d?e*f:g.txt",
    "con.txt",
)
# Files whose name tells a type that libraries convert, and contents that they convert.
TEXT_NAMES = ("a.txt", "a.csv", "a.json", "a.html")
TEXT_CONTENTS: tuple[bytes, ...] = (
    b"\xef\xbb\xbfa,b\r\n1,2\r\n",
    b'{"b":  1,\r\n "a": "\\u3042"}\n',
    "<p>株式会社</p>\r\n".encode("cp932"),
    "a\tあ\r\n".encode("utf-16"),
)
LENGTHS: tuple[int, ...] = (0, 1, 2, 10, 11, 20, 50, 99, 100)
BULK_LENGTHS: tuple[int, ...] = (1, 2, 3, 5, 10, 19, 20)
KEYS: tuple[str, ...] = (
    "201202061155587E339F9067544F1A92C743460E3D12B3297",
    "c15b3870-7505-4ab6-9d8d-b9bdbc74f5d6",
    "Ab+C/d=9",
    "0",
)


def filled(size: int) -> bytes:
    """So many bytes, of every kind."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def upload(name: str, content: bytes) -> Call:
    """A file.upload of these bytes."""
    encoded = base64.b64encode(content).decode("ascii")
    return Call("file.upload", {"name": name, "contentBase64": encoded})


def large_writes() -> Iterator[Call]:
    """Bodies past 65,536 bytes: one long text, some of many bytes a letter, and many records.

    A buffer of 64 KiB ends inside a letter of three bytes, and one of UTF-16 units inside a pair.
    """
    for text in ("a" * 70_000, "漢" * 50_000):
        record = {"title": {"value": text}}
        yield Call("record.add", {"app": 1, "record": record})
        yield Call("record.update", {"app": 1, "id": 1, "record": record})
    for text in ("😀" * 20_000, "a" + "😀" * 20_000):
        yield Call("record.add", {"app": 1, "record": {"title": {"value": text}}})
    for size in (11_000, 1000):  # the first makes more than a megabyte
        records = [{"title": {"value": f"{at} {'b' * size}"}} for at in range(100)]
        yield Call("records.add", {"app": 1, "records": records})
    updates = [{"id": at, "record": record} for at, record in enumerate(records, 1)]
    yield Call("records.update", {"app": 1, "records": updates})
    inner = {"api": "records.add", "params": {"app": 1, "records": records}}
    yield Call("bulkRequest", {"requests": [inner]})


def long_reads() -> Iterator[Call]:
    """Reads that a URL cannot hold, or only just: by length, by letters, by number of elements."""
    for letters in (500, 1500, 2500, 3900, 4000, 4100, 7900, 8120, 8150, 9000):
        yield Call("records.get", {"app": 1, "query": f'title = "{"a" * letters}"'})
    for letters in (100, 300, 450, 900, 1200):
        text = f'title = "{"漢" * letters}"'
        more = {"fields": ["title", "価格"], "totalCount": True}
        yield Call("records.get", {"app": 1, "query": text, **more})
    yield Call("records.get", {"app": 1, "query": 'title = "' + "a&b+c%41 " * 500 + '"'})
    for count in (100, 101, 102, 500, 1000):
        yield Call("records.get", {"app": 1, "fields": [f"f{at}" for at in range(count)]})
    yield Call("records.get", {"app": 1, "fields": [f"項目{at}" for at in range(90)]})
    yield Call("apps.get", {"codes": [f"C{at:062}" for at in range(100)]})
    yield Call("apps.get", {"ids": list(range(1, 101)), "name": "名前" * 32})
    yield Call("apps.get", {"codes": [f"C{at:062}" for at in range(100)], "name": "名前" * 32})
    for login in ("user{}@example.com", "{}" + "u" * 90 + "@example.com"):
        yield Call("user.users.get", {"codes": [login.format(at) for at in range(100)]})
