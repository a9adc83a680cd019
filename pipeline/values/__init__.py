"""What the pipeline's parts hand to each other: cells, streams, sources. Frozen, no I/O."""
