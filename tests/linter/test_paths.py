"""What is said of a path: never with a part that nobody wrote."""

from __future__ import annotations

import pytest

from linter.linting import Shell, linted

CALL = "import requests  # kintone\nrequests.get({})\n"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            'f"https://demo.cybozu.com/k/v1/guest/{self.guest_space}/records.json"',
            "{self.guest_space}",
        ),
        ('f"https://{host}/k/v1/guest/{space}/records.json"', "{space}"),
        ('f"https://demo.cybozu.com/k/v1/guest/{a}{b}/records.json"', "{a}{b}"),
        ('"https://demo.cybozu.com/k/v1/guest/" + str(7 * x) + "/records.json"', "{…}"),
        ('"https://demo.cybozu.com/k/v1/guest/%s/records.json" % space', "{space}"),
        ('"https://demo.cybozu.com/k/v1/guest/1/records.json"', "1"),
    ],
)
def test_a_guest_id_that_is_not_known_is_called_as_in_the_source(url: str, shown: str) -> None:
    (finding,) = linted(CALL.format(url)).findings
    assert finding.rule == "KL201"
    assert finding.message.endswith(f"; did you mean /k/guest/{shown}/v1/records.json?")


def test_a_version_in_the_place_of_the_id_is_called_swapped() -> None:
    found = linted(CALL.format('"https://demo.cybozu.com/k/guest/v1/7/records.json"')).findings
    (said,) = [each.message for each in found if each.rule == "KL202"]
    assert said == "v1 and the id of the guest space are swapped; write guest/7/v1"
    (finding,) = linted(CALL.format('"https://demo.cybozu.com/k/guest/v1/records.json"')).findings
    assert finding.message.startswith("the guest space id is missing")


HELPER = """\
import requests
def url(space, name):
    return f"https://demo.cybozu.com/k/v1/guest/{space}/{name}.json"
def all(space):
    requests.get(url(space, "records"), params={"app": 1})
    requests.get(url(space, "app/form/fields"), params={"app": 1})
    return requests.get(url(space, "app"), params={"id": 1})
"""


def test_a_path_that_a_helper_makes_is_one_finding_there_with_its_calls(shell: Shell) -> None:
    file = shell.write("app.py", HELPER)
    (finding,) = linted(HELPER).findings
    assert (finding.rule, finding.span.line) == ("KL201", 3)
    assert [span.line for span, _ in finding.related] == [5, 6, 7]
    shell.run("check", "--fix", ".")
    assert file.read_text("utf-8") == HELPER.replace("/k/v1/guest/{space}/", "/k/guest/{space}/v1/")
    assert linted(file.read_text("utf-8")).findings == []


def test_a_slip_in_what_a_helper_is_given_stands_at_the_call() -> None:
    code = HELPER.replace("/k/v1/guest/{space}/", "/k/guest/{space}/v1/").replace(
        '"app/form/fields"', '"app/form/field"'
    )
    (finding,) = linted(code).findings
    assert (finding.rule, finding.span.line) == ("KL213", 6)


def test_a_prefix_in_a_base_and_in_a_helper_stands_where_they_meet() -> None:
    code = """\
import requests
class Client:
    BASE = "https://demo.cybozu.com/k/v1"
    def url(self, path):
        return self.BASE + "/k/v1/" + path
    def app(self):
        return requests.get(self.url("app.json"), params={"id": 1})
    def records(self):
        return requests.get(self.url("records.json"), params={"app": 1})
"""
    (finding,) = linted(code).findings
    assert (finding.rule, finding.span.line) == ("KL205", 5)
    assert [span.line for span, _ in finding.related] == [7, 9]


def test_a_helper_whose_text_is_compared_as_well_has_no_fix() -> None:
    code = """\
import requests
PREFIX = "/k/v1/guest/"
def url(space, name):
    return f"https://demo.cybozu.com{PREFIX}{space}/{name}.json"
requests.get(url(1, "records"))
requests.get(url(2, "records"))
assert PREFIX in text
"""
    (finding,) = linted(code).findings
    assert finding.rule == "KL201"
    assert finding.fix is None
