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

CREATE TEMPORARY TABLE written (cells INT) WITH ('connector' = 'blackhole');

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

CREATE TEMPORARY VIEW timed AS SELECT *,
  event_ms / 60000 AS utc_minute,
  ((event_ms + 28800000) / 60000) AS local_minute
FROM tagged;

CREATE TEMPORARY VIEW touched AS SELECT
  cube_name, bucket, cell_key, label,
  kafka_offset, progress, `add_paid_amount`, `add_refund_amount`, `add_paid_quantity`, `add_refund_quantity`, `add_orders`, `add_lines`, `add_buyers`
FROM (
  SELECT
    kafka_offset,
    CASE WHEN class IN ('version', 'bad_field') THEN 0 WHEN event_ms < arrived_ms THEN event_ms ELSE arrived_ms END AS progress,
    CASE WHEN class = 'counted' AND kind = 'sale' THEN amount_cents ELSE CAST(0 AS BIGINT) END AS `add_paid_amount`,
    CASE WHEN class = 'counted' AND kind = 'refund' THEN amount_cents ELSE CAST(0 AS BIGINT) END AS `add_refund_amount`,
    CASE WHEN class = 'counted' AND kind = 'sale' THEN quantity ELSE CAST(0 AS BIGINT) END AS `add_paid_quantity`,
    CASE WHEN class = 'counted' AND kind = 'refund' AND amount_cents > 0 THEN quantity ELSE CAST(0 AS BIGINT) END AS `add_refund_quantity`,
    CASE WHEN class = 'counted' AND kind = 'sale' AND line_no = 1 THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS `add_orders`,
    CASE WHEN class = 'counted' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS `add_lines`,
    CASE WHEN class = 'counted' AND kind = 'sale' THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS `add_buyers`,
    CASE WHEN class = 'counted' THEN ARRAY[
      ROW(CAST('category' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN `category` = '' THEN 'unknown' ELSE `category` END AS STRING), CAST('' AS STRING)),
      ROW(CAST('brand' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN `brand` = '' THEN 'unknown' ELSE `brand` END AS STRING), CAST('' AS STRING)),
      ROW(CAST('gender' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN `gender` = '' THEN 'unknown' ELSE `gender` END AS STRING), CAST('' AS STRING)),
      ROW(CAST('province' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN `province` = '' THEN 'unknown' ELSE `province` END AS STRING), CAST('' AS STRING)),
      ROW(CAST('warehouse' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN `warehouse_id` = '' THEN 'unknown' ELSE `warehouse_id` END AS STRING), CAST('' AS STRING)),
      ROW(CAST('guests' AS STRING), CAST(utc_minute AS BIGINT), CAST(CASE WHEN user_id = '' THEN 'guest' ELSE 'user' END AS STRING), CAST('' AS STRING)),
      ROW(CAST(CASE WHEN user_id <> '' AND kind = 'sale' THEN 'users' END AS STRING), CAST((local_minute / 1440 * 2 + CASE WHEN MOD(local_minute, 1440) >= 1200 THEN 1 ELSE 0 END) AS BIGINT), CAST(user_id AS STRING), CAST(CASE WHEN `province` = '' THEN 'unknown' ELSE `province` END AS STRING)),
      ROW(CAST(CASE WHEN user_id <> '' AND kind = 'sale' AND local_minute < ((local_minute - -240) / 1440) * 1440 + 0 THEN 'buyers_4H' END AS STRING), CAST(((local_minute - -240) / 1440) AS BIGINT), CAST(MOD(HASH_CODE(user_id) + CAST(2147483648 AS BIGINT), 16) AS STRING), CAST(user_id AS STRING)),
      ROW(CAST(CASE WHEN user_id <> '' AND kind = 'sale' AND local_minute < ((local_minute - 0) / 1440) * 1440 + 1440 THEN 'buyers_24H' END AS STRING), CAST(((local_minute - 0) / 1440) AS BIGINT), CAST(MOD(HASH_CODE(user_id) + CAST(2147483648 AS BIGINT), 16) AS STRING), CAST(user_id AS STRING)),
      ROW(CAST(CASE WHEN user_id <> '' AND kind = 'sale' AND local_minute < ((local_minute - -240) / 1440) * 1440 + 1440 THEN 'buyers_28H' END AS STRING), CAST(((local_minute - -240) / 1440) AS BIGINT), CAST(MOD(HASH_CODE(user_id) + CAST(2147483648 AS BIGINT), 16) AS STRING), CAST(user_id AS STRING)),
      ROW(CAST(CASE WHEN user_id <> '' AND kind = 'sale' AND local_minute < (((local_minute - -240) / 1440) - 1) * 1440 + 1440 THEN 'buyers_28H' END AS STRING), CAST((((local_minute - -240) / 1440) - 1) AS BIGINT), CAST(MOD(HASH_CODE(user_id) + CAST(2147483648 AS BIGINT), 16) AS STRING), CAST(user_id AS STRING)),
      ROW(CAST('audit' AS STRING), CAST(kafka_partition AS BIGINT), CAST(class AS STRING), CAST('' AS STRING))
    ]
    ELSE ARRAY[
      ROW(CAST('audit' AS STRING), CAST(kafka_partition AS BIGINT), CAST(class AS STRING), CAST('' AS STRING))
    ] END AS cells
  FROM timed
) CROSS JOIN UNNEST(cells) AS cell (cube_name, bucket, cell_key, label)
WHERE cube_name IS NOT NULL;

CREATE TEMPORARY VIEW aggregated AS SELECT
  cube_name, bucket, cell_key,
  MAX(label) AS label,
  COUNT(*) AS n,
  SUM(`add_paid_amount`) AS `paid_amount`,
  SUM(`add_refund_amount`) AS `refund_amount`,
  SUM(`add_paid_quantity`) AS `paid_quantity`,
  SUM(`add_refund_quantity`) AS `refund_quantity`,
  SUM(`add_orders`) AS `orders`,
  SUM(`add_lines`) AS `lines`,
  COUNT(DISTINCT label) FILTER (WHERE `add_buyers` = 1 AND label <> '' AND cube_name IN ('buyers_4H', 'buyers_24H', 'buyers_28H')) AS `buyers`,
  MAX(kafka_offset) + 1 AS `position`,
  MAX(progress) AS `progress`
FROM touched
GROUP BY cube_name, bucket, cell_key;

CREATE TEMPORARY VIEW emitted AS SELECT
  CONCAT(cube_name, ':', CAST(bucket AS STRING)) AS place,
  cell_key,
  CASE
    WHEN cube_name IN ('users')
      THEN CONCAT(CONCAT_WS(',', CAST(n AS STRING), CAST(`paid_amount` AS STRING), CAST(`orders` AS STRING)), '|', label)
    WHEN cube_name IN ('audit')
      THEN CONCAT_WS(',', CAST(n AS STRING), CAST(`position` AS STRING), CAST(`progress` AS STRING))
    WHEN cube_name IN ('buyers_4H', 'buyers_24H', 'buyers_28H')
      THEN CONCAT_WS(',', CAST(n AS STRING), CAST(`buyers` AS STRING))
    ELSE CONCAT_WS(',', CAST(n AS STRING), CAST(`paid_amount` AS STRING), CAST(`refund_amount` AS STRING), CAST(`paid_quantity` AS STRING), CAST(`refund_quantity` AS STRING), CAST(`orders` AS STRING), CAST(`lines` AS STRING))
  END AS cell
FROM aggregated;

INSERT INTO written SELECT write_cells(place, cell_key, cell) FROM emitted;
