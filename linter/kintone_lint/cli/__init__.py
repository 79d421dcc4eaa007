"""The command line: its words, its commands, and where a report goes."""
