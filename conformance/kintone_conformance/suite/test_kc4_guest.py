"""KC4xx: where a call goes, with and without a guest space."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.scenario import Made
from kintone_conformance.model import Call
from kintone_conformance.strategies import any_auth, guest_ids, harmless_call
from kintone_conformance.suite.requirement import requirement

_LOOKALIKE = st.sampled_from(
    [
        "/k/v1/record.json",
        "https://demo.cybozu.com/k/v1/records.json?app=1",
        "/k/guest/7/v1/record.json",
        "see /k/v1/ and /k/v1/",
    ]
)


def in_guest_spaces(planner: Planner) -> SearchStrategy[Made]:
    """Objects in any guest space."""
    return st.builds(Made, auth=any_auth(planner.able.info), guest=guest_ids())


def in_guest_spaces_by_text(planner: Planner) -> SearchStrategy[Made]:
    """Objects in any guest space, whose id is given as text."""
    return st.builds(Made, auth=any_auth(planner.able.info), guest=guest_ids().map(str))


def lookalike_calls(planner: Planner) -> SearchStrategy[Call]:
    """Reads and writes whose values look like API paths."""
    served = [api for api in ("records.get", "record.add", "record.update") if api in planner.calls]
    return st.builds(_with_text, st.sampled_from(served), _LOOKALIKE) if served else st.nothing()


def _with_text(api: str, text: str) -> Call:
    params = dict(harmless_call(api).params)
    if api == "records.get":
        return Call(api, {**params, "query": f'link = "{text}"'})
    return Call(api, {**params, "record": {"link": {"value": text}}})


test_kc401_plain_path = requirement("KC401")
test_kc402_guest_prefix = requirement("KC402", made=in_guest_spaces)
test_kc403_guest_preview = requirement("KC403")
test_kc404_guest_id_as_text = requirement("KC404", made=in_guest_spaces_by_text)
test_kc405_same_request_but_for_the_prefix = requirement("KC405")
test_kc406_guest_file = requirement("KC406")
test_kc407_guest_file_prefix = requirement("KC407")
test_kc408_bulk_inner_paths = requirement("KC408")
test_kc409_bulk_inner_requests = requirement("KC409")
test_kc410_plain_only = requirement("KC410")
test_kc411_guest_only = requirement("KC411")
test_kc412_other_products = requirement("KC412")
test_kc413_text_that_looks_like_a_path = requirement(
    "KC413", made=in_guest_spaces, call=lookalike_calls
)
test_kc414_prefix_once = requirement("KC414")
test_kc415_invalid_id_goes_nowhere_else = requirement("KC415")
test_kc416_invalid_id_is_refused = requirement("KC416")
test_kc417_guest_only_without_a_space = requirement("KC417")
