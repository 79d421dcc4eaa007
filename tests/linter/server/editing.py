"""An editor that talks to the server over its standard streams: pygls' client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

WHOLE = types.Range(types.Position(0, 0), types.Position(10_000, 0))
ABLE = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True
        ),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        code_action=types.CodeActionClientCapabilities(
            resolve_support=types.ClientCodeActionResolveOptions(["edit"])
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
)


class Editor(LanguageClient):
    """What is open in it, and what it was told of each document."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.watched: list[str] = []
        self._told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
        def published(params: types.PublishDiagnosticsParams) -> None:
            self._told.put_nowait(params)

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)  # type: ignore[untyped-decorator]
        def wanted(params: types.RegistrationParams) -> None:
            self.watched += [each.method for each in params.registrations]

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._server is not None
        return self._server

    def open(self, uri: str, text: str, language: str = "python") -> None:
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, uri: str, line: int, column: int, text: str, gone: int = 0) -> None:
        """Types on a line of ASCII, over some characters that are there."""
        lines = self.texts[uri].split("\n")
        lines[line] = lines[line][:column] + text + lines[line][column + gone :]
        self.texts[uri] = "\n".join(lines)
        place = types.Range(types.Position(line, column), types.Position(line, column + gone))
        self._change(uri, [types.TextDocumentContentChangePartial(place, text)])

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Makes the edits of a version that is there, as editors do."""
        (document,) = edit.document_changes or ()
        assert isinstance(document, types.TextDocumentEdit)
        uri = document.text_document.uri
        assert document.text_document.version == self.versions[uri]
        for each in reversed(document.edits):
            assert isinstance(each, types.TextEdit)
            lines = self.texts[uri].split("\n")
            start, end = each.range.start, each.range.end
            tail = [lines[end.line][end.character :], *lines[end.line + 1 :]]
            head = [*lines[: start.line], lines[start.line][: start.character]]
            self.texts[uri] = "\n".join(head) + each.new_text + "\n".join(tail)
        self._change(uri, [types.TextDocumentContentChangeWholeDocument(self.texts[uri])])

    def _change(self, uri: str, changes: list[types.TextDocumentContentChangeEvent]) -> None:
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def close(self, uri: str) -> None:
        del self.versions[uri]
        document = types.TextDocumentIdentifier(uri)
        self.text_document_did_close(types.DidCloseTextDocumentParams(document))

    async def found(self, uri: str) -> list[str | int | None]:
        """The codes of what is found in the text that is there; nothing stale is told."""
        while True:
            told = await asyncio.wait_for(self._told.get(), 120)
            expected = self.versions.get(told.uri)
            assert told.version is None or expected is None or told.version <= expected
            if told.uri == uri and told.version == expected:
                return [each.code for each in told.diagnostics]

    async def offers(
        self, uri: str, only: list[str] | None = None, place: types.Range = WHOLE
    ) -> dict[str, types.CodeAction]:
        """What is offered at a place, by its title."""
        kinds: list[types.CodeActionKind | str] | None = [*only] if only is not None else None
        document = types.TextDocumentIdentifier(uri)
        context = types.CodeActionContext([], only=kinds)
        offered = await self.text_document_code_action_async(
            types.CodeActionParams(document, place, context)
        )
        actions = [each for each in offered or () if isinstance(each, types.CodeAction)]
        assert len({each.title for each in actions}) == len(actions)
        return {each.title: each for each in actions}

    async def choose(self, action: types.CodeAction) -> None:
        if action.edit is None:
            action = await self.code_action_resolve_async(action)
        assert action.edit is not None
        self.apply(action.edit)

    async def hover(self, uri: str, line: int, column: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        told = await self.text_document_hover_async(params)
        if told is None:
            return None
        assert isinstance(told.contents, types.MarkupContent)
        return told.contents.value


@asynccontextmanager
async def editing(
    *folders: Path, able: types.ClientCapabilities = ABLE, options: tuple[str, ...] = ()
) -> AsyncIterator[Editor]:
    """An editor with some folders open, until it ends the server as LSP says."""
    editor = Editor()
    command = [sys.executable, "-m", "kintone_lint", "server", *options]
    await editor.start_io(*command, cwd=folders[0])
    begun = types.InitializeParams(
        able,
        process_id=os.getpid(),
        workspace_folders=[types.WorkspaceFolder(each.as_uri(), each.name) for each in folders],
    )
    await editor.initialize_async(begun)
    editor.initialized(types.InitializedParams())
    yield editor
    await editor.shutdown_async(None)
    editor.exit(None)
    said = await editor.process.stderr.read() if editor.process.stderr else b""
    assert (await editor.process.wait(), said) == (0, b"")
    await editor.stop()  # type: ignore[no-untyped-call]
