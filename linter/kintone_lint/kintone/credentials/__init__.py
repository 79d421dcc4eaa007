"""The credentials that are in a module's literals, and where they flow.

Finds; the rules KL101 to KL107 and KL109 say what each find means.
"""

from __future__ import annotations

from collections.abc import Iterator

from kintone_lint.kintone.credentials.by_call import in_calls
from kintone_lint.kintone.credentials.by_certificate import in_certificates
from kintone_lint.kintone.credentials.by_chain import in_chains
from kintone_lint.kintone.credentials.by_command import in_commands
from kintone_lint.kintone.credentials.by_comment import in_comments
from kintone_lint.kintone.credentials.by_context import in_contexts
from kintone_lint.kintone.credentials.by_default import in_defaults
from kintone_lint.kintone.credentials.by_flow import in_headers
from kintone_lint.kintone.credentials.by_import import in_imported
from kintone_lint.kintone.credentials.by_name import in_names
from kintone_lint.kintone.credentials.by_shape import by_shape
from kintone_lint.kintone.credentials.by_url import in_urls
from kintone_lint.kintone.credentials.credential import Credential, Stage
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.subject import Subject, query

__all__ = ["Credential", "CredentialKind", "Stage", "credentials"]


@query
def credentials(subject: Subject) -> list[Credential]:
    """Every credential of a module, once, the surest first; sample values are left out."""
    found: dict[tuple[object, int, str], Credential] = {}
    for each in _in_code(subject):
        key = (each.spot.node or each.spot.module, each.spot.start, each.text)
        if key not in found:
            found[key] = each
    return [*found.values(), *in_comments(subject, [*found.values()])]


def _in_code(subject: Subject) -> Iterator[Credential]:
    yield from in_headers(subject)
    yield from in_calls(subject)
    yield from in_imported(subject)
    yield from in_defaults(subject)
    yield from in_names(subject)
    yield from in_contexts(subject)
    yield from in_chains(subject)
    yield from in_certificates(subject)
    yield from in_urls(subject)
    yield from in_commands(subject)
    yield from by_shape(subject)
