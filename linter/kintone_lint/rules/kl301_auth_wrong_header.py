"""KL301: a credential is sent in a header that Kintone does not read it from."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Confidence
from kintone_lint.kintone.api_tokens import is_api_token, is_kintone_token
from kintone_lint.kintone.credentials.by_flow import shown_scheme
from kintone_lint.kintone.header_keys import KINTONE_KEYS, PASSWORD_KEY, TOKEN_KEY
from kintone_lint.kintone.headers import headers, surely_named
from kintone_lint.kintone.hosts import elsewhere, shown
from kintone_lint.kintone.logins import (
    Login,
    given_logins,
    header_login,
    logs_nobody_in,
    urllib_logins,
)
from kintone_lint.kintone.request import Header
from kintone_lint.kintone.requests import kintone_requests
from kintone_lint.kintone.subject import Subject
from kintone_lint.kintone.ways import Way, spread, ways, when
from kintone_lint.patterns import regex
from kintone_lint.python.conditions import contradict
from kintone_lint.python.scopes import Choice, Scope
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Encoded, Text
from kintone_lint.rules._misspelt import misspelt, misspelt_headers
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report

_CAN_CARRY = regex(r"authorization|api-key|(?:api[-_]?|app[-_])?token|x-[\w-]{1,100}")
# Another product on a host of Kintone, such as Garoon.
_OTHER = regex(r"(?i)https?://[^/?#]*/+(?!k(?:/|$)|v1/|guest/|\{)")
_LOGIN = "send it in X-Cybozu-Authorization"
_TOKEN = "send it in X-Cybozu-API-Token"
_AUTH = f"auth= sends the login as Authorization: Basic, which does not log in to Kintone; {_LOGIN}"
_BASIC = (
    f"Authorization: Basic is for the Basic authentication of the domain and does not log in to "
    f"Kintone; {_LOGIN}"
)
_URLLIB = f"urllib sends this login as Authorization: Basic, which does not log in; {_LOGIN}"
_BEARER = f"an API token is sent in Authorization, which is for OAuth tokens; {_TOKEN}"


class AuthWrongHeader(Rule):
    code = "KL301"
    name = "auth-wrong-header"
    statement = "A credential is sent in the wrong header."
    why = (
        "Kintone reads `Authorization: Basic` as the Basic authentication of the domain, and "
        "`Bearer` as OAuth: nobody is logged in."
    )
    instead = "Send a login in `X-Cybozu-Authorization`, and an API token in `X-Cybozu-API-Token`."
    finds = (
        "All headers and logins of requests to Kintone: `auth=`, `session.auth`, clients and "
        "authentication objects of requests, httpx and aiohttp, authentication classes in the "
        "code, the password managers of urllib, URLs, and headers that are assembled. Also API "
        "tokens that are sent as Bearer or in another header, and misspelled header names."
    )
    misses = (
        "Requests whose headers are not all known, and tokens whose names do not tell what they "
        "are. If `X-Cybozu-…` is always sent as well, Basic is taken for the Basic authentication "
        "of the domain."
    )
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F37", "F46", "F58", "F59")
    since = "0.1.0"
    words = (
        "auth",
        "^cybozu-",
        "^x_cybozu_",
        "api-key$",
        "^(?:api[-_]?|app[-_])?token$",
        "^x-(?!cybozu-api-token$|http-method-override$|requested-with$)",
    )
    fixable = Fixable.SAFE
    bad = (
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=(user, password))  #!
"""
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
             headers={"Authorization": f"Bearer {api_token}"})  #!
"""
        ),
        Bad(
            """\
import requests
headers = {"X-Cybozu-API-Tokn": token}  #!
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
            """\
import requests
headers = {"X-Cybozu-API-Token": token}
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers=headers)
""",
        ),
        Bad(
            """\
import base64, requests
def get(user, password):
    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    return requests.get("https://demo.cybozu.com/k/v1/app.json?id=1",
                        headers={"Authorization": "Basic " + basic})  #!
"""
        ),
        Bad(
            """\
import requests
def get(user, password):
    session = requests.Session()
    session.auth = (user, password)  #!
    session.get("https://demo.cybozu.com/k/v1/app.json?id=1")
    session.get("https://demo.cybozu.com/k/v1/app.json?id=2")
"""
        ),
        Bad(
            """\
import base64
class Credentials:
    def headers(self):
        if self.api_token:
            return {"X-Cybozu-API-Token": self.api_token}
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}  #!
"""
        ),
        Bad(
            """\
import requests
class Client:
    def __init__(self, token=None, user=None, password=None):
        self.session = requests.Session()
        if token:
            self.session.headers["X-Cybozu-API-Token"] = token
        if user:
            self.session.auth = (user, password)  #!
    def app(self):
        return self.session.get("https://demo.cybozu.com/k/v1/app.json?id=1")
"""
        ),
        Bad(
            """\
import requests
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", headers={"X-Api-Key": api_token})  #!
"""
        ),
        Bad(
            """\
import base64, requests
class Login(requests.auth.AuthBase):
    def __init__(self, user, password):
        self.pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    def __call__(self, request):
        request.headers["Authorization"] = "Basic " + self.pair  #!
        return request
requests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=Login(user, password))
"""
        ),
    )
    good = (
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", auth=(u, p), '
        'headers={"X-Cybozu-API-Token": token})\n',
        'import requests\nrequests.post("https://demo.cybozu.com/oauth2/token", auth=(id, secret))\n',
        'import requests\nrequests.get("https://demo.cybozu.com/k/v1/app.json?id=1", '
        'headers={"Authorization": f"Bearer {access_token}"})\n',
        'import requests\nrequests.get("https://api.example.com/", auth=(u, p))\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        yield from misspelt_headers(subject)
        seen: set[object] = set()
        for report in (
            *_of_requests(subject),
            *_of_urllib(subject),
            *_in_functions(subject),
            *_swapped(subject),
        ):
            if report.spot not in seen:
                seen.add(report.spot)
                yield report


def _of_requests(subject: Subject) -> Iterator[Report]:
    """What requests to Kintone send that it does not read."""
    for asked in kintone_requests(subject):
        request = spread(asked)
        urls = [each.value for each in request.urls()]
        url = " ".join(map(shown, urls))
        other = "/oauth2/" in url or _OTHER.match(url) or (urls and all(map(elsewhere, urls)))
        sent = [] if other else ways(subject, request)
        if any(misspelt(header) for way in sent for header in way.headers):
            continue  # said already
        around = request.conditions
        for login in given_logins(subject, request):
            if logs_nobody_in(subject, login, sent, around):
                yield _report(login.spot, _AUTH)
        for way in sent:
            for header in way.headers:
                for value in _texts(header):
                    message = _message(subject, header, value, way, around)
                    if message and not ("/v1/" in url and "/k/" not in url and message != _BASIC):
                        yield _report(Spot(header.module, header.node), message)


def _of_urllib(subject: Subject) -> Iterator[Report]:
    """Logins that urllib sends as Basic, where no header of Kintone is written."""
    if not any(each.key in KINTONE_KEYS for each in headers(subject)):
        for login in urllib_logins(subject):
            yield _report(login.spot, _URLLIB)


def _report(spot: Spot, message: str) -> Report:
    return Report(spot, message, confidence=Confidence.MEDIUM)


def _texts(header: Header) -> list[Text]:
    return [value for value in header.values() if isinstance(value, Text)]


def _message(
    subject: Subject, header: Header, value: Text, way: Way, around: tuple[Choice, ...]
) -> str | None:
    """What is wrong with a header that goes out this way."""
    name = header.key
    if name in KINTONE_KEYS or not _CAN_CARRY.fullmatch(name):
        return None
    spot, choices = Spot(header.module, header.node), (*when(header), *way.choices)
    if name == "authorization":
        words = header_login(subject, value)
        if words is not None:
            login = Login(spot, choices, words)
            return _BASIC if logs_nobody_in(subject, login, [way], around) else None
        if shown_scheme(value) in ("bearer", None) and is_api_token(subject, value, choices):
            return _BEARER
        return None
    beside = any(each.key in (*KINTONE_KEYS, "authorization") for each in way.headers)
    if not beside and is_api_token(subject, value, choices):
        return f"an API token is sent as {header.name}, which Kintone does not read; {_TOKEN}"
    return None


def _in_functions(subject: Subject) -> Iterator[Report]:
    """Headers of a function that writes those of Kintone in another branch; a token by its name."""
    found = headers(subject)
    beside: dict[Scope, list[Header]] = {}
    for each in found:
        if each.key in KINTONE_KEYS:
            beside.setdefault(subject.module.scope[each.node], []).append(each)
    for header in found:
        if header.key != "authorization":
            continue
        spot = Spot(header.module, header.node)
        own = beside.get(subject.module.scope[header.node], [])
        subject.spend(len(own))
        for value in _texts(header):
            words = header_login(subject, value)
            if words is None:
                if shown_scheme(value) == "bearer" and is_kintone_token(subject, value):
                    yield _report(spot, _BEARER)
            elif own and not Login(spot, (), words).other and _apart(header, own):
                yield _report(spot, _BASIC)


def _apart(header: Header, others: list[Header]) -> bool:
    """Whether a header is never sent with others; one statement in a loop may write them all."""
    return all(
        other.node is not header.node and contradict(when(other), when(header)) for other in others
    )


def _swapped(subject: Subject) -> Iterator[Report]:
    """A login in the header of tokens, and a token in that of logins."""
    for header in headers(subject):
        name = header.key
        own = name in KINTONE_KEYS and surely_named(subject, header)
        for value in _texts(header) if own else ():
            login = header_login(subject, value) is not None
            if name == TOKEN_KEY and login and isinstance(value.parts[0], Encoded):
                message = f"a login is sent as an API token; {_LOGIN}"
            elif name == PASSWORD_KEY and not login and _is_token(subject, value):
                message = f"an API token is sent as a login; {_TOKEN}"
            else:
                continue
            yield _report(Spot(header.module, header.node), message)


def _is_token(subject: Subject, value: Text) -> bool:
    """Whether it is an API token, and nothing that is put together with a colon, as a login is."""
    inner = [part.of for part in value.parts if isinstance(part, Encoded)]
    colon = any(":" in part.text for text in (value, *inner) for part in text.literals)
    return not colon and is_api_token(subject, value, alone=False)
