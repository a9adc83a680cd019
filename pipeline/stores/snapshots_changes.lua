-- What changed. KEYS: life, seq, then the changed set of each day.
-- ARGV: prefix of the cells' keys, how many members at most, `|cube|cube|` of ranked cubes,
-- then for each day the last seq seen.
-- Returns life, seq, 1 when cut short, the new seq of each day, and flat: member, keys, values
-- (joined by line feeds, which no key holds; of a ranked member both are empty).
local left, found, cursors, more = tonumber(ARGV[2]), {}, {}, 0
for day = 3, #KEYS do
  local seen = ARGV[day + 1]
  local listed = redis.call(
    'ZRANGEBYSCORE', KEYS[day], '(' .. seen, '+inf', 'WITHSCORES', 'LIMIT', 0, left + 1)
  for i = 1, #listed, 2 do
    if left == 0 then
      more = 1
      break
    end
    left = left - 1
    seen = listed[i + 1]
    local member = listed[i]
    found[#found + 1] = member
    if string.find(ARGV[3], '|' .. string.match(member, '^(.*):') .. '|', 1, true) then
      found[#found + 1], found[#found + 2] = '', ''
    else
      local cells = ARGV[1] .. member
      found[#found + 1] = table.concat(redis.call('HKEYS', cells), '\n')
      found[#found + 1] = table.concat(redis.call('HVALS', cells), '\n')
    end
  end
  cursors[#cursors + 1] = seen
end
return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) or '0', more, cursors, found}
