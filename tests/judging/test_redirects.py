"""Where a redirect leads: each spelling of a Location, and a client that stays or goes."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

from judging.exchanges import ORIGIN, TOKEN, found, read, wire
from kintone_conformance.doors.playing import script
from kintone_conformance.doors.redirects import (
    ENDLESS,
    MOVED,
    SPELLINGS,
    Targets,
    location,
    moved,
)
from kintone_conformance.model import ErrorReport, Refused, Sent, Wire
from kintone_conformance.spec.auth import headers

ELSEWHERE = "http://127.0.0.1:40002"
GET = read("/k/v1/record.json", {"app": "1", "id": "1"})
REFUSED = Refused(ErrorReport("KintoneError", "302"))
PATH = "/k/v1/record.json?app=1&id=1"


def there(spelling: str) -> str:
    return location(spelling, ELSEWHERE, ORIGIN) + MOVED + PATH


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_names_the_other_host_to_browsers_or_to_all(spelling: str) -> None:
    """What browsers do: drop tabs, take a backslash for a slash, and skip slashes before a host."""
    text = there(spelling).replace("\t", "").replace("\\", "/")
    scheme, _, rest = text.rpartition("http:")
    slashes = (scheme + rest).lstrip("/")
    assert urlsplit(f"http://{slashes}").netloc.rpartition("@")[2] == urlsplit(ELSEWHERE).netloc


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_who_stays_at_home_is_right_and_who_takes_credentials_along_is_not(spelling: str) -> None:
    own = urljoin(ORIGIN, there(spelling))
    assert moved(urlsplit(own).path) == urlsplit(PATH).path
    target = own.partition("://")[2].partition("/")[2]
    stayed = wire(f"/{target}", given=headers(TOKEN))
    assert (
        found("record.get", GET, stayed, answer=f"302 elsewhere {spelling}", outcome=Sent()) == []
    )
    went = Wire("GET", (MOVED + PATH).encode(), stayed.headers, b"", ELSEWHERE, "", stayed.raw_head)
    answer = f"302 elsewhere {spelling}"
    assert found("record.get", GET, went, answer=answer, outcome=Sent()) == ["KC602"]
    assert found("record.get", GET, answer=answer, outcome=REFUSED) == []


@pytest.mark.parametrize(("times", "broken"), [(51, []), (ENDLESS, ["KC815"])])
def test_a_redirect_that_leads_to_itself_is_followed_so_often(
    times: int, broken: list[str]
) -> None:
    again = wire(MOVED + PATH, given=headers(TOKEN))
    followed = [again] * times
    assert found("record.get", GET, *followed, answer="302 round", outcome=REFUSED) == broken


@pytest.mark.parametrize(
    ("tries", "steps", "broken"), [(2, 30, []), (4, 20, []), (2, ENDLESS, ["KC815"])]
)
def test_a_read_that_is_tried_again_follows_as_often_again(
    tries: int, steps: int, broken: list[str]
) -> None:
    reply = script("302 round", "GET", "/k/v1/record.json", Targets(ORIGIN, ELSEWHERE))
    again = wire(MOVED + PATH, given=headers(TOKEN))
    for _ in range(tries):
        answers = [reply(GET), *(reply(again) for _ in range(steps))]
        assert [each.status for each in answers[:ENDLESS]] == [302] * min(ENDLESS, steps + 1)
        assert (answers[-1].status == 500) is bool(broken)
    sent = [GET, *[again] * steps] * tries
    assert found("record.get", *sent, answer="302 round", outcome=REFUSED) == broken
