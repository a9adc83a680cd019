-- net_amount
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};

-- refund_rate
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};

-- per_order
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};

-- per_buyer
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(uniqExactIf(user_id, kind = 'sale' AND user_id != '')) AS m_buyers
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};

-- units
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};

-- lines
SELECT toInt64(count()) AS counted_lines,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)};
