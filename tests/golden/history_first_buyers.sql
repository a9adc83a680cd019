SELECT minute, m_buyers AS buyers
FROM facts
WHERE link = {link:String} AND day = {day:Int32} AND cube = {cube:String};

SELECT first_minute, toInt64(count()) AS buyers
FROM (
  SELECT user_id, min(minute) AS first_minute FROM events FINAL
  WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32} AND kind = 'sale' AND user_id != '' AND if(category = '', 'unknown', category) IN {only_0:Array(String)} AND if(user_id = '', 'guest', 'user') IN {only_1:Array(String)}
  GROUP BY user_id
)
GROUP BY first_minute;

SELECT toInt64(uniqExactIf(user_id, kind = 'sale' AND user_id != '')) AS buyers
FROM events FINAL
WHERE link = {link:String} AND minute >= {start:UInt32} AND minute < {end:UInt32};
