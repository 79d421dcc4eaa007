"""The console script: says which extra is missing before anything else can."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # `python -m` puts the working folder there, and nothing in it was asked for


def main() -> int:
    """Run the command line, or print the one command that installs what it needs."""
    try:
        from kintone_conformance import cli

        cli.load(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("kintone_conformance"):
            from kintone_lint.pages import is_published, repository

            hint = "install kintone-conformance with its extra [suite]"
            if is_published():
                hint += f":\n  pip install 'kintone-conformance[suite] @ git+{repository()}'"
            return _complain(f"the suite needs {error.name}, which is not installed", hint, 2)
        return _complain(f"the installation is incomplete: {error}", "install it again", 3)
    except Exception as error:
        kind = type(error).__name__
        return _complain(f"the suite cannot be loaded ({kind}: {error})", "install it again", 3)
    return cli.main()


def _complain(message: str, hint: str, code: int) -> int:
    from kintone_lint.streams import say, steady

    with steady():
        say(f"error: {message}", err=True)
        for line in hint.split("\n"):
            say(f"  {line.strip()}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
