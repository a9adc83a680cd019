-- Compare and set. KEYS: active. ARGV: what is expected there ('' = nothing), what to put.
local held = redis.call('GET', KEYS[1]) or ''
if held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
