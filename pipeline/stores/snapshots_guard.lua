-- CellValue.supersedes on encoded texts: more lines, and no measure smaller.
-- Numbers reach 2^53 and so are exact as Lua numbers; what is stored is the text as it came.
local byte, find, gsub, match, sub = string.byte, string.find, string.gsub, string.match, string.sub
local shape  -- of the cells of this bucket: one pattern call a text is the fastest way to numbers

local function shape_of(text)
  local bar = find(text, '|', 1, true)
  return '^' .. gsub(bar and sub(text, 1, bar - 1) or text, '[^,]+', '(%%d+)') .. '()'
end

local function numbers_of(text)
  local numbers = {match(text, shape)}
  local after = byte(text, numbers[#numbers] or 1)
  if #numbers == 0 or after and after ~= 124 then  -- 124 is the bar before a label
    error('not a cell of this cube: ' .. text)
  end
  return numbers
end

local function supersedes(new, old)
  if not old then return true end
  if new == old then return false end
  shape = shape or shape_of(old)
  local now, before = numbers_of(new), numbers_of(old)
  if now[1] - before[1] <= 0 then return false end
  for i = 2, #now - 1 do  -- the last one is where the match ended
    if now[i] - before[i] < 0 then return false end
  end
  return true
end

-- Note a change: seq, the changed set of the day, and expiry from this write on.
local function note_change(member, token, ttl)
  local seq = redis.call('INCR', KEYS[2])
  if seq == 1 then redis.call('SET', KEYS[4], token) end
  redis.call('ZADD', KEYS[3], seq, member)
  redis.call('EXPIRE', KEYS[1], ttl)
  redis.call('EXPIRE', KEYS[2], ttl)
  redis.call('EXPIRE', KEYS[3], ttl)
  redis.call('EXPIRE', KEYS[4], ttl)
end
