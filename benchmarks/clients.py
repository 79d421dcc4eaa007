"""Files as people write clients of Kintone, drawn from the corpus."""

from __future__ import annotations

import random
import re

from corpus import SECRET

from fakes import filled

MARK = re.compile(r"[ \t]*#!$", re.MULTILINE)


def kintone_file(source: random.Random, size: int, bad: float) -> str:
    """A client as people write it, of at least `size` bytes; `bad` is the share of mistaken ones.

    In public code one repository in five leaks a credential, and far fewer files.
    """
    example = source.choice(list(SECRET.values())) if source.random() < bad else ""
    parts = ['"""Works on records of kintone."""\nimport requests\n']
    while sum(map(len, parts)) < size:
        name = f"step_{len(parts)}"
        body = filled(MARK.sub("", example)) if len(parts) == 3 else ""
        parts.append(
            f"{body}\n\ndef {name}(session, base, app, token, rows):\n"
            f'    """Brings the rows of an app up to date, a hundred at a time."""\n'
            f'    headers = {{"X-Cybozu-API-Token": token}}\n'
            f"    for start in range(0, len(rows), 100):\n"
            f"        chunk = rows[start : start + 100]\n"
            f'        records = [{{"id": row["id"], "record": row["fields"]}} for row in chunk]\n'
            f'        body = {{"app": app, "records": records}}\n'
            f'        url = f"{{base}}/k/v1/records.json"\n'
            f"        answer = session.put(url, json=body, headers=headers)\n"
            f"        answer.raise_for_status()\n"
            f"    return len(rows)\n"
        )
    return "".join(parts)
