"""Reports: events of a run in; terminal, JSON and JUnit out. Reporters only listen."""
