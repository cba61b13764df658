-- The board's look at the room: it reads, and takes the marks of what has changed. No save waits for it long:
-- whoever asks says how many sittings are looked at in one call.

-- A sitting as the board needs it: its id and these fields, in one text, a tab between them.
local function glance(tag, sid, fields)
  local v = redis.call('HMGET', 'sit:' .. tag .. ':' .. sid, unpack(fields))
  local parts = {sid}
  for i = 1, #fields do parts[i + 1] = v[i] or '' end
  return table.concat(parts, '\t')
end

-- glances(room, cursor, most, field …): a page of all sittings. Replies now, the next cursor (0 at the end), then the
-- sittings; one may come twice. A room that is closed has none.
local function glances(keys, args)
  local tag = string.sub(keys[1], 6)
  local page = redis.call('SSCAN', 'index:' .. tag, args[1], 'COUNT', args[2])
  local fields = {unpack(args, 3)}
  local reply = {int(now_ms()), page[1]}
  for _, sid in ipairs(page[2]) do reply[#reply + 1] = glance(tag, sid, fields) end
  return reply
end

-- glanced(room, how many fields, field …, sitting …): these sittings. Replies now, then a text each.
local function glanced(keys, args)
  local first = 2 + tonumber(args[1])
  local fields = {unpack(args, 2, first - 1)}
  local reply = {int(now_ms())}
  for i = first, #args do reply[#reply + 1] = glance(string.sub(keys[1], 6), args[i], fields) end
  return reply
end

-- changed(room, most, field …): who has changed and was not settled. What changes is gathered anew meanwhile; what a
-- reader took and did not settle is left for the next one. Replies now, open or closed, how many sittings there are,
-- when the server was away (from:to …, the last one without an end where the doors are closed), how many have changed,
-- who, then the texts of so many of these at the most.
local function changed(keys, args)
  local tag = string.sub(keys[1], 6)
  local work = 'work:' .. tag
  if redis.call('EXISTS', work) == 0 and redis.call('EXISTS', 'dirty:' .. tag) == 1 then
    redis.call('RENAME', 'dirty:' .. tag, work)
  end
  local who = redis.call('SMEMBERS', work)
  local open, gaps = 'closed', ''
  if redis.call('EXISTS', keys[1]) == 1 then
    open, gaps = 'open', redis.call('HGET', keys[1], 'gaps') or ''
  else
    local left = redis.call('HMGET', 'alarm:' .. tag, 'gaps', 'stamp')
    if left[2] then gaps = (left[1] or '') .. ' ' .. left[2] .. ':' end
  end
  local fields = {unpack(args, 2)}
  local reply = {int(now_ms()), open, redis.call('SCARD', 'index:' .. tag), gaps, #who}
  for _, sid in ipairs(who) do reply[#reply + 1] = sid end
  for i = 1, math.min(#who, tonumber(args[1])) do reply[#reply + 1] = glance(tag, who[i], fields) end
  return reply
end

-- settled(room, sitting …): these were told to all boards.
local function settled(keys, args)
  return redis.call('SREM', 'work:' .. string.sub(keys[1], 6), unpack(args))
end

-- hold(key, who, milliseconds): 1 where it is theirs, for so long.
local function hold(keys, args)
  local holder = redis.call('GET', keys[1])
  if holder and holder ~= args[1] then return 0 end
  redis.call('SET', keys[1], args[1], 'PX', args[2])
  return 1
end

redis.register_function{function_name = 'glances', callback = glances, flags = {'no-writes'}}
redis.register_function{function_name = 'glanced', callback = glanced, flags = {'no-writes'}}
redis.register_function{function_name = 'changed', callback = changed, flags = {'allow-oom'}}
redis.register_function{function_name = 'settled', callback = settled, flags = {'allow-oom'}}
redis.register_function{function_name = 'hold', callback = hold, flags = {'allow-oom'}}
