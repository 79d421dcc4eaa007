"""Patterns of names and strings that only a rule can judge, for the screen.

Generated from what the rules declare, by `make rules`; do not edit.
"""

from __future__ import annotations

WORDS = (
    "(?:^|_)pass(?:_|$|[A-Z])",
    "(?:^|_)pw(?:_|$)",
    "^cybozu-",
    "^pass",
    "^ssl",
    "^x-cy(?!bozu-api-token$)",
    "account",
    "auth",
    "b2a_",
    "b64",
    "bearer",
    "bulkrequest",
    "content-type",
    "context",
    "credential",
    "encodebytes",
    "login",
    "passw",
    "preview",
    "pwd",
    "secret",
    "set_?api_?token",
    "unverified",
    "verify",
    "x-kintone",
)
