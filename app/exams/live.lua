-- The room of a partition: its clock with the credit, its log, and how it is primed, closed and rebuilt.
-- Loaded before sittings/live.lua and answers/buffer.lua as one library; see app/kit/redis.py.
--
-- KEYS[1] of every function is room:{tag}; all other keys of the partition share its hash tag and are
-- made from it here, so that one call touches one slot. Numbers above 2^53 do not occur; numbers that are
-- written go through int(), since Lua's own tostring keeps 14 digits.

local GAP_MS = 5000        -- a longer silence of the stamps means that the server was away
local MERCY_MS = 120000    -- after it, nothing is refused as late or swept for this long

local function int(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local function log(room, line)
  return redis.call('XADD', room.log, '*', 'd', line)
end

local GAPS_MOST = 8        -- of a partition that are remembered: the last ones

-- One more of the times in which the server was away, `from:to`, after those that are known.
local function with_gap(gaps, from, to)
  local kept = {}
  for gap in string.gmatch(gaps, '%S+') do kept[#kept + 1] = gap end
  kept[#kept + 1] = int(from) .. ':' .. int(to)
  return table.concat(kept, ' ', math.max(1, #kept - GAPS_MOST + 1))
end

-- What the server took is given back: open sittings run on, and the close of the event moves, by the
-- part of the gap that lies after the opening. A clock set back is taken off in the same way. After
-- the close there is something to give back only where a sitting was opened again.
local function give_back(room)
  local credit = math.max(room.now, room.opens) - math.max(room.stamp, room.opens)
  room.stamp = room.now
  if credit == 0 or (room.closed and redis.call('ZCARD', 'due:' .. room.tag) == 0) then
    redis.call('HSET', 'room:' .. room.tag, 'stamp', int(room.now))
    return
  end
  room.closes = room.closes + credit
  room.credit = room.credit + credit
  room.mercy = room.now + MERCY_MS
  if credit > 0 then room.gaps = with_gap(room.gaps, room.now - credit, room.now) end
  redis.call('HSET', 'room:' .. room.tag, 'stamp', int(room.now), 'closes', int(room.closes),
    'credit', int(room.credit), 'mercy', int(room.mercy), 'gaps', room.gaps)
  for _, sid in ipairs(redis.call('ZRANGE', 'due:' .. room.tag, 0, -1)) do
    redis.call('HINCRBY', 'sit:' .. room.tag .. ':' .. sid, 'dl', int(credit))
    redis.call('ZINCRBY', 'due:' .. room.tag, int(credit), sid)
  end
  log(room, 'g - ' .. int(credit) .. ' ' .. int(room.credit) .. ' ' .. int(room.closes))
end

local ROOM = {'epoch', 'stamp', 'mercy', 'grace', 'opens', 'closes', 'duration', 'credit', 'mode', 'closed',
  'gaps'}

local function read_room(key)
  local v = redis.call('HMGET', key, unpack(ROOM))
  if not v[1] then return nil end
  local tag = string.sub(key, 6)
  return {
    tag = tag, log = 'log:' .. tag, dirty = 'dirty:' .. tag, now = now_ms(), epoch = tonumber(v[1]), stamp = tonumber(v[2]),
    mercy = tonumber(v[3]), grace = tonumber(v[4]), opens = tonumber(v[5]), closes = tonumber(v[6]),
    duration = tonumber(v[7]), credit = tonumber(v[8]), mode = v[9], closed = v[10] == '1',
    gaps = v[11] or '',
  }
end

-- Enters the room for a change; nil where the doors are closed ("no room").
local function enter(key)
  local room = read_room(key)
  if not room then return nil end
  local gap = room.now - room.stamp
  if gap > GAP_MS or gap < -GAP_MS then give_back(room) end
  return room
end

-- The doors close until recover opens them; why, and where the room stood, stays behind, with the PINs of its rooms.
local function shut(tag, reason, seen)
  local key = 'room:' .. tag
  local held = redis.call('HMGET', key, 'epoch', 'stamp', 'credit', 'closes', 'gaps')
  if not held[1] then return 0 end
  local doors, fields = {}, redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 4) == 'pin:' then
      doors[#doors + 1] = fields[i]
      doors[#doors + 1] = fields[i + 1]
    end
  end
  redis.call('DEL', key)
  redis.call('HSET', 'alarm:' .. tag, 'reason', reason, 'epoch', int(math.max(tonumber(held[1]), seen)),
    'stamp', held[2], 'credit', held[3], 'closes', held[4], 'gaps', held[5] or '', unpack(doors))
  return 1
end

local function flushed_of(tag)
  return redis.call('GET', 'flushed:' .. tag) or '0:0-0'
end

local function newest_id(tag)
  local key = 'log:' .. tag
  if redis.call('EXISTS', key) == 0 then return '0-0' end
  local info = redis.call('XINFO', 'STREAM', key)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return info[i + 1] end
  end
  return '0-0'
end

-- Does log id a come after log id b?
local function is_after(a, b)
  local a_ms, a_seq = string.match(a, '^(%d+)-(%d+)$')
  local b_ms, b_seq = string.match(b, '^(%d+)-(%d+)$')
  if a_ms ~= b_ms then return tonumber(a_ms) > tonumber(b_ms) end
  return tonumber(a_seq) > tonumber(b_seq)
end

-- Was this log entry, which somebody has seen in this life of the room, never here? Then the room was set back.
local function was_set_back(room, epoch, id)
  if epoch ~= room.epoch then return epoch > room.epoch end
  if not is_after(id, string.match(flushed_of(room.tag), ':(.*)$')) then return false end
  return #redis.call('XRANGE', room.log, id, id) == 0
end

-- stamp(room, epoch and id of the newest entry that the worker saw before): the pulse of the app workers.
-- Looks for a room that was set back before anything is written. Returns epoch, now, newest log id, flushed, credit.
local function stamp(keys, args)
  local room = read_room(keys[1])
  if not room then return {'closed'} end
  if args[1] and was_set_back(room, tonumber(args[1]), args[2]) then
    shut(room.tag, 'redis-behind', tonumber(args[1]))
    return {'behind'}
  end
  room = enter(keys[1])
  if room.now > room.stamp then redis.call('HSET', keys[1], 'stamp', int(room.now)) end
  return {'ok', int(room.epoch), int(room.now), newest_id(room.tag), flushed_of(room.tag),
    int(room.credit)}
end

-- prime(room, [sid, layout, person, count of pairs, pairs of fields …] …): creates sittings that are not there yet.
-- Of one that stands only what the record decides is set right, in the middle of the exam too: the person's text, the
-- unit (its counters follow) and the card's PIN (wrong tries were made with the old card), unless the room has given out
-- a later card, of which the record hears by the log. Returns how many are new.
local function prime(keys, args)
  local tag = string.sub(keys[1], 6)
  local made, i = 0, 1
  while i <= #args do
    local sid, layout, person, pairs_ = args[i], args[i + 1], args[i + 2], tonumber(args[i + 3])
    local sit, given = 'sit:' .. tag .. ':' .. sid, {}
    for n = i + 4, i + 3 + 2 * pairs_, 2 do given[args[n]] = args[n + 1] end
    local held = redis.call('HMGET', sit, 'st', 'un', 'ph', 'cn')
    if not held[1] then
      redis.call('HSET', sit, unpack(args, i + 4, i + 3 + 2 * pairs_))
      redis.call('SET', 'form:' .. tag .. ':' .. sid, layout)
      redis.call('SADD', 'index:' .. tag, sid)
      redis.call('HINCRBY', 'tally:' .. tag, 'u' .. given.un .. ':n', 1)
      made = made + 1
    elseif held[2] ~= given.un then
      redis.call('HINCRBY', 'tally:' .. tag, 'u' .. held[2] .. ':' .. held[1], -1)
      redis.call('HINCRBY', 'tally:' .. tag, 'u' .. given.un .. ':' .. held[1], 1)
      redis.call('HSET', sit, 'un', given.un)
    end
    if held[1] and held[3] ~= given.ph and tonumber(given.cn) >= (tonumber(held[4]) or 0) then
      redis.call('HSET', sit, 'ph', given.ph, 'cn', given.cn, 'wt', '', 'wd', '')
    end
    redis.call('HSET', 'people:' .. tag, sid, person)
    redis.call('SADD', 'dirty:' .. tag, sid)
    i = i + 4 + 2 * pairs_
  end
  return made
end

-- open(room, flushed, fields …): the last word of prime and recover. Refused where the room stands, or where a
-- later recovery than the caller's is at work.
local function open_room(keys, args)
  local tag = string.sub(keys[1], 6)
  local life = redis.call('HGET', 'alarm:' .. tag, 'life')
  if redis.call('EXISTS', keys[1]) == 1 or (life and life ~= string.match(args[1], '^%d+')) then return 0 end
  redis.call('SET', 'flushed:' .. tag, args[1])
  redis.call('HSET', keys[1], 'stamp', int(now_ms()), unpack(args, 2))
  redis.call('DEL', 'alarm:' .. tag)
  return 1
end

-- close(room, reason, epoch seen): closes the doors.
local function close_room(keys, args)
  return shut(string.sub(keys[1], 6), args[1], tonumber(args[2]))
end

-- clear(room, epoch, id up to which the record has the log, first id of the new life): makes way for rebuild.
-- The doors must be closed, and nothing may stand in the log that the record does not have.
local function clear(keys, args)
  local tag = string.sub(keys[1], 6)
  local log_key = 'log:' .. tag
  if redis.call('EXISTS', keys[1]) == 1 then return redis.error_reply('the room is open') end
  if #redis.call('XRANGE', log_key, '(' .. args[2], '+', 'COUNT', 1) > 0 then
    return redis.error_reply('the log holds what the record does not have')
  end
  redis.call('HSET', 'alarm:' .. tag, 'life', args[1])
  redis.call('DEL', log_key, 'due:' .. tag, 'tally:' .. tag, 'dirty:' .. tag)
  -- The stream's ids go on above the flushed ones, whatever the clock says.
  redis.call('XADD', log_key, args[3], 'd', 'life')
  redis.call('XDEL', log_key, args[3])
  return 'ok'
end

-- rebuild(room, epoch, [sid, layout, person, count of sit pairs, count of answers, count of spent revs, count of
-- late, …] …): writes sittings from the record, over whatever stands there; for the recovery that cleared last.
local function rebuild(keys, args)
  if redis.call('EXISTS', keys[1]) == 1 then return redis.error_reply('the room is open') end
  local tag = string.sub(keys[1], 6)
  if redis.call('HGET', 'alarm:' .. tag, 'life') ~= args[1] then
    return redis.error_reply('a later recovery is at work')
  end
  local i = 2
  while i <= #args do
    local sid = args[i]
    local own = tag .. ':' .. sid
    local sits, answers = 2 * tonumber(args[i + 3]), 2 * tonumber(args[i + 4])
    local spent, late = tonumber(args[i + 5]), 2 * tonumber(args[i + 6])
    redis.call('DEL', 'sit:' .. own, 'ans:' .. own, 'revs:' .. own, 'late:' .. own, 'note:' .. own, 'past:' .. own,
      'acts:' .. own, 'remark:' .. own, 'ruled:' .. own)
    redis.call('SET', 'form:' .. own, args[i + 1])
    redis.call('HSET', 'people:' .. tag, sid, args[i + 2])
    redis.call('SADD', 'index:' .. tag, sid)
    local at = i + 7
    redis.call('HSET', 'sit:' .. own, unpack(args, at, at + sits - 1))
    at = at + sits
    if answers > 0 then redis.call('HSET', 'ans:' .. own, unpack(args, at, at + answers - 1)) end
    at = at + answers
    for n = at, at + spent - 1, 1000 do  -- Lua unpacks some thousands at the most
      redis.call('SADD', 'revs:' .. own, unpack(args, n, math.min(n + 999, at + spent - 1)))
    end
    at = at + spent
    if late > 0 then redis.call('HSET', 'late:' .. own, unpack(args, at, at + late - 1)) end
    i = at + late
    local s = redis.call('HMGET', 'sit:' .. own, 'st', 'dl', 'un')
    redis.call('ZREM', 'due:' .. tag, sid)
    if s[1] == 'o' then redis.call('ZADD', 'due:' .. tag, s[2], sid) end
    redis.call('HINCRBY', 'tally:' .. tag, 'u' .. s[3] .. ':' .. s[1], 1)
  end
  return 'ok'
end

redis.register_function{function_name = 'stamp', callback = stamp, flags = {'allow-oom'}}
redis.register_function{function_name = 'prime', callback = prime}
redis.register_function{function_name = 'open', callback = open_room}
redis.register_function{function_name = 'close', callback = close_room, flags = {'allow-oom'}}
redis.register_function{function_name = 'clear', callback = clear}
redis.register_function{function_name = 'rebuild', callback = rebuild}
