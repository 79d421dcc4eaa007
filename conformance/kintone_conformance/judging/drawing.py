"""What Hypothesis draws depends on the seed alone, not on the code that happens to be loaded.

Hypothesis also draws constants that are in loaded modules outside of `site-packages`. Those may
be the client's own, which change with every repair of it: the same seed would then ask for other
things, and a counterexample would be gone without being fixed. Reading them also takes longer
than all the drawing (0.5 s a process).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

_NONE = Constants()


@contextmanager
def by_seed_alone() -> Iterator[None]:
    """Within the block Hypothesis finds no constants of modules."""
    found = providers._get_local_constants
    providers._get_local_constants = lambda: _NONE
    providers.CONSTANTS_CACHE.cache.clear()  # by the constraints on a value, for all properties
    try:
        yield
    finally:
        providers._get_local_constants = found
        providers.CONSTANTS_CACHE.cache.clear()
