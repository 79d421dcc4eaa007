"""What holds for all tests: no clock is measured, for machines are busy, and signals are heard."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("without clock", deadline=None)
settings.load_profile("without clock")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: many tests wait for a program that they started."""
    cores = yield
    return cores + 1


# Whoever starts the tests in the background may have these ignored, and the programs under test
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
