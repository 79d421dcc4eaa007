"""Logins that a text encodes on their way into a header: in any language, step by step.

An expression is followed through the names in it to what they were last set to before. A password
counts if it is written there and the way has an encoder of Base64.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from kintone_lint.kintone import secrets
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.written.text import Subject
from kintone_lint.kintone.written.values import is_secret, quoted
from kintone_lint.patterns import regex
from kintone_lint.texts.kinds import Syntax

_LONGEST = 400  # characters of an expression
_DEEPEST = 4  # names that are followed one after the other
_LOOKS = 200  # names and functions that are followed in one text
_FAR = 10_000  # characters between a name and what it is set to
_ASSIGNMENTS = 20_000  # of one text

_ENCODER = regex(r"(?i)btoa|base_?64|(?<![a-z])b64|encode64|standard\.encode|getbytes")
_PIECE = regex(
    r"(?P<text>\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|`[^`\n]*+`)"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<end>[,;])|(?P<line>\n)|(?P<other>[^\"'`({\[)}\],;\n]++|.)"
)
_SUBSTITUTED = ("$(", "${", "#{", "{", "\\(")  # in a text
_GOES_ON = ("+", ".", "|", "\\", "&", "(", "=")
_CONTINUES = (".", "+", "|", "&")
_LOGIN = regex(
    r"(?P<quote>[\"'`])(?P<login>[^\s:\"'`${}%#(]{1,128}):(?!//)(?P<password>[^\s\"'`]{4,64})(?P=quote)"
    r"|\b(?:echo|printf)\s(?:\s{0,3}-{1,2}\w{0,9}){0,3}\s{0,3}"
    r"(?P<word>[^\s:\"'`${}%#(|]{1,128}):(?P<bare>[^\s\"'`$|)]{4,64})(?=[\s|)])"
)
_NAME = (
    r"(?:\$\{?|@|\$?(?:this|self)(?:\.|->))?[A-Za-z_]\w{0,60}(?:(?:\.|->)[A-Za-z_]\w{0,60}){0,3}\}?"
)
_TEXT = r"[\"'`][^\"'`\n]{4,100}[\"'`]"
# `"sato:" + password`, and `"%s:%s", login, password`
_JOINED = regex(
    r":[\"'`]\s{0,20}(?:[+.&,]|<>|\.\.)?\s{0,20}(?P<next>" + f"{_TEXT}|{_NAME})"
    r"|(?:%[sv@]:%[sv@]|\{0?\}:\{1?\})[\"'`]\s{0,3}(?:,|-f)?\s{0,20}"
    r"[\"'`]?[^\s\"'`,()]{1,128}[\"'`]?\s{0,3},?\s{0,20}" + f'(?P<last>{_TEXT}|"?{_NAME}"?)'
)
# `[login, password].join(":")`, and `implode(":", [$login, $password])`
_LIST = (
    rf"[\[(]\s{{0,9}}(?:[\"'`][^\"'`\n]{{1,128}}[\"'`]|{_NAME})\s{{0,3}},\s{{0,9}}"
    rf"(?P<last>{_TEXT}|{_NAME})\s{{0,3}}[\])]"
)
_LISTED = (
    regex(_LIST + r"\s?\.\s?join\(?\s?[\"']:[\"']"),
    regex(r"(?:implode|join)\(\s?[\"']:[\"']\s?,\s?(?:array)?" + _LIST),
)
# `"sato:${password}"`, `"sato:$PASS"`, `"#{login}:#{password}"`, `$"{user}:{password}"`
_FILLED = regex(rf":(?:[$#]?\{{|\\\()?(?P<name>{_NAME})(?=[\"'`}})])")
_FOLLOWED = regex(
    rf"{_NAME}(?=\.(?:getBytes|toByteArray|encode\w{{0,12}}|as_bytes|utf8|data|bytes)\b)"
    rf"|{_NAME}(?!\s{{0,3}}\(|\w|::|[.:]\w)"
)
_CALLED = regex(r"(?<![\w.>:$])(?:(?:this|self)\.)?(?P<name>[A-Za-z_]\w{2,60})\(\s?\)(?!\s?\{)")
_BODY = 600  # characters of a function that are looked at
_HELPERS = 20  # functions of one text that are followed
_MENTIONS = 50  # of the name of one of them
_MADE = regex(
    r"\s?(?:=\s?(?:async\s)?(?:function\s?)?)?\(\s?\)[^\n{}=();]{0,60}(?:=>|\{|=|:)\s{0,20}"
)
_APART = regex(r"[\s*]?\Z")
_RETURN = regex(r"\breturn\b\s{1,9}")
_AT_START = regex(r"(?:export\s)?(?:var|let|const|final|static|val)?\s?\$?")
_WORDS = regex(r"[A-Za-z_]\w*")
_ASSIGNED = regex(
    r"(?<![\w.-])(?:\$?(?:this|self)(?:\.|->))?[$@]?(?P<name>[A-Za-z_]\w{0,60})"
    r"(?::\s?[&'\w<>]{1,30})?\s{0,8}(?::=|=>|<-|=|:)(?![=>:~])\s{0,8}"
)
_LITERAL = regex(quoted(100) + r"(?!\s{0,3}[+.])")
_BARE = regex(r"(?P<value>[^\s\"'`$;|&()]{4,64})(?=[\s;]|$)")
_KEY = regex(r",\s{0,9}[\"']?\w{1,60}[\"']?\s{0,8}(?::|=>)\s{0,8}$")
_SHORT = 120  # characters of a key and what is around it
_BRACKET = regex(r"[{}()\[\]]")
_BRACE = regex(r"[{}]")  # of a shell, where `case` has a lone `)`


class Encoded:
    """The passwords in the expressions of one text."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._text = subject.text
        self._left = _LOOKS
        self._set: dict[str, list[tuple[int, int]]] | None = None
        self._functions: dict[str, list[int]] = {}

    def passwords(
        self, start: int, end: int = 0, *, encoded: bool = False, depth: int = _DEEPEST
    ) -> Iterator[tuple[int, int]]:
        """The places of those that the expression at an offset encodes."""
        end = end or expression_end(self._text, start)
        encoded = encoded or _ENCODER.search(self._text, start, end) is not None
        found = [*self._written(start, end)] if encoded else []
        yield from found
        if found or depth == 0:
            return
        for name in _FOLLOWED.finditer(self._text, start, end):
            if (at := self._last_set(name[0], name.start())) is not None:
                yield from self.passwords(at, encoded=encoded, depth=depth - 1)
        for call in _CALLED.finditer(self._text, start, end):
            for at in self._returned(call["name"]):
                yield from self.passwords(at, encoded=encoded, depth=depth - 1)

    def _written(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The passwords of logins that are put together in an expression."""
        for login in _LOGIN.finditer(self._text, start, end):
            group = "password" if login["password"] else "bare"
            if is_secret(login[group], CredentialKind.PASSWORD, login["login"] or login["word"]):
                yield login.span(group)
        for pattern in (_JOINED, *_LISTED):
            for joined in pattern.finditer(self._text, start, end):
                group = "last" if joined["last"] else "next"
                yield from self._of_part(joined[group], joined.start(group))
        for filled in _FILLED.finditer(self._text, start, end):
            yield from self.of_name(filled["name"], filled.start("name"))

    def _of_part(self, part: str, at: int) -> Iterator[tuple[int, int]]:
        """The password that a text or a name is."""
        quoted = _LITERAL.match(self._text, at)
        if quoted is None or quoted["value"].startswith("$"):
            yield from self.of_name(quoted["value"] if quoted else part, at)
        elif is_secret(quoted["value"], CredentialKind.PASSWORD, ""):
            yield quoted.span("value")

    def _returned(self, name: str) -> list[int]:
        """Where what a function without parameters returns starts, if it is known which one."""
        if name not in self._functions:
            new = len(self._functions) < _HELPERS and not secrets.names_other_service(name)
            self._functions[name] = self._returns(name) if new else []
        made = self._functions[name]
        self._left -= len(made)
        return made if self._left >= 0 else []

    def _returns(self, name: str) -> list[int]:
        text, made = self._text, list[int]()
        at = text.find(name)
        for _ in range(_MENTIONS):
            if at < 0:
                break
            if (match := _MADE.match(text, at + len(name))) and _APART.match(text[at - 1 : at]):
                made.append(match.end())
            at = text.find(name, at + 1)
        if len(made) != 1:
            return []
        end = made[0] + _BODY
        inner = [each.end() for each in _RETURN.finditer(text, made[0], end)]
        direct = text[made[0] - 9 : made[0]].rstrip().endswith(("=>", "="))
        return inner[:1] or (made if direct else [])

    def of_name(self, name: str, at: int) -> Iterator[tuple[int, int]]:
        """The password that a name was set to."""
        start = self._last_set(name.strip("\"'"), at)
        if start is None:
            return
        value = _LITERAL.match(self._text, start)
        if value is None and self._subject.form.syntax is Syntax.SHELL:
            value = _BARE.match(self._text, start)
        if value and is_secret(value["value"], CredentialKind.PASSWORD, name):
            yield value.span("value")

    def is_set(self, name: str) -> bool:
        """Whether a name, or one of its parts, is set anywhere in the text."""
        return any(word in self._index for word in _WORDS.findall(name))

    def _last_set(self, name: str, at: int) -> int | None:
        """Where what a name was last set to before an offset starts, if it is known there.

        A member is what was set in the table of its object.
        """
        words = _WORDS.findall(name)
        own = name.startswith("@") or words[:1] in (["this"], ["self"])
        words = [word for word in words if word not in ("this", "self")]
        self._left -= 1
        if not words or self._left < 0 or secrets.names_other_service(name):
            return None
        start = self._before(words[0], at)
        if start is None and len(words) == 1:
            return self._set_after(words[0])
        if start is None or start < at - _FAR:
            return None
        if not (own or self._is_seen(words[0], start, at)):
            return None
        if len(words) == 1:
            return start if own or not self._is_key(start) else None
        end = expression_end(self._text, start, 1_000)
        inner = (value for _, value in self._index.get(words[-1], ()) if start < value < end)
        return next(inner, None)

    def _is_key(self, value: int) -> bool:
        """Whether the name of a value is a key among others, which no variable has: `, name: …`."""
        low = self._text.rfind("\n", 0, value) + 1
        return _KEY.search(self._text, max(low, value - _SHORT), value) is not None

    def _set_after(self, name: str) -> int | None:
        """Where a name is set that a function uses before: once, at the start of a line."""
        places = self._index.get(name, ())
        if len(places) != 1:
            return None
        low = self._text.rfind("\n", 0, places[0][0]) + 1
        return places[0][1] if _AT_START.fullmatch(self._text, low, places[0][0]) else None

    def _before(self, name: str, at: int) -> int | None:
        places = self._index.get(name, ())
        index = bisect_left(places, (at, 0)) - 1
        return places[index][1] if index >= 0 and places[index][1] <= at else None

    @property
    def _index(self) -> dict[str, list[tuple[int, int]]]:
        """Where each name is set: its start, and that of its value."""
        if self._set is None:
            self._set = {}
            for number, match in enumerate(_ASSIGNED.finditer(self._text)):
                if number > _ASSIGNMENTS:
                    break
                self._set.setdefault(match["name"], []).append((match.start(), match.end()))
        return self._set

    def _is_seen(self, name: str, start: int, at: int) -> bool:
        """Whether a value is still that of a name: its block is open, and no parameter hides it."""
        depth = 0
        brackets = _BRACE if self._subject.form.syntax is Syntax.SHELL else _BRACKET
        for bracket in brackets.findall(self._text, start, at):
            depth += 1 if bracket in "{([" else -1
            if depth < 0:
                return False
        hidden = regex(
            rf"\((?:[^()\n]{{0,200}}[\s,$&(])?{name}\b[^()\n]{{0,200}}\)\s{{0,9}}(?:=>|\{{|->)"
        )
        return hidden.search(self._text, start, at) is None


def expression_end(text: str, start: int, longest: int = _LONGEST) -> int:
    """Where an expression ends: at a comma, the end of its line or what it stands in."""
    depth = 0
    last = ""
    stop = min(len(text), start + longest)
    substituted = text.startswith(_SUBSTITUTED, start)
    at = start
    while at < stop and (piece := _PIECE.match(text, at, stop)):
        kind = piece.lastgroup
        goes_on = _goes_on(text, last, piece.end()) if kind == "line" else kind != "end"
        if piece[0] == "," and text.find(" -f ", start, at) >= 0:  # PowerShell fills a text
            goes_on = True
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0 or (depth == 0 and substituted):
                return at + (depth == 0)
        elif depth == 0 and not goes_on:
            return at
        last = piece[0].rstrip() or last
        at = piece.end()
    return at


def _goes_on(text: str, last: str, at: int) -> bool:
    """Whether a line ends in an operator, or the next one starts with one."""
    return last.endswith(_GOES_ON) or text[at : at + 40].lstrip(" \t").startswith(_CONTINUES)
