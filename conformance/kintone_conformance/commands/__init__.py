"""The commands of the suite besides `run`, `list` and `explain`: one module each."""
