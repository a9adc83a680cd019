-- category
SELECT
  toInt64(minute) AS bucket,
  if(category = '', 'unknown', category) AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- brand
SELECT
  toInt64(minute) AS bucket,
  if(brand = '', 'unknown', brand) AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- gender
SELECT
  toInt64(minute) AS bucket,
  if(gender = '', 'unknown', gender) AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- province
SELECT
  toInt64(minute) AS bucket,
  if(province = '', 'unknown', province) AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- warehouse
SELECT
  toInt64(minute) AS bucket,
  if(warehouse_id = '', 'unknown', warehouse_id) AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- guests
SELECT
  toInt64(minute) AS bucket,
  if(user_id = '', 'guest', 'user') AS cell_key,
  '' AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- users
SELECT
  toInt64(0) AS bucket,
  user_id AS cell_key,
  max(if(province = '', 'unknown', province)) AS label,
  toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String} AND user_id != '' AND kind = 'sale'
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- buyers_4H
SELECT
  toInt64(0) AS bucket,
  user_id AS cell_key,
  '' AS label,
  toInt64(count()) AS n
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String} AND user_id != '' AND kind = 'sale'
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- buyers_24H
SELECT
  toInt64(0) AS bucket,
  user_id AS cell_key,
  '' AS label,
  toInt64(count()) AS n
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String} AND user_id != '' AND kind = 'sale'
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

-- buyers_28H
SELECT
  toInt64(0) AS bucket,
  user_id AS cell_key,
  '' AS label,
  toInt64(count()) AS n
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String} AND user_id != '' AND kind = 'sale'
GROUP BY bucket, cell_key
ORDER BY bucket, cell_key;

