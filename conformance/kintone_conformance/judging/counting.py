"""What a run has judged: the calls of each requirement."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from kintone_conformance.judging.applies import judged_by
from kintone_conformance.judging.applies_in_order import by_sequence
from kintone_conformance.judging.crash import about
from kintone_conformance.judging.exchange import Exchange
from kintone_conformance.judging.hosted import is_told
from kintone_conformance.judging.scenario import Scenario
from kintone_conformance.judging.stage import Played
from kintone_conformance.model import Crashed, Info, Unsupported
from kintone_conformance.spec.requirements import requirements


@dataclass
class Count:
    """What was judged since last asked: the calls of each requirement, and what was not served."""

    pairs: dict[str, list[str]] = field(default_factory=dict)
    unserved: Counter[str] = field(default_factory=Counter)

    def add(self, info: Info, scenario: Scenario, played: Played, door: str) -> None:
        """Count the calls that judged something: a request was seen, or a refusal was right."""
        seen: set[str] = set()
        direct: set[str] = set()
        for exchange in played.exchanges:
            api = exchange.call.api
            told = partial(is_told, info, api)
            asked = frozenset(filter(told, judged_by(exchange.asking)))
            direct |= asked
            if isinstance(exchange.outcome, Crashed):
                self._add(info, about(exchange), api, door, exchange)
            elif isinstance(exchange.outcome, Unsupported) and not exchange.requests:
                self.unserved.update(asked)
            elif exchange.requests or exchange.refused or exchange.strangers:
                seen.add(api)
                for id_ in asked:
                    self._add(info, id_, api, door, exchange)
        for id_, api in by_sequence(scenario):
            if api in seen and id_ not in direct and is_told(info, api, id_):
                self._add(info, id_, api, door, None)

    def _add(self, info: Info, id_: str, api: str, door: str, exchange: Exchange | None) -> None:
        entry = requirements()[id_]
        shown = id_ != "KC608" or exchange is None or bool(exchange.shown)
        if door in entry.doors and shown and not entry.lacking(info.supports):
            self.pairs.setdefault(id_, []).append(api)
