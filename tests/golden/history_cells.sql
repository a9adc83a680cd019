SELECT cube, minute, key, n, m_paid_amount, m_refund_amount, m_paid_quantity, m_refund_quantity, m_orders, m_lines
FROM facts
WHERE link = {link:String} AND day IN {days:Array(Int32)} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND cube IN {cubes:Array(String)};

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
  WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)}
)
WHERE cube_name IN {cubes:Array(String)}
GROUP BY cube_name, minute, cell_key;
