"""What a run did not look at, counted by reason, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kintone_lint.counting import counted
from kintone_lint.escaping import visible

_SHOWN = 3  # folders that are named


@dataclass
class LeftOut:
    """Files that were not looked at; of those that git ignores only Python files are counted.

    `excluded` are taken out by the settings, `ignored` by git; `partly`: there are more of these,
    for the counting ended. `irregular` are links that lead nowhere, pipes and the like.
    `environments` and `packages` are the paths of virtual environments and of node_modules, `links`
    those of links to folders elsewhere.
    `large` are the paths of files that are too large. `notes` say where git was not asked, and why,
    and of which file the settings could not be read as what its name says.
    """

    excluded: int = 0
    ignored: int = 0
    partly: bool = False
    irregular: int = 0
    environments: list[str] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: LeftOut) -> None:
        """Counts what another part of the run left out."""
        self.excluded += other.excluded
        self.ignored += other.ignored
        self.partly |= other.partly
        self.irregular += other.irregular
        for mine, theirs in (
            (self.environments, other.environments),
            (self.packages, other.packages),
            (self.links, other.links),
            (self.large, other.large),
            (self.notes, other.notes),
        ):
            mine += [each for each in theirs if each not in mine]

    def lines(self, after: str = "") -> list[str]:
        """All that is to be said, each on a line; the first goes on `after` a sentence."""
        said = self.said()
        first = " ".join([*([after] if after else []), *([f"{said}."] if said else [])])
        return [visible(line) for line in (first, *self.notes) if line]

    def said(self) -> str:
        """As "3 files excluded, 2 not looked at: ignored by git"; nothing if all was seen."""
        parts = [f"{counted(self.excluded, 'file')} excluded"] if self.excluded else []
        reasons = {
            "ignored by git": self.ignored,
            "not a regular file": self.irregular,
        }
        reasons = {reason: count for reason, count in reasons.items() if count}
        if reasons:
            more = "over " if self.partly else ""
            each = [f"{count} {reason}" for reason, count in reasons.items()]
            why = ", ".join(each) if len(each) > 1 else next(iter(reasons))
            noun = "" if parts else " files" if sum(reasons.values()) > 1 else " file"
            parts.append(f"{more}{sum(reasons.values())}{noun} not checked: {why}")
        for folders, one, many in (
            (self.environments, "virtual environment", "virtual environments"),
            (self.packages, "node_modules folder", "node_modules folders"),
            (self.links, "link to a folder elsewhere", "links to folders elsewhere"),
            (self.large, "file that is too large", "files that are too large"),
        ):
            if folders:
                what = one if len(folders) == 1 else many
                parts.append(f"{len(folders)} {what} left out: {_named(folders)}")
        return ", ".join(parts)


def no_files(left_out: LeftOut) -> str:
    """What is said of a run that looked at no file."""
    return "No files to check." if left_out.said() else "No files found."


def _named(folders: list[str]) -> str:
    names = folders[:_SHOWN]
    if len(folders) > _SHOWN:
        names.append(f"{len(folders) - _SHOWN} more")
    return ", ".join(names)
