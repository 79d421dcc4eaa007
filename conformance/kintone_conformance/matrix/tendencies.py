"""Since when a requirement is broken or holds, over the versions of a client that were judged."""

from __future__ import annotations

from collections.abc import Mapping

from kintone_conformance.matrix.results import Client

_BROKEN = {"fail": True, "warn": True, "pass": False, "note": False}


def tendencies(client: Client) -> Mapping[str, str]:
    """For each requirement that holds in some versions only: since when it is as it is."""
    if len(client.versions) < 2:
        return {}
    ids = {id_ for each in client.versions for same in each.verdicts.values() for id_ in same}
    told = {id_: _tendency(client, id_) for id_ in sorted(ids)}
    return {id_: text for id_, text in told.items() if text}


def _tendency(client: Client, id_: str) -> str:
    seen = [
        (each.version, _BROKEN[each.verdict(id_)])
        for each in client.versions
        if each.verdict(id_) in _BROKEN
    ]
    if not seen or seen[0][0] != client.versions[0].version:
        return ""
    now = seen[0][1]
    same = 0
    while same < len(seen) and seen[same][1] == now:
        same += 1
    if same < len(seen):
        return f"{'broken since' if now else 'fixed in'} {seen[same - 1][0]}"
    return f"broken in each of {len(seen)} versions" if now and len(seen) > 1 else ""
