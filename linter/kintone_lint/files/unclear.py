"""Patterns of names and strings that only a rule can judge, for the screen.

Generated from what the rules declare, by `make rules`; do not edit.
"""

from __future__ import annotations

WORDS = (
    "(?:^|_)pass(?:_|$|[A-Z])",
    "(?:^|_)pw(?:_|$)",
    ";.?$",
    "^(?:api[-_]?|app[-_])?token$",
    "^HTTPConnection",
    "^cert_?reqs",
    "^curl$",
    "^cybozu-",
    "^guest$",
    "^pass",
    "^ssl",
    "^wget$",
    "^x-(?!cybozu-api-token$|http-method-override$|requested-with$)",
    "^x_cybozu_",
    "a85",
    "account",
    "api-key$",
    "auth",
    "b16",
    "b2a_",
    "b32",
    "b64",
    "b85",
    "bearer",
    "bulkrequest",
    "content-type",
    "context",
    "credential",
    "encodebytes",
    "hex$",
    "hexlify",
    "login",
    "passw",
    "preview",
    "pwd",
    "secret",
    "set_?api_?token",
    "unverified",
    "validate_cert",
    "verify",
)
