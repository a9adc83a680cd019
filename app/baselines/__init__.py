"""What the wall is compared with: read from history beside the poller, and kept."""
