"""Where nodes are in the source: offsets in code points.

libcst's tree has no places. They are counted while libcst writes code out again: the statement
around a node alone, if what is written is in the text once, or else the whole module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import libcst as cst
from libcst._nodes.internal import CodegenState

from kintone_lint.python.module import Module


class _AllFoundError(Exception):
    """The rest of the module need not be written."""


class _Recorder(CodegenState):
    """Counts code points while libcst writes code out again; `stops` when all nodes were met."""

    def __init__(self, module: cst.Module, wanted: set[cst.CSTNode], *, stops: bool = True) -> None:
        super().__init__(
            default_indent=module.default_indent, default_newline=module.default_newline
        )
        self.wanted = wanted
        self.stops = stops
        self.left = set(wanted)
        self.offset = 0
        self.starts: list[int] = []
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self.starts.pop()
        if node in self.wanted:
            self.spans.setdefault(node, (start, self.offset))
            self.left.discard(node)
            if self.stops and not self.left:
                raise _AllFoundError

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = self.offset
        yield
        if node in self.wanted:
            self.spans[node] = (
                self.spans[start_node][0] if start_node in self.spans else start,
                self.spans[end_node][1] if end_node in self.spans else self.offset,
            )


def places(module: Module, nodes: Iterable[cst.CSTNode]) -> dict[cst.CSTNode, tuple[int, int]]:
    """Offsets (start, end) of nodes in the text of their module, without whitespace around them.

    Raises ValueError if libcst does not write out the very text it read, so far as it has to.
    """
    left: set[cst.CSTNode] = set()
    groups: dict[cst.CSTNode, tuple[set[cst.CSTNode], list[str]]] = {}
    for node in nodes:
        statement, indents = _statement(module, node)
        groups.setdefault(statement, (set(), indents))[0].add(node)
    found: dict[cst.CSTNode, tuple[int, int]] = {}
    for statement, (wanted, indents) in groups.items():
        alone = _alone(module, statement, wanted, indents)
        left |= wanted if alone is None else set()
        found |= alone or {}
    return found | spans(module.tree, left, module.text)


def _statement(module: Module, node: cst.CSTNode) -> tuple[cst.CSTNode, list[str]]:
    """The outermost statement around a node that is not a class around it, and its indentations."""
    around = [node]
    while (above := module.parent.get(around[-1])) is not None:
        around.append(above)
    around.pop()
    indents: list[str] = []
    while len(around) > 2 and isinstance(around[-1], cst.ClassDef):
        block = around[-2]
        if not isinstance(block, cst.IndentedBlock):
            break
        indents.append(module.tree.default_indent if block.indent is None else block.indent)
        del around[-2:]
    return around[-1] if around else node, indents


def _alone(
    module: Module, statement: cst.CSTNode, wanted: set[cst.CSTNode], indents: list[str]
) -> dict[cst.CSTNode, tuple[int, int]] | None:
    """The places of nodes in a statement; None if it cannot be told from the statement alone."""
    if statement is module.tree:
        return None
    for stops in (True, False):  # its start is often enough
        recorder = _Recorder(module.tree, wanted, stops=stops)
        for indent in indents:
            recorder.increase_indent(indent)
        with suppress(_AllFoundError):
            statement._codegen(recorder)
        written = "".join(recorder.tokens)
        at = module.text.find(written)
        if at >= 0 and module.text.find(written, at + 1) < 0 and not recorder.left:
            return {node: (at + start, at + end) for node, (start, end) in recorder.spans.items()}
    return None


def spans(
    module: cst.Module, nodes: Iterable[cst.CSTNode], text: str
) -> dict[cst.CSTNode, tuple[int, int]]:
    """Offsets (start, end) of nodes in the text of their module, without whitespace around them.

    Raises ValueError if libcst does not write out the very text it read, so far as it has to.
    """
    recorder = _Recorder(module, set(nodes))
    if recorder.wanted:
        whole = True
        try:
            module._codegen(recorder)
        except _AllFoundError:
            whole = False
        if not _is_of("".join(recorder.tokens), text, whole=whole):
            raise ValueError("the syntax tree does not reproduce the text of the file")
    return recorder.spans


def _is_of(written: str, text: str, *, whole: bool) -> bool:
    """Whether something written is a text, or its start: a line that ends it may lack its end."""
    if whole:
        return written == text
    return text.startswith(written[: len(text)]) and not written[len(text) :].strip("\r\n")
