"""The baseline: findings that a team lives with for now, so that only new ones fail a run.

    {
      "version": 1,
      "findings": [
        {"rule": "KL101", "path": "src/app.py", "fingerprint": "0f…", "message": "an API token …"}
      ]
    }

An entry with `"history": true` was found by `kintone-lint history`: a commit has it for good, so
`check` neither misses nor removes it.

The fingerprint decides, and the path where a file was moved; the rest is for whoever reviews the
file. Paths start from the folder that the file is in, wherever the tool is started. It holds no
lines, no times and no secrets: of a password not even a digest, so a changed password at the same
place stays excused, while a changed API token is a new finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kintone_lint.baseline.entry import Entry
from kintone_lint.bounded import read_whole
from kintone_lint.codes import suggestion
from kintone_lint.errors import UsageError
from kintone_lint.escaping import json_text
from kintone_lint.patterns import regex

VERSION = 1
_MAX_BYTES = 64_000_000
_TOP = ("version", "findings")
_FINGERPRINT = regex(r"[0-9a-f]{32}")
_TWICE = "\0twice"  # no key of ours
_BETWEEN = regex(r"[\s,]*")


_HISTORY = "history"
_KEYS = tuple(key for key in Entry._fields if key != _HISTORY)


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises UsageError, with the line, if it is not one."""
    text = _text(path)
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        wrong = f"{path}, line {error.lineno}: not valid JSON ({error.msg})"
        raise UsageError(f"{wrong}; restore it, or delete it and run --update-baseline") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not a baseline ({error}); restore it") from None
    if around := _wrong_around(content):
        key, what = around
        raise UsageError(f"{path}, line {_line(text, text.find(json.dumps(key)))}: {what}")
    found: set[str] = set()
    for number, entry in enumerate(content["findings"]):
        if inside := _wrong_entry(entry, found):
            raise UsageError(f"{path}, line {_line_of_entry(text, number)}: {inside}")
        found.add(entry["fingerprint"])
    return tuple(Entry(**entry) for entry in content["findings"])


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Writes a baseline, whole or not at all. Raises UsageError."""
    from kintone_lint.writing import write_whole

    ordered = sorted(entries, key=lambda each: (each.path, each.rule, each.message, each))
    lines = [json_text(_written(each), indent=None).rstrip() for each in ordered]
    listed = ",".join(f"\n    {line}" for line in lines)
    text = f'{{\n  "version": {VERSION},\n  "findings": [{listed}\n  ]\n}}\n'
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise UsageError(
            f"{path} was not written: {error.strerror or error}; an existing file is left as it was"
        ) from error


def _written(entry: Entry) -> dict[str, object]:
    return {key: value for key, value in entry._asdict().items() if value is not False}


def _text(path: Path) -> str:
    try:
        return read_whole(path, _MAX_BYTES).decode("utf-8")
    except FileNotFoundError:
        hint = "--update-baseline creates one from this run"
        raise UsageError(f"there is no baseline {path}; {hint}") from None
    except OSError as error:
        raise UsageError(f"the baseline {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the baseline {path} is not UTF-8 text; restore it") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object in which each key appears once; if one appears twice, that key is noted."""
    found: dict[str, object] = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found[_TWICE] = next(name for name in names if names.count(name) > 1)
    return found


def _wrong_around(content: object) -> tuple[str, str] | None:
    """What is wrong outside the entries, and the key it is wrong with."""
    if not isinstance(content, dict):
        return "", "a baseline must be a JSON object; restore it"
    version = content.get("version")
    if version != VERSION or type(version) is not int:
        what = "has no version" if version is None else f"has version {version!r}"
        hint = "update kintone-lint, or delete the file and run --update-baseline"
        here = f"but this kintone-lint reads version {VERSION}"
        return "version", f"the baseline {what}, {here}; {hint}"
    if wrong := _wrong_keys(content, _TOP):
        return wrong
    if not isinstance(content["findings"], list):
        return "findings", "findings must be a list; restore it"
    return None


def _wrong_keys(entry: dict[str, object], keys: tuple[str, ...]) -> tuple[str, str] | None:
    if _TWICE in entry:
        name = str(entry[_TWICE])
        return name, f"{name!r} appears twice; remove one"
    for key in entry:
        if key not in keys and (key != _HISTORY or keys is not _KEYS):
            return key, f"unknown key {key!r}.{suggestion(key, keys) or f' The keys are {keys}.'}"
    for key in keys:
        if key not in entry:
            return "", f"{key!r} is missing; restore it"
    return None


def _wrong_entry(entry: object, before: set[str]) -> str | None:
    """What is wrong with an entry after those with these fingerprints."""
    if not isinstance(entry, dict):
        return "an entry must be an object with rule, path, fingerprint and message; restore it"
    if wrong := _wrong_keys(entry, _KEYS):
        return wrong[1]
    if entry.get(_HISTORY, True) is not True:
        return "history must be true; restore it, or remove it"
    for key in _KEYS:
        if not isinstance(entry[key], str):
            return f"{key} must be a string, not {json.dumps(entry[key])[:40]}"
    fingerprint = entry["fingerprint"]
    if not _FINGERPRINT.fullmatch(fingerprint):
        return "fingerprint must be 32 characters of 0-9 and a-f; restore it, or remove the entry"
    if fingerprint in before:
        return f"an entry of {entry['path']} appears twice; remove one"
    return None


def _line_of_entry(text: str, number: int) -> int:
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('"findings"')) + 1
    for _ in range(number):
        _, at = decoder.raw_decode(text, _skipped(text, at))
    return _line(text, _skipped(text, at))


def _skipped(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, max(at, 0)) + 1
