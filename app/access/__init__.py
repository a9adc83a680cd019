"""Who may look at the screen, who may act on it, and what is written down about it."""
