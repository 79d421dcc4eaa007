"""Every property of the suite by requirement id, for what runs them without pytest."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from kintone_conformance import suite
from kintone_conformance.judging.property import Property


def properties() -> Mapping[str, Property]:
    """The properties of all `test_kc*` modules, in order of id."""
    found = {}
    for module in pkgutil.iter_modules(suite.__path__):
        if not module.name.startswith("test_"):
            continue
        members = vars(importlib.import_module(f"{suite.__name__}.{module.name}"))
        for member in members.values():
            prop = getattr(member, "property", None)
            if isinstance(prop, Property):
                found[prop.requirement.id] = prop
    return dict(sorted(found.items()))
