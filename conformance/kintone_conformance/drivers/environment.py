"""The environment of what is judged: without the variables that clients read by themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping

# A machine that knows ASCII only, in Tokyo, whose user looks for a fault of the client; a JVM there
# has the default charset of a Japanese Windows.
# Without the two settings of its own Python would go on as if the locale were UTF-8.
OTHER_LOCALE: Mapping[str, str] = {
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "JAVA_TOOL_OPTIONS": "-Dfile.encoding=MS932",
    "TZ": "Asia/Tokyo",
    "DEBUG": "1",
    "KINTONE_DEBUG": "1",
}
# Asks whoever starts a driver for a process of its own that has done nothing yet.
FRESH: Mapping[str, str] = {"CONFORMANCE_FRESH": "1"}
# Names the folder in which a Python client works, where it has a process of its own.
WORKING_FOLDER = "CONFORMANCE_FOLDER"
# npx, if it starts the driver, asks a registry for a newer npm: a request that is not the client's.
_QUIET: Mapping[str, str] = {"NPM_CONFIG_UPDATE_NOTIFIER": "false"}
_PREFIXES = ("KINTONE_", "CYBOZU_", "KNTN_")


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """This process's variables without proxies and Kintone settings, and then `environ`.

    Launchers of programs are told to send nothing of their own.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_PREFIXES) and not name.upper().endswith("_PROXY")
    }
    return {**kept, **_QUIET, **environ}
