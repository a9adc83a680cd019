"""The mapping: how the messages or rows of a foreign feed become order events. TOML, no code."""
