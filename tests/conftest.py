"""What holds for all tests: no clock is measured, for machines are busy, and signals are heard."""

from __future__ import annotations

import signal

from hypothesis import settings

settings.register_profile("without clock", deadline=None)
settings.load_profile("without clock")

# Whoever starts the tests in the background may have these ignored, and the programs under test
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
