-- Every counted order line once: of an event_id that came twice the one of the lowest offset stays.
-- ORDER BY begins with link and minute, so that a stretch of time is a range of the key.
CREATE TABLE IF NOT EXISTS events (
  link LowCardinality(String),
  minute UInt32,
  event_id String,
  kind LowCardinality(String),
  order_id String,
  line_no Int64,
  event_ms Int64,
  user_id String,
  gender LowCardinality(String),
  category LowCardinality(String),
  brand LowCardinality(String),
  sku String,
  warehouse_id LowCardinality(String),
  province LowCardinality(String),
  quantity Int64,
  amount_cents Int64,
  topic LowCardinality(String),
  partition Int32,
  offset Int64,
  arrived_ms Int64,
  generation Int64,
  precedence UInt64 DEFAULT toUInt64(9223372036854775807 - offset)
) ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toYYYYMM(toDateTime(minute * 60, 'UTC'))
ORDER BY (link, minute, event_id);
