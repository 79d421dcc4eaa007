"""Regular expressions that are compiled when they are first used. Imports nothing of ours.

There are over two hundred of them: compiling all took a third of what it takes to start.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Like `re.compile`, but compiled at its first use: an error in a pattern shows only then."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))


class _Pattern:
    """Becomes like the compiled expression, one method after the other."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern = text
        self._given = flags

    def __getattr__(self, name: str) -> Any:
        if name == "_compiled":
            made: object = re.compile(self.pattern, self._given)
        else:
            made = getattr(self._compiled, name)
        self.__dict__[name] = made
        return made
