"""The same elapsed time of another day, beside today's: comparison documents of the frame. Pure."""
