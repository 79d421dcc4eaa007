"""Fake credentials for the rules' examples: they look real, and none of them is written down."""

from __future__ import annotations

import random
import string
from base64 import b64encode
from functools import cache

from kintone_lint.kintone.secrets import tokens_in


def token(seed: object) -> str:
    """40 letters and digits with the shape of an API token."""
    source = random.Random(str(seed))
    while True:
        made = "".join(source.choices(string.ascii_letters + string.digits, k=40))
        if tuple(tokens_in(made)):
            return made


@cache
def fakes() -> dict[str, str]:
    """What stands for `@TOKEN@` and the like."""
    secret = "tr4" + token("password")[:14]
    return {
        "@TOKEN@": token(1),
        "@TOKEN2@": token(2),
        "@PASSWORD@": secret,
        "@BASE64@": b64encode(f"sato:{secret}".encode()).decode(),
        "@SECRET@": token("secret")[:32],
    }


def filled(example: str) -> str:
    """An example with its fakes filled in."""
    for mark, value in fakes().items():
        example = example.replace(mark, value)
    return example
