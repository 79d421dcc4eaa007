"""The requests and notifications of LSP that are answered, each by a function of the session."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified
from pygls.lsp.server import LanguageServer

from kintone_lint.server.editor import FIX_ALL, editor_of
from kintone_lint.server.protocol import Protocol
from kintone_lint.server.session import Session
from kintone_lint.server.uris import path_of

_WATCHED = ("**/pyproject.toml", "**/*.py", "**/*baseline*.json")


class Server(LanguageServer):
    """The server as pygls runs it; it shows no window for what goes wrong."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("kintone-lint", version("kintone-conformance"), protocol_cls=Protocol)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Does nothing: what is wrong with a request is in its answer."""


def register(
    server: Server, session: Session, begin: Callable[[], None], end: Callable[[int], None]
) -> None:
    """Makes a server answer for a session.

    `begin` is called when the editor has said who it is; `end` ends the process with an exit code.
    """
    _register_editor(server, session, begin, end)
    _register_documents(server, session)
    _register_answers(server, session)


def _register_editor(
    server: Server, session: Session, begin: Callable[[], None], end: Callable[[int], None]
) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        encoding = server.workspace.position_encoding
        session.editor = editor_of(params.capabilities, _folders(server), encoding)
        begin()

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        if session.editor.watches:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted = types.Registration(
                "kintone-lint", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
            )
            server.client_register_capability(types.RegistrationParams([wanted]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        session.editor.folders = _folders(server)

    @server.feature(types.EXIT)
    def leave(params: Any) -> None:
        end(0 if server.protocol.stopping else 1)


def _register_documents(server: Server, session: Session) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        session.open(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        session.change(params)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.close(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        session.renew_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        session.renew_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        session.renew_all()


def _register_answers(server: Server, session: Session) -> None:
    """Handlers that need libcst import it when they are called: many documents need none."""
    options = types.CodeActionOptions(
        code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True
    )

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def offered(params: types.CodeActionParams) -> list[types.CodeAction]:
        looked = await session.known(params.text_document.uri)
        if looked is None or not looked.findings:
            return []
        from kintone_lint.server.actions import actions

        only = [str(getattr(each, "value", each)) for each in params.context.only or ()] or None
        return await session.work(lambda: actions(looked, params.range, only, session.editor))

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def chosen(params: types.CodeAction) -> types.CodeAction:
        data = params.data if isinstance(params.data, dict) else {}
        looked = await session.known(str(data.get("uri")))
        if looked is None or data.get("serial") != looked.snapshot.serial:
            raise JsonRpcContentModified("the document has changed since this was offered")
        from kintone_lint.server.actions import resolved

        return await session.work(lambda: resolved(looked, params, session.editor))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        looked = await session.known(params.text_document.uri)
        if looked is None:
            return None
        from kintone_lint.server.hovering import hover

        markdown = session.editor.markdown
        return await session.work(lambda: hover(looked, params.position, markdown=markdown))


def _folders(server: Server) -> list[Path]:
    """The folders that the editor has open, as far as they lie on this machine."""
    folders = [each.uri for each in server.workspace.folders.values()]
    root = server.workspace.root_uri
    paths = (path_of(uri) for uri in folders or ([root] if root else []))
    return [Path(path) for path in paths if path is not None]
