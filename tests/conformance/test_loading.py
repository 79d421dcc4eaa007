"""An adapter is found by name, module or file; a mistake ends in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from kintone_conformance.errors import UsageError
from kintone_conformance.loading import load_adapter
from kintone_conformance.reference import ReferenceAdapter

HEAD = """
from kintone_conformance.adapter import Adapter, serves
from kintone_conformance.model import Info
class Mine(Adapter):
    def open(self, client): return object()
"""


@pytest.mark.parametrize("named", ["reference", "kintone_conformance.reference:ReferenceAdapter"])
def test_a_bundled_adapter_is_found(named: str) -> None:
    assert load_adapter(named) is ReferenceAdapter


def test_an_adapter_in_a_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / "adapter.py"
    file.write_text(HEAD + "    info = Info('mine', '1', supports=frozenset({'guest'}))\n")
    assert load_adapter(f"{file}:Mine")().info.name == "mine"


@pytest.mark.parametrize(
    ("named", "message", "hint"),
    [
        ("refrence", "no adapter called 'refrence'", "did you mean reference?"),
        ("adapter.py", "does not name a class", "as in --adapter adapter.py:MyAdapter"),
        ("nowhere.at_all:X", "no module 'nowhere'", "package.module:Name"),
        ("kintone_conformance.nothing:X", "no module 'kintone_conformance.nothing'", ""),
        ("nothing.py:X", "no file nothing.py", "current folder"),
        ("kintone_conformance.reference:Reference", "has no adapter", "did you mean Reference"),
        ("kintone_conformance.reference:KintoneClient", "has no adapter", ""),
        ("kintone_conformance.reference:", "does not name a class", ""),
    ],
)
def test_a_wrong_name_says_what_was_meant(named: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        load_adapter(named)
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import not_installed_4711", "needs the module 'not_installed_4711'"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        ("def (", "cannot be imported: SyntaxError"),
        (HEAD, "Mine has no info"),
        (HEAD + "    info = Info('m', '1', supports=frozenset({'guset'}))\n", "guset.*mean guest"),
        (HEAD + "    info = Info('m', '1', doors=('loopbak',))\n", "no door 'loopbak'"),
        (
            HEAD + "    info = Info('m', '1')\n    @serves('record.gte')\n    def g(self): ...\n",
            r"record\.gte.*mean record\.get",
        ),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, code: str, message: str) -> None:
    file = tmp_path / "adapter.py"
    file.write_text(code)
    with pytest.raises(UsageError, match=message):
        load_adapter(f"{file}:Mine")


def test_an_installed_package_offers_its_adapter_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = tmp_path / "my_sdk-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: my-sdk\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[kintone_conformance.adapters]\nmine = kintone_conformance.reference:ReferenceAdapter\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert load_adapter("mine") is ReferenceAdapter
