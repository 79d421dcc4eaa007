"""The matrix as Markdown and as one self-contained HTML file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from kintone_conformance import __version__
from kintone_conformance.matrix.judging import Entry
from kintone_conformance.matrix.manifest import Sdk
from kintone_conformance.model import ExitCode
from kintone_conformance.report.pages import families, templates
from kintone_conformance.spec.requirements import FAMILIES, requirements


def matrix_pages(entries: Sequence[Entry]) -> tuple[bytes, bytes]:
    """`MATRIX.md` and `matrix.html`."""
    facts = {
        "count": len(requirements()),
        "suite": __version__,
        "titles": FAMILIES,
        "lines": [_line(entry) for entry in entries],
    }
    markdown = templates(html=False).get_template("matrix.md").render(facts)
    page = templates(html=True).get_template("matrix.html").render(facts)
    return markdown.encode(), page.encode()


def _line(entry: Entry) -> Mapping[str, Any]:
    sdk, report = entry.sdk, entry.report
    judged = report is not None and report.footer.exit_code != ExitCode.NOTHING_JUDGED
    return {
        "sdk": sdk,
        "anchor": re.sub(r"[^a-z0-9]+", "-", f"{sdk.name}-{sdk.language}".lower()).strip("-"),
        "trouble": entry.trouble,
        "doors": report.header.doors if report else (),
        "commands": _commands(sdk),
        "cells": families(report.requirements) if report and judged else (),
        "instead": _instead(entry),
    }


def _commands(sdk: Sdk) -> str:
    """What judges an SDK from a checkout, a line each."""
    build = [command.replace("{python}", "python") for command in sdk.build]
    run = shlex.join(["kintone-conformance", "run", *sdk.client])
    return "\n".join([f"$ {line}" for line in (f"cd sdks/{sdk.folder.name}", *build, run)])


def _instead(entry: Entry) -> str:
    """What a row says where it has no cells."""
    if entry.trouble:
        return f"error: {entry.trouble}"
    if entry.sdk.not_judged:
        return f"not judged here: {entry.sdk.not_judged}"
    return f"nothing to judge: {entry.sdk.note}"
