"""Makes the URLs of the package and its long description, when it is built.

The address of the repository stands in pyproject.toml, in the settings of this hook, and nowhere
else. The long description is the README, with links that lead into the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_OWNER, _NAME = "OWNER", "REPO"
PLACEHOLDER = f"{_OWNER}/{_NAME}"  # in pieces, so that it is not taken for an address here
_LINK = re.compile(r"(!?)(\[(?:[^\[\]]|\[[^\]]*\])*\]\()(?!https?://|#|mailto:)([^)\s]+)\)")


class Addresses(MetadataHookInterface):
    """The hook, as hatchling finds it."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add `urls` and `readme` to what pyproject.toml says."""
        metadata["urls"] = urls(self.config["repository"], pages=self.config["pages"])
        readme = Path(self.root, "README.md").read_text("utf-8")
        text = described(readme, self.config["repository"], f"v{metadata['version']}")
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def urls(repository: str, *, pages: bool) -> dict[str, str]:
    """The URLs of a project on GitHub; `pages` says that its site is published there."""
    owner, _, name = repository.partition("/")
    root = f"https://github.com/{repository}"
    found = {"Repository": root}
    if pages:
        found["Documentation"] = f"https://{owner}.github.io/{name}"
    return {
        **found,
        "Changelog": f"{root}/blob/HEAD/CHANGELOG.md",
        "Issues": f"{root}/issues",
    }


def described(readme: str, repository: str, tag: str) -> str:
    """The README for a package index: its links are absolute, and name this repository."""
    root = f"https://github.com/{repository}"

    def absolute(link: re.Match[str]) -> str:
        picture, text, target = link.groups()
        inner = _LINK.sub(absolute, text[1:-2])  # a picture that is a link
        return f"{picture}[{inner}]({root}/{'raw' if picture else 'blob'}/{tag}/{target})"

    return _LINK.sub(absolute, readme).replace(PLACEHOLDER, repository)
