-- Answers into the room, and out of its log once Postgres has them.

local SAVE_STATUS = {claim = 'r', replaced = 'd', behind = 'b'}

local function drop_seen(own, key, s, seen)
  local gone = math.min(s.nt, seen - (s.nn - s.nt))
  if gone <= 0 then return end
  redis.call('LTRIM', 'note:' .. own, gone, -1)
  s.nt = s.nt - gone
  redis.call('HSET', key, 'nt', int(s.nt))
end

-- The state as it is told: sealed becomes recorded when the record holds this very seal.
local function told(key, state)
  if state ~= 's' then return state end
  local v = redis.call('HMGET', key, 'rc', 'se', 'sl')
  return v[1] == v[2] .. '.' .. v[3] and 'r' or 's'
end

-- One sitting's save. Its reply is one text, "status state deadline newest-id letters", or a list that
-- begins with it where notices wait. Statuses: k ok · u unknown · d another device · r claim · b room behind ·
-- s refused by state · l too late.
local function save_one(room, args, at)
  local sid = args[at]
  local changes, events, seen = tonumber(args[at + 2]), tonumber(args[at + 3]), tonumber(args[at + 4])
  local own = room.tag .. ':' .. sid
  local key = 'sit:' .. own
  local v = redis.call('HMGET', key, 'st', 'gn', 'dl', 'li', 'mr', 'an', 'fl', 'nt', 'nn', 'cg', 'sn')
  if not v[1] then return 'u' end
  local refused = refusal(room, tonumber(args[at + 1]), tonumber(v[2]), tonumber(v[10]))
  if refused then return SAVE_STATUS[refused] end
  local s = {sid = sid, li = v[4], mr = tonumber(v[5]), an = tonumber(v[6]), fl = tonumber(v[7]),
    nt = tonumber(v[8]), nn = tonumber(v[9])}
  if v[1] == 'o' and room.now - (tonumber(v[11]) or room.now) > AWAY_MS
    and note_away(room, key, sid, tonumber(v[11])) then
    room.changed[#room.changed + 1] = sid
  end
  local status, letters = 'k', {}
  if changes + events > 0 then
    if v[1] ~= 'o' then
      status = 's'
    elseif too_late(room, tonumber(v[3])) then
      status = 'l'
    end
  end
  if seen > 0 and s.nt > 0 then
    drop_seen(own, key, s, seen)
    room.changed[#room.changed + 1] = sid
  end
  if status ~= 'k' or changes + events == 0 then
    redis.call('HSET', key, 'sn', room.now)
  else
    local first = at + 5
    for n = 0, changes - 1 do
      local i = first + 4 * n
      local rev, value, flag = args[i + 1], args[i + 2], args[i + 3]
      letters[#letters + 1] = weigh(room, own, s, args[i], rev .. ':' .. value .. ':' .. flag, rev, value, flag)
    end
    first = first + 4 * changes
    for n = 0, events - 1 do
      local i = first + 3 * n
      local rev = args[i]
      local number = tonumber(rev)
      if number <= s.mr and is_spent(own, rev) then
        letters[#letters + 1] = redis.call('SISMEMBER', 'revs:' .. own, '-' .. rev) == 1 and '=' or 'c'
      else
        if spend(own, '-' .. rev) then
          if number > s.mr then s.mr = number end
          s.li = log(room, 'e ' .. sid .. ' ' .. rev .. ' ' .. args[i + 1] .. ' ' .. args[i + 2])
          if args[i + 1] == 'focus-lost' then redis.call('HINCRBY', key, 'fo', 1) end
          letters[#letters + 1] = 'S'
        else
          letters[#letters + 1] = 'x'  -- more events than any honest device has
        end
      end
    end
    redis.call('HSET', key, 'li', s.li, 'mr', int(s.mr), 'an', s.an, 'fl', s.fl, 'sn', room.now)
    room.changed[#room.changed + 1] = sid
  end
  local deadline = v[1] ~= 'p' and v[3] or ''
  local text = status .. ' ' .. told(key, v[1]) .. ' ' .. deadline .. ' ' .. s.li .. ' ' .. table.concat(letters)
  if s.nt == 0 then return text end
  local reply = redis.call('LRANGE', 'note:' .. own, 0, -1)
  table.insert(reply, 1, text)
  return reply
end

-- save(room, [sid, gen, changes, events, seen, item rev value flag …, rev type detail …] …)
-- Many sittings of one partition in one call; each is guarded on its own, so one that breaks (x) stops no other.
-- Returns epoch, now, flushed, then a reply each.
local function save(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local replies, at = {int(room.epoch), int(room.now), flushed_of(room.tag)}, 1
  room.changed = {}
  while at <= #args do
    local ok, reply = pcall(save_one, room, args, at)
    if not ok then
      redis.log(redis.LOG_WARNING, 'serentak: a save broke: ' .. tostring(type(reply) == 'table' and reply.err or reply))
      reply = 'x'
    end
    replies[#replies + 1] = reply
    at = at + 5 + 4 * tonumber(args[at + 2]) + 3 * tonumber(args[at + 3])
  end
  if #room.changed > 0 then redis.call('SADD', room.dirty, unpack(room.changed)) end
  return replies
end

-- reconcile(room, sid, gen, [item, rev] …): the items of which the device holds something newer.
local function reconcile(keys, args)
  local room = read_room(keys[1])
  local s, refused = seat(room, args[1], args[2])
  if refused then return refused end
  local missing = {}
  for i = 3, #args, 2 do
    local held = redis.call('HGET', 'ans:' .. room.tag .. ':' .. s.sid, args[i])
    if not held or tonumber((string.match(held, '^%d+'))) < tonumber(args[i + 1]) then missing[#missing + 1] = args[i] end
  end
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = missing
  return reply
end

-- flushed(room, epoch, id, id after it, [sid, seal's epoch.number] …): Postgres has the log up to id. Trims it, says so,
-- and marks the seals whose digest the record has found right.
local function flushed(keys, args)
  local room = read_room(keys[1])
  if not room or int(room.epoch) ~= args[1] then return 0 end
  redis.call('XTRIM', 'log:' .. room.tag, 'MINID', '=', args[3])
  -- Another flusher may have gone further and said so first: flushed only rises within an epoch.
  local epoch, id = string.match(flushed_of(room.tag), '^(%d+):(.*)$')
  if epoch ~= args[1] or is_after(args[2], id) then
    redis.call('SET', 'flushed:' .. room.tag, args[1] .. ':' .. args[2])
  end
  for i = 4, #args, 2 do
    local key = 'sit:' .. room.tag .. ':' .. args[i]
    local stands = redis.call('HMGET', key, 'se', 'sl')
    if stands[1] and stands[1] .. '.' .. stands[2] == args[i + 1] then redis.call('HSET', key, 'rc', args[i + 1]) end
    redis.call('SADD', 'dirty:' .. room.tag, args[i])
  end
  return 1
end

redis.register_function{function_name = 'save', callback = save}
redis.register_function{function_name = 'reconcile', callback = reconcile, flags = {'no-writes'}}
redis.register_function{function_name = 'flushed', callback = flushed, flags = {'allow-oom'}}
