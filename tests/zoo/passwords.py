"""Mutants of KC1xx: the password header."""

from __future__ import annotations

import base64
import html
import locale
import os
import unicodedata
from typing import Any
from urllib.parse import unquote

from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict

from kintone_conformance.reference_client import KintoneClient
from zoo.registry import mutant


class _Doubling(HTTPAdapter):
    def add_headers(self, request: Any, **kwargs: Any) -> None:
        value = request.headers.get("X-Cybozu-Authorization")
        if value is not None:
            doubled = HTTPHeaderDict(request.headers)
            doubled.add("X-Cybozu-Authorization", value)
            request.headers = doubled


@mutant("KC101")
class SendsThePasswordHeaderTwice(KintoneClient):
    """Adds the header to each request and to the session as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.http.mount("http://", _Doubling())


@mutant("KC102")
class EscapesForXml(KintoneClient):
    """Passes the credentials through an XML escape before encoding them."""

    def password_value(self, login: str, password: str | None) -> str:
        value = super().password_value(login, password)
        return self.encoded(html.escape(base64.b64decode(value).decode(), quote=False))


@mutant("KC103")
class UrlSafeAlphabet(KintoneClient):
    """Encodes with the URL-safe alphabet."""

    def password_value(self, login: str, password: str | None) -> str:
        return super().password_value(login, password).replace("+", "-").replace("/", "_")


@mutant("KC104")
class DropsPadding(KintoneClient):
    """Strips the padding from the Base64."""

    def password_value(self, login: str, password: str | None) -> str:
        return super().password_value(login, password).rstrip("=")


@mutant("KC105")
class FoldsLongValues(KintoneClient):
    """Breaks the Base64 into pieces of 76 characters, joined by blanks."""

    def password_value(self, login: str, password: str | None) -> str:
        value = super().password_value(login, password)
        return " ".join(value[at : at + 76] for at in range(0, len(value), 76))


@mutant("KC106")
class AddsASchemeWord(KintoneClient):
    """Writes Basic before the Base64."""

    def password_value(self, login: str, password: str | None) -> str:
        return "Basic " + super().password_value(login, password)


@mutant("KC107")
class FormatsBytes(KintoneClient):
    """Formats the bytes of b64encode into the header value."""

    def password_value(self, login: str, password: str | None) -> str:
        return str(super().password_value(login, password).encode())


class _OtherText(KintoneClient):
    def password_value(self, login: str, password: str | None) -> str:
        super().password_value(login, password)
        return base64.b64encode(self.raw(f"{login}:{password}")).decode()

    def raw(self, joined: str) -> bytes:
        return self.changed(joined).encode("utf-8")

    def changed(self, joined: str) -> str:
        return joined


@mutant("KC108")
class LatinFirst(_OtherText):
    """Encodes as Latin-1 where that is possible, as UTF-8 elsewhere."""

    def raw(self, joined: str) -> bytes:
        try:
            return joined.encode("latin-1")
        except UnicodeEncodeError:
            return joined.encode("utf-8")


@mutant("KC109")
class SplitsAtEveryColon(_OtherText):
    """Splits the credentials at each colon and keeps the first two pieces."""

    def changed(self, joined: str) -> str:
        return ":".join(joined.split(":")[:2])


@mutant("KC110")
class ComposesCharacters(_OtherText):
    """Normalises the credentials to NFC."""

    def changed(self, joined: str) -> str:
        return unicodedata.normalize("NFC", joined)


@mutant("KC111")
class DecodesPercent(_OtherText):
    """Takes the credentials for percent-encoded text and decodes it."""

    def changed(self, joined: str) -> str:
        return unquote(joined)


@mutant("KC112")
class PlusIsABlank(_OtherText):
    """Reads plus signs as blanks, as a form decoder does."""

    def changed(self, joined: str) -> str:
        return joined.replace("+", " ")


@mutant("KC113")
class DropsTheByteOrderMark(_OtherText):
    """Drops a byte order mark at the start, as utf-8-sig does."""

    def changed(self, joined: str) -> str:
        return joined.removeprefix("\ufeff")


@mutant("KC114")
class Truncates(_OtherText):
    """Keeps the first 110 bytes of the credentials."""

    def raw(self, joined: str) -> bytes:
        return joined.encode("utf-8")[:110]


@mutant("KC115")
class EncodesSurrogates(_OtherText):
    """Encodes each UTF-16 unit of an emoji on its own (CESU-8)."""

    def raw(self, joined: str) -> bytes:
        units = joined.encode("utf-16-be")
        pairs = (units[at : at + 2] for at in range(0, len(units), 2))
        return b"".join(
            chr(int.from_bytes(pair, "big")).encode("utf-8", "surrogatepass") for pair in pairs
        )


@mutant("KC116")
class NoColonWithoutPassword(KintoneClient):
    """Sends the login name alone where the password is empty."""

    def password_value(self, login: str, password: str | None) -> str:
        return self.encoded(login) if password == "" else super().password_value(login, password)


@mutant("KC117")
class PasswordNone(KintoneClient):
    """Formats an absent password into the text None."""

    def password_value(self, login: str, password: str | None) -> str:
        return super().password_value(login, str(password) if password is None else password)


@mutant("KC118")
class TrimsThePassword(_OtherText):
    """Trims blanks from both ends of the password."""

    def changed(self, joined: str) -> str:
        login, _, password = joined.partition(":")
        return f"{login}:{password.strip()}"


@mutant("KC119")
class AsksTheMachineForACharset(KintoneClient):
    """Encodes the credentials in the charset of the locale."""

    def password_value(self, login: str, password: str | None) -> str:
        text = f"{login}:{password or ''}"
        return base64.b64encode(text.encode(locale.getpreferredencoding(False), "replace")).decode()


@mutant("KC120")
class ExpandsVariables(KintoneClient):
    """Expands $NAME and ${NAME} in the password, as loaders of settings do."""

    def password_value(self, login: str, password: str | None) -> str:
        return super().password_value(login, password and os.path.expandvars(password))
