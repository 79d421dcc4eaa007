"""The doors and drivers of a run: one stage for each environment that scenarios are played in."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from kintone_conformance.doors import Door
from kintone_conformance.doors.catalogue import open_door
from kintone_conformance.doors.recording import CLOUD
from kintone_conformance.drivers import StartDriver
from kintone_conformance.drivers.environment import FRESH, OTHER_LOCALE, WORKING_FOLDER
from kintone_conformance.judging.credentials import NETRC
from kintone_conformance.judging.left_files import TEMPORARY_VARIABLES, XDG_VARIABLES, Folder
from kintone_conformance.judging.proxies import searched
from kintone_conformance.judging.stage import Stage
from kintone_conformance.spec.doors import SECURE_DOORS

# Credentials that are there in the environment of the client's process; none of them was given.
_NETRC_PASSWORD = "nTrc7Qw3Ls9Vb2Xk5Zm8Hd4P"
_VARIABLES: Mapping[str, str] = {
    "KINTONE_USERNAME": "eNvU8Rt2Kq6Wz4Lp9Xs3Jb7M",
    "KINTONE_PASSWORD": "eNvP5Hd8Zc2Vn7Tk4Rw9Lq3X",  # kintone-lint: ignore[KL102] a fake
    "KINTONE_API_TOKEN": "eNvT3Xk9Bm6Qs2Wd8Jz5Lp7R",  # kintone-lint: ignore[KL101] a fake
    "KINTONE_BASIC_AUTH_USERNAME": "eNvB4Lq7Rt9Xc2Zm6Kd3Hs8W",
    "KINTONE_BASIC_AUTH_PASSWORD": "eNvG2Wz5Kd8Lp3Xs7Jb4Mq9T",  # kintone-lint: ignore[KL105] a fake
    "CYBOZU_PASSWORD": "eNvC6Tk4Rw9Lq3Xh5Pd8Zc2V",  # kintone-lint: ignore[KL102] a fake
}
# The same in a file that clients may read by themselves.
_SETTINGS: Mapping[str, str] = {
    "KINTONE_TOKEN": "dOtT9Lq4Xc7Hs2Wm5Kd8Rz3B",  # kintone-lint: ignore[KL101] a fake
    "KINTONE_OAUTH_TOKEN": "dOtO2Vn6Tk9Rw3Lp7Xs5Jb4Z",  # kintone-lint: ignore[KL104] a fake
    "CYBOZU_API_TOKEN": "dOtA5Wz8Kd3Lp6Qs9Jb2Mx7T",  # kintone-lint: ignore[KL101] a fake
    "KINTONE_API_TOKEN": "dOtK3Wd7Zq9Xs2Lm6Hb8Rv4C",  # kintone-lint: ignore[KL101] a fake
    "KINTONE_PASSWORD": "dOtP6Hc2Vn8Tk4Rw9Lq3Xz5G",  # kintone-lint: ignore[KL102] a fake
    "DATABASE_PASSWORD": "dOtD7Rt4Kq9Wc2Zm6Hs3Lb8N",
}
_PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_BASES = ("KINTONE_BASE_URL", "KINTONE_URL", "CYBOZU_BASE_URL")
_HOSTS = ("localhost", "127.0.0.1", CLOUD)


class Surroundings:
    """Opens what a scenario needs, when it needs it, and closes it all at the end."""

    def __init__(
        self, start: StartDriver, doors: tuple[str, ...], any_process: bool = False
    ) -> None:
        self._start = start
        self._names = doors
        self._any_process = any_process
        self._doors: dict[str, Door] = {}
        self._stages: dict[str, Stage] = {}
        self._stack = contextlib.ExitStack()
        self._processes = True  # whoever starts the client can give it a process of its own
        self.habits: frozenset[str] = frozenset()

    def stage(self, setting: str = "") -> Stage:
        """The stage for `odd`, `foreign`, `bare`, the name of a door, or the usual one ("")."""
        setting = "" if setting in self._names[:1] else setting
        if setting not in self._stages:
            self._leave(setting)
            self._stages[setting] = self._made(setting)
        found = self._stages[setting]
        found.habits = self.habits
        return found

    def _leave(self, coming: str) -> None:
        """Drivers in this process own its environment: there can be one at a time."""
        for setting, stage in reversed([*self._stages.items()]):
            if not stage.driver.own_process and coming != "odd":
                stage.driver.close()
                del self._stages[setting]

    def _made(self, setting: str) -> Stage:
        names = [name for name in self._names if name in SECURE_DOORS and setting == "bare"]
        door = self.door(setting if setting in self._names else [*names, self._names[0]][0])
        environ = self._environ(door, setting)
        planted: dict[str, str] = {}
        folders: tuple[Folder, ...] = ()
        temporary = None
        if setting == "odd":
            environ |= OTHER_LOCALE
            home = self._folder("the home directory")
            here = Folder(Path.cwd(), "the working folder", deep=False)
            here.overlook()
            folders = (home, here)
            temporary = self._folder("the folder for temporary files")
            environ |= dict.fromkeys(TEMPORARY_VARIABLES, str(temporary.path))
            environ["JDK_JAVA_OPTIONS"] = f"-Djava.io.tmpdir={temporary.path}"
            planted = self._plant(door, environ, home.path)
        odd, bare = setting == "odd", setting == "bare"
        driver = self._start(environ, door.within)
        return Stage(driver, door, odd, bare, planted, folders=folders, temporary=temporary)

    def _environ(self, door: Door, setting: str) -> dict[str, str]:
        """What a door needs there, and what is special about a setting but for the odd one."""
        more = {"foreign": door.foreign_environ, "bare": door.bare_environ}.get(setting, {})
        return {**door.environ, **more}

    def _folder(self, what: str) -> Folder:
        """A folder that is there until the end of the run."""
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        return Folder(Path(self._stack.enter_context(folder)), what)

    def _plant(self, door: Door, environ: dict[str, str], home: Path) -> dict[str, str]:
        """Put credentials where clients may look for some; returns each with its place."""
        lines = [f"machine {host} login netrc password {_NETRC_PASSWORD}\n" for host in _HOSTS]
        file = home / ".netrc"
        file.write_text("".join(lines), "ascii")
        file.chmod(0o600)
        settings = [f"{name}={value}\n" for name, value in _SETTINGS.items()]
        Path(home, ".env").write_text("".join(settings), "ascii")
        environ |= {name: str(home / folder) for name, folder in XDG_VARIABLES.items()}
        environ |= {
            "HOME": str(home),
            WORKING_FOLDER: str(home),
            **_VARIABLES,
            **dict.fromkeys(_BASES, door.second),
        }
        places = {value: name for name, value in _VARIABLES.items()}
        places |= {value: f".env ({name})" for name, value in _SETTINGS.items()}
        proxy = door.offered_proxy
        if proxy and "https_proxy" not in environ:
            environ |= dict.fromkeys(_PROXIES, proxy)
            places[searched(proxy)] = "HTTPS_PROXY"
        return {_NETRC_PASSWORD: NETRC, **places}

    def door(self, name: str) -> Door:
        """A door by name, opened once."""
        if name not in self._doors:
            self._doors[name] = open_door(name, self._any_process)
        return self._doors[name]

    def outsiders(self) -> Counter[str]:
        """The requests of other processes that came to any door, by their names."""
        found: Counter[str] = Counter()
        for door in self._doors.values():
            found += door.outsiders()
        return found

    @contextlib.contextmanager
    def fresh(self, setting: str = "") -> Iterator[Stage | None]:
        """The same client in a process that has done nothing; None if there can be none."""
        like = self.stage(setting)
        if like.door.name == "responses" or not self._processes:
            yield None
            return
        environ = {**self._environ(like.door, setting), **FRESH}
        driver = self._start(environ, like.door.within)
        if not driver.own_process:
            self._processes = False
            driver.close()
            yield None
            return
        try:
            place = (like.door, like.odd, like.bare, like.planted, self.habits)
            yield Stage(driver, *place, folders=like.folders, temporary=like.temporary)
        finally:
            driver.close()

    def close(self) -> None:
        """End every driver and door; the last driver first, to which an earlier one gave way."""
        for stage in reversed(self._stages.values()):
            stage.driver.close()
        for door in self._doors.values():
            door.close()
        self._stages.clear()
        self._doors.clear()
        self._stack.close()
