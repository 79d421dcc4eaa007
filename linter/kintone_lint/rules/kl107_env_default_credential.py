"""KL107: a fallback of a setting is a real credential."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.findings import Identity
from kintone_lint.kintone.credentials import CredentialKind, Stage, credentials
from kintone_lint.kintone.subject import Subject
from kintone_lint.rules._credential import report
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class EnvDefaultCredential(Rule):
    code = "KL107"
    name = "env-default-credential"
    statement = "A setting that comes from outside falls back to a real credential."
    why = "The fallback is as public as the code, and hides that the setting is missing."
    instead = 'Revoke it, and let a missing setting be an error: `os.environ["NAME"]`.'
    finds = (
        "A literal that is the default of a setting: `os.getenv`, `environ.get`, `or` after "
        "either, fields of settings classes, and the defaults of argparse, click, typer, "
        "pydantic, environs, decouple, dynaconf and the like. In other files what follows `:-`, "
        "`||`, `??` and the like after a variable."
    )
    misses = (
        "Defaults for libraries and languages that the linter does not know; there the credential "
        "is reported as hard-coded."
    )
    source = "https://cwe.mitre.org/data/definitions/798.html"
    facts = ("F46",)
    since = "0.1.0"
    cwe = 798
    score = "8.0"
    identity = Identity.TOKEN
    what = "a real credential is the fallback of a setting"
    bad = (
        Bad('import os\ntoken = os.environ.get("KINTONE_TOKEN_71", "@TOKEN@")  #!\n'),
        Bad(
            """\
import os
token = os.getenv("API_TOKEN") or "@TOKEN@"  #!
headers = {"X-Cybozu-API-Token": token}
"""
        ),
        Bad(
            """\
import argparse
parser = argparse.ArgumentParser("kintone export")
parser.add_argument("--token", default="@TOKEN@")  #!
"""
        ),
        Bad(
            """\
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    kintone_api_token: str = "@TOKEN@"  #!
"""
        ),
        Bad('import os\npw = os.getenv("KINTONE_PASSWORD", "@PASSWORD@")  #!\n'),
        Bad('import streamlit as st\ntoken = st.secrets.get("KINTONE_TOKEN", "@TOKEN@")  #!\n'),
        Bad(
            """\
import typer
def main(password: str = typer.Option("@PASSWORD@", envvar="KINTONE_PASSWORD")):  #!
    ...
"""
        ),
        Bad(
            """\
from decouple import config
password = config("KINTONE_PASSWORD", default="@PASSWORD@")  #!
"""
        ),
    )
    good = (
        'import os\ntoken = os.environ.get("KINTONE_TOKEN", "")\n',
        'import os\ntoken = os.getenv("KINTONE_API_TOKEN", "demo-token")\n',
        'import click\n@click.option("--kintone-password", envvar="KINTONE_PASSWORD")\ndef f(p): ...\n',
        'import os\ndomain = os.getenv("KINTONE_DOMAIN", "demo.cybozu.com")\n',
        'import os\ntoken = os.getenv("KINTONE_API_TOKEN") or "YOUR_API_TOKEN"\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for found in credentials(subject):
            if found.stage is Stage.DEFAULT and found.kind is not CredentialKind.URL:
                yield report(subject, found, self.what)
