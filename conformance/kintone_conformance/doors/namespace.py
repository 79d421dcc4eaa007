"""The namespace door: port 443 of a made-up network, for clients with host and port wired in.

A user, mount and network namespace is made without root; in it the hosts file names loopback for
every host of the door, a resolver does so for whole domains, and nothing can leave. The client's
process is started inside (`within`); the sockets it reaches are served here, outside.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from kintone_conformance import processes
from kintone_conformance.doors import Certificate, resolver
from kintone_conformance.doors.inside import IN_NAMESPACE, PORTS
from kintone_conformance.doors.ownership import Owners, network
from kintone_conformance.doors.peers import Diagnosis, Peers, Table
from kintone_conformance.doors.recording import (
    CLOUD,
    CLOUD_UNTRUSTED,
    ELSEWHERE,
    SECOND,
    UNTRUSTED_HOSTS,
    Sink,
)
from kintone_conformance.doors.server import Listener, Reached
from kintone_conformance.doors.sockets import FOREIGN, TlsDoor
from kintone_conformance.isolation import PYTHON
from kintone_conformance.model import HarnessError

_FOREIGN_HOST = FOREIGN.removeprefix("http://")
_FOREIGN_HOSTS = tuple(f"{start}{_FOREIGN_HOST}" for start in ("", "localhost.", "127.0.0.1."))
_NAMES = ("localhost", CLOUD, SECOND, ELSEWHERE, *_FOREIGN_HOSTS, *UNTRUSTED_HOSTS)
_START_LIMIT = 10.0  # seconds
# $1 a folder with files for /etc, then Python and its arguments.
_INSIDE = """
for file in "$1"/*; do
  [ ! -e "/etc/${file##*/}" ] || mount --bind "$file" "/etc/${file##*/}" || exit
done
shift && exec "$@"
"""


class Namespace(TlsDoor):
    """`https://conformance.cybozu.com` on port 443, as the client's process sees the world.

    `hosts` are more names that lead here, and so does every host of the `domains`.
    """

    name = "namespace"
    base_url = f"https://{CLOUD}"
    elsewhere = f"https://{ELSEWHERE}"
    second = f"https://{SECOND}"
    downgraded: str | None = f"http://{CLOUD}"  # kintone-lint: ignore[KL304] must not be followed
    foreign: str | None = FOREIGN
    untrusted: Mapping[Certificate, str] = CLOUD_UNTRUSTED

    def __init__(
        self, any_process: bool = False, hosts: Sequence[str] = (), domains: Sequence[str] = ()
    ) -> None:
        super().__init__(any_process=True)  # until there is a network to ask about
        folder = Path(self._folder.name, "etc")
        folder.mkdir()
        files = {"hosts": f"127.0.0.1 {' '.join((*_NAMES, *hosts))}\n"}
        for name, content in {**files, **(resolver.settings() if domains else {})}.items():
            (folder / name).write_text(content, "utf-8")
        self._control, theirs = socket.socketpair()
        with theirs:
            self._keeper = subprocess.Popen(
                [
                    *("unshare", "--user", "--map-root-user", "--mount", "--net", "--"),
                    *("sh", "-c", _INSIDE, "inside", str(folder)),
                    *(*PYTHON, "-m", "kintone_conformance.doors.inside"),
                    *(str(theirs.fileno()), *domains),
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        secure, plain, *netlink = self._handed_out()
        self._reception = self._received(Owners(self._inside(netlink, any_process)))
        self._named = threading.local()  # what the client of this thread's handshake asks for
        self._listeners = [
            Listener.on(self._reception, self._accept_tls, secure),
            Listener.on(
                self._reception, lambda sock, _: Reached(sock, self.downgraded or ""), plain
            ),
        ]
        self.environ = {**self.environ, IN_NAMESPACE: "1"}
        pid = str(self._keeper.pid)
        self.within = (
            *("nsenter", "--target", pid, "--user", "--mount", "--net", "--preserve-credentials"),
            *(f"--wd={Path.cwd()}", "--"),
        )

    def close(self) -> None:
        """Stop listening; the namespace ends with the process that keeps it."""
        super().close()
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._keeper.wait(1)
        self._keeper.kill()
        self._keeper.wait()
        assert self._keeper.stderr is not None
        self._keeper.stderr.close()

    def _inside(self, netlink: Sequence[socket.socket], any_process: bool) -> Peers | None:
        """What knows the sockets in the namespace; None if nothing does, or need not."""
        way = None if any_process else network()
        if way is Diagnosis and netlink:
            return Diagnosis(netlink[0])
        for unused in netlink:
            unused.close()
        return Table(Path(f"/proc/{self._keeper.pid}/net")) if way is not None else None

    def _handed_out(self) -> list[socket.socket]:
        self._control.settimeout(_START_LIMIT)
        try:
            _, descriptors, _, _ = socket.recv_fds(self._control, 16, len(PORTS) + 1)
        except OSError:
            descriptors = []
        if len(descriptors) < len(PORTS):
            self._keeper.kill()
            assert self._keeper.stderr is not None
            said = self._keeper.stderr.read().decode("utf-8", "replace").strip()
            self._keeper.stderr.close()
            self._keeper.wait()
            self._control.close()
            self._folder.cleanup()
            raise HarnessError(
                f"this machine cannot make namespaces: {said or 'no answer'}",
                hint="--door proxy catches the same requests, if the client follows HTTPS_PROXY",
            )
        return [socket.socket(fileno=descriptor) for descriptor in descriptors]

    def _accept_tls(self, sock: socket.socket, _sink: Sink) -> Reached:
        context = self._certificates.context(CLOUD, "trusted")
        context.sni_callback = self._by_name
        self._named.host = CLOUD
        wrapped = context.wrap_socket(sock, server_side=True)
        return Reached(wrapped, f"https://{self._named.host}")

    def _by_name(
        self, sock: ssl.SSLObject, name: str | None, _context: ssl.SSLContext
    ) -> ssl.AlertDescription | None:
        """Take the certificate of the host that the client says it wants."""
        if name:
            self._named.host = name
            kind = UNTRUSTED_HOSTS.get(name, "trusted")
            try:
                sock.context = self._certificates.context(name, kind)
            except OSError:
                return ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        return None


@cache
def available() -> bool:
    """Whether this machine allows namespaces: Linux, util-linux, user namespaces."""
    tools = ("unshare", "nsenter", "mount")
    if not processes.LINUX or not all(map(shutil.which, tools)):
        return False
    with tempfile.NamedTemporaryFile() as file:
        tried = subprocess.run(
            [
                *("unshare", "--user", "--map-root-user", "--mount", "--net", "--"),
                *("mount", "--bind", file.name, "/etc/hosts"),
            ],
            capture_output=True,
            timeout=_START_LIMIT,
            check=False,
        )
    return tried.returncode == 0
