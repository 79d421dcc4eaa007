"""What `init` writes: a driver that runs, with a stand-in where the SDK goes, for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Starter:
    """The files of one language (target to source), how they are built, and what `run` is given."""

    files: Mapping[str, str]
    client: tuple[str, str]
    build: tuple[str, ...] = ()
    setup: str = ""  # the step that installs the language in a CI workflow


_NODE = "uses: actions/setup-node@v4\n        with: { node-version: 20 }"
_JAVA = "uses: actions/setup-java@v4\n        with: { distribution: temurin, java-version: 17 }"
_RUBY = "uses: ruby/setup-ruby@v1\n        with: { ruby-version: 3.3 }"
_PHP = "uses: shivammathur/setup-php@v2\n        with: { php-version: 8.3 }"

STARTERS: Mapping[str, Starter] = {
    "python": Starter({"adapter.py": "adapter.py"}, ("--adapter", "adapter.py:MyAdapter")),
    "node": Starter({"driver.mjs": "driver.mjs"}, ("--driver", "node driver.mjs"), setup=_NODE),
    "java": Starter(
        {"Driver.java": "Driver.java", "pom.xml": "pom.xml"},
        ("--driver", "java -cp classes:lib/* Driver"),
        (
            "mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib",
            "javac -d classes -cp 'lib/*' Driver.java",
        ),
        _JAVA,
    ),
    "go": Starter(
        {"main.go": "main.go", "go.mod": "go.mod"},
        ("--driver", "./driver"),
        ("go build -o driver .",),
        "uses: actions/setup-go@v5",
    ),
    "rust": Starter(
        {"src/main.rs": "main.rs", "Cargo.toml": "Cargo.toml"},
        ("--driver", "./target/release/driver"),
        ("cargo build --release --quiet",),
    ),
    "ruby": Starter({"driver.rb": "driver.rb"}, ("--driver", "ruby driver.rb"), setup=_RUBY),
    "php": Starter({"driver.php": "driver.php"}, ("--driver", "php driver.php"), setup=_PHP),
}


def content(name: str) -> bytes:
    """A file of a starter."""
    return files(__name__).joinpath(name).read_bytes()
