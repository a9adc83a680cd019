-- How far the archive has come: the highest position of a partition is the one that holds.
CREATE TABLE IF NOT EXISTS archive_progress (
  link LowCardinality(String),
  topic LowCardinality(String),
  partition Int32,
  position UInt64,
  progress_ms Int64,
  written_ms Int64
) ENGINE = ReplacingMergeTree(position) ORDER BY (link, topic, partition);
