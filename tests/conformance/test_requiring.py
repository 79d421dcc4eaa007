"""A client that declares less than before is told so, and a known failure has an end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kintone_conformance import baseline
from kintone_conformance.baseline import Baseline, Known, lasting
from kintone_conformance.errors import UsageError
from kintone_conformance.model import ExitCode, Info, Result, Verdict
from kintone_conformance.report import events
from kintone_conformance.requiring import check, missing

INFO = Info("mine", "1", supports=frozenset({"auth.token"}), calls=frozenset({"app.get"}))
ROWS = tuple(
    events.row(result, "again")
    for result in (
        Result("KC201", Verdict.PASS),
        Result("KC402", Verdict.NA, message="not declared: guest"),
        Result("KC403", Verdict.NA, message="not declared: guest"),
        Result("KC502", Verdict.FAIL),
    )
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["guest"], ["guest is required, but no longer declared"]),
        (["file.upload"], ["file.upload is required, but no longer declared"]),
        (["auth.token", "app.get", "KC2", "KC502"], []),
        (["KC402"], ["KC402: required, but not judged: not declared: guest"]),
        (["KC4"], ["KC402, KC403: required, but not judged: not declared: guest"]),
        (["guest-prefix"], ["KC402: required, but not judged: not declared: guest"]),
    ],
)
def test_what_is_required_and_not_judged_is_said(words: list[str], said: list[str]) -> None:
    assert list(missing(words, INFO, ROWS)) == said


def test_what_is_missing_fails_a_run_and_an_error_still_wins() -> None:
    red = events.footer(ROWS[:1], strict=False, complete=True, missing=["guest is required"])
    assert red.exit_code == ExitCode.FAILED
    broken = (*ROWS, events.row(Result("KC101", Verdict.ERROR), "again"))
    told = events.footer(broken, strict=False, complete=True, missing=["guest is required"])
    assert told.exit_code == ExitCode.HARNESS


@pytest.mark.parametrize(
    ("word", "hint"), [("gest", "did you mean guest?"), ("KC199", "did you mean KC1")]
)
def test_what_cannot_be_required_is_bad_usage(word: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        check([word])
    assert word in caught.value.message
    assert hint in caught.value.hint


def test_the_file_of_known_failures_can_require(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text('version = 1\nrequire = ["KC4", "guest"]\n\n[KC109]\nreason = "x"\n', "utf-8")
    assert baseline.read(path).require == ("KC4", "guest")
    assert baseline.update(path, [], strict=False) == 0
    path.write_text('version = 1\nrequire = "KC4"\n', "utf-8")
    with pytest.raises(UsageError, match="require is not a list of strings"):
        baseline.read(path)


# ---- known failures

LISTED = Known("because", issue="https://example.com/12", until=date(2027, 3, 31))


@pytest.mark.parametrize(("day", "known"), [(30, True), (31, True), (32, False)])
def test_an_entry_is_good_until_its_last_day(day: int, known: bool) -> None:
    today = date(2027, 3, day) if day < 32 else date(2027, 4, 1)
    row = events.row(Result("KC109", Verdict.FAIL, message="cut"), "again")
    applied = Baseline(Path("known.toml"), {"KC109": LISTED}).applied(row, today)
    assert bool(applied.known) is known
    if known:
        assert applied.known == "because (https://example.com/12, until 2027-03-31)"
    else:
        assert "was accepted until 2027-03-31 in known.toml" in applied.stale
        assert "https://example.com/12" in applied.stale
    code = events.footer((applied,), strict=False, complete=True).exit_code
    assert code == (ExitCode.OK if known else ExitCode.FAILED)


def test_the_issue_is_shown_wherever_the_entry_is() -> None:
    listed = Baseline(Path("known.toml"), {"KC109": Known("x", "https://example.com/12", "cut")})
    for result in (
        Result("KC109", Verdict.PASS),
        Result("KC109", Verdict.FAIL, message="another"),
        Result("KC109", Verdict.FAIL, message="it is cut"),
    ):
        row = listed.applied(events.row(result, "again"))
        assert "https://example.com/12" in row.known + row.stale
        assert row.issue == "https://example.com/12"


@pytest.mark.parametrize(
    ("value", "said"), [('"soon"', "until"), ("true", "until"), ("2027-03-31T10:00:00", "until")]
)
def test_a_last_day_is_a_day(tmp_path: Path, value: str, said: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(f'version = 1\n[KC109]\nreason = "x"\nuntil = {value}\n', "utf-8")
    with pytest.raises(UsageError, match=said):
        baseline.read(path)


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("the credential went to http://localhost:40123", "the credential went to"),
        ("the guest space id '5/../..' sent the request to another target",
         "sent the request to another target"),
        ("the Base64 is not padded to a multiple of four characters",
         "is not padded to a multiple of four characters"),
        ("'x' 5", ""),
        ("the parameter 氏名 is not what was given", "is not what was given"),
        ("the JSON body says that its charset is iso-8859-1",
         "the JSON body says that its charset is iso-8859-1"),
        ("encoded in Latin-1 instead of UTF-8, 5 times", "encoded in Latin-1 instead of UTF-8"),
        ("the letter x9 came 'as' UTF-8/5", "the letter"),
    ],
)  # fmt: skip
def test_a_match_is_the_part_of_a_message_that_lasts(message: str, part: str) -> None:
    assert lasting(message) == part
    assert part in message


def test_an_update_writes_a_match_that_fits_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    message = "record.get is sent with '5' to http://localhost:40123"
    first, next_, other = (
        events.row(Result("KC109", Verdict.FAIL, message=text), "again")
        for text in (message, message.replace("5", "77").replace("40123", "40999"), "it is cut")
    )
    baseline.update(path, [first], strict=False)
    assert baseline.read(path).known["KC109"].match
    assert baseline.read(path).applied(next_).known
    assert baseline.read(path).applied(other).stale
    baseline.update(path, [other], strict=False)
    assert baseline.read(path).applied(other).known


def test_an_update_extends_no_last_day(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    text = 'version = 1\n[KC109]\nreason = "x"\nuntil = 2020-01-01\n'
    path.write_text(text, "utf-8")
    row = events.row(Result("KC109", Verdict.FAIL, message="it is cut"), "again")
    baseline.update(path, [row], strict=False)
    assert path.read_text("utf-8") == text
    assert baseline.read(path).applied(row).stale
