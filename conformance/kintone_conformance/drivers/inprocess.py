"""A Python adapter, run in this process: guarded, scrubbed, timed, and its output captured.

Decides only whose fault an exception is: the SDK's (an outcome) or the adapter's (HarnessError).
"""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from kintone_conformance import processes
from kintone_conformance.adapter import Adapter, Reported, Unserved, served
from kintone_conformance.doors.guard import NetworkGuard
from kintone_conformance.drivers import TIME_LIMIT, Silence
from kintone_conformance.drivers.environment import scrubbed
from kintone_conformance.drivers.said import MOST
from kintone_conformance.model import (
    Call,
    Client,
    ErrorReport,
    HarnessError,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)
from kintone_conformance.spec.auth import Auth

# Raised in the adapter's own code these are its mistakes; raised inside the SDK they are refusals.
_ADAPTER_MISTAKES = (TypeError, AttributeError, NameError, ImportError, NotImplementedError)


class InProcess:
    """A driver over a Python adapter. `environ` is added to the scrubbed environment.

    `guarded`: the network is held to loopback. Raises HarnessError where the adapter cannot be
    made or declares what it does not have.
    """

    own_process = False

    def __init__(
        self,
        adapter: Callable[[], Adapter],
        environ: Mapping[str, str],
        time_limit: float = TIME_LIMIT,
        guarded: bool = True,
    ) -> None:
        self._stack = contextlib.ExitStack()
        self._time_limit = time_limit
        try:
            folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            own = {"HOME": self._stack.enter_context(folder), processes.MARK: processes.OWN_MARK}
            self._stack.enter_context(_environment({**environ, **own}))
            self.guard = NetworkGuard()
            if guarded:
                self._stack.enter_context(self.guard)
            self._adapter = _made(adapter)
            self._calls = served(self._adapter)
            self.info = replace(
                self._adapter.info,
                calls=frozenset(self._calls),
                supports=self._adapter.info.supports | {"handles"},
            )
        except BaseException:
            self._stack.close()
            raise

    def open(self, client: Client) -> _Object | Refused | Unsupported:
        """Make one SDK object; raising in the adapter's `open` is the SDK's refusal."""
        made = self._guarded(lambda: self._adapter.open(client), "open")
        if isinstance(made, _Value):
            return _Object(self, made.value, made.printed)
        return made

    def close(self) -> None:
        """Give the process its environment and its network back."""
        self._stack.close()

    def call(self, sdk: Any, call: Call) -> Outcome:
        """Make one declared call on an SDK object."""
        method = self._calls.get(call.api)
        if method is None:
            return Unsupported(f"the adapter does not serve {call.api}")
        try:
            inspect.signature(method).bind(sdk, **call.params)
        except TypeError as error:
            raise HarnessError(
                f"the adapter's method for {call.api} does not take its parameters: {error}",
                hint="give it the parameters of the call as keywords, under their documented names",
            ) from error
        return _sent(self._guarded(lambda: method(sdk, **call.params), call.api))

    def change_auth(self, sdk: Any, auth: Auth) -> Outcome:
        """Hand new credentials to an SDK object."""
        return _sent(self._guarded(lambda: self._adapter.change_auth(sdk, auth), "change_auth"))

    def end(self, sdk: Any) -> None:
        """Close an SDK object; what it raises there is nobody's requirement."""
        with contextlib.suppress(Exception):
            self._guarded(lambda: self._adapter.close(sdk), "close")

    def _guarded(self, action: Callable[[], Any], what: str) -> _Value | Refused | Unsupported:
        with _captured() as printed:
            try:
                with _time_limit(self._time_limit, what):
                    value = action()
            except Unserved as error:
                return Unsupported(str(error), printed.getvalue())
            except Reported as error:
                return Refused(self._report(error.error, error), printed.getvalue())
            except (Exception, SystemExit) as error:
                self._blame(error, what)
                return Refused(self._report(error, error), printed.getvalue())
            finally:
                self._check_network()
        return _Value(value, printed.getvalue())

    def strangers(self) -> tuple[str, ...]:
        """The names that exist nowhere and that the client has looked up since last asked."""
        found = tuple(name for name in self.guard.attempts if name.endswith(".invalid"))
        self.guard.attempts.clear()
        return found

    def _check_network(self) -> None:
        real = {name for name in self.guard.attempts if not name.endswith(".invalid")}
        if real:
            self.guard.attempts.clear()
            raise HarnessError(
                f"the client reached for {', '.join(sorted(real))}, "
                "and the suite lets nothing leave this machine",
                hint="point it at client.base_url, or use a door for clients with a wired-in host",
            )

    def _blame(self, error: BaseException, what: str) -> None:
        """Raise HarnessError where the exception is the adapter's own mistake."""
        if isinstance(error, _ADAPTER_MISTAKES) and _innermost_self(error) is self._adapter:
            raise HarnessError(
                f"the adapter made a mistake in {what}: {type(error).__name__}: {error}",
                hint="mend the adapter; the SDK was not reached",
                details="".join(traceback.format_exception(error)),
            ) from error

    def _report(self, error: object, raised: BaseException) -> ErrorReport:
        fields = self._adapter.error_fields(error)
        return ErrorReport(
            type=type(error).__name__,
            text="\n".join([repr(error), str(error), *_printed_chain(raised)]),
            message=_text_or_none(fields.get("message")),
            code=_text_or_none(fields.get("code")),
            id=_text_or_none(fields.get("id")),
        )


@dataclass(frozen=True)
class _Value:
    value: Any
    printed: str


class _Object:
    """One live SDK object; what its making printed counts as printed by its first call."""

    def __init__(self, driver: InProcess, sdk: Any, printed: str) -> None:
        self._driver = driver
        self._sdk = sdk
        self._printed = printed

    def send(self, call: Call) -> Outcome:
        outcome = self._driver.call(self._sdk, call)
        printed, self._printed = self._printed, ""
        return replace(outcome, printed=printed + outcome.printed) if printed else outcome

    def change_auth(self, auth: Auth) -> Outcome:
        return self._driver.change_auth(self._sdk, auth)

    def close(self) -> None:
        self._driver.end(self._sdk)


def _sent(result: _Value | Refused | Unsupported) -> Outcome:
    return Sent(result.printed) if isinstance(result, _Value) else result


def _made(adapter: Callable[[], Adapter]) -> Adapter:
    try:
        return adapter()
    except Exception as error:
        raise HarnessError(
            f"the adapter cannot be made: {type(error).__name__}: {error}",
            hint="its constructor must work without arguments; mend it and run again",
            details="".join(traceback.format_exception(error)),
        ) from error


def _innermost_self(error: BaseException) -> object:
    frame: TracebackType | None = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame.tb_frame.f_locals.get("self") if frame is not None else None


def _printed_chain(error: BaseException) -> Iterator[str]:
    """The error as Python prints it uncaught, then the repr of each cause and context."""
    yield "".join(traceback.format_exception(error))
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield repr(link)
        link = link.__cause__ or link.__context__


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


@contextlib.contextmanager
def _environment(environ: Mapping[str, str]) -> Iterator[None]:
    saved = dict(os.environ)
    clean = scrubbed(environ)
    os.environ.clear()
    os.environ.update(clean)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


class _Printed(io.StringIO):
    """What is printed, up to as much as a driver in its own process may print."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MOST - self.tell())])
        return len(text)


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    """What is printed or logged as a warning meanwhile."""
    text = _Printed()
    if threading.current_thread() is not threading.main_thread():
        yield text  # the streams are the process's: a thread must not swap them
        return
    root = logging.getLogger()
    handler = logging.StreamHandler(text)
    handler.setLevel(logging.WARNING)
    root.addHandler(handler)
    saved = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = text
    try:
        yield text
    finally:
        sys.stdout, sys.stderr = saved
        root.removeHandler(handler)


@contextlib.contextmanager
def _time_limit(seconds: float, what: str) -> Iterator[None]:
    """Raise Silence in the block after `seconds`; off the main thread the runner's limit holds."""
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable:
        yield
        return

    def expired(_signal: int, _frame: object) -> None:
        raise Silence(
            f"the client did not come back from {what} within {seconds:g} s",
            hint="find out what it waits for; every request it sent was answered",
        )

    previous = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
