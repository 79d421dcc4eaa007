"""Texts that try to become more than text, and what must be true of everything that shows them."""

from __future__ import annotations

import re

MARK = "OUTSIDE"
"""Stands in every hostile text, so that a test sees where it went."""

TRICKS = (
    "::error file=x::{}",
    "\n::error::{}",
    "\r\n  ::stop-commands::{}",
    "\u2028::warning::{}",
    "##[error]{}",
    "##vso[task.setvariable variable=x]{}",
    "\n##teamcity[message text='{}']",
    "\x1b]0;title\x07{}\x1b[2J\x9b31m",
    "\u202e{}\u2066\u200b\ufeff\u3164\U000e0041",
    "\ud800{}\udfff\ufffe\x00\x7f\x85",
    "<img src=x onerror=alert(1)>{}</summary></details><script>",
    "| {} | a | b |\n|---|---|---|",
    "`{}` ``` ~~~",
    "\n```\n{}\n~~~~~~\n# a heading\n",
    "\r~~~~~~\r\r# {}\r\r![x](http://127.0.0.1:9/x.png)\r",
    "[{}](http://127.0.0.1:9/) ![{}](http://127.0.0.1:9/x.png) <http://127.0.0.1:9/>",
    "\n===\n{}\n---\n\n    code\n",
    "1. {}",
    "{{{{ 7 * 7 }}}} {{% raw %}} [bold red]{}[/]",
    "]]> --> {} &amp; &#10;::error::x %0A%0A::error::x",
    "\\",
)  # fmt: skip
ALL = "".join(trick.format(*[MARK] * trick.count("{}")) for trick in TRICKS)
"""All of them in one text."""

_SEEN = re.compile(r"\x1b\[[0-9;]*m")


def wrong_in_lines(text: str, *, coloured: bool = False) -> list[str]:
    """The lines of a text that a terminal or a CI system would not take for plain text.

    `coloured`: the colours of our own are allowed.
    """
    bare = _SEEN.sub("", text) if coloured else text
    return [line for line in bare.split("\n") if _wrong(line)]


def _wrong(line: str) -> bool:
    command = line.strip().startswith("::") or re.search(r"##\w*\[", line)
    return bool(command) or not line.isprintable() or "\u3164" in line
