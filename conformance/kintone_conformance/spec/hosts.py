"""The domains of Kintone."""

from __future__ import annotations

DOCUMENTED = ("cybozu.com", "kintone.com", "cybozu.cn")  # SPEC F14
DOMAINS = (*DOCUMENTED, "cybozu-dev.com", "kintone-dev.com", "cybozu-dev.cn")  # SPEC F14
