-- How an answer is weighed, and how a sitting is handed in: submit, late answers, a seal that was lost.

local ENTRY = '^(%d+):(.*):([01])$'  -- rev, value, flag

local function parts(held)
  local rev, value, flag = string.match(held, ENTRY)
  return tonumber(rev), value, flag
end

-- Was this rev spent on something else in this sitting? Only asked when it is not the highest so far.
-- The spent ones are answers that no longer stand, and events, which stand there as -rev.
local function is_spent(own, rev)
  local spent = redis.call('SMISMEMBER', 'revs:' .. own, rev, '-' .. rev)
  if spent[1] == 1 or spent[2] == 1 then return true end
  local held = redis.call('HVALS', 'ans:' .. own)
  for _, entry in ipairs(held) do
    if string.sub(entry, 1, #rev + 1) == rev .. ':' then return true end
  end
  return false
end

local SPENT_MOST = 5000

-- Notes a rev that stands no longer. Past any honest number nothing more is noted: the record's key still
-- finds a rev that comes twice, only later. Tells whether there was room.
local function spend(own, rev)
  if redis.call('SCARD', 'revs:' .. own) >= SPENT_MOST then return false end
  redis.call('SADD', 'revs:' .. own, rev)
  return true
end

-- Weighs one change against what stands and writes it if it is newer. tally: s.an, s.fl, s.mr as numbers;
-- s.map holds what stands where all of it was read. Returns S stored, = same, u superseded, c conflict.
local function weigh(room, own, s, item, entry, rev, value, flag)
  local number, key = tonumber(rev), 'ans:' .. own
  local held
  if s.map then held = s.map[item] else held = redis.call('HGET', key, item) end
  if held then
    local held_rev, held_value, held_flag = parts(held)
    if held_rev == number then return held == entry and '=' or 'c' end
    if held_rev > number then return 'u' end
    if number <= s.mr and is_spent(own, rev) then return 'c' end
    spend(own, int(held_rev))
    if held_value ~= 'null' then s.an = s.an - 1 end
    if held_flag == '1' then s.fl = s.fl - 1 end
  elseif number <= s.mr and is_spent(own, rev) then
    return 'c'
  end
  if number > s.mr then s.mr = number end
  if value ~= 'null' then s.an = s.an + 1 end
  if flag == '1' then s.fl = s.fl + 1 end
  redis.call('HSET', key, item, entry)
  if s.map then s.map[item] = entry end
  s.li = redis.call('XADD', room.log, '*', 'd', 'a ' .. s.sid .. ' ' .. item .. ':' .. entry)
  return 'S'
end

local function numbers(s)
  s.an, s.fl, s.mr = tonumber(s.an) or 0, tonumber(s.fl) or 0, tonumber(s.mr) or 0
end

local function put_numbers(s)
  put(s, {an = int(s.an), fl = int(s.fl), mr = int(s.mr), li = s.li})
end

-- An item's place among all: its id, at most eight bytes from ! to ~ (app/bank/items.py), as one exact number,
-- which is sorted for a fifth of what a comparison of our own costs. Lua's own < for texts follows the locale that
-- the server was started in.
local function rank(item)
  local a, b, c, d, e, f, g, h = string.byte(item .. '       ', 1, 8)
  return ((((((a * 95 + b) * 95 + c) * 95 + d) * 95 + e) * 95 + f) * 95 + g) * 95 + h
end

-- The sealed map, in its one canonical text: sorted lines of item:rev:value:flag.
local function sealed_text(map)
  local ranks, lines = {}, {}
  for item, entry in pairs(map) do
    local number = rank(item)
    ranks[#ranks + 1] = number
    lines[number] = item .. ':' .. entry .. '\n'
  end
  table.sort(ranks)
  for i, number in ipairs(ranks) do ranks[i] = lines[number] end
  return table.concat(ranks)
end

local function answers_of(own)
  local flat, map = redis.call('HGETALL', 'ans:' .. own), {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

-- It is logged as `seal`, or as staff's act that made it; see log_state.
local function seal(room, s, by, key_id, why, actor, action, rest)
  note_return(room, s)
  local text = sealed_text(s.map or answers_of(room.tag .. ':' .. s.sid))
  put(s, {sl = int(tonumber(s.sl) + 1), se = int(room.epoch), sz = int(room.now), sd = redis.sha1hex(text),
    sk = key_id, sy = by, sc = tostring(s.an), lf = ''})
  move(room, s, 's')
  log_state(room, s, why or 'seal', actor, action, rest)
end

local LATE_MOST = 2000

-- Keeps an answer that came too late, once a rev: what was decided of it stands. Returns l kept, c conflict, x no room.
local function keep_late(room, own, sid, item, rev, entry)
  local key = 'late:' .. own
  local held = redis.call('HGET', key, rev)
  local ruled = not held and redis.call('HGET', 'ruled:' .. own, rev)
  if ruled then held = string.match(ruled, '^%S+ (.*)$') end
  if held then return string.match(held, '^%S+ (.*)$') == item .. ':' .. entry and 'l' or 'c' end
  if redis.call('HLEN', key) >= LATE_MOST then return 'x' end
  redis.call('HSET', key, rev, int(room.now) .. ' ' .. item .. ':' .. entry)
  local id = log(room, 'k ' .. sid .. ' ' .. int(room.now) .. ' ' .. item .. ':' .. entry)
  redis.call('HSET', 'sit:' .. own, 'li', id, 'lt', redis.call('HLEN', key))
  redis.call('SADD', 'dirty:' .. room.tag, sid)
  return 'l'
end

-- Entries travel as item, rev:value:flag. fn(item, entry) gives a letter each.
local function each_entry(args, first, count, fn)
  local letters = {}
  for n = 1, count do
    local at = first + 2 * (n - 1)
    letters[n] = fn(args[at], args[at + 1])
  end
  return table.concat(letters)
end

local function rev_of(entry)
  return string.match(entry, '^%d+')
end

-- What is newer than the sealed answer is kept as late (l); the rest is same, superseded or a conflict.
local function late_letters(room, own, s, args, first, count)
  return each_entry(args, first, count, function(item, entry)
    local held, rev = redis.call('HGET', 'ans:' .. own, item), rev_of(entry)
    if held then
      local held_rev = tonumber(rev_of(held))
      if held_rev == tonumber(rev) then return held == entry and '=' or 'c' end
      if held_rev > tonumber(rev) then return 'u' end
    end
    return keep_late(room, own, s.sid, item, rev, entry)
  end)
end

-- Would the map, merged with what stands, be the one that was sealed in an earlier life of the room?
local function merged_digest(own, args, first, count)
  local map = answers_of(own)
  each_entry(args, first, count, function(item, entry)
    local held = map[item]
    if not held or tonumber(rev_of(held)) < tonumber(rev_of(entry)) then map[item] = entry end
    return ''
  end)
  return redis.sha1hex(sealed_text(map))
end

-- A seal that was lost with the room's disk comes back with its receipt: earlier life, not yet reopened,
-- and either nothing is sealed now or only the sweeper has.
local function restorable(room, s, lost)
  if lost.epoch >= room.epoch then return false end
  if s.st == 'o' or s.st == 'p' then return lost.seal > tonumber(s.sl) end
  local swept = s.sy == 'deadline' or s.sy == 'close'
  return s.st == 's' and swept and tonumber(s.se) == room.epoch and tonumber(s.sl) == lost.seal
end

local function restore(room, s, lost, standing_code)
  if s.st == 's' and standing_code ~= '' then
    redis.call('HSET', 'past:' .. room.tag .. ':' .. s.sid, s.se .. '.' .. s.sl, standing_code)
  end
  put(s, {sl = int(lost.seal), se = int(lost.epoch), sz = int(lost.at), sd = lost.digest, sk = lost.key,
    sy = 'restored', sc = tostring(s.an), lf = '', rc = ''})
  move(room, s, 's')
  log_state(room, s, 'restore')
end

-- submit(room, sid, gen, key id, standing code, lost epoch, lost seal, lost time, lost digest, lost key, count, entries …)
local function submit(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1], args[2])
  if refused then return refused end
  local own = room.tag .. ':' .. s.sid
  local lost = {epoch = tonumber(args[5]), seal = tonumber(args[6]), at = tonumber(args[7]), digest = args[8], key = args[9]}
  -- A receipt of this very life that the room never made: the room was set back.
  if lost.epoch == room.epoch and lost.seal > tonumber(s.sl) then return {'behind'} end
  local count, first, letters = tonumber(args[10]), 11, ''
  if s.st ~= 'o' and s.st ~= 'p' and s.st ~= 's' then return view(room, s, 'state') end
  local function merge()
    numbers(s)
    s.map = answers_of(own)
    letters = each_entry(args, first, count, function(item, entry)
      if s.map[item] == entry then return '=' end
      return weigh(room, own, s, item, entry, string.match(entry, ENTRY))
    end)
    put_numbers(s)
  end
  if lost.epoch > 0 and restorable(room, s, lost) and merged_digest(own, args, first, count) == lost.digest then
    merge()
    restore(room, s, lost, args[4])
  elseif s.st == 's' then
    letters = late_letters(room, own, s, args, first, count)
  elseif s.st == 'o' and too_late(room, tonumber(s.dl)) then
    letters = late_letters(room, own, s, args, first, count)
    numbers(s)
    seal(room, s, 'deadline', args[3])
  else
    merge()
    seal(room, s, 'submit', args[3])
  end
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = letters
  return reply
end

-- late(room, sid, gen, count, entries …): what came too late is kept apart, from any token of this sitting.
local function late(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
  if s.st ~= 'o' and s.st ~= 'p' and s.st ~= 's' then return view(room, s, 'state') end
  local own = room.tag .. ':' .. s.sid
  local letters = each_entry(args, 4, tonumber(args[3]), function(item, entry)
    if redis.call('HGET', 'ans:' .. own, item) == entry then return '=' end
    return keep_late(room, own, s.sid, item, rev_of(entry), entry)
  end)
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = letters
  return reply
end

redis.register_function{function_name = 'submit', callback = submit, flags = {'allow-oom'}}
redis.register_function{function_name = 'late', callback = late}
