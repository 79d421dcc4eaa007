"""What is wrong with a path, and what was meant (SPEC F8-F11, F20-F24, F71)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kintone_conformance.spec import endpoints
from kintone_conformance.spec.endpoints import Endpoint, Guest, Product
from kintone_conformance.spec.urls import ID, cut


class Kind(enum.StrEnum):
    """The kinds of problems that a path can have; a closed set."""

    NOT_REST = "not-rest"
    PLACEHOLDER = "placeholder"
    WRONG_API_ROOT = "wrong-api-root"
    WRONG_ORDER = "wrong-order"
    PREVIEW_BEFORE_VERSION = "preview-before-version"
    DUPLICATED_PREFIX = "duplicated-prefix"
    MISSING_VERSION = "missing-version"
    WRONG_VERSION = "wrong-version"
    MISSING_ROOT = "missing-root"
    MISPLACED_ROOT = "misplaced-root"
    MISSING_ID = "missing-id"
    BAD_ID = "bad-id"
    WRONG_CASE = "wrong-case"
    DOUBLE_SLASH = "double-slash"
    TRAILING_SLASH = "trailing-slash"
    STRAY_BLANK = "stray-blank"
    MISSING_JSON = "missing-json"
    UPPER_CASE_JSON = "upper-case-json"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    WRONG_METHOD = "wrong-method"
    NO_GUEST_FORM = "no-guest-form"
    GUEST_REQUIRED = "guest-required"


@dataclass(frozen=True)
class Problem:
    """One problem of a path. `meant` is the corrected path, None if that would be a guess."""

    kind: Kind
    message: str
    meant: str | None = None

    @property
    def neutral(self) -> bool:
        """It says what the path is and accuses nobody: a screen, a template, another service."""
        return self.kind in (Kind.NOT_REST, Kind.PLACEHOLDER)


_PREFIX = ("k", "guest", "v1", "preview")
_VERSION = r"(?a)[vV]?\d{1,3}(?:\.\d{1,3})?"
_BEFORE_VERSION = ("api", "rest")  # what other products have there
_EMPTY_ID = r"(?i)/guest/+(?=/(?:k|guest|v1|preview)(?:/|\Z))"
_HOLE = r"[{}<>$*]|%(?:\([^)]*\))?[sdir](?![0-9A-Fa-f])|^:[A-Za-z]|^@\d"
_MENDABLE_ID = rf"(?a)\s*0*({ID})\s*"
_SLIPS = {
    Kind.STRAY_BLANK: "the path has a space before or after it",
    Kind.DOUBLE_SLASH: "the path has two slashes in a row, so a segment of it is empty",
    Kind.TRAILING_SLASH: "the path must end with .json, without a slash after it",
    Kind.WRONG_CASE: "paths are case-sensitive: write k, guest, v1 and preview in lower case",
}
_NOT_REST = Problem(
    Kind.NOT_REST,
    "this is not a path of Kintone's REST API: those are /k/v1/….json and /k/guest/{id}/v1/….json",
)


_Said = Iterator[tuple[Kind, str]]


@dataclass(frozen=True)
class _Reading:
    """A path under /k as its author may have meant it.

    `words` are the words of the prefix in lower case, in the order found; `ids` what comes after
    each `guest`; `version` what stands for `v1` and is not; `slips` the mistakes in the spelling of
    the whole.
    """

    words: tuple[str, ...]
    ids: tuple[str, ...]
    name: str
    extension: str
    slips: tuple[Kind, ...]
    version: str | None = None

    @property
    def full_name(self) -> str:
        return f"preview/{self.name}" if "preview" in self.words else self.name


def diagnose(path: str, method: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with a path, and what was meant; () for a documented path.

    `method` is the effective one (a POST that overrides to GET is a GET); None if it is not
    known, and then it is not judged. Never raises. What is not Kintone's REST API, or a template
    that nobody has filled in, gives a `neutral` problem.
    """
    bare, query = cut(path)
    reading = _read(bare)
    if reading is None:
        return () if endpoints.by_path(bare) else (_NOT_REST,)
    endpoint = _endpoint(reading, method)
    said = [(kind, _SLIPS[kind]) for kind in reading.slips]
    if endpoint is not None and endpoint.product != Product.KINTONE:
        said.append((Kind.WRONG_API_ROOT, f"this API is outside /k, at {endpoint.path}"))
    else:
        said += [*_prefix_problems(reading), *_id_problems(reading)]
        said += _name_problems(reading, endpoint, method)
    meant = _meant(reading, endpoint)
    whole = meant + query if meant is not None and meant != bare else None
    return tuple(Problem(kind, message, whole) for kind, message in said)


def _read(path: str) -> _Reading | None:
    """Takes a Kintone path apart, however jumbled its prefix is; None for any other path."""
    bare = path.strip()
    closed = re.sub(_EMPTY_ID, "/guest", bare)
    flat = re.sub("//+", "/", closed)
    segments = flat.removesuffix("/").split("/")[1:]
    words: list[str] = []
    ids: list[str] = []
    version: str | None = None
    while segments:
        if segments[0].lower() in _PREFIX:
            words.append(segments.pop(0))
            if words[-1].lower() == "guest" and _id_follows(segments):
                ids.append(segments.pop(0))
        elif "v1" not in words and words and (count := _version_segments(segments)):
            version = "/".join(segments[:count])
            del segments[:count]
            words.append("v1")
        else:
            break
    name, extension = _stem("/".join(segments))
    lower = tuple(word.lower() for word in words)
    slips = {
        Kind.STRAY_BLANK: bare != path,
        Kind.DOUBLE_SLASH: flat != closed,
        Kind.TRAILING_SLASH: flat.endswith("/"),
        Kind.WRONG_CASE: lower != tuple(words),
    }
    found = tuple(kind for kind, slipped in slips.items() if slipped)
    reading = _Reading(lower, tuple(ids), name, extension, found, version)
    # Without its prefix only the name of a documented API tells a path from a file or a screen.
    rooted = lower[:1] == ("k",) and "v1" in lower
    known = endpoints.named(reading.full_name) if extension and lower and not rooted else None
    own = known is not None and known.product == Product.KINTONE
    elsewhere = not own or "v1" not in lower or endpoints.by_path(path)
    rest = rooted or (known and (lower[0] == "k" or not elsewhere))
    return reading if flat.startswith("/") and name and rest else None


def _version_segments(segments: list[str]) -> int:
    """How many segments are in the place of v1 and are not v1: `v2`, or the `api/v1` of Garoon.

    An API has to follow them.
    """
    count = 1 + (segments[0].lower() in _BEFORE_VERSION)
    if len(segments) <= count or not re.fullmatch(_VERSION, segments[count - 1]):
        return 0
    name, extension = _stem("/".join(segments[count:]).removeprefix("preview/"))
    spelled = segments[count - 1][0] in "vV" and re.search(_HOLE, name)
    known = any(endpoints.named(each) for each in (name, f"preview/{name}"))
    return count if (known and (extension or count > 1)) or (extension and spelled) else 0


def _id_follows(segments: list[str]) -> bool:
    if len(segments) < 2 or segments[0].lower() in _PREFIX:
        return False
    return endpoints.named(_stem("/".join(segments))[0]) is None


def _stem(text: str) -> tuple[str, str]:
    cut = -5 if text.lower().endswith(".json") else len(text)
    return text[:cut], text[cut:]


def _endpoint(reading: _Reading, method: str | None) -> Endpoint | None:
    """The API that a name stands for: its own, one that has the method, or the nearest.

    One that has the method is its twin with or without preview, or the one for many or for one.
    """
    own = endpoints.named(reading.full_name)
    other = reading.name if "preview" in reading.words else f"preview/{reading.name}"
    twin = endpoints.named(other)
    if own and method and not endpoints.find(method.upper(), own.path):
        if twin and endpoints.find(method.upper(), twin.path):
            return twin
        return endpoints.one_or_many(own.name, method.upper()) or own
    if own is None and re.search(_HOLE, reading.name):
        return None
    return own or twin or endpoints.nearest(reading.full_name)


def _prefix_problems(reading: _Reading) -> _Said:
    """What SPEC F8 and F9 say of the segments before the name."""
    words = reading.words
    if "k" not in words:
        yield Kind.MISSING_ROOT, "the path does not start with /k"
    elif words[0] != "k" and words.count("k") == 1:
        yield Kind.MISPLACED_ROOT, "k must come first in the path"
    if reading.version is not None:
        yield Kind.WRONG_VERSION, f"the version in the path is {reading.version}; it must be v1"
    if len(set(words)) < len(words):
        twice = next(word for word in words if words.count(word) > 1)
        yield Kind.DUPLICATED_PREFIX, f"{twice} is in the path more than once"
    elif "v1" in words:
        after = words[words.index("v1") :]
        if "guest" in after:
            yield Kind.WRONG_ORDER, "guest/{id} must come before v1"
        if "preview" in words and "preview" not in after:
            yield Kind.PREVIEW_BEFORE_VERSION, "preview must follow v1"
    if "v1" not in words:
        yield Kind.MISSING_VERSION, "v1 is missing before the name of the API"


def _id_problems(reading: _Reading) -> _Said:
    """What SPEC F8 and F10 say of the id after `guest`."""
    if "guest" in reading.words and not reading.ids:
        yield Kind.MISSING_ID, "the guest space id is missing after guest"
    for text in reading.ids:
        if re.search(_HOLE, text):
            yield Kind.PLACEHOLDER, f"{text} is a placeholder for the guest space id"
        elif not re.fullmatch(ID, text):
            yield Kind.BAD_ID, f"invalid guest space id {text!r}: must be a positive integer"


def _name_problems(reading: _Reading, endpoint: Endpoint | None, method: str | None) -> _Said:
    """What SPEC F11 and the catalogue say of the name and its extension."""
    hole = endpoint is None and re.search(_HOLE, reading.name)
    if hole:
        yield Kind.PLACEHOLDER, f"{reading.name} is a placeholder for the name of an API"
    if not reading.extension and not hole:
        yield Kind.MISSING_JSON, "the path does not end in .json"
    elif reading.extension not in ("", ".json"):
        yield Kind.UPPER_CASE_JSON, f"{reading.extension} gives a 404; write .json in lower case"
    own = endpoints.named(reading.full_name)
    if own is None and not hole:
        yield Kind.UNKNOWN_ENDPOINT, f"`{reading.full_name}` is not a Kintone API"
    elif own and _spelled(reading, own) != reading.full_name:
        yield Kind.WRONG_CASE, f"paths are case-sensitive; write {own.name}"
    if own and method and not endpoints.find(method.upper(), own.path):
        documented = ", ".join(each.method for each in endpoints.by_path(own.path))
        yield Kind.WRONG_METHOD, f"{method} is not documented here, only {documented}"
    if endpoint:
        yield from _guest_problems(reading, endpoint)


def _guest_problems(reading: _Reading, endpoint: Endpoint) -> _Said:
    """What SPEC F20 to F23 say of an API's form in a guest space."""
    guest = "guest" in reading.words
    if guest and endpoint.guest == Guest.DISPUTED:
        said = "sources disagree: only OpenAPI has this path, the documentation has the plain one"
        yield Kind.NO_GUEST_FORM, said
    elif guest and endpoint.guest == Guest.NO:
        yield Kind.NO_GUEST_FORM, "this API is documented on the plain path only"
    elif not guest and endpoint.guest == Guest.ONLY:
        form = f"/k/guest/{{id}}/v1/{endpoint.name}.json"
        yield Kind.GUEST_REQUIRED, f"this API is documented as {form} only"


def _spelled(reading: _Reading, endpoint: Endpoint) -> str:
    """The name as documented; an API with a parameter in its path keeps what was given."""
    return reading.full_name if "{" in endpoint.name else endpoint.name


def _meant(reading: _Reading, endpoint: Endpoint | None) -> str | None:
    """The corrected path, or None if a part of it would have to be guessed."""
    if endpoint is not None and endpoint.product != Product.KINTONE:
        return endpoint.path
    if endpoint is not None:
        tail = f"{_spelled(reading, endpoint)}.json"
    elif re.search(_HOLE, reading.name):
        tail = reading.full_name + reading.extension.lower()
    else:
        return None
    if "guest" not in reading.words:
        return None if endpoint and endpoint.guest == Guest.ONLY else f"/k/v1/{tail}"
    if endpoint and not endpoint.in_guest_space:
        return f"/k/v1/{tail}"
    ids = {_mended(text) for text in reading.ids}
    only = ids.pop() if len(ids) == 1 else None
    return only and f"/k/guest/{only}/v1/{tail}"


def _mended(text: str) -> str | None:
    match = re.fullmatch(_MENDABLE_ID, text)
    return match[1] if match else text if re.search(_HOLE, text) else None
