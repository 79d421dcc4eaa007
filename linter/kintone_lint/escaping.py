"""Makes text from outside harmless where it is written: a terminal, a log of CI, Markdown, HTML.

From outside are paths, names, messages and error texts: whatever a file, a client or a person gave.
Each goes through one function here, once, where it is written. Imports nothing of ours; the suite
uses it too.
"""

from __future__ import annotations

import re

from kintone_lint.patterns import regex

# What `str.isprintable` lets through although nothing is seen of it.
_INVISIBLE = regex(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
# A colon at the start may meet one of ours. GitHub trims a line before it looks for `::`, and finds
# `##[` anywhere in it, as Azure Pipelines finds `##vso[` and TeamCity `##teamcity[`.
_COMMAND = regex(r"(?m)(?P<space>^[ \t]*)(?P<colon>:)|#(?=#\w*\[)")
_MARKDOWN = {each: f"&#{ord(each)};" for each in "\\`*_[]<>|~&$@#"}
# A number begins a list where its full stop or bracket is followed by a space or the end.
_BLOCK_START = regex(r"^(?:[-+=]|\d{1,9}(?=[.)](?:[ \t]|$)))")
_ADDRESS = regex(r"(?i)://|(?<![a-z0-9])www\.")


def escaped(text: str, keep: str = "") -> str:
    """Control, format and invisible characters, separators of lines and lone surrogates as escapes
    of Python (`\\x1b`, `\\u202e`); so are all spaces but U+0020. Characters in `keep` stay."""
    if text.isprintable() and not _INVISIBLE.search(text):
        return text
    return "".join(each if _seen(each) or each in keep else named(each) for each in text)


def _seen(character: str) -> bool:
    return character.isprintable() and not _INVISIBLE.match(character)


def named(character: str) -> str:
    """A character as an escape of Python, in ASCII; a byte that is not UTF-8 as `\\xe9`."""
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def visible(text: str, keep: str = "") -> str:
    """A text for people, on one line; with a newline in `keep` on as many as it has.

    No line of it is a command to a CI system or a terminal, wherever it is put.
    """
    return _COMMAND.sub(_disarmed, escaped(text, keep))


def _disarmed(match: re.Match[str]) -> str:
    return rf"{match['space']}\x3a" if match["colon"] else r"\x23"


def markdown(text: str) -> str:
    """A text within a line of Markdown or HTML, such as a paragraph, a heading or a cell.

    Character references stand for everything that has a meaning there.
    """
    bare = visible(text).strip(" ")
    safe = "".join(_MARKDOWN.get(each, each) for each in bare)
    safe = _BLOCK_START.sub(lambda start: _references(start[0]), safe)
    return _ADDRESS.sub(lambda found: _references(found[0]), safe)


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def fenced(text: str, language: str) -> str:
    """A text as a block of code in Markdown, which nothing in it can end."""
    shown = visible(text, "\n")
    longest = max((len(run) for run in re.findall("~+", shown)), default=0)
    fence = "~" * max(longest + 1, 3)
    return f"{fence}{language}\n{shown}\n{fence}"


def address(url: str) -> str:
    """A URL as the target of a link in Markdown or HTML; nothing of it ends the target."""
    from urllib.parse import quote  # not for a run that writes none

    return quote(url, safe="%/:?#@!$&'*+,;=-._~", errors="surrogatepass").replace("'", "%27")


def json_text(value: object, *, indent: int | None = 2) -> str:
    """A value as JSON in ASCII, in which a CI system that shows it finds no command."""
    import json  # not for a run that writes none

    return re.sub(r"#(?=#\w*\[)", r"\\u0023", json.dumps(value, indent=indent)) + "\n"


def command_data(text: str) -> str:
    """A text as the message of a workflow command of GitHub, which stays one line."""
    shown = re.sub(r"#(?=#\w*\[)", r"\\x23", escaped(text, "\n"))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A text as a property of a workflow command of GitHub."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")
