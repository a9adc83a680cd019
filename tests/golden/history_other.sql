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

SELECT max(parts) FROM (
  SELECT count() AS parts FROM system.parts
  WHERE database = {db:String} AND table IN ('events', 'facts') AND active
  GROUP BY table, partition
);
