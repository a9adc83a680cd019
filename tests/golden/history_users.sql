SELECT user_id, toInt64(count()) AS n,
  argMax(if(province = '', 'unknown', province), (event_ms, event_id)) AS label,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND user_id != '' AND kind = 'sale' AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)}
GROUP BY user_id
ORDER BY m_paid_amount DESC, user_id
LIMIT {limit:UInt32};
