"""A real homeserver and people in its rooms, for tests, the demo and the benchmark."""
