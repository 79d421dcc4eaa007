"""Everything that rules ask of one module, worked out on first use and shared by all rules."""

from __future__ import annotations

import io
import re
import tokenize
from contextlib import suppress
from functools import cached_property
from pathlib import PurePath

import libcst as cst

from kintone_lint.config import Config
from kintone_lint.kintone import requests
from kintone_lint.kintone.addresses import Address, addresses
from kintone_lint.kintone.credentials import Credential, credentials
from kintone_lint.kintone.requests import AUTH_HEADERS, Header, Request
from kintone_lint.kintone.words import mentions_kintone
from kintone_lint.python.evaluator import Evaluator
from kintone_lint.python.module import Module
from kintone_lint.python.project import Project
from kintone_lint.python.texts import strings
from kintone_lint.python.tree import dotted
from kintone_lint.python.values import LONGEST, Entry, Mapping, Text, text_of
from kintone_lint.python.work import CHARACTERS

_STRINGS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)
_HEADER_CALLS = {"add_header", "putheader", "add_unredirected_header", "setdefault", "AddHeader"}


def is_test(module: Module) -> bool:
    """Whether a module is a test, by its path."""
    path = PurePath(module.source.path)
    return bool(
        re.match(r"test_|conftest|.*_test\.py", path.name)
        or any(part in ("tests", "test", "testing") for part in path.parts[:-1])
    )


class Code:
    """A module as rules see it. `imported_by_kintone` marks a file without a word of Kintone."""

    def __init__(
        self,
        module: Module,
        project: Project,
        config: Config,
        *,
        imported_by_kintone: bool = False,
    ) -> None:
        self.sinks = frozenset(config.sinks)
        self.token_names = frozenset(config.token_names)
        self.variables = dict(config.environment)
        self.module = module
        self.project = project
        self.evaluator: Evaluator = project.evaluator(module)
        self._imported = imported_by_kintone

    @cached_property
    def kintone(self) -> bool:
        """Whether the file has to do with Kintone."""
        return self._imported or mentions_kintone(self.module.source.text)

    @cached_property
    def in_test(self) -> bool:
        """Whether it is a test: there, names without the shape of a token are dummies."""
        return is_test(self.module)

    @cached_property
    def requests(self) -> list[Request]:
        """The calls that send."""
        return list(requests.requests(self.evaluator))

    @cached_property
    def kintone_requests(self) -> list[Request]:
        """The calls that send to Kintone."""
        return [request for request in self.requests if request.kintone]

    @cached_property
    def addresses(self) -> list[Address]:
        """The URLs and paths of Kintone that are assembled here."""
        found = addresses(self.evaluator, self.requests, in_test=self.in_test)
        return [address for address in found if address.kintone]

    @cached_property
    def credentials(self) -> list[Credential]:
        """The credentials that stand in literals, here or in a module that is imported."""
        return credentials(self)

    @cached_property
    def texts(self) -> list[tuple[cst.CSTNode, Text]]:
        """Each string expression that is not part of another, with its value."""
        found: list[tuple[cst.CSTNode, Text]] = []
        for node in self.module.of(*_STRINGS, cst.BinaryOperation):
            above = self.module.parent.get(node)
            if not isinstance(above, (*_STRINGS, cst.BinaryOperation)):
                pieces: list[cst.CSTNode] = [node]
                if isinstance(node, cst.ConcatenatedString):
                    whole = strings(node)
                    pieces = whole if len(whole) > LONGEST else pieces
                elif isinstance(node, cst.FormattedString) and len(node.parts) > LONGEST:
                    pieces = list(node.parts)
                values = [each.value for piece in pieces for each in self.evaluator.values(piece)]
                for value in values:
                    text = text_of(value)
                    if text is not None and text.literals:
                        self._spend(text)
                        found.append((node, text))
            elif isinstance(node, _STRINGS) and isinstance(above, cst.BinaryOperation):
                only = self.evaluator.one(node)
                if isinstance(only, Text):
                    found.append((node, only))
        return found

    def _spend(self, text: Text) -> None:
        if len(text.parts) > 1:  # one piece is no longer than its source
            self.evaluator.spend(sum(len(part.text) for part in text.literals) // CHARACTERS)

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """The comments, each with its offset in the text."""
        text = self.module.source.parsable
        starts = self.module.source.lines.starts
        found: list[tuple[int, str]] = []
        # libcst reads newer syntax than the tokenizer of this Python
        with suppress(tokenize.TokenError, SyntaxError, IndexError):
            found.extend(
                (starts[token.start[0] - 1] + token.start[1], token.string)
                for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline)
                if token.type == tokenize.COMMENT
            )
        return found

    # ---- headers

    @cached_property
    def headers(self) -> list[Header]:
        """Every header with an authentication name that is written anywhere in the module."""
        found: list[Header] = []
        for node in self.module.of(cst.DictElement, cst.Assign, cst.Call, cst.Tuple):
            for key, value in _pairs(node):
                for each in self.evaluator.values(key):
                    name = each.value.known if isinstance(each.value, Text) else None
                    if name and name.strip().rstrip(":").lower() in AUTH_HEADERS:
                        found += [
                            Header(name.strip(), value, frame, self.evaluator, node)
                            for frame in self.evaluator.frames(node)
                        ]
        return found

    @cached_property
    def mappings(self) -> list[tuple[cst.CSTNode, list[Header]]]:
        """Every dict display with its entries by name."""
        found: list[tuple[cst.CSTNode, list[Header]]] = []
        for node in self.module.of(cst.Dict):
            value = self.evaluator.one(node)
            if isinstance(value, Mapping):
                found.append((node, requests.headers_of(value, self.evaluator)))
        return found

    def beside_kintone(self, header: Header) -> bool:
        """Whether a header goes to Kintone: by a header beside it, or by its request."""
        holder = self.module.parent.get(header.node)
        if isinstance(holder, cst.Dict):
            value = self.evaluator.one(holder)
            if isinstance(value, Mapping):
                self.evaluator.spend(len(value.entries))
                if any(_is_kintone_header(entry) for entry in value.entries):
                    return True
        return header.node in self._sent_to_kintone

    @cached_property
    def _sent_to_kintone(self) -> set[cst.CSTNode]:
        """Where the headers of requests are written whose URL is one of Kintone."""
        found: set[cst.CSTNode] = set()
        for request in self.kintone_requests:
            if any(requests.is_kintone(each.value) for each in request.urls()):
                headers, _ = request.headers()
                found |= {each.node for each in headers}
        return found

    def sent_by(self, node: cst.CSTNode) -> list[Request]:
        """The requests to Kintone that a call makes."""
        return self._requests_by_call.get(node, [])

    @cached_property
    def _requests_by_call(self) -> dict[cst.CSTNode, list[Request]]:
        found: dict[cst.CSTNode, list[Request]] = {}
        for request in self.kintone_requests:
            found.setdefault(request.node, []).append(request)
        return found

    # ---- names that hold credentials

    @cached_property
    def secret_names(self) -> dict[str, str]:
        """Names whose value is sent as a credential, with the header; and header mappings."""
        found: dict[str, str] = {}
        for header in self.headers:
            if header.name.lower() == "authorization" and not self.beside_kintone(header):
                continue
            for inner in _named_in(header.value):
                found[inner] = header.name
            above = self.module.parent.get(header.node)
            holder = _holder(self.module, header.node, above)
            if holder:
                found[holder] = header.name
        return found


def _is_kintone_header(entry: Entry) -> bool:
    known = entry.key.known if isinstance(entry.key, Text) else None
    return bool(known and known.lower().startswith("x-cybozu-a"))


def _pairs(node: cst.CSTNode) -> list[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """The (name, value) pairs that a node writes, if it can be a header."""
    match node:
        case cst.DictElement(key=key, value=value):
            return [(key, value)]
        case cst.Assign(
            targets=[
                cst.AssignTarget(
                    target=cst.Subscript(slice=[cst.SubscriptElement(cst.Index(value=key))])
                )
            ],
            value=value,
        ):
            return [(key, value)]
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=args):
            if name in _HEADER_CALLS and len(args) == 2:
                return [(args[0].value, args[1].value)]
        case cst.Tuple(elements=[cst.Element(value=key), cst.Element(value=value)]):
            return [(key, value)]
    return []


def _named_in(node: cst.BaseExpression) -> list[str]:
    """The names that are sent whole: `token`, `self.token`, and inside an f-string or a join."""
    name = dotted(node)
    if name:
        return [name]
    if isinstance(node, cst.FormattedString):
        inner = [p.expression for p in node.parts if isinstance(p, cst.FormattedStringExpression)]
        return [name for each in inner if (name := dotted(each))]
    return []


def _holder(module: Module, node: cst.CSTNode, above: cst.CSTNode | None) -> str | None:
    """The name of the mapping that a header is written into."""
    if isinstance(node, cst.Assign):
        target = node.targets[0].target
        return dotted(target.value) if isinstance(target, cst.Subscript) else None
    if isinstance(node, cst.DictElement) and isinstance(above, cst.Dict):
        match module.parent.get(above):
            case cst.Assign(targets=[cst.AssignTarget(target=target)]):
                return dotted(target)
            case cst.AnnAssign(target=target):
                return dotted(target)
            case cst.Arg() as arg:
                match module.parent[arg]:
                    case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="update"))):
                        return dotted(holder)
    return None
