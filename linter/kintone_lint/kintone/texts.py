"""The texts that a module writes down, with their values."""

from __future__ import annotations

import libcst as cst

from kintone_lint.kintone.subject import Subject, query
from kintone_lint.python.texts import strings
from kintone_lint.python.values import LONGEST, Text, text_of
from kintone_lint.python.work import CHARACTERS

_STRINGS = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)
_PARTED = {*_STRINGS, cst.BinaryOperation}  # by exact type, as `isinstance` of libcst's is slow


@query
def texts(subject: Subject) -> list[tuple[cst.CSTNode, Text]]:
    """Each string expression that is not part of another, with its value."""
    found: list[tuple[cst.CSTNode, Text]] = []
    for node in subject.module.of(*_STRINGS, cst.BinaryOperation):
        above = subject.module.parent.get(node)
        if type(above) not in _PARTED:
            pieces: list[cst.CSTNode] = [node]
            if isinstance(node, cst.ConcatenatedString):
                whole = strings(node)
                pieces = whole if len(whole) > LONGEST else pieces
            elif isinstance(node, cst.FormattedString) and len(node.parts) > LONGEST:
                pieces = list(node.parts)
            values = [each.value for piece in pieces for each in subject.values(piece)]
            for value in values:
                text = text_of(value)
                if text is not None and text.literals:
                    _spend(subject, text)
                    found.append((node, text))
        elif type(node) in _STRINGS and type(above) is cst.BinaryOperation:
            only = subject.one(node)
            if isinstance(only, Text):
                found.append((node, only))
    return found


def _spend(subject: Subject, text: Text) -> None:
    if len(text.parts) > 1:  # one piece is no longer than its source
        subject.spend(sum(len(part.text) for part in text.literals) // CHARACTERS)
