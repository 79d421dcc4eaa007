"""Whether a file can hold a finding at all; if not, libcst is not even imported.

It may keep a file without findings, and must never drop one that has any: each word here is one
that every finding of some rule needs, in the text or in the strings that it spells.
"""

from __future__ import annotations

import ast
import re

from kintone_lint import secrets
from kintone_lint.suppressions import worth_reading

_WORDS = re.compile(
    r"x-cy|x-kintone|cybozu-|token|api_?key|pass|pwd|pw|secret|auth|/k/|/v1|\.json|http://|verif|ssl"
    r"|トークン|login|account|://[^/\s]*@"
)


def possible(text: str, tree: ast.Module | None) -> bool:
    """Whether a finding is possible in a file of this text and tree; None is newer syntax."""
    if tree is None or worth_reading(text) or _WORDS.search(text.lower()):
        return True
    if tuple(secrets.tokens_in(text)):
        return True
    spelled = "".join(_constants(tree))
    return bool(_WORDS.search(spelled.lower()) or secrets.TOKEN_RUN.search(spelled))


def _constants(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node.value, bytes):
                found.append(node.value.decode("latin-1"))
    return found
