"""A driver that says too much, or nothing, or does not listen: bounded, and one sentence."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kintone_conformance.drivers import said
from kintone_conformance.drivers.process import Process
from kintone_conformance.drivers.stdio import Opened, Stdio
from kintone_conformance.model import Client, HarnessError
from kintone_conformance.spec.auth import ApiTokens
from kintone_conformance.strategies import harmless_call

DRIVER = Path(__file__).with_name("bad_driver.py")
NOWHERE = "http://localhost:9"
MOST_MEMORY = 100 << 20  # bytes that this process may grow by while a driver floods it


def started(defect: str, limit: float = 30.0) -> Stdio:
    return Stdio([sys.executable, str(DRIVER), defect], {}, time_limit=limit)


def told(driver: Stdio, calls: int = 1) -> HarnessError:
    with closing(driver), pytest.raises(HarnessError) as raised:
        call(driver, calls)
    return raised.value


def call(driver: Stdio, times: int) -> None:
    opened = driver.open(Client(NOWHERE, ApiTokens(("abc",))))
    assert isinstance(opened, Opened)
    for _ in range(times):
        opened.send(harmless_call("record.get"))


@pytest.mark.parametrize(
    ("defect", "calls", "sentence"),
    [
        ("endless-line", 1, "wrote a line of over 8 MiB, at send record.get"),
        ("floods-stdout", 2, "answered twice, or printed to standard output"),
        ("floods-stderr", 1, "wrote over 4 MiB to standard error, at send record.get"),
    ],
)
def test_a_flood_is_stopped_and_takes_no_memory(defect: str, calls: int, sentence: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = told(started(defect), calls)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sentence in error.message
    assert len(error.message) < 400
    assert len(error.stderr) <= said.TAIL
    assert grown < MOST_MEMORY >> 10


def test_a_driver_that_closes_its_input_is_told_so() -> None:
    message = told(started("closes-stdin"), calls=2).message
    assert message == "the driver closed its standard input before it answered send record.get"


def test_a_driver_that_never_reads_is_told_so() -> None:
    process = Process([sys.executable, str(DRIVER), "never-reads"], {})
    with closing_process(process), pytest.raises(HarnessError, match="does not read its standard"):
        process.exchange(b"x" * 200_000 + b"\n", "hello", 0.5)


def test_the_death_of_a_driver_is_seen_although_its_child_holds_the_pipes() -> None:
    assert "ended with exit code 4 before it answered" in told(started("leaves-its-pipe")).message


def test_a_driver_that_talks_at_its_end_can_end() -> None:
    error = started("talks-at-the-end").end()
    assert error is not None
    assert "ended with exit code 6" in error.message
    assert set(error.stderr) == {"x"}


@contextmanager
def closing_process(process: Process) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
