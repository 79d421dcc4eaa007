"""The fix of the rules about hard-coded credentials: the literal is read from the environment.

Offered only for a literal that is the whole credential, in a place where any expression may stand,
and where it is used as it is. That `os` is the module there, `fixes` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import libcst as cst

from kintone_lint.kintone.credentials import Credential, CredentialKind
from kintone_lint.kintone.credentials.credential import target_name
from kintone_lint.kintone.header_keys import AUTH_KEYS
from kintone_lint.kintone.names import KINTONE_NAME, credential_kind
from kintone_lint.kintone.subject import is_test
from kintone_lint.patterns import regex
from kintone_lint.python.environment import reading, told
from kintone_lint.python.module import Module
from kintone_lint.python.spots import Edit, Spot
from kintone_lint.python.tree import dotted, evaluated, spelled
from kintone_lint.rules.report import Fix

_DEFAULTS = {
    CredentialKind.TOKEN: "KINTONE_API_TOKEN",
    CredentialKind.PASSWORD: "KINTONE_PASSWORD",
    CredentialKind.PASSWORD_HEADER: "KINTONE_AUTHORIZATION",
    CredentialKind.OAUTH: "KINTONE_ACCESS_TOKEN",
    CredentialKind.BASIC: "KINTONE_BASIC_PASSWORD",
    CredentialKind.CERTIFICATE: "KINTONE_PFX_FILE_PASSWORD",
}
# Of what is sent under these names, whatever the variable is called; a pair in `auth` logs a
# client in where it asks for a token.
_OAUTH = {
    "client_secret": "KINTONE_CLIENT_SECRET",
    "auth": "KINTONE_CLIENT_SECRET",
    "refresh_token": "KINTONE_REFRESH_TOKEN",
}
_LONGEST = 60
# Names that do not say which of several credentials it is.
_ANY_NAME = regex(
    r"\w|\w*HEADERS?|\w*AUTH(?:ORIZATION)?|VAL(?:UE)?|DATA|DEFAULT|KEY|SECRET|KINTONE|CYBOZU"
    r"|(?:API_?|APP_?|ACCESS_?|OAUTH_?)?TOKENS?|API_?KEY|(?:BASIC_?)?PASS(?:WD|WORD)?|PWD?"
    r"|(?:PKCS_?12|PFX|P12|CERT(?:IFICATE)?)_?(?:FILE_?)?PASS(?:WD|WORD|PHRASE)"
)
_SETS_VARIABLE = regex(r"(?:^|\.)(?:setenv|putenv)$")


def from_environment(found: Credential, configured: Mapping[str, str]) -> Fix | None:
    """Reads a credential from a variable. `configured` are names by the kind of a credential."""
    node, module = found.spot.node, found.spot.module
    if not isinstance(node, cst.SimpleString) or not found.whole:
        return None
    if evaluated(node) != found.text or not _holds(found.text):
        return None
    if module.source.path.endswith(".pyi") or not _replaceable(node, module):
        return None
    needed = ""
    if is_test(module):
        if _at_import(node, module):
            return None
        needed = "; the test then fails if the variable is not set"
    name = configured.get(found.kind.name.lower()) or _variable(
        found.kind, _name(node, module), found.sent_as
    )
    return Fix(
        told(name) + needed,
        (Edit(Spot(module, node), reading(name)),),
        safe=False,
        imports=("os",),
        variable=name,
    )


def _holds(text: str) -> bool:
    """Whether a variable of the environment can have this value."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def _replaceable(node: cst.CSTNode, module: Module) -> bool:
    """Whether the value of a literal is used as it is, and not as part of an annotation."""
    around = module.parent[node]
    match around:
        case cst.Assign(targets=targets):
            if any(_sets_variable(each.target) for each in targets):
                return False
        case cst.Arg(star=star):
            call = module.parent[around]
            if star or not isinstance(call, cst.Call):
                return False  # a base of a class
            if _SETS_VARIABLE.search(dotted(call.func) or ""):
                return False
        case cst.DictElement(value=value):
            if value is not node:
                return False
        case cst.IfExp(test=test):
            if test is node:
                return False
        case (
            cst.AnnAssign()
            | cst.BooleanOperation()
            | cst.NamedExpr()
            | cst.Element()
            | cst.Return()
            | cst.Yield()
            | cst.Param()
            | cst.Lambda()
        ):
            pass
        case _:
            return False
    return not any(
        isinstance(above, cst.Annotation | cst.FormattedString | cst.TypeAlias)
        for above in module.ancestors(node)
    )


def _sets_variable(target: cst.CSTNode) -> bool:
    """`os.environ["KINTONE_TOKEN"] = "…"`: to read it from there would be going in circles."""
    name = dotted(target.value) if isinstance(target, cst.Subscript) else None
    return bool(name) and str(name).rpartition(".")[2] == "environ"


def _at_import(node: cst.CSTNode, module: Module) -> bool:
    """Whether it is evaluated when the module is imported, as far as one can see."""
    scope = module.scope[node]
    while scope.parent is not None:
        if isinstance(scope.node, cst.FunctionDef | cst.Lambda):
            return False
        scope = scope.parent
    return True


# ---- what the variable is called


def _name(node: cst.CSTNode, module: Module) -> str | None:
    """What a literal is called in the source: a variable, an attribute, a key or a keyword."""
    around = module.parent[node]
    while isinstance(around, cst.IfExp | cst.BooleanOperation):
        around = module.parent[around]
    match around:
        case cst.Assign(targets=[cst.AssignTarget(target=target)]):
            return target_name(target)
        case cst.AnnAssign(target=target) | cst.NamedExpr(target=target):
            return target_name(target)
        case cst.Param(name=name):
            return name.value
        case cst.Arg(keyword=cst.Name(value=keyword)):
            return keyword
        case cst.DictElement(key=key):
            number = key.value if isinstance(key, cst.Integer) else None
            return number or spelled(key)
    return None


def _variable(kind: CredentialKind, name: str | None, sent_as: str) -> str:
    """The variable of a credential: `TOKEN_ORDERS` is read from `KINTONE_TOKEN_ORDERS`."""
    default = _DEFAULTS[kind]
    if kind is CredentialKind.OAUTH:
        default = _OAUTH.get(sent_as.lower(), default)
    if name is None or not name.isascii() or name.lower() in AUTH_KEYS or len(name) > _LONGEST:
        return default
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    words = re.sub(r"\W+", "_", words).strip("_").upper()
    if not words or _ANY_NAME.fullmatch(words):
        return default
    if KINTONE_NAME.search(words) and not words[0].isdigit():
        return words
    return f"KINTONE_{words}" if credential_kind(words, own=True) else f"{default}_{words}"
