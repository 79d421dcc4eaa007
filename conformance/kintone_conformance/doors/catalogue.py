"""The doors by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kintone_conformance.doors import Door


def open_door(
    name: str, any_process: bool = False, hosts: Sequence[str] = (), domains: Sequence[str] = ()
) -> Door:
    """Open a door. Raises KeyError for a name that is not in `ALL_DOORS`.

    `any_process`: requests of every process are taken for the client's. `hosts` are more names that
    the door namespace answers to, and `domains` those of which it answers to every host.
    """
    # Imported late: each door brings libraries that the others do not need.
    from kintone_conformance.doors import mocked, namespace, sockets

    makers: Mapping[str, Callable[[bool], Door]] = {
        "loopback": sockets.Loopback,
        "tls": sockets.Tls,
        "proxy": sockets.Proxy,
        "namespace": lambda any_process: namespace.Namespace(any_process, hosts, domains),
        "responses": lambda _: mocked.Responses(),
    }
    return makers[name](any_process)
