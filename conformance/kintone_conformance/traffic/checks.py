"""Everything that one request shows to be wrong with it, whoever sent it and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kintone_conformance import wires
from kintone_conformance.judging.bodies import body_findings, framing_findings
from kintone_conformance.judging.credentials import credential_findings
from kintone_conformance.judging.exchange import (
    ABOUT_PROXY,
    Asking,
    Exchange,
    Finding,
    Fixed,
    line_of,
)
from kintone_conformance.judging.parameters import array_form, parameter_findings
from kintone_conformance.judging.paths import host_findings
from kintone_conformance.model import Sent
from kintone_conformance.spec.auth import ApiTokens, Auth, Password
from kintone_conformance.spec.header_names import PASSWORD_HEADER, TOKEN_HEADER
from kintone_conformance.spec.misspelt import meant_by
from kintone_conformance.spec.shapes import required
from kintone_conformance.traffic.bulk import bulk_findings
from kintone_conformance.traffic.meaning import Meaning
from kintone_conformance.traffic.named_credentials import NamedCredentials
from kintone_conformance.traffic.recorded import Recorded
from kintone_conformance.traffic.sent_credentials import decoded_password
from kintone_conformance.traffic.slips import (
    credential_slips,
    file_name_slips,
    parameter_slips,
)
from kintone_conformance.traffic.targets import target_findings

_DISPOSITION = re.compile(rb"(?im)^content-disposition:(.*)$")
_PARAMETER = re.compile(r';\s*[\w*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;"\s]*)')
_SCHEME = re.compile(r"^(bearer|token|basic)\s+(?=\S)", re.IGNORECASE)
_STANDARD = Fixed("Base64 of LOGIN:PASSWORD in UTF-8")
_BESIDE = Fixed("X-Cybozu-* beside Authorization: Basic")
_TOKEN = Fixed("the token as it was given")


def request_findings(
    meaning: Meaning, recorded: Recorded, known: NamedCredentials
) -> Iterator[Finding]:
    """Every requirement that a request breaks, as far as it shows by itself."""
    wire, sent = meaning.wire, meaning.sent
    yield from target_findings(meaning)
    if recorded.exact:  # elsewhere a tool wrote these headers
        yield from framing_findings(wire)
    exchange = Exchange(Asking(meaning.client, meaning.call), Sent(), (wire,))
    if "://" in wire.origin and (recorded.exact or wire.values("Host")):
        yield from host_findings(exchange, wire)
    yield from _credentials(meaning, exchange, recorded, known)
    if meaning.endpoint is None or not recorded.whole:
        return
    expected = meaning.documented
    about_it = [*body_findings(expected, wire, sent)]
    yield from about_it
    if meaning.is_upload:
        yield from _file_name(meaning)
        yield from file_name_slips(meaning)
    elif not any(finding.requirement in ("KC509", "KC513") for finding in about_it):
        yield from _parameters(meaning, exchange)


# ---- credentials


def _credentials(
    meaning: Meaning, exchange: Exchange, recorded: Recorded, known: NamedCredentials
) -> Iterator[Finding]:
    wire, sent, credentials = meaning.wire, meaning.sent, meaning.credentials
    needed = meaning.documented.credentials if meaning.endpoint is not None else "needed"
    if credentials.removed or needed == "none":
        return
    if credentials.auth is None:
        yield from _empty(meaning)
        return
    if credentials.undecoded:
        yield _undecoded(meaning, exchange, known)
        return
    beside = f" in addition to {credentials.kind} authentication"
    for finding in credential_findings(exchange, wire, sent, needed, beside):
        if finding.requirement == "KC206" and _scheme(credentials.auth):
            continue  # that word is what is wrong
        if finding.requirement == "KC305" and not recorded.whole:
            continue  # it may be in the body, which was not recorded
        if finding.about != ABOUT_PROXY or not wire.origin.startswith("http:"):
            yield finding
    yield from credential_slips(meaning)
    if isinstance(credentials.auth, Password):
        changed = known.changed_password(decoded_password(wire) or b"")
        if changed:
            message = "the header decodes to a known credential that was changed on its way"
            yield Finding(changed, message, _STANDARD, Fixed("other credentials"))
    elif isinstance(credentials.auth, ApiTokens):
        yield from _tokens(credentials.auth, known)


def _empty(meaning: Meaning) -> Iterator[Finding]:
    """A header of credentials without a value, or a gate without what comes after it."""
    wire = meaning.wire
    for name, requirement in ((PASSWORD_HEADER, "KC101"), (TOKEN_HEADER, "KC201")):
        if wire.values(name):
            message = f"{name} of {line_of(wire)} is empty"
            yield Finding(requirement, message, Fixed(f"a {name} header"), Fixed("none"))
            return
    if meaning.credentials.basic is not None:
        message = (
            f"{line_of(wire)} does not log in to Kintone: Authorization: Basic is for the Basic "
            "authentication of the domain; send login:password in X-Cybozu-Authorization, or, if "
            "the domain has such a gate, the header of the login or token beside it"
        )
        yield Finding("KC302", message, _BESIDE, Fixed("the gate alone"))
    else:
        yield from _misspelt(meaning)


def _misspelt(meaning: Meaning) -> Iterator[Finding]:
    """A credential in a header that is meant to be one of Kintone's."""
    for raw, value in meaning.wire.headers:
        name = wires.text(raw)
        meant = meant_by(name)
        if meant is not None:
            requirement = "KC201" if meant == TOKEN_HEADER else "KC101"
            message = f"{wires.on_lines(name)} is not a Kintone header; did you mean {meant}?"
            yield Finding(requirement, message, Fixed(f"a {meant} header"), wires.text(value))
            return


def _undecoded(meaning: Meaning, exchange: Exchange, known: NamedCredentials) -> Finding:
    """The password header is not the Base64 of a login and a password."""
    raw = decoded_password(meaning.wire)
    if raw is None:
        form = next(credential_findings(exchange, meaning.wire, meaning.sent, "needed"))
        return form._replace(expected=_STANDARD)
    changed = known.changed_password(raw)
    message = "the header decodes to a text without a colon"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        changed, message = changed or "KC108", "the header decodes to bytes that are not UTF-8"
    value = ", ".join(wires.text(value) for value in meaning.wire.values(PASSWORD_HEADER))
    return Finding(changed or "KC102", message, _STANDARD, value)


def _tokens(auth: ApiTokens, known: NamedCredentials) -> Iterator[Finding]:
    value = ", ".join(auth.tokens)
    if scheme := _scheme(auth):
        message = f"the API token begins with the word {scheme}"
        yield Finding("KC201", message, _TOKEN, value)
    elif any(map(known.changed_token, auth.tokens)):
        message = "a known API token was changed on its way"
        yield Finding("KC201", message, _TOKEN, value)
    elif len(auth.tokens) == 1 and ";" in value.strip(";"):
        message = "several API tokens are joined with a semicolon"
        yield Finding("KC202", message, _TOKEN, value)


def _scheme(auth: Auth) -> str:
    """The word before an API token that makes no sense there, "" if there is none."""
    scheme = _SCHEME.match(auth.tokens[0]) if isinstance(auth, ApiTokens) else None
    return scheme[1] if scheme else ""


# ---- parameters


def _parameters(meaning: Meaning, exchange: Exchange) -> Iterator[Finding]:
    sent, expected = meaning.sent, meaning.documented
    if meaning.api == "bulkRequest":
        yield from bulk_findings(meaning)
        return
    for odd in sent.oddities:
        if odd.kind == "index":
            form = array_form(odd.name)
            requirement = "KC514" if expected.method == "DELETE" else "KC505"
            yield Finding(requirement, odd.text, form, odd.text)
            return
    yield from parameter_findings(exchange, expected, sent)
    yield from parameter_slips(meaning)
    yield from _of_the_guest_space(meaning)
    spec = meaning.spec
    needed = required(spec.api) if spec is not None and spec.api != "oauth.token" else frozenset()
    if needed and not sent.params:
        names = ", ".join(sorted(needed))
        requirement = "KC514" if expected.method == "DELETE" else "KC515"
        yield Finding(requirement, f"no parameter arrived: {names} are needed", names, "nothing")


def _of_the_guest_space(meaning: Meaning) -> Iterator[Finding]:
    """The guest space as a parameter beside the path; no API of the catalogue has one."""
    for name, value in meaning.sent.params.items():
        if meaning.guest is not None and "guest" in name.lower() and str(value) == meaning.guest:
            message = f"the guest space is also sent as {name}"
            yield Finding("KC405", message, "the guest space in the path alone", name)


def _file_name(meaning: Meaning) -> Iterator[Finding]:
    """The head of a part holds what is not a parameter: a quote of the file name ended it."""
    for part in meaning.sent.parts:
        for line in _DISPOSITION.findall(part.head):
            text = wires.text(line.strip())
            rest = _PARAMETER.sub("", text)
            if '"' in rest and not text.endswith('\\"'):
                message = "a quote in the file name ends the parameter filename"
                yield Finding("KC512", message, "the quote escaped, as %22", text[:200])
                return


def malformed_finding(recorded: Recorded) -> Finding:
    """The finding for bytes that are not a request."""
    wire = recorded.wire
    message = f"the client sent bytes that are not an HTTP/1.1 request: {wire.malformed}"
    requirement = "KC208" if b"\0" in b"".join(wire.values(TOKEN_HEADER)) else "KC528"
    return Finding(requirement, message, "a request", wires.text(wire.raw_head[:2_000]))
