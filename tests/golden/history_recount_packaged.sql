-- gross_sales
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- net_sales
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- paid_units
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- orders
SELECT toInt64(count()) AS counted_lines,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- buyers
SELECT toInt64(count()) AS counted_lines,
  toInt64(uniqExactIf(user_id, kind = 'sale' AND user_id != '')) AS m_buyers
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- average_order
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- refund_amount
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

-- refund_rate
SELECT toInt64(count()) AS counted_lines,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};
