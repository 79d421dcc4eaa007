"""KL001: a suppression silences nothing, or names no rule."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Severity
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules.base import Bad, Fixable, Rule
from kintone_lint.rules.report import Report

_CALL = 'import requests\nrequests.get("https://demo.cybozu.com/k/v1/{}app.json?id=1")'


class UnusedSuppression(Rule):
    code = "KL001"
    name = "unused-suppression"
    statement = "A suppression has no effect."
    why = "It would hide a later finding, or it does not do what it was written for."
    instead = "Remove it, as `--fix` does; name a rule that exists, as in `ignore[KL101]`."
    finds = (
        "After all other rules have run, each suppression in a comment is compared with what they "
        "found on the lines of its statement."
    )
    misses = (
        "Suppressions of rules that are not selected, and a `noqa` with codes of other tools, are "
        "left alone."
    )
    source = ""
    facts = ()
    since = "0.1.0"
    kind = "maintainability"
    severity = Severity.WARNING
    fixable = Fixable.SAFE
    bad = (
        Bad(
            f"{_CALL.format('')}  # kintone-lint: ignore[KL201]  #!\n",
            f"{_CALL.format('')}\n",
        ),
        Bad(
            "import kintone\nx = 1  # noqa: KL101  #!\n",
            "import kintone\nx = 1\n",
        ),
        Bad("import kintone\n# kintone-lint: ignore-file[KL999]  #!\n"),
        Bad("import kintone\nx = 1  # kintone-lint: ignore hardcoded-api-token  #!\n"),
    )
    good = (
        f"{_CALL.format('guest/5/')}  # kintone-lint: ignore[KL201] to see it fail\n",
        "import kintone\nx = 1  # noqa: E501\n",
        "import kintone\nx = 1  # noqa\n",
        "import kintone\n# ignore what follows\nx = 1\n",
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        """Nothing: `engine.unused` does it, after all other rules."""
        return iter(())
