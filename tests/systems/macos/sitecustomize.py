"""Python as it is on macOS, as far as the suite can tell: no /proc, and no calls of Linux."""

from __future__ import annotations

import os
import select
import socket
import subprocess  # noqa: F401 - loaded as it is here
import sys
import sysconfig
import urllib.request  # noqa: F401 - as above

for module, name in (
    (os, "pidfd_open"),
    (os, "waitid"),
    (os, "sched_getaffinity"),
    (select, "epoll"),
    (socket, "AF_NETLINK"),
):
    if hasattr(module, name):
        delattr(module, name)
sysconfig.get_config_vars()  # from a file whose name holds that of the system
sys.platform = "darwin"


def _only_what_is_there(event: str, arguments: tuple[object, ...]) -> None:
    """Nothing reads /proc, or asks for what the C library of Linux alone has."""
    if event in ("open", "os.listdir", "os.scandir") and str(arguments[0]).startswith("/proc"):
        raise FileNotFoundError(arguments[0])
    if event == "import" and arguments[0] == "ctypes":
        raise ImportError("ctypes is for prctl, which macOS does not have")


sys.addaudithook(_only_what_is_there)
