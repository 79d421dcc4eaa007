"""Everything that must hold for an exchange, whichever requirement asked for it.

One walk over the wires of a call: the requests of the call itself are compared with the
documented one, every other must be a documented read, every wire is searched for credentials,
and what the client told its user is held against the answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from kintone_conformance import wires
from kintone_conformance.doors import UNTRUSTED
from kintone_conformance.doors.answers import plain
from kintone_conformance.judging.allowed import may_refuse
from kintone_conformance.judging.bodies import body_findings, framing_findings
from kintone_conformance.judging.canaries import canary_findings
from kintone_conformance.judging.certificates import certificate_findings
from kintone_conformance.judging.cookies import cookie_findings
from kintone_conformance.judging.crash import crash_findings
from kintone_conformance.judging.credentials import credential_findings, with_client
from kintone_conformance.judging.exchange import (
    FOREIGN,
    NEVER,
    UNTOLD,
    Asking,
    Exchange,
    Finding,
    Secret,
    line_of,
)
from kintone_conformance.judging.header_texts import trouble
from kintone_conformance.judging.leaks import output_findings, sent_on_findings, wire_findings
from kintone_conformance.judging.outcomes import outcome_findings
from kintone_conformance.judging.parameters import parameter_findings
from kintone_conformance.judging.paths import bad_guest_findings, host_findings, path_findings
from kintone_conformance.judging.proxies import proxy_findings
from kintone_conformance.judging.redirected import has_followed, redirect_findings
from kintone_conformance.judging.sweep_findings import as_told
from kintone_conformance.model import Call, Refused, Sent, Unsupported, Wire
from kintone_conformance.spec.auth import Session
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import Credentials, Documented, is_read
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.strategies import harmless_call
from kintone_conformance.wires import Effective


def judge(
    exchange: Exchange, secrets: Sequence[Secret], door: str, habits: Container[str] = ()
) -> list[Finding]:
    """Every requirement that an exchange breaks, as far as this door can see it; the first each.

    `habits` are the paths, without guest space, of reads that the client sends beside other calls.
    """
    found: dict[str, Finding] = {}
    for named in _findings(exchange, secrets):
        finding = as_told(exchange, named)
        if finding is None:
            continue
        habit = finding.requirement == "KC520" and exchange.asking.expected.plain in habits
        if door in requirements()[finding.requirement].doors and not habit:
            found.setdefault(finding.requirement, finding)
    return list(found.values())


def beside(exchange: Exchange) -> Iterator[str]:
    """The paths, without guest space, of the documented reads that were sent beside the call."""
    for wire in exchange.requests:
        sent = wires.effective(wire)
        if is_read(sent.method, sent.path) and not _is_own(exchange, sent):
            yield plain(sent.path)


def _findings(exchange: Exchange, secrets: Sequence[Secret]) -> Iterator[Finding]:
    yield from wire_findings(exchange, secrets)
    yield from sent_on_findings(exchange)
    yield from output_findings(exchange, secrets)
    yield from canary_findings(exchange)
    yield from proxy_findings(exchange)
    yield from certificate_findings(exchange)
    yield from cookie_findings(exchange)
    yield from crash_findings(exchange)
    requests = exchange.requests
    if exchange.strangers:
        yield _looked_up(exchange)
        return
    if not requests:
        yield from _unsent(exchange)
        return
    refusal = _must_be_refused(exchange)
    if refusal is not None:
        yield refusal
        return
    followed = [wire for wire in requests if has_followed(exchange, wire)]
    asked = [wire for wire in requests if wire not in followed]
    whole = [wire for wire in asked if not wire.malformed]
    for wire in asked:
        if wire.malformed:
            yield _malformed(exchange, wire)
            return
        yield from framing_findings(wire)
    read = [(wire, wires.effective(wire)) for wire in whole]
    if exchange.asking.bad_guest:
        for _, sent in read:
            if not is_read(sent.method, sent.path) or sent is read[-1][1]:
                yield from bad_guest_findings(exchange, sent)
        return
    own = [pair for pair in read if _is_own(exchange, pair[1])]
    differences = list(_requests(exchange, read, own))
    if exchange.asking.base.startswith(("?", "#")):
        differences = [finding._replace(requirement="KC527") for finding in differences]
    yield from differences
    yield from redirect_findings(exchange, own, followed)
    answering = exchange.asking.answering
    same = not any(_counts(finding) for finding in differences)
    # Of other operations the good answer has no more than names.
    told = same and call_spec(exchange.call.api).core
    hidden = answering.failure and isinstance(exchange.outcome, Sent)
    if own and same:
        yield from _repeated(exchange, own)
    if own and (told or hidden) and not (answering.leads and followed) and not answering.tunnel:
        yield from outcome_findings(exchange)


def own_differences(asking: Asking, wire: Wire) -> int:
    """How far a request is from being this call's: the number of its differences."""
    if wire.malformed or wire.method == "CONNECT":
        return 0
    exchange = Exchange(asking, Sent(), (wire,))
    sent = with_client(asking.expected, wire, wires.effective(wire))
    about_it = [
        *host_findings(exchange, wire),
        *credential_findings(exchange, wire, sent, asking.expected.credentials),
        *parameter_findings(exchange, asking.expected, sent),
    ]
    if asking.expected.file is not None:
        about_it += body_findings(asking.expected, wire, sent)
    mine = _is_own(exchange, sent)
    return len(about_it) + _is_of_another_session(asking, wire) + (0 if mine else 100)


def _is_of_another_session(asking: Asking, wire: Wire) -> bool:
    """A cookie is not judged, but tells whose request it is."""
    auth = asking.client.auth
    return isinstance(auth, Session) and auth.cookie.encode() not in wire.values("Cookie")


def _counts(finding: Finding) -> bool:
    return requirements()[finding.requirement].level != "NOTE"


def _unsent(exchange: Exchange) -> Iterator[Finding]:
    """Nothing was sent: right only where the client may refuse the input, and says so."""
    api, expected = exchange.call.api, "a request"
    answering = exchange.asking.answering
    match exchange.outcome:
        case Refused() if answering.tunnel:
            return
        case Refused(error) if exchange.asking.bare and not may_refuse(exchange.asking):
            message = "the client refused a server although its certificate authority was given"
            yield Finding("KC614", message, expected, error.line)
        case Sent() if answering.tunnel:
            message = f"{api} reported success after {answering.what}"
            yield Finding(answering.requirement, message, "an error", "a return without an error")
        case Sent():
            message = f"{api} reported success, but sent no request"
            yield Finding("KC518", message, expected, "nothing")
        case Refused(error) if not may_refuse(exchange.asking):
            message = "the client refused an input that the documentation allows, before sending"
            yield Finding("KC518", message, expected, error.line)
        case Unsupported(reason) if not may_refuse(exchange.asking) and _harmless(exchange.call):
            message = f"the client declares {api}, but does not support it: {reason}"
            yield Finding("KC518", message, expected, "nothing")


def _harmless(call: Call) -> bool:
    """Every client that serves the call takes these parameters; of others types may know less."""
    return dict(call.params) == dict(harmless_call(call.api).params)


def _looked_up(exchange: Exchange) -> Finding:
    """The client looked a host up that it should refuse, or reach through its proxy."""
    name = exchange.strangers[0]
    if exchange.asking.base in FOREIGN:
        message = "credentials were about to travel to another machine over plain http"
        return Finding("KC503", message, "a refusal", f"a DNS lookup of {name}")
    message = f"{exchange.call.api} bypassed the given proxy"
    return Finding("KC609", message, "CONNECT to the proxy", f"a DNS lookup of {name}")


def _must_be_refused(exchange: Exchange) -> Finding | None:
    """The finding for a request that should never have been sent, whatever it holds."""
    asking, first = exchange.asking, exchange.requests[0]
    if asking.base in NEVER and (asking.base != UNTOLD or asking.bare):
        untold = UNTRUSTED["unknown-ca"]
        why = next((why for kind, why in UNTRUSTED.items() if kind == asking.base), untold)
        message = f"{line_of(first)} was sent to a server that must not be trusted: {why}"
        if asking.base in FOREIGN:
            message = "credentials travelled to another machine over plain http"
        return Finding(NEVER[asking.base], message, "a refusal", wires.shown(first))
    if asking.both:
        sent = ", ".join(wires.text(value) for value in first.values("Authorization"))
        message = f"OAuth and Basic were given, and {line_of(first)} was sent"
        return Finding("KC303", message, "a refusal: one header cannot carry both", sent)
    return None


def _malformed(exchange: Exchange, wire: Wire) -> Finding:
    requirement = trouble(exchange.client.auth) or "KC528"
    message = f"the client sent bytes that are not an HTTP/1.1 request: {wire.malformed}"
    return Finding(requirement, message, "a request, or a refusal", wires.text(wire.raw_head))


def _is_own(exchange: Exchange, sent: Effective) -> bool:
    """The request is the call's: its effective method on one of its paths."""
    expected = exchange.asking.expected
    return sent.method == expected.method and sent.path in expected.paths


def _requests(
    exchange: Exchange,
    read: Sequence[tuple[Wire, Effective]],
    own: Sequence[tuple[Wire, Effective]],
) -> Iterator[Finding]:
    """What is wrong with the requests of a call: its own, or the last where none is its own."""
    expected = exchange.asking.expected
    refused = isinstance(exchange.outcome, Refused) and bool(may_refuse(exchange.asking))
    for wire, sent in read:
        if any(wire is each for each, _ in own):
            yield from _compared(exchange, expected, wire, sent)
        elif own or wire is not read[-1][0] or (refused and is_read(sent.method, sent.path)):
            yield from _other(exchange, wire, sent)
        else:
            yield from host_findings(exchange, wire)
            yield from path_findings(exchange, expected, sent)
            yield from credential_findings(exchange, wire, sent, expected.credentials)


def _compared(
    exchange: Exchange, expected: Documented, wire: Wire, sent: Effective
) -> Iterator[Finding]:
    """Every difference between a request and the documented one."""
    sent = with_client(expected, wire, sent)
    yield from host_findings(exchange, wire)
    yield from path_findings(exchange, expected, sent)
    yield from credential_findings(exchange, wire, sent, expected.credentials)
    about_it = [
        *body_findings(expected, wire, sent),
        *parameter_findings(exchange, expected, sent),
    ]
    for finding in about_it:
        if exchange.asking.other_locale and finding.requirement in TEXTS:
            finding = finding._replace(requirement="KC517")
        yield finding
        if finding.requirement in _ENDS:
            return  # what is not read is not compared


TEXTS = frozenset({"KC504", "KC505", "KC409", "KC413", "KC513", "KC514", "KC525"})
_ENDS = frozenset({"KC510", "KC511", "KC513", "KC517"})


def _other(exchange: Exchange, wire: Wire, sent: Effective) -> Iterator[Finding]:
    """A request beside the call's: a documented read, with its credentials, is allowed."""
    if not is_read(sent.method, sent.path):
        message = f"{line_of(wire)} was sent, but nobody asked for it"
        yield Finding("KC522", message, "documented reads at most", wires.shown(wire))
        return
    yield from host_findings(exchange, wire)
    needed: Credentials = "optional" if sent.path.endswith("/apis.json") else "needed"
    yield from credential_findings(exchange, wire, sent, needed)


def _repeated(exchange: Exchange, own: Sequence[tuple[Wire, Effective]]) -> Iterator[Finding]:
    """The call's own request goes out once, unless nothing of an answer came."""
    expected, answering = exchange.asking.expected, exchange.asking.answering
    if len(own) < 2:
        return
    times = f"{exchange.call.api} was sent {len(own)} times"
    if not answering.failure:
        requirement = "KC519" if expected.changes else "KC520"
        message = f"{times}, though it was answered"
        yield Finding(requirement, message, "one request", f"{len(own)} requests")
    elif expected.changes and answering.forbids_repeat(expected.method):
        message = f"{times}, the second time after {answering.what}"
        yield Finding("KC521", message, "one request", f"{len(own)} requests")
