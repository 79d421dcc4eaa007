"""The console script: says which extra is missing before anything else can."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # `python -m` puts the working folder there, and nothing in it was asked for


def main() -> None:
    """Run the command line, or print the one command that installs what it needs."""
    try:
        from kintone_conformance import cli
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("kintone_conformance"):
            raise
        print(
            f"error: the suite needs {error.name}, which is not installed\n"
            "  install kintone-conformance with its extra [suite] from where you have it, as in\n"
            "  pip install 'kintone-conformance[suite] @ git+https://github.com/OWNER/REPO'",
            file=sys.stderr,
        )
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
