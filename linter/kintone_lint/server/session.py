"""What an editor has open, and when which of it is looked at.

Documents are changed on the event loop alone, and linted on one other thread, one after the other.
A document is looked at when nobody has typed for a moment; whatever was typed until then is one
change. What is published is of the text that is there at that time, or it is not published.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from lsprotocol import types

from kintone_lint.errors import internal_error
from kintone_lint.findings import Trouble
from kintone_lint.server.diagnostics import diagnostics
from kintone_lint.server.documents import Document, opened
from kintone_lint.server.editor import Editor
from kintone_lint.server.look import Looked, Snapshot, look
from kintone_lint.server.uris import CELL, assumed, key, path_of, scheme_of
from kintone_lint.settings import Settings

PAUSE = 0.1  # seconds without a change after which a document is looked at
_TRIES = 3  # to look at a document before it is changed again
_Found = TypeVar("_Found")


class Told(Protocol):
    """What a session reports: the diagnostics of a document, and a bug in the linter."""

    def publish(self, params: types.PublishDiagnosticsParams) -> None: ...

    def defect(self, error: Exception) -> None: ...


class Session:
    """The open documents of an editor, and what is known of each."""

    def __init__(self, settings: Callable[[], Settings], told: Told, worker: ThreadPoolExecutor):
        self.editor = Editor()
        self._settings = settings
        self._told = told
        self._worker = worker
        self._documents: dict[str, Document] = {}
        self._looked: dict[str, Looked] = {}
        self._due: dict[str, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._busy: asyncio.Task[None] | None = None
        self._looking: int | None = None  # the serial of what is being looked at
        self._serial = 0

    # ---- what the editor says

    def open(self, item: types.TextDocumentItem) -> None:
        text = opened(item.text, self.editor.encoding)
        path = self._path(item.uri, item.language_id)
        document = Document(item.uri, item.language_id, item.version, path, text)
        self._documents[key(item.uri)] = document
        self._renew(document, 0)

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = self._documents.get(key(params.text_document.uri))
        if document is not None:
            document.text = document.text.changed(params.content_changes)
            document.version = params.text_document.version
            self._renew(document, PAUSE)

    def close(self, uri: str) -> None:
        """Forgets a document, and what was found in it."""
        if (document := self._forget(uri)) is not None:
            self._told.publish(types.PublishDiagnosticsParams(document.uri, []))

    def renew_all(self) -> None:
        """Looks at everything again: settings, or files that are imported, may be others."""
        for document in self._documents.values():
            self._renew(document, PAUSE)

    def lose(self, uri: str) -> None:
        """A change of a document cannot be understood: nobody knows its text any more."""
        if (document := self._forget(uri)) is not None:
            text = opened("", self.editor.encoding)
            snapshot = Snapshot(document.uri, document.path, text, document.version, 0)
            why = "the editor sent a change that cannot be read; close the file and open it again"
            looked = Looked(snapshot, troubles=[Trouble(document.path.name, why)])
            shown = diagnostics(looked, related=False)
            self._told.publish(types.PublishDiagnosticsParams(document.uri, shown))

    async def known(self, uri: str) -> Looked | None:
        """What is found in a document as it is now; None if it is not open, or never rests."""
        name, tries = key(uri), _TRIES
        while tries and (document := self._documents.get(name)) is not None:
            looked = self._looked.get(name)
            if looked is not None and looked.snapshot.serial == document.serial:
                return looked
            if self._looking != document.serial:
                self._due[name] = 0.0  # before all others
                self._wake()
            if self._busy is not None:
                tries -= self._busy.get_name() == name
                await asyncio.wait([self._busy])
        return None

    def _forget(self, uri: str) -> Document | None:
        self._looked.pop(key(uri), None)
        self._due.pop(key(uri), None)
        return self._documents.pop(key(uri), None)

    async def work(self, what: Callable[[], _Found]) -> _Found:
        """Does something on the thread that lints."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, what)

    # ---- when it is looked at

    def _path(self, uri: str, language: str) -> Path:
        path = path_of(uri)
        if path is not None:
            return Path(path)
        folders = self.editor.folders
        return assumed(uri, language, folders[0] if folders else Path.cwd())

    def _renew(self, document: Document, pause: float) -> None:
        self._serial += 1
        document.serial = self._serial
        self._due[key(document.uri)] = asyncio.get_running_loop().time() + pause
        self._wake()

    def _wake(self) -> None:
        """Looks at what is due, or sees to it that this happens later. There is one timer."""
        if self._busy is not None or not self._due:
            return
        loop = asyncio.get_running_loop()
        first = min(self._due, key=lambda each: self._due[each])
        if self._due[first] <= loop.time():
            self._start(first)
        elif self._timer is None:
            self._timer = loop.call_at(self._due[first], self._wake_up)

    def _wake_up(self) -> None:
        self._timer = None
        self._wake()

    def _start(self, name: str) -> None:
        self._due.pop(name, None)
        document = self._documents.get(name)
        if document is not None:
            self._looking = document.serial
            begun = self._look(name, document, _snapshot(document))
            self._busy = asyncio.get_running_loop().create_task(begun, name=name)

    async def _look(self, name: str, document: Document, snapshot: Snapshot) -> None:
        try:
            before = self._looked.get(name)
            held = before is not None and bool(before.findings)
            looked, shown = await self.work(lambda: self._found(snapshot, screened=not held))
            if self._documents.get(name) is document and document.serial == snapshot.serial:
                self._looked[name] = looked
                self._told.publish(
                    types.PublishDiagnosticsParams(document.uri, shown, version=snapshot.version)
                )
        finally:
            self._busy = self._looking = None
            self._wake()

    def _found(
        self, snapshot: Snapshot, *, screened: bool
    ) -> tuple[Looked, list[types.Diagnostic]]:
        """What a document gives; a defect of ours costs this look, and no other.

        `screened` as False: there was a finding before, so that there is likely one now.
        """
        try:
            looked = look(snapshot, self._settings(), screened=screened)
            return looked, diagnostics(looked, related=self.editor.related)
        except Exception as error:
            self._told.defect(error)
            looked = Looked(snapshot, troubles=[Trouble(snapshot.path.name, internal_error(error))])
            return looked, diagnostics(looked, related=False)


def _snapshot(document: Document) -> Snapshot:
    return Snapshot(
        document.uri,
        document.path,
        document.text,
        document.version,
        document.serial,
        document.language,
        scheme_of(document.uri) == CELL,
    )
