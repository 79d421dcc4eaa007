"""What a file is, by its name: Python, a notebook, settings, another text, or no text at all."""

from __future__ import annotations

import enum
from functools import lru_cache

from kintone_lint.python.source import is_python
from kintone_lint.records import record


class Kind(enum.StrEnum):
    """What files are counted and chosen by."""

    PYTHON = "python"
    NOTEBOOK = "notebook"
    SETTINGS = "settings"
    OTHER = "other"


class Syntax(enum.Enum):
    """How the names and values of a text are read."""

    ENV = enum.auto()
    INI = enum.auto()
    TOML = enum.auto()
    XML = enum.auto()
    PROPERTIES = enum.auto()
    NETRC = enum.auto()
    REQUEST = enum.auto()
    CSV = enum.auto()
    JSON = enum.auto()
    YAML = enum.auto()
    CODE = enum.auto()
    SHELL = enum.auto()
    DOCUMENT = enum.auto()
    DATA = enum.auto()


@record()
class Form:
    """A kind of text. `comments` are the marks that start one; a `sample` holds examples."""

    kind: Kind
    syntax: Syntax
    comments: tuple[str, ...] = ()
    sample: bool = False


_HASH = ("#",)
_SLASHES = ("//", "/*", "*")
_MARKUP = ("<!--", *_SLASHES)
_FORMS: dict[str, Form] = {}


def _are(kind: Kind, syntax: Syntax, comments: tuple[str, ...], suffixes: str) -> None:
    _FORMS.update(dict.fromkeys(suffixes.split(), Form(kind, syntax, comments)))


_are(Kind.NOTEBOOK, Syntax.JSON, _HASH, "ipynb")
_are(Kind.SETTINGS, Syntax.ENV, _HASH, "env envrc")
_are(Kind.SETTINGS, Syntax.JSON, ("//", "/*"), "json jsonc json5 har webmanifest code-workspace")
_are(Kind.SETTINGS, Syntax.YAML, _HASH, "yaml yml dig")
_are(Kind.SETTINGS, Syntax.TOML, _HASH, "toml")
_are(
    Kind.SETTINGS,
    Syntax.INI,
    ("#", ";"),
    "ini cfg conf cnf npmrc editorconfig service timer container",
)
_are(Kind.SETTINGS, Syntax.NETRC, _HASH, "netrc")
_are(Kind.SETTINGS, Syntax.REQUEST, ("#", "//"), "http rest bru")
_are(Kind.SETTINGS, Syntax.PROPERTIES, ("#", "!"), "properties")
_are(Kind.SETTINGS, Syntax.TOML, ("#", "//", "/*"), "tf tfvars hcl")
_are(
    Kind.OTHER,
    Syntax.CODE,
    _SLASHES,
    "js mjs cjs jsx ts mts cts tsx gs go java cs kt kts swift rs scala groovy gradle dart c h cpp"
    " hpp m mm css scss less map",
)
_are(Kind.OTHER, Syntax.CODE, ("#", *_SLASHES), "php")
_are(Kind.OTHER, Syntax.CODE, _MARKUP, "vue svelte astro html htm xhtml jsp ejs erb")
_are(
    Kind.OTHER,
    Syntax.XML,
    _MARKUP,
    "xml jmx config plist resx props targets csproj vbproj fsproj pubxml",
)
_are(Kind.OTHER, Syntax.CODE, _HASH, "rb pl pm r ex exs jl graphql rake gemspec nix")
_are(Kind.OTHER, Syntax.CODE, ("--", "#"), "sql lua hs elm")
_are(Kind.OTHER, Syntax.CODE, ("'",), "vb vbs bas vba cls frm")
_are(Kind.OTHER, Syntax.SHELL, _HASH, "sh bash zsh fish ksh ps1 psm1 psd1 mk dockerfile command")
_are(Kind.OTHER, Syntax.SHELL, ("rem", "::", "REM"), "bat cmd")
_are(Kind.OTHER, Syntax.DOCUMENT, _MARKUP, "md markdown mdx rst adoc txt text tex org")
_are(Kind.OTHER, Syntax.DATA, (), "jsonl ndjson log svg diff patch geojson snap")
_are(Kind.OTHER, Syntax.CSV, (), "csv tsv")

_NAMES = {
    "dockerfile": "dockerfile", "containerfile": "dockerfile", "makefile": "mk", "justfile": "mk",
    "procfile": "sh", "jenkinsfile": "groovy", "gemfile": "rb", "rakefile": "rb", ".envrc": "envrc",
    ".bashrc": "sh", ".zshrc": "sh", ".profile": "sh", ".npmrc": "npmrc", ".netrc": "netrc",
    "_netrc": "netrc", ".renviron": "env", "renviron.site": "env", ".curlrc": "conf",
    "_curlrc": "conf", ".htaccess": "conf", "license": "txt", "readme": "txt",
}  # fmt: skip
_BINARY = (
    "png jpg jpeg gif bmp ico webp avif tif tiff psd ai heic mp3 mp4 m4a wav ogg webm mov avi "
    "flac zip gz tgz bz2 xz zst 7z rar tar jar war aar ear whl egg gem crate apk ipa dmg iso deb "
    "rpm pdf doc docx xls xlsx xlsm ppt pptx odt ods odp woff woff2 ttf otf eot pyc pyo pyd so "
    "dll dylib exe o a lib obj class wasm bin dat db sqlite sqlite3 mdb accdb parquet npy npz pkl "
    "pickle pt pth onnx h5 p12 pfx jks keystore der crt cer pem key pub asc sig gpg swf lock "
    "snapshot tsbuildinfo"
)
_NO_TEXT = frozenset(_BINARY.split())
# Nobody writes them by hand, and they are full of digests.
_LOCKS = {
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum", "packages.lock.json",
}  # fmt: skip
# They are about other files.
_ABOUT = {
    ".gitignore", ".gitattributes", ".gitmodules", ".gitkeep", ".dockerignore", ".npmignore",
    ".editorconfig", ".ds_store", "pyvenv.cfg", "codeowners", "py.typed",
}  # fmt: skip
_SAMPLES_FIRST = ("example", "sample", "template", "tmpl")  # also as the first word of a name
_SAMPLES = (*_SAMPLES_FIRST, "dist", "default", "defaults", "skel")
# What is made of a file before it is used: `orders.yml.liquid` is YAML.
_RENDERED = (
    "liquid", "j2", "jinja", "jinja2", "erb", "tmpl", "tpl", "gotmpl", "ctmpl", "tftpl", "hbs",
    "mustache", "njk", "epp",
)  # fmt: skip
_UNKNOWN = Form(Kind.OTHER, Syntax.CODE, ("#", "//", "<!--", ";", "--"))


@lru_cache(maxsize=10_000)
def form_of(name: str) -> Form | None:
    """The form of a file by its name without folders; None for a binary or lock file."""
    low = name.lower()
    if is_python(low):
        return Form(Kind.PYTHON, Syntax.CODE, _HASH)
    if low in _LOCKS or low in _ABOUT:
        return None
    if low in _NAMES:
        return _FORMS[_NAMES[low]]
    if low.startswith("dockerfile."):
        return _FORMS["dockerfile"]
    if low.startswith(".env"):
        return Form(Kind.SETTINGS, Syntax.ENV, _HASH, _is_sample(low))
    dotted = low.split(".")
    while len(dotted) > 2 and dotted[-1] in _RENDERED and dotted[-2] in {*_FORMS, *_RENDERED}:
        dotted.pop()
    sample = _is_sample(".".join(dotted))
    while len(dotted) > 2 and dotted[-1] in _SAMPLES:  # settings.json.example
        dotted.pop()
    suffix = dotted[-1] if len(dotted) > 1 else ""
    if suffix in _NO_TEXT:
        return None
    form = _FORMS.get(suffix, _UNKNOWN)
    return Form(form.kind, form.syntax, form.comments, sample) if sample else form


def _is_sample(low: str) -> bool:
    """Whether a name says so. `default.json` is what a program reads, `x.default.json` a sample."""
    first, *rest = low.replace("-", ".").split(".")
    return first in _SAMPLES_FIRST or any(part in _SAMPLES for part in rest)


def is_env(name: str) -> bool:
    """Whether a file holds the environment of one machine, and so belongs in no repository."""
    form = form_of(name)
    low = name.lower()
    return low.startswith(".env") and low != ".envrc" and form is not None and not form.sample


def may_be_script(name: str) -> bool:
    """Whether only the first line of a file tells what it is."""
    return "." not in name


def is_python_script(start: bytes) -> bool:
    """Whether a file starts as a script that Python runs."""
    return start.startswith(b"#!") and b"python" in start.partition(b"\n")[0]
