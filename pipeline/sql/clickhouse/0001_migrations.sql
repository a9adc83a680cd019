-- Which of these files were run here. A file is never edited once it was committed.
CREATE TABLE IF NOT EXISTS migrations (
  number UInt32,
  name String,
  applied_ms Int64
) ENGINE = MergeTree ORDER BY number;
