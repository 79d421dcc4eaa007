"""Where nodes stand in the source: offsets in code points.

One pass of code generation serves all nodes that findings name, and ends with the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import libcst as cst
from libcst._nodes.internal import CodegenState


class _AllFoundError(Exception):
    """The rest of the module need not be written."""


class _Recorder(CodegenState):
    """Counts code points while libcst writes the module out again."""

    def __init__(self, module: cst.Module, wanted: set[cst.CSTNode]) -> None:
        super().__init__(
            default_indent=module.default_indent, default_newline=module.default_newline
        )
        self.wanted = wanted
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
            if not self.left:
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


def spans(
    module: cst.Module, nodes: Iterable[cst.CSTNode], text: str
) -> dict[cst.CSTNode, tuple[int, int]]:
    """Offsets (start, end) of nodes in the text of their module, without whitespace around them.

    Raises ValueError where libcst does not write out the very text it read, so far as it has to.
    """
    recorder = _Recorder(module, set(nodes))
    if recorder.wanted:
        whole = True
        try:
            module._codegen(recorder)
        except _AllFoundError:
            whole = False
        if not _is_of("".join(recorder.tokens), text, whole=whole):
            raise ValueError("the syntax tree does not give back the text of the file")
    return recorder.spans


def _is_of(written: str, text: str, *, whole: bool) -> bool:
    """Whether something written is a text, or its start: a line that ends it may lack its end."""
    if whole:
        return written == text
    return text.startswith(written[: len(text)]) and not written[len(text) :].strip("\r\n")
