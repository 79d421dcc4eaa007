"""How much work a file may make: counted in steps, so that a slow machine finds the same."""

from __future__ import annotations

STEPS = 2_000_000  # of one file; files of 200 KB of libraries take up to 42,000
CHARACTERS = 100  # of a text that is searched once more are one step


class TooMuchWorkError(Exception):
    """A file took more steps than it may; what was found until then holds."""


class Work:
    """The steps that are left."""

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = self.left = steps

    def anew(self) -> None:
        """Starts again, for the next file."""
        self.left = self.steps

    def spend(self, steps: int = 1) -> None:
        """Raises TooMuchWorkError."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWorkError
