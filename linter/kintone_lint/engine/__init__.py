"""From files to findings: runs the rules, and gives each report its place and its fingerprint."""
