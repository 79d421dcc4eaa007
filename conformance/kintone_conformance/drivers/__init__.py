"""Drivers: what is between the judge and an SDK. This module holds what every driver offers.

`inprocess` runs a Python adapter in this process, `stdio` a driver in any language in its own;
`serve` makes the second of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kintone_conformance.model import (
    Call,
    Client,
    HarnessError,
    Info,
    Outcome,
    Refused,
    Unsupported,
)
from kintone_conformance.options import TIME_LIMIT as TIME_LIMIT  # for one open, or one call
from kintone_conformance.spec.auth import Auth


class Silence(HarnessError):  # noqa: N818 - what happened, not an error of ours
    """The SDK did not come back within the time limit."""


class Ended(HarnessError):  # noqa: N818 - what happened, not an error of ours
    """The process of the SDK ended before it answered."""


class Opened(Protocol):
    """One live SDK object."""

    def send(self, call: Call) -> Outcome:
        """Make a call. Raises HarnessError if the adapter or driver is at fault."""

    def change_auth(self, auth: Auth) -> Outcome:
        """Hand new credentials to the object (capability `auth.change`)."""

    def shown(self) -> str:
        """How the language prints the object; "" if the driver cannot say (`show`)."""

    def close(self) -> str:
        """Release the object; returns what it printed."""


class Driver(Protocol):
    """Makes SDK objects. Everything above sees a Python adapter and a foreign process alike."""

    info: Info
    own_process: bool  # whether the client runs in a process that the driver starts

    def open(self, client: Client) -> Opened | Refused | Unsupported:
        """Make one SDK object, or say how the SDK refused. Raises HarnessError."""

    def together(self, calls: Sequence[tuple[Opened, Call]]) -> tuple[Outcome, ...]:
        """Make calls at the same time (capability `threads`); outcomes in the order of calls."""

    def strangers(self) -> tuple[str, ...]:
        """Names that exist nowhere and that the client looked up; () if that cannot be seen."""

    def close(self) -> None:
        """End the driver."""


# Makes a driver whose process or environment holds these variables, within such a command.
StartDriver = Callable[[Mapping[str, str], tuple[str, ...]], Driver]
