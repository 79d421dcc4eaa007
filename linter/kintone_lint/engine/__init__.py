"""From files to findings: each rule is asked, and what it says gets its place and its name."""
