"""What a client may refuse: an input that the documentation does not ask every client to take.

For such an input refusing before anything is sent is right, and sending it as it was given is
tolerated; any other input must be sent.
"""

from __future__ import annotations

import string

from kintone_conformance.judging.bodies import may_refuse_name
from kintone_conformance.judging.exchange import Asking
from kintone_conformance.spec.auth import undocumented
from kintone_conformance.spec.calls import call_spec
from kintone_conformance.spec.request import MAX_INDEX, MAX_URL, needs_guest

_PLAIN = (string.ascii_letters + string.digits).encode()


def may_refuse_client(asking: Asking) -> str:
    """Why a client may refuse to be made, "" if it may not."""
    client = asking.client
    why = undocumented(client.auth)
    if why is not None:
        return why
    if asking.both:
        return "one Authorization header cannot carry OAuth and Basic (SPEC F59)"
    if client.basic is not None and not client.basic.is_ascii:
        return "Kintone documents no charset for the Basic gate"
    if asking.bad_guest:
        return "a guest space id is a positive integer (SPEC F10)"
    return f"the base URL is unusual: {asking.base}" if asking.base else ""


def may_refuse(asking: Asking) -> str:
    """Why a client may refuse this call before it sends anything, "" if it may not."""
    spec, params = call_spec(asking.call.api), asking.call.params
    if not spec.takes(asking.client.auth):
        return "the API does not take this kind of credentials (SPEC F36, F50, F58)"
    if needs_guest(asking.call.api) and asking.guest is None:
        return "the API has a guest form only (SPEC F20)"
    if asking.expected.file is not None and may_refuse_name(asking.expected.file.name):
        return "the file name has characters that a header cannot hold unescaped"
    if asking.expected.reads:
        if length(params) > MAX_URL // 2:
            return "the parameters make a long URL (SPEC F62)"
        if any(isinstance(value, list) and len(value) > MAX_INDEX for value in params.values()):
            return "a query has no more than 100 elements (SPEC F63)"
    return may_refuse_client(asking)


def length(params: object) -> int:
    """The bytes that a value takes at least in a URL, escaped."""
    match params:
        case str():
            encoded = params.encode()
            return len(encoded) + 2 * len(encoded.translate(None, delete=_PLAIN))
        case dict():
            return sum(len(name) + 2 + length(value) for name, value in params.items())
        case list() | tuple():
            return sum(8 + length(item) for item in params)
    return len(str(params))
