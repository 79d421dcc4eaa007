"""The event loop of an adapter's object, if its methods are `async`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any


class Loop:
    """The event loop of one object, made when something has to be awaited."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, value: Any) -> Any:
        """The value, awaited if it has to be."""
        if not inspect.isawaitable(value):
            return value
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(_waited(value))

    def close(self) -> None:
        """End it."""
        if self._loop is not None:
            self._loop.close()


async def _waited(value: Awaitable[Any]) -> Any:
    return await value
