"""KL307: a request carries more API tokens than Kintone takes."""

from __future__ import annotations

from collections.abc import Iterator

from kintone_conformance.spec.header_names import MAX_TOKENS
from kintone_lint.kintone.headers import headers
from kintone_lint.kintone.requests import TOKEN_HEADER
from kintone_lint.kintone.subject import Subject
from kintone_lint.python.spots import Spot
from kintone_lint.python.values import Text
from kintone_lint.rules.base import Bad, Rule
from kintone_lint.rules.report import Report


class TooManyTokens(Rule):
    code = "KL307"
    name = "too-many-tokens"
    statement = "A request carries more than nine API tokens."
    why = "With ten or more Kintone answers with an error."
    instead = "Send only the tokens of the apps that the request uses."
    finds = (
        "The tokens in one `X-Cybozu-API-Token` are counted by their commas, in texts and in "
        "lists that are joined."
    )
    misses = "Lists that grow only at run time."
    source = "https://cybozu.dev/ja/kintone/docs/rest-api/overview/authentication"
    facts = ("F48",)
    since = "0.1.0"
    bad = (
        Bad('headers = {"X-Cybozu-API-Token": "a,b,c,d,e,f,g,h,i,j"}  #!\n'),
        Bad('headers = {"X-Cybozu-API-Token": ",".join([a, b, c, d, e, f, g, h, i, j])}  #!\n'),
        Bad('headers = {"X-Cybozu-API-Token": f"{a},{b},{c},{d},{e},{f},{g},{h},{i},{j}"}  #!\n'),
        Bad(
            'TOKENS = (a, b, c, d, e, f, g, h, i, j, k)\nh = {"X-Cybozu-API-Token": ",".join(TOKENS)}  #!\n'
        ),
    )
    good = (
        'headers = {"X-Cybozu-API-Token": ",".join([a, b, c, d, e, f, g, h, i])}\n',
        'headers = {"X-Cybozu-API-Token": ",".join(tokens)}\n',
        'headers = {"X-Cybozu-API-Token": token}\n',
        'headers = {"X-Other": ",".join([a, b, c, d, e, f, g, h, i, j])}\nimport kintone\n',
    )

    def check(self, subject: Subject) -> Iterator[Report]:
        for header in headers(subject):
            if header.name.lower() != TOKEN_HEADER:
                continue
            for value in header.values():
                if isinstance(value, Text):
                    commas = sum(part.text.count(",") for part in value.literals)
                    if commas >= MAX_TOKENS:
                        message = (
                            f"{commas + 1} API tokens are sent; Kintone accepts at most "
                            f"{MAX_TOKENS}"
                        )
                        yield Report(Spot(header.module, header.node), message)
