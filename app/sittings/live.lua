-- One sitting in the room: login, start, claim, resume. Handing in and staff's actions stand beside it.
--
-- An answer is held as  rev:value:flag  under its item (ans), and travels as  item:rev:value:flag  in the log,
-- in the sealed map and in its digest: one text in all places.
--
-- Replies begin with a status word:
--   ok · closed (no room) · unknown (no such sitting) · replaced (another device) · claim (the room was
--   recovered) · behind (a token newer than the room) · state (refused by state; the view follows)

local FIELDS = {'st', 'gn', 'dv', 'dl', 'lf', 'ex', 'sa', 'sl', 'se', 'sz', 'sd', 'sk', 'sy', 'sc', 'an', 'fl',
  'mr', 'li', 'cg', 'cd', 'nt', 'nn', 'un', 'ph', 'wt', 'wd', 'op', 'rm', 'rc',
  'hd', 'la', 'cn', 'rn', 'rs', 'ld', 'sn'}
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
-- Of what staff did, who did it and under which action id; then the rest of it, see act.
local function log_state(room, s, why, actor, action, rest)
  local line = table.concat({'t', s.sid, why, s.st, s.gn, dash(s.dv), dash(s.sa), dash(s.dl), dash(s.lf),
    s.ex, s.sl, s.se, dash(s.sz), dash(s.sd), dash(s.sk), dash(s.sy), s.sc,
    dash(actor or ''), dash(action or '')}, ' ')
  if rest then line = line .. ' ' .. rest end
  local id = log(room, line)
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
    if s.st ~= 'o' then put(s, {os = int(room.now)}) end
    redis.call('ZADD', 'due:' .. room.tag, s.dl, s.sid)
  else
    redis.call('ZREM', 'due:' .. room.tag, s.sid)
  end
  put(s, {st = state})
end

-- A device that is well calls every 25 s while busy and every 60 ± 12 s when idle; after this long staff's boards call it
-- silent. One length for both: who was never shown as silent was never away, and the other way round.
local AWAY_MS = 90000

-- An open sitting that was last heard of at `seen` is heard of again, or its time ends. Was it away for long while its
-- time ran (os: since when), then that is logged, and stands in aw as `from:to`, the last one alone. Who fell silent
-- together with the server comes back a while after it, and was not away. Tells whether it was.
local function note_away(room, key, sid, seen)
  if seen == 0 or room.now - seen <= AWAY_MS then return false end
  local from = math.max(seen, tonumber(redis.call('HGET', key, 'os')) or 0)
  for gap, over in string.gmatch(room.gaps, '(%d+):(%d+)') do
    if from < tonumber(over) and from >= tonumber(gap) - AWAY_MS then from = tonumber(over) end
  end
  if room.now - from <= AWAY_MS then return false end
  redis.call('HSET', key, 'aw', int(from) .. ':' .. int(room.now))
  log(room, 'o ' .. sid .. ' ' .. int(from) .. ' ' .. int(room.now))
  return true
end

-- The same, of a sitting that was loaded whole.
local function note_return(room, s)
  if s.st == 'o' and note_away(room, s.key, s.sid, tonumber(s.sn) or 0) then
    redis.call('SADD', 'dirty:' .. room.tag, s.sid)
  end
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

-- The sitting of a call, for whoever may write with a token of this gen (any, where none is given); or the reply
-- that refuses the call.
local function seat(room, sid, gen)
  if not room then return nil, {'closed'} end
  local s = load_sitting(room.tag, sid)
  if not s then return nil, {'unknown'} end
  local refused = gen and guard(room, s, tonumber(gen))
  if refused then return nil, {refused} end
  return s
end

-- The next gen of this life of the room, or nil when the takeovers of an epoch are used up.
local function next_gen(room, s)
  local held = tonumber(s.gn)
  local first = room.epoch * GEN_EPOCH + 1
  if held < first then return first end
  if held + 1 >= (room.epoch + 1) * GEN_EPOCH then return nil end
  return held + 1
end

-- Whom staff hold back, nobody but staff admits.
local function admit_if_due(room, s)
  if s.st == 'n' and s.hd == '' then move(room, s, 'm') end
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

-- login(room, sid, pin hash, device, room pin hash or '', network): a right card PIN is looked at first and always enters;
-- a room's PIN is short, so whoever holds a card may not try them all.
local function login(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
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
    note_return(room, s)
    -- A PIN outranks every token of an earlier life: only the device that entered now may go on.
    put(s, {gn = int(gen), dv = args[3], cg = int(room.epoch * GEN_EPOCH), cd = '', wt = '', sn = int(room.now),
      nw = args[5]})
    log_state(room, s, 'login')
  else
    put(s, {nw = args[5]})
    if s.st ~= before then log_state(room, s, 'login') end
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
  local s, refused = seat(room, args[1], args[2])
  if refused then return refused end
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

-- claim(room, sid, gen, device, network): a new gen without a PIN, for a device that holds a valid token.
local function claim(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
  if s.cd == args[2] .. ':' .. args[3] and s.dv == args[3] then return view(room, s, 'ok') end
  refused = guard(room, s, tonumber(args[2]))
  if refused and refused ~= 'claim' then return {refused} end
  local fresh = next_gen(room, s)
  if not fresh then return {'throttled'} end
  -- The room may have lost the login itself: its token lets in, as the PIN did.
  if room.mode == 'open' then admit_if_due(room, s) end
  note_return(room, s)
  put(s, {gn = int(fresh), dv = args[3], cg = args[2], cd = args[2] .. ':' .. args[3], sn = int(room.now),
    nw = args[4]})
  log_state(room, s, 'claim')
  return view(room, s, 'ok')
end

-- read(room, sid, gen)
local function read(keys, args)
  local room = read_room(keys[1])
  local s, refused = seat(room, args[1], args[2])
  if refused then return refused end
  return view(room, s, 'ok')
end

-- look(room, sid): the sitting as it stands, for receipts, staff and the audit; no token is asked for.
local function look(keys, args)
  local room = read_room(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
  local reply = view(room, s, 'ok')
  reply[#reply + 1] = redis.call('HGETALL', 'past:' .. room.tag .. ':' .. s.sid)
  return reply
end

redis.register_function{function_name = 'login', callback = login}
redis.register_function{function_name = 'check', callback = check, flags = {'no-writes'}}
redis.register_function{function_name = 'start', callback = start}
redis.register_function{function_name = 'claim', callback = claim}
redis.register_function{function_name = 'read', callback = read, flags = {'no-writes'}}
redis.register_function{function_name = 'look', callback = look, flags = {'no-writes'}}
