"""What an editor said of itself, and what it is told that it can ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.kintone-lint"


@dataclass
class Editor:
    """Its folders, its way to count characters, and what it can show and do.

    `related`: other places of a finding. `resolves`: it asks for the edits of what was chosen.
    `versions`: it takes edits of a version of a document. `watches`: it says which files change.
    """

    folders: list[Path] = field(default_factory=list)
    encoding: types.PositionEncodingKind | str | None = None
    related: bool = False
    resolves: bool = False
    versions: bool = False
    watches: bool = False
    markdown: bool = False


def editor_of(
    client: types.ClientCapabilities,
    folders: list[Path],
    encoding: types.PositionEncodingKind | str | None,
) -> Editor:
    """What an editor can, by what it said when it began."""

    def can(name: str) -> Any:
        return get_capability(client, name, None)

    resolve = can("text_document.code_action.resolve_support")
    return Editor(
        folders,
        encoding,
        related=bool(can("text_document.publish_diagnostics.related_information")),
        resolves=resolve is not None and "edit" in resolve.properties,
        versions=bool(can("workspace.workspace_edit.document_changes")),
        watches=bool(can("workspace.did_change_watched_files.dynamic_registration")),
        markdown=types.MarkupKind.Markdown in (can("text_document.hover.content_format") or ()),
    )
