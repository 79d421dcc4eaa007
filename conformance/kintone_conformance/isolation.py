"""How the suite starts Python: with the working folder off its path, as it was started itself."""

from __future__ import annotations

import sys

# -I also leaves the user's own packages and PYTHONPATH out: our action starts the suite with it.
PYTHON = (sys.executable, "-I" if sys.flags.isolated else "-P")
SUITE = "kintone_conformance.suite"  # what pytest collects
