"""Judges Kintone API clients on the wire. Start at `kintone_conformance.adapter`."""

__version__ = "0.1.0"
