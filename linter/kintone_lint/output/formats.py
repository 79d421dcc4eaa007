"""The formats for machines by name; a renderer is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from kintone_lint.findings import Result
from kintone_lint.python.source import Source


def rendered(name: str, result: Result, linted: Iterable[Source]) -> str:
    """A result in a format for machines; `linted` are the files it was found in."""
    match name:
        case "json":
            from kintone_lint.output import json

            return json.render(result)
        case "github":
            from kintone_lint.output import github

            return github.render(result)
        case "gitlab":
            from kintone_lint.output import gitlab

            return gitlab.render(result)
        case "junit":
            from kintone_lint.output import junit

            return junit.render(result)
    from kintone_lint.output.sources import Sources

    if name == "rdjson":
        from kintone_lint.output import rdjson

        return rdjson.render(result, Sources(linted, result.findings))
    from kintone_lint.output import sarif

    return sarif.render(result, Sources(linted, result.findings))
