-- Guarded write of one bucket of a ranked cube. KEYS: cells, seq, changed, life, ranked, floor.
-- ARGV: member, life token, seconds to live, JSON [key, encoded, ...], keys to keep.
-- Trimmed keys are gone from both; the highest score ever trimmed stays as the floor, so a key that
-- is not held has at most that score, and a row at or below it is old or would be trimmed again.
-- Returns how many cells were replaced.
local rows = cjson.decode(ARGV[4])
local keep = tonumber(ARGV[5])
local floor = tonumber(redis.call('GET', KEYS[6]) or -1)
local replaced = 0
for first = 1, #rows, 2000 do  -- unpack takes at most about 8000 values
  local last = math.min(first + 1999, #rows)
  local keys, accepted, scores = {}, {}, {}
  for i = first, last, 2 do keys[#keys + 1] = rows[i] end
  local held = redis.call('HMGET', KEYS[1], unpack(keys))
  local size = 0
  for i = 1, #keys do
    local new, old = rows[first + 2 * i - 1], held[i]
    local score = string.match(new, '^%d+,(%d+)')
    if not score then error('no score in ' .. new) end
    if (old or tonumber(score) > floor) and supersedes(new, old) then
      accepted[size + 1], scores[size + 1] = keys[i], score
      accepted[size + 2], scores[size + 2] = new, keys[i]
      size = size + 2
    end
  end
  if size > 0 then
    redis.call('HSET', KEYS[1], unpack(accepted))
    redis.call('ZADD', KEYS[5], 'GT', unpack(scores))
    replaced = replaced + size / 2
  end
end
if replaced == 0 then return 0 end

local held = redis.call('ZCARD', KEYS[5])
if held > keep * 1.2 then  -- trimming a bit at a time would sort and delete on every write
  local trimmed = redis.call('ZPOPMIN', KEYS[5], held - keep)
  for first = 1, #trimmed, 2000 do
    local keys = {}
    for i = first, math.min(first + 1999, #trimmed), 2 do keys[#keys + 1] = trimmed[i] end
    redis.call('HDEL', KEYS[1], unpack(keys))
  end
  local highest = trimmed[#trimmed]
  if tonumber(highest) > floor then redis.call('SET', KEYS[6], highest) end
end
note_change(ARGV[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[5], ARGV[3])
redis.call('EXPIRE', KEYS[6], ARGV[3])
return replaced
