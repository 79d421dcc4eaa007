"""Credentials in URLs of Kintone, written in one or put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from kintone_lint.findings import Confidence
from kintone_lint.kintone.connections import USER_INFO, in_url
from kintone_lint.kintone.credentials.credential import (
    Credential,
    Stage,
    in_piece,
    is_docstring,
    staged,
)
from kintone_lint.kintone.credentials.pieces import piece
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.requests import requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.texts import texts
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Text, flat


def in_urls(subject: Subject) -> Iterator[Credential]:
    for node, value in texts(subject):
        docstring = is_docstring(node, subject.module)
        for found in _inside(subject, value):
            yield staged(found, Stage.DOCSTRING) if docstring else found
    for call in subject.module.of(cst.Call):
        if _fills_url(call):
            for each in subject.values(call):
                if isinstance(each.value, Text):
                    yield from _inside(subject, each.value)
    for request in requests(subject):
        for alternative in request.urls():
            if isinstance(alternative.value, Text) and len(alternative.value.parts) > 1:
                use = Spot(request.module, request.node)
                for found in _inside(subject, alternative.value):
                    yield replace(found, use=use, sent_as="part of the URL")


def _fills_url(call: cst.Call) -> bool:
    """Whether a call is `"https://…@…".format(…)`."""
    match call.func:
        case cst.Attribute(value=cst.SimpleString(value=text), attr=cst.Name(value="format")):
            return "://" in text and "@" in text
    return False


def _inside(subject: Subject, value: Text) -> Iterator[Credential]:
    if subject.in_test:
        return
    for written in in_url(flat(value)):
        if found := piece(value, written.start, written.end):
            level = Confidence.HIGH if written.name == USER_INFO else Confidence.MEDIUM
            yield in_piece(CredentialKind.URL, found, None, "", level)
