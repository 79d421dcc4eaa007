"""Findings as text, as JSON, and as a diff: one renderer a file."""
