"""A Python adapter, run in this process: guarded, scrubbed, timed, and its output captured.

Decides only whose fault an exception is: the SDK's (an outcome) or the adapter's (HarnessError).
Adapters may have `async def` methods: each object has an event loop of its own, in which it is
opened, asked and closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType
from typing import Any

from kintone_conformance import processes
from kintone_conformance.adapter import Adapter, Reported, Unserved, served, served_parameters
from kintone_conformance.doors.guard import NetworkGuard, nowhere
from kintone_conformance.drivers import TIME_LIMIT, Opened
from kintone_conformance.drivers.crew import Crew
from kintone_conformance.drivers.held import environment, time_limit
from kintone_conformance.drivers.loops import Loop
from kintone_conformance.drivers.output import Output
from kintone_conformance.drivers.printed import displayed, printed_chain, text_or_none
from kintone_conformance.model import (
    Call,
    Client,
    Crashed,
    ErrorReport,
    HarnessError,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)
from kintone_conformance.spec.auth import Auth
from kintone_conformance.spec.shapes import parameters, required

# Raised in the adapter's own code these are its mistakes; raised inside the SDK they are refusals.
_ADAPTER_MISTAKES = (
    *(TypeError, AttributeError, NameError, ImportError, NotImplementedError, SystemExit),
)
_LACKING = (AttributeError, TypeError)  # what comes of a call that the SDK does not have
# What an event loop says of an adapter that did not await, or made its object in another loop.
_LOOP_MISTAKES = ("was never awaited", "Event loop is closed", "attached to a different loop")
_OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class InProcess:
    """A driver over a Python adapter. `environ` is added to the scrubbed environment.

    `guarded`: the network is held to loopback. Raises HarnessError if the adapter cannot be
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
            home = self._stack.enter_context(folder)
            own = {processes.MARK: processes.OWN_MARK}
            self._stack.enter_context(environment({"HOME": home, **environ, **own}))
            self._output = Output()
            self._stack.callback(self._output.close)
            self._crew = Crew(time_limit)
            self._stack.callback(self._crew.close)
            self.guard = NetworkGuard()
            if guarded:
                self._stack.enter_context(self.guard)
            self._adapter = _made(adapter)
            self._calls = served(self._adapter)
            self._signatures: dict[str, inspect.Signature] = {}
            self.info = replace(
                self._adapter.info,
                calls=frozenset(self._calls),
                parameters=served_parameters(self._adapter),
                supports=self._adapter.info.supports | {"handles", "show"},
            )
        except BaseException:
            self._stack.close()
            raise

    def open(self, client: Client) -> _Object | Refused | Unsupported:
        """Make one SDK object; raising in the adapter's `open` is the SDK's refusal."""
        # A copy, so that nothing that is known by its identity outlives the object.
        loop, own = Loop(), replace(client, auth=replace(client.auth))
        made = self._guarded(lambda: loop.run(self._adapter.open(own)), "open")
        if isinstance(made, _Value):
            return _Object(self, made.value, loop, made.printed)
        loop.close()
        return Refused(made.error, made.printed) if isinstance(made, Crashed) else made

    def close(self) -> None:
        """Give the process its environment and its network back."""
        self._stack.close()

    def together(self, calls: Sequence[tuple[Opened, Call]]) -> tuple[Outcome, ...]:
        """Make calls at the same time: in threads, or awaited together in an object's loop."""
        mine = [(opened, call) for opened, call in calls if isinstance(opened, _Object)]
        if any(inspect.iscoroutinefunction(self._calls.get(call.api)) for _, call in mine):
            return self._awaited(mine)
        return self._in_threads(mine)

    def _in_threads(self, calls: Sequence[tuple[_Object, Call]]) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = [Sent()] * len(calls)

        def work(at: int) -> None:
            opened, call = calls[at]
            outcomes[at] = self.call(opened.sdk, opened.loop, call)

        with self._output.caught():
            self._crew.work([partial(work, at) for at in range(len(calls))])
        return (*outcomes[:-1], replace(outcomes[-1], printed=self._output.taken()))

    def _awaited(self, calls: Sequence[tuple[_Object, Call]]) -> tuple[Outcome, ...]:
        """The calls of each object, awaited together in its loop."""
        outcomes: list[Outcome] = [Sent()] * len(calls)
        for opened in {id(each): each for each, _ in calls}.values():
            mine = [at for at, (each, _) in enumerate(calls) if each is opened]
            asked = [calls[at][1] for at in mine]
            done = self._guarded(partial(self._at_once, opened, asked), "several calls")
            if isinstance(done, _Value):
                for at, value in zip(mine, done.value, strict=True):
                    outcomes[at] = self._outcome_of(value, calls[at][1].api)
            else:
                outcomes = [done if at in mine else made for at, made in enumerate(outcomes)]
            outcomes[mine[-1]] = replace(outcomes[mine[-1]], printed=done.printed)
        return tuple(outcomes)

    def _at_once(self, opened: _Object, asked: Sequence[Call]) -> Any:
        async def gathered() -> list[Any]:
            waiting = [self._calls[call.api](opened.sdk, **_copied(call.params)) for call in asked]
            return await asyncio.gather(*waiting, return_exceptions=True)

        return opened.loop.run(gathered())

    def _outcome_of(self, value: Any, what: str) -> Outcome:
        match value:
            case Unserved():
                return Unsupported(str(value))
            case Reported():
                return Refused(self._report(value.error, value))
            case BaseException():
                self._blame(value, what)
                return Refused(self._report(value, value))
        return Sent()

    def call(self, sdk: Any, loop: Loop, call: Call) -> Outcome:
        """Make one declared call on an SDK object."""
        method = self._calls.get(call.api)
        if method is None:
            return Unsupported(f"the adapter does not serve {call.api}")
        unknown = self._not_taken(method, sdk, call)
        if unknown:
            names = ", ".join(unknown)
            return Unsupported(f"{names} is not an optional parameter of the adapter's {call.api}")
        given = _copied(call.params)
        return _sent(self._guarded(lambda: loop.run(method(sdk, **given)), call.api))

    def _not_taken(self, method: Callable[..., Any], sdk: Any, call: Call) -> list[str]:
        """The optional parameters that a method does not take as they are given, or left out.

        Raises HarnessError for others.
        """
        signature = self._signatures.get(call.api)
        if signature is None:
            signature = self._signatures[call.api] = inspect.signature(method)
        try:
            signature.bind(sdk, **call.params)
        except TypeError as error:
            named = [each for each in signature.parameters.values() if each.kind not in _OPEN][1:]
            demanded = {each.name for each in named if each.default is each.empty}
            odd = demanded - set(call.params)
            if not any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values()):
                odd |= set(call.params) - {each.name for each in named}
            if odd and odd <= set(parameters(call.api)) - required(call.api):
                return sorted(odd)
            raise HarnessError(
                f"the adapter's method for {call.api} does not take its parameters: {error}",
                hint="give it the parameters of the call as keywords, under their documented names",
            ) from error
        return []

    def change_auth(self, sdk: Any, loop: Loop, auth: Auth) -> Outcome:
        """Hand new credentials to an SDK object."""
        change = self._adapter.change_auth
        return _sent(self._guarded(lambda: loop.run(change(sdk, replace(auth))), "change_auth"))

    def end(self, opened: _Object) -> str:
        """Close an SDK object and let go of it; what it raises there breaks no requirement."""
        close: Callable[[Any], Any] = self._adapter.close

        def release() -> None:
            try:
                opened.loop.run(close(opened.sdk))
            finally:
                opened.sdk = None  # what its destructor prints is its own as well

        printed = ""
        with contextlib.suppress(Exception):
            printed = self._guarded(release, "close").printed
        opened.loop.close()
        return printed

    def shown(self, sdk: Any) -> str:
        """How Python prints an SDK object, notebooks and consoles included."""
        shown = self._guarded(lambda: "\n".join([repr(sdk), str(sdk), *displayed(sdk)]), "repr")
        return str(shown.value) if isinstance(shown, _Value) else ""

    def _guarded(
        self, action: Callable[[], Any], what: str
    ) -> _Value | Refused | Unsupported | Crashed:
        found: _Value | Refused | Unsupported | Crashed
        with self._output.caught():
            try:
                with time_limit(self._time_limit, what):
                    found = _Value(action(), "")
            except Unserved as error:
                found = Unsupported(str(error))
            except Reported as error:
                found = Refused(self._report(error.error, error))
            except SystemExit as error:  # a program that does not expect it ends here
                self._blame(error, what)
                found = Crashed(self._report(error, error))
            except Exception as error:
                self._blame(error, what)
                found = Refused(self._report(error, error))
            finally:
                self._check_network()
        if threading.current_thread() is not threading.main_thread():
            return found  # what a thread prints belongs to the block that it runs in
        printed = self._output.taken()
        if any(mistake in printed for mistake in _LOOP_MISTAKES[:1]):
            raise _loop_mistake(what, printed)
        return replace(found, printed=printed)

    def strangers(self) -> tuple[str, ...]:
        """The names that exist nowhere and that the client has looked up since last asked."""
        found = tuple(name for name in self.guard.attempts if nowhere(name))
        self.guard.attempts.clear()
        return found

    def _check_network(self) -> None:
        real = {name for name in self.guard.attempts if not nowhere(name)}
        if real:
            self.guard.attempts.clear()
            raise HarnessError(
                f"the client tried to reach {', '.join(sorted(real))}, but the suite lets nothing "
                f"leave this machine",
                hint="use client.base_url, or a door for clients with a hard-coded host",
            )

    def _blame(self, error: BaseException, what: str) -> None:
        """Raise HarnessError if the exception is the adapter's own mistake."""
        if isinstance(error, RuntimeError) and any(each in str(error) for each in _LOOP_MISTAKES):
            raise _loop_mistake(what, str(error)) from error
        if isinstance(error, _ADAPTER_MISTAKES) and _innermost_self(error) is self._adapter:
            lacking = isinstance(error, _LACKING) and what in self._calls
            raise HarnessError(
                f"the adapter itself failed in {what}: {type(error).__name__}: {error}",
                hint="fix the adapter; the SDK was not reached",
                details="".join(traceback.format_exception(error)),
                refused_calls=(what,) if lacking else (),
            ) from error

    def _report(self, error: object, raised: BaseException) -> ErrorReport:
        fields = self._adapter.error_fields(error)
        return ErrorReport(
            type=type(error).__name__,
            text="\n".join([repr(error), str(error), *printed_chain(raised)]),
            message=text_or_none(fields.get("message")),
            code=text_or_none(fields.get("code")),
            id=text_or_none(fields.get("id")),
        )


def _loop_mistake(what: str, said: str) -> HarnessError:
    return HarnessError(
        f"the adapter itself failed in {what}: {said.strip().splitlines()[0]}",
        hint="make the object in `async def open`, and await every call of the SDK",
    )


def _copied(value: Any) -> Any:
    """Parameters for the client to change as it likes: what it was asked for stays as it is."""
    match value:
        case Mapping():
            return {name: _copied(item) for name, item in value.items()}
        case list() | tuple():
            return type(value)(map(_copied, value))
    return value


@dataclass(frozen=True)
class _Value:
    value: Any
    printed: str


class _Object:
    """One live SDK object; what it printed while it was made counts for its first call."""

    def __init__(self, driver: InProcess, sdk: Any, loop: Loop, printed: str) -> None:
        self._driver = driver
        self.sdk = sdk
        self.loop = loop
        self._printed = printed

    def send(self, call: Call) -> Outcome:
        outcome = self._driver.call(self.sdk, self.loop, call)
        printed, self._printed = self._printed, ""
        return replace(outcome, printed=printed + outcome.printed) if printed else outcome

    def shown(self) -> str:
        return self._driver.shown(self.sdk)

    def change_auth(self, auth: Auth) -> Outcome:
        return self._driver.change_auth(self.sdk, self.loop, auth)

    def close(self) -> str:
        return self._driver.end(self)


def _sent(result: _Value | Refused | Unsupported | Crashed) -> Outcome:
    return Sent(result.printed) if isinstance(result, _Value) else result


def _made(adapter: Callable[[], Adapter]) -> Adapter:
    try:
        return adapter()
    except Exception as error:
        raise HarnessError(
            f"the adapter cannot be created: {type(error).__name__}: {error}",
            hint="its constructor must work without arguments; fix it and run again",
            details="".join(traceback.format_exception(error)),
        ) from error


def _innermost_self(error: BaseException) -> object:
    frame: TracebackType | None = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame.tb_frame.f_locals.get("self") if frame is not None else None
