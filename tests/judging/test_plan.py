"""A plan keeps its promises: it meets every pair that it says it meets, whatever the seed."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from kintone_conformance.adapter import served, served_parameters
from kintone_conformance.doors import UNTRUSTED
from kintone_conformance.doors.answering import ANSWERS, PAGES
from kintone_conformance.doors.answers import NEW_TOKENS
from kintone_conformance.doors.redirects import REDIRECTS, SPELLINGS
from kintone_conformance.judging.applies_in_order import judged_in
from kintone_conformance.judging.bench import Budget
from kintone_conformance.judging.course import Judging, course
from kintone_conformance.judging.identities import BAD_GUEST_IDS, BEARERS, GATES, PASSWORDS
from kintone_conformance.judging.inputs import of_inputs
from kintone_conformance.judging.leaks import secrets_in
from kintone_conformance.judging.owners import planned, setting
from kintone_conformance.judging.pairs import every_pair, pieces
from kintone_conformance.judging.plan import FAILURES, Able, Planner
from kintone_conformance.judging.property import Examples, Probe
from kintone_conformance.judging.rare_answers import kinds_of
from kintone_conformance.judging.samples import (
    FILE_NAMES,
    SIZES,
    TEXT_CONTENTS,
    TEXT_NAMES,
    TEXTS,
    long_reads,
)
from kintone_conformance.judging.scenario import Ask, Change, Open, Scenario
from kintone_conformance.judging.specials import specials
from kintone_conformance.model import Info
from kintone_conformance.reference import ReferenceAdapter
from kintone_conformance.spec.auth import ApiTokens, OAuth, Password, Session
from kintone_conformance.spec.calls import AUTH_KINDS, call_spec, capability, parameter_names
from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_conformance.spec.request import BULK_OPERATIONS, needs_guest
from kintone_conformance.spec.requirements import requirements
from kintone_conformance.spec.shapes import accepts
from kintone_conformance.strategies import HARMLESS_PASSWORD, harmless_call
from kintone_conformance.suite.properties import properties

CALLS = tuple(sorted(api for api in served(ReferenceAdapter()) if call_spec(api).core))
OTHERS = tuple(sorted(set(served(ReferenceAdapter())) - set(CALLS)))
INFO = replace(
    ReferenceAdapter.info,
    supports=ReferenceAdapter.info.supports | {"handles", "show"},
    parameters=served_parameters(ReferenceAdapter),
)
ABLE = Able(INFO, CALLS, ("loopback", "tls", "proxy"), operations=OTHERS)
SEEDS = (0, 7)
PLANS = pytest.mark.parametrize(
    ("seed", "quick"), [*((seed, False) for seed in SEEDS), *((seed, True) for seed in SEEDS)]
)


@cache
def made(able: Able = ABLE, seed: int = 0, quick: bool = False) -> tuple[Planner, list[Scenario]]:
    planner = Planner(able, seed, quick=quick)
    return planner, [*planner.sequences(), *planner.left_over(), *specials(planner)]


def test_clients_that_can_do_the_same_have_one_plan_and_draw_each_on_their_own() -> None:
    planner, scenarios = made()
    first, asked = course(ABLE, 0)
    assert [each.scenario for each in asked] == scenarios
    assert [dict(each.judges) for each in asked[::50]] == [*map(judged_in, scenarios[::50])]
    second, again = course(ABLE, 0)
    assert again is asked
    drawn = planner.identities.secret()
    assert [each.identities.secret() for each in (first, second)] == [drawn, drawn]
    assert first.identities.secret() != drawn, "a secret is given once"
    assert course(replace(ABLE, doors=("loopback",)), 0)[1] != asked


def test_a_sequence_meets_every_ordered_pair_once() -> None:
    sequence = every_pair("abcde")
    assert len(sequence) == 26
    assert Counter(pairwise(sequence)) == Counter({(a, b): 1 for a in "abcde" for b in "abcde"})
    assert every_pair("a") == ["a", "a"]
    assert every_pair("") == []


def test_pieces_overlap_by_one_and_leave_out_what_cannot_be_together() -> None:
    assert [*pieces("abcdefg", lambda _: True)] == [tuple("abcd"), tuple("defg")]
    assert [*pieces("abcd", lambda found: tuple(found) != ("b", "c") and len(found) < 3)] == [
        ("a", "b"),
        ("c", "d"),
    ]


@PLANS
def test_every_call_follows_every_other_on_one_object(seed: int, quick: bool) -> None:
    planner, scenarios = made(seed=seed, quick=quick)
    met: set[tuple[str, str]] = set()
    for scenario in scenarios:
        names = [ask for ask in scenario.steps if isinstance(ask, Ask) and ask.name in ("a", "a2")]
        met.update((one.call.api, two.call.api) for one, two in pairwise(names))
    assert set(planner.met.pairs) <= met
    assert set(planner.met.pairs) == {(a, b) for a in CALLS for b in CALLS}


@PLANS
def test_every_call_meets_its_credentials_guest_forms_gates_and_answers(
    seed: int, quick: bool
) -> None:
    planner, scenarios = made(seed=seed, quick=quick)
    answered = {(ask.call.api, ask.answer) for each in scenarios for ask in each.asks()}
    assert {(api, answer) for api in CALLS for answer in ("400", "401", "520")} <= answered
    assert {(api, *each) for api in CALLS for each in planner.combinations([api])} <= set(
        planner.met.combinations
    )
    assert {(api, answer) for api in CALLS for answer in FAILURES} == set(planner.met.answers)


@PLANS
def test_every_requirement_is_judged_with_every_call_that_it_names(seed: int, quick: bool) -> None:
    planner, scenarios = made(seed=seed, quick=quick)
    budget = Budget(seed=seed or None, quick=quick)
    judged: dict[str, set[str]] = {}
    for scenario in scenarios:
        for id_, apis in judged_in(scenario).items():
            judged.setdefault(id_, set()).update(apis)
    by_plan = {id_: frozenset(apis) for id_, apis in judged.items()}
    for prop in [prop for prop in properties().values() if prop.draws]:
        met = by_plan.get(prop.requirement.id, frozenset())
        for scenario, _ in Probe(prop, planner, budget.drawing, met).scenarios():
            for id_, apis in judged_in(scenario).items():
                judged.setdefault(id_, set()).update(apis)
    for id_, entry in requirements().items():
        assert set(entry.calls) - judged.get(id_, set()) == set(), id_


@PLANS
def test_every_kind_of_credentials_is_led_to_plain_http(seed: int, quick: bool) -> None:
    """Libraries drop Cookie and Authorization by themselves, and not X-Cybozu-*."""
    _, scenarios = made(seed=seed, quick=quick)
    led = {
        type(scenario.steps[0].made.auth)
        for scenario in scenarios
        if isinstance(scenario.steps[0], Open)
        and any(isinstance(each, Ask) and "to http" in each.answer for each in scenario.steps)
    }
    assert led == {ApiTokens, OAuth, Password, Session}


@pytest.mark.parametrize("quick", [False, True])
def test_one_example_is_one(quick: bool) -> None:
    """Also where the plan has judged every call already."""
    planner, _ = made(quick=quick)
    drawing = Budget(examples=1, quick=quick).drawing
    drawn = [prop for prop in properties().values() if prop.draws]
    assert {Probe(prop, planner, drawing, planner.calls).count for prop in drawn} == {1}


def test_a_quick_plan_makes_few_objects() -> None:
    """A client that takes 22 ms to make one is judged within 30 seconds of CPU time."""
    planner, scenarios = made(quick=True)
    objects = sum(isinstance(step, Open) for each in scenarios for step in each.steps)
    drawing = Budget(quick=True).drawing
    drawn = sum(Probe(prop, planner, drawing).count for prop in properties().values() if prop.draws)
    assert (objects + drawn) * 0.022 < 13.5


def test_other_operations_are_asked_in_a_sweep_of_their_own() -> None:
    scenarios = made()[1]
    core = made(replace(ABLE, operations=()))[1]
    assert scenarios[: len(core)] == core
    met: set[tuple[str, str, bool]] = set()
    for scenario in scenarios[len(core) :]:
        for asking in scenario.askings():
            met.add((asking.call.api, capability(asking.client.auth), asking.guest is not None))
    kinds = [name for name in INFO.supports if name in {f"auth.{kind}" for kind in AUTH_KINDS}]
    plain = {(a, kind, False) for a in OTHERS for kind in kinds if call_spec(a).accepts(kind)}
    assert {each for each in met if not each[2]} == plain
    in_guest = Counter(api for api, _, guest in met if guest)
    assert in_guest == Counter(a for a in OTHERS if call_spec(a).path.startswith("/k/"))
    assert sum(1 for each in scenarios[len(core) :] for _ in each.asks()) < 600


def test_the_same_seed_makes_the_same_plan_and_another_another() -> None:
    again = made.__wrapped__
    assert made(seed=7)[1] == again(seed=7)[1]
    assert made(seed=7)[1] != made(seed=0)[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_parameters_are_what_the_schema_allows_and_of_every_class(seed: int) -> None:
    said: dict[str, list[str]] = {}
    asks = [ask for scenario in made(seed=seed)[1] for ask in scenario.asks()]
    for ask in asks:
        assert accepts(ask.call.api, ask.call.params), ask.call
        if ask.call.api != "file.upload":
            said.setdefault(ask.call.api, []).extend(texts(ask.call.params))
    for api in ("records.get", "cursor.create", "record.add", "record.update", "records.add"):
        whole = "\0".join(said[api])
        lost = [text for text in TEXTS if text not in whole]
        assert lost == [], api
    bulk = [ask.call.params["requests"] for ask in asks if ask.call.api == "bulkRequest"]
    assert {1, 2, 20} <= {len(requests) for requests in bulk}
    assert {request["api"] for requests in bulk for request in requests} == set(BULK_OPERATIONS)
    files = [ask.call.params["contentBase64"] for ask in asks if ask.call.api == "file.upload"]
    assert {len(b64decode(file)) for file in files} >= {*SIZES, 11_000_000}
    names = {ask.call.params["name"] for ask in asks if ask.call.api == "file.upload"}
    assert names >= set(FILE_NAMES)


def test_parameters_are_asked_of_whom_declares_them() -> None:
    assert set(parameter_names()) == INFO.parameters
    assert asked(ABLE) == INFO.parameters
    some = frozenset({"record.update.revision", "bulkRequest.updateKey"})
    assert asked(replace(ABLE, info=replace(INFO, parameters=some))) == some


def asked(able: Able) -> set[str]:
    """The parameters that may be declared, each after the call that was asked with them."""
    values = Planner(able, 0).values
    found: set[str] = set()
    for api in {name.rpartition(".")[0] for name in parameter_names()}:
        names = set(call_spec(api).declared)
        for _ in range(40):
            found |= {f"{api}.{name}" for name in names & names_in(values.call(api).params)}
    return found


def names_in(value: object) -> set[str]:
    """Every name of an object in parameters, but for the fields of records."""
    match value:
        case dict():
            inner = (names_in(item) for name, item in value.items() if name != "record")
            return set(value).union(*inner)
        case list():
            return set[str]().union(*map(names_in, value))
    return set()


def texts(value: object) -> list[str]:
    """Every text in parameters, names too."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for name, item in value.items() for text in (name, *texts(item))]
        case list():
            return [text for item in value for text in texts(item)]
    return []


def test_what_kintone_alone_writes_is_asked_for_but_in_no_record() -> None:
    _, scenarios = made()
    calls = [ask.call for scenario in scenarios for ask in scenario.asks()]
    assert any("$id" in call.params.get("fields", ()) for call in calls)
    records = [call.params.get("record", ()) for call in calls if call_spec(call.api).core]
    assert not any("$id" in record for record in records)


def test_conjunctions_that_a_sequence_meets_by_luck_are_in_every_plan() -> None:
    _, scenarios = made()
    asks = [ask for scenario in scenarios for ask in scenario.asks()]
    uploads = {
        (ask.call.params["name"], b64decode(ask.call.params["contentBase64"]))
        for ask in asks
        if ask.call.api == "file.upload"
    }
    assert {(name, content) for name in TEXT_NAMES for content in TEXT_CONTENTS} <= uploads
    large = {ask.call.api for ask in asks if len(str(ask.call.params)) > 65_536}
    assert {"record.add", "record.update", "records.add", "bulkRequest"} <= large
    long = [*long_reads()]
    after = {
        two.call.api
        for scenario in scenarios
        for one, two in pairwise(scenario.steps)
        if isinstance(one, Ask) and isinstance(two, Ask)
        if one.call in long
    }
    assert set(CALLS) <= after


@pytest.mark.parametrize("quick", [False, True])
def test_every_call_is_made_before_and_after_new_credentials(quick: bool) -> None:
    planner, scenarios = made(quick=quick)
    met: set[tuple[str, str]] = set()
    for scenario in scenarios:
        first, *steps = scenario.steps
        changes = [at for at, step in enumerate(steps) if isinstance(step, Change)]
        if isinstance(first, Open) and changes:
            before, after = (
                {step.call.api for step in part if isinstance(step, Ask) and harmless(step)}
                for part in (steps[: changes[0]], steps[changes[0] :])
            )
            met |= {(first.made.kind, api) for api in before & after}
    for kind in planner.identities.kinds:
        for api in planner.named_by("KC703"):
            if kind in planner.kinds([api]) and not needs_guest(api):
                assert (kind, api) in met


def harmless(ask: Ask) -> bool:
    return ask.call == harmless_call(ask.call.api) and ask.answer == "ok"


def test_every_page_and_redirect_is_met_by_every_kind_of_call() -> None:
    _, scenarios = made()
    met = {(ask.call.api, ask.answer) for scenario in scenarios for ask in scenario.asks()}
    answers = [f"{form} {status}" for form in ("html", "empty") for status in PAGES]
    answers += [f"{status} {where}" for status in REDIRECTS for where in ("here", "elsewhere")]
    kinds = kinds_of(CALLS).values()
    assert len(kinds) > 6
    for answer in answers:
        for calls in kinds:
            assert any((api, answer) in met for api in calls), (answer, calls)


def test_every_answer_and_every_bad_guest_id_is_met() -> None:
    _, scenarios = made()
    answers = {ask.answer for scenario in scenarios for ask in scenario.asks()}
    rare = {name for name in ANSWERS if not name.startswith(("html", "empty", "30"))}
    rare |= {f"{status} round" for status in REDIRECTS}
    assert rare <= answers
    for spelling in SPELLINGS:
        led = {name for name in answers if name.endswith(f" elsewhere {spelling}")}
        assert len(led) > 1, spelling
    guests = [
        step.made.guest
        for scenario in scenarios
        for step in scenario.steps
        if isinstance(step, Open)
    ]
    for value in BAD_GUEST_IDS:
        documented = value is None  # the reference's "no guest space"
        assert (value in guests) is not documented, value


def test_a_share_goes_through_every_door_and_environment() -> None:
    found = Counter(setting(scenario) for scenario in made()[1])
    assert {"", "tls", "proxy", "odd", "bare", "foreign"} == set(found)
    for door in ("tls", "proxy"):
        apis = {
            ask.call.api
            for scenario in made()[1]
            if scenario.door == door
            for ask in scenario.asks()
        }
        assert apis == set(CALLS)


def test_a_secret_occurs_in_one_object_only() -> None:
    seen: set[str] = set()
    harmless = {HARMLESS_PASSWORD.password, *NEW_TOKENS}
    for scenario in made()[1]:
        handed = {secret.text for ask in scenario.asks() for secret in secrets_in(ask.call)}
        texts = {secret.text for secret in scenario.secrets} - handed - harmless
        assert not texts & seen
        seen |= texts
        params = [str(ask.call.params) for ask in scenario.asks()]
        assert not any(text in given for text in texts for given in params)


def test_each_scenario_is_played_once_and_under_a_requirement_that_it_judges() -> None:
    scenarios = made()[1]
    everything = frozenset(requirements())
    asked = [Judging(each, judged_in(each)) for each in scenarios]
    whole = planned(asked, everything)
    assert [each.scenario for each in whole] == scenarios
    assert all(each.owner in each.judges for each in whole)
    alone = planned(asked, frozenset({"KC408"}))
    assert alone
    assert all("KC408" in each.judges and each.owner == "KC408" for each in alone)
    assert {len([1 for each in whole if "KC408" in each.judges])} == {len(alone)}


@pytest.mark.parametrize(
    ("supports", "calls"),
    [
        ({"auth.token"}, ("record.get",)),
        ({"auth.token"}, ("apps.get", "record.get", "space.guests.update")),
        ({"auth.oauth", "basic"}, ("bulkRequest", "record.get")),
        ({"auth.session"}, ("file.upload",)),
        (set(), ("record.get",)),
    ],
)
def test_a_client_that_declares_little_has_a_plan_of_that(
    supports: set[str], calls: tuple[str, ...]
) -> None:
    able = Able(Info("little", "1", supports=frozenset(supports)), calls, ("loopback",))
    planner, scenarios = made(able)
    for scenario in scenarios:
        for asking in scenario.askings():
            assert asking.call.api in calls
            assert asking.guest is None
            assert asking.client.basic is None or "basic" in supports
    assert bool(scenarios) is bool(supports)
    assert "space.guests.update" not in planner.calls


def test_a_client_that_changes_its_mind_leaves_a_text_as_it_is() -> None:
    probe = Probe(properties()["KC513"], Planner(ABLE, 0), Examples(20))
    asked: list[Scenario] = []

    def still(scenario: Scenario) -> bool:
        asked.append(scenario)
        return len(asked) == 1

    assert probe.smaller(0, still) is None
    assert len(asked) > 1


def test_what_belongs_together_is_not_asked_for_in_the_order_that_sorting_gives() -> None:
    _, scenarios = made(
        replace(ABLE, info=replace(ABLE.info, parameters=frozenset(parameter_names())))
    )
    given = [ask.call.params for scenario in scenarios for ask in scenario.asks()]
    pairs = [(each["ids"], each["revisions"]) for each in given if "revisions" in each]
    assert any(len(ids) > 1 for ids, _ in pairs)
    for ids, revisions in pairs:
        assert ids == sorted(ids, reverse=True)
        assert revisions == sorted(revisions)


@pytest.mark.parametrize("quick", [False, True])
def test_an_empty_list_is_asked_for_where_it_says_something(quick: bool) -> None:
    """Without assignees a record has none any more (kintone, update-assignees)."""
    _, scenarios = made(quick=quick)
    asked = [ask.call.params for each in scenarios for ask in each.asks()]
    assert any(params.get("assignees") == [] for params in asked)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_token_that_no_header_can_hold_is_asked_for_with_a_call_that_judges_it(
    seed: int,
) -> None:
    """One has a second line that looks like a header: what writes it as one was told by luck."""
    _, scenarios = made(seed=seed)
    odd = [judged_in(each) for each in scenarios if "X-Injected" in str(each.steps[0])]
    assert {"KC205", "KC313"} <= {id_ for judged in odd for id_ in judged}


@pytest.mark.parametrize(("seed", "quick"), [(seed, True) for seed in SEEDS] + [(0, False)])
def test_every_special_password_and_access_token_is_asked_for(seed: int, quick: bool) -> None:
    _, scenarios = made(seed=seed, quick=quick)
    steps = (step for each in scenarios for step in each.steps if isinstance(step, Open))
    auths = {step.made.auth for step in steps}
    assert {*PASSWORDS, *map(OAuth, BEARERS)} <= auths


def test_compare_asks_for_each_special_credential_and_gate_once() -> None:
    planner = Planner(ABLE, 0, quick=True)
    scenarios = [*of_inputs(planner)]
    made = [step.made for each in scenarios for step in each.steps if isinstance(step, Open)]
    auths = Counter(each.auth for each in made)
    special = {*PASSWORDS, *map(OAuth, BEARERS)}
    assert special <= auths.keys()
    assert max(count for auth, count in auths.items() if auth in special) == 1
    tokens = [auth.tokens for auth in auths if isinstance(auth, ApiTokens)]
    assert {len(each) for each in tokens} == {1, 2, 3, 8, MAX_TOKENS}
    numbers = {each[0][:2] for each in tokens if each[0].replace("1e", "", 1).isdecimal()}
    assert len(numbers) == 2
    cookies = {
        auth.cookie[:4] for auth in auths if isinstance(auth, Session) and "; " in auth.cookie
    }
    assert cookies == {"JSES", "lang"}
    kinds = {each.kind for each in made if each.basic in GATES}
    assert kinds >= {"auth.password", "auth.token", "auth.session"}
    assert {each.basic for each in made if each.basic} >= {*GATES}


def test_untrusted_servers_are_met_through_a_proxy_and_with_a_certificate() -> None:
    opened = [step.made for each in made()[1] for step in each.steps if isinstance(step, Open)]
    assert {*UNTRUSTED} <= {each.base for each in opened}
    for base in ("unknown-ca", "wrong-host"):
        ways = {(each.proxied, each.certified) for each in opened if each.base == base}
        assert ways == {(False, False), (True, False), (False, True)}


def test_a_client_in_a_guest_space_is_told_that_the_app_is_not_there_and_asked_again() -> None:
    for scenario in made()[1]:
        asks = [*scenario.asks()]
        if any(ask.answer == "403 no guest" for ask in asks):
            told = [ask.call.api for ask in asks if ask.answer == "403 no guest"]
            assert [ask.call.api for ask in asks if ask.answer == "ok"] == told
            break
    else:
        pytest.fail("nobody is told")
