"""JUnit XML, as CI systems read it. The suite uses it too.

Character references stand for everything outside ASCII, so that the XML is right in every encoding
of the standard output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import NamedTuple

from kintone_lint.escaping import visible

_TAGS = ("failure", "error", "skipped")


class Case(NamedTuple):
    """A test case. `tag` is "failure", "error", "skipped" or "system-out", and "" if it passed.

    `message` is a sentence about it, `text` has as many lines as it takes.
    """

    group: str
    name: str
    tag: str = ""
    message: str = ""
    text: str = ""
    type: str = ""
    seconds: float = 0
    file: str | None = None
    line: int | None = None


def document(name: str, cases: Sequence[Case], notes: Sequence[str] = ()) -> bytes:
    """The cases as one suite. Jenkins fails without any: give one that passed."""
    suite = ET.Element("testsuite", name=name, tests=str(len(cases)))
    for plural, tag in zip(("failures", "errors", "skipped"), _TAGS, strict=True):
        suite.set(plural, str(sum(case.tag == tag for case in cases)))
    suite.set("time", f"{sum(case.seconds for case in cases):.3f}")
    if notes:
        properties = ET.SubElement(suite, "properties")
        for note in notes:
            ET.SubElement(properties, "property", name="note", value=visible(note))
    suite.extend(map(_element, cases))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    xml: bytes = ET.tostring(suites, encoding="us-ascii", xml_declaration=True)
    return xml + b"\n"


def _element(case: Case) -> ET.Element:
    time = f"{case.seconds:.3f}"
    element = ET.Element("testcase", classname=case.group, name=visible(case.name), time=time)
    if case.file is not None:
        element.set("file", visible(case.file))
    if case.line is not None:
        element.set("line", str(case.line))
    if case.tag:
        child = ET.SubElement(element, case.tag)
        if case.message:
            child.set("message", visible(case.message))
        if case.type:
            child.set("type", case.type)
        if case.text:
            child.text = visible(case.text, "\n")
    return element
