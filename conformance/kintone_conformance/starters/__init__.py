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
    sdk: str = ""  # how an SDK is installed that lies in the folder above
    made: tuple[str, ...] = ()  # what building and running leave there, as .gitignore has it


def _step(action: str, **options: str) -> str:
    """A step of a workflow, as it is written there."""
    given = "".join(f'\n          {key.replace("_", "-")}: "{options[key]}"' for key in options)
    return f"uses: {action}\n        with:{given}"


# What a tag means can be changed by whoever owns it; what a commit is, by nobody.
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
_PYTHON = _step(
    "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0", python_version="3.12"
)
_NODE = _step(
    "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0", node_version="22"
)
_JAVA = _step(
    "actions/setup-java@b6effb05e454b25005698d916606bdc6ffcbf961 # v5.7.0",
    distribution="temurin",
    java_version="17",
)
_GO = _step(
    "actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0", go_version="stable"
)
_RUBY = _step(
    "ruby/setup-ruby@0dafeac902942906541bc140009cdbf32665b601 # v1.315.0", ruby_version="3.3"
)
_PHP = _step(
    "shivammathur/setup-php@f3e473d116dcccaddc5834248c87452386958240 # 2.37.2", php_version="8.3"
)

STARTERS: Mapping[str, Starter] = {
    "python": Starter(
        {"adapter.py": "adapter.py"},
        ("--adapter", "adapter.py:MyAdapter"),
        (),
        _PYTHON,
        "pip install --editable ..",
        ("__pycache__/",),
    ),
    "node": Starter(
        {"driver.mjs": "driver.mjs"},
        ("--driver", "node driver.mjs"),
        (),
        _NODE,
        "npm install --prefix ..",
    ),
    "java": Starter(
        {"Driver.java": "Driver.java", "pom.xml": "pom.xml"},
        ("--driver", "java -cp classes:lib/* Driver"),
        (
            "mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib",
            "javac -d classes -cp 'lib/*' Driver.java",
        ),
        _JAVA,
        made=("/classes/",),
    ),
    "go": Starter(
        {"main.go": "main.go", "go.mod": "go.mod"},
        ("--driver", "./driver"),
        ("go build -o driver .",),
        _GO,
        made=("/driver",),
    ),
    "rust": Starter(
        {"src/main.rs": "main.rs", "Cargo.toml": "Cargo.toml"},
        ("--driver", "./target/release/driver"),
        ("cargo build --release --quiet",),
        made=("/target/",),
    ),
    "ruby": Starter(
        {"driver.rb": "driver.rb"}, ("--driver", "ruby driver.rb"), (), _RUBY, "bundle install"
    ),
    "php": Starter(
        {"driver.php": "driver.php"}, ("--driver", "php driver.php"), (), _PHP, "composer install"
    ),
}


# Languages whose clients the driver of another one calls as its own.
SAME: Mapping[str, str] = {"typescript": "node", "javascript": "node", "kotlin": "java"}
# Short names, as file names end or as people say.
ALIASES: Mapping[str, str] = {
    "py": "python",
    "js": "javascript",
    "mjs": "javascript",
    "ts": "typescript",
    "nodejs": "node",
    "node.js": "node",
    "kt": "kotlin",
    "golang": "go",
    "rs": "rust",
    "rb": "ruby",
    "cs": "csharp",
    "c#": "csharp",
}
# Languages without a starter, each with the one whose starter is the nearest to read.
NEAREST: Mapping[str, str] = {
    **dict.fromkeys(("csharp", "dotnet", "scala", "clojure", "groovy"), "java"),
    **dict.fromkeys(("swift", "c++", "cpp", "c", "zig"), "rust"),
    **dict.fromkeys(("r", "julia", "perl", "elixir", "lua"), "ruby"),
    **dict.fromkeys(("dart", "deno", "bun"), "node"),
}


def content(name: str) -> bytes:
    """A file of a starter."""
    return files(__name__).joinpath(name).read_bytes()
