"""A name for each finding that stays when code moves."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from kintone_lint.findings import Finding
from kintone_lint.masking import masked
from kintone_lint.module import Module


def numbered(found: list[Finding], module: Module, texts: tuple[str, ...]) -> list[Finding]:
    """Fingerprints: rule, path, the masked line, a running number, and a token's digest.

    The value of any other secret takes no part, so that a weak password cannot be tried out.
    """
    lines = re.split(r"\r\n|\r|\n", module.source.text)
    counts: dict[tuple[str, str, str], int] = {}
    numbered = []
    for finding in found:
        span = finding.span
        own = span.path == module.source.path
        line = lines[span.line - 1] if own and span.line <= len(lines) else ""
        context = " ".join(masked(line, texts).split())
        key = (finding.rule, span.path, context)
        counts[key] = counts.get(key, 0) + 1
        token = ""
        if own and span.line == span.end_line:
            piece = line[span.column - 1 : span.end_column - 1]
            token = piece if finding.rule in ("KL101", "KL107") and len(piece) == 40 else ""
        digest = hashlib.sha256(token.encode()).hexdigest() if token else ""
        whole = "\0".join([*key, str(counts[key]), digest])
        numbered.append(
            replace(finding, fingerprint=hashlib.sha256(whole.encode()).hexdigest()[:32])
        )
    return numbered
