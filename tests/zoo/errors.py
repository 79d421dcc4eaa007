"""Mutants of KC8xx: answers that are none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import requests

from kintone_conformance.reference_client import KintoneClient, KintoneError
from zoo.registry import mutant


class _Returning(KintoneClient):
    """Returns the JSON of the errors that `fine` takes for data."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            if error.code is not None and self.fine(error):
                return response.json()
            raise

    def fine(self, error: KintoneError) -> bool:
        raise NotImplementedError


@mutant("KC801")
class ReturnsUnauthorized(_Returning):
    """Returns the body of a 401 as data."""

    def fine(self, error: KintoneError) -> bool:
        return error.status == 401


@mutant("KC802")
class ReturnsForbidden(_Returning):
    """Returns the body of a 403 as data."""

    def fine(self, error: KintoneError) -> bool:
        return error.status == 403


@mutant("KC803")
class Returns520(_Returning):
    """Takes 520 for an error only where it is about the login."""

    def fine(self, error: KintoneError) -> bool:
        return error.status == 520 and error.code != "CB_WA01"


@mutant("KC804")
class ErrorWithoutId(KintoneClient):
    """Leaves the id out of its errors."""

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            error.id = None
            raise


class _ReturningText(KintoneClient):
    """Returns the text of an answer that is no JSON, if its status is one of `fine`."""

    fine: range

    def parsed(self, response: requests.Response) -> Any:
        try:
            return super().parsed(response)
        except KintoneError as error:
            if error.code is None and response.status_code in self.fine:
                return response.text
            raise


@mutant("KC805")
class ReturnsErrorPages(_ReturningText):
    """Returns the text of an answer that is no JSON, if its status is an error."""

    fine = range(400, 600)


@mutant("KC808")
class ReturnsHtml(_ReturningText):
    """Returns the text of an answer that is no JSON, if its status is 200."""

    fine = range(200, 201)


class _Swallowing(KintoneClient):
    """Returns nothing where `swallowed` is raised."""

    swallowed: type[Exception]

    def send(self, method: str, path: str, **options: Any) -> Any:
        try:
            return super().send(method, path, **options)
        except requests.exceptions.SSLError:
            raise
        except self.swallowed:
            return {}


@mutant("KC806")
class NothingForNoAnswer(_Swallowing):
    """Returns an empty result where the connection ends without an answer."""

    swallowed = requests.exceptions.ConnectionError


@mutant("KC807")
class NothingForHalfAnAnswer(_Swallowing):
    """Returns an empty result where the connection ends inside an answer."""

    swallowed = requests.exceptions.ChunkedEncodingError


@mutant("KC809")
class ConflictIsFine(_Returning):
    """Takes a conflict of revisions for success."""

    def fine(self, error: KintoneError) -> bool:
        return error.status == 409


@mutant("KC810")
class BulkErrorsWithoutCode(KintoneClient):
    """Looks for the error of a failed bulkRequest at the top of the answer."""

    def problem(self, body: Any) -> Mapping[str, Any]:
        return body if isinstance(body, dict) else {}


@mutant("KC811")
class LetsTheParserSpeak(KintoneClient):
    """Lets the parser's error through where an answer is not JSON."""

    def parsed(self, response: requests.Response) -> Any:
        if 300 <= response.status_code < 400:
            return super().parsed(response)
        response.json()
        return super().parsed(response)


@mutant("KC812")
class RedirectsAreFine(KintoneClient):
    """Takes every status below 400 for success."""

    def parsed(self, response: requests.Response) -> Any:
        return {} if response.is_redirect else super().parsed(response)


@mutant("KC813")
class RefusesNewFields(KintoneClient):
    """Refuses an answer with a field that it does not know."""

    def parsed(self, response: requests.Response) -> Any:
        body = super().parsed(response)
        if isinstance(body, dict) and "conformance" in body:
            raise ValueError("unknown field conformance")
        return body


@mutant("KC814")
class WantsRevisions(KintoneClient):
    """Reads from the answer to a deletion what is not in it."""

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        answer = super().write(method, path, body)
        return (
            answer["revisions"] if path.endswith("/records.json") and method == "DELETE" else answer
        )


@mutant("KC815")
class LeavesOnMaintenance(KintoneClient):
    """Ends the program with a sentence when Kintone is down for maintenance."""

    def parsed(self, response: requests.Response) -> Any:
        if response.status_code == 503:
            sys.exit("Kintone is not available now")
        return super().parsed(response)
