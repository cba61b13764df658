-- What staff and the clock do with a sitting: actions with their notices, the sweep.

-- The numbers of each life of the room are above those of the lives before: a device that has shown
-- notice 3 of a lost life must not take the next notice for shown. The state is logged after it.
local function notify(room, s, kind, text)
  local number = int(math.max(tonumber(s.nn) or 0, (room.epoch - 1) * GEN_EPOCH) + 1)
  local note = '{"id":' .. number .. ',"kind":"' .. kind .. '","text":' .. text .. ',"at":' .. int(room.now) .. '}'
  redis.call('RPUSH', 'note:' .. room.tag .. ':' .. s.sid, note)
  put(s, {nn = number, nt = int((tonumber(s.nt) or 0) + 1)})
  log(room, 'n ' .. s.sid .. ' ' .. note)
end

-- What staff may do with a sitting, by state. Each returns true when it was done, and the number that undoing it needs;
-- else false, or a word of its own that says why not.
local ACTIONS = {}

function ACTIONS.admit(room, s)
  if s.st ~= 'n' then return false end
  local was_held = s.hd == '1'
  if was_held then put(s, {hd = ''}) end
  move(room, s, 'm')
  return true, was_held and 1 or 0
end

-- Back before the door, which neither login nor claim opens until staff admit.
function ACTIONS.hold(room, s)
  if s.st ~= 'm' and (s.st ~= 'n' or s.hd == '1') then return false end
  put(s, {hd = '1'})
  move(room, s, 'n')
  return true
end

function ACTIONS.extend(room, s, ms)
  if s.st == 's' or s.st == 'x' then return false end
  local changes = {ex = int(tonumber(s.ex) + ms)}
  if s.st == 'o' then changes.dl = int(tonumber(s.dl) + ms) end
  if s.st == 'p' then changes.lf = int(tonumber(s.lf) + ms) end
  put(s, changes)
  if s.st == 'o' then redis.call('ZADD', 'due:' .. room.tag, s.dl, s.sid) end
  return true, ms
end

function ACTIONS.message()
  return true
end

function ACTIONS.pause(room, s)
  if s.st ~= 'o' then return false end
  note_return(room, s)  -- of somebody who is away the time runs no further
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
  local left = s.st == 'p' and tonumber(s.lf) or math.max(0, tonumber(s.dl) - room.now)
  seal(room, s, 'staff', key_id)
  return true, left
end

-- Its code stays known: whoever holds the receipt is told that it was replaced.
local function lift_seal(room, s, standing_code)
  redis.call('HSET', 'past:' .. room.tag .. ':' .. s.sid, s.se .. '.' .. s.sl, standing_code)
  put(s, {sz = '', sd = '', sk = '', sy = '', rc = ''})
end

function ACTIONS.reopen(room, s, ms, standing_code)
  if s.st ~= 's' then return false end
  lift_seal(room, s, standing_code)
  put(s, {dl = int(room.now + ms)})
  move(room, s, 'o')
  return true
end

-- Ends the device that is in, as if another had entered: its tokens of this and of every earlier life are replaced.
function ACTIONS.device(room, s)
  if s.st == 's' or s.st == 'x' or s.dv == '' then return false end
  local gen = next_gen(room, s)
  if not gen then return false end
  put(s, {gn = int(gen), dv = '', cg = int(room.epoch * GEN_EPOCH), cd = ''})
  return true
end

local CARDS_MOST = 9999

-- A new card, the one after the card that was looked at: its number and the keyed hash of its PIN. Wrong tries were
-- made with the old one.
function ACTIONS.card(room, s, _, fresh)
  local number, hash = string.match(fresh, '^(%d+) (%x+)$')
  if tonumber(number or 0) ~= (tonumber(s.cn) or 0) + 1 then return 'moved' end
  if tonumber(number) > CARDS_MOST then return 'full' end
  put(s, {cn = number, ph = hash, wt = '', wd = ''})
  return true
end

local REMARKS_MOST = 50

-- A remark of staff's: its severity (one digit), then what it says, as JSON that goes into the log as it is.
function ACTIONS.flag(room, s, _, remark)
  local count = tonumber(s.rn) or 0
  if count >= REMARKS_MOST then return 'full' end
  local severity, said = string.match(remark, '^(%d) (.*)$')
  local id = log(room, 'r ' .. s.sid .. ' ' .. said)
  redis.call('RPUSH', 'remark:' .. room.tag .. ':' .. s.sid, id .. ' ' .. said)
  put(s, {rn = int(count + 1), rs = int(math.max(tonumber(s.rs) or 0, tonumber(severity)))})
  return true
end

-- What takes an act back, by its kind: the sitting, the state before it and the number that the act left behind.
-- Each returns true when it was done.
local UNDOING = {}

function UNDOING.admit(room, s, before, was_held)
  if s.st ~= 'm' then return false end
  if was_held == 1 then put(s, {hd = '1'}) end
  move(room, s, before)
  return true
end

function UNDOING.hold(room, s, before)
  if s.st ~= 'n' or s.hd ~= '1' then return false end
  put(s, {hd = ''})
  move(room, s, before)
  return true
end

-- Nobody's time ends in the past: what was used of the extension stays used.
function UNDOING.extend(room, s, _, ms)
  if s.st == 's' or s.st == 'x' then return false end
  local changes = {ex = int(tonumber(s.ex) - ms)}
  if s.st == 'o' then
    local held = tonumber(s.dl)
    changes.dl = int(math.max(held - ms, math.min(held, room.now)))
  end
  if s.st == 'p' then changes.lf = int(math.max(0, tonumber(s.lf) - ms)) end
  put(s, changes)
  if s.st == 'o' then redis.call('ZADD', 'due:' .. room.tag, s.dl, s.sid) end
  return true
end

function UNDOING.pause(room, s)
  return ACTIONS.resume(room, s)
end

function UNDOING.resume(room, s)
  return ACTIONS.pause(room, s)
end

function UNDOING.submit(room, s, before, left, standing_code)
  if s.st ~= 's' then return false end
  lift_seal(room, s, standing_code)
  if before == 'p' then put(s, {lf = int(left)}) else put(s, {dl = int(room.now + left)}) end
  move(room, s, before)
  return true
end

-- The last act of staff, as  kind state-before number action-id  in la; only that one can be taken back, and only while
-- it is the last.
local function last_act(s)
  local kind, before, number, id = string.match(s.la, '^(%l+) (%l) (-?%d+) (%S+)$')
  return kind, before, tonumber(number), id
end

function ACTIONS.undo(room, s, _, standing_code, undoes)
  local kind, before, number, id = last_act(s)
  local undo = id == undoes and UNDOING[kind]
  return undo and undo(room, s, before, number, standing_code)
end

-- What was done to a sitting, as its new state, its deadline, the name of its seal and the number of its card: enough
-- for who gave the order.
local function outcome(s, status)
  local state = s.st
  if state == 's' and s.rc == s.se .. '.' .. s.sl then state = 'r' end
  return {status, state, s.st ~= 'p' and s.dl or '', s.se .. '.' .. s.sl, s.cn}
end

-- Where a sitting stands, in the words in which the log tells what it was before an act.
local function standing(s)
  return table.concat({s.st, dash(s.dl), dash(s.lf), dash(s.ex), dash(s.sl), dash(s.se)}, ' ')
end

-- act(room, sid, action, action id, actor, ms, what the action needs besides, notice text as JSON or '', standing seal
-- or '', role, where and why as JSON: it goes into the log as it is, action id that is undone or '')
-- The log names with an undoing what was undone, undo-submit say: some of them lift a seal, and some do not.
-- Every id that was done to a sitting stands in acts: however late it is sent again, it is not done twice.
-- Replies ok, same (done before), state (refused by state), moved (another seal or card stands) or full (there are too
-- many of it), and the outcome.
local function act(keys, args)
  local room = enter(keys[1])
  local s, refused = seat(room, args[1])
  if refused then return refused end
  local kind, id = args[2], args[3]
  local done = 'acts:' .. room.tag .. ':' .. s.sid
  if redis.call('SISMEMBER', done, id) == 1 then return outcome(s, 'same') end
  if args[8] ~= '' and args[8] ~= s.se .. '.' .. s.sl then return outcome(s, 'moved') end
  local before, state, undone = standing(s), s.st, kind == 'undo' and last_act(s)
  local is_done, number = ACTIONS[kind](room, s, tonumber(args[5]), args[6], args[10])
  if is_done ~= true then return outcome(s, is_done or 'state') end
  redis.call('SADD', done, id)
  put(s, {la = table.concat({kind, state, int(number or 0), id}, ' ')})
  local why = undone and 'undo-' .. undone or kind
  -- A page that hears of a reopening knows that its receipt was replaced, not lost.
  if args[7] ~= '' then notify(room, s, why == 'undo-submit' and 'reopen' or kind, args[7]) end
  log_state(room, s, why, args[4], id, before .. ' ' .. args[9])
  return outcome(s, 'ok')
end

-- find(room, cursor, most, field or '', value): a page of the partition's sittings, of those whose field holds the
-- value (un: unit, rm: room, wv: wave). Replies the next cursor, 0 at the end, then the sittings; one may come twice.
local function find(keys, args)
  local room = read_room(keys[1])
  if not room then return {'closed'} end
  local page = redis.call('SSCAN', 'index:' .. room.tag, args[1], 'COUNT', args[2])
  local found = {page[1]}
  for _, sid in ipairs(page[2]) do
    if args[3] == '' or redis.call('HGET', 'sit:' .. room.tag .. ':' .. sid, args[3]) == args[4] then
      found[#found + 1] = sid
    end
  end
  return found
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

redis.register_function{function_name = 'act', callback = act}
redis.register_function{function_name = 'find', callback = find, flags = {'no-writes'}}
redis.register_function{function_name = 'sweep', callback = sweep, flags = {'allow-oom'}}
