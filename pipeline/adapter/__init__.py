"""The adapter: reads a foreign topic, maps its lines, and writes them as events."""
