"""A session of an editor: it opens, types, fixes, renames and closes, over the real streams."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types

from fakes import filled
from linter.linting import TOKEN
from linter.server.editing import editing

URL = "https://demo.cybozu.com/k/v1/guest/5/records.json"
CODE = f"""\
import requests

TOKEN = "@TOKEN@"
requests.get("{URL}", headers={{"X-Cybozu-API-Token": TOKEN}})
"""


async def session(folder: Path) -> None:
    uri = (folder / "app.py").as_uri()
    async with editing(folder) as editor:
        editor.open(uri, filled(CODE))
        assert await editor.found(uri) == ["KL101", "KL201"]
        assert editor.watched == ["workspace/didChangeWatchedFiles"]

        told = await editor.hover(uri, 3, 40)
        assert told is not None
        assert "**KL201 guest-path-order** (error)" in told
        assert await editor.hover(uri, 0, 3) is None

        offered = await editor.offers(uri)
        assert [*offered] == [
            "KL101: read it from the environment (unsafe fix)",
            "KL201: move guest/{id} before v1",
            "KL101: suppress it with a comment",
            "KL201: suppress it with a comment",
            "Fix all that kintone-lint can fix safely",
        ]
        await editor.choose(offered["KL201: move guest/{id} before v1"])
        assert await editor.found(uri) == ["KL101"]
        assert "/k/guest/5/v1/records.json" in editor.texts[uri]

        await editor.choose((await editor.offers(uri))["KL101: suppress it with a comment"])
        assert await editor.found(uri) == []
        assert "  # kintone-lint: ignore[KL101]\n" in editor.texts[uri]

        editor.type(uri, 2, 0, "X", gone=1)  # XOKEN
        editor.type(uri, 2, 0, "T", gone=1)
        editor.type(uri, 2, editor.texts[uri].split("\n")[2].index("#"), "", gone=31)
        assert await editor.found(uri) == ["KL101"]
        place = types.Range(types.Position(2, 12), types.Position(2, 12))
        offered = await editor.offers(uri, ["quickfix"], place)
        await editor.choose(offered["KL101: read it from the environment (unsafe fix)"])
        assert await editor.found(uri) == []
        assert 'TOKEN = os.environ["KINTONE_API_TOKEN"]' in editor.texts[uri]
        assert TOKEN not in editor.texts[uri]

        other = (folder / "my app.py").as_uri()  # a rename is a close and an open
        text = editor.texts[uri]
        editor.close(uri)
        assert await editor.found(uri) == []
        editor.open(other, text.replace("/guest/5/v1/", "/v1/guest/5/"))
        assert await editor.found(other) == ["KL201"]
        fixes = await editor.offers(other, ["source.fixAll.kintone-lint"])
        (action,) = fixes.values()
        await editor.choose(action)
        assert await editor.found(other) == []
        assert editor.texts[other] == text
        editor.close(other)
        assert await editor.found(other) == []


def test_a_session_of_an_editor(tmp_path: Path) -> None:
    asyncio.run(session(tmp_path))


async def two_folders(one: Path, two: Path) -> None:
    settings = two / "pyproject.toml"
    first, second = (one / "app.py").as_uri(), (two / "app.py").as_uri()
    async with editing(one, two) as editor:
        editor.open(first, filled(CODE))
        editor.open(second, filled(CODE))
        assert await editor.found(first) == ["KL101", "KL201"]
        assert await editor.found(second) == ["KL201"]
        editor.open("untitled:Untitled-1", filled(CODE))
        assert await editor.found("untitled:Untitled-1") == ["KL101", "KL201"]
        offered = await editor.offers("untitled:Untitled-1")
        await editor.choose(offered["KL201: move guest/{id} before v1"])
        assert await editor.found("untitled:Untitled-1") == ["KL101"]

        settings.write_text('[tool.kintone-lint]\nignore = ["KL2"]\n', "utf-8")
        change = types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        assert await editor.found(second) == ["KL101"]
        settings.write_text("[tool.kintone-lint]\nignroe = []\n", "utf-8")
        saved = types.TextDocumentIdentifier(settings.as_uri())
        editor.text_document_did_save(types.DidSaveTextDocumentParams(saved))
        while await editor.found(second) != [None]:
            pass


def test_folders_have_settings_of_their_own(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (two / "pyproject.toml").write_text('[tool.kintone-lint]\nignore = ["KL1"]\n', "utf-8")
    asyncio.run(two_folders(one, two))


async def plain_editor(folder: Path) -> None:
    """One that takes no versions, asks for no edits later, and counts in UTF-8."""
    able = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind.Utf8]
        )
    )
    uri = (folder / "app.py").as_uri()
    async with editing(folder, able=able, options=("--select", "KL201,KL101")) as editor:
        editor.open(uri, filled(CODE.replace('TOKEN = "', 'X = "😋"; TOKEN = "')))
        assert await editor.found(uri) == ["KL101", "KL201"]
        offered = await editor.offers(uri)
        assert len(offered) == 5
        edits = offered["KL101: read it from the environment (unsafe fix)"].edit
        assert edits is not None
        assert edits.changes is not None
        last = edits.changes[uri][-1]
        assert last.new_text == 'os.environ["KINTONE_API_TOKEN"]'
        assert (last.range.start.character, last.range.end.character) == (20, 62)

        for number in range(1000):  # whatever is typed at once is one change
            editor.type(uri, 4, number, "#")
        assert await editor.found(uri) == ["KL101", "KL201"]
        assert editor.versions[uri] == 1001


def test_an_editor_that_can_little(tmp_path: Path) -> None:
    asyncio.run(plain_editor(tmp_path))
