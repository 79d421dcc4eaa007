"""One side of a comparison: a client in a process of its own, behind a door of its own.

The sides are asked at the same time: none waits until another has given up a request that its
client never ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from kintone_conformance import processes
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.drivers import StartDriver
from kintone_conformance.judging.exchange import Exchange
from kintone_conformance.judging.rehearsal import rehearse
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.stage import Stage
from kintone_conformance.model import HarnessError

_Made = TypeVar("_Made")
PATIENCE = 1.5  # seconds, for a request to arrive; a client may begin one and never end it
_RESTARTS = 3  # in a row, of a client's process


@dataclass(frozen=True)
class Played:
    """What came of a scenario: its calls, none where `trouble` says why the client broke."""

    exchanges: tuple[Exchange, ...] = ()
    trouble: str = ""


class Side:
    """A client and its door. Each client must start a process of its own."""

    def __init__(self, door: str, start: StartDriver) -> None:
        self._door = open_door(door)
        self._door.hurry(PATIENCE)
        self._start = start
        self._stage: Stage | None = None
        self._stopped = False
        self._broken = 0  # scenarios in a row

    def close(self) -> None:
        """Close the door, and end the process: what it still waits for has ended then."""
        self._door.close()
        self._end()

    def stop(self) -> None:
        """Ask for nothing more; what is being asked is given up as soon as its process ends."""
        self._stopped = True

    def working(self) -> tuple[str, ...]:
        """The calls that work with harmless input. Raises HarnessError."""
        return rehearse(self._ready(), operations=True).calls

    def played(self, scenarios: Sequence[Scenario]) -> list[Played]:
        """What comes of each scenario."""
        return [self.play(scenario) for scenario in scenarios if not self._stopped]

    def play(self, scenario: Scenario) -> Played:
        """What comes of one; nothing if its process broke, and what follows gets a new one.

        Raises HarnessError if that breaks as well, again and again.
        """
        try:
            played = Played(self._ready().play(scenario).exchanges)
        except HarnessError as error:
            self._end()
            self._broken += 1
            if self._broken > _RESTARTS and not self._stopped:
                raise
            return Played(trouble=error.message)
        self._broken = 0
        return played

    def _ready(self) -> Stage:
        if self._stage is None:
            driver = self._start(self._door.environ, self._door.within)
            self._stage = Stage(driver, self._door, judges=False)
        return self._stage

    def _end(self) -> None:
        stage, self._stage = self._stage, None
        if stage is not None:
            stage.driver.close()


def each_at_once(sides: Sequence[Side], ask: Callable[[Side], _Made]) -> list[_Made]:
    """What `ask` makes of each side. Whatever interrupts it ends the clients."""
    with ThreadPoolExecutor(len(sides)) as pool:
        try:
            return [*pool.map(ask, sides)]
        except BaseException:
            for side in sides:
                side.stop()
            with suppress(OSError):
                processes.end_own()  # nobody waits for a client that does not answer
            raise
