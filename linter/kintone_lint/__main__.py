"""`python -m kintone_lint`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # `python -m` puts the working folder there, and nothing in it is ours

    from kintone_lint.cli.main import main

    sys.exit(main())
