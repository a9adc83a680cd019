-- The tops of several ranked buckets and, of every key in any of them, its cells in all of them.
-- KEYS: ranked, cells, floor of each bucket in turn. ARGV: how deep to look.
-- Returns per bucket: the score of the last key seen or false when all were seen, the floor or
-- false, and a list of cells (false where not held) in the order of the keys; then the keys.
local depth = tonumber(ARGV[1])
local keys, known, answer = {}, {}, {}
for bucket = 1, #KEYS, 3 do
  local top = redis.call('ZREVRANGE', KEYS[bucket], 0, depth - 1, 'WITHSCORES')
  for i = 1, #top, 2 do
    if not known[top[i]] then
      known[top[i]] = true
      keys[#keys + 1] = top[i]
    end
  end
  local cut = redis.call('ZCARD', KEYS[bucket]) > depth
  answer[#answer + 1] = {cut and top[#top], redis.call('GET', KEYS[bucket + 2])}
end
for bucket = 1, #KEYS, 3 do
  local cells = {}
  for first = 1, #keys, 2000 do
    local held = redis.call('HMGET', KEYS[bucket + 1], unpack(keys, first, math.min(first + 1999, #keys)))
    for i = 1, #held do cells[#cells + 1] = held[i] end
  end
  local place = (bucket + 2) / 3
  answer[place][3] = cells
end
answer[#answer + 1] = keys
return answer
