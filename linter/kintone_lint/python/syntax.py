"""Reading a text with `ast`, without its warnings: they are the user's, and not asked for."""

from __future__ import annotations

import ast
import warnings


def syntax(text: str) -> ast.Module:
    """The tree. Raises SyntaxError, ValueError, RecursionError and MemoryError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
