"""Where things are explained on the web: the repository of the project, and its site.

Both addresses are those that the installed package names, and are in pyproject.toml.
"""

from __future__ import annotations

from functools import cache

_DISTRIBUTION = "kintone-conformance"
_OWNER, _NAME = "OWNER", "REPO"
_PLACEHOLDER = f"{_OWNER}/{_NAME}"  # in pieces, so that it is not taken for an address here


def repository() -> str:
    """The address of the repository, without a slash at its end; "" if none is known."""
    return _addresses().get("Repository", "")


def site() -> str:
    """The address of the site of the documentation, as `repository`; "" if there is none."""
    return _addresses().get("Documentation", "")


def page_of(code: str, name: str) -> str:
    """The address of the page of a rule or requirement, such as KL101 `hardcoded-api-token`.

    Without a site it is the section of rules.md in the repository; "" if no address is known.
    """
    if not is_published():
        return ""
    if site():
        return f"{site()}/rules/{code}.html"
    if repository():
        return f"{repository()}/blob/HEAD/rules.md#{anchor(f'{code} {name}')}"
    return ""


def is_published() -> bool:
    """Whether the repository's address is a real one, and not a placeholder."""
    return bool(repository()) and _PLACEHOLDER not in repository()


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    kept = (each for each in heading.lower() if each.isalnum() or each in " -")
    return "".join(kept).replace(" ", "-")


@cache
def _addresses() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        entries = metadata(_DISTRIBUTION).get_all("Project-URL") or ()
    except PackageNotFoundError:  # the code was copied, and not installed
        return {}
    named = (str(entry).partition(", ") for entry in entries)
    return {label: address.rstrip("/") for label, _, address in named}
