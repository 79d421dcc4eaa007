"""One URL or path of Kintone: its pieces, what is wrong with it, and where it is written."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

import libcst as cst

from kintone_conformance.spec import diagnosis, urls
from kintone_conformance.spec.diagnosis import Kind, Problem
from kintone_lint.kintone.assemblies import assembly, meeting
from kintone_lint.kintone.request import Request
from kintone_lint.kintone.words import HOST, mentions_kintone
from kintone_lint.patterns import regex
from kintone_lint.python.hole import HOLE
from kintone_lint.python.module import Module
from kintone_lint.python.scopes import Choice
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Hole, Literal, Text, flat
from kintone_lint.python.work import CHARACTERS
from kintone_lint.records import record

_WHERE = regex(rf"(?i)https?://(?P<host>[^/?#]*)|{HOLE}+(?=/)")
_GUEST_HOLE = regex(rf"(?<=guest/){HOLE}+(?=/|v1/|$)")
_LONGEST = 2_000  # characters of a path that is looked at
_SOME_ID = "8888888888888888888"  # for a guest id that is not known: nobody writes this one
# What of a path a problem is about; elsewhere it is all of it.
_RANGES = {
    Kind.WRONG_ORDER: regex(r"/v1/(?:preview/)?guest(?:/[^/]*)?"),
    Kind.PREVIEW_BEFORE_VERSION: regex(r"/preview(?:/guest/[^/]*)?/v1"),
    Kind.DUPLICATED_PREFIX: regex(r"/(k|guest|v1|preview)(?=/)(?:/[^/]*){0,3}?/\1(?=/|$)"),
    Kind.MISSING_VERSION: regex(r"/k/(?:guest/[^/]*/)?"),
    Kind.WRONG_VERSION: regex(r"(?i)/(?:(?:api|rest)/)?v?\d[\d.]*(?=/)"),
    Kind.MISSING_ROOT: regex(r"/(?:guest/[^/]*/)?v1"),
    Kind.MISPLACED_ROOT: regex(r"^.*?/k(?=/)"),
    Kind.DOUBLE_SLASH: regex(r"//+"),
}
_BASE_UNKNOWN = regex(rf"{HOLE}+/v1/guest/")
# An unknown piece right after a guest id: it may hold the version.
_VERSION_UNKNOWN = regex(rf"(guest/(?:[^/{HOLE}]+|{HOLE})){HOLE}+(?=/)")
# An unknown piece after a whole host: it may hold the start of the path.
_START_UNKNOWN = regex(rf"(?i)https?://[^/?#]*[a-z](?::\d+)?{HOLE}+/(?:v1|guest)/")


@record(eq=False)
class Address:
    """One URL or path: its text piece by piece, where it is assembled, the request it is for.

    `choices` are the conditions under which it is this one.
    """

    text: Text
    node: cst.CSTNode
    module: Module
    request: Request | None
    choices: tuple[Choice, ...] = ()
    blamed: tuple[int, int] | None = None  # the range of `flat` that a finding is about

    @cached_property
    def flat(self) -> str:
        """The text with one character for each unknown piece."""
        size = sum(len(part.text) for part in self.text.literals)
        self.module.work.spend(len(self.text.parts) + size // CHARACTERS)
        return flat(self.text)

    @cached_property
    def _limits(self) -> tuple[int, int]:
        where = _WHERE.match(self.flat)
        start = where.end() if where else 0
        inner = re.search(rf"{HOLE}(?=/k/)", self.flat[: self.flat.find("/k/") + 1])
        if where and HOLE in where[0] and inner:
            start = inner.end()
        query = re.search(r"[?#]", self.flat[start:])
        return start, start + query.start() if query else len(self.flat)

    @property
    def start(self) -> int:
        """Where the path starts in `flat`."""
        return self._limits[0]

    @property
    def end(self) -> int:
        """Where the path ends in `flat`, before the query."""
        return self._limits[1]

    @property
    def path(self) -> str:
        return self.flat[self.start : self.end]

    @property
    def host(self) -> str | None:
        """The host as far as it is written; None for a path, or if no part of the host is known."""
        where = _WHERE.match(self.flat)
        host = where and where["host"]
        return host if host and host.strip(HOLE) else None

    @property
    def kintone(self) -> bool:
        """Whether it can be a Kintone address at all: other services are ignored."""
        host = self.host
        if self.end > _LONGEST:
            return False
        if host and not HOST.search(host) and not re.search(rf"[{HOLE}{{}}%<>]", host):
            return False
        return bool(
            (host and HOST.search(host))
            or re.match(r"(?i)/+k/|/+v1/users\.json", self.path)
            or self._base_unknown
        )

    @property
    def _base_unknown(self) -> bool:
        whole = _BASE_UNKNOWN.match(self.flat) and self.flat[: self.end].endswith(".json")
        return bool(whole) and mentions_kintone(self.module.source.text)

    @cached_property
    def judged(self) -> str:
        """The path as it is diagnosed: a guest id that is not known is as a number."""
        path = self.path if "v1/" in self.path else _VERSION_UNKNOWN.sub(r"\1/v1", self.path)
        path = _GUEST_HOLE.sub(_SOME_ID, path).replace(f"{_SOME_ID}v1", f"{_SOME_ID}/v1")
        path = re.sub(rf"(?<=/k){HOLE}(?=/v1/)", "", path)
        return self.root + path.replace(HOLE, "{}")

    @property
    def root(self) -> str:
        """What is taken to end the part that is not known: `/k` where the path starts at v1."""
        return "/k" if self._base_unknown or _START_UNKNOWN.match(self.flat) else ""

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the path; nothing for another service."""
        if not self.kintone:
            return ()
        return tuple(
            replace(
                each, message=self._said(each.message), meant=each.meant and self._said(each.meant)
            )
            for each in diagnosis.diagnose(self.judged)
        )

    def _said(self, text: str) -> str:
        """A text about the judged path, with the guest id as the source calls it."""
        hole = _GUEST_HOLE.search(self.path)
        if hole is None:
            return text
        names = [self._name_at(self.start + at) for at in range(*hole.span())]
        return text.replace(_SOME_ID, "".join(f"{{{name}}}" for name in names))

    def _name_at(self, index: int) -> str:
        """What a placeholder character of `flat` stands for."""
        for part in self.text.parts:
            if index == 0 and isinstance(part, Hole):
                return part.name
            index -= len(part.text) if isinstance(part, Literal) else 1
        return "…"

    def problem(self, *kinds: Kind) -> Problem | None:
        return next((each for each in self.problems if each.kind in kinds), None)

    def about(self, problem: Problem) -> Address:
        """The same address for a finding about a problem, with the range that it is about."""
        pattern = _RANGES.get(problem.kind)
        found = pattern.search(self.path) if pattern else None
        if found is None:
            return self
        return replace(self, blamed=(self.start + found.start(), self.start + found.end()))

    @property
    def endpoint(self) -> str | None:
        """The name of the API where the path is well formed."""
        parsed = urls.parse(self.judged)
        return parsed.endpoint if parsed else None

    @property
    def guest(self) -> bool:
        return "/guest/" in self.judged

    # ---- places

    def part_at(self, index: int) -> tuple[Literal, int] | None:
        """The literal that holds a character of `flat`, and the place of it in the literal."""
        for part in self.text.parts:
            size = len(part.text) if isinstance(part, Literal) else 1
            if index < size:
                return (part, index) if isinstance(part, Literal) else None
            index -= size
        return None

    def spot(self, start: int, end: int) -> Spot | None:
        """A range of `flat` in the source, if one literal of the assembling expression has it."""
        if start == end:
            found = self.part_at(start - 1)
            if found is None or found[0].at is None or not self._own(found[0]):
                return None
            at = found[0].at + found[1] + 1
            return Spot(found[0].module, found[0].node, at, at)
        first, last = self.part_at(start), self.part_at(end - 1)
        if first is None or last is None or first[0] is not last[0]:
            return None
        part, at = first
        if part.at is None or not self._own(part):
            return None
        return Spot(part.module, part.node, part.at + at, part.at + at + end - start)

    def _own(self, part: Literal) -> bool:
        module, node = self.made
        return part.module is module and module.inside(part.node, node)

    @cached_property
    def made(self) -> tuple[Module, cst.CSTNode]:
        """The module and expression that make the path, or what is wrong with it, of its pieces."""
        found = self.within(*self.blamed) if self.blamed else None
        return (
            found
            or self.within(self.start, self.end, whole=True)
            or meeting(
                self.node, self.module, self.request.evaluator.project if self.request else None
            )
        )

    def within(
        self, start: int, end: int, *, whole: bool = False, filled: bool = False
    ) -> tuple[Module, cst.CSTNode] | None:
        """The one expression that has all the text in a range of `flat`.

        For the `whole` path pieces do not count that are a name, or a slash between others. Where
        it may be `filled`, a number that comes from elsewhere does not count.
        """
        before, pieces = 0, []
        for part in self.text.parts:
            size = len(part.text) if isinstance(part, Literal) else 1
            inside = before + size > start and before < end
            counts = isinstance(part, Literal) and bool(part.text)
            if whole and isinstance(part, Literal):
                text = part.text[max(start - before, 0) : max(end - before, 0)]
                counts = "/" in text and text != "/"
            if filled and isinstance(part, Literal) and part.text.isdecimal():
                counts = False
            if inside and counts and isinstance(part, Literal):
                pieces.append((part.module, assembly(part)))
            before += size
        same = pieces and all(each == pieces[0] for each in pieces)
        return pieces[0] if same else None

    @property
    def place(self) -> Spot:
        """The place of a finding about the path: the expression that makes it."""
        module, node = self.made
        return Spot(module, node)

    @property
    def use(self) -> Spot:
        if self.request is None:
            return Spot(self.module, self.node)
        return Spot(self.request.module, self.request.node)
