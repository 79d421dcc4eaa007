"""Reports add up what happened, and never leave half a file."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kintone_conformance.model import ExitCode, Result, Step, Verdict
from kintone_conformance.report import events, files, terminal
from kintone_conformance.report.badge import badge
from kintone_conformance.report.pages import report_page, summary
from kintone_conformance.report.parting import Marked, marked
from kintone_conformance.report.text import conclusion, described, explained
from kintone_conformance.spec.requirements import requirements

FAILED = Result(
    "KC109",
    Verdict.FAIL,
    message="what the header decodes to is not what it should be",
    examples=3,
    expected="a:b:c",
    sent="a:b",
    difference="it ends after character 3",
    counterexample=(
        Step(
            {"baseUrl": "http://localhost:1", "auth": {"kind": "password"}},
            "record.get",
            {},
            "x",
            ("GET /",),
        ),
    ),
)


def rows(*verdicts: Verdict) -> tuple[events.Row, ...]:
    return tuple(events.row(replace(FAILED, verdict=verdict), "again") for verdict in verdicts)


@pytest.mark.parametrize(
    ("verdicts", "strict", "code"),
    [
        ((Verdict.PASS, Verdict.NA), False, ExitCode.OK),
        ((Verdict.PASS, Verdict.WARN, Verdict.NOTE), False, ExitCode.OK),
        ((Verdict.PASS, Verdict.WARN), True, ExitCode.FAILED),
        ((Verdict.PASS, Verdict.NOTE), True, ExitCode.OK),
        ((Verdict.PASS, Verdict.FAIL), False, ExitCode.FAILED),
        ((Verdict.FAIL, Verdict.ERROR), False, ExitCode.HARNESS),
        ((Verdict.NA, Verdict.NA), False, ExitCode.NOTHING_JUDGED),
        ((), False, ExitCode.NOTHING_JUDGED),
    ],
)
def test_the_exit_code_follows_from_the_verdicts(
    verdicts: tuple[Verdict, ...], strict: bool, code: ExitCode
) -> None:
    assert events.footer(rows(*verdicts), strict=strict, complete=True).exit_code == code


def test_an_incomplete_run_is_never_0() -> None:
    assert events.footer(rows(Verdict.PASS), strict=False, complete=False).exit_code != 0


@pytest.mark.parametrize(
    "event",
    [
        events.Started("KC101"),
        events.Beat("KC101", 5),
        events.Judged(FAILED),
        events.Found(FAILED),
        events.Tally({"KC109": ["record.get", "record.get"]}, {"KC402": 3}),
        events.Trouble("a", "b", "c", usage=True),
    ],
)
def test_an_event_survives_its_line(event: Any) -> None:
    line = events.encode(event)
    assert line.count(b"\n") == 1
    assert events.decode(line) == event


def test_a_failure_is_told_from_requirement_to_reproduction() -> None:
    text = explained(events.row(FAILED, "run it again"))
    places = [
        text.index(part)
        for part in ("KC109", "part of the password", "https://", "a:b:c", "GET /", "run it again")
    ]
    assert places == sorted(places)


def report() -> events.Report:
    header = events.Header("1", None, "x", None, ("loopback",), 1, None, False, "3", "now")
    found = rows(Verdict.FAIL, Verdict.PASS)
    return events.Report(header, found, events.footer(found, strict=False, complete=True))


def test_the_json_report_reads_back(tmp_path: Path) -> None:
    files.write(report(), tmp_path)
    raw = (tmp_path / "report.json").read_bytes()
    assert msgspec.json.decode(raw, type=events.Report) == report()
    assert list(msgspec.json.decode(raw)) == ["header", "requirements", "footer", "coverage"]


def test_a_full_disk_leaves_the_old_report_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.json").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    failed = files.write(report(), tmp_path)
    assert len(failed) == 4
    assert all("No space left on device" in sentence for sentence in failed)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
    assert (tmp_path / "report.json").read_text() == "old"


@pytest.mark.parametrize(
    ("verdicts", "known", "message", "colour"),
    [
        ((Verdict.PASS, Verdict.PASS, Verdict.NA), "", "2 of 2", "brightgreen"),
        ((Verdict.PASS, Verdict.FAIL), "", "1 of 2", "red"),
        ((Verdict.PASS, Verdict.FAIL), "since 1.0", "1 of 2", "yellow"),
        ((Verdict.PASS, Verdict.ERROR), "", "error", "lightgrey"),
        ((Verdict.NA,), "", "0 of 0", "lightgrey"),
    ],
)
def test_a_badge_says_how_much_holds(
    verdicts: tuple[Verdict, ...], known: str, message: str, colour: str
) -> None:
    found = tuple(
        msgspec.structs.replace(row, known=known if row.verdict is Verdict.FAIL else "")
        for row in rows(*verdicts)
    )
    footer = events.footer(found, strict=False, complete=True)
    told = json.loads(badge(events.Report(report().header, found, footer)))
    assert told == {
        "schemaVersion": 1,
        "label": "kintone conformance",
        "message": message,
        "color": colour,
    }


def test_a_summary_has_the_scorecard_and_what_is_wrong_but_not_what_is_known() -> None:
    text = summary(report()).decode()
    assert "| KC1xx Password | 1 | 1 |  |  |  |  |" in text
    assert text.count("<summary><b>fail KC109</b>") == 1
    assert "GET /" in text
    known = msgspec.structs.replace(report().requirements[0], known="since 1.0")
    excused = msgspec.structs.replace(report(), requirements=(known,))
    assert "<summary>" not in summary(excused).decode()


@pytest.mark.parametrize(
    ("expected", "sent", "pieces"),
    [
        ("dXM6YQ==", "dXM6YQ", ([("dXM6YQ", False), ("==", True), ("", False)], "dXM6YQ")),
        ("abc", "xyz", ([("abc", False)], "xyz")),
        ("", "xyz", ([("", False)], "xyz")),
    ],
)
def test_what_differs_is_marked_and_nothing_where_all_does(
    expected: str, sent: str, pieces: tuple[Marked, str]
) -> None:
    found, other = marked(expected, sent)
    assert found == pieces[0]
    assert "".join(text for text, _ in other) == pieces[1]


def test_junit_holds_no_character_that_xml_forbids() -> None:
    nasty = events.row(replace(FAILED, message="\0\x1b\ud800<&"), "again")
    with_nasty = msgspec.structs.replace(report(), requirements=(nasty,))
    text = files.junit(with_nasty).decode("utf-8")
    assert "\0" not in text
    assert r"\x00\x1b\ud800&lt;&amp;" in text


def test_a_file_that_cannot_be_made_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_report: events.Report) -> bytes:
        raise KeyError("x")

    (tmp_path / "junit.xml").mkdir()
    monkeypatch.setitem(files._FILES, "report.html", broken)
    failed = files.deliver(report(), tmp_path, tmp_path / "none" / "summary.md")
    assert [sentence.split(" ")[0].rpartition("/")[2] for sentence in failed] == [
        "junit.xml", "report.html", "summary.md",
    ]  # fmt: skip
    assert (tmp_path / "report.json").exists()
    assert (tmp_path / "badge.json").exists()


def test_a_run_that_broke_off_is_red_everywhere_and_says_why() -> None:
    footer = events.footer(
        rows(Verdict.PASS), strict=False, complete=False, trouble="no space\n::left"
    )
    broken = events.Report(report().header, rows(Verdict.PASS), footer)
    assert footer.exit_code == ExitCode.HARNESS
    suite = ET.fromstring(files.junit(broken))[0]
    assert (suite.get("tests"), suite.get("errors")) == ("2", "1")
    said = r"1 passed: the run was not finished: no space\n::left"
    assert suite[-1][0].get("message") == said
    assert said in summary(broken).decode().replace("&#92;", "\\")
    assert said in report_page(broken).decode()
    assert json.loads(badge(broken))["message"] == "error"


def test_lone_surrogates_reach_the_report_as_escapes() -> None:
    event = events.Judged(replace(FAILED, message="a\udcffb", details="\ud800"))
    told = events.decode(events.encode(event))
    assert isinstance(told, events.Judged)
    assert (told.result.message, told.result.details) == (r"a\xffb", r"\ud800")


def test_the_page_names_what_is_stale_at_its_top() -> None:
    said = "KC109 passes, but is listed in k.toml as a known failure"
    stale = tuple(msgspec.structs.replace(row, stale=said) for row in rows(Verdict.PASS))
    footer = events.footer(stale, strict=False, complete=True)
    page = report_page(events.Report(report().header, stale, footer)).decode()
    head, _, _ = page.partition("<table>")
    assert f'<a href="#KC109">{said}</a>' in head


def with_wires(*wires: str, marks: tuple[str, ...] = (), **values: Any) -> events.Row:
    step = replace(FAILED.counterexample[0], wires=wires)
    return events.row(replace(FAILED, counterexample=(step,), marks=marks, **values), "again")


def paged(row: events.Row) -> str:
    header = events.Header("1", None, "x", None, ("loopback",), 1, None, False, "3", "now")
    footer = events.footer((row,), strict=False, complete=True)
    return report_page(events.Report(header, (row,), footer)).decode()


def test_a_piece_of_a_value_that_begins_with_a_colon_is_shown_as_it_is() -> None:
    wire = "GET / HTTP/1.1\nX: us:pa\n::error::"
    page = paged(with_wires(wire, marks=("us",), expected="us:pa", sent="ux:pa"))
    assert "<pre>u<mark>s</mark>:pa</pre>" in page
    assert "X: <mark>us</mark>:pa" in page
    assert "\n::error" not in page


def test_what_is_in_a_marked_text_is_no_markup() -> None:
    page = paged(with_wires("GET /<b>", marks=("<b>",), expected="<i>a", sent="<i>b"))
    assert "GET /<mark>&lt;b&gt;</mark>" in page
    assert "<pre>&lt;i&gt;<mark>b</mark></pre>" in page


def test_equal_requests_are_shown_once_with_their_number() -> None:
    row = with_wires(*["POST /a"] * 3, "GET /b")
    lines = explained(row).splitlines()
    assert [line.strip() for line in lines if "POST" in line or "sent 3" in line] == [
        "wire:     POST /a",
        "(sent 3 times)",
    ]
    assert "(and" not in explained(row)
    assert paged(row).count("POST /a") == 1
    assert "</pre>(sent 3 times)" in paged(row)


def test_a_request_that_is_what_was_sent_is_shown_once() -> None:
    row = with_wires("GET /a", "GET /b", sent="GET /b")
    assert [line.split() for line in explained(row).splitlines() if "GET" in line] == [
        ["sent:", "GET", "/b"],
        ["wire:", "GET", "/a"],
    ]
    assert "(and" not in explained(row)


def test_long_values_and_lines_are_cut_but_not_what_decides() -> None:
    long = "a" * 9_000
    target = f"GET /k/v1/records.json?query={long} HTTP/1.1"
    row = with_wires(f"{target}\nHost: localhost")
    text = explained(row)
    assert f"… ({len(target):,} characters)\n" in text
    assert "Host: localhost" in text
    assert max(map(len, text.splitlines())) < 300
    marked = explained(with_wires(f"{target}\nHost: localhost", marks=(target,)))
    assert f"> {target[:100]}… (" in marked
    near = "x" * 250 + "needle"
    assert "needle" in explained(with_wires(f"GET / HTTP/1.1\nA: {near}", marks=("needle",)))
    step = Step({"baseUrl": "http://localhost:1"}, "records.get", {"query": long}, "returned", ())
    assert len(described(step)) < 200


def test_an_error_is_nobody_s_to_fix() -> None:
    """What the catalogue tells the author of a client is about the client."""
    failed, error = rows(Verdict.FAIL, Verdict.ERROR)
    assert (bool(failed.fix), error.fix) == (True, "")
    assert "fix:" in explained(failed)
    assert "fix:" not in explained(error)


def test_the_report_shows_which_calls_were_judged_for_what() -> None:
    judged = {"KC101": ["record.get"], "KC104": ["record.get", "app.get"], "KC601": ["app.get"]}
    covered = events.coverage(judged)
    assert {api: {f: n for f, n in row.items() if n} for api, row in covered.items()} == {
        "app.get": {"KC1": 1, "KC6": 1},
        "record.get": {"KC1": 2},
    }
    both = tuple(events.row(Result(id_, Verdict.PASS), "again") for id_ in ("KC101", "KC601"))
    header = events.Header("1", None, None, "./driver", ("loopback",), 5, None, False, "3", "")
    footer = events.footer(both, strict=False, complete=True)
    page = report_page(events.Report(header, both, footer, covered)).decode()
    table = page.partition('id="coverage"')[2].partition("</table>")[0]
    assert table.index("app.get") < table.index("record.get")
    counts = [each.partition("<")[0] for each in table.split('<td class="count">')[1:]]
    assert counts == ["1", "1", "2", ""]


def test_an_interrupted_run_says_once_that_it_was_and_lists_no_hundred_ids() -> None:
    left = replace(FAILED, verdict=Verdict.NA, message="the run was interrupted")
    undone = tuple(events.row(replace(left, id=id_), "") for id_ in [*requirements()][:40])
    why = "the run was interrupted"
    footer = events.footer(undone, strict=False, complete=False, trouble=why)
    header = events.Header("1", None, "x", None, ("loopback",), 1, None, False, "3", "now")
    report = events.Report(header, undone, footer)
    console = terminal.console()
    with console.capture() as captured:
        terminal._not_applicable(report, console)
    ends = f"{undone[0].id} and {undone[-1].id}"
    assert f"  40 requirements between {ends}: the run was interrupted" in captured.get()
    assert conclusion(report) == "0 passed, 40 n/a: the run was not finished: interrupted"
