CREATE TEMPORARY TABLE orders (
  `v` STRING,
  `event_id` STRING,
  `kind` STRING,
  `order_id` STRING,
  `line_no` STRING,
  `event_time` STRING,
  `user_id` STRING,
  `gender` STRING,
  `category` STRING,
  `brand` STRING,
  `sku` STRING,
  `warehouse_id` STRING,
  `province` STRING,
  `quantity` STRING,
  `amount_cents` STRING,
  `currency` STRING,
  kafka_partition INT NOT NULL METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT NOT NULL METADATA FROM 'offset' VIRTUAL,
  arrived TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL,
  read_at AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'topic' = 'orders',
  'properties.bootstrap.servers' = 'broker:9092',
  'properties.group.id' = 'daping-A-1',
  'properties.request.timeout.ms' = '10000',
  'properties.default.api.timeout.ms' = '20000',
  'properties.max.partition.fetch.bytes' = '32768',
  'scan.startup.mode' = 'specific-offsets',
  'scan.startup.specific-offsets' = 'partition:0,offset:0;partition:1,offset:42',
  'format' = 'json',
  'json.ignore-parse-errors' = 'true',
  'json.decode.json-parser.enabled' = 'false'
);

CREATE TEMPORARY TABLE written (events INT) WITH ('connector' = 'blackhole');

CREATE TEMPORARY VIEW texts AS SELECT
  COALESCE(`v`, '') AS `v`,
  COALESCE(`event_id`, '') AS `event_id`,
  COALESCE(`kind`, '') AS `kind`,
  COALESCE(`order_id`, '') AS `order_id`,
  COALESCE(`line_no`, '') AS `line_no`,
  COALESCE(`event_time`, '') AS `event_time`,
  COALESCE(`user_id`, '') AS `user_id`,
  COALESCE(`gender`, '') AS `gender`,
  COALESCE(`category`, '') AS `category`,
  COALESCE(`brand`, '') AS `brand`,
  COALESCE(`sku`, '') AS `sku`,
  COALESCE(`warehouse_id`, '') AS `warehouse_id`,
  COALESCE(`province`, '') AS `province`,
  COALESCE(`quantity`, '') AS `quantity`,
  COALESCE(`amount_cents`, '') AS `amount_cents`,
  COALESCE(`currency`, '') AS `currency`,
  kafka_partition,
  kafka_offset,
  EXTRACT(EPOCH FROM arrived) * 1000 + EXTRACT(MILLISECOND FROM arrived) AS arrived_ms,
  read_at
FROM orders;

CREATE TEMPORARY VIEW joined AS SELECT *,
  CONCAT_WS(U&'\001F', `v`, `event_id`, `kind`, `order_id`, `line_no`, `event_time`, `user_id`, `gender`, `category`, `brand`, `sku`, `warehouse_id`, `province`, `quantity`, `amount_cents`, `currency`) AS joined_texts,
  TRY_CAST(event_time AS BIGINT) AS event_ms
FROM texts;

CREATE TEMPORARY VIEW judged AS SELECT
  event_id, kind, order_id, user_id, gender, category, brand, sku, warehouse_id, province,
  TRY_CAST(line_no AS BIGINT) AS line_no,
  TRY_CAST(quantity AS BIGINT) AS quantity,
  TRY_CAST(amount_cents AS BIGINT) AS amount_cents,
  event_ms, arrived_ms, kafka_partition, kafka_offset, read_at,
  MD5(joined_texts) AS fingerprint,
  CASE
    WHEN v <> '1' AND REGEXP(v, '\A[0-9]{1,15}\z') AND TRY_CAST(v AS BIGINT) <> 1 THEN 'version'
    WHEN NOT REGEXP(joined_texts, '\A[0-9]{1,15}\x1F[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+\x1F[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+\x1F[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+\x1F[0-9]{1,15}\x1F[0-9]{1,15}\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F(?:[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+)?\x1F[0-9]{1,15}\x1F[0-9]{1,15}\x1F[^\x00-\x1F\x7F\[{][^\x00-\x1F\x7F]{0,127}+\z') THEN 'bad_field'
    WHEN kind NOT IN ('sale', 'refund') OR gender NOT IN ('', 'F', 'M', 'U')
      OR TRY_CAST(quantity AS BIGINT) = 0 OR TRY_CAST(line_no AS BIGINT) = 0 THEN 'bad_value'
    WHEN currency <> 'CNY' THEN 'currency'
    WHEN arrived_ms - event_ms > 172800000 THEN 'too_late'
    WHEN event_ms - arrived_ms > 300000 THEN 'future'
    ELSE ''
  END AS reason
FROM joined;

CREATE TEMPORARY VIEW tagged AS SELECT *,
  CASE
    WHEN reason <> '' THEN reason
    WHEN sight = 1 THEN 'counted'
    WHEN first_fingerprint = fingerprint THEN 'duplicate'
    ELSE 'conflict'
  END AS `class`
FROM (
  SELECT *,
    COUNT(*) OVER sights AS sight,
    FIRST_VALUE(fingerprint) OVER sights AS first_fingerprint
  FROM judged
  WINDOW sights AS (
    PARTITION BY event_id, reason ORDER BY read_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
);

CREATE TEMPORARY VIEW archived AS SELECT
  class AS `class`,
  kafka_partition AS `partition`,
  kafka_offset AS `offset`,
  arrived_ms AS `arrived_ms`,
  CASE WHEN class IN ('version', 'bad_field') THEN 0 WHEN event_ms < arrived_ms THEN event_ms ELSE arrived_ms END AS `progress`,
  CASE WHEN class = 'counted' THEN `event_id` ELSE '' END AS `event_id`,
  CASE WHEN class = 'counted' THEN `kind` ELSE '' END AS `kind`,
  CASE WHEN class = 'counted' THEN `order_id` ELSE '' END AS `order_id`,
  CASE WHEN class = 'counted' THEN `user_id` ELSE '' END AS `user_id`,
  CASE WHEN class = 'counted' THEN `gender` ELSE '' END AS `gender`,
  CASE WHEN class = 'counted' THEN `category` ELSE '' END AS `category`,
  CASE WHEN class = 'counted' THEN `brand` ELSE '' END AS `brand`,
  CASE WHEN class = 'counted' THEN `sku` ELSE '' END AS `sku`,
  CASE WHEN class = 'counted' THEN `warehouse_id` ELSE '' END AS `warehouse_id`,
  CASE WHEN class = 'counted' THEN `province` ELSE '' END AS `province`,
  CASE WHEN class = 'counted' THEN line_no ELSE 0 END AS `line_no`,
  CASE WHEN class = 'counted' THEN event_ms ELSE 0 END AS `event_ms`,
  CASE WHEN class = 'counted' THEN event_ms / 60000 ELSE 0 END AS `minute`,
  CASE WHEN class = 'counted' THEN quantity ELSE 0 END AS `quantity`,
  CASE WHEN class = 'counted' THEN amount_cents ELSE 0 END AS `amount_cents`
FROM tagged;

INSERT INTO written SELECT
  write_events(`class`, `partition`, `offset`, `arrived_ms`, `progress`, `event_id`, `kind`, `order_id`, `user_id`, `gender`, `category`, `brand`, `sku`, `warehouse_id`, `province`, `line_no`, `event_ms`, `minute`, `quantity`, `amount_cents`)
FROM archived;
