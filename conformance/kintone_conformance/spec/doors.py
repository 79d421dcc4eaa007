"""The names of the doors through which a client's requests are caught, and what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

DriverDoor = Literal["loopback", "tls", "proxy", "namespace"]
"""The doors of a client that is a process of its own."""

DOORS: Mapping[str, str] = {
    "loopback": "plain http on this machine, for clients that take a base URL",
    "tls": "https on this machine, for clients that take a host and a port",
    "proxy": "a proxy that ends TLS, for clients with a fixed host name",
    "namespace": "a network of its own, for any client on Linux",
    "responses": "in the process of a Python client that uses requests",
}
"""Every door, best first."""

SECURE_DOORS = ("tls", "proxy", "namespace")
"""Those that clients reach by https."""

ANY_HOST_DOORS = ("proxy", "namespace")
"""Those that catch requests to any host; at the others, whatever arrives was meant for Kintone."""

ALL_DOORS = tuple(DOORS)
