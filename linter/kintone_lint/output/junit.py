"""Findings for CI systems that read JUnit XML: failures, and errors for what was not linted.

References and not the letters themselves stand for what is no ASCII, so that the XML is right in
every encoding of the standard output.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, Result, Trouble
from kintone_lint.output import repository


def render(result: Result) -> str:
    """One suite. A run that found nothing is one case that passed: Jenkins fails without any."""
    root = repository.root()
    cases = [_finding(each, root) for each in result.findings]
    cases += [_trouble(each, root) for each in result.errors]
    suite = ET.Element(
        "testsuite",
        name="kintone-lint",
        tests=str(len(cases) or 1),
        failures=str(len(result.findings)),
        errors=str(len(result.errors)),
        skipped="0",
    )
    suite.extend(cases or [_case("kintone-lint", "nothing found")])
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    xml: bytes = ET.tostring(suites, encoding="us-ascii", xml_declaration=True)
    return xml.decode("ascii") + "\n"


def _finding(finding: Finding, root: Path) -> ET.Element:
    span = finding.span
    path = repository.path_below(root, span.path)
    place = replace(span, path=path).place
    case = _case(f"{finding.rule} {finding.name}", place, path, span.row)
    message = visible(finding.message)
    failure = ET.SubElement(case, "failure", message=message, type=str(finding.severity))
    related = [
        f"{repository.path_below(root, where.path)}:{where.line}:{where.column}: {text}"
        for where, text in finding.related
    ]
    lines = [f"{place}: {finding.rule} {finding.message}", *related]
    failure.text = "\n".join(map(visible, lines))
    return case


def _trouble(error: Trouble, root: Path) -> ET.Element:
    path = repository.path_below(root, error.path)
    place = f"{path}:{error.line}" if error.line else path
    case = _case("not linted", place, path, error.line)
    message = visible(error.message)
    failure = ET.SubElement(case, "error", message=message, type="not-linted")
    failure.text = visible(f"{place}: not linted: {error.message}")
    return case


def _case(kind: str, name: str, file: str | None = None, line: int | None = None) -> ET.Element:
    case = ET.Element("testcase", classname=kind, name=visible(name))
    if file is not None:
        case.set("file", visible(file))
    if line is not None:
        case.set("line", str(line))
    return case
