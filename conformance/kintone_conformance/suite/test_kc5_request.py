"""KC5xx: base URL, query, body and content types, and how often a request is sent."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kintone_conformance.judging.plan import Planner
from kintone_conformance.judging.samples import upload
from kintone_conformance.model import Call
from kintone_conformance.strategies import harmless_call, tricky_texts
from kintone_conformance.suite.requirement import requirement

_FIELDS = st.lists(
    st.one_of(
        st.sampled_from(["title", "文字列__1行_", "a,b", "$id", "作成日時"]),
        st.text(st.sampled_from("abcあいう0_"), min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=15,
    unique=True,
)
_CONTENTS = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"\r\n", b"a\nb\n", b"a\r\nb\r\n", b"\xff\xfe\x00", b"--", b"\r\n--\r\n"]
    ),
)
_FILE_NAMES = st.builds(
    "{}{}{}.txt".format,
    st.sampled_from(["a", "報告書", ""]),
    st.sampled_from(
        ['"', "'", '"; name="app"; x="', "\r\n", "\n", "\r\nX-Injected: 1", "\\", ";", '\\"']
    ),
    st.sampled_from(["b", "", '"']),
)
_PLAIN_NAMES = st.text(st.sampled_from("ab1 -_.()報告書éカナ😀が"), min_size=1, max_size=40)
_VALUES = st.one_of(
    tricky_texts(),
    st.sampled_from(["\\", '"', "\\n", "\t", "a\nb", "\u2028", "</script>", "\x7f", "𠮷", "é"]),
)


def queries(planner: Planner) -> SearchStrategy[Call]:
    """Reads with a tricky query."""
    if "records.get" not in planner.calls:
        return st.nothing()
    return tricky_texts().map(lambda text: Call("records.get", {"app": 1, "query": text}))


def selections(planner: Planner) -> SearchStrategy[Call]:
    """Reads of some fields."""
    if "records.get" not in planner.calls:
        return st.nothing()
    return _FIELDS.map(lambda fields: Call("records.get", {"app": 1, "fields": fields}))


def files(names: SearchStrategy[str], contents: SearchStrategy[bytes]) -> SearchStrategy[Call]:
    """Uploads."""
    return st.builds(upload, names, contents)


def record_writes(planner: Planner) -> SearchStrategy[Call]:
    """Writes of one record with tricky values under Japanese and Latin field codes."""
    record = st.dictionaries(
        st.sampled_from(["title", "文字列__1行_", "note"]),
        _VALUES.map(lambda value: {"value": value}),
        min_size=1,
        max_size=3,
    )
    served = [api for api in ("record.add", "record.update") if api in planner.calls]
    if not served:
        return st.nothing()
    return st.builds(
        lambda api, fields: Call(api, {**harmless_call(api).params, "record": fields}),
        st.sampled_from(served),
        record,
    )


def deletions(planner: Planner) -> SearchStrategy[Call]:
    """Deletions of one to twenty records."""
    if "records.delete" not in planner.calls:
        return st.nothing()
    ids = st.lists(st.integers(1, 10**6), min_size=1, max_size=20, unique=True)
    return ids.map(lambda found: Call("records.delete", {"app": 1, "ids": found}))


test_kc501_trailing_slash = requirement("KC501")
test_kc502_host = requirement("KC502")
test_kc503_plain_http_is_refused = requirement("KC503")
test_kc504_query_verbatim = requirement("KC504", call=queries)
test_kc505_arrays = requirement("KC505", call=selections)
test_kc506_booleans = requirement("KC506")
test_kc507_long_url = requirement("KC507")
test_kc508_no_content_type_on_get = requirement("KC508")
test_kc509_json_content_type = requirement("KC509")
test_kc510_upload_content = requirement("KC510", call=files(st.just("a.bin"), _CONTENTS))
test_kc511_boundary_not_in_the_file = requirement("KC511")
test_kc512_file_name = requirement("KC512", call=files(_FILE_NAMES, st.just(b"content")))
test_kc513_json_body_verbatim = requirement("KC513", call=record_writes)
test_kc514_delete_parameters = requirement("KC514", call=deletions)
test_kc515_parameter_arrives = requirement("KC515")
test_kc516_nothing_invented = requirement("KC516")
test_kc517_body_in_another_locale = requirement("KC517")
test_kc518_request_is_sent = requirement("KC518")
test_kc519_write_once = requirement("KC519")
test_kc520_read_once = requirement("KC520")
test_kc521_failed_write_not_repeated = requirement("KC521")
test_kc522_no_other_requests = requirement("KC522")
test_kc523_posted_read = requirement("KC523")
test_kc524_query_index = requirement("KC524")
test_kc525_file_name_as_given = requirement("KC525", call=files(_PLAIN_NAMES, st.just(b"content")))
test_kc526_boundary_cannot_be_foreseen = requirement("KC526")
test_kc527_base_url_with_a_query = requirement("KC527")
test_kc528_http_is_well_formed = requirement("KC528")
test_kc529_redirect_keeps_the_method = requirement("KC529")
