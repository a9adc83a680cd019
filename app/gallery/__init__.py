"""The gallery: every tile in every state, from made-up days. Only in development mode."""
