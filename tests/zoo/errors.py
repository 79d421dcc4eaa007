"""Mutants of KC8xx: answers that are none."""

from __future__ import annotations

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
