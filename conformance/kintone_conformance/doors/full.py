"""Documented answers at their largest: a full page, with every type of field, and more to come.

A page takes more than a megabyte, and a file more than ten: limits that libraries have unasked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from kintone_conformance.doors import JSON_TYPE, Answer
from kintone_conformance.doors.answers import ERROR_ID

PAGE = 100  # records that come if nobody says how many
_TOTAL = "1000"
_WHO = [{"code": "sato", "name": "佐藤"}, {"code": "guest/taro@example.com", "name": "太郎"}]
# The types of a record's fields: packages/rest-api-client/src/KintoneFields/types/field.ts of
# kintone/js-sdk. Those of every record are in `answers`.
_OF_TABLES: tuple[tuple[str, str, Any], ...] = (
    ("一行", "SINGLE_LINE_TEXT", ""),
    ("複数行", "MULTI_LINE_TEXT", "一\n二\n\t三 😀" + "長" * 1500),
    ("リッチ", "RICH_TEXT", '<div><b>a</b> &amp; "b"</div>'),
    ("数値", "NUMBER", "12345678901234567890.123"),
    ("計算", "CALC", ""),
    ("リンク", "LINK", "https://example.com/?a=b&c=d"),
    ("チェック", "CHECK_BOX", ["a", "あ"]),
    ("ラジオ", "RADIO_BUTTON", "a"),
    ("選択", "DROP_DOWN", None),
    ("複数", "MULTI_SELECT", []),
    ("日付", "DATE", None),
    ("時刻", "TIME", "23:59"),
    ("日時", "DATETIME", ""),
    ("ユーザー", "USER_SELECT", _WHO),
    ("組織", "ORGANIZATION_SELECT", [{"code": "sales", "name": "営業"}]),
    ("グループ", "GROUP_SELECT", []),
    (
        "添付",
        "FILE",
        [{"contentType": "text/plain", "fileKey": "2012", "name": "あ.txt", "size": "23"}],
    ),
)
_OF_RECORDS: tuple[tuple[str, str, Any], ...] = (
    ("カテゴリー", "CATEGORY", []),
    ("ステータス", "STATUS", "未処理"),
    ("作業者", "STATUS_ASSIGNEE", _WHO),
)


def _fields(*kinds: tuple[str, str, Any]) -> dict[str, Any]:
    return {name: {"type": type_, "value": value} for name, type_, value in kinds}


@cache
def _added() -> dict[str, Any]:
    """The fields that a record has besides those of every record."""
    row = _fields(*_OF_TABLES)
    table = ("テーブル", "SUBTABLE", [{"id": "1", "value": row}, {"id": "2", "value": row}])
    return _fields(*_OF_TABLES, *_OF_RECORDS, table, ("空の表", "SUBTABLE", []))


@cache
def full(answer: Answer) -> Answer:
    """The documented answer with every type of field, and as often as a page has it."""
    body = json.loads(answer.body)
    if "record" in body:
        body["record"] |= _added()
    for name in ("records", "apps", "users"):
        if name in body:
            more = _added() if name == "records" else {}
            body[name] = [each | more for each in body[name]] * PAGE
    if "next" in body:
        body["next"] = True
    if body.get("totalCount") is not None:
        body["totalCount"] = _TOTAL
    return replace(answer, body=json.dumps(body, ensure_ascii=False).encode("utf-8"))


# Contents of a file that a client may take for something else than a file.
BYTES = bytes(range(256)) * 43_000
ERROR = json.dumps(
    {"code": "CB_VA01", "id": ERROR_ID, "message": "a file that looks like an error"}
).encode()


def of_bytes(answer: Answer) -> Answer:
    """A large file that is no text."""
    return replace(answer, body=BYTES, headers=(("Content-Type", "application/octet-stream"),))


def of_an_error(answer: Answer) -> Answer:
    """A file that is JSON, and reads like an error of Kintone's."""
    return replace(answer, body=ERROR, headers=JSON_TYPE)
