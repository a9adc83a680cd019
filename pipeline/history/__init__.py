"""History as it is made: backfill, the closing of days, recalculation, a rebuild of Redis."""
