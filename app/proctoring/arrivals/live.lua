-- Who comes in without standing on the list, and the PINs of rooms: both while the exam runs, and without Postgres.

-- walk_in(room, sid, action id, layout, person, the rest of the log's line, fields of sit …): makes a sitting, where
-- none stands. The line carries what the record needs; walked keeps it, should the record be set back.
-- Replies new, same (made by this action before), there (with unit and room), over, or closed.
local function walk_in(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local tag, sid, action = room.tag, args[1], args[2]
  local own = tag .. ':' .. sid
  local held = redis.call('HMGET', 'sit:' .. own, 'un', 'rm')
  if held[1] then
    local status = redis.call('SISMEMBER', 'acts:' .. own, action) == 1 and 'same' or 'there'
    return {status, held[1], held[2] or ''}
  end
  if room.now >= room.closes then return {'over'} end
  local line = 'w ' .. sid .. ' ' .. args[5]
  redis.call('HSET', 'sit:' .. own, unpack(args, 6))
  redis.call('SET', 'form:' .. own, args[3])
  redis.call('HSET', 'people:' .. tag, sid, args[4])
  redis.call('SADD', 'index:' .. tag, sid)
  redis.call('SADD', 'acts:' .. own, action)
  redis.call('HSET', 'walked:' .. tag, sid, args[5])
  local unit = redis.call('HGET', 'sit:' .. own, 'un')
  redis.call('HINCRBY', 'tally:' .. tag, 'u' .. unit .. ':n', 1)
  redis.call('HSET', 'sit:' .. own, 'li', log(room, line))
  redis.call('SADD', room.dirty, sid)
  return {'new'}
end

-- turn(room, number of the room, hash of its new PIN, action id, who, role and where as JSON): the first partition
-- decides, and alone tells the record. Replies ok, same (it stands) or past (another came after it), and the turn's
-- number, by which the other partitions know which of two came later; or closed.
local function turn(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local number, hash, action = args[1], args[2], args[3]
  local held = redis.call('HMGET', keys[1], 'pin:' .. number, 'turn:' .. number)
  local turned = tonumber(held[2]) or 0
  if redis.call('SISMEMBER', 'turns:' .. room.tag, number .. ':' .. action) == 1 then
    return {held[1] == hash and 'same' or 'past', turned}
  end
  redis.call('HSET', keys[1], 'pin:' .. number, hash, 'turn:' .. number, turned + 1)
  redis.call('SADD', 'turns:' .. room.tag, number .. ':' .. action)
  log(room, 'd - ' .. number .. ' ' .. hash .. ' ' .. action .. ' ' .. args[4])
  return {'ok', turned + 1}
end

-- follow(room, number of the room, hash of its new PIN, the turn's number): the same in another partition.
local function follow(keys, args)
  local room = enter(keys[1])
  if not room then return 'closed' end
  local turned = tonumber(redis.call('HGET', keys[1], 'turn:' .. args[1])) or 0
  if tonumber(args[3]) > turned then
    redis.call('HSET', keys[1], 'pin:' .. args[1], args[2], 'turn:' .. args[1], args[3])
  end
  return 'ok'
end

redis.register_function{function_name = 'walk_in', callback = walk_in}
redis.register_function{function_name = 'turn', callback = turn}
redis.register_function{function_name = 'follow', callback = follow}
