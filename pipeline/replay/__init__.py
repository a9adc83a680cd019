"""Replay: the lines of a file, read through a mapping, sent on a clock of their own."""
