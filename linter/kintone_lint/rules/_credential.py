"""What the rules about hard-coded credentials share: the report, and the fix."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kintone_lint.analysis import Code
from kintone_lint.credentials import Credential, Sort, Stage
from kintone_lint.findings import Edit, Fix, Report, Severity, Spot
from kintone_lint.secrets import ADVICE

_VARIABLES = {
    Sort.TOKEN: "KINTONE_API_TOKEN",
    Sort.PASSWORD: "KINTONE_PASSWORD",
    Sort.PASSWORD_HEADER: "KINTONE_AUTHORIZATION",
    Sort.OAUTH: "KINTONE_ACCESS_TOKEN",
    Sort.BASIC: "KINTONE_BASIC_PASSWORD",
}


def reports(code: Code, sort: Sort, what: str) -> Iterator[Report]:
    """A report for each credential of a sort that is no fallback of the environment."""
    for found in code.credentials:
        if found.sort is sort and found.stage is not Stage.DEFAULT:
            yield report(code, found, what)


def report(code: Code, found: Credential, what: str) -> Report:
    """`what` is the first half of the message."""
    aside = found.stage in (Stage.COMMENT, Stage.DOCSTRING)
    where = {Stage.COMMENT: " in a comment", Stage.DOCSTRING: " in a docstring"}
    related: tuple[tuple[Spot, str], ...] = ()
    if found.use is not None and found.use.node is not found.spot.node:
        related = ((found.use, f"sent as {found.sent_as} here"),)
    return Report(
        found.spot,
        f"{what}{where.get(found.stage, '')}; {ADVICE}",
        related=related,
        fix=_from_environment(code, found) if found.stage is Stage.CODE else None,
        severity=Severity.WARNING if aside else None,
        confidence=found.confidence,
        secrets=(found.text, *found.pieces),
        use=found.use,
    )


def _from_environment(code: Code, found: Credential) -> Fix | None:
    node, module = found.spot.node, found.spot.module
    if module is not code.module or not isinstance(node, cst.SimpleString):
        return None
    inside = isinstance(module.parent[node], cst.ConcatenatedString | cst.FormattedString)
    if inside or node.evaluated_value != found.text:
        return None
    base = code.variables.get(found.sort.name.lower(), _VARIABLES[found.sort])
    name = _numbered(base, code, found)
    return Fix(
        f"read it from the environment variable {name}",
        (Edit(Spot(module, node), f'os.environ["{name}"]'),),
        safe=False,
        imports=("os",),
        variable=base,
    )


def _numbered(base: str, code: Code, found: Credential) -> str:
    """The variable of a credential; a second one of its sort gets a number."""
    number = code.number(found)
    return base if number == 1 else f"{base}_{number}"
