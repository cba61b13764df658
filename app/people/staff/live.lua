-- Copies of what the record knows of staff, and counters that forget by themselves. No partition, no room:
-- these keys stand for themselves.

-- keep_copy(hash, field, version, text): unless the same version or a later one stands.
local function keep_copy(keys, args)
  local held = redis.call('HGET', keys[1], args[1])
  if held and cjson.decode(held).version >= tonumber(args[2]) then return 0 end
  redis.call('HSET', keys[1], args[1], args[3])
  return 1
end

-- count(key, seconds): counts one more; the count begins anew so long after its first.
local function count(keys, args)
  local counted = redis.call('INCR', keys[1])
  if redis.call('TTL', keys[1]) < 0 then redis.call('EXPIRE', keys[1], args[1]) end
  return counted
end

-- amend(hash, seconds, field, value, …): writes into what stands, and lets it stand so long; what is gone stays gone.
local function amend(keys, args)
  if redis.call('EXISTS', keys[1]) == 0 then return 0 end
  redis.call('HSET', keys[1], unpack(args, 2))
  redis.call('EXPIRE', keys[1], args[1])
  return 1
end

redis.register_function{function_name = 'amend', callback = amend}
redis.register_function{function_name = 'keep_copy', callback = keep_copy}
redis.register_function{function_name = 'count', callback = count}
