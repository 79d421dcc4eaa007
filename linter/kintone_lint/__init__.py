"""Finds hard-coded Kintone credentials and wrong guest-space paths in Python code."""
