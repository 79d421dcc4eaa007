"""Shapes of source that can be made as large as one likes, each with what it strains."""

from __future__ import annotations

from collections.abc import Callable

from fakes import token

Shape = Callable[[int], str]

HEAD = "import kintone, requests, os, base64\n"
URL = "https://demo.cybozu.com/k/v1/record.json"
TOKEN = token(1)


def _lines(line: str) -> Shape:
    """A line many times; `{i}` is its number and `{p}` the number before."""

    def made(count: int) -> str:
        if "{" not in line:
            return HEAD + f"{line}\n" * count
        numbered = (line.replace("{i}", str(i)).replace("{p}", str(i - 1)) for i in range(1, count))
        return HEAD + "\n".join(numbered) + "\n"

    return made


def _within(before: str, piece: str, after: str) -> Shape:
    """A piece many times between others."""
    return lambda count: HEAD + before + piece * count + after + "\n"


def _tokens(line: str) -> Shape:
    """A line many times with a token of its own in each."""
    return lambda count: HEAD + "".join(line.replace("@", token(i)) + "\n" for i in range(count))


# As many statements or terms as there are.
CODE: dict[str, Shape] = {
    "assignments": _lines("x = 1"),
    "a name of itself": _lines("x = x"),
    "a chain of names": _lines("x{i} = x{p}"),
    "a name used often": _within("x = 1\n", "f(x)\n", ""),
    "a name bound under conditions": _lines("if c{i}:\n    x = '{i}'\nf(x)"),
    "returns in a row": lambda n: HEAD + "def f(x):\n" + "    if x == 1:\n        return 1\n" * n,
    "returns by name": lambda n: (
        HEAD + "def f(x):\n" + "".join(f"    if x{i}:\n        return u{i}\n" for i in range(n))
    ),
    "calls of a function that returns": lambda n: (
        HEAD + "def f(x):\n    return x\n" + "requests.get(f(u))\n" * n
    ),
    "functions that return": _lines("def f{i}(x):\n    return f{p}(x)"),
    "functions": _lines("def f{i}(x, y=1):\n    requests.get(x)"),
    "classes": _lines("class A{i}:\n    def f(self):\n        return self.x"),
    "attributes": lambda n: HEAD + "class A:\n    def f(self):\n" + "        self.x = self.x\n" * n,
    "attributes of methods": lambda n: (
        HEAD
        + "class A:\n"
        + "".join(f"    def f{i}(self):\n        self.x = self.x + 'a'\n" for i in range(n))
    ),
    "mappings of mappings": _lines("d{i} = {**d{p}, **d{p}}"),
    "mappings merged": _lines("d{i} = d{p} | d{p}"),
    "mappings by dict": _lines("d{i} = dict(d{p}, a=1)"),
    "a mapping with many entries": _within("d = {", "'a': 1,", "}\nrequests.get(u, headers=d)"),
    "a mapping of many names": lambda n: (
        HEAD + "d = {\n" + "".join(f"'a{i}': 1,\n" for i in range(n)) + "}\nx = d['a1']\n"
    ),
    "entries written": _within("h = {}\n", "h['a'] = 1\n", ""),
    "a mapping of itself": _within("h = {}\n", "h['b'] = h\n", ""),
    "mappings updated": _within("h = {}\n", "h.update(h)\n", ""),
    "headers of Authorization": lambda n: (
        HEAD
        + "".join(
            f"h{i} = {{'Authorization': t{i}}}\nrequests.get('{URL}', headers=h{i})\n"
            for i in range(n)
        )
    ),
    "requests": _lines(f"requests.get('{URL}')"),
    "requests in a function": lambda n: (
        HEAD + "def f(u):\n" + "    requests.get(u)\n" * n + f"f('{URL}')\n" * 12
    ),
    "callers": lambda n: HEAD + "def f(u):\n    requests.get(u)\n" + f"f('{URL}')\n" * n,
    "wrong paths": _lines("requests.get('https://demo.cybozu.com/k/v1/guest/5/record.json')"),
    "tokens": _tokens("x = '@'"),
    "tokens sent": _tokens("f({'X-Cybozu-API-Token': '@'})"),
    "tokens in comments": _tokens("# @"),
    "tokens in a list": lambda n: (
        HEAD + "x = [" + ",".join(f"'{token(i)}'" for i in range(n)) + "]\n"
    ),
    "tokens on one line": lambda n: HEAD + "; ".join(f"x = '{token(i)}'" for i in range(n)) + "\n",
    "tokens as names": _tokens("KINTONE_TOKEN_@ = '@'"),
    "passwords that start as messages do": _lines("KINTONE_PASSWORD_A{i} = 'hard{i}xQ9'"),
    "passwords": _lines("requests.post(u, headers={'X-Cybozu-Authorization': 'Tr4b-{i}-9xKq'})"),
    "suppressions": _lines("x = 1  # kintone-lint: ignore[KL101] why"),
    "suppressions used": _tokens("x = '@'  # kintone-lint: ignore[KL101]"),
    "suppressions used in one statement": lambda n: (
        HEAD
        + "x = [\n"
        + "".join(f"    '{token(i)}',  # kintone-lint: ignore[KL101]\n" for i in range(n))
        + "]\n"
    ),
    "suppressions of the whole file": _tokens("x = '@'  # kintone-lint: ignore-file[KL101]"),
    "suppressions of no rule": _lines("x = 1  # kintone-lint: ignore[KL9{i}]"),
    "suppressions misspelt": _lines("x = 1  # kintone-lint: disable=KL101"),
    "noqa": _lines("x = 1  # noqa: KL101, E501, KL102"),
    "words in one suppression": _within("x = 1  # kintone-lint: ignore[", "KL101, ", "KL102]"),
    "conditions": _lines("if c{i}:\n    a = 'x'\nelse:\n    a = 'y'"),
    "conditional expressions": _lines("a = 'x' if c{i} else a"),
    "terms of one condition": _within("if a", " and a", ":\n    x = 1\nf(x)"),
    "elif": _within("if a:\n    u = 1\n", "elif b:\n    u = 2\n", "requests.get(u)"),
    "terms": lambda n: HEAD + "x = 'a'" + " + 'a'" * min(n, 2000) + "\n",
    "strings side by side": lambda n: HEAD + "x = ('a'" + "\n    'a'" * min(n, 2000) + ")\n",
    "strings side by side in a list": _within("x = [", "'a' 'b',\n", "]"),
    "fields": _within('x = f"', "{a}", '"'),
    "templates": _lines("x{i} = '{}{}'.format(x{p}, x{p})"),
    "templates of percent": _lines("x{i} = '%s%s' % (x{p}, x{p})"),
    "replacements": _lines("x{i} = x{p}.replace('a', 'aa')"),
    "joins": _lines("x{i} = ','.join([x{p}, x{p}])"),
    "texts that double": _lines("x{i} = x{p} + x{p}"),
    "imports": _lines("import a{i}"),
    "names from modules": _lines("from a{i} import b{i}"),
    "names of one import": _within("from a import ", "b, ", "c"),
    "parameters": lambda n: HEAD + "def f(" + ", ".join(f"a{i}" for i in range(n)) + "):\n    0\n",
    "arguments": _within("f(", "a, ", "a)"),
    "keywords": lambda n: HEAD + "f(" + ", ".join(f"a{i}=a" for i in range(n)) + ")\n",
    "targets": lambda n: HEAD + "a = " * min(n, 2000) + "0\n",
    "attributes in a chain": lambda n: HEAD + "x = a" + ".a" * min(n, 300) + "\n",
    "calls in a chain": lambda n: HEAD + f"x = a('{TOKEN}')" + ".a('b')" * min(n, 300) + "\n",
    "printed names": _within("t = 1\nh = {'X-Cybozu-API-Token': t}\n", "print(t)\n", ""),
    "logs in logs": lambda n: HEAD + "x = a" + ".log(1)" * min(n, 300) + "\n",
    "branches": _lines(f"u = '{URL}' if guest{{i}} else '/k/guest/1/v1/records.json'"),
    "bulk requests": lambda n: (
        HEAD
        + "requests.post('https://a.cybozu.com/k/v1/bulkRequest.json', json={'requests': ["
        + "{'api': '/k/guest/1/v1/record.json'}," * n
        + "]})\n"
    ),
    "patterns": _lines("match x:\n    case {'a': [1, {i}]}:\n        y = 1"),
    "decorators": lambda n: HEAD + "@a\n" * n + "def f():\n    0\n",
    "blank lines": _lines(""),
    "comments": _lines("# a"),
    "environment": _lines("x{i} = os.environ.get('KINTONE_TOKEN', x{p})"),
    "encoded": _lines("x{i} = base64.b64encode(x{p})"),
}

# So many uses of so many: what is worked out of them is cut.
MULTIPLYING: dict[str, Shape] = {
    "a mapping used often": lambda n: (
        HEAD
        + "d = {"
        + ", ".join(f"'a{i}': 1" for i in range(n))
        + "}\n"
        + "requests.get(u, headers=d)\n" * n
    ),
    "entries written and sent": _within(
        "h = {}\n", f"h['a'] = 1\nrequests.get('{URL}', headers=h)\n", ""
    ),
    "headers of a session": _within(
        "s = requests.Session()\n", f"s.headers['a'] = 'b'\ns.get('{URL}')\n", ""
    ),
}

# As long as there are characters: one string, one comment, one line.
TEXT: dict[str, Shape] = {
    "noqa in a line": _within("x = 1  # ", "noqa:", ""),
    "noqa in a line, without Kintone": lambda n: "x = 1  # " + "noqa:" * n + "\n",
    "header names in a docstring": lambda n: '"""' + "x-cybozu-a" * n + '"""\n' + HEAD,
    "headers in a string": _within("x = '", "x-cybozu-api-token : ", "'"),
    "headers and blanks": _within("x = '", "x-cybozu-api-token" + " " * 20, "'"),
    "blanks before a token": lambda n: HEAD + "x = '" + " " * n + f"a {TOKEN}'\n",
    "punctuation before a token": lambda n: HEAD + "# " + "-" * n + f"a {TOKEN}\n",
    "tokens in a string": lambda n: (
        HEAD + "x = '" + " ".join(token(i) for i in range(n // 100)) + "'\n"
    ),
    "the same token in a string": lambda n: HEAD + "x = '" + f"{TOKEN} " * (n // 40) + "'\n",
    "a long string": _within("x = '", "ab ", "'"),
    "a long docstring": lambda n: '"""' + "a b" * n + '"""\n' + HEAD,
    "quotes in a docstring": lambda n: '"""' + "a ''" * n + '"""\n' + HEAD,
    "escapes": _within("x = '", "\\x41", "'"),
    "a long path": lambda n: (
        HEAD + "requests.get('https://a.cybozu.com" + "/k" * n + "/v1/a.json')\n"
    ),
    "a long path of guests": lambda n: (
        HEAD + "requests.get('https://a.cybozu.com/k" + "/guest/1" * n + "/v1/a.json')\n"
    ),
    "placeholders in a path": lambda n: (
        HEAD + "requests.get('https://a.cybozu.com/k/v1/" + "%(" * n + "a.json')\n"
    ),
    "a long host": lambda n: (
        HEAD + "requests.get('http://" + "a." * n + "cybozu.com/k/v1/a.json')\n"
    ),
    "a long query": lambda n: (
        HEAD + "requests.get('https://a.cybozu.com/k/v1/record.json?" + "a=b&" * n + "')\n"
    ),
    "tokens in a query": _within("x = 'https://a.cybozu.com/", "?token=", "'"),
    "logins in a URL": _within("x = '", "https://a:", "'"),
    "a long name of a key": lambda n: (
        HEAD + "x = {'kintone" + "_token" * n + "!': 'Tr4b-9xKqLm'}\n"
    ),
    "a long name of a variable": lambda n: HEAD + "kintone" + "_token" * n + "_ = 'Tr4b-9xKqLm'\n",
    "a long header name": lambda n: HEAD + "h = {'x-cyb" + "o" * n + "': 'a'}\n",
    "a password with a colon": lambda n: (
        HEAD + "h = {'X-Cybozu-Authorization': '" + "a:" * n + "'}\nrequests.get(u, headers=h)\n"
    ),
    "a value of Authorization": lambda n: (
        HEAD + f"requests.get('{URL}', headers={{'Authorization': 'Bearer " + "a b" * n + "'})\n"
    ),
    "tokens with commas": lambda n: HEAD + "h = {'X-Cybozu-API-Token': '" + "ab," * n + "'}\n",
    "fields of a template": _within("x = '", "{}", "'.format(a)"),
    "braces in an f-string": _within('x = f"', "{{", '"'),
    "a comment of ours": _within("# kintone-lint: ", "ignore KL101 ", ""),
    "hashes": _within("x = 1  ", "# kintone-lint ", ""),
    "brackets in a string": _within("x = '", "[", "'"),
    "a long integer": _within("x = 0x", "f", ""),
    "a long name": _within("", "a", " = 1"),
    "lone carriage returns": _within("x = 1", "\r", ""),
    "backslashes": _within("x = 1", " \\\n", "+ 1"),
    "a cookie": lambda n: "# coding: utf-8 " + "coding" * n + "\n" + HEAD,
    "a file that does not parse": _within("x = (", "a b ", ""),
    "tokens where nothing parses": lambda n: (
        HEAD + "x = (" + "".join(f"'{token(i)}' x " for i in range(n // 100)) + "\n"
    ),
}
