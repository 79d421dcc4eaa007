"""The values that are drawn for parameters: every documented type at and around its limits.

Each kind of value is met by each parameter in turn, not by chance: `Bags` hands out every choice
of a list, in random order, before any of them comes again, with a bag of its own for each call and
parameter.
"""

from __future__ import annotations

import base64
import gzip
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from kintone_conformance.model import Call
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import BULK_OPERATIONS
from kintone_conformance.spec.shapes import resolved, without
from kintone_conformance.strategies import harmless_call

_T = TypeVar("_T")

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
    "null",
    "true",
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
    "snake_case",
    "camelCase",
    "x" * 128,
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
    0.00001,
    [],
    ["one"],
    ["one", "二", ""],
    ["twice", "twice", "a,b"],
    [{"code": "sato"}, {"code": "佐藤"}],
    [{"fileKey": "c15b3870-7505-4ab6-9d8d-b9bdbc74f5d6"}],
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
    "noextension",
    "UPPER.TXT",
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
)
# Files whose name tells a type that libraries convert, and contents that they convert.
TEXT_NAMES: tuple[str, ...] = ("a.txt", "a.csv", "a.json", "a.html")
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


class Bags:
    """Random choices in turn: a bag for each key, refilled when it is empty."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._bags: dict[object, list[Any]] = {}

    def draw(self, key: object, choices: Sequence[_T]) -> _T:
        """The next of these choices for this key."""
        bag = self._bags.get(key)
        if not bag:
            bag = list(choices)
            self._random.shuffle(bag)
            self._bags[key] = bag
        drawn: _T = bag.pop()
        return drawn

    def shuffled(self, choices: Sequence[_T]) -> list[_T]:
        """The choices in a random order."""
        found = list(choices)
        self._random.shuffle(found)
        return found


class Values:
    """Draws the parameters of calls. `extra` are more texts, drawn by Hypothesis.

    `bulk` are the inner operations that the client knows, `declared` the parameters that it takes
    of those that not every client has.
    """

    def __init__(
        self,
        bags: Bags,
        bulk: Sequence[str],
        declared: Collection[str] = (),
        extra: Sequence[str] = (),
    ) -> None:
        self._bags = bags
        self._bulk = [api for api in BULK_OPERATIONS if api in bulk]
        self._declared = declared
        self._forms: dict[tuple[str, str], Any] = {}
        self._texts = (*TEXTS, *extra)

    def call(self, api: str) -> Call:
        """A call with the next value of each of its parameters; optional ones come and go."""
        if api == "bulkRequest":
            return self._bulk_request()
        if api == "file.upload":
            return self._upload()
        if api == "oauth.token":
            return self._token()
        return Call(api, self._params(api, api))

    def _bulk_request(self) -> Call:
        count = self._bags.draw("bulk length", BULK_LENGTHS)
        names = [self._bags.draw("bulk operation", self._bulk) for _ in range(count)]
        requests = [
            {"api": api, "params": self._params(api, "bulkRequest", small=True)} for api in names
        ]
        if count > 2 and self._bags.draw("bulk twice", (True, False)):
            requests[-1] = requests[0]  # the same twice is what was asked for
        return Call("bulkRequest", {"requests": requests})

    def _upload(self) -> Call:
        content = self._bags.draw("content", (*CONTENTS, *map(filled, SIZES)))
        return upload(self._bags.draw("file name", FILE_NAMES), content)

    def _token(self) -> Call:
        given = dict(harmless_call("oauth.token").params)
        for name in ("refreshToken", "clientId", "clientSecret"):
            texts = (given[name], "a+b/c=d", "with blank", "ü&=", "-._~", "100%41 &x")
            given[name] = self._bags.draw(("oauth.token", name), texts)
        return Call("oauth.token", given)

    # ---- by schema

    def _params(self, api: str, holder: str, small: bool = False) -> dict[str, Any]:
        """The parameters of a call, or of an inner request of its holder."""
        where = api if api == holder else f"{holder}.{api}"
        schema = self._form(api, holder)
        found = self._object(where, self._one_of(where, schema), small)
        if "revisions" in found:
            ids, first = found["ids"], self._bags.draw((where, "revision"), (1, 7, 99))
            found["revisions"] = [first + at for at in range(len(ids))]
        return found

    def _form(self, api: str, holder: str) -> Any:
        """The schema of a call's parameters, of those that the client takes in this holder."""
        if (api, holder) not in self._forms:
            spec = call_spec(api)
            names = [name for name in spec.declared if f"{holder}.{name}" not in self._declared]
            self._forms[api, holder] = without(spec.params, names)
        return self._forms[api, holder]

    def _one_of(self, key: str, schema: Any) -> Any:
        """A schema, or the next of its forms."""
        forms = schema.get("oneOf")
        return resolved(self._bags.draw((key, "form"), forms)) if forms else schema

    def _object(self, where: str, schema: Mapping[str, Any], small: bool = False) -> dict[str, Any]:
        found = {}
        for name, inner in schema["properties"].items():
            key = f"{where}.{name}"
            given = name in schema["required"] or self._bags.draw((key, "given"), (True, False))
            if given:
                found[name] = self._value(key, name, inner, small)
        return found

    def _value(self, key: str, name: str, schema: Any, small: bool) -> Any:
        schema = self._one_of(key, resolved(schema))
        if "enum" in schema:
            return self._bags.draw(key, schema["enum"])
        kind = schema["type"]
        if kind == "boolean":
            return self._bags.draw(key, (True, False))
        if kind == "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", NUMBERS[-1])
            return self._bags.draw(key, _numbers(low, high))
        if kind == "string" and name == "query":
            return self._query(key)
        if kind == "string":
            return self._bags.draw(key, self._strings(name, schema))
        if kind == "array":
            return self._array(key, name, schema, small)
        if "properties" in schema:
            return self._object(key, schema, small)
        return self._record(key)

    def _strings(self, name: str, schema: Mapping[str, Any]) -> list[str]:
        if name in ("fileKey", "id"):
            return list(KEYS)
        if name == "field":
            return list(CODES)
        if name == "timezone":
            return ["Asia/Tokyo", "America/Argentina/Buenos_Aires"]
        if name in ("code", "guests"):
            return [
                "guest@example.com",
                "a+b@example.com",
                "O'Hara@example.com",
                "MiXed@example.com",
            ]
        if name == "password":
            return ["Kd7Rt2Wm9Xc4Bn6Q", "p@ss:w/rd %41+1", "x" * 64]
        if name == "lang":
            return ["ja", "en", "zh", "default", "user"]
        low, high = schema.get("minLength", 0), schema.get("maxLength", 1024)
        return [text for text in self._texts if low <= len(text) <= high]

    def _query(self, key: str) -> str:
        """A query: one of the usual, a text of its own, or one that asks for many texts."""
        match self._bags.draw((key, "form"), ("usual", "text", "many", "many")):
            case "usual":
                return self._bags.draw((key, "usual"), QUERIES)
            case "text":
                return self._bags.draw((key, "text"), self._texts)
        texts = [self._bags.draw((key, "many"), self._texts) for _ in range(8)]
        return " or ".join(f'f{at} = "{text}"' for at, text in enumerate(texts))

    def _array(self, key: str, name: str, schema: Mapping[str, Any], small: bool) -> list[Any]:
        low, high = schema.get("minItems", 0), schema.get("maxItems", 20)
        low = max(low, 1) if name == "guests" else low
        lengths = [n for n in (low, *LENGTHS, high) if low <= n <= min(high, 100)]
        if small or name in ("guests", "members"):
            lengths = [n for n in lengths if n <= 3] or [low]
        count = self._bags.draw((key, "length"), list(dict.fromkeys(lengths)))
        items = resolved(schema["items"])
        if name == "fields":
            return _distinct(lambda at: self._bags.draw(key, FIELDS) if at < 5 else f"f{at}", count)
        if items.get("type") == "integer":
            first = self._bags.draw(key, (1, 7, 99, 1234567, 2**31))
            return [first + at for at in range(count)]
        if items.get("type") == "string":
            texts = self._strings(name, items)
            return _distinct(
                lambda at: self._bags.draw(key, texts) if at < 5 else f"{name}{at}", count
            )
        return [self._item(key, name, items, at) for at in range(count)]

    def _item(self, key: str, name: str, schema: Mapping[str, Any], at: int) -> Any:
        """The first elements of a list are of every kind, the rest are small and different."""
        if at < 2 or "properties" in schema or "oneOf" in schema:
            item = self._value(f"{key}[]", name, schema, True)
            if isinstance(item, dict) and {"id", "record"} <= set(item):
                item["id"] = at + 1
            return item
        return {"title": {"value": f"record {at}"}}

    def _record(self, key: str) -> dict[str, Any]:
        count = self._bags.draw((key, "fields"), (0, 1, 2, 3, 5, 12))
        codes = _distinct(lambda _at: self._bags.draw((key, "code"), CODES), count)
        return {code: {"value": self._bags.draw((key, "value"), FIELD_VALUES)} for code in codes}


@cache
def _numbers(low: int, high: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(n for n in (low, *NUMBERS, 500) if low <= n <= high))


def _distinct(draw: Callable[[int], str], count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        text = draw(len(found))
        found.append(text if text not in found else f"{text}{len(found)}")
    return found


def filled(size: int) -> bytes:
    """So many bytes, of every kind."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def upload(name: str, content: bytes) -> Call:
    """A file.upload of these bytes."""
    encoded = base64.b64encode(content).decode("ascii")
    return Call("file.upload", {"name": name, "contentBase64": encoded})


def large_writes() -> Iterator[Call]:
    """Bodies past 65,536 bytes: one long text, one of many bytes a letter, and many records."""
    for text in ("a" * 70_000, "漢" * 30_000):
        record = {"title": {"value": text}}
        yield Call("record.add", {"app": 1, "record": record})
        yield Call("record.update", {"app": 1, "id": 1, "record": record})
    records = [{"title": {"value": f"{at} {'b' * 1000}"}} for at in range(100)]
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
