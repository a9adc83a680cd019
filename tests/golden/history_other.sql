SELECT event_id, kind, order_id, line_no, event_ms, user_id, gender, category, brand, warehouse_id, province, quantity, amount_cents
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
ORDER BY minute, event_id;

SELECT intDiv(minute, 1440) AS utc_day, count() AS events
FROM events
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND topic = {topic:String}
GROUP BY utc_day;

SELECT day, link, generation, recounted_ms, cause, lines
FROM day_link FINAL
WHERE link = {link:String}
ORDER BY day;

SELECT day, window, link, generation, recounted_ms, cause, lines, sums, compared, live
FROM recounts
WHERE day = {day:Int32} AND window = {window:String}
ORDER BY generation;

SELECT topic, partition, position, progress_ms, written_ms
FROM archive_progress FINAL
WHERE link = {link:String};

SELECT greatest((SELECT max(generation) FROM day_link), (SELECT max(generation) FROM recounts));

SELECT count() AS lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

SELECT toInt64(count()) AS n,
  toInt64(sumIf(amount_cents, kind = 'sale')) AS m_paid_amount,
  toInt64(sumIf(amount_cents, kind = 'refund')) AS m_refund_amount,
  toInt64(sumIf(quantity, kind = 'sale')) AS m_paid_quantity,
  toInt64(sumIf(quantity, kind = 'refund' AND amount_cents > 0)) AS m_refund_quantity,
  toInt64(countIf(kind = 'sale' AND line_no = 1)) AS m_orders,
  toInt64(countIf(1)) AS m_lines
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};

SELECT max(parts) FROM (
  SELECT count() AS parts FROM system.parts
  WHERE database = {db:String} AND table IN ('events', 'facts') AND active
  GROUP BY table, partition
);
