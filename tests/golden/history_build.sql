INSERT INTO facts_side_1 (link, day, cube, minute, key, n, m_paid_amount, m_refund_amount, m_paid_quantity, m_refund_quantity, m_orders, m_lines)
SELECT {link:String}, {day:Int32}, cube_name, minute, cell_key, n, m_paid_amount, m_refund_amount, m_paid_quantity, m_refund_quantity, m_orders, m_lines
FROM (
SELECT cube_name, minute, cell_key, toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM (
  SELECT minute, kind, line_no, user_id, quantity, amount_cents,
    arrayJoin(arrayZip(['category', 'brand', 'gender', 'province', 'warehouse', 'guests'], [if(category = '', 'unknown', category), if(brand = '', 'unknown', brand), if(gender = '', 'unknown', gender), if(province = '', 'unknown', province), if(warehouse_id = '', 'unknown', warehouse_id), if(user_id = '', 'guest', 'user')])) AS place,
    place.1 AS cube_name, place.2 AS cell_key
  FROM events FINAL
  WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32}
)
WHERE cube_name IN {cubes:Array(String)}
GROUP BY cube_name, minute, cell_key
);

INSERT INTO facts_side_1 (link, day, cube, minute, key, n, m_buyers)
SELECT {link:String}, {day:Int32}, {cube:String}, first_minute, '', buyers, buyers
FROM (
SELECT first_minute, toInt64(count()) AS buyers
FROM (
  SELECT user_id, min(minute) AS first_minute FROM events FINAL
  WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND kind = 'sale' AND user_id != ''
  GROUP BY user_id
)
GROUP BY first_minute
);

INSERT INTO facts_side_1 (link, day, cube, minute, key, n, m_paid_amount, m_refund_amount, m_paid_quantity, m_refund_quantity, m_orders, m_lines, m_buyers)
SELECT link, day, cube, minute, key, n, m_paid_amount, m_refund_amount, m_paid_quantity, m_refund_quantity, m_orders, m_lines, m_buyers
FROM facts
WHERE link = {link:String} AND day = {day:Int32} AND cube NOT IN {cubes:Array(String)};

ALTER TABLE facts REPLACE PARTITION ({link:String}, {day:Int32}) FROM facts_side_1;

ALTER TABLE facts DROP PARTITION ({link:String}, {day:Int32});
