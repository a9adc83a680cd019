-- Which days are closed, and what every recount of a window found.
CREATE TABLE IF NOT EXISTS day_link (
  link LowCardinality(String),
  day Int32,
  generation UInt64,
  recounted_ms Int64,
  cause LowCardinality(String),
  lines Int64
) ENGINE = ReplacingMergeTree(generation) ORDER BY (link, day);

-- `live` is empty where nothing could be compared (`compared` is 0).
CREATE TABLE IF NOT EXISTS recounts (
  day Int32,
  window LowCardinality(String),
  link LowCardinality(String),
  generation UInt64,
  recounted_ms Int64,
  cause LowCardinality(String),
  lines Int64,
  sums Map(String, Int64),
  compared UInt8,
  live Map(String, Int64)
) ENGINE = MergeTree ORDER BY (day, window, generation);
