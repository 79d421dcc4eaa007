"""Judges traffic, request by request, and keeps what came of each requirement.

However long the traffic is, no more is kept than one finding a requirement and a few requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kintone_conformance import wires
from kintone_conformance.judging.credentials import OF_KIND
from kintone_conformance.judging.deciding import deciding
from kintone_conformance.judging.exchange import Finding, line_of
from kintone_conformance.judging.ledger import broken
from kintone_conformance.model import Result, Step, Verdict
from kintone_conformance.spec.endpoints import catalogue
from kintone_conformance.spec.header_names import PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.traffic.checks import malformed_finding, request_findings
from kintone_conformance.traffic.holding import shown_by
from kintone_conformance.traffic.leaks import Secrets, leak_findings
from kintone_conformance.traffic.masking import Masks
from kintone_conformance.traffic.meaning import Meaning, is_for_kintone, meaning
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.observable import why_not_judged
from kintone_conformance.traffic.recorded import Recorded, is_origin
from kintone_conformance.traffic.refused import Refused, refused
from kintone_conformance.traffic.sequences import Sequences
from kintone_conformance.traffic.targets import is_unknown
from kintone_lint.counting import counted

_MOST_HOSTS = 64
_IN_ANOTHER = ("KC101", "KC201")  # of a request without: they are in a header that is misspelt
_MOST_NAMES = 20
_SHOWN = 8  # operations that are named


@dataclass(frozen=True)
class Told:
    """The result for one request.

    `findings` and `shown` hold no credential; `recorded` and `meaning` do. `meaning` is None if
    it is not for Kintone's REST API, or not a request. `bare`: it needs credentials and carries
    none. `refused` says why Kintone takes none of the parameters.
    """

    recorded: Recorded
    meaning: Meaning | None
    findings: tuple[Finding, ...]
    shown: str
    bare: bool = False
    refused: Refused | None = None


class _Bare(NamedTuple):
    """The first request to a host that needs credentials and carries none, and how many do."""

    line: str
    exact: bool
    step: Step
    requests: int = 1


@dataclass
class _Found:
    """The first finding of a requirement, and how many requests break it."""

    finding: Finding
    step: Step
    count: int = 1


@dataclass
class Judgement:
    """What came of the traffic so far.

    `door` names how it was caught; `any_host`: whatever was caught is for Kintone.
    """

    known: NamedCredentials = field(default_factory=NamedCredentials)
    door: str = "recording"
    any_host: bool = False

    def __post_init__(self) -> None:
        self._live = self.door != "recording"
        self.requests = 0  # for Kintone
        self.others = 0
        self.operations: Counter[str] = Counter()
        self.unknown: dict[str, None] = {}  # operations that the catalogue does not have
        self.refused = 0  # requests whose parameters are ruled out
        self.removed = 0  # credentials that whoever shared the recording took out
        self._masks = Masks(self.known)
        self._secrets = Secrets(self.known)
        self._sequences = Sequences()
        self._found: dict[str, _Found] = {}
        self._judged: Counter[str] = Counter()
        self._kinds: dict[str, set[str]] = {}
        self._bare: dict[str, _Bare] = {}

    def add(self, recorded: Recorded) -> Told:
        """Judge one request."""
        if not is_origin(recorded.wire.origin):
            recorded = replace(recorded, wire=replace(recorded.wire, origin=""))
        wire = recorded.wire
        if wire.malformed:
            if wire.origin and not self.any_host and not is_for_kintone(wire):
                self.others += 1
                return self._told(recorded, None, [])
            self.requests += 1
            self._judged["KC528"] += 1
            return self._told(recorded, None, [malformed_finding(recorded)])
        led = [*self._sequences.findings(recorded)]
        meant = meaning(wire, self.any_host, self._live)
        if meant is None:
            self.others += 1
            self._judged.update(self._sequences.shown)
            return self._told(recorded, None, led)
        self.requests += 1
        self._noted(meant)
        self._secrets.learn(meant)
        if is_unknown(meant):
            led += leak_findings(wire, self._secrets)
            return self._told(recorded, meant, led)
        found = [*request_findings(meant, recorded, self.known), *led]
        found += leak_findings(wire, self._secrets)
        self._judged.update({*shown_by(meant, recorded, self.known), *self._sequences.shown})
        ruled_out = refused(meant) if recorded.whole else None
        self.refused += ruled_out is not None
        return replace(self._told(recorded, meant, found), refused=self._without(ruled_out, meant))

    def _without(self, ruled_out: Refused | None, meant: Meaning) -> Refused | None:
        """With no credential in it: a name of a field may be anything."""
        if ruled_out is None:
            return None
        return ruled_out._replace(why=self._masks.text(ruled_out.why, meant.wire, meant.sent))

    def _noted(self, meant: Meaning) -> None:
        if meant.endpoint is not None:
            self.operations[meant.api] += 1
        elif len(self.unknown) < _MOST_NAMES:
            self.unknown[wires.on_lines(line_of(meant.wire))[:120]] = None
        self.removed += meant.credentials.removed
        origin, kind = meant.wire.origin, meant.credentials.kind
        if kind and (origin in self._kinds or len(self._kinds) < _MOST_HOSTS):
            self._kinds.setdefault(origin, set()).add(kind)

    def _told(self, recorded: Recorded, meant: Meaning | None, found: Sequence[Finding]) -> Told:
        wire = recorded.wire
        sent = meant.sent if meant is not None else wires.effective(wire)
        unique: dict[str, Finding] = {}
        for finding in found:
            unique.setdefault(finding.requirement, finding)
        masked = tuple(self._masks.finding(each, wire, sent) for each in unique.values())
        shown = self._masks.wire(wire, sent) if masked or self._is_bare(meant) else ""
        told = Told(recorded, meant, masked, shown, self._is_bare(meant))
        for finding in masked:
            known = self._found.get(finding.requirement)
            if known is None:
                self._found[finding.requirement] = _Found(finding, _step(told))
            else:
                known.count += 1
        if told.bare and not any(each.requirement in _IN_ANOTHER for each in masked):
            self._count_bare(told)
        return told

    def _count_bare(self, told: Told) -> None:
        wire = told.recorded.wire
        known = self._bare.get(wire.origin)
        if known is not None:
            self._bare[wire.origin] = known._replace(requests=known.requests + 1)
        elif len(self._bare) < _MOST_HOSTS:
            self._bare[wire.origin] = _Bare(line_of(wire), told.recorded.exact, _step(told))

    @staticmethod
    def _is_bare(meant: Meaning | None) -> bool:
        """It needs credentials, and carries none: no header of any kind is there."""
        if meant is None or meant.endpoint is None or meant.credentials.auth is not None:
            return False
        there = any(meant.wire.values(name) for name in (PASSWORD_HEADER, TOKEN_HEADER))
        told = there or meant.credentials.basic is not None or meant.credentials.removed
        return not told and meant.documented.credentials == "needed"

    # ---- what came of it

    def hidden(self, text: str) -> str:
        """A text without the credentials that are known or were sent: a command may name them."""
        return self._masks.without(text, (held.text for held in self._secrets))

    def results(self) -> list[Result]:
        """A result for each requirement of the catalogue."""
        found = {**self._without_credentials(), **self._found}
        return [self._result(id_, found.get(id_)) for id_ in requirements()]

    def _result(self, id_: str, found: _Found | None) -> Result:
        if found is not None:
            more = f" ({found.count} requests)" if found.count > 1 else ""
            part, marks = deciding(found.finding, found.step.wires)
            return Result(
                id_,
                broken(id_),
                message=wires.on_lines(found.finding.message) + more,
                examples=max(self._judged[id_], found.count),
                door=self.door,
                counterexample=(found.step,),
                expected=wires.on_lines(found.finding.expected),
                sent=wires.on_lines(found.finding.sent),
                difference=wires.on_lines(found.finding.difference),
                part=part,
                marks=marks,
            )
        if self._judged[id_]:
            return Result(id_, Verdict.PASS, examples=self._judged[id_], door=self.door)
        why = why_not_judged(id_, bool(self.known.secrets))
        return Result(id_, Verdict.NA, message=why, door="")

    def _without_credentials(self) -> dict[str, _Found]:
        """Requests without credentials, under the kind that others to the same host carry.

        If no request carries any, whoever shared the recording may have removed them: only
        exact bytes can show that they were never sent.
        """
        found: dict[str, _Found] = {}
        for origin, bare in self._bare.items():
            kinds = self._kinds.get(origin, set())
            if not kinds and not bare.exact:
                continue
            requirement = OF_KIND[min(kinds)] if len(kinds) == 1 else "KC306"
            message = f"{bare.line} carries no credentials"
            finding = Finding(requirement, message, "the headers of one method", "none")
            found.setdefault(requirement, _Found(finding, bare.step, bare.requests))
        return found

    def seen(self) -> str:
        """The operations that were seen, in a sentence."""
        named = ", ".join(f"{name} ({n})" for name, n in self.operations.most_common(_SHOWN))
        more = len(self.operations) - _SHOWN
        named += f" and {more} more" if more > 0 else ""
        of_all = f"{len(self.operations)} of {len(catalogue())} documented operations were seen"
        return f"{of_all}: {named}" if named else of_all

    def notes(self) -> tuple[str, ...]:
        """What a reader has to know about the traffic, a sentence each."""
        notes = []
        if self.others:
            notes.append(f"not for Kintone's REST API: {counted(self.others, 'request')}")
        if self.unknown:
            listed = ", ".join([*self.unknown][:5])
            notes.append(f"operations that are not in the catalogue were not judged: {listed}")
        if self.removed:
            requests = counted(self.removed, "request")
            notes.append(f"the credentials of {requests} were removed from the recording")
        elif self._bare and not any(self._kinds.values()):
            gone = "" if self._live else ": they may have been removed from the recording"
            notes.append(f"no request carries credentials{gone}")
        if self.refused:
            would = counted(self.refused, "request")
            notes.append(
                f"Kintone would refuse the parameters of {would}; this does not count, "
                "as the client may have been given them"
            )
        if self._sequences.repeats:
            again = f"{counted(self._sequences.repeats, 'write')} sent again after 429 or 5xx"
            notes.append(f"{again}: no client should do so by itself (KC521)")
        return tuple(notes)


def _step(told: Told) -> Step:
    answered = told.recorded.answered
    outcome = f"{told.recorded.at}, answered {answered.status}" if answered else told.recorded.at
    api = told.meaning.api if told.meaning is not None else line_of(told.recorded.wire)
    return Step({}, wires.on_lines(api)[:200], {}, outcome, (told.shown,))
