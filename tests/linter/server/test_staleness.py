"""What is told of a document is of the text that is there; what is typed at once is one change."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from lsprotocol import types

from kintone_lint.server import session as module
from kintone_lint.server.look import Looked, Snapshot
from kintone_lint.server.session import Session
from kintone_lint.settings import Settings

URI = "untitled:app.py"


class Desk:
    """A session whose looks wait until they may go on, and what it tells."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "look", self._look)
        monkeypatch.setattr(module, "PAUSE", 0.001)
        self.begun = threading.Semaphore(0)
        self.free = threading.Semaphore(0)
        self.looks: list[int] = []
        self.told: list[int | None] = []

    def _look(self, snapshot: Snapshot, settings: Settings, *, screened: bool) -> Looked:
        assert screened
        self.looks.append(snapshot.version)
        self.begun.release()
        self.free.acquire()
        return Looked(snapshot)

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.told.append(params.version)

    def defect(self, error: Exception) -> None:
        raise error

    async def begins(self) -> None:
        """Waits until a document is being looked at."""
        await asyncio.to_thread(self.begun.acquire)

    async def tells(self, version: int | None) -> None:
        while version not in self.told:
            await asyncio.sleep(0.001)


def opened(session: Session) -> None:
    session.open(types.TextDocumentItem(URI, "python", 1, ""))


def changed(session: Session, version: int) -> None:
    document = types.VersionedTextDocumentIdentifier(version, URI)
    change = types.TextDocumentContentChangeWholeDocument("x")
    session.change(types.DidChangeTextDocumentParams(document, [change]))


def run(desk: Desk, what: Callable[[Session], object]) -> None:
    async def whole() -> None:
        with ThreadPoolExecutor(1) as worker:
            await what(Session(Settings, desk, worker))  # type: ignore[misc]

    asyncio.run(whole())


def test_what_was_found_before_a_change_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch)

    async def what(session: Session) -> None:
        opened(session)
        await desk.begins()
        for version in range(2, 1000):
            changed(session, version)
        desk.free.release()
        await desk.begins()
        desk.free.release()
        await desk.tells(999)
        assert (desk.looks, desk.told) == ([1, 999], [999])

    run(desk, what)


def test_what_was_closed_meanwhile_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch)

    async def what(session: Session) -> None:
        opened(session)
        await desk.begins()
        session.close(URI)
        opened(session)
        session.close(URI)
        desk.free.release()
        await session.work(lambda: None)
        opened(session)
        await desk.begins()
        desk.free.release()
        await desk.tells(1)
        assert desk.told == [None, None, 1]

    run(desk, what)


def test_who_asks_waits_for_the_text_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch)

    async def what(session: Session) -> None:
        opened(session)
        await desk.begins()
        asked = asyncio.ensure_future(session.known(URI))
        await asyncio.sleep(0)
        changed(session, 2)
        desk.free.release(2)
        looked = await asked
        assert looked is not None
        assert looked.snapshot.version == 2
        assert desk.looks == [1, 2]
        assert await session.known("untitled:other.py") is None

    run(desk, what)


def test_who_asks_of_what_never_rests_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(monkeypatch)

    async def what(session: Session) -> None:
        opened(session)
        asked = asyncio.ensure_future(session.known(URI))
        version = 1
        while not asked.done():
            await desk.begins()
            version += 1
            changed(session, version)
            desk.free.release()
            for _ in range(5):
                await asyncio.sleep(0.001)
        assert asked.result() is None
        desk.free.release(100)

    run(desk, what)
