SELECT cube, sum(n) AS sum_n, sum(m_paid_amount) AS sum_m_paid_amount, sum(m_refund_amount) AS sum_m_refund_amount, sum(m_paid_quantity) AS sum_m_paid_quantity, sum(m_refund_quantity) AS sum_m_refund_quantity, sum(m_orders) AS sum_m_orders, sum(m_lines) AS sum_m_lines, sum(m_buyers) AS sum_m_buyers
FROM facts
WHERE link = {link:String} AND day = {day:Int32}
GROUP BY `cube`;

SELECT cube_name, sum(n) AS sum_n, sum(m_paid_amount) AS sum_m_paid_amount, sum(m_refund_amount) AS sum_m_refund_amount, sum(m_paid_quantity) AS sum_m_paid_quantity, sum(m_refund_quantity) AS sum_m_refund_quantity, sum(m_orders) AS sum_m_orders, sum(m_lines) AS sum_m_lines
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
)
GROUP BY cube_name;
