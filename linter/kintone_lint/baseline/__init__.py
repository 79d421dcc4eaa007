"""Accepted findings: how a finding is recognized again, and the file that lists them."""
