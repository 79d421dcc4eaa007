"""The names of the headers and fields that carry credentials, and how much they hold.

They stand apart from `auth`, which says what goes into them, for whoever needs no more: the linter.
"""

from __future__ import annotations

PASSWORD_HEADER = "X-Cybozu-Authorization"
TOKEN_HEADER = "X-Cybozu-API-Token"
AUTHORIZATION = "Authorization"
REQUESTED_WITH = "X-Requested-With"
REQUEST_TOKEN_FIELD = "__REQUEST_TOKEN__"

MAX_TOKENS = 9
MAX_LOGIN = 128
MAX_PASSWORD = 64
