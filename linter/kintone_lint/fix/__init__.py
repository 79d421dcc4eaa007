"""What `--fix` and `--diff` do with the findings of a run."""
