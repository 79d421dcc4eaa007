"""How a mutant is declared, and the list of them all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from kintone_conformance.adapter import Adapter
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.reference_client import KintoneClient


@dataclass(frozen=True)
class Mutant:
    """A broken client: its name, its defect in a sentence, and the requirement meant for it."""

    name: str
    sentence: str
    meant_for: str
    adapter: type[Adapter]


ZOO: dict[str, Mutant] = {}


def mutant(meant_for: str) -> Callable[[type[KintoneClient]], type[KintoneClient]]:
    """Register a broken client as a mutant that this requirement is meant to kill."""

    def register(client: type[KintoneClient]) -> type[KintoneClient]:
        name = f"{client.__name__}Adapter"
        adapter = type(
            name, (ReferenceAdapter,), {"client": client, "__module__": client.__module__}
        )
        setattr(sys.modules[client.__module__], name, adapter)  # so that --adapter finds it
        assert client.__doc__ is not None, f"{client.__name__} needs its sentence"
        assert client.__name__ not in ZOO, f"two mutants are called {client.__name__}"
        sentence = " ".join(client.__doc__.split())
        ZOO[client.__name__] = Mutant(client.__name__, sentence, meant_for, adapter)
        return client

    return register
