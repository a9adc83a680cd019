-- Guarded write of one hash. KEYS: cells, seq, changed, life.
-- ARGV: member, life token, seconds to live, JSON [key, encoded, key, encoded, ...].
-- Returns how many cells were replaced.
local rows = cjson.decode(ARGV[4])
local replaced = 0
for first = 1, #rows, 2000 do  -- unpack takes at most about 8000 values
  local last = math.min(first + 1999, #rows)
  local keys, accepted = {}, {}
  for i = first, last, 2 do keys[#keys + 1] = rows[i] end
  local held = redis.call('HMGET', KEYS[1], unpack(keys))
  local size = 0
  for i = 1, #keys do
    local new = rows[first + 2 * i - 1]
    if supersedes(new, held[i]) then
      accepted[size + 1] = keys[i]
      accepted[size + 2] = new
      size = size + 2
    end
  end
  if size > 0 then
    redis.call('HSET', KEYS[1], unpack(accepted))
    replaced = replaced + size / 2
  end
end
if replaced > 0 then note_change(ARGV[1], ARGV[2], ARGV[3]) end
return replaced
