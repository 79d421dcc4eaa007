"""The other way round: a Python adapter as a driver that speaks kc/1, in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import IO, Literal

import msgspec

from kintone_conformance.adapter import Adapter
from kintone_conformance.doors.inside import IN_NAMESPACE
from kintone_conformance.drivers import Opened, protocol
from kintone_conformance.drivers.environment import WORKING_FOLDER
from kintone_conformance.drivers.inprocess import InProcess
from kintone_conformance.model import (
    Call,
    Crashed,
    HarnessError,
    Info,
    Outcome,
    Refused,
    Sent,
    Unsupported,
)

_PATIENCE = 86_400.0  # seconds: the runner's own limit comes first


def serve(adapter: Callable[[], Adapter]) -> None:
    """Answer the lines of standard input until its end.

    Raises HarnessError if the adapter is at fault; the runner shows what it says.
    """
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        os.dup2(2, 1)  # what the SDK prints is not a line of the protocol
        guarded = not os.environ.get(IN_NAMESPACE)
        given = dict(os.environ)  # scrubbed by the runner, with its proxy and certificates added
        driver = InProcess(adapter, given, time_limit=_PATIENCE, guarded=guarded)
        if folder := given.get(WORKING_FOLDER):
            sys.path[:] = [os.path.abspath(path) for path in sys.path]  # noqa: PTH100
            os.chdir(folder)
        try:
            _Session(driver, answers).run(sys.stdin.buffer)
        finally:
            driver.close()


class _Session:
    def __init__(self, driver: InProcess, answers: IO[bytes]) -> None:
        self._driver = driver
        self._answers = answers
        self._opened: dict[int, Opened] = {}

    def run(self, lines: IO[bytes]) -> None:
        for line in lines:
            message = _read(line)
            answer = self._answer(message)
            self._answers.write(protocol.encoded(answer))

    def _answer(self, message: protocol.Request) -> protocol.HelloAnswer | protocol.OutcomeAnswer:
        match message:
            case protocol.Hello(id=id_):
                return _hello(id_, self._driver.info)
            case protocol.Open(id=id_, client=client):
                opened = self._driver.open(protocol.client_of(client))
                if isinstance(opened, Refused | Unsupported):
                    return _outcome(id_, opened)
                self._opened[id_] = opened
                return protocol.OutcomeAnswer(id=id_, handle=id_)
            case protocol.Send(id=id_, handle=handle, client=client, call=call):
                return _outcome(id_, self._send(handle, client, Call(call["api"], call["params"])))
            case protocol.Change(id=id_, handle=handle, auth=auth):
                return _outcome(id_, self._opened[handle].change_auth(protocol.auth_of(auth)))
            case protocol.Show(id=id_, handle=handle):
                return protocol.OutcomeAnswer(id=id_, text=self._opened[handle].shown())
            case protocol.Close(id=id_, handle=handle):
                return _outcome(id_, Sent(self._opened.pop(handle).close()))

    def _send(self, handle: int | None, client: dict[str, object] | None, call: Call) -> Outcome:
        if handle is not None:
            return self._opened[handle].send(call)
        opened = self._driver.open(protocol.client_of(client or {}))
        if isinstance(opened, Refused | Unsupported):
            return opened
        try:
            return opened.send(call)
        finally:
            opened.close()


def _read(line: bytes) -> protocol.Request:
    try:
        return protocol.request(line)
    except msgspec.DecodeError as error:
        raise HarnessError(
            f"standard input holds a line that is not a kc/1 request: {error}",
            hint="serve is started by the suite: --driver 'kintone-conformance serve …'",
        ) from None


def _hello(id_: int, info: Info) -> protocol.HelloAnswer:
    doors = [door for door in info.doors if door != "responses"]  # a mock is in-process only
    return protocol.HelloAnswer(
        id=id_,
        protocol=protocol.VERSION,
        sdk=protocol.Sdk(info.name, info.version, info.language, info.url),
        supports=tuple(sorted(info.supports)),
        calls=tuple(sorted(info.calls)),
        doors=tuple(doors),  # type: ignore[arg-type]  # checked when the adapter was loaded
        no_guest=info.no_guest,  # type: ignore[arg-type]  # JSON holds no others
        parameters=tuple(sorted(info.parameters)),
        hosted=tuple(sorted(info.hosted)),
    )


def _outcome(id_: int, outcome: Outcome) -> protocol.OutcomeAnswer:
    sys.stderr.write(outcome.printed)
    sys.stderr.flush()
    match outcome:
        case Sent():
            return protocol.OutcomeAnswer(id=id_)
        case Unsupported(reason):
            return protocol.OutcomeAnswer(id=id_, outcome="unsupported", reason=reason)
        case Refused(error) | Crashed(error):
            told = protocol.Error(error.type, error.text, error.message, error.code, error.id)
            name: Literal["refused", "crashed"] = (
                "crashed" if isinstance(outcome, Crashed) else "refused"
            )
            return protocol.OutcomeAnswer(id=id_, outcome=name, error=told)
