"""What holds for all tests: Hypothesis measures no time, for machines are busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("without clock", deadline=None)
settings.load_profile("without clock")
