"""What is said of a path: never with a part that nobody wrote."""

from __future__ import annotations

import pytest

from linter.linting import linted

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
    assert finding.message.endswith(f"; meant is /k/guest/{shown}/v1/records.json")


def test_a_version_in_the_place_of_the_id_is_called_swapped() -> None:
    found = linted(CALL.format('"https://demo.cybozu.com/k/guest/v1/7/records.json"')).findings
    (said,) = [each.message for each in found if each.rule == "KL202"]
    assert said == "v1 and the id of the guest space are swapped; write guest/7/v1"
    (finding,) = linted(CALL.format('"https://demo.cybozu.com/k/guest/v1/records.json"')).findings
    assert finding.message.startswith("the id of the guest space is missing")
