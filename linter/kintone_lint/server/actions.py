"""What an editor offers at a finding: its fix, and a comment that suppresses it; and to fix all.

An offer carries its edits, or, to an editor that asks for them when one is chosen, what they are
made of: a fix may need to look at a whole project to name the variable that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from kintone_lint.codes import UNUSED
from kintone_lint.edits.fixes import fixed
from kintone_lint.escaping import visible
from kintone_lint.findings import Finding, TextFix
from kintone_lint.fix.apply import changes
from kintone_lint.fix.ignoring import commented
from kintone_lint.fix.variables import Variables
from kintone_lint.python.environment import told
from kintone_lint.server.diagnostics import Ranges, diagnostic
from kintone_lint.server.editor import FIX_ALL, QUICK_FIX, Editor
from kintone_lint.server.edits import edits_between
from kintone_lint.server.look import Looked

_ALL = "all"
_FINDINGS = 20  # at one place that are offered something
_READ = 400_000  # characters that may be parsed for all of them; one is offered something anyway


def actions(
    looked: Looked, place: types.Range, only: Sequence[str] | None, editor: Editor
) -> list[types.CodeAction]:
    """What is offered at a place, of the kinds that are asked for."""
    if looked.source is None:
        return []
    looked.prove()
    found: list[types.CodeAction] = []
    if _asked(QUICK_FIX, only):
        ranges = Ranges(looked.snapshot)
        most = max(min(_FINDINGS, _READ // (len(looked.source.text) + 1)), 1)
        here = [
            number
            for number, each in enumerate(looked.findings)
            if _touch(ranges.of(each.span), place)
        ][:most]
        found += _fixes(looked, here, editor)
        found += _comments(looked, here, editor)
    if _asked(FIX_ALL, only) and any(each.fix and each.fix.safe for each in looked.findings):
        found += _offered(looked, "Fix all that kintone-lint can fix safely", FIX_ALL, _ALL, editor)
    return found


def resolved(looked: Looked, action: types.CodeAction, editor: Editor) -> types.CodeAction:
    """A chosen offer, with its edits; without, if they cannot be made any more."""
    what = action.data.get("what") if isinstance(action.data, dict) else None  # the editor's word
    action.edit = _edit(looked, what, editor)
    return action


def _asked(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind, or one that it belongs to, is among those that are asked for."""
    return only is None or any(each in ("", kind) or kind.startswith(f"{each}.") for each in only)


def _fixes(looked: Looked, here: list[int], editor: Editor) -> Iterator[types.CodeAction]:
    for number in here:
        finding = looked.findings[number]
        if finding.fix is None:
            continue
        unsafe = "" if finding.fix.safe else " (unsafe fix)"
        title = f"{finding.rule}: {visible(_message(finding.fix))}{unsafe}"
        for action in _offered(looked, title, QUICK_FIX, number, editor):
            action.diagnostics = [diagnostic(finding, Ranges(looked.snapshot))]
            action.is_preferred = finding.fix.safe
            yield action


def _message(fix: TextFix) -> str:
    """What a fix does; the variable that it reads gets its name when it is made."""
    if not fix.variable:
        return fix.message
    return fix.message.replace(told(fix.variable), "read it from the environment")


def _comments(looked: Looked, here: list[int], editor: Editor) -> Iterator[types.CodeAction]:
    """A comment for each rule on each line, where one can be made."""
    seen = set()
    for number in here:
        finding = looked.findings[number]
        place = (finding.rule, finding.span.line)
        if finding.rule == UNUSED or place in seen:
            continue
        seen.add(place)
        edit = _whole(looked, _commented(looked, finding), editor)
        if edit is not None:
            yield types.CodeAction(
                f"{finding.rule}: suppress it with a comment",
                kind=QUICK_FIX,
                diagnostics=[diagnostic(finding, Ranges(looked.snapshot))],
                edit=edit,
            )


def _offered(
    looked: Looked, title: str, kind: str, what: int | str, editor: Editor
) -> Iterator[types.CodeAction]:
    action = types.CodeAction(title, kind=kind)
    if editor.resolves:
        action.data = {
            "uri": looked.snapshot.uri, "serial": looked.snapshot.serial, "what": what
        }  # fmt: skip
        yield action
        return
    action.edit = _edit(looked, what, editor)
    if action.edit is not None:
        yield action


# ---- what they do


def _edit(looked: Looked, what: object, editor: Editor) -> types.WorkspaceEdit | None:
    if what == _ALL:
        return _whole(looked, _all_fixed(looked), editor)
    if isinstance(what, int) and 0 <= what < len(looked.findings):
        return _whole(looked, _fixed(looked, looked.findings[what]), editor)
    return None


def _all_fixed(looked: Looked) -> str | None:
    """The text after all safe fixes."""
    if looked.known is None:
        return None
    changed = changes(looked.outcome, looked.known, lambda finding: True, unsafe=False)
    mine = [each for each in changed if looked.source and each.source.path == looked.source.path]
    return mine[0].text if mine else None


def _fixed(looked: Looked, finding: Finding) -> str | None:
    """The text after the fix of one finding, which is proven anew."""
    if looked.source is None or looked.settings is None:
        return None
    if finding.fix and finding.fix.variable:
        variables = Variables(looked.outcome, looked.settings, parallel=False)
        finding = variables.named(finding)
    text, right = fixed(looked.source, [finding], lambda source: [], unsafe=True)
    return text if right else None


def _commented(looked: Looked, finding: Finding) -> str | None:
    if looked.source is None:
        return None
    text, count = commented(looked.source, [finding])
    return text if count else None


def _whole(looked: Looked, text: str | None, editor: Editor) -> types.WorkspaceEdit | None:
    """The edits that turn the document into this text, for the version that was looked at."""
    if text is None or looked.source is None:
        return None
    snapshot = looked.snapshot
    edits = edits_between(looked.source.text, text, Ranges(snapshot))
    if not editor.versions:
        return types.WorkspaceEdit(changes={snapshot.uri: edits})
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [*edits])])


def _touch(one: types.Range, other: types.Range) -> bool:
    return _order(one.start) <= _order(other.end) and _order(other.start) <= _order(one.end)


def _order(place: types.Position) -> tuple[int, int]:
    return place.line, place.character
