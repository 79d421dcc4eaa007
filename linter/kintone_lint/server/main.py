"""The process of the language server: it reads the standard input until the editor is gone."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from lsprotocol import types

from kintone_lint.python.kept import CHARACTERS, kept
from kintone_lint.server.features import Server, register
from kintone_lint.server.protocol import Output, silence
from kintone_lint.server.session import Session
from kintone_lint.server.wire import MAX_BODY, BrokenStreamError, messages, reader
from kintone_lint.settings import Settings
from kintone_lint.streams import say

_STACK = 64 * 1024 * 1024  # of the thread that lints: some systems give half a MB
_ASKED = 5.0  # seconds between two looks whether the editor lives
_GRACE = 0.2  # seconds for what is almost done
_BROKEN = 2
_INTERRUPTED = 130
_GONE = 1  # as LSP has it for an end without `shutdown`


def serve(settings: Callable[[], Settings], defect: Callable[[Exception], None]) -> int:
    """Serves one editor over the standard streams, and gives the exit code.

    `settings` reads all settings anew; `defect` tells of one of ours.
    """
    silence()
    gc.enable()  # the command line does without
    kept.most = CHARACTERS
    worker = _worker()
    try:
        code = asyncio.run(_Process(settings, defect, worker).run())
    except KeyboardInterrupt:
        _let_go(worker, _INTERRUPTED)
        raise
    _let_go(worker, code)
    return code


def _let_go(worker: ThreadPoolExecutor, code: int) -> None:
    """Ends the process here and now if a file is being looked at; nobody waits for the result."""
    worker.shutdown(wait=False, cancel_futures=True)
    (thread,) = worker._threads
    thread.join(_GRACE)
    if thread.is_alive():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _worker() -> ThreadPoolExecutor:
    """One thread, with the stack that deeply nested code needs."""
    before = threading.stack_size(_STACK)
    try:
        worker = ThreadPoolExecutor(1, thread_name_prefix="lint")
        worker.submit(int).result()
    finally:
        threading.stack_size(before)
    return worker


class _Process:
    """The server at work. It ends once, with the first code that is told."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        defect: Callable[[Exception], None],
        worker: ThreadPoolExecutor,
    ) -> None:
        self._defect = defect
        self._output = Output()
        self._server = Server()
        self._session = Session(settings, self, worker)
        self._code: asyncio.Future[int] | None = None
        self._lived = False

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        self._code = loop.create_future()
        self._server.protocol.set_writer(self._output)
        register(self._server, self._session, self._watch, self._end)
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()
        return await self._code

    def publish(self, params: types.PublishDiagnosticsParams) -> None:
        self._server.text_document_publish_diagnostics(params)
        if self._output.gone:
            self._end(_GONE)

    def defect(self, error: Exception) -> None:
        self._defect(error)

    def _end(self, code: int) -> None:
        if self._code is not None and not self._code.done():
            self._code.set_result(code)

    # ---- what comes in

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """On a thread of its own: one message after the other, as fast as they are handled."""
        code = _GONE
        try:
            for body in messages(reader(sys.stdin.fileno())):
                asyncio.run_coroutine_threadsafe(self._receive(body), loop).result()
        except BrokenStreamError as error:
            say(f"kintone-lint: what the editor sends is not LSP: {error}", err=True)
            code = _BROKEN
        except (OSError, ValueError, AttributeError):  # it is closed
            pass
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(self._end, code)

    async def _receive(self, body: bytes | None) -> None:
        if body is None:
            said = f"a message larger than {MAX_BODY // 1_000_000} MB was skipped"
            say(f"kintone-lint: {said}", err=True)
            return
        try:
            lost = self._server.protocol.receive(body)
            if lost is not None:
                self._session.lose(lost)
        except Exception as error:
            self._defect(error)
        if self._output.gone:
            self._end(_GONE)

    def _watch(self) -> None:
        """Ends when the editor has ended, though another process holds our input open.

        One that was never seen alive does not run on this machine.
        """
        editor = self._server.process_id
        if os.name == "posix" and editor is not None:
            lives = _lives(editor)
            if self._lived and not lives:
                self._end(_GONE)
            self._lived |= lives
            asyncio.get_running_loop().call_later(_ASKED, self._watch)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
