-- One sitting in the room: login, start, claim, submit, late answers, staff actions, the sweep.
--
-- An answer is held as  rev:value:flag  under its item (ans), and travels as  item:rev:value:flag  in the log,
-- in the sealed map and in its digest: one text in all places.
--
-- Replies begin with a status word:
--   ok · closed (no room) · unknown (no such sitting) · replaced (another device) · claim (the room was
--   recovered) · behind (a token newer than the room) · state (refused by state; the view follows)

local FIELDS = {'st', 'gn', 'dv', 'dl', 'lf', 'ex', 'sa', 'sl', 'se', 'sz', 'sd', 'sk', 'sy', 'sc', 'an', 'fl',
  'mr', 'li', 'cg', 'cd', 'nt', 'nn', 'un', 'ph', 'wt', 'wd', 'op', 'rm', 'ac', 'rc'}
local GEN_EPOCH = 65536

local function load_sitting(tag, sid)
  local v = redis.call('HMGET', 'sit:' .. tag .. ':' .. sid, unpack(FIELDS))
  if not v[1] then return nil end
  local s = {sid = sid, key = 'sit:' .. tag .. ':' .. sid, tag = tag}
  for i, name in ipairs(FIELDS) do s[name] = v[i] or '' end
  return s
end

-- The writes of a change go through here, so that what is logged is what stands.
local function put(s, changes)
  local flat = {}
  for name, value in pairs(changes) do
    s[name] = value
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call('HSET', s.key, unpack(flat))
end

local function dash(value)
  if value == '' then return '-' end
  return value
end

-- Logs where the sitting stands now; the record holds the last such line of a sitting as its row.
local function log_state(room, s, why, actor)
  local id = log(room, table.concat({'t', s.sid, why, s.st, s.gn, dash(s.dv), dash(s.sa), dash(s.dl), dash(s.lf),
    s.ex, s.sl, s.se, dash(s.sz), dash(s.sd), dash(s.sk), dash(s.sy), s.sc, dash(actor or '')}, ' '))
  redis.call('HSET', s.key, 'li', id)
  redis.call('SADD', 'dirty:' .. room.tag, s.sid)
  s.li = id
end

local function move(room, s, state)
  if s.st ~= state then
    redis.call('HINCRBY', 'tally:' .. room.tag, 'u' .. s.un .. ':' .. s.st, -1)
    redis.call('HINCRBY', 'tally:' .. room.tag, 'u' .. s.un .. ':' .. state, 1)
  end
  if state == 'o' then
    redis.call('ZADD', 'due:' .. room.tag, s.dl, s.sid)
  else
    redis.call('ZREM', 'due:' .. room.tag, s.sid)
  end
  put(s, {st = state})
end

local function view(room, s, status)
  local own = room.tag .. ':' .. s.sid
  return {status, redis.call('HGETALL', s.key), redis.call('HGETALL', 'ans:' .. own),
    redis.call('LRANGE', 'note:' .. own, 0, -1), flushed_of(room.tag), int(room.now), int(room.epoch),
    int(room.opens), int(room.closes), redis.call('HGET', 'people:' .. room.tag, s.sid) or ''}
end

-- May a token of this gen write? nil, or the status that refuses it.
local function refusal(room, gen, held, claimed)
  local epoch = math.floor(gen / GEN_EPOCH)
  if gen == held and epoch == room.epoch then return nil end
  if epoch > room.epoch then return 'behind' end
  if epoch < room.epoch then
    -- Before the first claim of this life the recorded gen is the bar, then the highest that claimed
    -- (a login sets it above every earlier life).
    local lowest = held
    if math.floor(held / GEN_EPOCH) == room.epoch then lowest = claimed end
    if gen >= lowest then return 'claim' end
    return 'replaced'
  end
  if gen > held then return 'behind' end
  return 'replaced'
end

local function guard(room, s, gen)
  return refusal(room, gen, tonumber(s.gn), tonumber(s.cg) or 0)
end

local function too_late(room, deadline)
  return room.now > deadline + room.grace and room.now >= room.mercy
end

-- The next gen of this life of the room, or nil when the takeovers of an epoch are used up.
local function next_gen(room, s)
  local held = tonumber(s.gn)
  local first = room.epoch * GEN_EPOCH + 1
  if held < first then return first end
  if held + 1 >= (room.epoch + 1) * GEN_EPOCH then return nil end
  return held + 1
end

local function admit_if_due(room, s)
  if s.st == 'n' then move(room, s, 'm') end
end

local TRIES, TRIES_MS = 10, 60000

-- Wrong tries are counted in wt (the card's PIN) and wd (the room's), as count:since.
local function throttled(room, s, field)
  local count, since = string.match(s[field], '^(%d+):(%d+)$')
  return count and tonumber(count) >= TRIES and room.now < tonumber(since) + TRIES_MS
end

local function count_wrong_try(room, s, field)
  local count, since = string.match(s[field], '^(%d+):(%d+)$')
  if not count or room.now >= tonumber(since) + TRIES_MS then count, since = 0, room.now end
  put(s, {[field] = int(tonumber(count) + 1) .. ':' .. int(tonumber(since))})
end

-- login(room, sid, pin hash, device, room pin hash or ''): a right card PIN is looked at first and always enters;
-- a room's PIN is short, so whoever holds a card may not try them all.
local function login(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local door = ''
  if s.rm ~= '' then door = redis.call('HGET', keys[1], 'pin:' .. s.rm) or '' end
  if args[2] ~= s.ph then
    if throttled(room, s, 'wt') then return {'throttled'} end
    count_wrong_try(room, s, 'wt')
    return {'wrong'}
  end
  if door ~= '' and throttled(room, s, 'wd') then return {'throttled'} end
  if door ~= '' and args[4] ~= door then
    count_wrong_try(room, s, 'wd')
    return {'wrong'}
  end
  local before = s.st
  if room.mode == 'open' or door ~= '' then admit_if_due(room, s) end
  local held = tonumber(s.gn)
  if s.dv ~= args[3] or held < room.epoch * GEN_EPOCH then
    local gen = next_gen(room, s)
    if not gen then return {'throttled'} end
    -- A PIN outranks every token of an earlier life: only the device that entered now may go on.
    put(s, {gn = int(gen), dv = args[3], cg = int(room.epoch * GEN_EPOCH), cd = '', wt = '', sn = int(room.now)})
    log_state(room, s, 'login')
  elseif s.st ~= before then
    log_state(room, s, 'login')
  end
  return view(room, s, 'ok')
end

-- check(room, sid, pin hash): does this card open this sitting? Used where a person has several events.
local function check(keys, args)
  local room = read_room(keys[1])
  if not room then return 'closed' end
  return redis.call('HGET', 'sit:' .. room.tag .. ':' .. args[1], 'ph') == args[2] and 'ok' or 'wrong'
end

-- start(room, sid, gen)
local function start(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local refused = guard(room, s, tonumber(args[2]))
  if refused then return {refused} end
  if s.st == 'o' then return view(room, s, 'ok') end
  local opens = math.max(room.opens, tonumber(s.op) or 0)
  if s.st ~= 'm' or room.now < opens then return view(room, s, 'state') end
  if room.now >= room.closes then return view(room, s, 'over') end
  local deadline = math.min(room.now + room.duration, room.closes) + tonumber(s.ex)
  put(s, {sa = int(room.now), dl = int(deadline), sn = int(room.now)})
  move(room, s, 'o')
  log_state(room, s, 'start')
  return view(room, s, 'ok')
end

-- claim(room, sid, gen, device): a new gen without a PIN, for a device that holds a valid token.
local function claim(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local gen = tonumber(args[2])
  if s.cd == args[2] .. ':' .. args[3] and s.dv == args[3] then return view(room, s, 'ok') end
  local refused = guard(room, s, gen)
  if refused and refused ~= 'claim' then return {refused} end
  local fresh = next_gen(room, s)
  if not fresh then return {'throttled'} end
  -- The room may have lost the login itself: its token lets in, as the PIN did.
  if room.mode == 'open' then admit_if_due(room, s) end
  put(s, {gn = int(fresh), dv = args[3], cg = args[2], cd = args[2] .. ':' .. args[3], sn = int(room.now)})
  log_state(room, s, 'claim')
  return view(room, s, 'ok')
end

-- read(room, sid, gen)
local function read(keys, args)
  local room = read_room(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local refused = guard(room, s, tonumber(args[2]))
  if refused then return {refused} end
  return view(room, s, 'ok')
end

-- look(room, sid): the sitting as it stands, for receipts, staff and the audit; no token is asked for.
local function look(keys, args)
  local room = read_room(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = redis.call('HGETALL', 'past:' .. room.tag .. ':' .. s.sid)
  return reply
end

local function parts(held)
  local rev, value, flag = string.match(held, '^(%d+):(.*):([01])$')
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

-- Weighs one change against what stands and writes it if it is newer. tally: s.an, s.fl, s.mr as numbers.
-- Returns S stored, = same, u superseded, c conflict.
local function weigh(room, own, s, item, rev, entry, value, flag)
  local number, key = tonumber(rev), 'ans:' .. own
  local held = redis.call('HGET', key, item)
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
  s.li = redis.call('XADD', room.log, '*', 'd', 'a ' .. s.sid .. ' ' .. item .. ':' .. entry)
  return 'S'
end

local function numbers(s)
  s.an, s.fl, s.mr = tonumber(s.an) or 0, tonumber(s.fl) or 0, tonumber(s.mr) or 0
end

local function put_numbers(s)
  put(s, {an = int(s.an), fl = int(s.fl), mr = int(s.mr), li = s.li})
end

-- Lua's own < follows the locale that the server was started in.
local function by_bytes(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

-- The sealed map, in its one canonical text: sorted lines of item:rev:value:flag.
local function sealed_text(map)
  local items = {}
  for item in pairs(map) do items[#items + 1] = item end
  table.sort(items, by_bytes)
  for i, item in ipairs(items) do items[i] = item .. ':' .. map[item] .. '\n' end
  return table.concat(items)
end

local function answers_of(own)
  local flat, map = redis.call('HGETALL', 'ans:' .. own), {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

local function seal(room, s, by, key_id)
  local text = sealed_text(answers_of(room.tag .. ':' .. s.sid))
  put(s, {sl = int(tonumber(s.sl) + 1), se = int(room.epoch), sz = int(room.now), sd = redis.sha1hex(text),
    sk = key_id, sy = by, sc = tostring(s.an), lf = ''})
  move(room, s, 's')
  log_state(room, s, 'seal')
end

local LATE_MOST = 2000

-- Keeps an answer that came too late, once a rev. Returns l kept, c conflict, x no room.
local function keep_late(room, own, sid, gen, item, rev, entry)
  local key = 'late:' .. own
  local held = redis.call('HGET', key, rev)
  if held then return string.match(held, '^%S+ (.*)$') == item .. ':' .. entry and 'l' or 'c' end
  if redis.call('HLEN', key) >= LATE_MOST then return 'x' end
  redis.call('HSET', key, rev, int(room.now) .. ' ' .. item .. ':' .. entry)
  local id = log(room, 'k ' .. sid .. ' ' .. int(room.now) .. ' ' .. item .. ':' .. entry)
  redis.call('HSET', 'sit:' .. own, 'li', id)
  redis.call('SADD', 'dirty:' .. room.tag, sid)
  return 'l'
end

-- Entries travel as item, rev, value, flag. fn(item, rev, entry, value, flag) gives a letter each.
local function each_entry(args, first, count, fn)
  local letters = {}
  for n = 0, count - 1 do
    local at = first + 4 * n
    local item, rev, value, flag = args[at], args[at + 1], args[at + 2], args[at + 3]
    letters[#letters + 1] = fn(item, rev, rev .. ':' .. value .. ':' .. flag, value, flag)
  end
  return table.concat(letters)
end

-- What is newer than the sealed answer is kept as late (l); the rest is same, superseded or a conflict.
local function late_letters(room, own, s, gen, args, first, count)
  return each_entry(args, first, count, function(item, rev, entry)
    local held = redis.call('HGET', 'ans:' .. own, item)
    if held then
      local held_rev = tonumber((string.match(held, '^%d+')))
      if held_rev == tonumber(rev) then return held == entry and '=' or 'c' end
      if held_rev > tonumber(rev) then return 'u' end
    end
    return keep_late(room, own, s.sid, gen, item, rev, entry)
  end)
end

-- Would the map, merged with what stands, be the one that was sealed in an earlier life of the room?
local function merged_digest(own, args, first, count)
  local map = answers_of(own)
  each_entry(args, first, count, function(item, rev, entry)
    local held = map[item]
    if not held or tonumber((string.match(held, '^%d+'))) < tonumber(rev) then map[item] = entry end
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
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local gen = tonumber(args[2])
  local refused = guard(room, s, gen)
  if refused then return {refused} end
  local own = room.tag .. ':' .. s.sid
  local lost = {epoch = tonumber(args[5]), seal = tonumber(args[6]), at = tonumber(args[7]), digest = args[8], key = args[9]}
  -- A receipt of this very life that the room never made: the room was set back.
  if lost.epoch == room.epoch and lost.seal > tonumber(s.sl) then return {'behind'} end
  local count, first, letters = tonumber(args[10]), 11, ''
  if s.st ~= 'o' and s.st ~= 'p' and s.st ~= 's' then return view(room, s, 'state') end
  local function merge()
    numbers(s)
    letters = each_entry(args, first, count, function(item, rev, entry, value, flag)
      return weigh(room, own, s, item, rev, entry, value, flag)
    end)
    put_numbers(s)
  end
  if lost.epoch > 0 and restorable(room, s, lost) and merged_digest(own, args, first, count) == lost.digest then
    merge()
    restore(room, s, lost, args[4])
  elseif s.st == 's' then
    letters = late_letters(room, own, s, gen, args, first, count)
  elseif s.st == 'o' and too_late(room, tonumber(s.dl)) then
    letters = late_letters(room, own, s, gen, args, first, count)
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
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  if s.st ~= 'o' and s.st ~= 'p' and s.st ~= 's' then return view(room, s, 'state') end
  local own, gen = room.tag .. ':' .. s.sid, tonumber(args[2])
  local letters = each_entry(args, 4, tonumber(args[3]), function(item, rev, entry)
    local held = redis.call('HGET', 'ans:' .. own, item)
    if held == entry then return '=' end
    return keep_late(room, own, s.sid, gen, item, rev, entry)
  end)
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = letters
  return reply
end

-- The numbers of each life of the room are above those of the lives before: a device that has shown
-- notice 3 of a lost life must not take the next notice for shown.
local function notify(room, s, kind, text)
  local number = int(math.max(tonumber(s.nn) or 0, (room.epoch - 1) * GEN_EPOCH) + 1)
  local note = '{"id":' .. number .. ',"kind":"' .. kind .. '","text":' .. text .. ',"at":' .. int(room.now) .. '}'
  redis.call('RPUSH', 'note:' .. room.tag .. ':' .. s.sid, note)
  put(s, {nn = number, nt = int((tonumber(s.nt) or 0) + 1)})
  local id = log(room, 'n ' .. s.sid .. ' ' .. note)
  put(s, {li = id})
end

-- What staff may do with a sitting, by state. Each returns true when it was done.
local ACTIONS = {}

function ACTIONS.admit(room, s)
  if s.st ~= 'n' then return false end
  move(room, s, 'm')
  return true
end

function ACTIONS.extend(room, s, ms)
  if s.st == 's' or s.st == 'x' then return false end
  local changes = {ex = int(tonumber(s.ex) + ms)}
  if s.st == 'o' then changes.dl = int(tonumber(s.dl) + ms) end
  if s.st == 'p' then changes.lf = int(tonumber(s.lf) + ms) end
  put(s, changes)
  if s.st == 'o' then redis.call('ZADD', 'due:' .. room.tag, s.dl, s.sid) end
  return true
end

function ACTIONS.message()
  return true
end

function ACTIONS.pause(room, s)
  if s.st ~= 'o' then return false end
  put(s, {lf = int(math.max(0, tonumber(s.dl) - room.now))})
  move(room, s, 'p')
  return true
end

function ACTIONS.resume(room, s)
  if s.st ~= 'p' then return false end
  put(s, {dl = int(room.now + tonumber(s.lf)), lf = ''})
  move(room, s, 'o')
  return true
end

function ACTIONS.submit(room, s, _, key_id)
  if s.st ~= 'o' and s.st ~= 'p' then return false end
  seal(room, s, 'staff', key_id)
  return true
end

function ACTIONS.reopen(room, s, ms, standing_code)
  if s.st ~= 's' then return false end
  redis.call('HSET', 'past:' .. room.tag .. ':' .. s.sid, s.se .. '.' .. s.sl, standing_code)
  put(s, {dl = int(room.now + ms), sz = '', sd = '', sk = '', sy = '', rc = ''})
  move(room, s, 'o')
  return true
end

local RECENT = 4

-- act(room, sid, action, action id, actor, ms, key id or standing code, notice text as JSON or '', standing seal or '')
local function act(keys, args)
  local room = enter(keys[1])
  if not room then return {'closed'} end
  local s = load_sitting(room.tag, args[1])
  if not s then return {'unknown'} end
  local kind, id = args[2], args[3]
  if string.find(' ' .. s.ac .. ' ', ' ' .. id .. ' ', 1, true) then return view(room, s, 'same') end
  if args[8] ~= '' and args[8] ~= s.se .. '.' .. s.sl then return view(room, s, 'moved') end
  if not ACTIONS[kind](room, s, tonumber(args[5]), args[6]) then return view(room, s, 'state') end
  local recent = {id}
  for held in string.gmatch(s.ac, '%S+') do
    if #recent < RECENT then recent[#recent + 1] = held end
  end
  put(s, {ac = table.concat(recent, ' ')})
  if args[7] ~= '' then notify(room, s, kind, args[7]) end
  if kind ~= 'message' then log_state(room, s, kind, args[4]) end
  return view(room, s, 'ok')
end

-- sweep(room, most, key id): seals what has run out of time; after the close also who is paused, and marks
-- who never started absent. It never stamps: while the stamps are old the server is away and nobody is sealed.
local function sweep(keys, args)
  local room = read_room(keys[1])
  if not room then return {'closed', 0, 0} end
  if room.now - room.stamp > GAP_MS or room.stamp - room.now > GAP_MS or room.now < room.mercy then return {'away', 0, 0} end
  local most, sealed, absent = tonumber(args[1]), 0, 0
  local due = redis.call('ZRANGEBYSCORE', 'due:' .. room.tag, '-inf', '(' .. int(room.now - room.grace), 'LIMIT', 0, most)
  for _, sid in ipairs(due) do
    local s = load_sitting(room.tag, sid)
    if s and s.st == 'o' and too_late(room, tonumber(s.dl)) then
      seal(room, s, 'deadline', args[2])
      sealed = sealed + 1
    else
      redis.call('ZREM', 'due:' .. room.tag, sid)
      if s and s.st == 'o' then redis.call('ZADD', 'due:' .. room.tag, s.dl, sid) end
    end
  end
  if room.now > room.closes + room.grace and not room.closed then
    local cursor = redis.call('HGET', keys[1], 'closing') or '0'
    local page = redis.call('SSCAN', 'index:' .. room.tag, cursor, 'COUNT', most)
    for _, sid in ipairs(page[2]) do
      local s = load_sitting(room.tag, sid)
      if s and (s.st == 'n' or s.st == 'm') then
        move(room, s, 'x')
        log_state(room, s, 'absent')
        absent = absent + 1
      elseif s and s.st == 'p' then
        seal(room, s, 'close', args[2])
        sealed = sealed + 1
      end
    end
    if page[1] == '0' then
      redis.call('HSET', keys[1], 'closed', '1')
      redis.call('HDEL', keys[1], 'closing')
    else
      redis.call('HSET', keys[1], 'closing', page[1])
    end
  end
  return {'ok', sealed, absent}
end

redis.register_function{function_name = 'login', callback = login}
redis.register_function{function_name = 'check', callback = check, flags = {'no-writes'}}
redis.register_function{function_name = 'start', callback = start}
redis.register_function{function_name = 'claim', callback = claim}
redis.register_function{function_name = 'read', callback = read, flags = {'no-writes'}}
redis.register_function{function_name = 'look', callback = look, flags = {'no-writes'}}
redis.register_function{function_name = 'submit', callback = submit, flags = {'allow-oom'}}
redis.register_function{function_name = 'late', callback = late}
redis.register_function{function_name = 'act', callback = act}
redis.register_function{function_name = 'sweep', callback = sweep, flags = {'allow-oom'}}
