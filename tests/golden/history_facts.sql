CREATE TABLE IF NOT EXISTS facts (
  link LowCardinality(String),
  day Int32,
  cube LowCardinality(String),
  minute UInt32,
  key LowCardinality(String),
  n Int64,
  m_paid_amount Int64,
  m_refund_amount Int64,
  m_paid_quantity Int64,
  m_refund_quantity Int64,
  m_orders Int64,
  m_lines Int64,
  m_buyers Int64
) ENGINE = MergeTree PARTITION BY (link, day) ORDER BY (cube, minute, key);
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_paid_amount Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_refund_amount Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_paid_quantity Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_refund_quantity Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_orders Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_lines Int64;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS m_buyers Int64;
