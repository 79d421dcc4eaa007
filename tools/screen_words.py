"""Writes the words that rules declare to where the screen reads them, without importing a rule.

python tools/screen_words.py
"""

from __future__ import annotations

import json
from pathlib import Path

from kintone_lint.files import unclear
from kintone_lint.rules import all_rules

_HEAD = '''\
"""Patterns of names and strings that only a rule can judge, for the screen.

Generated from what the rules declare, by `make rules`; do not edit.
"""

from __future__ import annotations

'''


def declared() -> list[str]:
    """The words of all rules, each once."""
    return sorted({word for rule in all_rules() for word in rule.words})


def page() -> str:
    """The text of the module."""
    rows = "".join(f"    {json.dumps(word)},\n" for word in declared())
    return f"{_HEAD}WORDS = (\n{rows})\n"


if __name__ == "__main__":
    Path(unclear.__file__).write_text(page(), "utf-8")
