"""KL110: git would commit a file with the environment of one machine."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Severity
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class EnvFileNotIgnored(Rule):
    code = "KL110"
    name = "env-file-not-ignored"
    statement = "Git does not ignore a `.env` file with Kintone credentials."
    why = "The next `git add .` commits what is in it, or what somebody will fill in."
    instead = "Add the file to `.gitignore`, and commit a `.env.example` without values."
    finds = (
        "Git is asked which files it tracks and which it ignores. A file such as `.env` or "
        "`.env.local` is reported if it is neither tracked nor ignored, and sets a variable for a "
        "Kintone credential."
    )
    misses = "Files outside a repository, and files that are named one by one on the command line."
    source = "https://cwe.mitre.org/data/definitions/538.html"
    facts = ("F46",)
    since = "0.1.0"
    cwe = 538
    score = "4.0"
    severity = Severity.WARNING
    what = "git neither tracks nor ignores this file; add it to .gitignore"
    file = ".env"
    bad = (
        Bad("KINTONE_DOMAIN=demo.cybozu.com\nKINTONE_PASSWORD=  #!\n", path=".env"),
        Bad("export KINTONE_API_TOKEN=${TOKEN}  #!\n", path=".env.local"),
        Bad("KINTONE_TOKEN_5=your-token  #!\nKINTONE_TOKEN_6=\n", path=".env"),
        Bad("CYBOZU_PASSWORD=op://team/cybozu/password  #!\n", path=".env.production"),
    )
    good = (
        "KINTONE_DOMAIN=demo.cybozu.com\nKINTONE_APP_ID=5\n",
        "POSTGRES_PASSWORD=\nNAME=kintone\n",
        "# KINTONE_PASSWORD=\n",
        "KINTONE_PASSWORD_FILE=/run/secrets/kintone\n",
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        """Nothing: `engine.texts` asks, for no file of Python is one."""
        return iter(())
