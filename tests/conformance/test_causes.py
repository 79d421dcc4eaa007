"""One cause is one finding; what may be another defect is never taken along."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from kintone_conformance.charsets import Way, charset_hint, wrong
from kintone_conformance.judging.deciding import deciding
from kintone_conformance.judging.exchange import Finding
from kintone_conformance.model import Result, Step, Verdict
from kintone_conformance.report import events
from kintone_conformance.report.causes import others, with_causes
from kintone_conformance.report.pages import report_page, summary
from kintone_conformance.report.parting import edit, marked_in
from kintone_conformance.report.text import explained, one_line
from kintone_lint.escaping import escaped

WIRE = (
    "GET /k/v1/records.json?app=1&query=a+b\n"
    "Host: localhost\n"
    "X-Cybozu-Authorization: dXM6YQ\n"
    "\n"
    '{"app": 1, "record": {}}'
)


def failed(id_: str, api: str, expected: str, sent: str, **more: object) -> Result:
    step = Step({"baseUrl": "http://localhost:1"}, api, {}, "returned", (WIRE,))
    usual = {"message": f"{api} goes to another path", "part": "path"}
    made = Result(id_, Verdict.FAIL, expected=expected, sent=sent, counterexample=(step,))
    return replace(made, **{**usual, **more})  # type: ignore[arg-type]


PLAIN = failed("KC402", "app.get", "/k/guest/5/v1/app.json", "/k/v1/app.json")
PREVIEW = failed(
    "KC403",
    "preview.app.form.fields.get",
    "/k/guest/31/v1/preview/app/form/fields.json",
    "/k/v1/preview/app/form/fields.json",
)


def causes(*results: Result, known: str = "") -> dict[str, str]:
    rows = [events.row(result, "again") for result in results]
    rows = [msgspec.structs.replace(row, known="y" if row.id == known else "") for row in rows]
    return {row.id: row.cause for row in with_causes(rows)}


def test_the_same_edit_of_the_same_part_is_one_cause() -> None:
    assert causes(PLAIN, PREVIEW) == {"KC402": "", "KC403": "KC402"}


def test_what_another_requirement_tells_of_is_under_it_whatever_differs() -> None:
    other = replace(PREVIEW, sent="/k/v2/app.json", cause="KC402")
    assert causes(PLAIN, other) == {"KC402": "", "KC403": "KC402"}


def test_it_is_under_the_first_of_that_cause() -> None:
    third = replace(PREVIEW, id="KC902", sent="/x", cause="KC403")
    assert causes(PLAIN, PREVIEW, third)["KC902"] == "KC402"


def test_it_stands_alone_where_the_other_is_not_shown() -> None:
    other = replace(PREVIEW, sent="/k/v2/app.json", cause="KC402")
    assert causes(other) == {"KC403": ""}
    assert causes(PLAIN, other, known="KC402") == {"KC402": "", "KC403": ""}
    assert causes(replace(PLAIN, verdict=Verdict.WARN), other) == {"KC402": "", "KC403": ""}


def test_what_comes_with_a_known_failure_whenever_that_is_broken_is_known_with_it() -> None:
    pair = (replace(PLAIN, id="KC602"), replace(PREVIEW, id="KC617", cause="KC602"))
    rows = [msgspec.structs.replace(events.row(each, ""), known="") for each in pair]
    rows[0] = msgspec.structs.replace(rows[0], known="the library does it")
    assert with_causes(rows)[1].known == "comes with KC602: the library does it"


@pytest.mark.parametrize(
    "other",
    [
        replace(PREVIEW, sent="/k/v1/guest/31/preview/app/form/fields.json"),  # another edit
        replace(PREVIEW, part="parameter requests"),  # another part
        replace(PREVIEW, message="a bulk request is sent to the plain path"),  # of something else
        replace(PREVIEW, verdict=Verdict.WARN),
        replace(PREVIEW, sent=""),
        replace(PREVIEW, part="", expected="one request", sent="2 requests"),
    ],
)
def test_what_may_be_another_defect_stays_alone(other: Result) -> None:
    assert set(causes(PLAIN, other).values()) == {""}


def test_errors_and_passes_have_no_cause_in_common() -> None:
    for verdict in (Verdict.ERROR, Verdict.PASS, Verdict.NA):
        alike = (replace(PLAIN, verdict=verdict), replace(PREVIEW, verdict=verdict))
        assert set(causes(*alike).values()) == {""}


def test_what_was_expected_and_done_alike_is_one_cause() -> None:
    """A client that takes each error for an answer."""
    said = ("an error, reported in the client's own way", "a return without an error")
    silent = [
        failed(id_, "app.get", *said, message=f"returned after {what}", part="")
        for id_, what in (("KC801", "a 401"), ("KC802", "a 403"), ("KC806", "no answer"))
    ]
    assert causes(*silent) == {"KC801": "", "KC802": "KC801", "KC806": "KC801"}


def test_headers_that_are_missing_are_one_cause_if_they_are_the_same_header() -> None:
    header = "X-Cybozu-Authorization"
    absent = [
        failed(id_, "app.get", f"a {header} header", "none", part=header, message=f"of {id_}")
        for id_ in ("KC101", "KC116", "KC117")
    ]
    other = failed("KC201", "app.get", "a token", "none", part="X-Cybozu-API-Token")
    assert causes(*absent, other) == {"KC101": "", "KC116": "KC101", "KC117": "KC101", "KC201": ""}


def test_what_is_known_takes_nothing_along() -> None:
    assert causes(PLAIN, PREVIEW, known="KC402") == {"KC402": "", "KC403": ""}


def test_the_others_are_named_under_the_first_with_what_differs() -> None:
    rows = with_causes([events.row(result, "again") for result in (PLAIN, PREVIEW)])
    also = others(rows[0], rows)
    text = explained(rows[0], also)
    assert "also:     KC403 guest-preview: preview.app.form.fields.get goes to" in text
    assert one_line(rows[1]) in text
    header = events.Header("1", None, "x", None, (), 1, None, False, "3", "now")
    footer = events.footer(rows, strict=False, complete=True)
    report = events.Report(header, rows, footer)
    assert summary(report).decode().count("<details><summary><b>fail") == 1
    page = report_page(report).decode()
    assert page.count('data-verdict="fail"') == 2
    assert page.count(" open>") == 1
    assert '<a href="#KC402">KC402</a>' in page


def test_a_cause_changes_no_count_and_no_exit_code() -> None:
    rows = tuple(events.row(result, "again") for result in (PLAIN, PREVIEW))
    alone, together = (
        events.footer(each, strict=False, complete=True) for each in (rows, with_causes(rows))
    )
    assert alone == together


@pytest.mark.parametrize(
    ("expected", "sent", "parts"),
    [
        ("/k/guest/5/v1/a.json", "/k/v1/a.json", ("guest/5/", "")),
        ("/k/v1/a.json", "/k/guest/5/v1/a.json", ("", "guest/5/")),
        ("dXM6YQ==", "dXM6YQ", ("==", "")),
        ("a+b", "a-b", ("+", "-")),
    ],
)
def test_an_edit_is_what_differs(expected: str, sent: str, parts: tuple[str, str]) -> None:
    assert edit(expected, sent) == parts


# ---- what decides, marked


@pytest.mark.parametrize(
    ("finding", "part", "marks"),
    [
        (
            Finding("KC104", "not padded", "dXM6YQ==", "dXM6YQ"),
            "X-Cybozu-Authorization",
            ("X-Cybozu-Authorization: dXM6YQ",),
        ),
        (
            Finding("KC402", "another path", "/k/guest/5/v1/records.json"),
            "path",
            ("/k/v1/records.json",),
        ),
        (
            Finding("KC504", "the parameter query is not what was given"),
            "parameter query",
            ("query=a+b",),
        ),
        (
            Finding("KC513", "the parameter record is not what was given"),
            "parameter record",
            ('"record"',),
        ),
        (Finding("KC601", "in a header", "", "dXM6YQ"), "X-Cybozu-Authorization", ("dXM6YQ",)),
        (Finding("KC518", "refused", "a request", "TypeError: no"), "", ()),
        (Finding("KC101", "carries no header", "a header", "none"), "X-Cybozu-Authorization", None),
    ],
)
def test_what_decides_is_found_in_the_request(
    finding: Finding, part: str, marks: tuple[str, ...] | None
) -> None:
    wire = WIRE if marks is not None else WIRE.replace("X-Cybozu-Authorization: dXM6YQ\n", "")
    assert deciding(finding, [wire]) == (part, marks or ())


def test_the_line_that_decides_is_marked_in_the_text_and_the_page() -> None:
    marked = events.row(replace(PLAIN, marks=("X-Cybozu-Authorization: dXM6YQ",)), "again")
    lines = explained(marked).splitlines()
    assert [line.split() for line in lines if " > " in line] == [
        [">", "X-Cybozu-Authorization:", "dXM6YQ"]
    ]
    plain = events.row(PLAIN, "again")
    assert not any(" > " in line for line in explained(plain).splitlines())
    header = events.Header("1", None, "x", None, (), 1, None, False, "3", "now")
    footer = events.footer((marked,), strict=False, complete=True)
    page = report_page(events.Report(header, (marked,), footer)).decode()
    assert "<mark>X-Cybozu-Authorization: dXM6YQ</mark>" in page


def test_marks_that_overlap_or_are_not_there_lose_no_text() -> None:
    pieces = marked_in("abcdef", ("bcd", "cde", "x", ""))
    assert "".join(text for text, _ in pieces) == "abcdef"
    assert pieces == [("a", False), ("bcd", True), ("ef", False)]


def test_a_command_to_repeat_is_never_cut() -> None:
    long = f"kintone-conformance run --driver '{'x' * 2_000}' --select KC402"
    assert long in explained(events.row(PLAIN, long))


def test_backticks_are_rendered_and_never_shown() -> None:
    ticked = msgspec.structs.replace(
        events.row(PLAIN, "again"), sentence="`guest/{id}` <b>", fix="use `a<b`"
    )
    text = explained(ticked)
    assert "guest/{id} <b>" in text
    assert "`" not in text
    header = events.Header("1", None, "x", None, (), 1, None, False, "3", "now")
    footer = events.footer((ticked,), strict=False, complete=True)
    page = report_page(events.Report(header, (ticked,), footer)).decode()
    assert "<code>guest/{id}</code> &lt;b&gt;" in page
    assert "<code>a&lt;b</code>" in page


# ---- the same wrong charset


def in_charset(charset: str, lacking: str = "replace") -> dict[str, str]:
    """Logins that became others in a charset, one a requirement."""
    logins = {"KC108": "山", "KC110": "e\u0301", "KC115": "😀"}
    results = [
        failed(
            id_,
            "app.get",
            f"{login}:pa",
            escaped(f"{login}:pa".encode(charset, lacking).decode("utf-8", "backslashreplace")),
            part="X-Cybozu-Authorization",
            message="the header decodes to other credentials",
        )
        for id_, login in logins.items()
    ]
    return causes(*results)


@pytest.mark.parametrize("charset", ["ascii", "latin-1", "cp932", "utf-16-le"])
def test_a_client_that_encodes_in_another_charset_has_one_finding(charset: str) -> None:
    assert in_charset(charset) == {"KC108": "", "KC110": "KC108", "KC115": "KC108"}
    assert in_charset(charset, "ignore") == {"KC108": "", "KC110": "KC108", "KC115": "KC108"}


def cut_to_low_bytes(text: str) -> str:
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return escaped(bytes(unit & 0xFF for unit in units).decode("utf-8", "backslashreplace"))


def test_characters_cut_to_their_low_byte_are_one_finding_that_says_so() -> None:
    usual = {"part": "X-Cybozu-Authorization"}
    said = "the header decodes to other credentials"
    rows = with_causes(
        [
            events.row(
                failed(id_, "app.get", text, cut_to_low_bytes(text), message=message, **usual),
                "again",
            )
            for id_, text, message in (
                ("KC108", "漢:pa", f"{said}: they are not encoded in UTF-8"),
                ("KC110", "が:pa", said),
                ("KC115", "😀:pa", f"{said}: a character outside the basic plane is changed"),
            )
        ]
    )
    assert [row.cause for row in rows] == ["", "KC108", "KC108"]
    assert rows[0].hint == "each character is cut to its low byte, as Node's latin1 (binary) does"
    text = explained(rows[0], others(rows[0], rows))
    assert text.count("\n  also: ") == 2
    assert "hint:     each character is cut" in text


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16", "utf-32-be"])
def test_a_wide_charset_is_one_finding_for_ascii_too(charset: str) -> None:
    rows = with_causes(
        [
            events.row(
                failed(
                    id_,
                    "app.get",
                    text,
                    escaped(text.encode(charset).decode("utf-8", "backslashreplace")),
                    part="X-Cybozu-Authorization",
                    message="the header decodes to other credentials",
                ),
                "again",
            )
            for id_, text in (("KC102", "us:pa"), ("KC108", "山:pa"), ("KC109", "us:p:a"))
        ]
    )
    assert [row.cause for row in rows] == ["", "KC102", "KC102"]
    assert charset.upper() in rows[0].hint


def test_only_the_charset_that_explains_all_is_told() -> None:
    assert charset_hint([Way("ascii", "replace"), Way("latin-1", "replace")]) == (
        "the text is encoded in ASCII or Latin-1 instead of UTF-8, "
        "with ? for each character that it lacks"
    )
    assert charset_hint([way for way, raw in wrong("é") if raw == b"\xe9"]).startswith(
        "the text is encoded in Latin-1 or Windows-1252 instead of UTF-8"
    )
    assert charset_hint([way for way, raw in wrong("é") if raw == "Ã©".encode()]).startswith(
        "the bytes"
    )
    assert list(wrong("ascii"))
    assert all("utf" in way.charset for way, _ in wrong("ascii"))
    assert charset_hint([]) == ""


def test_of_an_emoji_alone_no_charset_is_told() -> None:
    usual = {"part": "X-Cybozu-Authorization", "message": "the header decodes to other credentials"}
    alone = [failed("KC115", "app.get", f"{text}:pa", "?:pa", **usual) for text in ("😀", "山")]
    hints = [with_causes([events.row(each, "again")])[0].hint for each in alone]
    assert hints[0] == ""
    assert "instead of UTF-8, with ?" in hints[1]


def test_a_client_that_normalises_as_well_keeps_that_finding_apart() -> None:
    usual = {"part": "X-Cybozu-Authorization", "message": "the header decodes to other credentials"}
    charset = failed("KC108", "app.get", "山:pa", "?:pa", **usual)
    normalised = failed("KC110", "app.get", "e\u0301:pa", "\u00e9:pa", **usual)
    astral = failed("KC115", "app.get", "😀:pa", "?:pa", **usual)
    assert causes(charset, normalised, astral) == {"KC108": "", "KC110": "", "KC115": "KC108"}


def test_the_same_error_about_other_values_is_one_cause() -> None:
    def refused(id_: str, login: str, codec: str) -> Result:
        error = f"UnicodeEncodeError: {codec!r} cannot encode {login!r} at {len(login)}"
        step = Step({"auth": {"login": login}}, "app.get", {}, f"reported {error}", ())
        said = "the client refused an input that the documentation allows, before sending"
        usual = Result(id_, Verdict.FAIL, message=said, expected="a request", sent=error)
        return replace(usual, counterexample=(step,))

    latin = [refused(id_, text, "latin-1") for id_, text in (("KC108", "山"), ("KC115", "a😀"))]
    assert causes(*latin, refused("KC110", "e\u0301", "cp932")) == {
        "KC108": "",
        "KC115": "KC108",
        "KC110": "",
    }
