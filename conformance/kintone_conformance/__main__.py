"""The console script: says which extra is missing before anything else can."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or print the one command that installs what it needs."""
    try:
        from kintone_conformance import cli
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kintone_conformance"):
            raise
        print(
            f"error: the suite needs {error.name}, which is not installed\n"
            "  pip install 'kintone-conformance[suite]'",
            file=sys.stderr,
        )
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
